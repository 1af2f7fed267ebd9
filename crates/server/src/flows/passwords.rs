//! Passwords that were forgotten, never set, or changed.

use chrono::TimeDelta;
use daypack_domain::{
    Refusal,
    ids::{OrganizationId, SessionId, UserId},
};
use daypack_store::{
    Conn, memberships, sessions,
    tokens::{self, OneTimeToken, Purpose},
    users::{self, User},
};

use crate::{
    auth::{attempts::account, keys::Keys, secrets},
    context::Context,
    edge::check_version,
    error::Failure,
};

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
    keep(conn, context, user_id, (purpose, None), token)
}

/// Keeps the hash of the token of an invitation to an organization.
///
/// # Errors
/// The database.
pub fn invite(
    conn: &mut Conn,
    context: &Context,
    user_id: UserId,
    organization_id: OrganizationId,
    token: &str,
) -> Result<(), Failure> {
    keep(
        conn,
        context,
        user_id,
        (Purpose::Invitation, Some(organization_id)),
        token,
    )
}

fn keep(
    conn: &mut Conn,
    context: &Context,
    user_id: UserId,
    (purpose, organization_id): (Purpose, Option<OrganizationId>),
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
        organization_id,
    };
    Ok(tokens::insert(conn, &row)?)
}

/// What a link asks of whoever opens it.
#[derive(Debug, Clone)]
pub enum Asked {
    /// A password to set.
    NewPassword,
    /// The password of this person's account, to join an organization with it: the link alone, which lives for days,
    /// changes nothing of an account that has a password.
    PresentPassword(User),
}

/// What a link that still works asks, for a look before the costly hash.
///
/// # Errors
/// [`Refusal::NotFound`] when it does not.
pub fn asked(conn: &mut Conn, context: &Context, token: &str) -> Result<Asked, Failure> {
    let token = tokens::find_usable(conn, &secrets::hash(token), context.now)?.ok_or(Refusal::NotFound)?;
    let user = users::find(conn, token.user_id)?.ok_or(Refusal::NotFound)?;
    let joins = token.purpose == Purpose::Invitation && user.password_hash.is_some();
    match (joins, token.organization_id) {
        (false, _) => Ok(Asked::NewPassword),
        (true, Some(_)) => Ok(Asked::PresentPassword(user)),
        (true, None) => Err(Refusal::NotFound.into()),
    }
}

/// Uses a link up and sets the password; an invitation is accepted with it. Every session of the person ends, and
/// every other link that sets a password; wrong passwords are forgotten.
///
/// # Errors
/// [`Refusal::NotFound`] when the link does not work (any more).
pub fn set_by_link(
    conn: &mut Conn,
    context: &Context,
    keys: &Keys,
    token: &str,
    password_hash: &str,
) -> Result<(), Failure> {
    let Asked::NewPassword = asked(conn, context, token)? else {
        return Err(Refusal::NotFound.into());
    };
    let user = accept(conn, context, token)?;
    users::set_password(conn, user.id, password_hash)?;
    super::sessions::forget_attempts(conn, &account(keys, &user.email))?;
    tokens::void_all(conn, user.id, context.now)?;
    sessions::end_all(conn, user.id, None, context.now)?;
    Ok(())
}

/// Uses the link of an invitation up, for `verified`, whose password was right.
///
/// # Errors
/// [`Refusal::NotFound`] when the link does not work (any more); [`wrong_password`] when they have another password
/// meanwhile.
pub fn join_by_link(
    conn: &mut Conn,
    context: &Context,
    keys: &Keys,
    token: &str,
    verified: &User,
) -> Result<(), Failure> {
    let Asked::PresentPassword(_) = asked(conn, context, token)? else {
        return Err(Refusal::NotFound.into());
    };
    let user = accept(conn, context, token)?;
    if user.id != verified.id || user.password_hash != verified.password_hash {
        return Err(wrong_password().into());
    }
    super::sessions::forget_attempts(conn, &account(keys, &user.email))
}

/// What whoever joins by a link hears when the password is not theirs.
#[must_use]
pub fn wrong_password() -> Refusal {
    let detail = "You have an account: give the password that you sign in with.";
    Refusal::field("/password", "wrong_password", detail)
}

/// Uses a link up, and accepts the invitation that it is. Gives whose it is; nobody else changes their password now.
fn accept(conn: &mut Conn, context: &Context, token: &str) -> Result<User, Failure> {
    let hash = secrets::hash(token);
    let seen = tokens::find_usable(conn, &hash, context.now)?.ok_or(Refusal::NotFound)?;
    if let Some(organization_id) = seen.organization_id {
        super::organizations::lock(conn, organization_id)?;
    }
    let user = users::lock(conn, seen.user_id)?.ok_or(Refusal::NotFound)?;
    let token = tokens::consume(conn, &hash, context.now)?.ok_or(Refusal::NotFound)?;
    let invited = match token.organization_id {
        Some(organization_id) => memberships::find(conn, organization_id, token.user_id)?,
        None => None,
    };
    // Who was taken out again meanwhile belongs nowhere by it.
    if let Some(mut membership) = invited.filter(|membership| !membership.is_accepted()) {
        membership.invited_as = None;
        membership.invitation_id = None;
        membership.version += 1;
        memberships::update(conn, &membership)?;
    }
    Ok(user)
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
    let mut user = users::lock(conn, user_id)?.ok_or(Failure::Unauthenticated)?;
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
