//! One-time tokens: invitations and password resets. Kept as hashes, single use, expiring.

use crate::row::row;
use crate::schema::one_time_tokens as tokens;
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{OrganizationId, UserId};
use diesel::prelude::*;

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Sets the first password.
    Invitation,
    /// Sets another password.
    PasswordReset,
}

impl Purpose {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
        }
    }
}

impl std::str::FromStr for Purpose {
    type Err = daypack_domain::problem::UnknownWord;

    fn from_str(word: &str) -> std::result::Result<Self, Self::Err> {
        match word {
            "invitation" => Ok(Self::Invitation),
            "password_reset" => Ok(Self::PasswordReset),
            _ => Err(daypack_domain::problem::UnknownWord),
        }
    }
}

row! {
    /// A token that was given out.
    OneTimeToken in tokens {
        /// Hash of the token.
        hash: String,
        /// What it is good for.
        purpose: Purpose,
        /// Whom it was given to.
        user_id: UserId,
        /// When it was made.
        created_at: Instant,
        /// From then on it is worthless.
        expires_at: Instant,
        /// When it was used.
        used_at: Option<Instant>,
        /// Which organization it is an invitation to.
        organization_id: Option<OrganizationId>,
    }
}

/// Adds a token.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, token: &OneTimeToken) -> Result<()> {
    token.insert_row(conn)
}

/// Whom an unused, unexpired token with this hash belongs to, for pages that only look.
///
/// # Errors
/// The database fails.
pub fn find_usable(conn: &mut Conn, hash: &str, now: Instant) -> Result<Option<OneTimeToken>> {
    let query = tokens::table
        .find(hash)
        .filter(tokens::used_at.is_null())
        .filter(tokens::expires_at.gt(Col(now)))
        .select(OneTimeToken::as_select());
    Ok(query.first(conn).optional()?)
}

/// Uses a token up, and gives it. `None` when it is unknown, expired or used already: of two at once, one gets it.
///
/// # Errors
/// The database fails.
pub fn consume(conn: &mut Conn, hash: &str, now: Instant) -> Result<Option<OneTimeToken>> {
    let Some(token) = find_usable(conn, hash, now)? else {
        return Ok(None);
    };
    let row = tokens::table
        .filter(tokens::hash.eq(hash))
        .filter(tokens::used_at.is_null());
    let used = diesel::update(row).set(tokens::used_at.eq(Col(now))).execute(conn)?;
    Ok((used == 1).then_some(token))
}

/// Makes all other tokens of a person that set a password worthless: once one has set it. Invitations to organizations
/// stay: they ask for the password of whoever has one.
///
/// # Errors
/// The database fails.
pub fn void_all(conn: &mut Conn, user: UserId, now: Instant) -> Result<()> {
    let rows = tokens::table
        .filter(tokens::user_id.eq(Col(user)))
        .filter(tokens::organization_id.is_null())
        .filter(tokens::used_at.is_null());
    diesel::update(rows).set(tokens::used_at.eq(Col(now))).execute(conn)?;
    Ok(())
}

/// Deletes tokens that expired before `before`.
///
/// # Errors
/// The database fails.
pub fn delete_expired(conn: &mut Conn, before: Instant) -> Result<usize> {
    Ok(diesel::delete(tokens::table.filter(tokens::expires_at.lt(Col(before)))).execute(conn)?)
}
