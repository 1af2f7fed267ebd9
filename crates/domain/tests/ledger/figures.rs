//! Figures from the ledger (section 3): balance at any instant, forecast, alerts, replay.

use crate::ledger_support::{Bank, at, date, lot, lot_id, stamp};
use daypack_domain::estimate::Basis::Total;
use daypack_domain::ledger::{
    Account, Alert, AlertKind, AlertThresholds, Movement, alerts, balance_as_of, newly_crossed,
};
use std::collections::BTreeSet;

const NOON: &str = "2026-01-10T12:00";

/// Lot 1 ends in February, lot 2 in March.
fn two_lots() -> Bank {
    Bank::with([lot(1, 100, "2026-02-10"), lot(2, 200, "2026-03-10")])
}

#[test]
fn a_tampered_ledger_does_not_replay() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 1, 1, 40, Total).unwrap();
    bank.work(at(NOON), 1, 1, 10, 0).unwrap();
    bank.work(at(NOON), 1, 2, 10, 0).unwrap();
    bank.reverse(at(NOON), 1, 2, 10, true).unwrap();
    let replay = |change: &dyn Fn(&mut Vec<Movement>)| {
        let mut movements = bank.ledger.clone();
        change(&mut movements);
        Account::replay(bank.lots.values().cloned(), &movements)
            .map(drop)
            .map_err(|refusal| refusal.code())
    };
    assert_eq!(replay(&|_| ()), Ok(()));
    assert_eq!(replay(&|movements| movements[0].minutes += 1), Err("ledger_invariant"));
    assert_eq!(replay(&|movements| drop(movements.remove(1))), Err("ledger_invariant"));
    assert_eq!(
        replay(&|movements| movements[2].available_after_minutes = 0),
        Err("ledger_invariant")
    );
    // Given back to the hold, one minute more leaves the running total as it is: only the bound of the reversal is hurt.
    let more = replay(&|movements| movements[5].minutes += 1);
    assert_eq!(more, Err("ledger_invariant"), "undoes more than there was");
}

#[test]
fn the_balance_of_any_instant_is_what_was_seen_then() {
    let mut bank = two_lots();
    bank.approve(at(NOON), 1, 1, 40, Total).unwrap();
    bank.run(|account| account.settle(at("2026-02-20T08:00"))).unwrap();
    let lots: Vec<_> = bank.lots.values().cloned().collect();
    let table = [
        ("2026-01-01T08:59", 0, 0),
        ("2026-01-01T09:00", 300, 0),
        ("2026-01-10T11:59", 300, 0),
        (NOON, 260, 40),
        ("2026-02-10T23:59", 260, 40),
        ("2026-02-11T00:00", 200, 40),
        ("2026-03-11T00:00", 0, 40),
    ];
    for (instant, available, held) in table {
        let balance = balance_as_of(&bank.ledger, &lots, at(instant));
        assert_eq!(
            (balance.available_minutes, balance.held_minutes),
            (available, held),
            "as of {instant}"
        );
        assert_eq!(balance.posted_minutes, available + held);
    }
}

#[test]
fn the_forecast_uses_lots_in_order_and_names_what_will_expire() {
    let bank = two_lots();
    let now = at("2026-01-10T00:00");
    let account = bank.load(None, &[]);
    // 168 minutes in 8 weeks are 3 a day: 32 days to the end of lot 1 use 96 of its 100, 28 more days 84 of lot 2's.
    let forecast = account.forecast(now, 168).unwrap();
    let unused: Vec<_> = forecast.unused.iter().map(|lot| (lot.lot_id, lot.minutes)).collect();
    assert_eq!(unused, [(lot_id(1), 4), (lot_id(2), 116)]);
    assert_eq!(forecast.empty_at, Some(at("2026-03-11T00:00")));
    // 1,680 minutes are 30 a day: 300 last 10 days.
    let forecast = account.forecast(now, 1_680).unwrap();
    assert_eq!((forecast.days_until_empty, forecast.unused.len()), (Some(10), 0));
    let forecast = account.forecast(now, 0).unwrap();
    assert_eq!(
        (
            forecast.empty_at,
            forecast.unused.iter().map(|lot| lot.minutes).sum::<i64>()
        ),
        (None, 300)
    );
    let what_if = account.what_if(now, 150, None, 1_680).unwrap();
    assert_eq!(
        (
            what_if.preview.available_after_minutes,
            what_if.forecast.days_until_empty
        ),
        (150, Some(5))
    );
    assert_eq!(
        account.what_if(now, 999, None, 0).unwrap().preview.shortfall_minutes,
        699
    );
}

