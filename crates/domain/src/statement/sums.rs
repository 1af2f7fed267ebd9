//! Movements added up by kind, and what follows from them (the formulas of section 3).

use crate::ledger::MovementKind;
use serde::{Deserialize, Serialize};

/// Minutes of movements, added up by kind. Never negative, but `bounced` of a period that corrects an earlier one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sums {
    /// Minutes of new lots.
    pub grant: i64,
    /// Adjusted in the client's favour.
    pub credit: i64,
    /// Reserved.
    pub hold: i64,
    /// Given back from holds.
    pub release: i64,
    /// Used.
    pub consume: i64,
    /// Used minutes that came back, wherever to.
    pub unconsume: i64,
    /// The part of `unconsume` that came back to a hold.
    pub unconsume_to_hold: i64,
    /// Adjusted in the agency's favour.
    pub debit: i64,
    /// Expired.
    pub expire: i64,
    /// Paid back in money.
    pub refund: i64,
    /// Made void.
    pub void: i64,
    /// Worked beyond what was there.
    pub borrow: i64,
    /// The part of `borrow` less that of `unborrow` that is no work: what a payment that bounced had paid for.
    pub bounced: i64,
    /// Borrowed minutes that were corrected away.
    pub unborrow: i64,
    /// Debt that new minutes repaid.
    pub repay: i64,
    /// Repayments that were corrected away.
    pub unrepay: i64,
}

impl Sums {
    /// Adds one movement; whoever adds one of a payment that bounced counts it in `bounced` too. `to_hold` says
    /// whether it names a hold, which only matters for `unconsume`.
    pub fn add(&mut self, kind: MovementKind, to_hold: bool, minutes: i64) {
        if kind == MovementKind::Unconsume && to_hold {
            self.unconsume_to_hold += minutes;
        }
        *self.slot(kind) += minutes;
    }

    fn slot(&mut self, kind: MovementKind) -> &mut i64 {
        match kind {
            MovementKind::Grant => &mut self.grant,
            MovementKind::Credit => &mut self.credit,
            MovementKind::Hold => &mut self.hold,
            MovementKind::Release => &mut self.release,
            MovementKind::Consume => &mut self.consume,
            MovementKind::Unconsume => &mut self.unconsume,
            MovementKind::Debit => &mut self.debit,
            MovementKind::Expire => &mut self.expire,
            MovementKind::Refund => &mut self.refund,
            MovementKind::Void => &mut self.void,
            MovementKind::Borrow => &mut self.borrow,
            MovementKind::Unborrow => &mut self.unborrow,
            MovementKind::Repay => &mut self.repay,
            MovementKind::Unrepay => &mut self.unrepay,
        }
    }

    /// What is in the lots after these movements.
    #[must_use]
    pub fn posted_minutes(&self) -> i64 {
        self.grant + self.credit + self.unconsume + self.unrepay
            - self.debit
            - self.consume
            - self.repay
            - self.expire
            - self.refund
            - self.void
    }

    /// What is reserved after these movements.
    #[must_use]
    pub fn held_minutes(&self) -> i64 {
        self.hold + self.unconsume_to_hold - self.consume - self.release
    }

    /// What is owed after these movements.
    #[must_use]
    pub fn debt_minutes(&self) -> i64 {
        self.borrow - self.unborrow - self.repay + self.unrepay
    }

    /// Work paid from lots: used, less what came back.
    #[must_use]
    pub fn net_used_minutes(&self) -> i64 {
        self.consume - self.unconsume
    }

    /// Work that became debt: borrowed, less what was corrected.
    #[must_use]
    pub fn net_borrowed_minutes(&self) -> i64 {
        self.borrow - self.bounced - self.unborrow
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            grant: self.grant + other.grant,
            credit: self.credit + other.credit,
            hold: self.hold + other.hold,
            release: self.release + other.release,
            consume: self.consume + other.consume,
            unconsume: self.unconsume + other.unconsume,
            unconsume_to_hold: self.unconsume_to_hold + other.unconsume_to_hold,
            debit: self.debit + other.debit,
            expire: self.expire + other.expire,
            refund: self.refund + other.refund,
            void: self.void + other.void,
            borrow: self.borrow + other.borrow,
            bounced: self.bounced + other.bounced,
            unborrow: self.unborrow + other.unborrow,
            repay: self.repay + other.repay,
            unrepay: self.unrepay + other.unrepay,
        }
    }
}
