//! The books kept on paper: every minute is a mark of its own, moved by hand. Written apart from the ledger, from
//! section 3 alone; it has no counters, no movements and no arithmetic beyond counting.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use daypack_domain::Instant;
use daypack_domain::lot::LotStatus;
use daypack_domain::zone::Zone;

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

/// A lot with all its minutes.
#[derive(Debug, Clone)]
pub struct PaperLot {
    pub number: u128,
    pub activated_at: Instant,
    pub expires_on: NaiveDate,
    pub ends_at: Instant,
    pub status: LotStatus,
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

    fn order(&self) -> (NaiveDate, Instant, u128) {
        (self.expires_on, self.activated_at, self.number)
    }

    /// Takes so many free minutes out, if there are as many.
    fn take_out(&mut self, minutes: i64) -> bool {
        let possible = self.status == LotStatus::Active && minutes <= self.free();
        if possible {
            let free = self.marks.iter_mut().filter(|mark| **mark == Mark::Free);
            free.take(minutes as usize).for_each(|mark| *mark = Mark::Gone);
        }
        possible
    }
}

/// One minute that was worked, and where it came from: a mark of a lot by a hold, or nowhere when it was borrowed.
#[derive(Debug, Clone, Copy)]
struct Worked {
    entry: u128,
    ticket: u128,
    from: Option<(usize, usize, u64)>,
}

/// All books of an organization.
#[derive(Debug, Clone, Default)]
pub struct Paper {
    pub lots: Vec<PaperLot>,
    pub owed: i64,
    pub limit: i64,
    worked: Vec<Worked>,
    /// Which marks repaid debt, in their order.
    repaid: Vec<(usize, usize)>,
    holds: u64,
}

impl Paper {
    /// What is due has happened.
    pub fn settle(&mut self, now: Instant) {
        for lot in &mut self.lots {
            if lot.status == LotStatus::Active && lot.ends_at <= now {
                lot.status = LotStatus::Expired;
                lot.marks
                    .iter_mut()
                    .filter(|mark| **mark == Mark::Free)
                    .for_each(|mark| *mark = Mark::Gone);
            }
        }
    }

    /// A new lot; its minutes repay debt first.
    pub fn grant(&mut self, lot: PaperLot) {
        self.lots.push(lot);
        self.became_free(self.lots.len() - 1);
    }

    pub fn credit(&mut self, index: usize, minutes: i64) -> bool {
        let possible = self.lots[index].status == LotStatus::Active;
        if possible {
            self.lots[index].marks.extend((0..minutes).map(|_| Mark::Free));
            self.became_free(index);
        }
        possible
    }

    pub fn take_out(&mut self, index: usize, minutes: i64) -> bool {
        self.lots[index].take_out(minutes)
    }

    pub fn void(&mut self, index: usize) -> bool {
        let lot = &mut self.lots[index];
        let possible = lot.status == LotStatus::Active && lot.used() == 0 && lot.held() == 0;
        if possible {
            let free = lot.free();
            lot.take_out(free);
            lot.status = LotStatus::Voided;
        }
        possible
    }

    pub fn bounce(&mut self, index: usize) -> bool {
        let lot = &mut self.lots[index];
        let possible = lot.status != LotStatus::Voided;
        if possible {
            self.owed += lot.used();
            lot.marks
                .iter_mut()
                .filter(|mark| **mark == Mark::Free)
                .for_each(|mark| *mark = Mark::Gone);
            lot.status = LotStatus::Voided;
        }
        possible
    }

    pub fn extend(&mut self, index: usize, expires_on: NaiveDate, zone: Zone) -> bool {
        let lot = &mut self.lots[index];
        let possible = lot.status == LotStatus::Active && lot.free() + lot.held() > 0;
        if possible {
            lot.expires_on = expires_on;
            lot.ends_at = end_of_day(expires_on, zone);
        }
        possible
    }

    pub fn change_zone(&mut self, zone: Zone, now: Instant) {
        for lot in self.lots.iter_mut().filter(|lot| lot.status == LotStatus::Active) {
            lot.ends_at = end_of_day(lot.expires_on, zone);
        }
        self.settle(now);
    }

