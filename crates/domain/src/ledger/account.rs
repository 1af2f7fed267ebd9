//! An organization's ledger as far as a decision needs it.

use super::apply::broken;
use super::movement::{Movement, MovementKind, Stamp};
use super::position::{HoldPosition, LotPosition};
use crate::ids::{HoldId, LotId, SystemId, TicketId, TimeEntryId};
use crate::lot::LotStatus;
use crate::problem::Refusal;
use crate::time::{Instant, TICK, to_microseconds};
use std::collections::{BTreeMap, BTreeSet};

/// What the organization keeps beside its lots and holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccountCounters {
    /// Counter: minutes worked on credit and not repaid.
    pub debt_minutes: i64,
    /// How far debt may go by borrowing; 0 means no borrowing.
    pub debt_limit_minutes: i64,
    /// The sequence of the last movement; 0 when there is none.
    pub last_sequence: i64,
    /// No later movement has an earlier effective instant.
    pub last_effective_at: Option<Instant>,
}

/// An organization's ledger as far as a decision needs it (section 3).
///
/// The store loads it with every live lot (see [`LotPosition::is_live`]) and with all holds of the ticket that the
/// operation is about, also the emptied ones. A correction needs the lots of the movements it undoes as well. After
/// the operation the store saves [`Account::take_movements`], the changed lots and holds, and the counters, all in
/// one transaction. A refused operation leaves everything as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub(super) counters: AccountCounters,
    pub(super) lots: BTreeMap<LotId, LotPosition>,
    pub(super) holds: BTreeMap<HoldId, HoldPosition>,
    /// Minutes of earlier movements that can still be undone, by sequence: known during a correction only.
    pub(super) reversible: BTreeMap<i64, i64>,
    /// The debt of no time entry that can be undone: known during a correction only.
    pub(super) debts: Vec<Movement>,
    /// Up to how much debt work may borrow whatever the limit, because a correction has just taken as much of it back:
    /// known during a correction only.
    pub(super) borrow_again_to: i64,
    movements: Vec<Movement>,
    changed_lots: BTreeSet<LotId>,
    pub(super) changed_holds: BTreeSet<HoldId>,
}

/// What is recorded: a movement before it has its place and instants.
pub(super) struct Line {
    kind: MovementKind,
    minutes: i64,
    lot_id: Option<LotId>,
    hold_id: Option<HoldId>,
    ticket_id: Option<TicketId>,
    entry_id: Option<TimeEntryId>,
    reverses: Option<i64>,
}

impl Line {
    /// A movement in a lot.
    pub(super) fn in_lot(kind: MovementKind, lot_id: LotId, minutes: i64) -> Self {
        Self {
            lot_id: Some(lot_id),
            ..Self::without_lot(kind, minutes)
        }
    }

    /// A movement of debt alone.
    pub(super) fn without_lot(kind: MovementKind, minutes: i64) -> Self {
        Self {
            kind,
            minutes,
            lot_id: None,
            hold_id: None,
            ticket_id: None,
            entry_id: None,
            reverses: None,
        }
    }

    /// The hold it moves.
    pub(super) fn of_hold(self, hold_id: Option<HoldId>) -> Self {
        Self { hold_id, ..self }
    }

    /// The ticket it belongs to.
    pub(super) fn of_ticket(self, ticket_id: TicketId) -> Self {
        Self {
            ticket_id: Some(ticket_id),
            ..self
        }
    }

    /// The time entry it belongs to.
    pub(super) fn of_entry(self, entry_id: Option<TimeEntryId>) -> Self {
        Self { entry_id, ..self }
    }

    /// The movement it undoes.
    pub(super) fn reversing(self, sequence: i64) -> Self {
        Self {
            reverses: Some(sequence),
            ..self
        }
    }
}

impl Account {
    /// An account from what the store keeps.
    pub fn new(
        counters: AccountCounters,
        lots: impl IntoIterator<Item = LotPosition>,
        holds: impl IntoIterator<Item = HoldPosition>,
    ) -> Self {
        Self {
            counters,
            lots: lots.into_iter().map(|lot| (lot.lot_id, lot)).collect(),
            holds: holds.into_iter().map(|hold| (hold.hold_id, hold)).collect(),
            reversible: BTreeMap::new(),
            debts: Vec::new(),
            borrow_again_to: 0,
            movements: Vec::new(),
            changed_lots: BTreeSet::new(),
            changed_holds: BTreeSet::new(),
        }
    }

