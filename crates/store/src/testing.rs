//! Databases for tests, of both engines: a fresh one for each test, migrated, gone afterwards.
//!
//! PostgreSQL is the server at `DAYPACK_TEST_POSTGRES_URL`, whose user must be allowed to create databases. Without
//! the variable it is a private cluster of the installed server binaries, one for each test process, which ends with
//! the process however that ends.

pub mod contents;
pub mod plans;
pub mod statements;

use crate::{Conn, Store, StoreError, StoreOptions};
use daypack_domain::Instant;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// When the databases of tests are migrated: Wednesday, 4 March 2026, 09:00 UTC.
///
/// # Panics
/// Never: it is a valid instant.
#[must_use]
pub fn start() -> Instant {
    Instant::from_timestamp(1_772_614_800, 0).expect("a valid instant")
}

/// Notes a migration that this program does not know, as a newer one would have done.
///
/// # Panics
/// When the database refuses.
pub fn used_by_a_newer_program(store: &Store) {
    let noted: Result<(), StoreError> = store.write_blocking(|conn| {
        Ok(conn.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000001')")?)
    });
    noted.expect("the history of migrations can be written");
}

/// Runs each test on both engines: `on_both_engines! { name(database) { ... } }` makes `name::sqlite` and
/// `name::postgres`.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* $name:ident($database:ident) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            fn check($database: &$crate::testing::TestDatabase) $body

            #[test]
            fn sqlite() {
                check(&$crate::testing::sqlite());
            }

            #[test]
            fn postgres() {
                check(&$crate::testing::postgres());
            }
        }
    )+};
}

/// A database of its own for one test.
pub struct TestDatabase {
    /// Open and migrated.
    pub store: Store,
    /// To open it once more.
    pub url: String,
    /// Removed with it; a database of the shared server goes with the server.
    _folder: Option<Folder>,
}

/// An empty, migrated SQLite database in a file.
///
/// # Panics
/// When it cannot be made.
#[must_use]
pub fn sqlite() -> TestDatabase {
    let folder = Folder::new();
    let url = format!("sqlite://{}", folder.0.join("daypack.db").display());
    let store = open(&url);
    TestDatabase {
        store,
        url,
        _folder: Some(folder),
    }
}

/// An empty, migrated PostgreSQL database.
///
/// # Panics
/// When it cannot be made, for instance because no PostgreSQL is installed.
#[must_use]
pub fn postgres() -> TestDatabase {
    let url = empty_postgres();
    TestDatabase {
        store: open(&url),
        url,
        _folder: None,
    }
}

/// The same database once more, as another process would open it.
///
/// # Panics
/// When it cannot be opened.
#[must_use]
pub fn beside(other: &TestDatabase) -> TestDatabase {
    TestDatabase {
        store: open(&other.url),
        url: other.url.clone(),
        _folder: None,
    }
}

/// The address of a PostgreSQL database without any table.
///
/// # Panics
/// When it cannot be made.
#[must_use]
pub fn empty_postgres() -> String {
    let server = server();
    let name = format!("daypack_test_{}", unique());
    let mut admin = PgConnection::establish(server).expect("the PostgreSQL server of the tests answers");
    admin
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .expect("the tests may create databases");
    let (base, _) = server
        .rsplit_once('/')
        .expect("an address ends with the name of a database");
    format!("{base}/{name}")
}

/// Runs SQL as it is, for tests that damage a database on purpose. Gives the number of rows changed.
///
/// # Errors
/// The database refuses.
pub fn change(conn: &mut Conn, sql: &str) -> crate::Result<usize> {
    Ok(diesel::sql_query(sql).execute(conn)?)
}

/// A folder of its own, removed when dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    /// Makes an empty one.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("daypack-test-{}", unique()));
        std::fs::create_dir_all(&path).expect("a temporary folder can be made");
        Self(path)
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A leftover in the temporary folder is no reason to fail.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn open(url: &str) -> Store {
    let store = Store::open(StoreOptions {
        connections: 6,
        ..StoreOptions::new(url)
    })
    .expect("the database opens");
    store.migrate(start()).expect("the database migrates");
    store
}

/// Unlike that of any other test, in this process or another at the same time.
fn unique() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let random = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), std::process::id());
    format!("{:x}_{}", random, COUNTER.fetch_add(1, Ordering::Relaxed))
}

/// The address of the server's own database.
fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| std::env::var("DAYPACK_TEST_POSTGRES_URL").unwrap_or_else(|_| start_cluster()))
}

/// Newest installed version first.
fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found
        .pop()
        .expect("PostgreSQL is installed (Debian: apt install postgresql), or DAYPACK_TEST_POSTGRES_URL is set")
}

fn start_cluster() -> String {
    let bin = binaries();
    let folder = std::env::temp_dir().join(format!("daypack-postgres-{}", unique()));
    std::fs::create_dir_all(&folder).expect("a temporary folder can be made");
    let root = output(Command::new("id").arg("-u")).trim() == "0";
    if root {
        output(Command::new("chown").arg("postgres").arg(&folder));
    }
    let data = folder.join("data");
    let port = free_port();
    // initdb refuses to run as root.
    let run = |program: &str| {
        if root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(bin.join(program));
            command
        } else {
            Command::new(bin.join(program))
        }
    };
    output(
        run("initdb")
            .args(["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data),
    );
    let options = format!(
        "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=400"
    );
    output(
        run("pg_ctl")
            .arg("-D")
            .arg(&data)
            .arg("-l")
            .arg(folder.join("log"))
            .args(["-w", "-o", &options, "start"]),
    );
    stop_with_this_process(&bin, &folder, root);
    format!("postgres://postgres@127.0.0.1:{port}/postgres")
}

/// A shell that waits for the end of its input, which comes when this process ends, and then stops the cluster.
fn stop_with_this_process(bin: &Path, folder: &Path, root: bool) {
    let stop = format!(
        "cat >/dev/null; {} {}/pg_ctl -D {folder}/data -m immediate stop; rm -rf {folder}",
        if root { "runuser -u postgres --" } else { "" },
        bin.display(),
        folder = folder.display()
    );
    let mut shell = Command::new("setsid");
    shell
        .args(["sh", "-c", &stop])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let child = shell.spawn().expect("a shell starts");
    // Its input must stay open as long as the process lives.
    std::mem::forget(child);
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port exists");
    listener.local_addr().expect("a listener has an address").port()
}

/// The output of a command that must succeed. Its standard output goes through a file-less pipe, so servers started
/// by it must not inherit it: `pg_ctl -l` does not.
fn output(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("the command starts");
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
