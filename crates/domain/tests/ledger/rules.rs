//! The rules of section 3, one by one: order of use, preview and approval, work, release, expiry, corrections, debt.

use crate::ledger_support::{Bank, at, date, entry, hold_id, lot, lot_id, stamp, system, ticket};
use chrono::TimeDelta;
use daypack_domain::Refusal;
use daypack_domain::estimate::Basis::{Further, Total};
use daypack_domain::ledger::{Account, Allocation, LotPosition, Movement, MovementKind as K};
use daypack_domain::lot::LotStatus;
use daypack_domain::time::TICK;

const NOON: &str = "2026-01-10T12:00";

fn shortfall<T: std::fmt::Debug>(result: Result<T, Refusal>) -> (&'static str, i64) {
    match result.unwrap_err() {
        Refusal::Shortfall {
            code,
            shortfall_minutes,
            ..
        } => (code, shortfall_minutes),
        other => panic!("not a shortfall: {other}"),
    }
}

/// Lot 1 ends in February, lot 2 in March.
fn two_lots() -> Bank {
    Bank::with([lot(1, 100, "2026-02-10"), lot(2, 200, "2026-03-10")])
}

#[test]
fn minutes_are_used_by_expiry_then_activation_then_id() {
    let earlier = LotPosition {
        activated_at: at("2025-12-01T09:00"),
        ..lot(4, 10, "2026-02-10")
    };
    let bank = Bank::with([
        earlier,
        lot(3, 10, "2026-02-10"),
        lot(2, 10, "2026-02-10"),
        lot(1, 10, "2026-02-11"),
    ]);
    let preview = bank.load(None, &[]).preview(at(NOON), 35, None).unwrap();
    let order: Vec<_> = preview
        .allocations
        .iter()
        .map(|part| (part.lot_id.0.as_u128(), part.minutes))
        .collect();
    assert_eq!(order, [(4, 10), (2, 10), (3, 10), (1, 5)]);
}

#[test]
fn lots_limited_to_other_systems_are_passed_over() {
    let limited = LotPosition {
        system_ids: vec![system(7)],
        ..lot(1, 100, "2026-02-10")
    };
    let account = Bank::with([limited, lot(2, 50, "2026-03-10")]).load(None, &[]);
    let first = |system| {
        let preview = account.preview(at(NOON), 50, system).unwrap();
        preview.allocations.first().map(|part| part.lot_id)
    };
    assert_eq!(first(Some(system(7))), Some(lot_id(1)));
    assert_eq!(first(Some(system(8))), Some(lot_id(2)));
    assert_eq!(first(None), Some(lot_id(2)));
    assert_eq!(account.preview(at(NOON), 60, None).unwrap().shortfall_minutes, 10);
    assert_eq!(account.available_for(Some(system(7))), 150);
}

#[test]
fn a_preview_names_the_lots_and_reserves_nothing() {
    let bank = two_lots();
    let preview = bank.load(None, &[]).preview(at(NOON), 150, None).unwrap();
    let parts = [
        Allocation {
            lot_id: lot_id(1),
            expires_on: date("2026-02-10"),
            minutes: 100,
        },
        Allocation {
            lot_id: lot_id(2),
            expires_on: date("2026-03-10"),
            minutes: 50,
        },
    ];
    assert_eq!(
        (preview.allocations.as_slice(), preview.available_after_minutes),
        (parts.as_slice(), 150)
    );
    assert_eq!(bank.available(at(NOON)), 300);
}

#[test]
fn an_approval_is_never_partial() {
    let mut bank = two_lots();
    assert_eq!(
        shortfall(bank.approve(at(NOON), 1, 1, 301, Total)),
        ("insufficient_minutes", 1)
    );
    let missing = bank.load(None, &[]).preview(at(NOON), 301, None).unwrap();
    assert_eq!((missing.allocations.len(), missing.available_after_minutes), (0, 300));
    bank.approve(at(NOON), 1, 1, 300, Total).unwrap();
    assert_eq!(bank.available(at(NOON)), 0);
    assert_eq!(bank.approve(at(NOON), 2, 2, 0, Total).unwrap_err().code(), "invalid");
}

