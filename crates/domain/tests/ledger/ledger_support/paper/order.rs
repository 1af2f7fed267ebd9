//! An order on paper: what happened to it, written down by hand from section 2 alone.

use chrono::TimeDelta;
use daypack_domain::Instant;

/// The code of a refusal.
pub type Refused = &'static str;

/// Days after which it lapses without a payment, or after which a payment is due that may come later.
const DAYS: i64 = 30;

/// What happened to an order.
#[derive(Debug, Clone)]
pub struct PaperOrder {
    pub packs: i64,
    pub months: u32,
    pub extension: Option<u32>,
    pub placed_at: Instant,
    /// By which reference, and when.
    pub paid: Option<(u8, Instant)>,
    pub started: Option<Instant>,
    /// Its lot, of all on paper.
    pub lot: Option<usize>,
    pub cancelled: bool,
    pub lapsed: bool,
    pub bounced: Option<Instant>,
}

impl PaperOrder {
    pub fn new(packs: i64, months: u32, extension: Option<u32>, placed_at: Instant) -> Self {
        Self {
            packs,
            months,
            extension,
            placed_at,
            paid: None,
            started: None,
            lot: None,
            cancelled: false,
            lapsed: false,
            bounced: None,
        }
    }

    /// Nobody did anything with it.
    fn is_new(&self) -> bool {
        !self.cancelled && !self.lapsed && self.paid.is_none() && self.started.is_none()
    }

    pub(super) fn settle(&mut self, now: Instant) {
        if self.is_new() && now >= self.placed_at + TimeDelta::days(DAYS) {
            self.lapsed = true;
        }
    }

    /// In which status it is, by what happened.
    pub fn status(&self) -> &'static str {
        if self.cancelled {
            "cancelled"
        } else if self.lapsed {
            "lapsed"
        } else if self.started.is_some() {
            "activated"
        } else if self.paid.is_some() {
            "paid"
        } else {
            "placed"
        }
    }

    /// When a payment that comes after the start is due.
    pub fn due_at(&self) -> Option<Instant> {
        let waits = self.paid.is_none() && self.bounced.is_none() && !self.cancelled;
        self.started.filter(|_| waits).map(|at| at + TimeDelta::days(DAYS))
    }

    /// The same payment told again is the same; another is refused, and so is every one after it bounced. Says whether
    /// it is paid now.
    pub fn pay(&mut self, reference: u8, now: Instant) -> Result<bool, Refused> {
        if self.bounced.is_some() {
            return Err("payment_bounced");
        }
        if let Some((known, _)) = self.paid {
            return if known == reference {
                Ok(false)
            } else {
                Err("already_paid")
            };
        }
        if self.cancelled {
            return Err("order_cancelled");
        }
        if self.lapsed {
            return Err("order_lapsed");
        }
        self.paid = Some((reference, now));
        Ok(true)
    }

    pub fn start(&mut self, on_credit: bool, now: Instant) -> Result<(), Refused> {
        if self.cancelled {
            return Err(if self.bounced.is_some() {
                "payment_bounced"
            } else {
                "order_cancelled"
            });
        }
        if self.lapsed {
            return Err("order_lapsed");
        }
        if self.started.is_some() {
            return Err("already_activated");
        }
        if self.paid.is_none() && !on_credit {
            return Err("payment_required");
        }
        self.started = Some(now);
        Ok(())
    }

    pub fn cancel(&mut self) -> Result<(), Refused> {
        if self.is_new() {
            self.cancelled = true;
            return Ok(());
        }
        Err(if self.cancelled {
            "order_cancelled"
        } else if self.lapsed {
            "order_lapsed"
        } else {
            "invalid_transition"
        })
    }

    /// Its payment bounced, or never came. Where nothing started, nothing will.
    pub fn bounce(&mut self, now: Instant) -> Result<(), Refused> {
        if self.bounced.is_some() {
            return Err("already_bounced");
        }
        if self.cancelled || (self.paid.is_none() && self.started.is_none()) {
            return Err("invalid_transition");
        }
        self.bounced = Some(now);
        self.cancelled = self.started.is_none();
        Ok(())
    }

    /// Its lot was made void by hand: nobody pays for it any more. Says whether it ends so.
    pub fn lot_voided(&mut self) -> bool {
        let ends = self.paid.is_none();
        self.cancelled |= ends;
        ends
    }
}
