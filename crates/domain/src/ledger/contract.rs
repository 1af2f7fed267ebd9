//! What happens to a lot as a whole: grant, adjustment, extension, void, refund, bounced payment, another zone
//! (section 2).

use super::account::{Account, Line};
use super::approve::insufficient;
use super::movement::{MovementKind, Stamp};
use super::position::LotPosition;
use crate::ids::{LotId, SystemId};
use crate::lot::LotStatus;
use crate::problem::Refusal;
use crate::time::{Instant, to_microseconds};
use chrono::NaiveDate;

/// What a bounced payment came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounced {
    /// Minutes that were available and are gone.
    pub voided_minutes: i64,
    /// Minutes that were used, and are debt now.
    pub debt_minutes: i64,
}

impl Account {
    /// Grants the minutes of a new lot (see [`crate::lot::Lot::position`]). They repay debt first.
    ///
    /// # Errors
    /// `already_ended` when the lot's last day is over.
    pub fn grant(&mut self, stamp: &Stamp, lot: LotPosition) -> Result<(), Refusal> {
        self.attempt(stamp, |draft| {
            let (lot_id, minutes) = (lot.lot_id, lot.granted_minutes);
            if lot.ends_at <= stamp.now {
                return Err(Refusal::conflict(
                    "already_ended",
                    "the last day of these minutes is over",
                ));
            }
            if draft.lots.contains_key(&lot_id) {
                return Err(Refusal::conflict(
                    "already_granted",
                    "the minutes of this lot were granted before",
                ));
            }
            draft.lots.insert(
                lot_id,
                LotPosition {
                    posted_minutes: 0,
                    held_minutes: 0,
                    used_minutes: 0,
                    ..lot
                },
            );
            draft.record(stamp, Line::in_lot(MovementKind::Grant, lot_id, minutes))?;
            draft.became_available(stamp, lot_id)
        })
    }

    /// An adjustment in the client's favour, with a reason. It repays debt first.
    ///
    /// # Errors
    /// `invalid` without a reason or without minutes, `lot_ended` when the lot has ended.
    pub fn credit(&mut self, stamp: &Stamp, lot_id: LotId, minutes: i64) -> Result<(), Refusal> {
        self.adjust(stamp, lot_id, minutes, |draft, _| {
            draft.record(stamp, Line::in_lot(MovementKind::Credit, lot_id, minutes))?;
            draft.became_available(stamp, lot_id)
        })
    }

    /// An adjustment to the client's debit, with a reason, of at most what is available in the lot.
    ///
    /// # Errors
    /// `invalid` without a reason or without minutes, `lot_ended`, `insufficient_minutes` with the shortfall.
    pub fn debit(&mut self, stamp: &Stamp, lot_id: LotId, minutes: i64) -> Result<(), Refusal> {
        self.adjust(stamp, lot_id, minutes, |draft, lot| {
            let available = lot.available_minutes();
            if minutes > available {
                return Err(insufficient(minutes - available));
            }
            draft.record(stamp, Line::in_lot(MovementKind::Debit, lot_id, minutes))
        })
    }

    /// Takes unused minutes out for money, with a reason; what the money is says [`crate::lot::Lot::refund_minor`].
    ///
    /// # Errors
    /// `invalid` without a reason or without minutes, `lot_ended`, `refund_exceeds_unused` with how many are too many.
    pub fn refund(&mut self, stamp: &Stamp, lot_id: LotId, minutes: i64) -> Result<(), Refusal> {
        self.adjust(stamp, lot_id, minutes, |draft, lot| {
            let available = lot.available_minutes();
            if minutes > available {
                return Err(Refusal::Shortfall {
                    code: "refund_exceeds_unused",
                    detail: format!("only {available} minutes of this lot are unused and not held"),
                    shortfall_minutes: minutes - available,
                    covering: None,
                });
            }
            draft.record(stamp, Line::in_lot(MovementKind::Refund, lot_id, minutes))
        })
    }

    /// Voids a lot of which nothing is used or held, with a reason. Returns how many minutes are gone.
    ///
    /// # Errors
    /// `invalid` without a reason, `lot_ended`, `lot_in_use` when minutes are used or held.
    pub fn void(&mut self, stamp: &Stamp, lot_id: LotId) -> Result<i64, Refusal> {
        require_reason(stamp)?;
        self.attempt(stamp, |draft| {
            let lot = draft.active(lot_id)?;
            if lot.used_minutes != 0 || lot.held_minutes != 0 {
                let detail = "minutes of this lot are used or held: it can only be refunded or adjusted";
                return Err(Refusal::conflict("lot_in_use", detail));
            }
            let minutes = lot.posted_minutes;
            draft.take_back(stamp, lot_id, minutes)?;
            Ok(minutes)
        })
    }

