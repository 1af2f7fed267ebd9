//! Signing in and out.

use daypack_domain::Instant;
use daypack_store::{
    Conn, sessions, sign_in_attempts,
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

/// Begins a session for `verified`, whose password was right. Nothing, when they have another one meanwhile or were
/// disabled: looking at a password takes long, and whoever sets another one wants everybody out.
///
/// # Errors
/// The database.
pub fn open(conn: &mut Conn, context: &Context, verified: &User, user_agent: &str) -> Result<Option<Opened>, Failure> {
    let user = users::lock(conn, verified.id)?
        .filter(|user| user.disabled_at.is_none() && user.password_hash == verified.password_hash);
    let Some(user) = user else { return Ok(None) };
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
    Ok(Some(Opened { user, refresh }))
}

/// Counts an attempt for an account, before the password is looked at. Gives until when to wait when there were too
/// many; it is not counted then.
///
/// # Errors
/// The database.
pub fn attempt(conn: &mut Conn, context: &Context, account: &str) -> Result<Option<Instant>, Failure> {
    let mut tried = sign_in_attempts::lock(conn, account, context.now)?;
    if tried.last_failed_at + MEMORY <= context.now {
        tried.failures = 0;
    }
    let failures = u32::try_from(tried.failures).unwrap_or(u32::MAX);
    let until = locked_until(failures, FREE_FOR_ACCOUNT, tried.last_failed_at);
    if let Some(until) = until.filter(|until| *until > context.now) {
        return Ok(Some(until));
    }
    tried.failures += 1;
    tried.last_failed_at = context.now;
    sign_in_attempts::save(conn, &tried)?;
    Ok(None)
}

/// Forgets the attempts for an account: its password was right, or is another one now.
///
/// # Errors
/// The database.
pub fn forget_attempts(conn: &mut Conn, account: &str) -> Result<(), Failure> {
    Ok(sign_in_attempts::forget(conn, account)?)
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
    let Some(mut session) = sessions::find(conn, token.session_id)? else {
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
        if first {
            return Ok(Some(Opened { user, refresh: next }));
        }
        // Another tab was faster while this one waited for it: the same successor is for both.
        let Some(rotated) = sessions::find(conn, token.session_id)?.filter(|session| session.ended_at.is_none()) else {
            return Ok(None);
        };
        session = rotated;
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
