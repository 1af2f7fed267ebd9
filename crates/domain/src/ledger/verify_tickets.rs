//! Whether what is stored with tickets is what their movements, time entries and approvals come to.

use super::approvals::{Approved, TicketUse};
use super::movement::Movement;
use super::position::HoldPosition;
use super::verify::same;
use crate::emergency::agreed_minutes;
use crate::estimate::offered_in_all;
use crate::ids::{TicketId, TimeEntryId};
use std::collections::BTreeMap;

/// A time entry as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BilledEntry {
    /// The entry.
    pub entry_id: TimeEntryId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// What it says was worked.
    pub actual_minutes: i64,
    /// What it says that it billed. One that was taken back keeps the figure, for the record.
    pub billable_minutes: i64,
    /// Whether it was taken back.
    pub taken_back: bool,
}

/// What is stored with a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketFigures {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Approved in all.
    pub approved_minutes: i64,
    /// Worked.
    pub actual_minutes: i64,
    /// Billed by time entries.
    pub billed_minutes: i64,
    /// Taken from packs or borrowed.
    pub used_minutes: i64,
    /// What was approved, in the order in which it was.
    pub approvals: Vec<Approved>,
    /// Whether it was an emergency that was none: what was used before an approval counts as approved no more.
    pub upheld: bool,
    /// N of the clause under which an emergency began that nobody found to be none.
    pub clause_minutes: Option<i64>,
}

/// What the ledger and the entries say about one ticket.
#[derive(Debug, Default)]
struct Found {
    actual_minutes: i64,
    billed_minutes: i64,
    held_minutes: i64,
    used: TicketUse,
}

/// Recomputes what is stored with tickets.
///
/// # Errors
/// The first difference, as one line that names the ticket and both figures.
pub(super) fn check(
    tickets: &[TicketFigures],
    movements: &[Movement],
    entries: &[BilledEntry],
    holds: &[HoldPosition],
) -> Result<(), String> {
    let mut all: BTreeMap<TicketId, Found> = BTreeMap::new();
    for movement in movements {
        // What a payment that bounced leaves as debt is no ticket's.
        let Some(ticket_id) = movement.ticket_id else {
            continue;
        };
        all.entry(ticket_id).or_default().used.record(movement);
    }
    for entry in entries.iter().filter(|entry| !entry.taken_back) {
        let found = all.entry(entry.ticket_id).or_default();
        found.actual_minutes += entry.actual_minutes;
        found.billed_minutes += entry.billable_minutes;
    }
    for hold in holds {
        all.entry(hold.ticket_id).or_default().held_minutes += hold.held_minutes();
    }
    let nothing = Found::default();
    for ticket in tickets {
        check_ticket(ticket, all.get(&ticket.ticket_id).unwrap_or(&nothing))?;
    }
    Ok(())
}

fn check_ticket(ticket: &TicketFigures, found: &Found) -> Result<(), String> {
    let figures = [
        ("used_minutes", ticket.used_minutes, found.used.minutes),
        ("billed_minutes", ticket.billed_minutes, found.billed_minutes),
        ("actual_minutes", ticket.actual_minutes, found.actual_minutes),
    ];
    let ticket_id = ticket.ticket_id;
    for (what, stored, found) in figures {
        same(&format!("ticket {ticket_id}: {what}"), stored, found)?;
    }
    let (stored, said) = (ticket.approved_minutes, found.used.approved_minutes(&ticket.approvals));
    if !(least_approved(ticket, said)..=said).contains(&stored) {
        return Err(format!(
            "ticket {ticket_id}: approved_minutes: {stored} is stored, its approvals come to {said}"
        ));
    }
    let (held, unused) = (found.held_minutes, unused_minutes(ticket));
    if held > unused {
        return Err(format!(
            "ticket {ticket_id}: {held} minutes are held, of what is agreed only {unused} are unused"
        ));
    }
    Ok(())
}

/// What is agreed for the ticket and not used: as much may be held for it at most.
fn unused_minutes(ticket: &TicketFigures) -> i64 {
    let clause = ticket.clause_minutes.map(|minutes| (minutes, minutes_in_force(ticket)));
    (agreed_minutes(ticket.approved_minutes, clause) - ticket.used_minutes).max(0)
}

/// What the approvals that stand come to by themselves.
fn minutes_in_force(ticket: &TicketFigures) -> i64 {
    let stand = ticket.approvals.iter().filter(|approval| !approval.disputed);
    offered_in_all(stand.map(|approval| (approval.basis, approval.minutes)))
}

/// What counts as approved at least, where the approvals come to so much: what was used before an approval counts no
/// more when it went back with an emergency that was none.
fn least_approved(ticket: &TicketFigures, said: i64) -> i64 {
    if !ticket.upheld {
        return said;
    }
    minutes_in_force(ticket).min(said)
}
