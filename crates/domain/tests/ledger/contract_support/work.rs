//! Approvals, emergencies, time with its rounding, corrections, and what a ticket holds when it ends and begins again.

use super::Contract;
use crate::ledger_support::paper::billed_for;
use crate::ledger_support::{entry, hold_id, stamp, ticket};
use daypack_domain::estimate::{Basis, approved_after, offered_in_all};
use daypack_domain::ids::LotId;
use daypack_domain::ledger::{Agreement, Clause, Correction, EntryFigures, Movement, Rounding};

/// What the emergency clause lets a ticket have at once.
const EMERGENCY_MINUTES: i64 = 120;
const FREE_MINUTES: i64 = 30;

#[derive(Debug, Clone)]
pub struct Logged {
    pub number: u128,
    worked: i64,
    pub billed: i64,
    pub taken_back: bool,
}

/// A yes, which may replace those before it, and may be for a fixed size.
#[derive(Debug, Clone, Copy)]
struct Yes {
    minutes: i64,
    further: bool,
    fixed: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Request {
    closed: bool,
    /// Work began as an emergency at some time, and goes on as one until an estimate for all of it was approved.
    began_as_emergency: bool,
    emergency: bool,
    said: Vec<Yes>,
    approved: i64,
    /// The fixed size that counted when it was resolved last.
    fixed: i64,
    pub entries: Vec<Logged>,
}

impl Request {
    /// What the last total and those after it come to.
    fn sum(&self, of: impl Fn(&Yes) -> i64) -> i64 {
        let from = self.said.iter().rposition(|yes| !yes.further).unwrap_or(0);
        self.said[from..].iter().map(of).sum()
    }

    /// In an emergency what was approved on top adds to what it may have.
    fn agreed(&self) -> i64 {
        if self.emergency {
            EMERGENCY_MINUTES + self.sum(|yes| yes.minutes).min(self.approved)
        } else {
            self.approved
        }
    }

    /// The same, as the flows say it.
    fn agreement(&self, of: u128, used_minutes: i64) -> Agreement {
        let basis = |yes: &Yes| if yes.further { Basis::Further } else { Basis::Total };
        let clause = Clause {
            minutes: EMERGENCY_MINUTES,
            further_minutes: offered_in_all(self.said.iter().map(|yes| (basis(yes), yes.minutes))),
        };
        Agreement {
            ticket_id: ticket(of),
            system_id: None,
            approved_minutes: self.approved,
            clause: self.emergency.then_some(clause),
            used_minutes,
            fixed_minutes: self.fixed,
            rounding: Rounding::default(),
        }
    }
}

impl Contract {
    pub(super) fn approve(&mut self, of: u128, minutes: i64, further: bool, fixed: bool) {
        let (held, used) = (self.paper.held(of), self.paper.used(of));
        let basis = if further { Basis::Further } else { Basis::Total };
        let wanted = if further { minutes } else { minutes - used - held };
        let mut draft = self.paper.clone();
        let expected = if wanted < 0 {
            draft.release(of, -wanted);
            true
        } else {
            draft.hold(of, wanted)
        };
        let hold = self.number();
        let approved = self.bank.approve(self.now, hold, of, minutes, basis);
        assert_eq!(approved.is_ok(), expected, "{approved:?}");
        if expected {
            self.paper = draft;
            let request = self.requests.entry(of).or_default();
            request.emergency &= further;
            request.approved = if further {
                request.approved.max(used) + minutes
            } else {
                minutes
            };
            request.said.push(Yes {
                minutes,
                further,
                fixed,
            });
            let counted = approved_after(
                basis,
                minutes,
                if further { request.approved - minutes } else { 0 },
                used,
            );
            assert_eq!(counted, request.approved);
        }
    }

    pub(super) fn emergency(&mut self, of: u128) {
        let request = self.requests.entry(of).or_default();
        if request.began_as_emergency || request.closed {
            return;
        }
        (request.began_as_emergency, request.emergency) = (true, true);
        self.hold_up_to(of, EMERGENCY_MINUTES);
    }

    /// Holds so many minutes, or all there are.
    fn hold_up_to(&mut self, of: u128, minutes: i64) {
        let (hold, reason) = (hold_id(self.number()), stamp(self.now));
        let expected = minutes.min(self.paper.available());
        assert!(self.paper.hold(of, expected));
        let held = self.bank.run_for(Some(ticket(of)), &[], |account| {
            account.hold_up_to(&reason, hold, ticket(of), None, minutes)
        });
        assert_eq!(held, Ok(expected));
    }

    /// What the ticket has, and what of the agreed rest is there for it: up to that rounding refuses nothing.
    fn promised(&self, of: u128, request: &Request) -> i64 {
        let has = self.paper.used(of) + self.paper.held(of);
        let to_borrow = if request.emergency { self.paper.to_borrow(of) } else { 0 };
        has + (request.agreed() - has).min(self.paper.available() + to_borrow).max(0)
    }