#[test]
fn a_lot_is_used_by_what_it_is_good_for_now_and_not_by_what_was_sold() {
    let mut bank = Bank::with([lot(1, 60, "2026-12-10")]);
    let rung = |bank: &Bank| -> Vec<i64> {
        let account = bank.load(None, &[]);
        let (forecast, today) = (account.forecast(at(NOON), 0).unwrap(), at(NOON).date_naive());
        let alerts = alerts(account.lots(), &forecast, today, &AlertThresholds::default());
        alerts.into_iter().map(|alert| alert.threshold).collect()
    };
    let reason = stamp(at(NOON));
    bank.run(|account| account.credit(&reason, lot_id(1), 600)).unwrap();
    bank.approve(at(NOON), 1, 1, 60, Total).unwrap();
    bank.work(at(NOON), 1, 1, 60, 0).unwrap();
    assert_eq!(rung(&bank), [] as [i64; 0], "60 of 660");
    bank.run(|account| account.debit(&reason, lot_id(1), 500)).unwrap();
    assert_eq!(rung(&bank), [] as [i64; 0], "60 of 160");
    bank.run(|account| account.refund(&reason, lot_id(1), 85)).unwrap();
    assert_eq!(rung(&bank), [80], "60 of 75");
    bank.run(|account| account.refund(&reason, lot_id(1), 15)).unwrap();
    assert_eq!(rung(&bank), [80, 95], "all of what is left of it");
    bank.reverse(at(NOON), 1, 1, 60, false).unwrap();
    bank.run(|account| account.refund(&reason, lot_id(1), 60)).unwrap();
    assert_eq!(
        rung(&bank),
        [] as [i64; 0],
        "nothing was used of a lot that was paid back"
    );
}

#[test]
fn alerts_ring_once_per_crossing_and_again_after_recovery() {
    let mut bank = Bank::with([lot(1, 100, "2026-02-10")]);
    bank.approve(at(NOON), 1, 1, 100, Total).unwrap();
    let passed = |bank: &Bank, now: &str| {
        let account = bank.load(None, &[]);
        let forecast = account.forecast(at(now), 0).unwrap();
        alerts(
            account.lots(),
            &forecast,
            at(now).date_naive(),
            &AlertThresholds::default(),
        )
    };
    let used = |threshold| Alert {
        kind: AlertKind::LotUsed,
        lot_id: Some(lot_id(1)),
        threshold,
    };
    bank.work(at(NOON), 1, 1, 79, 0).unwrap();
    assert_eq!(passed(&bank, NOON), BTreeSet::new());
    bank.work(at(NOON), 1, 2, 1, 0).unwrap();
    let first = passed(&bank, NOON);
    assert_eq!(newly_crossed(&BTreeSet::new(), &first), [used(80)]);
    bank.work(at(NOON), 1, 3, 15, 0).unwrap();
    let second = passed(&bank, NOON);
    assert_eq!(newly_crossed(&first, &second), [used(95)]);
    assert_eq!(newly_crossed(&second, &second), []);
    bank.reverse(at(NOON), 1, 3, 15, true).unwrap();
    let recovered = passed(&bank, NOON);
    bank.work(at(NOON), 1, 4, 15, 0).unwrap();
    assert_eq!(
        newly_crossed(&recovered, &passed(&bank, NOON)),
        [used(95)],
        "armed again"
    );
    // Nothing is available, so nothing warns of the expiry; released minutes do.
    assert_eq!(
        passed(&bank, "2026-02-08T12:00")
            .iter()
            .filter(|a| a.kind == AlertKind::LotExpiring)
            .count(),
        0
    );
    bank.release(at(NOON), 1).unwrap();
    let days: Vec<_> = passed(&bank, "2026-02-07T12:00")
        .into_iter()
        .filter(|alert| alert.kind == AlertKind::LotExpiring)
        .map(|alert| alert.threshold)
        .collect();
    assert_eq!(days, [3, 14, 30]);
    let soon = bank.load(None, &[]).forecast(at(NOON), 56).unwrap();
    let running = alerts(&[], &soon, date("2026-01-10"), &AlertThresholds::default());
    assert_eq!(running.len(), 1, "5 minutes at a minute a day");
}
