//! Work on what is held, and beyond it; what is not used comes back.

use super::{NOON, shortfall, two_lots};
use crate::ledger_support::{Bank, at, hold_id, lot, lot_id, stamp, system, ticket};
use daypack_domain::estimate::Basis::{Further, Total};
use daypack_domain::ledger::{Account, MovementKind as K};

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
fn a_disputed_approval_gives_back_its_own_hold_and_no_other() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 1, 1, 60, Total).unwrap();
    bank.approve(at(NOON), 2, 1, 90, Further).unwrap();
    bank.approve(at(NOON), 3, 2, 30, Total).unwrap();
    bank.work(at(NOON), 1, 1, 20, 0).unwrap();
    let before = bank.ledger.len();
    let not_me = |account: &mut Account| account.release_hold(&stamp(at(NOON)), ticket(1), hold_id(2));
    assert_eq!(bank.run_for(Some(ticket(1)), &[], not_me), Ok(90));
    assert_eq!(bank.lines_after(before), ["release 1 40", "release 2 50"]);
    let mut released = bank.ledger[before..].iter();
    assert!(released.all(|movement| movement.hold_id == Some(hold_id(2))));
    assert_eq!(bank.holds[&hold_id(1)].held_minutes(), 40, "20 of 60 were worked");
    assert_eq!(bank.holds[&hold_id(3)].held_minutes(), 30, "another ticket's");
    assert_eq!(
        bank.run_for(Some(ticket(1)), &[], not_me),
        Ok(0),
        "it has nothing any more"
    );
    bank.work(at(NOON), 1, 2, 40, 0).unwrap();
}

#[test]
fn what_is_held_in_a_lot_stays_held_when_the_lot_is_limited_to_another_system() {
    let mut bank = Bank::with([lot(1, 100, "2026-02-10")]);
    bank.approve(at(NOON), 1, 1, 60, Total).unwrap();
    let before = bank.ledger.len();
    let limit = |account: &mut Account| account.limit(&stamp(at(NOON)), lot_id(1), vec![system(7)]);
    bank.run_for(Some(ticket(1)), &[], limit).unwrap();
    assert_eq!(bank.ledger.len(), before, "nothing moves");
    let account = bank.load(Some(ticket(1)), &[]);
    assert_eq!((account.held_for(ticket(1)), account.available_for(None)), (60, 0));
    assert_eq!(account.available_for(Some(system(7))), 40);
    assert_eq!(
        shortfall(bank.approve(at(NOON), 2, 1, 1, Further)),
        ("insufficient_minutes", 1)
    );
    bank.work(at(NOON), 1, 1, 60, 0).unwrap();
    bank.run(|account| account.limit(&stamp(at(NOON)), lot_id(1), Vec::new()))
        .unwrap();
    bank.approve(at(NOON), 3, 1, 40, Further).unwrap();
}
