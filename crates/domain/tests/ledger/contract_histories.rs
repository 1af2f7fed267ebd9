//! Random histories of whole contracts in real time zones: orders from placing to bouncing, lots for some systems only,
//! approvals and those that nobody gave, emergencies, time with its rounding, corrections, reopenings, refunds,
//! extensions, moves to other zones. Kept twice: by the rules and on paper (`ledger_support::paper`, one mark for each
//! minute), and equal after every act.

mod told;

use crate::contract_support::Contract;
use crate::contract_support::acts::{Act, ZONES, history, terms};
use crate::ledger_support::paper::Terms;
use daypack_domain::ledger::MovementKind;
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

fn live(zone: &str, begins: &str, terms: Terms, acts: &[Act]) -> Contract {
    let mut contract = Contract::new(zone, begins, terms);
    for act in acts {
        contract.take(act);
        contract.check();
    }
    assert_eq!(contract.books().check(), Ok(()));
    contract
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_and_the_paper_agree(
        zone in 0..ZONES.len(),
        beginning in 0..BEGINNINGS.len(),
        terms in terms(),
        acts in history(1..50),
    ) {
        live(ZONES[zone], BEGINNINGS[beginning], terms, &acts);
    }
}

/// What must not only happen by luck.
const RARE: [&str; 10] = [
    "a lot is limited while another's work holds some of it",
    "a yes after minutes were waived",
    "one hold of several goes back",
    "part of an entry is waived",
    "part of what a milder emergency held goes back",
    "refused, though a lot for others has enough",
    "rounding stops at what the ticket's own lots have",
    "several entries go back at once",
    "several entries that no yes covers go back",
    "what is held in an ended lot goes back",
];

#[test]
fn histories_reach_every_kind_of_movement_and_what_is_rare() {
    // They are worth something only if they do.
    let mut runner = TestRunner::deterministic();
    let histories = (terms(), history(40..80));
    let (mut kinds, mut rare) = (BTreeSet::new(), BTreeSet::new());
    for turn in 0..200 {
        let (terms, acts) = histories.new_tree(&mut runner).unwrap().current();
        let (zone, begins) = (ZONES[turn % ZONES.len()], BEGINNINGS[turn % BEGINNINGS.len()]);
        let contract = live(zone, begins, terms, &acts);
        kinds.extend(contract.bank.ledger.iter().map(|movement| movement.kind.as_str()));
        rare.extend(contract.reached);
    }
    let all: BTreeSet<&str> = MovementKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(kinds, all);
    assert_eq!(rare, BTreeSet::from(RARE));
}
