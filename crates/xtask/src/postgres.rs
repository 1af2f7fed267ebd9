//! A private PostgreSQL for tests and benchmarks: made in a temporary folder, gone afterwards.

use std::{
    env, fs,
    io::ErrorKind,
    net::TcpListener,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::Signal,
    unistd::{User, geteuid},
};

use crate::{Failure, process, process::Group};

/// The variable with the address of the PostgreSQL to test with.
pub const URL_VARIABLE: &str = "DAYPACK_TEST_POSTGRES_URL";

/// What a commit means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing is flushed: for tests, where nothing is meant to last.
    None,
    /// As PostgreSQL comes: a commit has reached the disk.
    Full,
}

/// A cluster that ends, and whose folder goes, with this value.
pub struct Cluster {
    /// Dropped first: the folder is in use until then.
    server: Option<Group>,
    folder: PathBuf,
    url: String,
}

impl Cluster {
    /// Makes and starts a cluster on a free port of 127.0.0.1.
    pub fn start(durability: Durability) -> Result<Self, Failure> {
        let binaries = binaries().ok_or("there are no PostgreSQL server binaries")?;
        let user = server_user()?;
        // The folder for temporary files may be in memory, where a flush costs nothing; this one is on a disk.
        let parent = match durability {
            Durability::None => env::temp_dir(),
            Durability::Full => PathBuf::from("/var/tmp"),
        };
        let folder = new_folder(&parent)?;
        let port = free_port()?;
        let mut cluster = Self {
            server: None,
            url: format!("postgres://daypack@127.0.0.1:{port}/postgres"),
            folder,
        };
        if let Some(user) = &user {
            chown(&cluster.folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
                .map_err(|error| error.to_string())?;
        }
        let data = cluster.folder.join("data");
        let program = |name: &str| {
            let mut command = Command::new(binaries.join(name));
            command.current_dir(&cluster.folder).env("LC_ALL", "C.UTF-8");
            if let Some(user) = &user {
                command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
            }
            command
        };
        let mut make = program("initdb");
        make.args([
            "--username=daypack",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        process::output(make.arg("--pgdata").arg(&data))?;

        let log = fs::File::create(cluster.folder.join("log")).map_err(|error| error.to_string())?;
        let mut serve = program("postgres");
        serve
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-h", "127.0.0.1", "-k", ""]);
        serve.args(["-c", "max_connections=300"]);
        if durability == Durability::None {
            for setting in ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] {
                serve.args(["-c", setting]);
            }
        }
        serve.stdout(Stdio::null()).stderr(log);
        // SIGINT: end now, without waiting for clients.
        cluster.server = Some(Group::start(&mut serve, Signal::SIGINT)?);
        let begun = Instant::now();
        let mut ready = program("pg_isready");
        ready.args(["-q", "-h", "127.0.0.1", "-U", "daypack", "-p", &port.to_string()]);
        while !ready.status().is_ok_and(|status| status.success()) {
            let ended = cluster.server.as_mut().map_or(Ok(None), Group::ended)?;
            if ended.is_some() || begun.elapsed() > Duration::from_secs(30) {
                let log = fs::read_to_string(cluster.folder.join("log")).unwrap_or_default();
                return Err(format!("PostgreSQL does not start: {}", log.trim_end()));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(cluster)
    }

    /// The address for [`URL_VARIABLE`].
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.server = None;
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A folder that nobody had before: one of a run that was killed may still be there, and its server in it.
fn new_folder(parent: &Path) -> Result<PathBuf, Failure> {
    let mut number = 1;
    loop {
        let folder = parent.join(format!("daypack-postgres-{}-{number}", std::process::id()));
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(format!("{}: {error}", folder.display())),
        }
    }
}

/// The folder of the newest installed server's programs.
pub fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    versions.sort();
    let newest = versions.pop().map(|(_, folder)| folder);
    newest.or_else(|| crate::tools::find(&["initdb"])?.parent().map(PathBuf::from))
}

/// PostgreSQL refuses to run as root; its package brings a user for it.
fn server_user() -> Result<Option<User>, Failure> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let user = User::from_name("postgres").map_err(|error| error.to_string())?;
    user.map(Some)
        .ok_or_else(|| "PostgreSQL does not run as root, and there is no user `postgres`".to_owned())
}

/// A port of 127.0.0.1 that nobody uses now.
pub fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    listener
        .local_addr()
        .map(|address| address.port())
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_not_in_the_way() {
        let parent = env::temp_dir();
        let left = new_folder(&parent).unwrap();
        let new = new_folder(&parent).unwrap();
        assert!(left != new && left.is_dir() && new.is_dir());
        for folder in [left, new] {
            fs::remove_dir(folder).unwrap();
        }
    }
}