    /// The payment of a lot has bounced, or never came: what is available is voided, what was used becomes debt,
    /// beyond the limit too. What is held was agreed and can still be used: it becomes debt when it is, and is void
    /// when it is released. Debt of this kind belongs to no ticket and no time entry, whose minutes were counted when
    /// they were used.
    ///
    /// # Errors
    /// `invalid` without a reason, `lot_voided` when that has happened before.
    pub fn bounce(&mut self, stamp: &Stamp, lot_id: LotId) -> Result<Bounced, Refusal> {
        require_reason(stamp)?;
        self.attempt(stamp, |draft| {
            let lot = draft.lots.get(&lot_id).ok_or(Refusal::NotFound)?;
            if lot.status == LotStatus::Voided {
                return Err(Refusal::conflict("lot_voided", "this lot was voided before"));
            }
            let (voided_minutes, debt_minutes) = (lot.available_minutes(), lot.used_minutes);
            draft.take_back(stamp, lot_id, voided_minutes)?;
            if debt_minutes > 0 {
                draft.record(stamp, Line::without_lot(MovementKind::Borrow, debt_minutes))?;
            }
            Ok(Bounced {
                voided_minutes,
                debt_minutes,
            })
        })
    }

    /// Moves the end of a lot, as [`crate::lot::Lot::extend`] decided. Nothing moves in the ledger.
    ///
    /// # Errors
    /// `lot_ended` when the lot has ended, `lot_exhausted` when nothing is left in it.
    pub fn extend(
        &mut self,
        stamp: &Stamp,
        lot_id: LotId,
        expires_on: NaiveDate,
        ends_at: Instant,
    ) -> Result<(), Refusal> {
        self.attempt(stamp, |draft| {
            if draft.active(lot_id)?.posted_minutes <= 0 {
                return Err(Refusal::conflict(
                    "lot_exhausted",
                    "nothing is left in this lot to extend",
                ));
            }
            draft.change_lot(lot_id, |lot| {
                lot.expires_on = expires_on;
                lot.ends_at = ends_at;
            });
            Ok(())
        })
    }

    /// Says which systems an active lot serves from now on; empty means all. What is held in it stays held.
    ///
    /// # Errors
    /// `invalid` without a reason, `lot_ended` when the lot has ended.
    pub fn limit(&mut self, stamp: &Stamp, lot_id: LotId, system_ids: Vec<SystemId>) -> Result<(), Refusal> {
        require_reason(stamp)?;
        self.attempt(stamp, |draft| {
            draft.active(lot_id)?;
            draft.change_lot(lot_id, |lot| lot.system_ids = system_ids);
            Ok(())
        })
    }

    /// The organization has moved to another zone: dates stay, and active lots end where the new zone says. What has
    /// expired stays expired, and a lot that so ends earlier than now expires now, never in the past that was seen.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn change_zone(&mut self, stamp: &Stamp, end_of: impl Fn(NaiveDate) -> Instant) -> Result<(), Refusal> {
        self.attempt(stamp, |draft| {
            let now = to_microseconds(stamp.now);
            let last = draft.counters.last_effective_at.map_or(now, |last| last.max(now));
            draft.counters.last_effective_at = Some(last);
            let active: Vec<(LotId, NaiveDate)> = draft
                .lots
                .values()
                .filter(|lot| lot.status == LotStatus::Active)
                .map(|lot| (lot.lot_id, lot.expires_on))
                .collect();
            for (lot_id, expires_on) in active {
                draft.change_lot(lot_id, |lot| lot.ends_at = end_of(expires_on));
            }
            draft.settle_due(stamp.now)
        })
    }

    /// Checks what every adjustment needs, settles, and does it on an active lot.
    fn adjust(
        &mut self,
        stamp: &Stamp,
        lot_id: LotId,
        minutes: i64,
        body: impl FnOnce(&mut Self, LotPosition) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        require_reason(stamp)?;
        if minutes <= 0 {
            return Err(Refusal::field(
                "/minutes",
                "too_small",
                "an adjustment is of at least one minute",
            ));
        }
        self.attempt(stamp, |draft| {
            let lot = draft.active(lot_id)?.clone();
            body(draft, lot)
        })
    }

    fn active(&self, lot_id: LotId) -> Result<&LotPosition, Refusal> {
        let lot = self.lots.get(&lot_id).ok_or(Refusal::NotFound)?;
        if lot.status == LotStatus::Active {
            Ok(lot)
        } else {
            Err(Refusal::conflict("lot_ended", "this lot has ended"))
        }
    }

    fn take_back(&mut self, stamp: &Stamp, lot_id: LotId, minutes: i64) -> Result<(), Refusal> {
        if minutes > 0 {
            self.record(stamp, Line::in_lot(MovementKind::Void, lot_id, minutes))?;
        }
        self.change_lot(lot_id, |lot| lot.status = LotStatus::Voided);
        Ok(())
    }
}

fn require_reason(stamp: &Stamp) -> Result<(), Refusal> {
    if stamp.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Refusal::field("/reason", "required", "say why"));
    }
    Ok(())
}
