//! Random histories of whole contracts in real time zones: orders from placing to bouncing, approvals, emergencies,
//! time with its rounding, corrections, reopenings, refunds, extensions, moves to other zones. Kept twice: by the
//! rules and on paper (`ledger_support::paper`, one mark for each minute), and equal after every act.

use crate::contract_support::Contract;
use crate::contract_support::acts::{Act, ZONES, act};
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
fn a_correction_takes_back_what_it_has_just_repaid() {
    // Two entries change in one go: what the first gives back repays what the second had borrowed.
    let acts = [
        Act::Gift { minutes: 46, days: 0 },
        Act::Emergency { ticket: 1 },
        Act::Limit { minutes: 74 },
        Act::Log { ticket: 1, minutes: 31 },
        Act::Finish { ticket: 1 },
        Act::Log { ticket: 1, minutes: 45 },
        Act::TakeBack { entry: 0 },
    ];
    let contract = live("Europe/Madrid", "2025-11-30T22:30:00Z", &acts);
    assert!(
        contract
            .bank
            .ledger
            .iter()
            .any(|movement| movement.kind == MovementKind::Unrepay)
    );
}
