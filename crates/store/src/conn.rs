//! One connection type for both engines, chosen by the address, and how each is set up.

use crate::error::{OpenError, StoreError};
use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::r2d2::ManageConnection;
use diesel::sqlite::SqliteConnection;
use std::path::{Path, PathBuf};

/// A connection to one of the two engines. Query it as any Diesel connection; what Diesel cannot say to both at once
/// (`on_conflict`, inserts of many rows) goes through [`each_backend!`](crate::each_backend).
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL.
    Pg(PgConnection),
    /// SQLite, linked into the program.
    Sqlite(SqliteConnection),
}

/// One body, compiled once for each engine: `each_backend!(conn, c => diesel::insert_into(...).execute(c))`.
#[macro_export]
macro_rules! each_backend {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::Conn::Pg($c) => $body,
            $crate::Conn::Sqlite($c) => $body,
        }
    };
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// The address of a PostgreSQL server, as libpq reads it.
    Postgres(String),
}

impl Address {
    /// Reads `sqlite://PATH` or `postgres://...`. Others are refused: SQLite would take any typo for a file name.
    ///
    /// # Errors
    /// [`OpenError::Address`] for another scheme, or a SQLite address without a file.
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() || path.starts_with(':') || path.ends_with('/') {
                return Err(OpenError::Address(url.to_owned()));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        // Whatever it is, it may hold a password.
        let scheme = url.split_once("://").map_or("(no scheme)", |(scheme, _)| scheme);
        Err(OpenError::Address(format!("{scheme}://...")))
    }
}

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Any write.
    Write,
    /// SQLite refuses to change anything.
    Read,
}

/// Settings of SQLite that each connection needs. `synchronous=FULL`: an acknowledged write survives power loss.
const SQLITE_WRITER: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000; PRAGMA mmap_size = 268435456; \
     PRAGMA journal_size_limit = 67108864;";
const SQLITE_READER: &str = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; \
     PRAGMA cache_size = -4000; PRAGMA mmap_size = 268435456; PRAGMA query_only = ON;";

/// Opens one connection.
pub(crate) fn connect(address: &Address, access: Access) -> Result<Conn, OpenError> {
    let opened = open(address, access);
    #[cfg(feature = "testing")]
    let opened = opened.map(|conn| crate::testing::statements::noted(conn, address));
    opened
}

fn open(address: &Address, access: Access) -> Result<Conn, OpenError> {
    match address {
        Address::Sqlite(path) => sqlite(path, access).map(Conn::Sqlite),
        Address::Postgres(url) => {
            let mut connection =
                PgConnection::establish(url).map_err(|error| OpenError::Connect(one_line(&error.to_string())))?;
            connection
                .batch_execute("SET TIME ZONE 'UTC'; SET client_min_messages = warning")
                .map_err(|error| OpenError::Connect(one_line(&error.to_string())))?;
            Ok(Conn::Pg(connection))
        }
    }
}

fn sqlite(path: &Path, access: Access) -> Result<SqliteConnection, OpenError> {
    let not_writable = |reason: String| OpenError::NotWritable {
        path: path.display().to_string(),
        reason,
    };
    // The prefix keeps SQLite from reading a name that begins with `file:` as an address of its own.
    let name = if path.is_absolute() {
        path.to_path_buf()
    } else {
        Path::new(".").join(path)
    };
    let mut connection =
        SqliteConnection::establish(&name.to_string_lossy()).map_err(|error| not_writable(error.to_string()))?;
    let settings = match access {
        Access::Write => SQLITE_WRITER,
        Access::Read => SQLITE_READER,
    };
    connection
        .batch_execute(settings)
        .map_err(|error| not_writable(error.to_string()))?;
    Ok(connection)
}

fn one_line(message: &str) -> String {
    message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

/// How a transaction begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begin {
    /// Takes SQLite's write lock at once: a transaction that reads first and writes later would fail as locked.
    Write,
    /// One unchanging view of the data.
    Read,
}

type Manager = <Conn as Connection>::TransactionManager;

/// Begins the outermost transaction. A connection on which that fails is of no more use, and says so to its pool.
pub(crate) fn begin(conn: &mut Conn, kind: Begin) -> diesel::QueryResult<()> {
    let begun = match (&mut *conn, kind) {
        (Conn::Pg(c), Begin::Write) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
        (Conn::Pg(c), Begin::Read) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
        (Conn::Sqlite(c), Begin::Write) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        (Conn::Sqlite(c), Begin::Read) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED"),
    };
    if begun.is_err() {
        Manager::transaction_manager_status_mut(conn).set_in_error();
    }
    begun
}

/// Begins a savepoint inside of a transaction.
pub(crate) fn savepoint(conn: &mut Conn) -> diesel::QueryResult<()> {
    Manager::begin_transaction(conn)
}

/// Commits the transaction, or releases the innermost savepoint.
pub(crate) fn commit(conn: &mut Conn) -> diesel::QueryResult<()> {
    Manager::commit_transaction(conn)
}

/// Rolls the transaction or the innermost savepoint back.
pub(crate) fn rollback(conn: &mut Conn) -> diesel::QueryResult<()> {
    Manager::rollback_transaction(conn)
}

/// How many transactions and savepoints are open; `None` when the connection has lost count and must be dropped.
pub(crate) fn depth(conn: &mut Conn) -> Option<u32> {
    let status = Manager::transaction_manager_status_mut(conn);
    status
        .transaction_depth()
        .ok()
        .map(|depth| depth.map_or(0, std::num::NonZeroU32::get))
}

/// Runs `work` in one transaction of its own on this connection.
pub(crate) fn transact<T, E: From<StoreError>>(
    conn: &mut Conn,
    kind: Begin,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    begin(conn, kind).map_err(|error| E::from(StoreError::from(error)))?;
    finish(conn, work)
}

/// Runs `work` in the transaction that has begun on this connection, and ends it.
pub(crate) fn finish<T, E: From<StoreError>>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    match work(conn) {
        Ok(value) => match commit(conn) {
            Ok(()) => Ok(value),
            Err(error) => {
                // A commit that failed leaves the transaction open on SQLite.
                if depth(conn) != Some(0) {
                    let _ = rollback(conn);
                }
                Err(E::from(StoreError::from(error)))
            }
        },
        Err(error) => {
            if let Err(lost) = rollback(conn) {
                tracing::warn!(error = %lost, "a transaction could not be rolled back; its connection is dropped");
            }
            Err(error)
        }
    }
}

/// Makes pooled connections by scheme; Diesel's own manager would try each engine in turn.
#[derive(Debug)]
pub(crate) struct Maker {
    pub(crate) address: Address,
    pub(crate) access: Access,
}

impl ManageConnection for Maker {
    type Connection = Conn;
    type Error = OpenError;

    fn connect(&self) -> Result<Conn, OpenError> {
        connect(&self.address, self.access)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), OpenError> {
        match conn {
            Conn::Pg(c) => c
                .batch_execute("SELECT 1")
                .map_err(|error| OpenError::Connect(error.to_string())),
            // A file does not go away as a server does.
            Conn::Sqlite(_) => Ok(()),
        }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || depth(conn) != Some(0)
    }
}
