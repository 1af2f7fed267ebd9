//! The one function that changes counters, and every invariant with it.

use super::account::Account;
use super::movement::{Movement, MovementKind};
use super::position::{HoldPart, HoldPosition};
use crate::ids::{HoldId, LotId, TicketId};
use crate::problem::Refusal;
use crate::time::Instant;

/// More than any movement can have, so that sums stay far from the limits of an integer.
const MOST_MINUTES: i64 = 1_000_000_000;

/// A movement that would break an invariant: a fault in what was loaded, never something a person did wrong.
pub(super) fn broken(what: &str) -> Refusal {
    Refusal::conflict(
        "ledger_invariant",
        format!("the ledger does not allow this movement: {what}"),
    )
}

impl Account {
    /// Applies one movement to the counters. Every invariant of section 3 is held here, and here only: operations,
    /// replays and checks of a stored ledger all come through.
    ///
    /// # Errors
    /// `ledger_invariant` when the movement would break one; the counters are then as they were.
    pub fn apply(&mut self, movement: &Movement) -> Result<(), Refusal> {
        self.check_form(movement)?;
        let kind = movement.kind;
        let minutes = movement.minutes;
        let debt = self.counters.debt_minutes + kind.debt_sign() * minutes;
        if debt < 0 {
            return Err(broken("debt would be negative"));
        }
        // Borrowing for work stays within the limit; debt from a payment that bounced has no ticket and no time entry.
        let most = self.counters.debt_limit_minutes.max(self.borrow_again_to);
        if kind == MovementKind::Borrow && !movement.is_common_debt() && debt > most {
            return Err(broken("debt would pass its limit"));
        }
        if kind.undoes().is_some() {
            let left = movement
                .reverses
                .and_then(|sequence| self.reversible.get(&sequence))
                .copied()
                .unwrap_or(0);
            if left < minutes {
                return Err(broken("it would undo more than the movement it reverses"));
            }
        }
        if let Some(lot_id) = movement.lot_id {
            self.apply_to_lot(movement, lot_id)?;
        }
        if let (Some(_), Some(sequence)) = (kind.undoes(), movement.reverses) {
            self.reversible.entry(sequence).and_modify(|left| *left -= minutes);
        }
        if matches!(kind, MovementKind::Consume | MovementKind::Borrow | MovementKind::Repay) {
            self.reversible.insert(movement.sequence, minutes);
        }
        self.counters.debt_minutes = debt;
        self.counters.last_sequence = movement.sequence;
        self.counters.last_effective_at = Some(movement.effective_at);
        Ok(())
    }

    fn check_form(&self, movement: &Movement) -> Result<(), Refusal> {
        let kind = movement.kind;
        if movement.minutes <= 0 || movement.minutes > MOST_MINUTES {
            return Err(broken("minutes out of range"));
        }
        if movement.sequence != self.counters.last_sequence + 1 {
            return Err(broken("the sequence has a gap"));
        }
        if self
            .counters
            .last_effective_at
            .is_some_and(|last| movement.effective_at < last)
        {
            return Err(broken("it would take effect before an earlier movement"));
        }
        if movement.lot_id.is_some() != kind.has_lot() {
            return Err(broken("a lot is missing or too many"));
        }
        let hold_fits = movement.hold_id.is_some() == kind.needs_hold() || kind == MovementKind::Unconsume;
        if !hold_fits || (movement.hold_id.is_some() && movement.ticket_id.is_none()) {
            return Err(broken("a hold or its ticket is missing or too many"));
        }
        if movement.reverses.is_some() != kind.undoes().is_some() {
            return Err(broken("what it reverses is missing or too many"));
        }
        Ok(())
    }

    fn apply_to_lot(&mut self, movement: &Movement, lot_id: LotId) -> Result<(), Refusal> {
        let (kind, minutes) = (movement.kind, movement.minutes);
        let held_change = kind.held_sign(movement.hold_id.is_some()) * minutes;
        let lot = self.lots.get(&lot_id).ok_or_else(|| broken("its lot is not there"))?;
        let posted = lot.posted_minutes + kind.posted_sign() * minutes;
        let held = lot.held_minutes + held_change;
        let used = lot.used_minutes + kind.used_sign() * minutes;
        if held < 0 || posted < held || used < 0 {
            return Err(broken("its lot would be overdrawn"));
        }
        if let (Some(hold_id), Some(ticket_id)) = (movement.hold_id, movement.ticket_id) {
            self.apply_to_hold(hold_id, ticket_id, lot_id, held_change, movement.effective_at)?;
        }
        self.change_lot(lot_id, |lot| {
            lot.posted_minutes = posted;
            lot.held_minutes = held;
            lot.used_minutes = used;
        });
        Ok(())
    }

    fn apply_to_hold(
        &mut self,
        hold_id: HoldId,
        ticket_id: TicketId,
        lot_id: LotId,
        change: i64,
        created_at: Instant,
    ) -> Result<(), Refusal> {
        let known = self.holds.get(&hold_id);
        let in_lot = known.map_or(0, |hold| hold.held_in(lot_id));
        if in_lot + change < 0 {
            return Err(broken("its hold would be overdrawn"));
        }
        if known.is_some_and(|hold| hold.ticket_id != ticket_id) {
            return Err(broken("its hold is another ticket's"));
        }
        let hold = self.holds.entry(hold_id).or_insert_with(|| HoldPosition {
            hold_id,
            ticket_id,
            created_at,
            parts: Vec::new(),
        });
        match hold.parts.iter_mut().find(|part| part.lot_id == lot_id) {
            Some(part) => part.minutes += change,
            None => hold.parts.push(HoldPart {
                lot_id,
                minutes: change,
            }),
        }
        self.changed_holds.insert(hold_id);
        Ok(())
    }
}
