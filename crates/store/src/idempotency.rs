//! Answers kept for requests with an `Idempotency-Key`, written in the transaction of their effect.
//! Two requests with the same key at once: the second meets the unique key, its transaction is rolled back, and the
//! caller reads the first one's answer.

use crate::row::row;
use crate::schema::idempotency_keys as keys;
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use diesel::prelude::*;

row! {
    /// The answer that was given.
    IdempotentAnswer in keys {
        /// Who asked: the key is theirs alone.
        caller: String,
        /// As in the header.
        key: String,
        /// Hash of method, path and body: the same key with another one is refused.
        fingerprint: String,
        /// Of HTTP.
        status: i64,
        /// The headers worth repeating, as a JSON object.
        headers: String,
        /// The body.
        body: String,
        /// When.
        created_at: Instant,
    }
}

/// The unique key of this table, for [`StoreError::is_unique`](crate::StoreError::is_unique).
pub const UNIQUE: &str = "idempotency_keys_caller_key_key";

/// The answer kept for this key.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, caller: &str, key: &str) -> Result<Option<IdempotentAnswer>> {
    Ok(keys::table
        .find((caller, key))
        .select(IdempotentAnswer::as_select())
        .first(conn)
        .optional()?)
}

/// Keeps an answer.
///
/// # Errors
/// A unique violation of [`UNIQUE`] when another request with this key was faster.
pub fn insert(conn: &mut Conn, answer: &IdempotentAnswer) -> Result<()> {
    answer.insert_row(conn)
}

/// Deletes answers made before `before`.
///
/// # Errors
/// The database fails.
pub fn delete_older(conn: &mut Conn, before: Instant) -> Result<usize> {
    Ok(diesel::delete(keys::table.filter(keys::created_at.lt(Col(before)))).execute(conn)?)
}
