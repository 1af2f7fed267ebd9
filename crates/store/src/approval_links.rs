//! Links in mails that approve, or dispute an approval: kept as hashes, bound to a person and an estimate, single use,
//! expiring.

use crate::row::row;
use crate::schema::approval_links as links;
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{EstimateId, OrganizationId, UserId};
use diesel::prelude::*;

/// What a link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// To answer an offer.
    Answer,
    /// To say that a recorded approval was not one's own.
    Dispute,
}

impl LinkPurpose {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Dispute => "dispute",
        }
    }
}

impl std::str::FromStr for LinkPurpose {
    type Err = daypack_domain::problem::UnknownWord;

    fn from_str(word: &str) -> std::result::Result<Self, Self::Err> {
        match word {
            "answer" => Ok(Self::Answer),
            "dispute" => Ok(Self::Dispute),
            _ => Err(daypack_domain::problem::UnknownWord),
        }
    }
}

row! {
    /// A link that was sent to somebody.
    ApprovalLink in links {
        /// Hash of its token.
        hash: String,
        /// Of the estimate.
        organization_id: OrganizationId,
        /// What it is about.
        estimate_id: EstimateId,
        /// Whom it was sent to, and as whom it acts.
        user_id: UserId,
        /// What it is good for.
        purpose: LinkPurpose,
        /// When it was made.
        created_at: Instant,
        /// From then on it is worthless.
        expires_at: Instant,
        /// When it was used.
        used_at: Option<Instant>,
    }
}

/// Adds a link.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, link: &ApprovalLink) -> Result<()> {
    link.insert_row(conn)
}

/// The link with this hash for this purpose, used and expired ones too.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, hash: &str, purpose: LinkPurpose) -> Result<Option<ApprovalLink>> {
    let query = links::table.find(hash).filter(links::purpose.eq(Col(purpose)));
    Ok(query.select(ApprovalLink::as_select()).first(conn).optional()?)
}

/// Whether any link was made for an estimate and this purpose.
///
/// # Errors
/// The database fails.
pub fn any_of_estimate(conn: &mut Conn, estimate: EstimateId, purpose: LinkPurpose) -> Result<bool> {
    let query = links::table
        .filter(links::estimate_id.eq(Col(estimate)))
        .filter(links::purpose.eq(Col(purpose)));
    Ok(query.select(links::hash).first::<String>(conn).optional()?.is_some())
}

/// Uses a link up. `false` when it was used before: of two at once, one gets it.
///
/// # Errors
/// The database fails.
pub fn use_up(conn: &mut Conn, hash: &str, now: Instant) -> Result<bool> {
    let unused = links::table
        .filter(links::hash.eq(hash))
        .filter(links::used_at.is_null());
    let used = diesel::update(unused)
        .set(links::used_at.eq(Col(Some(now))))
        .execute(conn)?;
    Ok(used == 1)
}

/// Deletes links that expired before `before`.
///
/// # Errors
/// The database fails.
pub fn delete_expired(conn: &mut Conn, before: Instant) -> Result<usize> {
    Ok(diesel::delete(links::table.filter(links::expires_at.lt(Col(before)))).execute(conn)?)
}
