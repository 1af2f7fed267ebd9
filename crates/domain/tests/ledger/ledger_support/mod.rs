//! What the tests of the ledger share: small ids, dates, and a bank that plays the store: it keeps the whole ledger
//! and all counters, and loads for each operation only what the store would load.

pub mod model;
#[cfg(feature = "zones")]
pub mod paper;
pub mod steps;

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use daypack_domain::Instant;
use daypack_domain::estimate::Basis;
use daypack_domain::ids::{HoldId, LotId, SystemId, TicketId, TimeEntryId, UserId};
use daypack_domain::ledger::{
    Account, AccountCounters, Approval, HoldPosition, LotPosition, Movement, MovementKind, Reversal, Stamp, Work,
};
use daypack_domain::lot::LotStatus;
use daypack_domain::problem::Refusal;
use std::collections::BTreeMap;
use uuid::Uuid;

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub fn lot_id(number: u128) -> LotId {
    LotId(id(number))
}

pub fn hold_id(number: u128) -> HoldId {
    HoldId(id(number))
}

pub fn ticket(number: u128) -> TicketId {
    TicketId(id(number))
}

pub fn entry(number: u128) -> TimeEntryId {
    TimeEntryId(id(number))
}

pub fn system(number: u128) -> SystemId {
    SystemId(id(number))
}

pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn at(text: &str) -> Instant {
    format!("{text}:00Z").parse().unwrap()
}

/// The first instant after a date where clocks are so many hours ahead of UTC.
pub fn end_of(date: NaiveDate, hours_ahead: i64) -> Instant {
    Utc.from_utc_datetime(&(date + Days::new(1)).and_time(NaiveTime::MIN)) - TimeDelta::hours(hours_ahead)
}

pub fn stamp(now: Instant) -> Stamp {
    Stamp::by(UserId(id(1)), now).because("because of the test")
}

/// A lot to grant: activated on 1 January 2026.
pub fn lot(number: u128, minutes: i64, expires_on: &str) -> LotPosition {
    let expires_on = date(expires_on);
    LotPosition {
        lot_id: lot_id(number),
        status: LotStatus::Active,
        expires_on,
        ends_at: end_of(expires_on, 0),
        activated_at: at("2026-01-01T09:00"),
        system_ids: Vec::new(),
        granted_minutes: minutes,
        posted_minutes: 0,
        held_minutes: 0,
        used_minutes: 0,
    }
}

/// The store's part: the whole ledger and all counters.
#[derive(Default)]
pub struct Bank {
    pub ledger: Vec<Movement>,
    pub lots: BTreeMap<LotId, LotPosition>,
    pub holds: BTreeMap<HoldId, HoldPosition>,
    pub counters: AccountCounters,
}

impl Bank {
    /// With these lots granted in their order.
    pub fn with(lots: impl IntoIterator<Item = LotPosition>) -> Self {
        let mut bank = Self::default();
        for lot in lots {
            let now = lot.activated_at;
            bank.run(|account| account.grant(&stamp(now), lot)).unwrap();
        }
        bank
    }

    /// Loads what the store would load for a ticket, and the named lots.
    pub fn load(&self, ticket_id: Option<TicketId>, also: &[LotId]) -> Account {
        let lots = self
            .lots
            .values()
            .filter(|lot| lot.is_live() || also.contains(&lot.lot_id))
            .cloned();
        let holds = self
            .holds
            .values()
            .filter(|hold| Some(hold.ticket_id) == ticket_id)
            .cloned();
        Account::new(self.counters, lots, holds)
    }

    /// Runs an operation that needs no holds.
    pub fn run<T>(&mut self, operation: impl FnOnce(&mut Account) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.run_for(None, &[], operation)
    }

