//! A ticket with what is kept beside it: what every write of it reads first, and what a page about it begins with.

use crate::estimates::Estimate;
use crate::organizations::Organization;
use crate::schema::{estimates, organizations, ticket_work, tickets};
use crate::tickets::{Ticket, Work};
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::ids::{EstimateId, TicketId};
use diesel::prelude::*;

/// How a ticket is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name<'a> {
    /// By its id.
    Id(TicketId),
    /// By the organization's prefix and its number there.
    Reference(&'a str, i64),
}

/// A ticket, what it gathers, and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRow {
    /// The ticket.
    pub ticket: Ticket,
    /// What it gathers.
    pub work: Work,
    /// Whose it is.
    pub organization: Organization,
}

impl CaseRow {
    /// All of it, to look at.
    #[must_use]
    pub fn seen(&self) -> Seen<'_> {
        (&self.ticket, &self.work, &self.organization)
    }
}

/// A ticket, what it gathers, and whose it is, to look at.
pub type Seen<'a> = (&'a Ticket, &'a Work, &'a Organization);

/// The estimate with this id, whoever's it is, with its ticket.
///
/// # Errors
/// The database fails.
pub fn of_estimate(conn: &mut Conn, id: EstimateId) -> Result<Option<(Estimate, CaseRow)>> {
    let found: Option<(Estimate, Ticket, Work, Organization)> = estimates::table
        .inner_join(tickets::table.on(tickets::id.eq(estimates::ticket_id)))
        .inner_join(ticket_work::table.on(ticket_work::ticket_id.eq(tickets::id)))
        .inner_join(organizations::table.on(organizations::id.eq(tickets::organization_id)))
        .filter(estimates::id.eq(Col(id)))
        .select((
            Estimate::as_select(),
            Ticket::as_select(),
            Work::as_select(),
            Organization::as_select(),
        ))
        .first(conn)
        .optional()?;
    let case = |(estimate, ticket, work, organization)| {
        let case = CaseRow {
            ticket,
            work,
            organization,
        };
        (estimate, case)
    };
    Ok(found.map(case))
}

/// The ticket of this name, whoever's it is.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, name: &Name<'_>) -> Result<Option<CaseRow>> {
    let all = tickets::table
        .inner_join(ticket_work::table.on(ticket_work::ticket_id.eq(tickets::id)))
        .inner_join(organizations::table.on(organizations::id.eq(tickets::organization_id)))
        .select((Ticket::as_select(), Work::as_select(), Organization::as_select()));
    let found: Option<(Ticket, Work, Organization)> = match name {
        Name::Id(id) => all.filter(tickets::id.eq(Col(*id))).first(conn).optional()?,
        Name::Reference(prefix, number) => all
            .filter(organizations::prefix.eq(*prefix))
            .filter(tickets::number.eq(*number))
            .first(conn)
            .optional()?,
    };
    Ok(found.map(|(ticket, work, organization)| CaseRow {
        ticket,
        work,
        organization,
    }))
}
