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
    /// Every movement of the organization's debt that is stored and of no ticket (see
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
            draft.may_undo(reversal.movements, reversal.debts);
            let mut returned: Vec<LotId> = Vec::new();
            let (minutes, to_hold) = (reversal.minutes, reversal.ticket_open);
            let own = reversal.movements;
            draft.give_back(stamp, reversal.ticket_id, to_hold, minutes, own, &mut returned)?;
            // Only now: while a borrowing is being undone the debt it leaves for a moment is not to be repaid.
            draft.all_became_available(stamp, &returned)
        })
    }

    /// These movements can be undone from now on, and what was done before on this same account.
    pub(super) fn may_undo(&mut self, movements: &[Movement], debts: &[Movement]) {
        let mut debts = debts.to_vec();
        let just_now = self.movements().iter().filter(|movement| movement.is_common_debt());
        debts.extend(just_now.cloned());
        self.reversible = left_of_all(movements);
        self.reversible.extend(left_of_all(&debts));
        self.debts = debts;
    }

    /// Gives back minutes of these movements of one entry, the last allocation first. What so comes back to a lot is in
    /// `returned`, and did not become available yet. Gives how much was unborrowed of the entry.
    pub(super) fn give_back(
        &mut self,
        stamp: &Stamp,
        ticket_id: TicketId,
        to_hold: bool,
        minutes: i64,
        movements: &[Movement],
        returned: &mut Vec<LotId>,
    ) -> Result<i64, Refusal> {
        let (mut missing, mut unborrowed) = (minutes, 0);
        for movement in movements.iter().rev() {
            let minutes = self.left_to_undo(movement.sequence).min(missing);
            if minutes <= 0 {
                continue;
            }
            let undoing = |line: Line| {
                let line = line.of_ticket(ticket_id).of_entry(movement.entry_id);
                line.reversing(movement.sequence)
            };
            match (movement.kind, movement.lot_id) {
                (MovementKind::Consume, Some(lot_id)) => {
                    let hold_id = movement.hold_id.filter(|_| to_hold);
                    let line = Line::in_lot(MovementKind::Unconsume, lot_id, minutes).of_hold(hold_id);
                    self.record(stamp, undoing(line))?;
                    returned.push(lot_id);
                    if self.is_voided(lot_id) {
                        self.unborrow_bounced(stamp, minutes, returned)?;
                    }
                }
                (MovementKind::Borrow, _) => {
                    self.unrepay(stamp, minutes, returned)?;
                    self.record(stamp, undoing(Line::without_lot(MovementKind::Unborrow, minutes)))?;
                    unborrowed += minutes;
                }
                _ => continue,
            }
            missing -= minutes;
        }
        if missing > 0 {
            let detail = format!("the entry has {missing} minutes fewer than are to be given back");
            return Err(Refusal::conflict("reversal_exceeds_entry", detail));
        }
        Ok(unborrowed)
    }

    /// Takes debt back that a bounced payment left, the last first: minutes that were used of it were not worked.
    fn unborrow_bounced(&mut self, stamp: &Stamp, minutes: i64, returned: &mut Vec<LotId>) -> Result<(), Refusal> {
        self.unrepay(stamp, minutes, returned)?;
        let mut missing = minutes;
        for (sequence, _) in self.debts_of(MovementKind::Borrow) {
            let minutes = self.left_to_undo(sequence).min(missing);
            if minutes > 0 {
                let line = Line::without_lot(MovementKind::Unborrow, minutes).reversing(sequence);
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
    fn left_to_undo(&self, sequence: i64) -> i64 {
        self.reversible.get(&sequence).copied().unwrap_or(0)
    }

    /// The common debt of a kind that can be undone, the last first, with its lots.
    fn debts_of(&self, kind: MovementKind) -> Vec<(i64, Option<LotId>)> {
        let of_kind = self.debts.iter().rev().filter(|debt| debt.kind == kind);
        of_kind.map(|debt| (debt.sequence, debt.lot_id)).collect()
    }

    /// Takes repayments back, the last first, into the lots they came from, until so many minutes are owed. What a lot
    /// repaid whose payment bounced is owed again since then: it stays.
    fn unrepay(&mut self, stamp: &Stamp, owed_minutes: i64, returned: &mut Vec<LotId>) -> Result<(), Refusal> {
        let mut missing = owed_minutes - self.counters.debt_minutes;
        for (sequence, lot_id) in self.debts_of(MovementKind::Repay) {
            let minutes = self.left_to_undo(sequence).min(missing);
            let paid = lot_id.filter(|lot_id| minutes > 0 && !self.is_voided(*lot_id));
            if let Some(lot_id) = paid {
                let line = Line::in_lot(MovementKind::Unrepay, lot_id, minutes).reversing(sequence);
                self.record(stamp, line)?;
                returned.push(lot_id);
                missing -= minutes;
            }
        }
        Ok(())
    }
}

/// The minutes of each movement less what was undone of it, by sequence.
fn left_of_all(movements: &[Movement]) -> BTreeMap<i64, i64> {
    let mut left = BTreeMap::new();
    for movement in movements {
        match movement.reverses {
            Some(sequence) => *left.entry(sequence).or_insert(0) -= movement.minutes,
            None => *left.entry(movement.sequence).or_insert(0) += movement.minutes,
        }
    }
    left
}
