//! What no movement may do, whoever made it.

use super::{NOON, two_lots};
use crate::ledger_support::{at, entry, hold_id, lot_id};
use daypack_domain::estimate::Basis::{Further, Total};
use daypack_domain::ledger::{Movement, MovementKind as K};

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
