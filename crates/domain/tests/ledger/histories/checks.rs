//! What must hold of a history after every step.

use super::{History, essence};
use crate::ledger_support::model::Model;
use crate::ledger_support::ticket;
use chrono::TimeDelta;
use daypack_domain::ledger::{Account, LotPosition, Movement, MovementKind as K, balance_as_of};
use daypack_domain::lot::LotStatus;

impl History {
    /// Everything that must hold after every step.
    pub(super) fn check(&mut self, before: usize) {
        let model = self.model();
        for (index, movement) in self.bank.ledger.iter().enumerate() {
            assert_eq!(movement.sequence, index as i64 + 1);
            assert!(movement.minutes > 0);
        }
        assert!(
            self.bank.ledger.is_sorted_by_key(|movement| movement.effective_at),
            "instants went back"
        );
        for lot in self.bank.lots.values() {
            let (posted, held) = (model.posted(lot.lot_id), model.held_in(lot.lot_id));
            assert_eq!(
                (lot.posted_minutes, lot.held_minutes),
                (posted, held),
                "counters of {}",
                lot.lot_id
            );
            assert!(0 <= held && held <= posted);
            assert!(
                lot.status == LotStatus::Active || posted == held,
                "an ended lot has nothing available"
            );
        }
        for hold in self.bank.holds.values() {
            for lot in self.bank.lots.keys() {
                let held = model.held(hold.hold_id, *lot);
                assert!(held >= 0);
                assert_eq!(hold.held_in(*lot), held);
            }
        }
        assert_eq!(self.bank.counters.debt_minutes, model.debt());
        assert!(model.debt() >= 0);
        let paid = self.bank.lots.values().filter(|lot| lot.status != LotStatus::Voided);
        let used: i64 = paid.map(|lot| model.used(lot.lot_id)).sum();
        assert_eq!(
            used + model.debt(),
            model.worked(),
            "paid minutes are gone without work"
        );
        for (index, (_, billed)) in self.entries.iter().enumerate() {
            assert_eq!(
                model.entry(index as u128 + 1),
                *billed,
                "allocations of entry {}",
                index + 1
            );
        }
        self.check_reversals();
        self.check_new_movements(before);
        self.check_balances();
    }

    /// The whole ledger, applied from nothing, comes to the counters that were kept.
    pub(super) fn check_replay(&self) {
        let replayed = Account::replay(self.bank.lots.values().cloned(), &self.bank.ledger).unwrap();
        assert!(replayed.lots().eq(self.bank.lots.values()));
        assert!(replayed.holds().eq(self.bank.holds.values()));
        assert_eq!(replayed.counters().debt_minutes, self.bank.counters.debt_minutes);
    }

    fn check_reversals(&self) {
        for movement in &self.bank.ledger {
            let undone = self.model().sum(&[K::Unconsume, K::Unborrow, K::Unrepay], |other| {
                other.reverses == Some(movement.sequence)
            });
            assert!(undone <= movement.minutes, "undone more than there was");
        }
    }

    fn check_new_movements(&self, before: usize) {
        for end in before..self.bank.ledger.len() {
            let upto = Model(&self.bank.ledger[..=end]);
            let available: i64 = self.bank.lots.keys().map(|lot| upto.available(*lot)).sum();
            let movement = &self.bank.ledger[end];
            assert_eq!(movement.available_after_minutes, available, "running total");
            if movement.kind == K::Borrow && movement.entry_id.is_some() {
                assert!(upto.debt() <= self.bank.counters.debt_limit_minutes);
            }
            if movement.kind == K::Hold {
                self.check_order_of_use(movement, &upto);
            }
        }
    }

    /// Nothing that would be used earlier may be left over where a hold went.
    fn check_order_of_use(&self, hold: &Movement, upto: &Model<'_>) {
        let order = |lot: &LotPosition| (lot.expires_on, lot.activated_at, lot.lot_id);
        let chosen = &self.bank.lots[&hold.lot_id.unwrap()];
        let limited_allowed = [ticket(1), ticket(2)].contains(&hold.ticket_id.unwrap());
        for lot in self.bank.lots.values() {
            let earlier = order(lot) < order(chosen) && (lot.system_ids.is_empty() || limited_allowed);
            if earlier && lot.status == LotStatus::Active {
                assert_eq!(upto.available(lot.lot_id), 0, "an earlier lot was passed over");
            }
        }
    }

    fn check_balances(&mut self) {
        let account = self.bank.load(None, &[]);
        let lots: Vec<_> = self.bank.lots.values().cloned().collect();
        let balance = account.balance(self.now).unwrap();
        // If the clock went back, what was done last counts at the instant before that.
        let instant = self
            .bank
            .counters
            .last_effective_at
            .map_or(self.now, |last| last.max(self.now));
        if instant == self.now {
            self.seen.insert(instant, essence(&balance));
        }
        for (instant, seen) in &self.seen {
            let then = balance_as_of(&self.bank.ledger, &lots, *instant);
            assert_eq!(essence(&then), *seen, "as of {instant}");
            assert_eq!(then.available_minutes, then.posted_minutes - then.held_minutes);
        }
        let later = instant + TimeDelta::days(12);
        let foreseen = balance_as_of(&self.bank.ledger, &lots, later);
        assert_eq!(
            foreseen,
            account.balance(later).unwrap(),
            "what will be, if nothing happens"
        );
    }
}
