//! Random histories of every operation, against a naive model that recomputes everything from the movements by the
//! formulas of section 3, written once more in its own file.

mod checks;

use crate::ledger_support::model::Model;
use crate::ledger_support::steps::{Shown, Step, step};
use crate::ledger_support::{Bank, at, date, end_of, hold_id, lot_id, stamp, system, ticket};
use chrono::TimeDelta;
use daypack_domain::Instant;
use daypack_domain::estimate::Basis;
use daypack_domain::ids::{HoldId, LotId};
use daypack_domain::ledger::{Account, Balance, LotPosition, MovementKind as K};
use daypack_domain::lot::LotStatus;
use proptest::prelude::*;
use std::collections::BTreeMap;

struct History {
    bank: Bank,
    now: Instant,
    hours_ahead: i64,
    /// Ticket and billable minutes of each time entry.
    entries: Vec<(u128, i64)>,
    next_lot: u128,
    next_hold: u128,
    /// What was seen at each instant.
    seen: BTreeMap<Instant, BTreeMap<LotId, (i64, i64)>>,
}

fn essence(balance: &Balance) -> BTreeMap<LotId, (i64, i64)> {
    balance
        .lots
        .iter()
        .map(|lot| (lot.lot_id, (lot.posted_minutes, lot.held_minutes)))
        .collect()
}

impl History {
    fn new() -> Self {
        Self {
            bank: Bank::default(),
            now: at("2026-01-01T09:30"),
            hours_ahead: 0,
            entries: Vec::new(),
            next_lot: 1,
            next_hold: 1,
            seen: BTreeMap::new(),
        }
    }

