//! A naive model of the ledger.

use super::entry;
use daypack_domain::ids::{HoldId, LotId};
use daypack_domain::ledger::{Movement, MovementKind as K};

/// The formulas of section 3, word by word, over a list of movements.
pub struct Model<'a>(pub &'a [Movement]);

impl Model<'_> {
    pub fn sum(&self, kinds: &[K], fits: impl Fn(&Movement) -> bool) -> i64 {
        self.0
            .iter()
            .filter(|m| kinds.contains(&m.kind) && fits(m))
            .map(|m| m.minutes)
            .sum()
    }

    pub fn held(&self, hold: HoldId, lot: LotId) -> i64 {
        let here = |m: &Movement| m.hold_id == Some(hold) && m.lot_id == Some(lot);
        self.sum(&[K::Hold, K::Unconsume], here) - self.sum(&[K::Consume, K::Release], here)
    }

    pub fn posted(&self, lot: LotId) -> i64 {
        let here = |m: &Movement| m.lot_id == Some(lot);
        self.sum(&[K::Grant, K::Credit, K::Unconsume, K::Unrepay], here)
            - self.sum(&[K::Debit, K::Consume, K::Repay, K::Expire, K::Refund, K::Void], here)
    }

    pub fn holds(&self) -> Vec<HoldId> {
        let mut holds: Vec<_> = self.0.iter().filter_map(|m| m.hold_id).collect();
        holds.sort_unstable();
        holds.dedup();
        holds
    }

    pub fn held_in(&self, lot: LotId) -> i64 {
        self.holds().into_iter().map(|hold| self.held(hold, lot)).sum()
    }

    pub fn available(&self, lot: LotId) -> i64 {
        self.posted(lot) - self.held_in(lot)
    }

    pub fn debt(&self) -> i64 {
        self.sum(&[K::Borrow, K::Unrepay], |_| true) - self.sum(&[K::Unborrow, K::Repay], |_| true)
    }

    /// Minutes worked in all, as their tickets count them.
    pub fn worked(&self) -> i64 {
        let of_ticket = |m: &Movement| m.ticket_id.is_some();
        self.sum(&[K::Consume, K::Borrow], of_ticket) - self.sum(&[K::Unconsume, K::Unborrow], of_ticket)
    }

    /// Minutes of a lot that are gone for work, at once or by repaying debt.
    pub fn used(&self, lot: LotId) -> i64 {
        let here = |m: &Movement| m.lot_id == Some(lot);
        self.sum(&[K::Consume, K::Repay], here) - self.sum(&[K::Unconsume, K::Unrepay], here)
    }

    pub fn entry(&self, number: u128) -> i64 {
        let here = |m: &Movement| m.entry_id == Some(entry(number));
        self.sum(&[K::Consume, K::Borrow], here) - self.sum(&[K::Unconsume, K::Unborrow], here)
    }
}
