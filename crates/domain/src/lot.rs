//! Lots: the minutes that an order bought, and until when (section 2).

use crate::ids::{LotId, OrderId, OrganizationId, SystemId};
use crate::ledger::LotPosition;
use crate::money::{Currency, Money};
use crate::order::Order;
use crate::plan::PlanCode;
use crate::policy::Actor;
use crate::problem::Refusal;
use crate::ticket::QueueLevel;
use crate::time::Instant;
use crate::words::words;
use chrono::{Days, Months, NaiveDate};

words! {
    /// Where a lot stands. That it is exhausted is derived: nothing posted.
    LotStatus {
        /// Its minutes can be used.
        Active = "active",
        /// Its last day is over. What was held can still be used.
        Expired = "expired",
        /// Taken back because the sale did not stand.
        Voided = "voided",
    }
}

words! {
    /// Where a lot came from.
    LotOrigin {
        /// An order.
        Order = "order",
        /// A gift, with a reason.
        Goodwill = "goodwill",
        /// A running contract, taken over from elsewhere.
        Opening = "opening",
    }
}

/// Minutes bought, with the terms they were sold on. Its counters are in its [`LotPosition`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its id.
    pub id: LotId,
    /// The client.
    pub organization_id: OrganizationId,
    /// Where it came from.
    pub origin: LotOrigin,
    /// The order that bought it; none for goodwill and opening lots.
    pub order_id: Option<OrderId>,
    /// The plan it was sold under, or that it counts as.
    pub plan_code: Option<PlanCode>,
    /// The place in the queue that it gives while it is active and not exhausted.
    pub queue: QueueLevel,
    /// The minutes granted.
    pub minutes: i64,
    /// What was paid in all; 0 for goodwill and opening lots.
    pub price: Money,
    /// What of that was paid back.
    pub refunded_minor: i64,
    /// The systems it is limited to; empty means all.
    pub system_ids: Vec<SystemId>,
    /// When it was activated.
    pub activated_at: Instant,
    /// The date of that in the organization's zone at the time: what months are counted from.
    pub activated_on: NaiveDate,
    /// Months of validity; none for goodwill and opening lots, which have a date of their own.
    pub validity_months: Option<u32>,
    /// Months that one extension adds; none where there is no extension.
    pub extension_months: Option<u32>,
    /// Last day of use, inclusive.
    pub expires_on: NaiveDate,
    /// Last day of use as it was sold, also after an extension.
    pub original_expires_on: NaiveDate,
    /// When it was extended.
    pub extended_at: Option<Instant>,
    /// Why, where somebody said so.
    pub extension_reason: Option<String>,
}

/// For how many days minutes can be given: a hundred years.
const LONGEST_GIFT_DAYS: u64 = 36_525;

/// A date so many months later, the day clamped once to the month's end: 30 November and 3 months are 28 February.
/// `None` beyond the calendar.
#[must_use]
pub fn months_after(date: NaiveDate, months: u32) -> Option<NaiveDate> {
    date.checked_add_months(Months::new(months))
}

/// A goodwill or opening lot as somebody with the right enters it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftedLot {
    /// The id of the new lot.
    pub id: LotId,
    /// The client.
    pub organization_id: OrganizationId,
    /// Goodwill or opening.
    pub origin: LotOrigin,
    /// The plan that it counts as, and its place in the queue, if any.
    pub plan: Option<(PlanCode, QueueLevel)>,
    /// The minutes.
    pub minutes: i64,
    /// The systems it is limited to; empty means all.
    pub system_ids: Vec<SystemId>,
    /// Last day of use.
    pub expires_on: NaiveDate,
}

impl Lot {
    /// The lot of an order that is activated now. `activated_on` is today's date in the organization's zone.
    ///
    /// # Errors
    /// `invalid` when its months lead beyond the calendar.
    pub fn of_order(id: LotId, order: &Order, now: Instant, activated_on: NaiveDate) -> Result<Self, Refusal> {
        let plan = &order.plan;
        let beyond = || Refusal::field("/validity_months", "range", "the validity leads beyond the calendar");
        let expires_on = months_after(activated_on, plan.validity_months).ok_or_else(beyond)?;
        Ok(Self {
            id,
            organization_id: order.organization_id,
            origin: LotOrigin::Order,
            order_id: Some(order.id),
            plan_code: Some(plan.code.clone()),
            queue: plan.queue,
            minutes: order.minutes(),
            price: order.total,
            refunded_minor: 0,
            system_ids: Vec::new(),
            activated_at: now,
            activated_on,
            validity_months: Some(plan.validity_months),
            extension_months: plan.extension_months,
            expires_on,
            original_expires_on: expires_on,
            extended_at: None,
            extension_reason: None,
        })
    }

