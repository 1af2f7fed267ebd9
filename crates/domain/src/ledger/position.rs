//! Where lots and holds stand: the counters that the store keeps beside the ledger, equal to its sums.

use crate::ids::{HoldId, LotId, SystemId, TicketId};
use crate::lot::LotStatus;
use crate::time::Instant;
use chrono::NaiveDate;

/// Where a lot stands: what decides its order of use, and its counters (section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotPosition {
    /// The lot.
    pub lot_id: LotId,
    /// Only an active lot gives minutes to new holds; what is held in an ended one can still be used.
    pub status: LotStatus,
    /// Last day of use, inclusive, in the organization's zone.
    pub expires_on: NaiveDate,
    /// The first instant at which it is no longer usable: the end of `expires_on` in the organization's zone.
    pub ends_at: Instant,
    /// When its minutes were granted.
    pub activated_at: Instant,
    /// The systems it is limited to; empty means all.
    pub system_ids: Vec<SystemId>,
    /// The minutes bought.
    pub granted_minutes: i64,
    /// Counter: minutes in the lot, held ones included.
    pub posted_minutes: i64,
    /// Counter: minutes reserved by holds, over all tickets.
    pub held_minutes: i64,
    /// Counter: minutes used by work or by repaying debt, less what was given back.
    pub used_minutes: i64,
}

impl LotPosition {
    /// What the lot can still give: posted less held.
    #[must_use]
    pub const fn available_minutes(&self) -> i64 {
        self.posted_minutes - self.held_minutes
    }

    /// What an active lot is good for in all: its grant with what was adjusted, less what was paid back. Above
    /// `granted_minutes` after a credit, below it after a debit or a refund.
    #[must_use]
    pub const fn size_minutes(&self) -> i64 {
        self.posted_minutes + self.used_minutes
    }

    /// The part of it that is used, in percent, rounded down; of a lot that is good for nothing none.
    #[must_use]
    pub const fn used_percent(&self) -> i64 {
        match (self.used_minutes * 100).checked_div(self.size_minutes()) {
            Some(percent) => percent,
            None => 0,
        }
    }

    /// Whether work on this system may use it. A ticket without a system uses lots without limits only.
    #[must_use]
    pub fn serves(&self, system_id: Option<SystemId>) -> bool {
        self.system_ids.is_empty() || system_id.is_some_and(|system| self.system_ids.contains(&system))
    }

    /// Whether the store has to load it for every operation. Others are needed only to correct what they gave.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.status == LotStatus::Active || self.posted_minutes > 0
    }

    /// The order of use: soonest expiry, then earlier activation, then id.
    pub(super) fn order_of_use(&self) -> (NaiveDate, Instant, LotId) {
        (self.expires_on, self.activated_at, self.lot_id)
    }
}

/// The minutes that a hold has in one lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldPart {
    /// The lot.
    pub lot_id: LotId,
    /// Counter: minutes still held there; 0 when all were used or given back.
    pub minutes: i64,
}

/// Where a hold stands: minutes reserved for a ticket, per lot (section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldPosition {
    /// The hold.
    pub hold_id: HoldId,
    /// The ticket that may use it.
    pub ticket_id: TicketId,
    /// When it was made: of two holds in one lot the older is used first.
    pub created_at: Instant,
    /// Minutes per lot.
    pub parts: Vec<HoldPart>,
}

impl HoldPosition {
    /// Minutes held, over all lots.
    #[must_use]
    pub fn held_minutes(&self) -> i64 {
        self.parts.iter().map(|part| part.minutes).sum()
    }

    /// Minutes held in one lot.
    #[must_use]
    pub fn held_in(&self, lot_id: LotId) -> i64 {
        self.parts
            .iter()
            .filter(|part| part.lot_id == lot_id)
            .map(|part| part.minutes)
            .sum()
    }
}