#[test]
fn with_a_preview_it_is_exactly_what_was_shown_or_nothing() {
    let mut bank = two_lots();
    let approval = bank.approval(9, 9, 50, Total);
    let shown = bank
        .load(None, &[])
        .preview_approval(at(NOON), &approval)
        .unwrap()
        .fingerprint();
    bank.approve(at(NOON), 1, 1, 60, Total).unwrap();
    let again = |account: &mut Account| account.approve(&stamp(at(NOON)), &approval, Some(&shown));
    assert_eq!(
        bank.run_for(Some(ticket(9)), &[], again).unwrap_err().code(),
        "balance_changed"
    );
    bank.release(at(NOON), 1).unwrap();
    bank.run_for(Some(ticket(9)), &[], again).unwrap();
    assert_eq!(bank.available(at(NOON)), 250);
}

#[test]
fn a_preview_does_not_outlive_the_lot_it_named() {
    let mut bank = two_lots();
    let approval = bank.approval(9, 9, 50, Total);
    let shown = bank
        .load(None, &[])
        .preview_approval(at("2026-02-10T23:59"), &approval)
        .unwrap()
        .fingerprint();
    let late = |account: &mut Account| account.approve(&stamp(at("2026-02-11T00:00")), &approval, Some(&shown));
    assert_eq!(
        bank.run_for(Some(ticket(9)), &[], late).unwrap_err().code(),
        "balance_changed"
    );
}

#[test]
fn a_total_counts_what_was_used_and_held_and_a_further_one_adds() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 1, 1, 120, Total).unwrap();
    bank.work(at(NOON), 1, 1, 30, 0).unwrap();
    bank.approve(at(NOON), 2, 1, 150, Total).unwrap();
    assert_eq!(
        bank.load(Some(ticket(1)), &[]).held_for(ticket(1)),
        120,
        "30 used and 120 held are 150"
    );
    bank.approve(at(NOON), 3, 1, 10, Further).unwrap();
    assert_eq!(bank.load(Some(ticket(1)), &[]).held_for(ticket(1)), 130);
    let before = bank.ledger.len();
    bank.approve(at(NOON), 4, 1, 60, Total).unwrap();
    assert_eq!(
        bank.lines_after(before),
        ["release 2 10", "release 2 30", "release 2 20", "release 1 40"]
    );
    bank.approve(at(NOON), 5, 1, 20, Total).unwrap();
    assert_eq!(
        bank.load(Some(ticket(1)), &[]).held_for(ticket(1)),
        0,
        "less than was used: what is used stays"
    );
    assert_eq!(bank.used_by(ticket(1)), 30);
}

#[test]
fn work_uses_its_holds_in_order_and_stops_where_they_end() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 1, 1, 90, Total).unwrap();
    bank.approve(at(NOON), 2, 1, 60, Further).unwrap();
    let before = bank.ledger.len();
    bank.work(at(NOON), 1, 1, 95, 0).unwrap();
    assert_eq!(
        bank.lines_after(before),
        ["consume 1 90", "consume 1 5"],
        "the older hold first, within one lot"
    );
    assert_eq!(
        shortfall(bank.work(at(NOON), 1, 2, 56, 0)),
        ("approved_minutes_exhausted", 1)
    );
    assert_eq!(bank.ledger.len(), before + 2, "nothing is written");
    bank.work(at(NOON), 1, 2, 55, 0).unwrap();
    assert_eq!(
        shortfall(bank.work(at(NOON), 1, 3, 1, 0)),
        ("approved_minutes_exhausted", 1)
    );
    bank.work(at(NOON), 1, 4, 0, 0).unwrap();
}

#[test]
fn of_two_holds_in_a_lot_the_older_is_used_first() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 8, 1, 30, Total).unwrap();
    bank.approve(at("2026-01-10T12:01"), 7, 1, 30, Further).unwrap();
    bank.work(at("2026-01-10T12:02"), 1, 1, 40, 0).unwrap();
    let used = bank.ledger.iter().filter(|movement| movement.kind == K::Consume);
    let used: Vec<_> = used.map(|movement| (movement.hold_id, movement.minutes)).collect();
    assert_eq!(used, [(Some(hold_id(8)), 30), (Some(hold_id(7)), 10)]);
}

