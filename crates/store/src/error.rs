//! What can go wrong in the database, the same words for both engines.

use diesel::result::{DatabaseErrorKind, Error};
use std::cell::Cell;

/// An error of the database. Domain refusals are not among them: a row that is not there is an `Option`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row with the same unique value exists already.
    #[error("already exists: {constraint}")]
    UniqueViolation {
        /// `<table>_<columns joined by _>_key`, the same on both engines; `<table>_pkey` is for primary keys
        /// on PostgreSQL only.
        constraint: String,
    },
    /// The write did not happen and may be tried again: the database is busy, full, gone, or a sibling of the same
    /// group of writes brought the group down.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Anything else; a defect of ours or of the data.
    #[error("database: {0}")]
    Database(#[source] Error),
    /// A value in the database that cannot be read, for instance JSON of an unknown shape.
    #[error("the database holds a value that cannot be read: {0}")]
    Corrupt(String),
}

thread_local! {
    /// Whether an error since [`forget_transient`] was one that PostgreSQL asks to try again. A transaction runs on
    /// one thread, and its caller's error type hides ours, so that the answer travels beside it.
    static TRANSIENT: Cell<bool> = const { Cell::new(false) };
}

/// Begins a new attempt of a transaction on this thread.
pub(crate) fn forget_transient() {
    TRANSIENT.set(false);
}

/// Whether the attempt met a serialization failure or a deadlock, so that the same work can succeed when repeated.
pub(crate) fn was_transient() -> bool {
    TRANSIENT.get()
}

impl StoreError {
    /// Whether the unique constraint of this name was violated: `<table>_<columns joined by _>_key`.
    #[must_use]
    pub fn is_unique(&self, name: &str) -> bool {
        matches!(self, Self::UniqueViolation { constraint } if constraint == name)
    }

    /// A value of the database that cannot be read.
    pub fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt(what.into())
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let Error::DatabaseError(kind, information) = &error else {
            return Self::Database(error);
        };
        let message = information.message();
        match kind {
            DatabaseErrorKind::UniqueViolation => {
                let named = information.constraint_name().map(str::to_owned);
                Self::UniqueViolation {
                    constraint: named.unwrap_or_else(|| sqlite_constraint(message)),
                }
            }
            DatabaseErrorKind::SerializationFailure => {
                TRANSIENT.set(true);
                Self::Unavailable(message.to_owned())
            }
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                Self::Unavailable(message.to_owned())
            }
            // Diesel has no kind for deadlocks, and says nothing of the code; the detail line is the same in each
            // language of the server, the message is not.
            _ if message.contains("deadlock") => {
                TRANSIENT.set(true);
                Self::Unavailable(message.to_owned())
            }
            _ if SQLITE_UNAVAILABLE.iter().any(|known| message.starts_with(known)) => {
                Self::Unavailable(message.to_owned())
            }
            _ => Self::Database(error),
        }
    }
}

/// SQLite's words for: another process holds the file, no space is left, the disk fails.
const SQLITE_UNAVAILABLE: &[&str] = &[
    "database is locked",
    "database table is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open",
];

/// PostgreSQL's name of the constraint behind SQLite's message, which only names the columns:
/// `UNIQUE constraint failed: tickets.organization_id, tickets.number`.
fn sqlite_constraint(message: &str) -> String {
    let columns = message.rsplit(": ").next().unwrap_or_default();
    let table = columns.split('.').next().unwrap_or_default();
    let names: Vec<&str> = columns
        .split(", ")
        .filter_map(|column| column.split('.').nth(1))
        .collect();
    format!("{table}_{}_key", names.join("_"))
}

/// Why a database cannot be opened; each is one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is neither `sqlite://` nor `postgres://`.
    #[error("`{0}` is not the address of a database: use sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME")]
    Address(String),
    /// SQLite cannot create or write its file.
    #[error("cannot write the database {path}: {reason}; check that the folder exists and this user may write there")]
    NotWritable {
        /// The file or folder.
        path: String,
        /// In the words of the system or of SQLite.
        reason: String,
    },
    /// The server does not answer, or refuses.
    #[error("cannot connect to the database: {0}")]
    Connect(String),
    /// A newer program has migrated this database.
    #[error("the database is newer than this program (it has migration {0}): install the newer version of daypack")]
    TooNew(String),
    /// The SQLite library is too old to be trusted with a write-ahead log.
    #[error("SQLite {0} is too old: 3.51.3 or newer is needed")]
    SqliteTooOld(String),
    /// A migration failed.
    #[error("cannot migrate the database: {0}")]
    Migration(String),
}

#[cfg(test)]
mod tests {
    use super::sqlite_constraint;

    #[test]
    fn columns_become_the_name_that_postgres_gives() {
        assert_eq!(
            sqlite_constraint("UNIQUE constraint failed: users.email"),
            "users_email_key"
        );
        assert_eq!(
            sqlite_constraint("UNIQUE constraint failed: tickets.organization_id, tickets.number"),
            "tickets_organization_id_number_key"
        );
    }
}
