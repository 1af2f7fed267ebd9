//! Time with its rounding, and its corrections.

use super::Contract;
use super::requests::{Logged, Request};
use crate::ledger_support::{entry, hold_id, stamp, ticket};
use daypack_domain::emergency::{Taken, Yes, unapproved_minutes};
use daypack_domain::ids::LotId;
use daypack_domain::ledger::{Correction, EntryFigures, Movement, MovementKind as K, Reversal};

/// Minutes of an entry, by its number.
type Minutes = (u128, i64);

impl Contract {
    /// What the ticket has, and what of the agreed rest is there for it: up to that rounding refuses nothing.
    fn promised(&self, of: u128, request: &Request) -> i64 {
        self.promised_of(self.paper.available_for(of), of, request)
    }

    fn promised_of(&self, there: i64, of: u128, request: &Request) -> i64 {
        let has = self.paper.used(of) + self.paper.held(of);
        let to_borrow = if request.clause_counts() {
            self.paper.to_borrow(of)
        } else {
            0
        };
        has + (request.agreed(&self.terms) - has).min(there + to_borrow).max(0)
    }

    pub(super) fn log(&mut self, of: u128, minutes: i64) {
        let (number, hold) = (self.number(), hold_id(self.number()));
        let request = self.requests.entry(of).or_default().clone();
        let (held, used) = (self.paper.held(of), self.paper.used(of));
        let (agreed, promised) = (request.agreed(&self.terms), self.promised(of, &request));
        let worked = request.counted() + minutes;
        let billed = (self.terms.billed_for(worked, promised) - used).max(0);
        let of_all_lots = self.promised_of(self.paper.available(), of, &request);
        if billed != (self.terms.billed_for(worked, of_all_lots) - used).max(0) {
            self.reached.insert("rounding stops at what the ticket's own lots have");
        }
        let mut draft = self.paper.clone();
        let again = (billed - held).min(agreed - used - held).min(draft.available_for(of));
        let held_again = again <= 0 || draft.hold(of, again).is_some();
        let to_borrow = if request.clause_counts() {
            agreed - used - held - again.max(0)
        } else {
            0
        };
        let expected = held_again && draft.work(of, number, billed, to_borrow.max(0));

        let agreement = request.agreement(of, self.bank.used_by(ticket(of)), &self.terms);
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
                    waived: 0,
                    billed,
                    taken_back: false,
                    first_billed: (billed > 0).then_some(self.act),
                });
            }
            Err(refused) => assert_eq!(refused.code(), "approved_minutes_exhausted"),
        }
    }

    /// An entry is taken back.
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
        let request = self.requests[&of].clone();
        if request.entries[place].taken_back {
            return;
        }
        let keep_held = !request.closed;
        self.correct(of, request, &[place], keep_held);
        self.release_unagreed(of);
    }

    /// The lead gives right to an owner who said that it was no emergency: what no yes covers goes back.
    pub(super) fn uphold(&mut self, of: u128) {
        let request = self.requests.entry(of).or_default();
        if !request.is_emergency() {
            return;
        }
        request.upheld = true;
        if request.said.iter().all(|yes| yes.disputed) {
            self.give_back_all(of);
        } else {
            self.give_back_uncovered(of);
        }
    }

    /// Nothing of the ticket is deducted: all of its entries go back at once, then what a fixed size took beside them,
    /// then what is held.
    pub(super) fn give_back_all(&mut self, of: u128) {
        let mut request = self.requests.entry(of).or_default().clone();
        request.resolved = None;
        let counting = |place: &usize| !request.entries[*place].taken_back;
        let all: Vec<usize> = (0..request.entries.len()).filter(counting).collect();
        self.correct(of, request, &all, false);
        self.give_back_beside(of);
        self.release_beyond(of, 0);
        assert_eq!((self.paper.used(of), self.paper.held(of)), (0, 0));
    }

    /// What a fixed size took has no entry.
    fn give_back_beside(&mut self, of: u128) {
        let minutes = self.paper.billed(of, 0);
        let mut fixed = self.of_ticket(of);
        fixed.retain(|movement| {
            let kinds = [K::Consume, K::Unconsume, K::Borrow, K::Unborrow];
            kinds.contains(&movement.kind) && movement.entry_id.is_none()
        });
        self.paper.correct(of, &[(0, minutes)], &[], true);
        let (debts, reason) = (self.common_debts(), stamp(self.now));
        let reversal = Reversal {
            ticket_id: ticket(of),
            ticket_open: false,
            minutes,
            movements: &fixed,
            debts: &debts,
        };
        let also = lots_of(&fixed, &debts);
        self.bank
            .run_for(Some(ticket(of)), &also, |account| account.reverse(&reason, &reversal))
            .unwrap();
    }

    /// Of each entry goes back what no yes before it covers: all of it, so that it counts no more, or a part, which is
    /// waived. What is held beyond what was said goes back as well.
    fn give_back_uncovered(&mut self, of: u128) {
        let mut request = self.requests[&of].clone();
        let beyond = self.uncovered(of, &request);
        let mut dropped = Vec::new();
        for (place, minutes) in beyond.into_iter().filter(|(_, minutes)| *minutes > 0) {
            let logged = &mut request.entries[place];
            if minutes == logged.billed {
                dropped.push(place);
            } else {
                logged.waived = (logged.waived + minutes).min(logged.worked);
                self.reached.insert("part of an entry is waived");
            }
        }
        if dropped.len() > 1 {
            self.reached.insert("several entries that no yes covers go back");
        }
        self.correct(of, request, &dropped, false);
        let request = self.requests.entry(of).or_default();
        request.approved = request.said_in_all();
        let kept = request.approved - self.paper.used(of);
        self.release_beyond(of, kept);
    }

    /// What of each entry no yes covers, minute by minute: the first ones are what was approved by then.
    fn uncovered(&self, of: u128, request: &Request) -> Vec<(usize, i64)> {
        let mut covered = 0;
        let mut beyond = Vec::new();
        for (place, logged) in request.entries.iter().enumerate() {
            let billed = if logged.taken_back { 0 } else { logged.billed };
            let said = logged.first_billed.map_or(0, |act| request.said_by(act));
            beyond.push((place, 0));
            for _ in 0..billed {
                if covered < said {
                    covered += 1;
                } else {
                    beyond[place].1 += 1;
                }
            }
        }
        // The same, as the flows find it in the ledger.
        let movements = self.of_ticket(of);
        let first = |is_of: &dyn Fn(&&Movement) -> bool| movements.iter().find(is_of).map_or(0, |first| first.sequence);
        let work = request.counting().map(|logged| Taken {
            sequence: first(&|one| one.entry_id == Some(entry(logged.number))),
            minutes: logged.billed,
        });
        let stand = request.said.iter().filter(|yes| !yes.disputed);
        let said = stand.map(|yes| Yes {
            sequence: yes
                .hold
                .map_or(0, |made| first(&|one| one.hold_id == Some(hold_id(made.number)))),
            basis: yes.basis(),
            minutes: yes.minutes,
        });
        let counting = beyond.iter().filter(|(place, _)| !request.entries[*place].taken_back);
        assert_eq!(
            unapproved_minutes(&work.collect::<Vec<_>>(), &said.collect::<Vec<_>>()),
            counting.map(|(_, minutes)| *minutes).collect::<Vec<_>>()
        );
        beyond
    }

    /// Entries count no more, and the others are rounded anew. A correction is never refused.
    fn correct(&mut self, of: u128, mut request: Request, dropped: &[usize], keep_held: bool) {
        let gone: Vec<Logged> = dropped.iter().map(|place| request.entries[*place].clone()).collect();
        for place in dropped {
            request.entries[*place].taken_back = true;
        }
        if gone.iter().filter(|logged| logged.billed > 0).count() > 1 {
            self.reached.insert("several entries go back at once");
        }
        let (used, promised) = (self.paper.used(of), self.promised(of, &request));
        let others: Vec<EntryFigures> = request.counting().map(Logged::figures).collect();
        let (back, taken) = self.rounded_anew(&mut request, &gone, used, promised);
        self.paper.correct(of, &back, &taken, !keep_held);

        let (movements, debts) = (self.of_ticket(of), self.common_debts());
        let also = lots_of(&movements, &debts);
        let agreement = request.agreement(of, self.bank.used_by(ticket(of)), &self.terms);
        let dropped: Vec<EntryFigures> = gone.iter().map(Logged::figures).collect();
        let correction = Correction {
            dropped: &dropped,
            entries: &others,
            movements: &movements,
            debts: &debts,
            keep_held,
        };
        let reason = stamp(self.now);
        let corrected = self
            .bank
            .run_for(Some(ticket(of)), &also, |account| {
                account.correct(&reason, &agreement, &correction)
            })
            .unwrap();
        let expected: Vec<i64> = request.counting().map(|entry| entry.billed).collect();
        assert_eq!(
            (corrected.billed_minutes, corrected.used_minutes),
            (expected, self.paper.used(of))
        );
        assert!(
            corrected.used_minutes >= request.fixed().min(used),
            "a fixed size stays consumed"
        );
        self.requests.insert(of, request);
    }

    /// What each entry gives back, and what it takes: entry 0 is what a fixed size took.
    fn rounded_anew(
        &self,
        request: &mut Request,
        gone: &[Logged],
        used: i64,
        promised: i64,
    ) -> (Vec<Minutes>, Vec<Minutes>) {
        let by_entries = request.counting().chain(gone).map(|logged| logged.billed).sum::<i64>();
        let (beside, size) = (used - by_entries, request.fixed());
        let fixed = beside > 0 || size > 0;
        let (mut worked, mut billed, mut whole) = (0, 0, 0);
        let mut back: Vec<(u128, i64)> = gone.iter().map(|logged| (logged.number, logged.billed)).collect();
        let mut taken = Vec::new();
        for logged in request.entries.iter_mut().filter(|entry| !entry.taken_back) {
            worked += logged.counted();
            whole = self.terms.billed_for(worked, promised).min(used);
            // Where a fixed size was consumed, that takes the difference and no other entry.
            let bills = (whole - billed).clamp(0, if fixed { logged.billed } else { i64::MAX });
            match bills - logged.billed {
                less if less < 0 => back.push((logged.number, -less)),
                more => taken.push((logged.number, more)),
            }
            billed += bills;
            logged.billed = bills;
            if bills > 0 && logged.first_billed.is_none() {
                logged.first_billed = Some(self.act);
            }
        }
        let beside_now = if fixed {
            beside.max(whole.max(size.min(used)) - billed)
        } else {
            0
        };
        taken.push((0, beside_now - beside));
        (back, taken)
    }

    fn of_ticket(&self, of: u128) -> Vec<Movement> {
        let of_ticket = |movement: &&Movement| movement.ticket_id == Some(ticket(of));
        self.bank.ledger.iter().filter(of_ticket).cloned().collect()
    }

    fn common_debts(&self) -> Vec<Movement> {
        let common = self.bank.ledger.iter().filter(|movement| movement.is_common_debt());
        common.cloned().collect()
    }
}

fn lots_of(movements: &[Movement], debts: &[Movement]) -> Vec<LotId> {
    movements.iter().chain(debts).filter_map(|one| one.lot_id).collect()
}