#[test]
fn a_ticket_never_uses_what_is_held_for_another() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 1, 1, 60, Total).unwrap();
    assert_eq!(
        shortfall(bank.work(at(NOON), 2, 1, 10, 0)),
        ("approved_minutes_exhausted", 10)
    );
}

#[test]
fn what_is_not_used_comes_back_and_a_fixed_estimate_uses_it_all() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 1, 1, 60, Total).unwrap();
    bank.work(at(NOON), 1, 1, 20, 0).unwrap();
    assert_eq!(bank.release(at(NOON), 1), Ok(40));
    assert_eq!(bank.release(at(NOON), 1), Ok(0), "again: nothing more");
    assert_eq!(bank.available(at(NOON)), 280);
    bank.approve(at(NOON), 2, 2, 60, Total).unwrap();
    let mut fixed = |minutes: i64| {
        let done = |account: &mut Account| account.consume_part(&stamp(at(NOON)), ticket(2), minutes);
        bank.run_for(Some(ticket(2)), &[], done).unwrap();
        (bank.available(at(NOON)), bank.used_by(ticket(2)))
    };
    assert_eq!(fixed(50), (220, 50));
    assert_eq!(fixed(50), (220, 60), "no more than was held");
}

#[test]
fn a_late_entry_holds_again_as_far_as_there_is_something() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 1, 2, 280, Total).unwrap();
    let again = |account: &mut Account| account.hold_up_to(&stamp(at(NOON)), hold_id(2), ticket(1), None, 50);
    assert_eq!(bank.run_for(Some(ticket(1)), &[], again), Ok(20));
    assert_eq!(bank.run_for(Some(ticket(1)), &[], again), Ok(0));
}

#[test]
fn available_minutes_expire_a_microsecond_before_the_end_and_held_ones_survive() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 1, 1, 40, Total).unwrap();
    let end = at("2026-02-11T00:00");
    assert_eq!(bank.available(end - TICK), 260);
    assert_eq!(bank.available(end), 200, "before any job has run");
    let before = bank.ledger.len();
    let late = at("2026-02-20T08:00");
    bank.run(|account| account.settle(late)).unwrap();
    bank.run(|account| account.settle(late)).unwrap();
    assert_eq!(bank.lines_after(before), ["expire 1 60"], "once, however often it runs");
    assert_eq!(
        (bank.ledger[before].effective_at, bank.ledger[before].recorded_at),
        (end - TICK, late)
    );
    assert_eq!(bank.ledger[before].actor_id, None);
    bank.work(late, 1, 1, 10, 0).unwrap();
    bank.release(late, 1).unwrap();
    assert_eq!(
        bank.lines_after(before + 1),
        ["consume 1 10", "release 1 30", "expire 1 30"]
    );
    assert_eq!(
        bank.ledger.last().unwrap().effective_at,
        late,
        "released after the end: expires at once"
    );
    assert!(!bank.lots[&lot_id(1)].is_live());
}

#[test]
fn after_long_waiting_only_what_is_held_in_ended_lots_is_released() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 1, 1, 150, Total).unwrap();
    let late = at("2026-02-20T08:00");
    let ended = |account: &mut Account| account.release_ended(&stamp(late), ticket(1));
    assert_eq!(bank.run_for(Some(ticket(1)), &[], ended), Ok(100));
    assert_eq!(bank.load(Some(ticket(1)), &[]).held_for(ticket(1)), 50);
    assert_eq!(bank.available(late), 150);
}

#[test]
fn a_clock_that_goes_back_never_reorders_the_ledger() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 1, 1, 10, Total).unwrap();
    bank.approve(at("2026-01-10T11:00"), 2, 1, 10, Further).unwrap();
    let last = bank.ledger.last().unwrap();
    assert_eq!(
        (last.effective_at, last.recorded_at),
        (at(NOON), at("2026-01-10T11:00"))
    );
}

