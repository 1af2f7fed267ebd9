//! Answers kept for requests with an `Idempotency-Key`, written in the transaction of their effect.
//! The key is taken before the effect: of two requests with the same one at once, the second waits until the first is
//! committed, and finds its answer.

use crate::schema::idempotency_keys as keys;
use crate::types::Col;
use crate::{Conn, Result, each_backend};
use daypack_domain::Instant;
use diesel::prelude::*;

/// The answer that was given.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = keys)]
pub struct IdempotentAnswer {
    /// Who asked: the key is theirs alone.
    pub caller: String,
    /// As in the header.
    pub key: String,
    /// Hash of method, path and body: the same key with another one is refused.
    pub fingerprint: String,
    /// Of HTTP.
    pub status: i64,
    /// The headers worth repeating, as a JSON object.
    pub headers: String,
    /// The body.
    pub body: String,
    /// When.
    pub created_at: Instant,
    /// What the caller could do then, as JSON.
    pub standing: String,
}

/// Takes a key for a request whose answer is not there yet; [`keep`] follows in the same transaction. `false` when the
/// key was taken before: another transaction that has it and has not ended is waited for.
///
/// # Errors
/// The database fails.
pub fn take(conn: &mut Conn, request: &IdempotentAnswer) -> Result<bool> {
    let values = (
        keys::caller.eq(&request.caller),
        keys::key.eq(&request.key),
        keys::fingerprint.eq(&request.fingerprint),
        keys::status.eq(request.status),
        keys::headers.eq(&request.headers),
        keys::body.eq(&request.body),
        keys::created_at.eq(Col(request.created_at)),
        keys::standing.eq(&request.standing),
    );
    let taken = each_backend!(&mut *conn, c => diesel::insert_into(keys::table)
        .values(values)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(taken == 1)
}

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

/// Keeps the answer under the key that was taken for it.
///
/// # Errors
/// The database fails.
pub fn keep(conn: &mut Conn, answer: &IdempotentAnswer) -> Result<()> {
    diesel::update(keys::table.find((&answer.caller, &answer.key)))
        .set((
            keys::status.eq(answer.status),
            keys::headers.eq(&answer.headers),
            keys::body.eq(&answer.body),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets the answer kept for this key.
///
/// # Errors
/// The database fails.
pub fn forget(conn: &mut Conn, caller: &str, key: &str) -> Result<()> {
    diesel::delete(keys::table.find((caller, key))).execute(conn)?;
    Ok(())
}

/// Deletes answers made before `before`.
///
/// # Errors
/// The database fails.
pub fn delete_older(conn: &mut Conn, before: Instant) -> Result<usize> {
    Ok(diesel::delete(keys::table.filter(keys::created_at.lt(Col(before)))).execute(conn)?)
}
