//! The only crate that knows the database: SQLite and PostgreSQL behind one text.
//!
//! Functions take a [`Conn`] and are called inside of [`Store::read`] or [`Store::write`], which own the transaction.
//! The first statement of each write for an organization is [`organizations::lock`].

mod conn;
mod error;
mod expressions;
mod migrate;
mod page;
mod row;
mod schema;
mod shipped;
mod store;
mod types;
mod writer;

pub mod alerts;
pub mod approval_links;
pub mod attachments;
pub mod calendars;
pub mod cases;
pub mod catalogue;
pub mod closures;
pub mod comments;
pub mod emergencies;
pub mod estimates;
pub mod events;
pub mod evidence;
pub mod figures;
pub mod holds;
pub mod idempotency;
pub mod imports;
pub mod jobs;
pub mod ledger;
pub mod links;
pub mod lots;
pub mod mails;
pub mod memberships;
pub mod orders;
pub mod organizations;
pub mod payments;
pub mod sessions;
pub mod settings;
pub mod sign_in_attempts;
pub mod standing_approvals;
pub mod statements;
pub mod summaries;
pub mod systems;
pub mod terms_acceptances;
pub mod tickets;
pub mod time_entries;
pub mod tokens;
pub mod users;
pub mod verify;
pub mod warranties;
pub mod windows;

#[cfg(feature = "testing")]
pub mod testing;

pub use conn::{Address, Conn};
pub use error::{OpenError, StoreError};
pub use page::{After, Page};
pub use shipped::STANDARD_POLICY;
pub use store::{Engine, Store, StoreOptions};
pub use types::{Json, RowId};

/// What the functions of this crate give back.
pub type Result<T> = std::result::Result<T, StoreError>;