#[test]
fn a_correction_undoes_the_last_allocation_first() {
    for (open, expected) in [(true, 150), (false, 20)] {
        let mut bank = two_lots();
        bank.approve(at(NOON), 1, 1, 150, Total).unwrap();
        bank.work(at(NOON), 1, 1, 130, 0).unwrap();
        let before = bank.ledger.len();
        bank.reverse(at(NOON), 1, 1, 40, open).unwrap();
        assert_eq!(bank.lines_after(before), ["unconsume 2 30", "unconsume 1 10"]);
        assert_eq!(
            bank.reverse(at(NOON), 1, 1, 91, open).unwrap_err().code(),
            "reversal_exceeds_entry"
        );
        bank.reverse(at(NOON), 1, 1, 90, open).unwrap();
        assert_eq!(bank.used_by(ticket(1)), 0);
        assert_eq!(
            bank.load(Some(ticket(1)), &[]).held_for(ticket(1)),
            expected,
            "ticket open: {open}"
        );
    }
}

#[test]
fn a_correction_into_an_ended_lot_stays_held_or_expires_at_once() {
    let late = at("2026-02-20T08:00");
    for (open, line) in [
        (true, vec!["unconsume 1 30"]),
        (false, vec!["unconsume 1 30", "expire 1 30"]),
    ] {
        let mut bank = two_lots();
        bank.approve(at(NOON), 1, 1, 100, Total).unwrap();
        bank.work(at(NOON), 1, 1, 100, 0).unwrap();
        bank.run(|account| account.settle(late)).unwrap();
        assert!(
            !bank.lots[&lot_id(1)].is_live(),
            "used up and ended: loaded only for the correction"
        );
        let before = bank.ledger.len();
        bank.reverse(late, 1, 1, 30, open).unwrap();
        assert_eq!(bank.lines_after(before), line);
    }
}

#[test]
fn borrowing_stays_within_both_limits_and_is_repaid_first() {
    let mut bank = Bank::with([lot(1, 100, "2026-02-10")]);
    assert_eq!(
        shortfall(bank.work(at(NOON), 1, 1, 10, 120)),
        ("approved_minutes_exhausted", 10),
        "limit 0"
    );
    bank.counters.debt_limit_minutes = 60;
    bank.approve(at(NOON), 1, 1, 100, Total).unwrap();
    assert_eq!(
        shortfall(bank.work(at(NOON), 1, 1, 170, 120)),
        ("approved_minutes_exhausted", 10)
    );
    assert_eq!(
        shortfall(bank.work(at(NOON), 1, 1, 150, 40)),
        ("approved_minutes_exhausted", 10)
    );
    bank.work(at(NOON), 1, 1, 150, 50).unwrap();
    assert_eq!(bank.counters.debt_minutes, 50);
    let before = bank.ledger.len();
    bank.run(|account| account.grant(&stamp(at(NOON)), lot(2, 30, "2026-03-10")))
        .unwrap();
    bank.run(|account| account.credit(&stamp(at(NOON)), lot_id(2), 25))
        .unwrap();
    assert_eq!(
        bank.lines_after(before),
        ["grant 2 30", "repay 2 30", "credit 2 25", "repay 2 20"]
    );
    assert_eq!((bank.counters.debt_minutes, bank.available(at(NOON))), (0, 5));
}

#[test]
fn what_is_released_from_an_ended_lot_repays_debt_before_it_expires() {
    let mut bank = Bank::with([lot(1, 100, "2026-02-10")]);
    bank.counters.debt_limit_minutes = 60;
    bank.approve(at(NOON), 1, 1, 100, Total).unwrap();
    bank.work(at(NOON), 2, 1, 30, 60).unwrap();
    let before = bank.ledger.len();
    bank.release(at("2026-02-20T08:00"), 1).unwrap();
    assert_eq!(bank.lines_after(before), ["release 1 100", "repay 1 30", "expire 1 70"]);
}

