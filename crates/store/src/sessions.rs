//! Signed-in clients. A session is the family of all refresh tokens that followed one sign-in; tokens are kept as
//! hashes only. The token before the current one works for a few seconds more (two tabs, a lost answer).

use crate::memberships::Membership;
use crate::row::row;
use crate::schema::{memberships, organizations, sessions, users};
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{SessionId, UserId};
use daypack_domain::money::Currency;
use daypack_domain::policy::StaffRole;
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

/// A session with its person and the places that the person has, as every request by an access token needs them.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedIn {
    /// Who signed in.
    pub user_id: UserId,
    /// When the session ends unless it is used.
    pub expires_at: Instant,
    /// When it was ended.
    pub ended_at: Option<Instant>,
    /// The person's role on the staff.
    pub staff_role: Option<StaffRole>,
    /// Since when the person may not sign in.
    pub disabled_at: Option<Instant>,
    /// Where the person belongs, by the organization's name; each with the currency of its order limit.
    pub places: Vec<(Membership, Currency)>,
}

/// The session with this id, ended or not, with everything that says who acts: one query.
///
/// # Errors
/// The database fails.
pub fn signed_in(conn: &mut Conn, id: SessionId) -> Result<Option<SignedIn>> {
    type Person = (UserId, Instant, Option<Instant>, Option<StaffRole>, Option<Instant>);
    let rows: Vec<(Person, Option<Membership>, Option<Currency>)> = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .left_join(
            memberships::table.on(memberships::user_id
                .eq(users::id)
                .and(memberships::invited_as.is_null())),
        )
        .left_join(organizations::table.on(organizations::id.nullable().eq(memberships::organization_id.nullable())))
        .filter(sessions::id.eq(Col(id)))
        .order((organizations::name.asc(), organizations::id.asc()))
        .select((
            (
                sessions::user_id,
                sessions::expires_at,
                sessions::ended_at,
                users::staff_role,
                users::disabled_at,
            ),
            Option::<Membership>::as_select(),
            organizations::currency.nullable(),
        ))
        .load(conn)?;
    let mut found: Option<SignedIn> = None;
    for ((user_id, expires_at, ended_at, staff_role, disabled_at), membership, currency) in rows {
        let session = found.get_or_insert(SignedIn {
            user_id,
            expires_at,
            ended_at,
            staff_role,
            disabled_at,
            places: Vec::new(),
        });
        session.places.extend(membership.zip(currency));
    }
    Ok(found)
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
