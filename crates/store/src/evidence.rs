//! What was found and proven about a ticket, and what was done at once.

use crate::closures::Closure;
use crate::row::row;
use crate::schema::{mitigations, ticket_closures, ticket_evidence, tickets};
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{OrganizationId, TicketId, UserId};
use daypack_domain::ticket::Evidence;
use diesel::prelude::*;

row! {
    /// A row of the table.
    EvidenceRow in ticket_evidence over (ticket_id) {
        /// Of which ticket.
        ticket_id: TicketId,
        /// Of the ticket.
        organization_id: OrganizationId,
        /// The cause.
        diagnosis: Option<String>,
        /// How it was reproduced.
        reproduction: Option<String>,
        /// Why it was not.
        reproduction_waiver: Option<String>,
        /// Why no window was agreed.
        window_waiver: Option<String>,
        /// How to go back.
        rollback_note: Option<String>,
        /// How it was tested.
        test_evidence: Option<String>,
        /// Who recorded something last.
        updated_by: UserId,
        /// When.
        updated_at: Instant,
    }
}

row! {
    /// What was done at once, in one cycle of a ticket.
    Mitigation in mitigations over (ticket_id, cycle) {
        /// Of which ticket.
        ticket_id: TicketId,
        /// In which cycle.
        cycle: i64,
        /// Of the ticket.
        organization_id: OrganizationId,
        /// What was done.
        what_was_done: String,
        /// Who recorded it.
        recorded_by: UserId,
        /// When.
        recorded_at: Instant,
    }
}

/// What is recorded about a ticket; empty when nothing is.
///
/// # Errors
/// The database fails.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Evidence> {
    let row: Option<EvidenceRow> = ticket_evidence::table
        .find(Col(ticket))
        .select(EvidenceRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map_or_else(Evidence::default, Evidence::from))
}

/// Everything recorded about the work on a ticket.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Records {
    /// What was found and proven; empty when nothing is.
    pub evidence: Evidence,
    /// What was done at once, in the last cycle in which something was.
    pub mitigation: Option<Mitigation>,
    /// How its cycles ended, last cycle first.
    pub closures: Vec<Closure>,
}

/// What is recorded about a ticket, in one query: it has few cycles.
///
/// # Errors
/// The database fails.
pub fn records(conn: &mut Conn, ticket: TicketId) -> Result<Records> {
    let rows: Vec<(Option<EvidenceRow>, Option<Mitigation>, Option<Closure>)> = tickets::table
        .left_join(ticket_evidence::table.on(ticket_evidence::ticket_id.eq(tickets::id)))
        .left_join(mitigations::table.on(mitigations::ticket_id.eq(tickets::id)))
        .left_join(ticket_closures::table.on(ticket_closures::ticket_id.eq(tickets::id)))
        .filter(tickets::id.eq(Col(ticket)))
        .select((
            Option::<EvidenceRow>::as_select(),
            Option::<Mitigation>::as_select(),
            Option::<Closure>::as_select(),
        ))
        .load(conn)?;
    let mut records = Records::default();
    for (evidence, mitigation, closure) in rows {
        records.evidence = evidence.map_or_else(Evidence::default, Evidence::from);
        if mitigation.as_ref().map(|found| found.cycle) > records.mitigation.as_ref().map(|known| known.cycle) {
            records.mitigation = mitigation;
        }
        if let Some(closure) = closure
            && records.closures.iter().all(|known| known.cycle != closure.cycle)
        {
            records.closures.push(closure);
        }
    }
    records.closures.sort_by_key(|closure| std::cmp::Reverse(closure.cycle));
    Ok(records)
}

impl From<EvidenceRow> for Evidence {
    fn from(row: EvidenceRow) -> Self {
        Self {
            diagnosis: row.diagnosis,
            reproduction: row.reproduction,
            reproduction_waiver: row.reproduction_waiver,
            window_waiver: row.window_waiver,
            rollback_note: row.rollback_note,
            test_evidence: row.test_evidence,
        }
    }
}

/// Saves all of it, in the place of what was recorded before.
///
/// # Errors
/// The database fails.
pub fn save(
    conn: &mut Conn,
    (ticket_id, organization_id): (TicketId, OrganizationId),
    evidence: &Evidence,
    updated_by: UserId,
    updated_at: Instant,
) -> Result<()> {
    let evidence = evidence.clone();
    let row = EvidenceRow {
        ticket_id,
        organization_id,
        diagnosis: evidence.diagnosis,
        reproduction: evidence.reproduction,
        reproduction_waiver: evidence.reproduction_waiver,
        window_waiver: evidence.window_waiver,
        rollback_note: evidence.rollback_note,
        test_evidence: evidence.test_evidence,
        updated_by,
        updated_at,
    };
    if row.overwrite_row(conn)? == 0 {
        row.insert_row(conn)?;
    }
    Ok(())
}

/// Saves what was done at once; a later text of the same cycle takes the place of the one before.
///
/// # Errors
/// The database fails.
pub fn save_mitigation(conn: &mut Conn, mitigation: &Mitigation) -> Result<()> {
    if mitigation.overwrite_row(conn)? == 0 {
        mitigation.insert_row(conn)?;
    }
    Ok(())
}
