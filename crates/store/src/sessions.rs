//! Signed-in clients. A session is the family of all refresh tokens that followed one sign-in; tokens are kept as
//! hashes only. The token before the current one works for a few seconds more (two tabs, a lost answer).

use crate::row::row;
use crate::schema::sessions;
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{SessionId, UserId};
use diesel::prelude::*;

row! {
    /// A signed-in client.
    Session in sessions {
        /// Made by the context.
        id: SessionId,
        /// Who signed in.
        user_id: UserId,
        /// Hash of the current refresh token.
        refresh_hash: String,
        /// Hash of the token before it.
        previous_hash: Option<String>,
        /// When the current one took its place.
        rotated_at: Option<Instant>,
        /// When the person signed in.
        created_at: Instant,
        /// When the session ends unless it is used.
        expires_at: Instant,
        /// When it was ended.
        ended_at: Option<Instant>,
        /// As the client calls itself.
        user_agent: String,
        /// Where it signed in from.
        remote_address: String,
    }
}

/// Adds a session.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, session: &Session) -> Result<()> {
    session.insert_row(conn)
}

/// The session with this id, ended or not.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: SessionId) -> Result<Option<Session>> {
    Ok(sessions::table
        .find(Col(id))
        .select(Session::as_select())
        .first(conn)
        .optional()?)
}

/// The session whose current or previous refresh token has this hash, ended or not.
///
/// # Errors
/// The database fails.
pub fn find_by_hash(conn: &mut Conn, hash: &str) -> Result<Option<Session>> {
    let current = sessions::table
        .filter(sessions::refresh_hash.eq(hash))
        .select(Session::as_select());
    if let Some(session) = current.first(conn).optional()? {
        return Ok(Some(session));
    }
    let previous = sessions::table
        .filter(sessions::previous_hash.eq(Some(hash)))
        .select(Session::as_select());
    Ok(previous.first(conn).optional()?)
}

/// Puts a new refresh token in the place of `current`. `false` when another request was faster: `current` is no
/// longer the current token, and nothing is changed.
///
/// # Errors
/// The database fails.
pub fn rotate(
    conn: &mut Conn,
    id: SessionId,
    current: &str,
    next: &str,
    now: Instant,
    expires_at: Instant,
) -> Result<bool> {
    let row = sessions::table
        .filter(sessions::id.eq(Col(id)))
        .filter(sessions::refresh_hash.eq(current))
        .filter(sessions::ended_at.is_null());
    let changed = diesel::update(row)
        .set((
            sessions::refresh_hash.eq(next),
            sessions::previous_hash.eq(Some(current)),
            sessions::rotated_at.eq(Col(now)),
            sessions::expires_at.eq(Col(expires_at)),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Ends a session; ending it again changes nothing.
///
/// # Errors
/// The database fails.
pub fn end(conn: &mut Conn, id: SessionId, at: Instant) -> Result<()> {
    let row = sessions::table
        .filter(sessions::id.eq(Col(id)))
        .filter(sessions::ended_at.is_null());
    diesel::update(row).set(sessions::ended_at.eq(Col(at))).execute(conn)?;
    Ok(())
}

/// Ends all sessions of a person, except for one: after a new password, or when the person is disabled.
///
/// # Errors
/// The database fails.
pub fn end_all(conn: &mut Conn, user: UserId, except: Option<SessionId>, at: Instant) -> Result<()> {
    let mut rows = sessions::table
        .filter(sessions::user_id.eq(Col(user)))
        .filter(sessions::ended_at.is_null())
        .into_boxed();
    if let Some(except) = except {
        rows = rows.filter(sessions::id.ne(Col(except)));
    }
    // Diesel has no update of a boxed query.
    let ids: Vec<SessionId> = rows.select(sessions::id).load(conn)?;
    for id in ids {
        end(conn, id, at)?;
    }
    Ok(())
}

/// Deletes sessions that expired before `before`; how many they were.
///
/// # Errors
/// The database fails.
pub fn delete_expired(conn: &mut Conn, before: Instant) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.lt(Col(before)))).execute(conn)?)
}
