//! The rescue of what would expire unused, over random lots and candidates.

use chrono::{Days, NaiveDate};
use daypack_domain::ids::{EstimateId, LotId, SystemId, TicketId};
use daypack_domain::ledger::{Candidate, CandidateKind, LotPosition, Rescued, UnusedLot, rescue};
use daypack_domain::lot::LotStatus;
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(offset)
}

fn lot(number: u128, ends_in: u64, system: Option<u128>) -> LotPosition {
    let expires_on = day(ends_in);
    LotPosition {
        lot_id: LotId(Uuid::from_u128(number)),
        status: LotStatus::Active,
        expires_on,
        ends_at: (expires_on + Days::new(1)).and_hms_opt(0, 0, 0).unwrap().and_utc(),
        activated_at: day(0).and_hms_opt(9, 0, 0).unwrap().and_utc(),
        system_ids: system.into_iter().map(|id| SystemId(Uuid::from_u128(id))).collect(),
        granted_minutes: 10_000,
        posted_minutes: 10_000,
        held_minutes: 0,
        used_minutes: 0,
    }
}

fn candidate(number: u128, minutes: i64, system: Option<u128>) -> Candidate {
    Candidate {
        kind: CandidateKind::Backlog,
        ticket_id: TicketId(Uuid::from_u128(number)),
        system_id: system.map(|id| SystemId(Uuid::from_u128(id))),
        estimate_id: EstimateId(Uuid::from_u128(number)),
        minutes,
    }
}

fn unused(lot: &LotPosition, minutes: i64) -> UnusedLot {
    UnusedLot {
        lot_id: lot.lot_id,
        expires_on: lot.expires_on,
        minutes,
    }
}

fn numbers(rescued: &Rescued) -> Vec<u128> {
    rescued.fits.iter().map(|fit| fit.ticket_id.0.as_u128()).collect()
}

#[test]
fn the_soonest_lot_takes_what_fits_in_the_order_given() {
    let lots = [lot(1, 60, None), lot(2, 10, None), lot(3, 90, Some(7))];
    let expiring = [unused(&lots[0], 100), unused(&lots[1], 120), unused(&lots[2], 500)];
    let candidates = [
        candidate(1, 90, None),
        candidate(2, 60, None),
        candidate(3, 30, None),
        candidate(4, 240, Some(7)),
        candidate(5, 240, Some(8)),
    ];
    let rescued = rescue(&expiring, &lots, &candidates);
    assert_eq!(
        rescued.iter().map(numbers).collect::<Vec<_>>(),
        [vec![1, 3], vec![2], vec![4]]
    );
    let left: Vec<i64> = rescued.iter().map(|lot| lot.left_minutes).collect();
    assert_eq!(left, [0, 40, 260]);
    assert_eq!(rescue(&[], &lots, &candidates), []);
}

fn scene() -> impl Strategy<Value = (Vec<LotPosition>, Vec<i64>, Vec<Candidate>)> {
    let system = || prop::option::of(1..3_u128);
    let lots = prop::collection::vec((0..90_u64, system(), 0..600_i64), 0..5);
    let candidates = prop::collection::vec((-10..400_i64, system()), 0..12);
    (lots, candidates).prop_map(|(lots, candidates)| {
        let minutes = lots.iter().map(|(_, _, minutes)| *minutes).collect();
        let lots = lots.iter().enumerate();
        let lots = lots
            .map(|(place, (ends_in, system, _))| lot(place as u128 + 1, *ends_in, *system))
            .collect();
        let candidates = candidates.iter().enumerate();
        let candidates = candidates
            .map(|(place, (minutes, system))| candidate(place as u128 + 1, *minutes, *system))
            .collect();
        (lots, minutes, candidates)
    })
}

proptest! {
    #[test]
    fn nothing_is_promised_twice_or_beyond_and_nothing_that_fits_is_left((lots, minutes, candidates) in scene()) {
        let expiring: Vec<UnusedLot> = lots.iter().zip(&minutes).map(|(lot, minutes)| unused(lot, *minutes)).collect();
        let rescued = rescue(&expiring, &lots, &candidates);
        prop_assert_eq!(rescued.len(), expiring.len());
        let mut taken = BTreeSet::new();
        for lot in &rescued {
            let used: i64 = lot.fits.iter().map(|fit| fit.minutes).sum();
            prop_assert_eq!(used + lot.left_minutes, lot.unused.minutes);
            prop_assert!(lot.left_minutes >= 0);
            let mut order = numbers(lot);
            prop_assert!(order.iter().all(|number| taken.insert(*number)), "twice");
            let given = order.clone();
            order.sort_unstable();
            prop_assert_eq!(given, order, "not in the order of the candidates");
            let position = lots.iter().find(|known| known.lot_id == lot.unused.lot_id).unwrap();
            prop_assert!(lot.fits.iter().all(|fit| fit.minutes > 0 && position.serves(fit.system_id)));
        }
        let days: Vec<NaiveDate> = rescued.iter().map(|lot| lot.unused.expires_on).collect();
        prop_assert!(days.is_sorted());
        for candidate in candidates.iter().filter(|candidate| candidate.minutes > 0) {
            if taken.contains(&candidate.ticket_id.0.as_u128()) {
                continue;
            }
            for lot in &rescued {
                let position = lots.iter().find(|known| known.lot_id == lot.unused.lot_id).unwrap();
                let fits = position.serves(candidate.system_id) && candidate.minutes <= lot.left_minutes;
                prop_assert!(!fits, "{:?} would fit in {:?}", candidate, lot);
            }
        }
    }
}