    /// The account that a whole ledger comes to, from nothing: for checking stored counters against it. `lots` are
    /// all lots that the movements name; their counters are recomputed. How far borrowing was allowed is not known
    /// afterwards and not checked.
    ///
    /// # Errors
    /// `ledger_invariant` at the first movement that breaks one, or whose running total is wrong.
    pub fn replay<'a>(
        lots: impl IntoIterator<Item = LotPosition>,
        movements: impl IntoIterator<Item = &'a Movement>,
    ) -> Result<Self, Refusal> {
        let mut account = Self::before_all(lots);
        for movement in movements {
            account.apply(movement)?;
            if account.available_minutes() != movement.available_after_minutes {
                return Err(broken("its running total is wrong"));
            }
        }
        account.reversible.clear();
        account.changed_lots.clear();
        account.changed_holds.clear();
        Ok(account)
    }

    /// With these lots, before anything happened; borrowing is not limited.
    pub(super) fn before_all(lots: impl IntoIterator<Item = LotPosition>) -> Self {
        let emptied = lots.into_iter().map(|lot| LotPosition {
            posted_minutes: 0,
            held_minutes: 0,
            used_minutes: 0,
            ..lot
        });
        let unlimited = AccountCounters {
            debt_limit_minutes: i64::MAX,
            ..AccountCounters::default()
        };
        Self::new(unlimited, emptied, [])
    }

    /// Debt, its limit, and the end of the ledger.
    #[must_use]
    pub const fn counters(&self) -> AccountCounters {
        self.counters
    }

    /// Where a lot stands.
    #[must_use]
    pub fn lot(&self, lot_id: LotId) -> Option<&LotPosition> {
        self.lots.get(&lot_id)
    }

    /// Every lot that was loaded or granted, by id.
    pub fn lots(&self) -> impl Iterator<Item = &LotPosition> {
        self.lots.values()
    }

    /// Every hold that was loaded or made, by id.
    pub fn holds(&self) -> impl Iterator<Item = &HoldPosition> {
        self.holds.values()
    }

    /// The minutes available over all lots.
    #[must_use]
    pub fn available_minutes(&self) -> i64 {
        self.lots.values().map(LotPosition::available_minutes).sum()
    }

    /// The minutes that work on this system could be given: active lots that serve it.
    #[must_use]
    pub fn available_for(&self, system_id: Option<SystemId>) -> i64 {
        self.usable(system_id).iter().map(|lot| lot.available_minutes()).sum()
    }

    /// The minutes held for a ticket.
    #[must_use]
    pub fn held_for(&self, ticket_id: TicketId) -> i64 {
        self.holds
            .values()
            .filter(|hold| hold.ticket_id == ticket_id)
            .map(HoldPosition::held_minutes)
            .sum()
    }

    /// The movements made since the last call, for the store to append.
    pub fn take_movements(&mut self) -> Vec<Movement> {
        std::mem::take(&mut self.movements)
    }

    /// The movements not taken yet.
    #[must_use]
    pub fn movements(&self) -> &[Movement] {
        &self.movements
    }

    /// The lots whose counters, status or dates changed since the last call, for the store to write back.
    pub fn take_changed_lots(&mut self) -> Vec<LotPosition> {
        let changed = std::mem::take(&mut self.changed_lots);
        changed.iter().filter_map(|id| self.lots.get(id)).cloned().collect()
    }

    /// The holds made or changed since the last call, for the store to write back.
    pub fn take_changed_holds(&mut self) -> Vec<HoldPosition> {
        let changed = std::mem::take(&mut self.changed_holds);
        changed.iter().filter_map(|id| self.holds.get(id)).cloned().collect()
    }

    /// Records the expiries that are due (section 3): what is available in a lot expires at its end, dated one
    /// microsecond before, so that it belongs to the day and week that end. Held minutes survive.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn settle(&mut self, now: Instant) -> Result<(), Refusal> {
        self.attempt(&Stamp::system(now), |_| Ok(()))
    }

    /// The account as it stands at `now`, with due expiries taken as done, and unchanged itself.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn settled(&self, now: Instant) -> Result<Self, Refusal> {
        let mut copy = self.clone();
        copy.settle_due(now)?;
        Ok(copy)
    }

    /// Does all of `body` after settling, or nothing.
    pub(super) fn attempt<T>(
        &mut self,
        stamp: &Stamp,
        body: impl FnOnce(&mut Self) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut draft = self.settled(stamp.now)?;
        let value = body(&mut draft)?;
        draft.reversible.clear();
        draft.debts.clear();
        draft.borrow_again_to = 0;
        *self = draft;
        Ok(value)
    }

    pub(super) fn settle_due(&mut self, now: Instant) -> Result<(), Refusal> {
        let mut due: Vec<(Instant, LotId)> = self
            .lots
            .values()
            .filter(|lot| lot.status == LotStatus::Active && lot.ends_at <= now)
            .map(|lot| (lot.ends_at, lot.lot_id))
            .collect();
        due.sort_unstable();
        for (ends_at, lot_id) in due {
            let available = self.lots.get(&lot_id).map_or(0, LotPosition::available_minutes);
            if available > 0 {
                let line = Line::in_lot(MovementKind::Expire, lot_id, available);
                self.record_at(&Stamp::system(now), ends_at - TICK, line)?;
            }
            self.change_lot(lot_id, |lot| lot.status = LotStatus::Expired);
        }
        Ok(())
    }

    /// What becomes available in a lot repays debt first; what then remains in a lot that has ended goes at once. In a
    /// voided lot, whose payment bounced, it is void at once: nobody paid for it, so that it repays nothing.
    pub(super) fn became_available(&mut self, stamp: &Stamp, lot_id: LotId) -> Result<(), Refusal> {
        let Some(lot) = self.lots.get(&lot_id) else {
            return Ok(());
        };
        let (status, available) = (lot.status, lot.available_minutes());
        let repaid = match status {
            LotStatus::Voided => 0,
            LotStatus::Active | LotStatus::Expired => available.min(self.counters.debt_minutes),
        };
        if repaid > 0 {
            self.record(stamp, Line::in_lot(MovementKind::Repay, lot_id, repaid))?;
        }
        let gone = match status {
            LotStatus::Active => return Ok(()),
            LotStatus::Expired => MovementKind::Expire,
            LotStatus::Voided => MovementKind::Void,
        };
        if available > repaid {
            self.record(stamp, Line::in_lot(gone, lot_id, available - repaid))?;
        }
        Ok(())
    }

    /// As [`Account::became_available`], in their order.
    pub(super) fn all_became_available(&mut self, stamp: &Stamp, lot_ids: &[LotId]) -> Result<(), Refusal> {
        lot_ids
            .iter()
            .try_for_each(|lot_id| self.became_available(stamp, *lot_id))
    }

    /// Whether the minutes of a lot were taken back. Of one whose payment bounced minutes can be used and held.
    pub(super) fn is_voided(&self, lot_id: LotId) -> bool {
        self.lots
            .get(&lot_id)
            .is_some_and(|lot| lot.status == LotStatus::Voided)
    }

    /// Active lots that serve the system, in order of use.
    pub(super) fn usable(&self, system_id: Option<SystemId>) -> Vec<&LotPosition> {
        let mut lots: Vec<_> = self
            .lots
            .values()
            .filter(|lot| lot.status == LotStatus::Active && lot.serves(system_id))
            .collect();
        lots.sort_by_key(|lot| lot.order_of_use());
        lots
    }

    /// Changes what is not a counter, and remembers that the store has to write it.
    pub(super) fn change_lot(&mut self, lot_id: LotId, change: impl FnOnce(&mut LotPosition)) {
        if let Some(lot) = self.lots.get_mut(&lot_id) {
            change(lot);
            self.changed_lots.insert(lot_id);
        }
    }

    /// A movement at the stamp's instant, or at the last effective one if the clock went back.
    pub(super) fn record(&mut self, stamp: &Stamp, line: Line) -> Result<(), Refusal> {
        self.record_at(stamp, stamp.now, line)
    }

    fn record_at(&mut self, stamp: &Stamp, effective_at: Instant, line: Line) -> Result<(), Refusal> {
        let effective_at = to_microseconds(effective_at);
        let mut movement = Movement {
            sequence: self.counters.last_sequence + 1,
            kind: line.kind,
            minutes: line.minutes,
            lot_id: line.lot_id,
            hold_id: line.hold_id,
            ticket_id: line.ticket_id,
            entry_id: line.entry_id,
            reverses: line.reverses,
            effective_at: self
                .counters
                .last_effective_at
                .map_or(effective_at, |last| last.max(effective_at)),
            recorded_at: to_microseconds(stamp.now),
            actor_id: stamp.actor_id,
            reason: stamp.reason.clone(),
            available_after_minutes: 0,
        };
        self.apply(&movement)?;
        movement.available_after_minutes = self.available_minutes();
        self.movements.push(movement);
        Ok(())
    }
}
