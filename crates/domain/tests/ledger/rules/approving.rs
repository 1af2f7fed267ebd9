//! Order of use, preview and approval.

use super::{NOON, shortfall, two_lots};
use crate::ledger_support::{Bank, at, date, lot, lot_id, stamp, system, ticket};
use daypack_domain::estimate::Basis::{Further, Total};
use daypack_domain::ledger::{Account, Allocation, LotPosition};
use daypack_domain::lot::LotStatus;
use daypack_domain::time::TICK;

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
fn an_ended_lot_is_never_given_to_new_holds_even_at_its_last_instant() {
    let mut bank = Bank::with([lot(1, 100, "2026-02-10")]);
    let end = at("2026-02-11T00:00");
    bank.approve(end - TICK, 1, 1, 10, Total).unwrap();
    assert_eq!(
        shortfall(bank.approve(end, 2, 2, 10, Total)),
        ("insufficient_minutes", 10)
    );
    bank.run(|account| account.settle(end)).unwrap();
    assert_eq!(bank.lots[&lot_id(1)].status, LotStatus::Expired);
}
