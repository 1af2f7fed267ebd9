//! What is said: yes, that it was not me, that it is an emergency and how severe it is; and what is held for that.

use super::Contract;
use super::requests::{Made, Yes, system_of};
use crate::ledger_support::{hold_id, stamp, ticket};
use daypack_domain::Refusal;
use daypack_domain::estimate::{Basis, approved_after};

impl Contract {
    pub(super) fn approve(&mut self, of: u128, minutes: i64, further: bool, fixed: bool) {
        let (held, used) = (self.paper.held(of), self.paper.used(of));
        let wanted = if further { minutes } else { minutes - used - held };
        let there = self.paper.available_for(of);
        let mut draft = self.paper.clone();
        let on_paper = if wanted > 0 {
            draft.hold(of, wanted)
        } else {
            draft.release(of, -wanted);
            None
        };
        let (number, reason) = (self.number(), stamp(self.now));
        let basis = if further { Basis::Further } else { Basis::Total };
        let mut approval = self.bank.approval(number, of, minutes, basis);
        approval.system_id = system_of(of);
        let approved = self.bank.run_for(Some(ticket(of)), &[], |account| {
            account.approve(&reason, &approval, None)
        });
        if wanted > 0 && on_paper.is_none() {
            let missing = wanted - there;
            let named = |refusal: &Refusal| {
                matches!(refusal, Refusal::Shortfall { code: "insufficient_minutes", shortfall_minutes, .. }
                    if *shortfall_minutes == missing)
            };
            assert!(
                approved.as_ref().is_err_and(named),
                "{missing} are missing: {approved:?}"
            );
            if there < self.paper.available() && wanted <= self.paper.available() {
                self.reached.insert("refused, though a lot for others has enough");
            }
            return;
        }
        let preview = approved.unwrap();
        self.paper = draft;
        assert_eq!(preview.available_after_minutes, self.paper.available());
        let act = self.act;
        let request = self.requests.entry(of).or_default();
        let before = request.approved;
        request.approved = match further {
            true if before < used => used + minutes,
            true => before + minutes,
            false => minutes,
        };
        assert_eq!(approved_after(basis, minutes, before, used), request.approved);
        request.said.push(Yes {
            minutes,
            further,
            fixed,
            hold: on_paper.map(|on_paper| Made { number, on_paper, act }),
            used_before: used,
            disputed: false,
        });
        if request.counting().any(|entry| entry.waived > 0) {
            self.reached.insert("a yes after minutes were waived");
        }
    }

    /// Whoever a yes was recorded for did not say it: what its hold still has goes back, and what else nobody agrees to
    /// any more.
    pub(super) fn not_me(&mut self, of: u128, index: usize) {
        let request = self.requests.entry(of).or_default();
        let mut stand: Vec<&mut Yes> = request.said.iter_mut().filter(|yes| !yes.disputed).collect();
        if stand.is_empty() {
            return;
        }
        let place = index % stand.len();
        stand[place].disputed = true;
        let made = stand[place].hold;
        request.approved = request.approved_anew();
        if let Some(made) = made {
            self.release_hold(of, made);
        }
        self.release_unagreed(of);
    }

    fn release_hold(&mut self, of: u128, made: Made) {
        let (held, reason) = (self.paper.held(of), stamp(self.now));
        let released = self.paper.release_hold(of, made.on_paper);
        let done = self.bank.run_for(Some(ticket(of)), &[], |account| {
            account.release_hold(&reason, ticket(of), hold_id(made.number))
        });
        assert_eq!(done, Ok(released));
        if 0 < released && released < held {
            self.reached.insert("one hold of several goes back");
        }
    }

    pub(super) fn emergency(&mut self, of: u128) {
        let request = self.requests.entry(of).or_default();
        if request.began.is_some() || request.closed {
            return;
        }
        request.began = Some(request.said.len());
        self.hold_up_to(of, self.terms.emergency - self.paper.used(of) - self.paper.held(of));
    }

    /// What is not as severe any more keeps what was approved, and goes on before a yes once it is as severe again.
    pub(super) fn severity(&mut self, of: u128, lower: bool) {
        let request = self.requests.entry(of).or_default();
        if !request.is_emergency() || request.milder == lower {
            return;
        }
        request.milder = lower;
        if lower {
            let kept = request.approved - self.paper.used(of);
            let (held, released) = (self.paper.held(of), self.release_beyond(of, kept));
            if 0 < released && released < held {
                self.reached.insert("part of what a milder emergency held goes back");
            }
        }
    }

    /// Holds so many minutes, or all there are.
    fn hold_up_to(&mut self, of: u128, minutes: i64) {
        let (hold, reason) = (hold_id(self.number()), stamp(self.now));
        let expected = minutes.min(self.paper.available_for(of)).max(0);
        assert!(self.paper.hold(of, expected).is_some());
        let held = self.bank.run_for(Some(ticket(of)), &[], |account| {
            account.hold_up_to(&reason, hold, ticket(of), system_of(of), minutes)
        });
        assert_eq!(held, Ok(expected));
    }

    /// Nothing stays held that nobody agrees to.
    pub(super) fn release_unagreed(&mut self, of: u128) {
        let agreed = self.requests[&of].agreed(&self.terms);
        self.release_beyond(of, agreed - self.paper.used(of));
    }

    /// Gives back what is held beyond so many minutes, and says how much.
    pub(super) fn release_beyond(&mut self, of: u128, kept: i64) -> i64 {
        let (held, reason) = (self.paper.held(of), stamp(self.now));
        let beyond = held - kept.max(0);
        let released = beyond.max(0);
        self.paper.release(of, released);
        let done = self.bank.run_for(Some(ticket(of)), &[], |account| {
            account.release_part(&reason, ticket(of), beyond)
        });
        assert_eq!(done, Ok(released));
        released
    }

    /// After 60 days of waiting on the client: what is held in lots that have ended goes back.
    pub(super) fn stop_waiting(&mut self, of: u128) {
        let (held, reason) = (self.paper.held(of), stamp(self.now));
        let released = self.paper.release_ended(of, self.now);
        let done = self.bank.run_for(Some(ticket(of)), &[], |account| {
            account.release_ended(&reason, ticket(of))
        });
        assert_eq!(done, Ok(released));
        if 0 < released && released < held {
            self.reached.insert("what is held in an ended lot goes back");
        }
    }

    /// What was approved at a fixed size is used, as far as it is held; what else is held goes back.
    pub(super) fn finish(&mut self, of: u128) {
        let request = self.requests.entry(of).or_default();
        let fixed = request.fixed_in_all();
        (request.resolved, request.closed) = (Some(request.said.len()), true);
        let (held, used) = (self.paper.held(of), self.paper.used(of));
        let consumed = (fixed - used).clamp(0, held);
        assert!(self.paper.work(of, 0, consumed, 0));
        self.paper.release(of, held - consumed);
        let reason = stamp(self.now);
        let part = self.bank.run_for(Some(ticket(of)), &[], |account| {
            account.consume_part(&reason, ticket(of), fixed - used)
        });
        let parts = part.unwrap().allocations;
        assert_eq!(parts.iter().map(|part| part.minutes).sum::<i64>(), consumed);
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
