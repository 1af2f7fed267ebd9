//! What counts as approved for a ticket (section 5): what was said, and what the ledger says was used before it.

use super::movement::{Movement, MovementKind};
use crate::estimate::{Basis, approved_after};
use crate::ids::HoldId;
use std::collections::BTreeMap;

/// A yes to an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approved {
    /// Whether it replaced what was approved before.
    pub basis: Basis,
    /// How much it approved.
    pub minutes: i64,
    /// The hold that it made: its first movement tells what was used before. None where it held nothing more.
    pub hold_id: Option<HoldId>,
    /// Whether it was said later that it was not given: it counts no more.
    pub disputed: bool,
}

/// What a ticket uses, told by its movements in their order: instants of requests that wait for each other say nothing.
#[derive(Debug, Default)]
pub struct TicketUse {
    /// Taken from packs or borrowed, less what came back.
    pub minutes: i64,
    /// The same when each hold was made.
    before: BTreeMap<HoldId, i64>,
}

impl TicketUse {
    /// That of all movements of one ticket, by sequence.
    #[must_use]
    pub fn of(movements: &[Movement]) -> Self {
        let mut all = Self::default();
        for movement in movements {
            all.record(movement);
        }
        all
    }

    /// With the ticket's next movement.
    pub fn record(&mut self, movement: &Movement) {
        if let (MovementKind::Hold, Some(hold_id)) = (movement.kind, movement.hold_id) {
            self.before.entry(hold_id).or_insert(self.minutes);
        }
        self.minutes += match movement.kind {
            MovementKind::Consume | MovementKind::Borrow => movement.minutes,
            MovementKind::Unconsume | MovementKind::Unborrow => -movement.minutes,
            _ => 0,
        };
    }

    /// What those approvals come to that nobody disputed, in the order in which they were given.
    #[must_use]
    pub fn approved_minutes(&self, approvals: &[Approved]) -> i64 {
        let stand = approvals.iter().filter(|approval| !approval.disputed);
        stand.fold(0, |before, approval| {
            let used = approval.hold_id.and_then(|hold_id| self.before.get(&hold_id));
            approved_after(approval.basis, approval.minutes, before, used.copied().unwrap_or(0))
        })
    }
}
