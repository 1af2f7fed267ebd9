//! A contract kept twice: by the rules and on paper.

pub mod acts;
mod approvals;
mod lots;
mod orders;
mod requests;
mod work;

use crate::ledger_support::paper::{Paper, Terms};
use crate::ledger_support::{Bank, lot_id, ticket};
use acts::{Act, ZONES};
use chrono::TimeDelta;
use daypack_domain::Instant;
use daypack_domain::ids::LotId;
use daypack_domain::ledger::{Books, TicketUse, balance_as_of};
use daypack_domain::lot::Lot;
use daypack_domain::order::Order;
use daypack_domain::zone::Zone;
use requests::Request;
use std::collections::{BTreeMap, BTreeSet};

pub struct Contract {
    now: Instant,
    zone: Zone,
    terms: Terms,
    pub bank: Bank,
    paper: Paper,
    /// As `paper.orders`.
    orders: Vec<Order>,
    /// As `paper.lots`, with what was sold and what was paid back.
    lots: Vec<Lot>,
    requests: BTreeMap<u128, Request>,
    next: u128,
    /// How many acts there were.
    act: u64,
    seen: BTreeMap<Instant, BTreeMap<LotId, (i64, i64)>>,
    /// What happened that happens rarely.
    pub reached: BTreeSet<&'static str>,
}

impl Contract {
    pub fn new(zone: &str, begins: &str, terms: Terms) -> Self {
        Self {
            now: begins.parse().unwrap(),
            zone: Zone::parse(zone).unwrap(),
            terms,
            bank: Bank::default(),
            paper: Paper::default(),
            orders: Vec::new(),
            lots: Vec::new(),
            requests: BTreeMap::new(),
            next: 0,
            act: 0,
            seen: BTreeMap::new(),
            reached: BTreeSet::new(),
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
        self.act += 1;
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
            Act::Gift { minutes, days, limited } => self.gift(minutes, days, limited),
            Act::Move { zone } => self.change_zone(ZONES[zone]),
            Act::Limit { minutes } => {
                self.paper.limit = minutes;
                self.bank.counters.debt_limit_minutes = minutes;
            }
            Act::LimitLot { .. } | Act::Extend { .. } | Act::Refund { .. } | Act::Adjust { .. } | Act::Void { .. } => {
                self.change_lot(act);
            }
            _ => self.take_on_ticket(act),
        }
    }

    fn take_on_ticket(&mut self, act: &Act) {
        match *act {
            Act::Approve {
                ticket,
                steps,
                further,
                fixed,
            } => self.approve(ticket, steps * 15, further, fixed),
            Act::NotMe { ticket, yes } => self.not_me(ticket, yes),
            Act::Emergency { ticket } => self.emergency(ticket),
            Act::Severity { ticket, lower } => self.severity(ticket, lower),
            Act::Uphold { ticket } => self.uphold(ticket),
            Act::Log { ticket, minutes } => self.log(ticket, minutes),
            Act::TakeBack { entry } => self.take_back(entry),
            Act::Warranty { ticket } => self.give_back_all(ticket),
            Act::StopWaiting { ticket } => self.stop_waiting(ticket),
            Act::Finish { ticket } => self.finish(ticket),
            Act::Reopen { ticket } => self.reopen(ticket),
            _ => unreachable!("other acts are done elsewhere"),
        }
    }

    /// Both sides are the same, now and at every instant that was looked at.
    pub fn check(&mut self) {
        self.paper.settle(self.now);
        self.check_orders();
        let settled = self.bank.load(None, &[]).settled(self.now).unwrap();
        self.check_lots(&settled);
        assert_eq!(settled.counters().debt_minutes, self.paper.owed);
        assert_eq!(settled.available_minutes(), self.paper.available());
        for (of, request) in &self.requests {
            self.check_request(*of, request);
        }
        self.check_balances();
    }

    fn check_request(&self, of: u128, request: &Request) {
        let account = self.bank.load(Some(ticket(of)), &[]);
        assert_eq!(account.held_for(ticket(of)), self.paper.held(of), "held for {of}");
        assert_eq!(self.bank.used_by(ticket(of)), self.paper.used(of), "used by {of}");
        for logged in &request.entries {
            let billed = if logged.taken_back { 0 } else { logged.billed };
            assert_eq!(self.paper.billed(of, logged.number), billed);
        }
        if !request.upheld {
            let mut found = TicketUse::default();
            let of_ticket = self.bank.ledger.iter();
            of_ticket
                .filter(|movement| movement.ticket_id == Some(ticket(of)))
                .for_each(|movement| found.record(movement));
            assert_eq!(
                found.approved_minutes(&request.approvals()),
                request.approved,
                "of {of}"
            );
        }
    }

    fn check_balances(&mut self) {
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

    /// Everything that the store has in the end.
    pub fn books(&self) -> Books {
        let requests = || self.requests.iter();
        Books {
            counters: self.bank.counters,
            lots: self.bank.lots.values().cloned().collect(),
            holds: self.bank.holds.values().cloned().collect(),
            movements: self.bank.ledger.clone(),
            entries: requests()
                .flat_map(|(of, request)| request.stored_entries(*of))
                .collect(),
            tickets: requests()
                .map(|(of, request)| request.stored(*of, self.paper.used(*of), &self.terms))
                .collect(),
        }
    }
}