    fn model(&self) -> Model<'_> {
        Model(&self.bank.ledger)
    }

    /// The lot that a step means, and whether it is usable now.
    fn pick(&self, index: usize) -> Option<(LotPosition, bool)> {
        let lots: Vec<_> = self.bank.lots.values().collect();
        let lot = (*lots.get(index % lots.len().max(1))?).clone();
        let usable = self.usable(&lot);
        Some((lot, usable))
    }

    fn usable(&self, lot: &LotPosition) -> bool {
        lot.status == LotStatus::Active && self.now < lot.ends_at
    }

    /// Tickets 1 and 2 are for system 1, others for system 2; limited lots serve system 1.
    fn available_for(&self, of: u128) -> i64 {
        let serves = |lot: &&LotPosition| lot.system_ids.is_empty() || of <= 2;
        let lots = self.bank.lots.values().filter(|lot| self.usable(lot)).filter(serves);
        lots.map(|lot| self.model().available(lot.lot_id)).sum()
    }

    fn held_for(&self, of: u128) -> i64 {
        self.held_where(of, |_| true)
    }

    fn held_where(&self, of: u128, wanted: impl Fn(&LotPosition) -> bool) -> i64 {
        let holds = self.bank.holds.values().filter(|hold| hold.ticket_id == ticket(of));
        let lots: Vec<LotId> = self
            .bank
            .lots
            .values()
            .filter(|lot| wanted(lot))
            .map(|lot| lot.lot_id)
            .collect();
        holds
            .flat_map(|hold| lots.iter().map(|lot| self.model().held(hold.hold_id, *lot)))
            .sum()
    }

    fn system_of(of: u128) -> Option<daypack_domain::ids::SystemId> {
        Some(system(if of <= 2 { 1 } else { 2 }))
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Wait { hours } => self.now += TimeDelta::hours(hours),
            Step::ClockBack { minutes } => {
                self.now -= TimeDelta::minutes(minutes);
                self.seen.split_off(&self.now);
            }
            Step::Approve {
                ticket,
                minutes,
                further,
                shown,
            } => self.approve(ticket, minutes, further, shown),
            Step::HoldUpTo { ticket: of, minutes } => {
                let expected = minutes.min(self.available_for(of));
                let (now, hold) = (self.now, self.new_hold());
                let system = Self::system_of(of);
                let held = self.bank.run_for(Some(ticket(of)), &[], |account| {
                    account.hold_up_to(&stamp(now), hold, ticket(of), system, minutes)
                });
                assert_eq!(held, Ok(expected));
            }
            Step::Work {
                ticket,
                minutes,
                borrow,
            } => {
                let owed = self.model().debt() + self.held_where(ticket, |lot| lot.status == LotStatus::Voided);
                let room = (self.bank.counters.debt_limit_minutes - owed).max(0);
                let allowed = minutes - self.held_for(ticket) <= borrow.min(room);
                let number = self.entries.len() as u128 + 1;
                let result = self.bank.work(self.now, ticket, number, minutes, borrow);
                assert_eq!(result.is_ok(), allowed, "{result:?}");
                self.entries.push((ticket, if allowed { minutes } else { 0 }));
            }
            Step::Fixed { ticket: of } => {
                let (now, held) = (self.now, self.held_for(of));
                let done = |account: &mut Account| account.consume_part(&stamp(now), ticket(of), held);
                self.bank.run_for(Some(ticket(of)), &[], done).unwrap();
                assert_eq!(self.held_for(of), 0);
            }
            Step::Release { ticket } => {
                let held = self.held_for(ticket);
                assert_eq!(self.bank.release(self.now, ticket), Ok(held));
                assert_eq!(self.held_for(ticket), 0);
            }
            Step::ReleaseEnded { ticket: of } => {
                let now = self.now;
                let (held, expected) = (self.held_for(of), self.held_where(of, |lot| lot.ends_at <= now));
                let ended = |account: &mut Account| account.release_ended(&stamp(now), ticket(of));
                assert_eq!(self.bank.run_for(Some(ticket(of)), &[], ended), Ok(expected));
                assert_eq!(self.held_for(of), held - expected, "the rest stays held");
            }
            Step::Reverse { entry, minutes, open } => self.reverse(entry, minutes, open),
            ref other => self.change_lots(other),
        }
    }

    fn new_hold(&mut self) -> HoldId {
        self.next_hold += 1;
        hold_id(self.next_hold)
    }

    fn approve(&mut self, of: u128, minutes: i64, further: bool, shown: Shown) {
        let basis = if further { Basis::Further } else { Basis::Total };
        let used = self.bank.used_by(ticket(of));
        let wanted = if further {
            minutes
        } else {
            minutes - used - self.held_for(of)
        };
        let fits = wanted <= self.available_for(of).max(0);
        self.next_hold += 1;
        let mut approval = self.bank.approval(self.next_hold, of, minutes, basis);
        approval.system_id = Self::system_of(of);
        let preview = self
            .bank
            .load(Some(ticket(of)), &[])
            .preview_approval(self.now, &approval)
            .unwrap();
        assert_eq!(preview.shortfall_minutes == 0, fits);
        let token = match shown {
            Shown::Nothing => None,
            Shown::Now => Some(preview.fingerprint()),
            Shown::SomethingElse => Some("minutes=1".to_owned()),
        };
        let now = self.now;
        let result = self.bank.run_for(Some(ticket(of)), &[], |account| {
            account.approve(&stamp(now), &approval, token.as_deref())
        });
        match (&result, shown) {
            (Err(refusal), Shown::SomethingElse) => assert_eq!(refusal.code(), "balance_changed"),
            (Err(refusal), _) => assert_eq!((refusal.code(), fits), ("insufficient_minutes", false)),
            (Ok(done), _) => {
                assert!(fits);
                assert_eq!(*done, preview);
                let available: i64 = self.bank.lots.keys().map(|lot| self.model().available(*lot)).sum();
                assert_eq!(available, preview.available_after_minutes, "the preview kept its word");
            }
        }
    }

    fn reverse(&mut self, index: usize, minutes: i64, open: bool) {
        if self.entries.is_empty() {
            return;
        }
        let index = index % self.entries.len();
        let (of, billed) = self.entries[index];
        let result = self.bank.reverse(self.now, of, index as u128 + 1, minutes, open);
        assert_eq!(result.is_ok(), minutes <= billed, "{result:?}");
        if result.is_ok() {
            self.entries[index].1 -= minutes;
        }
    }

    fn change_lots(&mut self, step: &Step) {
        let now = self.now;
        let reason = stamp(now);
        match *step {
            Step::Grant { minutes, days, limited } => {
                self.next_lot += 1;
                let expires_on = now.date_naive() + chrono::Days::new(days);
                let lot = LotPosition {
                    system_ids: if limited { vec![system(1)] } else { Vec::new() },
                    activated_at: now,
                    expires_on,
                    ends_at: end_of(expires_on, self.hours_ahead),
                    ..crate::ledger_support::lot(self.next_lot, minutes, "2026-01-01")
                };
                let usable = now < lot.ends_at;
                let done = self.bank.run(|account| account.grant(&reason, lot));
                assert_eq!(done.is_ok(), usable, "{done:?}");
                if usable && self.model().debt() > 0 {
                    assert_eq!(self.model().available(lot_id(self.next_lot)), 0, "debt is repaid first");
                }
            }
            Step::ChangeZone { hours_ahead } => {
                self.hours_ahead = hours_ahead;
                self.bank
                    .run(|account| account.change_zone(&reason, |date| end_of(date, hours_ahead)))
                    .unwrap();
            }
            Step::Limit { minutes } => self.bank.counters.debt_limit_minutes = minutes,
            Step::Settle => self.bank.run(|account| account.settle(now)).unwrap(),
            _ => self.change_lot(step),
        }
    }

    fn change_lot(&mut self, step: &Step) {
        let now = self.now;
        let (Step::Credit { lot: index, .. }
        | Step::Debit { lot: index, .. }
        | Step::Refund { lot: index, .. }
        | Step::Void { lot: index }
        | Step::Bounce { lot: index }
        | Step::Extend { lot: index, .. }) = *step
        else {
            unreachable!("other steps are taken elsewhere")
        };
        let Some((lot, usable)) = self.pick(index) else { return };
        let (lot_id, reason) = (lot.lot_id, stamp(now));
        let (available, held) = (self.model().available(lot_id), self.model().held_in(lot_id));
        let used = self.model().used(lot_id);
        let expires_on = lot.expires_on;
        let hours_ahead = self.hours_ahead;
        let (result, expected) = match *step {
            Step::Credit { minutes, .. } => (self.on(lot_id, |a| a.credit(&reason, lot_id, minutes)), usable),
            Step::Debit { minutes, .. } => (
                self.on(lot_id, |a| a.debit(&reason, lot_id, minutes)),
                usable && minutes <= available,
            ),
            Step::Refund { minutes, .. } => (
                self.on(lot_id, |a| a.refund(&reason, lot_id, minutes)),
                usable && minutes <= available,
            ),
            Step::Void { .. } => (
                self.on(lot_id, |a| a.void(&reason, lot_id).map(drop)),
                usable && used == 0 && held == 0,
            ),
            Step::Bounce { .. } => (
                self.on(lot_id, |a| a.bounce(&reason, lot_id).map(drop)),
                lot.status != LotStatus::Voided,
            ),
            Step::Extend { days, .. } => {
                let expires_on = expires_on + chrono::Days::new(days);
                let ends_at = end_of(expires_on, hours_ahead);
                (
                    self.on(lot_id, |a| a.extend(&reason, lot_id, expires_on, ends_at)),
                    usable && available + held > 0,
                )
            }
            _ => unreachable!("matched above"),
        };
        assert_eq!(result.is_ok(), expected, "{result:?}");
    }

    fn on<T>(
        &mut self,
        lot_id: LotId,
        operation: impl FnOnce(&mut Account) -> Result<T, daypack_domain::Refusal>,
    ) -> Result<T, daypack_domain::Refusal> {
        self.bank.run_for(None, &[lot_id], operation)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_history_adds_up(steps in prop::collection::vec(step(), 1..60)) {
        let mut history = History::new();
        for step in &steps {
            let before = history.bank.ledger.len();
            history.take(step);
            history.check(before);
        }
        history.check_replay();
    }
}

