//! Migrations: twin trees, one for each engine, built into the program.

use crate::conn::{Address, Begin, Conn, transact};
use crate::each_backend;
use crate::error::{OpenError, StoreError};
use daypack_domain::Instant;
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Held by a PostgreSQL transaction that migrates, so that two processes take turns. The number only has to be ours.
const POSTGRES_LOCK: &str = "SELECT pg_advisory_xact_lock(723645127)";

/// 3.46 to 3.51.2 can corrupt a write-ahead log.
const OLDEST_SQLITE: i32 = 3_051_003;

fn failed(error: impl std::fmt::Display) -> OpenError {
    OpenError::Migration(error.to_string())
}

/// Asserts that the linked SQLite is one that keeps what it acknowledges.
pub(crate) fn check_sqlite_version(conn: &mut Conn) -> Result<(), OpenError> {
    let Conn::Sqlite(conn) = conn else { return Ok(()) };
    let version: String = diesel::select(diesel::dsl::sql::<Text>("sqlite_version()"))
        .get_result(conn)
        .map_err(failed)?;
    let number = version
        .split('.')
        .try_fold(0, |sum, part| part.parse::<i32>().ok().map(|part| sum * 1000 + part));
    if number.is_some_and(|number| number >= OLDEST_SQLITE) {
        Ok(())
    } else {
        Err(OpenError::SqliteTooOld(version))
    }
}

/// SQLite opens what it may only read, and fails at the first write: better said at once.
pub(crate) fn check_writable(conn: &mut Conn, address: &Address) -> Result<(), OpenError> {
    let (Conn::Sqlite(conn), Address::Sqlite(path)) = (conn, address) else {
        return Ok(());
    };
    conn.batch_execute("BEGIN IMMEDIATE; CREATE TABLE daypack_probe (x INTEGER); ROLLBACK")
        .map_err(|error| OpenError::NotWritable {
            path: path.display().to_string(),
            reason: error.to_string(),
        })
}

/// Refuses a database that has a migration which this program does not know.
pub(crate) fn check_not_too_new(conn: &mut Conn) -> Result<(), OpenError> {
    if !has_history(conn)? {
        return Ok(());
    }
    let unknown = each_backend!(conn, c => {
        let known = versions(c)?;
        let applied = c.applied_migrations().map_err(failed)?;
        applied.into_iter().find(|version| !known.contains(version))
    });
    unknown.map_or(Ok(()), |version| Err(OpenError::TooNew(version.to_string())))
}

/// Asking Diesel would make the table.
fn has_history(conn: &mut Conn) -> Result<bool, OpenError> {
    let query = match conn {
        Conn::Pg(_) => {
            "EXISTS (SELECT 1 FROM pg_tables WHERE tablename = '__diesel_schema_migrations' \
             AND schemaname = current_schema())"
        }
        Conn::Sqlite(_) => "EXISTS (SELECT 1 FROM sqlite_master WHERE name = '__diesel_schema_migrations')",
    };
    diesel::select(diesel::dsl::sql::<diesel::sql_types::Bool>(query))
        .get_result(conn)
        .map_err(failed)
}

trait Embedded: diesel::Connection {
    fn embedded() -> EmbeddedMigrations;
}

impl Embedded for PgConnection {
    fn embedded() -> EmbeddedMigrations {
        POSTGRES
    }
}

impl Embedded for SqliteConnection {
    fn embedded() -> EmbeddedMigrations {
        SQLITE
    }
}

fn versions<C: Embedded>(_: &C) -> Result<Vec<MigrationVersion<'static>>, OpenError>
where
    EmbeddedMigrations: MigrationSource<C::Backend>,
{
    let all = C::embedded().migrations().map_err(failed)?;
    Ok(all
        .iter()
        .map(|migration| migration.name().version().as_owned())
        .collect())
}

/// Names of the migrations that this database lacks.
pub(crate) fn pending(conn: &mut Conn) -> Result<Vec<String>, OpenError> {
    each_backend!(conn, c => pending_of(c))
}

fn pending_of<C>(conn: &mut C) -> Result<Vec<String>, OpenError>
where
    C: Embedded + MigrationHarness<C::Backend>,
    EmbeddedMigrations: MigrationSource<C::Backend>,
{
    let pending = conn.pending_migrations(C::embedded()).map_err(failed)?;
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
}

/// Runs what is missing, and fills an empty catalogue, in one transaction.
pub(crate) fn migrate(conn: &mut Conn, now: Instant) -> Result<Vec<String>, OpenError> {
    check_not_too_new(conn)?;
    transact(conn, Begin::Write, |conn| {
        if let Conn::Pg(c) = conn {
            c.batch_execute(POSTGRES_LOCK).map_err(StoreError::from)?;
        }
        let ran = each_backend!(conn, c => run_of(c))?;
        crate::shipped::seed(conn, now)?;
        Ok::<_, MigrationFailed>(ran)
    })
    .map_err(|MigrationFailed(error)| error)
}

fn run_of<C>(conn: &mut C) -> Result<Vec<String>, OpenError>
where
    C: Embedded + MigrationHarness<C::Backend>,
    EmbeddedMigrations: MigrationSource<C::Backend>,
{
    let missing = pending_of(conn)?;
    conn.run_pending_migrations(C::embedded()).map_err(failed)?;
    Ok(missing)
}

struct MigrationFailed(OpenError);

impl From<StoreError> for MigrationFailed {
    fn from(error: StoreError) -> Self {
        Self(failed(error))
    }
}

impl From<OpenError> for MigrationFailed {
    fn from(error: OpenError) -> Self {
        Self(error)
    }
}
