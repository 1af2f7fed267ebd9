//! Passwords that were forgotten, never set, or changed.

use chrono::TimeDelta;
use daypack_domain::{
    Refusal,
    ids::{SessionId, UserId},
};
use daypack_store::{
    Conn, sessions,
    tokens::{self, OneTimeToken, Purpose},
    users::{self, User},
};

use crate::{auth::secrets, context::Context, edge::check_version, error::Failure};

/// How long the link to set another password works.
pub const RESET_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// How long the link to set the first password works.
pub const INVITATION_LIFETIME: TimeDelta = TimeDelta::days(7);

/// Keeps the hash of a link's token for the person who has this address, and gives the person to send it to. The token
/// itself is in the mail alone.
///
/// # Errors
/// The database.
pub fn request(conn: &mut Conn, context: &Context, email: &str, token: &str) -> Result<Option<User>, Failure> {
    let user = users::find_by_email(conn, email)?.filter(|user| user.disabled_at.is_none());
    if let Some(user) = &user {
        issue(conn, context, user.id, Purpose::PasswordReset, token)?;
    }
    Ok(user)
}

/// Keeps the hash of a one-time link's token.
///
/// # Errors
/// The database.
pub fn issue(
    conn: &mut Conn,
    context: &Context,
    user_id: UserId,
    purpose: Purpose,
    token: &str,
) -> Result<(), Failure> {
    let lifetime = match purpose {
        Purpose::Invitation => INVITATION_LIFETIME,
        Purpose::PasswordReset => RESET_LIFETIME,
    };
    let row = OneTimeToken {
        hash: secrets::hash(token),
        purpose,
        user_id,
        created_at: context.now,
        expires_at: context.now + lifetime,
        used_at: None,
    };
    Ok(tokens::insert(conn, &row)?)
}

/// Whether a link still works, for a look before the costly hash.
///
/// # Errors
/// [`Refusal::NotFound`] when it does not.
pub fn check(conn: &mut Conn, context: &Context, token: &str) -> Result<(), Failure> {
    let found = tokens::find_usable(conn, &secrets::hash(token), context.now)?;
    found.map(|_| ()).ok_or(Failure::Refusal(Refusal::NotFound))
}

/// Uses a link up and sets the password. Every session of the person ends, and every other link.
///
/// # Errors
/// [`Refusal::NotFound`] when the link does not work (any more).
pub fn set_by_link(conn: &mut Conn, context: &Context, token: &str, password_hash: &str) -> Result<(), Failure> {
    let token = tokens::consume(conn, &secrets::hash(token), context.now)?.ok_or(Refusal::NotFound)?;
    users::set_password(conn, token.user_id, password_hash)?;
    tokens::void_all(conn, token.user_id, context.now)?;
    sessions::end_all(conn, token.user_id, None, context.now)?;
    Ok(())
}

/// What a person changes of themselves; nothing leaves as it is.
#[derive(Clone, Default)]
pub struct EditSelf {
    /// Their name.
    pub name: Option<String>,
    /// Their language.
    pub locale: Option<String>,
    /// The hash of a new password.
    pub password_hash: Option<String>,
}

/// Changes a person's own account. A new password ends every other session.
///
/// # Errors
/// `stale_version` when the account has changed since `version`.
pub fn edit_self(
    conn: &mut Conn,
    context: &Context,
    session_id: SessionId,
    version: i64,
    edit: &EditSelf,
) -> Result<User, Failure> {
    let user_id = context.actor.user_id().ok_or(Failure::Unauthenticated)?;
    let mut user = users::find(conn, user_id)?.ok_or(Failure::Unauthenticated)?;
    check_version(version, user.version)?;
    if let Some(name) = &edit.name {
        user.name.clone_from(name);
    }
    if let Some(locale) = &edit.locale {
        user.locale.clone_from(locale);
    }
    if let Some(hash) = &edit.password_hash {
        user.password_hash = Some(hash.clone());
        tokens::void_all(conn, user.id, context.now)?;
        sessions::end_all(conn, user.id, Some(session_id), context.now)?;
    }
    user.version += 1;
    if !users::update(conn, &user)? {
        check_version(version, user.version)?;
    }
    Ok(user)
}
