//! Standing approvals (section 5): an owner's yes to every offer within limits.

use crate::row::row;
use crate::schema::standing_approvals;
use crate::types::{Col, Json};
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{OrganizationId, StandingApprovalId, UserId};
use daypack_domain::standing::StandingTerms;
use daypack_domain::ticket::{Kind, Severity};
use diesel::prelude::*;

row! {
    /// An approval given once for every offer within its limits. Its terms never change: it is ended, and another given.
    StandingApproval in standing_approvals by (id) {
        /// Made by the context.
        id: StandingApprovalId,
        /// Whose.
        organization_id: OrganizationId,
        /// What it is called.
        name: String,
        /// Only for these kinds of work; for all when there are none.
        kinds: Json<Vec<Kind>>,
        /// Only for these severities; for all when there are none.
        severities: Json<Vec<Severity>>,
        /// Most minutes for one ticket.
        minutes_per_ticket: i64,
        /// Most minutes in a month.
        minutes_per_month: i64,
        /// Also for what is solved at once.
        small_works: bool,
        /// Who gave it.
        given_by: UserId,
        /// When.
        given_at: Instant,
        /// Who ended it.
        ended_by: Option<UserId>,
        /// When.
        ended_at: Option<Instant>,
        /// Grows with each change.
        version: i64,
    }
}

impl StandingApproval {
    /// What it says, for the rules.
    #[must_use]
    pub fn terms(&self) -> StandingTerms {
        StandingTerms {
            name: self.name.clone(),
            kinds: self.kinds.0.clone(),
            severities: self.severities.0.clone(),
            minutes_per_ticket: self.minutes_per_ticket,
            minutes_per_month: self.minutes_per_month,
            small_works: self.small_works,
        }
    }
}

/// Adds one.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, approval: &StandingApproval) -> Result<()> {
    approval.insert_row(conn)
}

/// The one with this id, whoever's it is.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: StandingApprovalId) -> Result<Option<StandingApproval>> {
    let row = standing_approvals::table.find(Col(id));
    Ok(row.select(StandingApproval::as_select()).first(conn).optional()?)
}

/// All that an organization ever gave, the oldest first.
///
/// # Errors
/// The database fails.
pub fn of_organization(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<StandingApproval>> {
    let query = standing_approvals::table.filter(standing_approvals::organization_id.eq(Col(organization)));
    Ok(query
        .order((standing_approvals::given_at.asc(), standing_approvals::id.asc()))
        .select(StandingApproval::as_select())
        .load(conn)?)
}

/// Saves every field; `version` must have been raised by one. `false` when somebody else was faster.
///
/// # Errors
/// The database fails.
pub fn update(conn: &mut Conn, approval: &StandingApproval) -> Result<bool> {
    Ok(approval.save_row(conn)? == 1)
}
