//! Signing in and out.

use daypack_domain::ids::UserId;
use daypack_store::{
    Conn, sessions,
    users::{self, User},
};

use crate::{
    auth::{
        attempts::{FREE_FOR_ACCOUNT, MEMORY, locked_until},
        keys::Keys,
        refresh::{GRACE, LIFETIME, RefreshToken},
    },
    context::Context,
    error::Failure,
};

/// Browsers call themselves at length; the database keeps this much.
const USER_AGENT_CHARACTERS: usize = 200;

/// A person and the refresh token of their session.
#[derive(Clone)]
pub struct Opened {
    /// Who.
    pub user: User,
    /// For the cookie.
    pub refresh: RefreshToken,
}

/// Begins a session for somebody whose password was right.
///
/// # Errors
/// [`Failure::Unauthenticated`] when the person was disabled meanwhile.
pub fn open(conn: &mut Conn, context: &Context, user_id: UserId, user_agent: &str) -> Result<Opened, Failure> {
    let user = users::find(conn, user_id)?
        .filter(|user| user.disabled_at.is_none())
        .ok_or(Failure::Unauthenticated)?;
    if user.failed_sign_ins > 0 {
        users::forget_failed_sign_ins(conn, user.id)?;
    }
    let refresh = RefreshToken::first(context.id());
    let session = sessions::Session {
        id: refresh.session_id,
        user_id: user.id,
        refresh_hash: refresh.hash(),
        previous_hash: None,
        rotated_at: None,
        created_at: context.now,
        expires_at: context.now + LIFETIME,
        ended_at: None,
        user_agent: user_agent.chars().take(USER_AGENT_CHARACTERS).collect(),
        remote_address: context
            .remote_address
            .map(|address| address.to_string())
            .unwrap_or_default(),
    };
    sessions::insert(conn, &session)?;
    Ok(Opened { user, refresh })
}

/// Notes a wrong password of somebody who exists.
///
/// # Errors
/// The database.
pub fn note_failure(conn: &mut Conn, context: &Context, user_id: UserId) -> Result<(), Failure> {
    let Some(user) = users::find(conn, user_id)? else {
        return Ok(());
    };
    if user.last_failed_at.is_some_and(|last| last + MEMORY <= context.now) {
        users::forget_failed_sign_ins(conn, user.id)?;
        users::note_failed_sign_in(conn, user.id, context.now, None)?;
        return Ok(());
    }
    let failures = u32::try_from(user.failed_sign_ins)
        .unwrap_or(u32::MAX)
        .saturating_add(1);
    let until = locked_until(failures, FREE_FOR_ACCOUNT, context.now);
    users::note_failed_sign_in(conn, user.id, context.now, until)?;
    Ok(())
}

/// Puts the next refresh token in the place of this one. Within the grace, the token before gets the same successor;
/// later it is in somebody else's hands, and the session ends (committed: nothing is the answer, not an error).
///
/// # Errors
/// The database.
pub fn refresh(
    conn: &mut Conn,
    context: &Context,
    keys: &Keys,
    token: &RefreshToken,
) -> Result<Option<Opened>, Failure> {
    let Some(session) = sessions::find(conn, token.session_id)? else {
        return Ok(None);
    };
    if session.ended_at.is_some() || session.expires_at <= context.now {
        return Ok(None);
    }
    let user = users::find(conn, session.user_id)?.filter(|user| user.disabled_at.is_none());
    let Some(user) = user else { return Ok(None) };
    let next = token.successor(keys);
    let presented = token.hash();
    if presented == session.refresh_hash {
        let expires_at = context.now + LIFETIME;
        let first = sessions::rotate(conn, session.id, &presented, &next.hash(), context.now, expires_at)?;
        return if first {
            Ok(Some(Opened { user, refresh: next }))
        } else {
            Ok(None)
        };
    }
    let in_grace = session.rotated_at.is_some_and(|at| context.now < at + GRACE);
    if in_grace && session.previous_hash.as_deref() == Some(presented.as_str()) && next.hash() == session.refresh_hash {
        return Ok(Some(Opened { user, refresh: next }));
    }
    sessions::end(conn, session.id, context.now)?;
    Ok(None)
}

/// Ends a session.
///
/// # Errors
/// The database.
pub fn close(conn: &mut Conn, context: &Context, session_id: daypack_domain::ids::SessionId) -> Result<(), Failure> {
    Ok(sessions::end(conn, session_id, context.now)?)
}