#[test]
fn a_history_of_every_kind_of_movement_is_reached() {
    // The random steps are worth something only if they reach every kind; this one history does, by hand.
    let mut history = History::new();
    let steps = [
        Step::Limit { minutes: 200 },
        Step::Work {
            ticket: 1,
            minutes: 100,
            borrow: 100,
        },
        Step::Grant {
            minutes: 500,
            days: 5,
            limited: false,
        },
        Step::Credit { lot: 0, minutes: 10 },
        Step::Debit { lot: 0, minutes: 5 },
        Step::Refund { lot: 0, minutes: 5 },
        Step::Reverse {
            entry: 0,
            minutes: 60,
            open: true,
        },
        Step::Approve {
            ticket: 2,
            minutes: 300,
            further: true,
            shown: Shown::Now,
        },
        Step::Work {
            ticket: 2,
            minutes: 50,
            borrow: 0,
        },
        Step::Reverse {
            entry: 1,
            minutes: 50,
            open: false,
        },
        Step::Wait { hours: 24 * 7 },
        Step::Release { ticket: 2 },
        Step::Grant {
            minutes: 10,
            days: 5,
            limited: true,
        },
        Step::Void { lot: 1 },
    ];
    for step in &steps {
        let before = history.bank.ledger.len();
        history.take(step);
        history.check(before);
    }
    history.check_replay();
    for kind in K::ALL {
        assert!(
            history.bank.ledger.iter().any(|movement| movement.kind == *kind),
            "no {kind}"
        );
    }
    assert_eq!(history.bank.lots.values().map(|lot| lot.posted_minutes).sum::<i64>(), 0);
    assert!(
        history
            .bank
            .lots
            .values()
            .all(|lot| lot.expires_on >= date("2026-01-01"))
    );
}