    /// A goodwill or opening lot: free of charge, with its own date.
    ///
    /// # Errors
    /// `invalid` without minutes, with a last day that is over or too far away, or with an origin that has an order.
    pub fn gift(gift: GiftedLot, currency: Currency, now: Instant, today: NaiveDate) -> Result<Self, Refusal> {
        if !(1..=10_000_000).contains(&gift.minutes) {
            return Err(Refusal::field("/minutes", "range", "1 to 10,000,000 minutes"));
        }
        if gift.origin == LotOrigin::Order {
            return Err(Refusal::field("/origin", "unknown", "goodwill or opening"));
        }
        if gift.expires_on < today {
            return Err(Refusal::field(
                "/expires_on",
                "too_early",
                "the last day of use is today at the earliest",
            ));
        }
        if gift.expires_on > today + Days::new(LONGEST_GIFT_DAYS) {
            return Err(Refusal::field(
                "/expires_on",
                "too_late",
                "the last day of use is within a hundred years",
            ));
        }
        let (plan_code, queue) = match gift.plan {
            Some((code, queue)) => (Some(code), queue),
            None => (None, QueueLevel::Standard),
        };
        Ok(Self {
            id: gift.id,
            organization_id: gift.organization_id,
            origin: gift.origin,
            order_id: None,
            plan_code,
            queue,
            minutes: gift.minutes,
            price: Money {
                amount_minor: 0,
                currency,
            },
            refunded_minor: 0,
            system_ids: gift.system_ids,
            activated_at: now,
            activated_on: today,
            validity_months: None,
            extension_months: None,
            expires_on: gift.expires_on,
            original_expires_on: gift.expires_on,
            extended_at: None,
            extension_reason: None,
        })
    }

    /// Its position before the grant, for [`crate::ledger::Account::grant`]. `ends_at` is the first instant after
    /// `expires_on` in the organization's zone.
    #[must_use]
    pub fn position(&self, ends_at: Instant) -> LotPosition {
        LotPosition {
            lot_id: self.id,
            status: LotStatus::Active,
            expires_on: self.expires_on,
            ends_at,
            activated_at: self.activated_at,
            system_ids: self.system_ids.clone(),
            granted_minutes: self.minutes,
            posted_minutes: 0,
            held_minutes: 0,
            used_minutes: 0,
        }
    }

    /// Its last day of use as it was at an instant: before its extension the one that it was sold with.
    #[must_use]
    pub fn expires_on_as_of(&self, as_of: Instant) -> NaiveDate {
        if self.extended_at.is_some_and(|extended_at| extended_at > as_of) {
            self.original_expires_on
        } else {
            self.expires_on
        }
    }

    /// The first instant at which its minutes are no longer usable, in the organization's zone.
    #[cfg(feature = "zones")]
    #[must_use]
    pub fn ends_at(&self, zone: crate::zone::Zone) -> Instant {
        zone.end_of(self.expires_on)
    }

    /// The date that an extension would lead to: once, only where the plan allows it, counted from the activation
    /// and clamped once.
    ///
    /// # Errors
    /// `extension_not_allowed` where the plan has none, `already_extended`.
    pub fn extended_date(&self) -> Result<NaiveDate, Refusal> {
        let (Some(validity), Some(extension)) = (self.validity_months, self.extension_months) else {
            return Err(Refusal::conflict(
                "extension_not_allowed",
                "these minutes were sold without an extension",
            ));
        };
        if self.extended_at.is_some() {
            return Err(Refusal::conflict(
                "already_extended",
                "these minutes were extended once, which is all",
            ));
        }
        let date = validity
            .checked_add(extension)
            .and_then(|months| months_after(self.activated_on, months));
        date.ok_or_else(|| Refusal::field("/extension_months", "range", "the extension leads beyond the calendar"))
    }

    /// What is kept of why somebody extends it. Clients extend what is theirs and need not say why; the staff, who do it
    /// in their place, do.
    ///
    /// # Errors
    /// `invalid` when somebody on the staff says nothing.
    pub fn reason_to_extend(actor: &Actor, reason: Option<&str>) -> Result<Option<String>, Refusal> {
        let said = reason.map(str::trim).filter(|reason| !reason.is_empty());
        if said.is_none() && actor.is_staff() {
            return Err(Refusal::field("/reason", "too_short", "Say why; the client reads it."));
        }
        Ok(said.map(str::to_owned))
    }

    /// Extends it. That it has not ended and has minutes left is for [`crate::ledger::Account::extend`] to check.
    ///
    /// # Errors
    /// As [`Lot::extended_date`].
    pub fn extend(&mut self, now: Instant) -> Result<NaiveDate, Refusal> {
        self.expires_on = self.extended_date()?;
        self.extended_at = Some(now);
        Ok(self.expires_on)
    }

    /// What unused minutes are worth: the price paid for them, rounded down, and never more than was paid in all.
    #[must_use]
    pub fn refund_minor(&self, unused_minutes: i64) -> i64 {
        let paid = i128::from(self.price.amount_minor);
        let share = paid * i128::from(unused_minutes.max(0)) / i128::from(self.minutes.max(1));
        let left = self.price.amount_minor - self.refunded_minor;
        i64::try_from(share).map_or(left, |share| share.min(left)).max(0)
    }
}

/// The place in the queue that an organization's lots give a new ticket: the best among active lots that are not
/// exhausted, else standard (section 4).
#[must_use]
pub fn queue_level(lots: impl IntoIterator<Item = (QueueLevel, LotStatus, i64)>) -> QueueLevel {
    lots.into_iter()
        .filter(|(_, status, posted_minutes)| *status == LotStatus::Active && *posted_minutes > 0)
        .map(|(queue, ..)| queue)
        .max()
        .unwrap_or(QueueLevel::Standard)
}
