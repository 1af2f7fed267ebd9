//! Random histories of whole contracts in real time zones: orders from placing to bouncing, approvals, emergencies,
//! time with its rounding, corrections, reopenings, refunds, extensions, moves to other zones. Kept twice: by the
//! rules and on paper (`ledger_support::paper`, one mark for each minute), and equal after every act.

use crate::contract_support::Contract;
use crate::contract_support::acts::{Act, ZONES, act};
use crate::ledger_support::ticket;
use daypack_domain::ledger::{Account, MovementKind};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;

/// Shortly before midnight at the ends of months, before nights when clocks change, on a leap day.
const BEGINNINGS: [&str; 6] = [
    "2025-11-30T22:30:00Z",
    "2026-01-31T09:30:00Z",
    "2026-03-28T22:40:00Z",
    "2026-10-24T21:59:00Z",
    "2027-11-30T11:15:00Z",
    "2028-02-29T22:30:00Z",
];

fn live(zone: &str, begins: &str, acts: &[Act]) -> Contract {
    let mut contract = Contract::new(zone, begins);
    for act in acts {
        contract.take(act);
        contract.check();
    }
    Account::replay(contract.bank.lots.values().cloned(), &contract.bank.ledger).unwrap();
    contract
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_and_the_paper_agree(
        zone in 0..ZONES.len(),
        beginning in 0..BEGINNINGS.len(),
        acts in prop::collection::vec(act(), 1..50),
    ) {
        live(ZONES[zone], BEGINNINGS[beginning], &acts);
    }
}

#[test]
fn histories_reach_every_kind_of_movement() {
    // They are worth something only if they do.
    let mut runner = TestRunner::deterministic();
    let histories = prop::collection::vec(act(), 40..80);
    let mut reached = BTreeSet::new();
    for turn in 0..40 {
        let acts = histories.new_tree(&mut runner).unwrap().current();
        let contract = live(ZONES[turn % ZONES.len()], BEGINNINGS[turn % BEGINNINGS.len()], &acts);
        reached.extend(contract.bank.ledger.iter().map(|movement| movement.kind.as_str()));
    }
    let all: BTreeSet<&str> = MovementKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(reached, all);
}

#[test]
fn a_correction_borrows_again_what_it_has_taken_back() {
    // The second entry borrowed, a lot that has ended since has repaid it, and nothing may be borrowed any more: the
    // third entry takes the second one's place all the same.
    let work = [1, 30, 5].map(|minutes| Act::Log { ticket: 1, minutes });
    let mut acts = vec![Act::Limit { minutes: 74 }, Act::Emergency { ticket: 1 }];
    acts.extend(work);
    acts.extend([
        Act::Finish { ticket: 1 },
        Act::Gift { minutes: 20, days: 0 },
        Act::Limit { minutes: 0 },
        Act::Wait { minutes: 60 * 48 },
        Act::TakeBack { entry: 0 },
    ]);
    let contract = live("Europe/Madrid", "2025-11-30T22:30:00Z", &acts);
    let lines = contract.bank.lines_after(contract.bank.ledger.len() - 4);
    assert_eq!(lines, ["unrepay 8 15", "unborrow 15", "borrow 15", "repay 8 15"]);
    assert_eq!(contract.bank.counters.debt_minutes, 0);
}

/// Of 1, 30 and 5 minutes the second entry bills 15; without the first it bills nothing, and the third 15.
fn three_entries(lot: &[Act], end: Act) -> Contract {
    let approve = Act::Approve {
        ticket: 1,
        steps: 1,
        further: false,
        fixed: false,
    };
    let work = [1, 30, 5].map(|minutes| Act::Log { ticket: 1, minutes });
    let mut acts = lot.to_vec();
    acts.push(approve);
    acts.extend(work);
    acts.extend([Act::Finish { ticket: 1 }, end, Act::TakeBack { entry: 0 }]);
    live("Europe/Madrid", "2025-11-30T22:30:00Z", &acts)
}

#[test]
fn a_correction_succeeds_when_the_lot_has_ended() {
    let contract = three_entries(&[Act::Gift { minutes: 15, days: 0 }], Act::Wait { minutes: 60 * 48 });
    assert_eq!(contract.bank.used_by(ticket(1)), 15);
    let bought = [
        Act::Place {
            packs: 2,
            months: 1,
            extension: None,
        },
        Act::Activate {
            order: 0,
            on_credit: true,
        },
    ];
    let contract = three_entries(&bought, Act::BounceOrder { order: 0 });
    assert_eq!(contract.bank.counters.debt_minutes, 15);
}

#[test]
fn a_fixed_size_covers_late_time_and_stays_when_time_is_taken_back() {
    let acts = [
        Act::Gift { minutes: 200, days: 30 },
        Act::Approve {
            ticket: 1,
            steps: 8,
            further: false,
            fixed: true,
        },
        Act::Log { ticket: 1, minutes: 60 },
        Act::Finish { ticket: 1 },
        Act::Log { ticket: 1, minutes: 30 },
        Act::TakeBack { entry: 0 },
        Act::TakeBack { entry: 1 },
    ];
    for end in 4..=acts.len() {
        let contract = live("Europe/Madrid", "2025-11-30T22:30:00Z", &acts[..end]);
        assert_eq!(contract.bank.used_by(ticket(1)), 120, "after {:?}", acts[end - 1]);
    }
}

#[test]
fn what_is_approved_on_top_of_an_emergency_adds_to_it() {
    let further = Act::Approve {
        ticket: 1,
        steps: 4,
        further: true,
        fixed: false,
    };
    let acts = [
        Act::Gift { minutes: 260, days: 30 },
        Act::Emergency { ticket: 1 },
        Act::Log {
            ticket: 1,
            minutes: 130,
        },
        further,
        Act::Log { ticket: 1, minutes: 80 },
    ];
    let contract = live("Europe/Madrid", "2025-11-30T22:30:00Z", &acts);
    assert_eq!(contract.bank.used_by(ticket(1)), 180);
    let more = [acts.as_slice(), &[Act::Log { ticket: 1, minutes: 1 }]].concat();
    let contract = live("Europe/Madrid", "2025-11-30T22:30:00Z", &more);
    assert_eq!(contract.bank.used_by(ticket(1)), 180, "120 and 60, and not one more");
}