    pub fn available(&self) -> i64 {
        self.lots.iter().map(PaperLot::free).sum()
    }

    pub fn held(&self, ticket: u128) -> i64 {
        self.held_in_order(ticket).len() as i64
    }

    pub fn used(&self, ticket: u128) -> i64 {
        self.worked.iter().filter(|minute| minute.ticket == ticket).count() as i64
    }

    pub fn billed(&self, entry: u128) -> i64 {
        self.worked.iter().filter(|minute| minute.entry == entry).count() as i64
    }

    /// Holds exactly so many minutes, or none.
    pub fn hold(&mut self, ticket: u128, minutes: i64) -> bool {
        let mut free: Vec<(usize, usize)> = Vec::new();
        for index in self.in_order() {
            let lot = &self.lots[index];
            if lot.status == LotStatus::Active {
                let places = lot.marks.iter().enumerate().filter(|(_, mark)| **mark == Mark::Free);
                free.extend(places.map(|(place, _)| (index, place)));
            }
        }
        if (free.len() as i64) < minutes {
            return false;
        }
        self.holds += 1;
        for (index, place) in free.into_iter().take(minutes as usize) {
            self.lots[index].marks[place] = Mark::Held(ticket, self.holds);
        }
        true
    }

    /// Gives so many held minutes back, those that would be used last first.
    pub fn release(&mut self, ticket: u128, minutes: i64) {
        let mut held = self.held_in_order(ticket);
        held.reverse();
        for (index, place, _) in held.into_iter().take(minutes as usize) {
            self.lots[index].marks[place] = Mark::Free;
            self.became_free(index);
        }
    }

    /// Works so many minutes: held ones first, then borrowed ones as far as that is allowed; all or none.
    pub fn work(&mut self, ticket: u128, entry: u128, minutes: i64, may_borrow: i64) -> bool {
        let beyond = minutes - self.held(ticket);
        let possible = beyond <= 0 || beyond <= may_borrow.min(self.to_borrow(ticket));
        if possible {
            self.use_up(ticket, entry, minutes);
        }
        possible
    }

    /// What may still be borrowed once the ticket has used what it holds, of which unpaid minutes are owed then.
    pub fn to_borrow(&self, ticket: u128) -> i64 {
        let held = self.held_in_order(ticket);
        let unpaid = held
            .iter()
            .filter(|(index, ..)| self.lots[*index].status == LotStatus::Voided);
        (self.limit - self.owed - unpaid.count() as i64).max(0)
    }

    /// Uses held minutes as far as there are any; the others, and those that nobody paid, are owed.
    fn use_up(&mut self, ticket: u128, entry: u128, minutes: i64) {
        let held = self.held_in_order(ticket);
        for turn in 0..minutes.max(0) as usize {
            let from = held.get(turn).copied();
            if let Some((index, place, _)) = from {
                self.lots[index].marks[place] = Mark::Used;
            }
            if from.is_none_or(|(index, ..)| self.lots[index].status == LotStatus::Voided) {
                self.owed += 1;
            }
            self.worked.push(Worked { entry, ticket, from });
        }
    }

    /// Minutes of some entries come back, and others take what is there then: what is held first, then what was
    /// borrowed, which needs no new yes. What nobody takes goes back to the lots where the ticket is closed. Entry 0 is
    /// what a fixed size takes, which is no more than is held.
    pub fn correct(&mut self, ticket: u128, back: &[(u128, i64)], taken: &[(u128, i64)], closed: bool) {
        let held = self.held(ticket);
        let through_hold = !closed || taken.iter().any(|(_, minutes)| *minutes > 0);
        let mut touched = Vec::new();
        for (entry, minutes) in back {
            self.give_back(*entry, *minutes, through_hold, &mut touched);
        }
        for (entry, minutes) in taken {
            let most = if *entry == 0 { self.held(ticket) } else { *minutes };
            self.use_up(ticket, *entry, (*minutes).min(most));
        }
        if closed {
            self.release(ticket, (self.held(ticket) - held).max(0));
        }
        for index in touched {
            self.became_free(index);
        }
    }

