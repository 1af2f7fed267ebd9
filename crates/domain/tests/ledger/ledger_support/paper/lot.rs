//! A lot on paper, with all its minutes.

use chrono::NaiveDate;
use daypack_domain::Instant;
use daypack_domain::lot::LotStatus;

/// Where one minute is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It can be given away.
    Free,
    /// It is held for a ticket, by a hold of it.
    Held(u128, u64),
    /// Somebody worked it.
    Used,
    /// It repaid a minute of debt.
    Repaid,
    /// It expired, was taken out, or was voided.
    Gone,
}

/// What a lot was sold for. Gifts are not sold.
#[derive(Debug, Clone, Copy)]
pub struct Sold {
    /// By which order, of all on paper.
    pub order: usize,
    pub months: u32,
    pub extension: Option<u32>,
    pub price_minor: i64,
    pub minutes: i64,
}

/// A lot with all its minutes.
#[derive(Debug, Clone)]
pub struct PaperLot {
    pub number: u128,
    pub activated_at: Instant,
    pub activated_on: NaiveDate,
    pub expires_on: NaiveDate,
    pub ends_at: Instant,
    pub status: LotStatus,
    /// It serves the one system that tickets 1 and 2 are for.
    pub limited: bool,
    pub sold: Option<Sold>,
    pub extended: bool,
    pub paid_back_minor: i64,
    pub marks: Vec<Mark>,
}

impl PaperLot {
    pub fn count(&self, wanted: impl Fn(Mark) -> bool) -> i64 {
        self.marks.iter().filter(|mark| wanted(**mark)).count() as i64
    }

    pub fn free(&self) -> i64 {
        self.count(|mark| mark == Mark::Free)
    }

    pub fn held(&self) -> i64 {
        self.count(|mark| matches!(mark, Mark::Held(..)))
    }

    pub fn used(&self) -> i64 {
        self.count(|mark| matches!(mark, Mark::Used | Mark::Repaid))
    }

    /// Whether the ticket may be given minutes of it.
    pub fn serves(&self, ticket: u128) -> bool {
        !self.limited || ticket == 1 || ticket == 2
    }

    /// What so many of its minutes are worth: the price that was paid for them, and no more than is left of all.
    pub fn worth_minor(&self, minutes: i64) -> i64 {
        let Some(sold) = self.sold else { return 0 };
        let share = sold.price_minor * minutes / sold.minutes;
        share.min(sold.price_minor - self.paid_back_minor)
    }

    pub(super) fn order(&self) -> (NaiveDate, Instant, u128) {
        (self.expires_on, self.activated_at, self.number)
    }

    /// Takes so many free minutes out, if there are as many.
    pub(super) fn take_out(&mut self, minutes: i64) -> bool {
        let possible = self.status == LotStatus::Active && minutes <= self.free();
        if possible {
            let free = self.marks.iter_mut().filter(|mark| **mark == Mark::Free);
            free.take(minutes as usize).for_each(|mark| *mark = Mark::Gone);
        }
        possible
    }
}
