//! Whether what is stored with tickets is what their movements, time entries and approvals come to.

use super::movement::{Movement, MovementKind};
use super::verify::same;
use crate::Instant;
use crate::estimate::{Basis, approved_after};
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

/// A yes to an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approved {
    /// Whether it replaced what was approved before.
    pub basis: Basis,
    /// How much it approved.
    pub minutes: i64,
    /// When.
    pub at: Instant,
    /// Whether it was said later that it was not given: what is left of it then depends on what was held.
    pub disputed: bool,
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
}

/// What the ledger and the entries say about one ticket.
#[derive(Debug, Default)]
struct Found {
    actual_minutes: i64,
    billed_minutes: i64,
    /// When it was used, and how much; less than 0 where it came back.
    used: Vec<(Instant, i64)>,
}

impl Found {
    fn used_minutes(&self, counts: impl Fn(Instant) -> bool) -> i64 {
        let used = self.used.iter().filter(|(at, _)| counts(*at));
        used.map(|(_, minutes)| minutes).sum()
    }
}

/// Recomputes what is stored with tickets.
///
/// # Errors
/// The first difference, as one line that names the ticket and both figures.
pub(super) fn check(tickets: &[TicketFigures], movements: &[Movement], entries: &[BilledEntry]) -> Result<(), String> {
    let mut all: BTreeMap<TicketId, Found> = BTreeMap::new();
    for movement in movements {
        let sign = match movement.kind {
            MovementKind::Consume | MovementKind::Borrow => 1,
            MovementKind::Unconsume | MovementKind::Unborrow => -1,
            _ => continue,
        };
        // What a payment that bounced leaves as debt is no ticket's.
        if let Some(ticket_id) = movement.ticket_id {
            let used = (movement.recorded_at, sign * movement.minutes);
            all.entry(ticket_id).or_default().used.push(used);
        }
    }
    for entry in entries.iter().filter(|entry| !entry.taken_back) {
        let found = all.entry(entry.ticket_id).or_default();
        found.actual_minutes += entry.actual_minutes;
        found.billed_minutes += entry.billable_minutes;
    }
    let nothing = Found::default();
    for ticket in tickets {
        check_ticket(ticket, all.get(&ticket.ticket_id).unwrap_or(&nothing))?;
    }
    Ok(())
}

fn check_ticket(ticket: &TicketFigures, found: &Found) -> Result<(), String> {
    let figures = [
        ("used_minutes", ticket.used_minutes, found.used_minutes(|_| true)),
        ("billed_minutes", ticket.billed_minutes, found.billed_minutes),
        ("actual_minutes", ticket.actual_minutes, found.actual_minutes),
    ];
    let ticket_id = ticket.ticket_id;
    for (what, stored, found) in figures {
        same(&format!("ticket {ticket_id}: {what}"), stored, found)?;
    }
    let (least, most) = approved(ticket, found);
    let stored = ticket.approved_minutes;
    if (least..=most).contains(&stored) {
        return Ok(());
    }
    Err(format!(
        "ticket {ticket_id}: approved_minutes: {stored} is stored, its approvals come to {most}"
    ))
}

/// What the approvals come to, at least and at most. Both are the same but where work was recorded at the very instant
/// of an approval, or an approval was disputed.
fn approved(ticket: &TicketFigures, found: &Found) -> (i64, i64) {
    let (mut least, mut most) = (0, 0);
    for approval in &ticket.approvals {
        let before = found.used_minutes(|at| at < approval.at);
        let with_it = found.used_minutes(|at| at <= approval.at);
        least = approved_after(approval.basis, approval.minutes, least, before.min(with_it));
        most = approved_after(approval.basis, approval.minutes, most, before.max(with_it));
    }
    if ticket.approvals.iter().any(|approval| approval.disputed) {
        least = 0;
    }
    (least, most)
}