    /// The minutes of an entry that were worked last come back: to their hold, or to their lot. A borrowed minute, or
    /// one of a lot that was never paid, is owed no more; if it was repaid, what repaid it last comes back. The lots
    /// where something came back are in `touched`.
    fn give_back(&mut self, entry: u128, minutes: i64, to_hold: bool, touched: &mut Vec<usize>) {
        for _ in 0..minutes {
            let last = self.worked.iter().rposition(|minute| minute.entry == entry).unwrap();
            let minute = self.worked.remove(last);
            let unpaid = |(index, ..): (usize, usize, u64)| self.lots[index].status == LotStatus::Voided;
            let owed = minute.from.is_none_or(unpaid);
            if let Some((index, place, hold)) = minute.from {
                self.lots[index].marks[place] = if to_hold {
                    Mark::Held(minute.ticket, hold)
                } else {
                    Mark::Free
                };
                touched.push(index);
            }
            if owed {
                touched.extend(self.owed_no_more());
            }
        }
    }

    /// One minute less is owed; where none is, the last minute that repaid one comes back, but never to a lot that was
    /// not paid. Says to which lot.
    fn owed_no_more(&mut self) -> Option<usize> {
        if self.owed > 0 {
            self.owed -= 1;
            return None;
        }
        let paid = |(index, _): &(usize, usize)| self.lots[*index].status != LotStatus::Voided;
        let last = self.repaid.iter().rposition(paid).unwrap();
        let (index, place) = self.repaid.remove(last);
        self.lots[index].marks[place] = Mark::Free;
        Some(index)
    }

    /// What is free in a lot repays debt first; in a lot that has ended the rest is gone. In one that was not paid all
    /// of it is.
    fn became_free(&mut self, index: usize) {
        let lot = &mut self.lots[index];
        for place in 0..lot.marks.len() {
            if lot.marks[place] != Mark::Free {
                continue;
            }
            if self.owed > 0 && lot.status != LotStatus::Voided {
                self.owed -= 1;
                lot.marks[place] = Mark::Repaid;
                self.repaid.push((index, place));
            } else if lot.status != LotStatus::Active {
                lot.marks[place] = Mark::Gone;
            }
        }
    }

    fn in_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.lots.len()).collect();
        order.sort_by_key(|index| self.lots[*index].order());
        order
    }

    /// The held minutes of a ticket in order of use: by lot, then the older hold.
    fn held_in_order(&self, ticket: u128) -> Vec<(usize, usize, u64)> {
        let mut all = Vec::new();
        for index in self.in_order() {
            let mut here = Vec::new();
            for (place, mark) in self.lots[index].marks.iter().enumerate() {
                if let Mark::Held(of, hold) = *mark
                    && of == ticket
                {
                    here.push((index, place, hold));
                }
            }
            here.sort_by_key(|(_, _, hold)| *hold);
            all.extend(here);
        }
        all
    }
}

/// The same day so many months later; where that month is shorter, its last day. By leafing through the calendar.
pub fn months_later(date: NaiveDate, months: u32) -> NaiveDate {
    let (mut year, mut month) = (date.year(), date.month());
    for _ in 0..months {
        month += 1;
        if month == 13 {
            (year, month) = (year + 1, 1);
        }
    }
    let mut day = date.day();
    loop {
        if let Some(found) = NaiveDate::from_ymd_opt(year, month, day) {
            return found;
        }
        day -= 1;
    }
}

/// The first minute at which the day is over there, by looking at the clock on the wall minute by minute.
pub fn end_of_day(date: NaiveDate, zone: Zone) -> Instant {
    let mut instant = Utc.from_utc_datetime(&(date + Days::new(1)).and_time(NaiveTime::MIN)) - TimeDelta::hours(15);
    while zone.date_at(instant) <= date {
        instant += TimeDelta::minutes(1);
    }
    instant
}

/// What a ticket bills for minutes worked: those beyond the free ones in steps of 15, at least 15; never more than was
/// agreed while the work itself fits that.
pub fn billed_for(worked: i64, free: i64, agreed: i64) -> i64 {
    let beyond_free = worked - free;
    if beyond_free <= 0 {
        return 0;
    }
    let mut billed = 15;
    while billed < beyond_free {
        billed += 15;
    }
    if beyond_free <= agreed {
        billed.min(agreed)
    } else {
        billed
    }
}
