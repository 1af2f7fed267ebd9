//! The only crate that knows the database: SQLite and PostgreSQL behind one text.
//!
//! Functions take a [`Conn`] and are called inside of [`Store::read`] or [`Store::write`], which own the transaction.
//! The first statement of each write for an organization is [`organizations::lock`].

mod conn;
mod error;
mod migrate;
mod page;
mod row;
mod schema;
mod shipped;
mod store;
mod types;
mod writer;

pub mod catalogue;
pub mod idempotency;
pub mod memberships;
pub mod sessions;
pub mod settings;
pub mod tokens;
pub mod users;

#[cfg(feature = "testing")]
pub mod testing;

pub use conn::{Address, Conn};
pub use error::{OpenError, StoreError};
pub use page::{After, Page};
pub use store::{Engine, Store, StoreOptions};
pub use types::RowId;

/// What the functions of this crate give back.
pub type Result<T> = std::result::Result<T, StoreError>;
