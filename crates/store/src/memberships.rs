//! Who belongs to which organization, as what, and up to which limits (sections 5 and 13).

use crate::row::row;
use crate::schema::{memberships, organizations};
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{OrganizationId, UserId};
use daypack_domain::money::Currency;
use daypack_domain::policy::ClientRole;
use diesel::prelude::*;

row! {
    /// A person's place in an organization.
    Membership in memberships by (organization_id, user_id) {
        /// The client.
        organization_id: OrganizationId,
        /// The person.
        user_id: UserId,
        /// What the person may do there.
        role: ClientRole,
        /// Minutes that an approver may approve, in all, on one ticket; `None`: no limit in minutes.
        approval_limit_minutes: Option<i64>,
        /// Money that the person may order for at once, in the organization's currency.
        order_limit_minor: Option<i64>,
        /// Since when.
        created_at: Instant,
        /// Grows with each change.
        version: i64,
        /// The name that was typed by whoever invited them, until they said yes.
        invited_as: Option<String>,
        /// What they are called by until then, in the place of their id.
        invitation_id: Option<UserId>,
    }
}

impl Membership {
    /// Whether the person belongs there: they said yes.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.invited_as.is_none()
    }
}

/// A membership and what is shown of its organization.
#[derive(Debug, Clone, PartialEq)]
pub struct MembershipOf {
    /// The membership.
    pub membership: Membership,
    /// The organization's word in addresses.
    pub slug: String,
    /// The organization's name.
    pub name: String,
    /// The organization's IANA time zone.
    pub time_zone: String,
    /// The currency of the organization, which is that of the order limit.
    pub currency: Currency,
}

/// Adds a person to an organization.
///
/// # Errors
/// A unique violation of `memberships_organization_id_user_id_key` when the person belongs there already.
pub fn insert(conn: &mut Conn, membership: &Membership) -> Result<()> {
    membership.insert_row(conn)
}

/// A person's place in an organization, accepted or not.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, organization: OrganizationId, user: UserId) -> Result<Option<Membership>> {
    let row = memberships::table.find((Col(organization), Col(user)));
    Ok(row.select(Membership::as_select()).first(conn).optional()?)
}

/// The place in an organization that is shown under this id: the invitation's until it is accepted, the person's then.
///
/// # Errors
/// The database fails.
pub fn find_shown(conn: &mut Conn, organization: OrganizationId, shown: UserId) -> Result<Option<Membership>> {
    let of_organization = || memberships::table.filter(memberships::organization_id.eq(Col(organization)));
    let accepted = of_organization()
        .filter(memberships::user_id.eq(Col(shown)))
        .filter(memberships::invited_as.is_null())
        .select(Membership::as_select())
        .first(conn)
        .optional()?;
    if accepted.is_some() {
        return Ok(accepted);
    }
    let invited = of_organization().filter(memberships::invitation_id.eq(Col(Some(shown))));
    Ok(invited.select(Membership::as_select()).first(conn).optional()?)
}

/// All accepted places of a person, by the organization's name.
///
/// # Errors
/// The database fails.
pub fn of_user(conn: &mut Conn, user: UserId) -> Result<Vec<MembershipOf>> {
    let rows: Vec<(Membership, String, String, String, Currency)> = memberships::table
        .inner_join(organizations::table.on(organizations::id.eq(memberships::organization_id)))
        .filter(memberships::user_id.eq(Col(user)))
        .filter(memberships::invited_as.is_null())
        .order((organizations::name.asc(), organizations::id.asc()))
        .select((
            Membership::as_select(),
            organizations::slug,
            organizations::name,
            organizations::time_zone,
            organizations::currency,
        ))
        .load(conn)?;
    let place = |(membership, slug, name, time_zone, currency)| MembershipOf {
        membership,
        slug,
        name,
        time_zone,
        currency,
    };
    Ok(rows.into_iter().map(place).collect())
}

/// Everybody in an organization, and everybody who is invited.
///
/// # Errors
/// The database fails.
pub fn of_organization(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<Membership>> {
    let query = memberships::table.filter(memberships::organization_id.eq(Col(organization)));
    Ok(query
        .order((memberships::created_at, memberships::user_id))
        .select(Membership::as_select())
        .load(conn)?)
}

/// Saves every field as it is now; `version` must have been raised by one. `false` when somebody else was faster.
///
/// # Errors
/// The database fails.
pub fn update(conn: &mut Conn, membership: &Membership) -> Result<bool> {
    Ok(membership.save_row(conn)? == 1)
}

/// Takes a person out of an organization; `false` when they were not in it.
///
/// # Errors
/// The database fails.
pub fn delete(conn: &mut Conn, organization: OrganizationId, user: UserId) -> Result<bool> {
    Ok(diesel::delete(memberships::table.find((Col(organization), Col(user)))).execute(conn)? == 1)
}