#[test]
fn a_corrected_borrowing_returns_what_a_grant_had_repaid() {
    let mut bank = Bank::default();
    bank.counters.debt_limit_minutes = 60;
    bank.work(at(NOON), 1, 1, 60, 60).unwrap();
    bank.run(|account| account.grant(&stamp(at(NOON)), lot(1, 40, "2026-02-10")))
        .unwrap();
    let before = bank.ledger.len();
    bank.reverse(at(NOON), 1, 1, 15, true).unwrap();
    assert_eq!(
        bank.lines_after(before),
        ["unborrow 15"],
        "the debt that is left covers it"
    );
    bank.reverse(at(NOON), 1, 1, 30, true).unwrap();
    assert_eq!(bank.lines_after(before + 1), ["unrepay 1 25", "unborrow 30"]);
    assert_eq!((bank.counters.debt_minutes, bank.available(at(NOON))), (0, 25));
    bank.reverse(at("2026-02-11T00:00"), 1, 1, 15, true).unwrap();
    assert_eq!(
        bank.lines_after(before + 3),
        ["expire 1 25", "unrepay 1 15", "unborrow 15", "expire 1 15"]
    );
}

#[test]
fn a_movement_that_breaks_an_invariant_is_refused_whoever_made_it() {
    let bank = two_lots();
    let granted = bank.ledger[0].clone();
    let next = |change: &dyn Fn(&mut Movement)| {
        let mut movement = Movement {
            sequence: 3,
            effective_at: at(NOON),
            ..granted.clone()
        };
        change(&mut movement);
        let mut account = bank.load(None, &[]);
        let before = account.clone();
        let result = account.apply(&movement);
        assert!(
            result.is_ok() || account == before,
            "a refused movement changed something"
        );
        result.map_err(|refusal| refusal.code())
    };
    assert_eq!(next(&|_| ()), Ok(()));
    assert_eq!(next(&|m| m.minutes = 0), Err("ledger_invariant"));
    assert_eq!(next(&|m| m.minutes = i64::MAX), Err("ledger_invariant"));
    assert_eq!(next(&|m| m.sequence = 4), Err("ledger_invariant"));
    assert_eq!(
        next(&|m| m.effective_at = at("2025-01-01T00:00")),
        Err("ledger_invariant")
    );
    assert_eq!(next(&|m| m.lot_id = None), Err("ledger_invariant"));
    assert_eq!(next(&|m| m.lot_id = Some(lot_id(99))), Err("ledger_invariant"));
    assert_eq!(next(&|m| m.hold_id = Some(hold_id(1))), Err("ledger_invariant"));
    assert_eq!(next(&|m| m.reverses = Some(1)), Err("ledger_invariant"));
    for kind in [
        K::Hold,
        K::Consume,
        K::Release,
        K::Unconsume,
        K::Unborrow,
        K::Unrepay,
        K::Repay,
        K::Borrow,
    ] {
        assert_eq!(next(&|m| m.kind = kind), Err("ledger_invariant"), "{kind}");
    }
    assert_eq!(
        next(&|m| (m.kind, m.minutes) = (K::Debit, 101)),
        Err("ledger_invariant"),
        "overdrawn"
    );
    assert_eq!(
        next(&|m| (m.kind, m.lot_id) = (K::Borrow, None)),
        Ok(()),
        "a bounced payment"
    );
    let work = |m: &mut Movement| {
        (m.kind, m.lot_id, m.entry_id) = (K::Borrow, None, Some(entry(1)));
    };
    assert_eq!(
        next(&work),
        Err("ledger_invariant"),
        "borrowing for work beyond the limit"
    );
}

#[test]
fn an_ended_lot_is_never_given_to_new_holds_even_at_its_last_instant() {
    let mut bank = Bank::with([lot(1, 100, "2026-02-10")]);
    let end = at("2026-02-11T00:00");
    bank.approve(end - TimeDelta::microseconds(1), 1, 1, 10, Total).unwrap();
    assert_eq!(
        shortfall(bank.approve(end, 2, 2, 10, Total)),
        ("insufficient_minutes", 10)
    );
    bank.run(|account| account.settle(end)).unwrap();
    assert_eq!(bank.lots[&lot_id(1)].status, LotStatus::Expired);
}
