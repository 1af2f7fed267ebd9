//! What ends with its lot, and what survives it.

use super::{NOON, two_lots};
use crate::ledger_support::{Bank, at, lot, lot_id, stamp, ticket};
use daypack_domain::estimate::Basis::Total;
use daypack_domain::ledger::Account;
use daypack_domain::time::TICK;

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
fn a_lot_whose_payment_bounced_has_not_ended_for_those_who_wait() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 1, 1, 150, Total).unwrap();
    bank.run(|account| account.bounce(&stamp(at(NOON)), lot_id(1)).map(drop))
        .unwrap();
    for (now, expected) in [
        ("2026-02-10T23:59", 0),
        ("2026-02-11T00:00", 100),
        ("2026-02-11T00:00", 0),
    ] {
        let ended = |account: &mut Account| account.release_ended(&stamp(at(now)), ticket(1));
        assert_eq!(bank.run_for(Some(ticket(1)), &[], ended), Ok(expected), "{now}");
    }
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