    pub(super) fn log(&mut self, of: u128, minutes: i64) {
        let (number, hold) = (self.number(), hold_id(self.number()));
        let request = self.requests.entry(of).or_default().clone();
        let (held, used) = (self.paper.held(of), self.paper.used(of));
        let worked = counting(&request).map(|entry| entry.worked).sum::<i64>() + minutes;
        let billed = (billed_for(worked, FREE_MINUTES, self.promised(of, &request)) - used).max(0);
        let mut draft = self.paper.clone();
        let again = (billed - held)
            .min(request.agreed() - used - held)
            .min(draft.available());
        let held_again = again <= 0 || draft.hold(of, again);
        let to_borrow = if request.emergency {
            request.agreed() - used - held - again.max(0)
        } else {
            0
        };
        let expected = held_again && draft.work(of, number, billed, to_borrow.max(0));

        let agreement = request.agreement(of, self.bank.used_by(ticket(of)));
        let account = self.bank.load(Some(ticket(of)), &[]);
        assert_eq!(
            account.billable_minutes(self.now, &agreement, worked),
            Ok(billed),
            "{worked} of {request:?}"
        );
        let reason = stamp(self.now);
        let done = self.bank.run_for(Some(ticket(of)), &[], |account| {
            account.work(&reason, &agreement, hold, entry(number), billed)
        });
        assert_eq!(done.is_ok(), expected, "{done:?}");
        match done {
            Ok(_) => {
                self.paper = draft;
                self.requests.entry(of).or_default().entries.push(Logged {
                    number,
                    worked: minutes,
                    billed,
                    taken_back: false,
                });
            }
            Err(refused) => assert_eq!(refused.code(), "approved_minutes_exhausted"),
        }
    }

    /// A correction is never refused.
    pub(super) fn take_back(&mut self, index: usize) {
        let all: Vec<(u128, usize)> = self
            .requests
            .iter()
            .flat_map(|(of, request)| (0..request.entries.len()).map(|place| (*of, place)))
            .collect();
        if all.is_empty() {
            return;
        }
        let (of, place) = all[index % all.len()];
        let mut request = self.requests[&of].clone();
        if request.entries[place].taken_back {
            return;
        }
        let own = request.entries[place].clone();
        request.entries[place].taken_back = true;
        let (used, promised) = (self.paper.used(of), self.promised(of, &request));
        let beside = used - counting(&request).map(|entry| entry.billed).sum::<i64>() - own.billed;
        let figures = |logged: &Logged| EntryFigures {
            entry_id: entry(logged.number),
            worked_minutes: logged.worked,
            billed_minutes: logged.billed,
        };
        let others: Vec<EntryFigures> = counting(&request).map(figures).collect();

        let (mut worked, mut billed, mut whole) = (0, 0, 0);
        let (mut back, mut taken) = (vec![(own.number, own.billed)], Vec::new());
        let fixed = beside > 0 || request.fixed > 0;
        for logged in request.entries.iter_mut().filter(|entry| !entry.taken_back) {
            worked += logged.worked;
            whole = billed_for(worked, FREE_MINUTES, promised).min(used);
            // Where a fixed size was consumed, that takes the difference and no other entry.
            let bills = (whole - billed).clamp(0, if fixed { logged.billed } else { i64::MAX });
            match bills - logged.billed {
                less if less < 0 => back.push((logged.number, -less)),
                more => taken.push((logged.number, more)),
            }
            billed += bills;
            logged.billed = bills;
        }
        let beside_now = if fixed {
            beside.max(whole.max(request.fixed.min(used)) - billed)
        } else {
            0
        };
        taken.push((0, beside_now - beside));
        self.paper.correct(of, &back, &taken, request.closed);

        let movements: Vec<Movement> = self.of_ticket(of);
        let common = self.bank.ledger.iter().filter(|movement| movement.is_common_debt());
        let debts: Vec<Movement> = common.cloned().collect();
        let also: Vec<LotId> = movements.iter().chain(&debts).filter_map(|m| m.lot_id).collect();
        let agreement = request.agreement(of, self.bank.used_by(ticket(of)));
        let correction = Correction {
            dropped: &[figures(&own)],
            entries: &others,
            movements: &movements,
            debts: &debts,
            keep_held: !request.closed,
        };
        let reason = stamp(self.now);
        let corrected = self
            .bank
            .run_for(Some(ticket(of)), &also, |account| {
                account.correct(&reason, &agreement, &correction)
            })
            .unwrap();
        let expected: Vec<i64> = counting(&request).map(|entry| entry.billed).collect();
        assert_eq!(
            (corrected.billed_minutes, corrected.used_minutes),
            (expected, self.paper.used(of))
        );
        assert!(
            corrected.used_minutes >= request.fixed.min(used),
            "a fixed size stays consumed"
        );
        self.requests.insert(of, request);
    }

    fn of_ticket(&self, of: u128) -> Vec<Movement> {
        let of_ticket = |movement: &&Movement| movement.ticket_id == Some(ticket(of));
        self.bank.ledger.iter().filter(of_ticket).cloned().collect()
    }

    /// What was approved at a fixed size is used, as far as it is held; what else is held goes back.
    pub(super) fn finish(&mut self, of: u128) {
        let request = self.requests.entry(of).or_default();
        let fixed = request.sum(|yes| if yes.fixed { yes.minutes } else { 0 });
        (request.fixed, request.closed) = (fixed, true);
        let (held, used) = (self.paper.held(of), self.paper.used(of));
        let consumed = (fixed - used).clamp(0, held);
        assert!(self.paper.work(of, 0, consumed, 0));
        self.paper.release(of, held - consumed);
        let reason = stamp(self.now);
        let part = self.bank.run_for(Some(ticket(of)), &[], |account| {
            account.consume_part(&reason, ticket(of), fixed - used)
        });
        assert_eq!(
            part.unwrap().allocations.iter().map(|part| part.minutes).sum::<i64>(),
            consumed
        );
        assert_eq!(self.bank.release(self.now, of), Ok(held - consumed));
    }

    pub(super) fn reopen(&mut self, of: u128) {
        let request = self.requests.entry(of).or_default();
        if !request.closed {
            return;
        }
        request.closed = false;
        let rest = request.approved - self.paper.used(of) - self.paper.held(of);
        if rest > 0 {
            self.hold_up_to(of, rest);
        }
    }
}

fn counting(request: &Request) -> impl Iterator<Item = &Logged> {
    request.entries.iter().filter(|entry| !entry.taken_back)
}
