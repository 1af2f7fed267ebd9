//! Who accepted which version of the terms and conditions for an organization: never changed, never deleted.

use crate::row::row;
use crate::schema::terms_acceptances;
use crate::types::Col;
use crate::{Conn, Result, RowId};
use daypack_domain::Instant;
use daypack_domain::ids::{OrderId, OrganizationId, UserId};
use diesel::prelude::*;

row! {
    /// That somebody accepted a version.
    Acceptance in terms_acceptances {
        /// Made by the context.
        id: RowId,
        /// For whom.
        organization_id: OrganizationId,
        /// Which version.
        terms_version: i64,
        /// SHA-256 of its text, in hexadecimal.
        terms_hash: String,
        /// Who.
        accepted_by: UserId,
        /// When.
        accepted_at: Instant,
        /// From which address.
        accepted_address: String,
        /// The order that it came with.
        order_id: Option<OrderId>,
    }
}

/// Adds an acceptance.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, acceptance: &Acceptance) -> Result<()> {
    acceptance.insert_row(conn)
}

/// What was accepted for an organization, newest first.
///
/// # Errors
/// The database fails.
pub fn of_organization(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<Acceptance>> {
    let query = terms_acceptances::table
        .filter(terms_acceptances::organization_id.eq(Col(organization)))
        .order((terms_acceptances::accepted_at.desc(), terms_acceptances::id.desc()));
    Ok(query.select(Acceptance::as_select()).load(conn)?)
}

/// The newest version that was accepted for an organization.
///
/// # Errors
/// The database fails.
pub fn newest_version(conn: &mut Conn, organization: OrganizationId) -> Result<Option<i64>> {
    let query = terms_acceptances::table.filter(terms_acceptances::organization_id.eq(Col(organization)));
    Ok(query
        .select(diesel::dsl::max(terms_acceptances::terms_version))
        .first(conn)?)
}
