//! A contract kept twice: by the rules and on paper.

pub mod acts;
mod orders;
mod work;

use crate::ledger_support::paper::Paper;
use crate::ledger_support::{Bank, lot_id, ticket};
use acts::{Act, ZONES};
use chrono::TimeDelta;
use daypack_domain::Instant;
use daypack_domain::ids::LotId;
use daypack_domain::ledger::balance_as_of;
use daypack_domain::lot::Lot;
use daypack_domain::order::Order;
use daypack_domain::zone::Zone;
use std::collections::BTreeMap;
use work::Request;

pub struct Contract {
    now: Instant,
    zone: Zone,
    pub bank: Bank,
    paper: Paper,
    orders: Vec<Order>,
    /// As `paper.lots`, with what was sold and what was paid back.
    lots: Vec<Lot>,
    requests: BTreeMap<u128, Request>,
    next: u128,
    seen: BTreeMap<Instant, BTreeMap<LotId, (i64, i64)>>,
}

impl Contract {
    pub fn new(zone: &str, begins: &str) -> Self {
        Self {
            now: begins.parse().unwrap(),
            zone: Zone::parse(zone).unwrap(),
            bank: Bank::default(),
            paper: Paper::default(),
            orders: Vec::new(),
            lots: Vec::new(),
            requests: BTreeMap::new(),
            next: 0,
            seen: BTreeMap::new(),
        }
    }

    fn number(&mut self) -> u128 {
        self.next += 1;
        self.next
    }

    pub fn take(&mut self, act: &Act) {
        // Before every act what is due has happened, whether or not anybody wrote it down.
        if let Act::Wait { minutes } = act {
            self.now += TimeDelta::minutes(*minutes);
        }
        self.paper.settle(self.now);
        match *act {
            Act::Wait { .. } => {}
            Act::Place {
                packs,
                months,
                extension,
            } => self.place(packs, months, extension),
            Act::Pay { order, reference } => self.pay(order, reference),
            Act::Activate { order, on_credit } => self.activate(order, on_credit),
            Act::Cancel { order } => self.cancel(order),
            Act::BounceOrder { order } => self.bounce(order),
            Act::Gift { minutes, days } => self.gift(minutes, days),
            Act::Move { zone } => self.change_zone(ZONES[zone]),
            Act::Limit { minutes } => {
                self.paper.limit = minutes;
                self.bank.counters.debt_limit_minutes = minutes;
            }
            Act::Approve {
                ticket,
                steps,
                further,
                fixed,
            } => self.approve(ticket, steps * 15, further, fixed),
            Act::Emergency { ticket } => self.emergency(ticket),
            Act::Log { ticket, minutes } => self.log(ticket, minutes),
            Act::TakeBack { entry } => self.take_back(entry),
            Act::Finish { ticket } => self.finish(ticket),
            Act::Reopen { ticket } => self.reopen(ticket),
            Act::Extend { .. } | Act::Refund { .. } | Act::Adjust { .. } | Act::Void { .. } => self.change_lot(act),
        }
    }

    /// Both sides are the same, now and at every instant that was looked at.
    pub fn check(&mut self) {
        self.paper.settle(self.now);
        let settled = self.bank.load(None, &[]).settled(self.now).unwrap();
        for (index, paper) in self.paper.lots.iter().enumerate() {
            let id = lot_id(paper.number);
            let lot = settled.lot(id).unwrap_or(&self.bank.lots[&id]);
            let (posted, held) = (paper.free() + paper.held(), paper.held());
            assert_eq!((lot.posted_minutes, lot.held_minutes), (posted, held), "lot {index}");
            assert_eq!(
                (lot.used_minutes, lot.status),
                (paper.used(), paper.status),
                "lot {index}"
            );
            assert_eq!(
                (lot.expires_on, lot.ends_at),
                (paper.expires_on, paper.ends_at),
                "lot {index}"
            );
        }
        assert_eq!(settled.counters().debt_minutes, self.paper.owed);
        assert_eq!(settled.available_minutes(), self.paper.available());
        for (of, request) in &self.requests {
            let account = self.bank.load(Some(ticket(*of)), &[]);
            assert_eq!(account.held_for(ticket(*of)), self.paper.held(*of), "held for {of}");
            assert_eq!(self.bank.used_by(ticket(*of)), self.paper.used(*of), "used by {of}");
            for logged in &request.entries {
                let billed = if logged.taken_back { 0 } else { logged.billed };
                assert_eq!(self.paper.billed(logged.number), billed);
            }
        }
        let figures = self.paper.lots.iter();
        let now = figures
            .map(|lot| (lot_id(lot.number), (lot.free() + lot.held(), lot.held())))
            .collect();
        self.seen.insert(self.now, now);
        let lots: Vec<_> = self.bank.lots.values().cloned().collect();
        for (instant, seen) in &self.seen {
            let then = balance_as_of(&self.bank.ledger, &lots, *instant);
            for lot in &then.lots {
                let known = seen.get(&lot.lot_id).copied().unwrap_or_default();
                assert_eq!((lot.posted_minutes, lot.held_minutes), known, "as of {instant}");
            }
            let available: i64 = seen.values().map(|(posted, held)| posted - held).sum();
            assert_eq!(then.available_minutes, available, "as of {instant}");
        }
    }
}
