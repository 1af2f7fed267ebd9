//! Correcting time: reversals (section 3, "Correcting time").

use super::account::{Account, Line};
use super::apply::broken;
use super::movement::{Movement, MovementKind, Stamp};
use crate::ids::{LotId, TicketId};
use crate::problem::Refusal;
use std::collections::BTreeMap;

/// Minutes of a time entry (or of what a fixed estimate used) that are to be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reversal<'a> {
    /// The ticket.
    pub ticket_id: TicketId,
    /// While the ticket is open minutes go back to the hold, else to the lot they came from.
    pub ticket_open: bool,
    /// How many minutes, at most what is left of the entry's.
    pub minutes: i64,
    /// The movements of the entry, its earlier reversals included, by sequence.
    pub movements: &'a [Movement],
    /// Every movement of the organization's debt that is stored and of no time entry (see
    /// [`Movement::is_common_debt`]), by sequence. Needed only when the entry borrowed, or used a lot whose payment
    /// bounced.
    pub debts: &'a [Movement],
}

impl Account {
    /// Gives back minutes of a time entry, the last allocation first. What was borrowed is unborrowed, and what a
    /// grant has repaid of it returns to its lot; so does what was used of a lot whose payment bounced, for it was owed.
    /// What so becomes available repays other debt first, and expires at once in a lot that has ended.
    ///
    /// The account needs the lots of all these movements, and the holds of the ticket.
    ///
    /// # Errors
    /// `reversal_exceeds_entry` when fewer minutes are left to give back.
    pub fn reverse(&mut self, stamp: &Stamp, reversal: &Reversal<'_>) -> Result<(), Refusal> {
        self.attempt(stamp, |draft| {
            // What was done before on this same account can be undone as well.
            let mut debts = reversal.debts.to_vec();
            let just_now = draft.movements().iter().filter(|movement| movement.is_common_debt());
            debts.extend(just_now.cloned());
            draft.reversible = left_to_undo(reversal.movements);
            draft.reversible.extend(left_to_undo(&debts));
            let mut missing = reversal.minutes;
            let mut returned: Vec<LotId> = Vec::new();
            for movement in reversal.movements.iter().rev() {
                let minutes = draft.left_of(movement).min(missing);
                if minutes <= 0 {
                    continue;
                }
                match (movement.kind, movement.lot_id) {
                    (MovementKind::Consume, Some(lot_id)) => {
                        let hold_id = movement.hold_id.filter(|_| reversal.ticket_open);
                        let line = Line::in_lot(MovementKind::Unconsume, lot_id, minutes).of_hold(hold_id);
                        draft.record(stamp, undoing(line, reversal, movement))?;
                        returned.push(lot_id);
                        if draft.is_voided(lot_id) {
                            draft.unborrow_bounced(stamp, &debts, minutes, &mut returned)?;
                        }
                    }
                    (MovementKind::Borrow, _) => {
                        draft.unrepay(stamp, &debts, minutes, &mut returned)?;
                        let line = Line::without_lot(MovementKind::Unborrow, minutes);
                        draft.record(stamp, undoing(line, reversal, movement))?;
                    }
                    _ => continue,
                }
                missing -= minutes;
            }
            if missing > 0 {
                let detail = format!("the entry has {missing} minutes fewer than are to be given back");
                return Err(Refusal::conflict("reversal_exceeds_entry", detail));
            }
            // Only now: while a borrowing is being undone the debt it leaves for a moment is not to be repaid.
            for lot_id in returned {
                draft.became_available(stamp, lot_id)?;
            }
            Ok(())
        })
    }

    /// Takes debt back that a bounced payment left, the last first: minutes that were used of it were not worked.
    fn unborrow_bounced(
        &mut self,
        stamp: &Stamp,
        debts: &[Movement],
        minutes: i64,
        returned: &mut Vec<LotId>,
    ) -> Result<(), Refusal> {
        self.unrepay(stamp, debts, minutes, returned)?;
        let mut missing = minutes;
        for movement in debts.iter().rev().filter(|debt| debt.kind == MovementKind::Borrow) {
            let minutes = self.left_of(movement).min(missing);
            if minutes > 0 {
                let line = Line::without_lot(MovementKind::Unborrow, minutes).reversing(movement.sequence);
                self.record(stamp, line)?;
                missing -= minutes;
            }
        }
        if missing > 0 {
            return Err(broken("less is owed for bounced payments than was used of them"));
        }
        Ok(())
    }

    /// What of a movement was not undone yet.
    fn left_of(&self, movement: &Movement) -> i64 {
        self.reversible.get(&movement.sequence).copied().unwrap_or(0)
    }

    /// Takes repayments back, the last first, into the lots they came from, until so many minutes are owed. What a lot
    /// repaid whose payment bounced is owed again since then: it stays.
    fn unrepay(
        &mut self,
        stamp: &Stamp,
        debts: &[Movement],
        owed_minutes: i64,
        returned: &mut Vec<LotId>,
    ) -> Result<(), Refusal> {
        let mut missing = owed_minutes - self.counters.debt_minutes;
        for movement in debts.iter().rev().filter(|debt| debt.kind == MovementKind::Repay) {
            let minutes = self.left_of(movement).min(missing);
            let paid = movement.lot_id.filter(|lot_id| minutes > 0 && !self.is_voided(*lot_id));
            if let Some(lot_id) = paid {
                let line = Line::in_lot(MovementKind::Unrepay, lot_id, minutes).reversing(movement.sequence);
                self.record(stamp, line)?;
                returned.push(lot_id);
                missing -= minutes;
            }
        }
        Ok(())
    }
}

/// The line that undoes a movement of the entry.
fn undoing(line: Line, reversal: &Reversal<'_>, movement: &Movement) -> Line {
    line.of_ticket(reversal.ticket_id)
        .of_entry(movement.entry_id)
        .reversing(movement.sequence)
}

/// The minutes of each movement less what was undone of it, by sequence.
fn left_to_undo(movements: &[Movement]) -> BTreeMap<i64, i64> {
    let mut left = BTreeMap::new();
    for movement in movements {
        match movement.reverses {
            Some(sequence) => *left.entry(sequence).or_insert(0) -= movement.minutes,
            None => *left.entry(movement.sequence).or_insert(0) += movement.minutes,
        }
    }
    left
}
