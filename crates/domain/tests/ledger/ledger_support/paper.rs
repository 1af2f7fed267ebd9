//! The books kept on paper: every minute is a mark of its own, moved by hand. Written apart from the ledger, from
//! section 3 alone; it has no counters, no movements and no arithmetic beyond counting.

mod dates;
mod lot;
mod order;
mod terms;

pub use dates::{end_of_day, months_later};
pub use lot::{Mark, PaperLot, Sold};
pub use order::{PaperOrder, Refused};
pub use terms::Terms;

use daypack_domain::Instant;
use daypack_domain::lot::LotStatus;
use daypack_domain::zone::Zone;

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
    pub orders: Vec<PaperOrder>,
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
        for order in &mut self.orders {
            order.settle(now);
        }
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

    /// Once, if it was sold so, and while it is usable and not empty; its months are counted from the activation.
    pub fn extend(&mut self, index: usize, zone: Zone) -> Result<(), Refused> {
        let lot = &mut self.lots[index];
        let Some((sold, more)) = lot.sold.and_then(|sold| Some((sold, sold.extension?))) else {
            return Err("extension_not_allowed");
        };
        if lot.extended {
            return Err("already_extended");
        }
        if lot.status != LotStatus::Active {
            return Err("lot_ended");
        }
        if lot.free() + lot.held() == 0 {
            return Err("lot_exhausted");
        }
        lot.extended = true;
        lot.expires_on = months_later(lot.activated_on, sold.months + more);
        lot.ends_at = end_of_day(lot.expires_on, zone);
        Ok(())
    }

    /// From now on it serves one system, or all. Nothing that is held in it moves.
    pub fn limit_lot(&mut self, index: usize, limited: bool) -> bool {
        let lot = &mut self.lots[index];
        let possible = lot.status == LotStatus::Active;
        if possible {
            lot.limited = limited;
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

    /// What a ticket could be given.
    pub fn available_for(&self, ticket: u128) -> i64 {
        let serving = self.lots.iter().filter(|lot| lot.serves(ticket));
        serving.map(PaperLot::free).sum()
    }

    pub fn held(&self, ticket: u128) -> i64 {
        self.held_in_order(ticket).len() as i64
    }

    pub fn used(&self, ticket: u128) -> i64 {
        self.worked.iter().filter(|minute| minute.ticket == ticket).count() as i64
    }

    /// By an entry of the ticket; entry 0 is what a fixed size took beside them.
    pub fn billed(&self, ticket: u128, entry: u128) -> i64 {
        let own = |minute: &&Worked| (minute.ticket, minute.entry) == (ticket, entry);
        self.worked.iter().filter(own).count() as i64
    }

    /// Holds exactly so many minutes, or none. Says by which hold.
    pub fn hold(&mut self, ticket: u128, minutes: i64) -> Option<u64> {
        let mut free: Vec<(usize, usize)> = Vec::new();
        for index in self.in_order() {
            let lot = &self.lots[index];
            if lot.status == LotStatus::Active && lot.serves(ticket) {
                let places = lot.marks.iter().enumerate().filter(|(_, mark)| **mark == Mark::Free);
                free.extend(places.map(|(place, _)| (index, place)));
            }
        }
        if (free.len() as i64) < minutes {
            return None;
        }
        self.holds += 1;
        for (index, place) in free.into_iter().take(minutes as usize) {
            self.lots[index].marks[place] = Mark::Held(ticket, self.holds);
        }
        Some(self.holds)
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

    /// Gives back what one hold still has. Says how much.
    pub fn release_hold(&mut self, ticket: u128, hold: u64) -> i64 {
        self.release_where(ticket, |_, of| of == hold)
    }

    /// Gives back what is held in lots whose last day is over. Says how much.
    pub fn release_ended(&mut self, ticket: u128, now: Instant) -> i64 {
        self.release_where(ticket, |lot, _| lot.ends_at <= now)
    }

    fn release_where(&mut self, ticket: u128, wanted: impl Fn(&PaperLot, u64) -> bool) -> i64 {
        let mut released = 0;
        for (index, place, hold) in self.held_in_order(ticket) {
            if wanted(&self.lots[index], hold) {
                self.lots[index].marks[place] = Mark::Free;
                self.became_free(index);
                released += 1;
            }
        }
        released
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
    /// what a fixed size takes.
    pub fn correct(&mut self, ticket: u128, back: &[(u128, i64)], taken: &[(u128, i64)], closed: bool) {
        let held = self.held(ticket);
        let through_hold = !closed || taken.iter().any(|(_, minutes)| *minutes > 0);
        let mut touched = Vec::new();
        for (entry, minutes) in back {
            self.give_back(ticket, *entry, *minutes, through_hold, &mut touched);
        }
        for (entry, minutes) in taken {
            self.use_up(ticket, *entry, *minutes);
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
    fn give_back(&mut self, ticket: u128, entry: u128, minutes: i64, to_hold: bool, touched: &mut Vec<usize>) {
        let own = |minute: &Worked| (minute.ticket, minute.entry) == (ticket, entry);
        for _ in 0..minutes {
            let last = self.worked.iter().rposition(own).unwrap();
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