    /// Loads, runs and saves. A refusal must leave the account as it was.
    pub fn run_for<T>(
        &mut self,
        ticket_id: Option<TicketId>,
        also: &[LotId],
        operation: impl FnOnce(&mut Account) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let before = self.load(ticket_id, also);
        let mut account = before.clone();
        let result = operation(&mut account);
        if result.is_err() {
            assert_eq!(account, before, "a refusal changed the account");
            return result;
        }
        self.ledger.extend(account.take_movements());
        self.lots
            .extend(account.take_changed_lots().into_iter().map(|lot| (lot.lot_id, lot)));
        self.holds.extend(
            account
                .take_changed_holds()
                .into_iter()
                .map(|hold| (hold.hold_id, hold)),
        );
        self.counters = account.counters();
        result
    }

    pub fn approve(&mut self, now: Instant, hold: u128, of: u128, minutes: i64, basis: Basis) -> Result<(), Refusal> {
        let approval = self.approval(hold, of, minutes, basis);
        self.run_for(Some(ticket(of)), &[], |account| {
            account.approve(&stamp(now), &approval, None)
        })
        .map(drop)
    }

    pub fn approval(&self, hold: u128, of: u128, minutes: i64, basis: Basis) -> Approval {
        let used_minutes = self.used_by(ticket(of));
        Approval {
            hold_id: hold_id(hold),
            ticket_id: ticket(of),
            system_id: None,
            minutes,
            basis,
            used_minutes,
        }
    }

    pub fn work(&mut self, now: Instant, of: u128, number: u128, minutes: i64, borrow: i64) -> Result<(), Refusal> {
        let work = Work {
            ticket_id: ticket(of),
            entry_id: entry(number),
            minutes,
            borrow_up_to_minutes: borrow,
        };
        self.run_for(Some(ticket(of)), &[], |account| account.consume(&stamp(now), &work))
            .map(drop)
    }

    pub fn release(&mut self, now: Instant, of: u128) -> Result<i64, Refusal> {
        self.run_for(Some(ticket(of)), &[], |account| {
            account.release(&stamp(now), ticket(of))
        })
    }

    pub fn reverse(&mut self, now: Instant, of: u128, number: u128, minutes: i64, open: bool) -> Result<(), Refusal> {
        let pick = |wanted: &dyn Fn(&Movement) -> bool| -> Vec<Movement> {
            self.ledger
                .iter()
                .filter(|movement| wanted(movement))
                .cloned()
                .collect()
        };
        let movements = pick(&|movement| movement.entry_id == Some(entry(number)));
        let debts = pick(&Movement::is_common_debt);
        let also: Vec<LotId> = movements
            .iter()
            .chain(&debts)
            .filter_map(|movement| movement.lot_id)
            .collect();
        self.run_for(Some(ticket(of)), &also, |account| {
            let reversal = Reversal {
                ticket_id: ticket(of),
                ticket_open: open,
                minutes,
                movements: &movements,
                debts: &debts,
            };
            account.reverse(&stamp(now), &reversal)
        })
    }

    /// Billed minutes of a ticket, by the ledger.
    pub fn used_by(&self, ticket_id: TicketId) -> i64 {
        let of_ticket = self
            .ledger
            .iter()
            .filter(|movement| movement.ticket_id == Some(ticket_id));
        of_ticket
            .map(|movement| match movement.kind {
                MovementKind::Consume | MovementKind::Borrow => movement.minutes,
                MovementKind::Unconsume | MovementKind::Unborrow => -movement.minutes,
                _ => 0,
            })
            .sum()
    }

    /// The ledger from a place on, short: `hold 1 60` is 60 minutes held in lot 1.
    pub fn lines_after(&self, sequence: usize) -> Vec<String> {
        let line = |movement: &Movement| match movement.lot_id {
            Some(lot_id) => format!("{} {} {}", movement.kind, lot_id.0.as_u128(), movement.minutes),
            None => format!("{} {}", movement.kind, movement.minutes),
        };
        self.ledger[sequence..].iter().map(line).collect()
    }

    pub fn available(&self, now: Instant) -> i64 {
        self.load(None, &[]).balance(now).unwrap().available_minutes
    }
}
