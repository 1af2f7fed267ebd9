//! Correcting time.

use super::{NOON, two_lots};
use crate::ledger_support::{Bank, at, lot, lot_id, stamp, ticket};
use daypack_domain::estimate::Basis::Total;

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
