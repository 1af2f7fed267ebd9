//! Where a release server keeps its things, for benchmarks and trials, and the server on a free port of 127.0.0.1.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;

use crate::{Failure, postgres::free_port, process, process::Group, target};

/// The database of a place that has none elsewhere.
const FILE: &str = "daypack.sqlite";
/// How long a server may take to answer before something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a server keeps its things.
pub struct Place {
    folder: PathBuf,
    database: String,
}

impl Place {
    /// An empty folder of this name below `target`; the database is a file in it unless an address is given.
    pub fn new(name: &str, database: Option<&str>) -> Result<Self, Failure> {
        let folder = target().join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let file = || format!("sqlite://{}", folder.join(FILE).display());
        let database = database.map_or_else(file, str::to_owned);
        Ok(Self { folder, database })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of its database, when it is one.
    pub fn file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Runs a command of the program to its end.
    pub fn command(&self, arguments: &[&str]) -> Result<(), Failure> {
        self.output(arguments).map(drop)
    }

    /// Runs a command of the program to its end, and gives what it printed.
    pub fn output(&self, arguments: &[&str]) -> Result<String, Failure> {
        process::output(&mut self.daypack(arguments))
    }

    /// Starts a server, which ends with the value, and tells how long it took until it answered.
    pub fn serve(&self) -> Result<(Server, Duration), Failure> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let log = self.folder.join("log");
        let log = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let mut command = self.daypack(&["serve"]);
        command.env("DAYPACK_LISTEN", &address).env("DAYPACK_RATE_LIMIT", "off");
        // Every request has its line in the log, as in real use.
        command.stdout(Stdio::null()).stderr(log);
        let begun = Instant::now();
        let group = Group::start(&mut command, Signal::SIGTERM)?;
        let mut server = Server {
            base: format!("http://{address}"),
            group,
        };
        let live = format!("{}/health/live", server.base);
        while !minreq::get(&live).send().is_ok_and(|answer| answer.status_code == 200) {
            if let Some(status) = server.group.ended()? {
                return Err(format!("`daypack serve` ended ({status})"));
            }
            if begun.elapsed() > PATIENCE {
                return Err("`daypack serve` does not answer".to_owned());
            }
            sleep(Duration::from_millis(1));
        }
        Ok((server, begun.elapsed()))
    }

    fn daypack(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).current_dir(&self.folder);
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("DAYPACK_") {
                command.env_remove(name);
            }
        }
        command
            .env("DAYPACK_DATA_DIR", &self.folder)
            .env("DAYPACK_DATABASE_URL", &self.database);
        command
    }
}

/// A server that answers.
pub struct Server {
    /// `http://` and its address.
    pub base: String,
    group: Group,
}

impl Server {
    /// The identifier of its process.
    pub fn id(&self) -> u32 {
        self.group.id()
    }

    /// Ends it as a power cut would.
    pub fn kill(self) -> Result<(), Failure> {
        self.group.kill()
    }
}

/// Builds the program.
pub fn build() -> Result<(), Failure> {
    process::run(process::cargo().args(["build", "--release", "--package", "daypack-server", "--bin", "daypack"]))
}

/// The program.
pub fn program() -> PathBuf {
    target().join("release/daypack")
}
