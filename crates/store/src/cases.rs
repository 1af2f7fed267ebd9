//! A ticket with what is kept beside it: what every write of it reads first, and what a page about it begins with.

use crate::estimates::Estimate;
use crate::evidence::EvidenceRow;
use crate::organizations::Organization;
use crate::schema::{estimates, hold_parts, holds, organizations, systems, ticket_evidence, ticket_work, tickets};
use crate::systems::System;
use crate::tickets::{Ticket, Work};
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::estimate::EstimateStatus;
use daypack_domain::ids::{EstimateId, TicketId};
use daypack_domain::ticket::Evidence;
use diesel::prelude::*;

/// How a ticket is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name<'a> {
    /// By its id.
    Id(TicketId),
    /// By the organization's prefix and its number there.
    Reference(&'a str, i64),
}

impl Work {
    /// Of a ticket that is opened: nothing was done yet, and its clocks run by what its organization has now.
    #[must_use]
    pub fn new(ticket_id: TicketId, organization: &Organization) -> Self {
        Self {
            ticket_id,
            organization_id: organization.id,
            calendar_id: organization.calendar_id,
            sla_policy_id: organization.sla_policy_id,
            mitigation_plan: None,
            solution_plan: None,
            scope_reason: None,
            triaged_by: None,
            triaged_at: None,
            increment_minutes: None,
            minimum_minutes: None,
            free_minutes: None,
            approved_minutes: 0,
            actual_minutes: 0,
            billed_minutes: 0,
            used_minutes: 0,
            planned_period: None,
            decline_reason: None,
            sla_outcome: None,
            resolved_at: None,
            closes_at: None,
            closed_at: None,
        }
    }
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

/// What a page about a ticket shows beside it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Beside {
    /// The system that it is about.
    pub system: Option<System>,
    /// Minutes held for it in all lots.
    pub held_minutes: i64,
}

/// The ticket of this name, whoever's it is, with what a page about it shows beside it.
///
/// # Errors
/// The database fails.
pub fn find_with_beside(conn: &mut Conn, name: &Name<'_>) -> Result<Option<(CaseRow, Beside)>> {
    type Row = (Ticket, Work, Organization, Option<System>, Option<i64>);
    // One row for each lot in which minutes are held.
    let all = tickets::table
        .inner_join(ticket_work::table.on(ticket_work::ticket_id.eq(tickets::id)))
        .inner_join(organizations::table.on(organizations::id.eq(tickets::organization_id)))
        .left_join(systems::table.on(systems::id.nullable().eq(tickets::system_id)))
        .left_join(holds::table.on(holds::ticket_id.eq(tickets::id)))
        .left_join(hold_parts::table.on(hold_parts::hold_id.nullable().eq(holds::id.nullable())))
        .select((
            Ticket::as_select(),
            Work::as_select(),
            Organization::as_select(),
            Option::<System>::as_select(),
            hold_parts::held_minutes.nullable(),
        ));
    let rows: Vec<Row> = match name {
        Name::Id(id) => all.filter(tickets::id.eq(Col(*id))).load(conn)?,
        Name::Reference(prefix, number) => all
            .filter(organizations::prefix.eq(*prefix))
            .filter(tickets::number.eq(*number))
            .load(conn)?,
    };
    let held_minutes = rows.iter().filter_map(|(.., held)| *held).sum();
    let found = |(ticket, work, organization, system, _): Row| {
        let case = CaseRow {
            ticket,
            work,
            organization,
        };
        (case, Beside { system, held_minutes })
    };
    Ok(rows.into_iter().next().map(found))
}

/// What a page about this ticket shows beside it.
///
/// # Errors
/// The database fails.
pub fn beside(conn: &mut Conn, ticket: TicketId) -> Result<Beside> {
    let rows: Vec<(Option<System>, Option<i64>)> = tickets::table
        .left_join(systems::table.on(systems::id.nullable().eq(tickets::system_id)))
        .left_join(holds::table.on(holds::ticket_id.eq(tickets::id)))
        .left_join(hold_parts::table.on(hold_parts::hold_id.nullable().eq(holds::id.nullable())))
        .filter(tickets::id.eq(Col(ticket)))
        .select((Option::<System>::as_select(), hold_parts::held_minutes.nullable()))
        .load(conn)?;
    Ok(Beside {
        held_minutes: rows.iter().filter_map(|(_, held)| *held).sum(),
        system: rows.into_iter().next().and_then(|(system, _)| system),
    })
}

/// What the workflow asks about a ticket beyond what is in hand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// The system that it is about.
    pub system: Option<System>,
    /// What was found and proven.
    pub evidence: Evidence,
    /// The estimate that waits for an answer; there is at most one.
    pub open_estimate: Option<Estimate>,
}

/// What the workflow asks about this ticket, in one query.
///
/// # Errors
/// The database fails.
pub fn known(conn: &mut Conn, ticket: TicketId) -> Result<Known> {
    let open = estimates::ticket_id
        .eq(tickets::id)
        .and(estimates::status.eq(Col(EstimateStatus::Offered)));
    let row: Option<(Option<System>, Option<EvidenceRow>, Option<Estimate>)> = tickets::table
        .left_join(systems::table.on(systems::id.nullable().eq(tickets::system_id)))
        .left_join(ticket_evidence::table.on(ticket_evidence::ticket_id.eq(tickets::id)))
        .left_join(estimates::table.on(open))
        .filter(tickets::id.eq(Col(ticket)))
        .select((
            Option::<System>::as_select(),
            Option::<EvidenceRow>::as_select(),
            Option::<Estimate>::as_select(),
        ))
        .first(conn)
        .optional()?;
    let known = |(system, evidence, open_estimate): (_, Option<EvidenceRow>, _)| Known {
        system,
        evidence: evidence.map_or_else(Evidence::default, Evidence::from),
        open_estimate,
    };
    Ok(row.map(known).unwrap_or_default())
}
