//! The emergency clause, what began under it, links and warranty.

use daypack_api_types::emergency::{Emergency, EmergencyClause, OpenEmergency, TicketLink, Warranty};
use daypack_domain::ids::TicketId;
use daypack_store::{Conn, organizations::Organization, tickets, tickets::Ticket, warranties};

use super::{People, tickets as ticket_views};
use crate::{
    context::Context,
    error::Failure,
    flows::{emergency::Shown, tickets::links},
};

/// What is agreed with an organization.
#[must_use]
pub fn clause(organization: &Organization) -> EmergencyClause {
    let clause = organization.emergency_clause();
    EmergencyClause {
        enabled: clause.enabled,
        severities: clause.severities,
        hold_minutes: clause.hold_minutes,
        debt_limit_minutes: clause.debt_limit_minutes,
        version: organization.version,
    }
}

/// Work that began before a yes.
///
/// # Errors
/// The database.
pub fn emergency(conn: &mut Conn, shown: Shown) -> Result<Emergency, Failure> {
    let Shown {
        emergency,
        borrowed_minutes,
        left_minutes,
    } = shown;
    let involved = [emergency.started_by, emergency.answered_by, emergency.settled_by];
    let people = People::load(conn, involved.into_iter().flatten())?;
    Ok(Emergency {
        status: emergency.status,
        clause_minutes: emergency.clause_minutes,
        held_minutes: emergency.held_minutes,
        borrowed_minutes,
        left_minutes,
        started_by: people.optional(emergency.started_by),
        started_at: emergency.started_at,
        answered_by: people.optional(emergency.answered_by),
        answered_at: emergency.answered_at,
        dispute_reason: emergency.dispute_reason,
        settled_by: people.optional(emergency.settled_by),
        settled_at: emergency.settled_at,
        settlement: emergency.settlement,
    })
}

/// Emergencies that wait for an owner's word, in the order given.
///
/// # Errors
/// The database.
pub fn open(conn: &mut Conn, context: &Context, waiting: Vec<(Ticket, Shown)>) -> Result<Vec<OpenEmergency>, Failure> {
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let (rows, shown): (Vec<Ticket>, Vec<Shown>) = waiting.into_iter().unzip();
    let summaries = ticket_views::summaries(conn, context, &rows)?;
    let mut open = Vec::with_capacity(rows.len());
    for (ticket, shown) in summaries.into_iter().zip(shown) {
        let emergency = emergency(conn, shown)?;
        open.push(OpenEmergency { ticket, emergency });
    }
    Ok(open)
}

/// How a ticket belongs to others.
///
/// # Errors
/// The database.
pub fn links(conn: &mut Conn, prefix: &str, ticket: TicketId) -> Result<Vec<TicketLink>, Failure> {
    let link = |linked: links::Linked| TicketLink {
        kind: linked.link.kind,
        incoming: linked.link.ticket_id != ticket,
        other_id: linked.other.id,
        reference: format!("{prefix}-{}", linked.other.number),
        title: linked.other.title,
        status: linked.other.status,
        closed_at: linked.closed_at,
    };
    Ok(links::of(conn, ticket)?.into_iter().map(link).collect())
}

/// What the lead decided about a recurrence.
///
/// # Errors
/// The database.
pub fn warranty(conn: &mut Conn, prefix: &str, ticket: TicketId) -> Result<Option<Warranty>, Failure> {
    let Some(row) = warranties::find(conn, ticket)? else {
        return Ok(None);
    };
    let number = tickets::find(conn, row.original_id)?.map_or(0, |original| original.number);
    let people = People::load(conn, [row.decided_by])?;
    Ok(Some(Warranty {
        accepted: row.accepted,
        reason: row.reason,
        original_id: row.original_id,
        original_reference: format!("{prefix}-{number}"),
        decided_by: people.person(row.decided_by),
        decided_at: row.decided_at,
    }))
}
