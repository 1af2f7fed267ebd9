//! Histories written out, each for one rule that is easily broken.

use super::live;
use crate::contract_support::Contract;
use crate::contract_support::acts::Act;
use crate::ledger_support::paper::Terms;
use crate::ledger_support::ticket;

fn told(acts: &[Act]) -> Contract {
    live("Europe/Madrid", "2025-11-30T22:30:00Z", Terms::default(), acts)
}

fn gift(minutes: i64, days: u64) -> Act {
    Act::Gift {
        minutes,
        days,
        limited: false,
    }
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
        gift(20, 0),
        Act::Limit { minutes: 0 },
        Act::Wait { minutes: 60 * 48 },
        Act::TakeBack { entry: 0 },
    ]);
    let contract = told(&acts);
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
    told(&acts)
}

#[test]
fn a_correction_succeeds_when_the_lot_has_ended() {
    let contract = three_entries(&[gift(15, 0)], Act::Wait { minutes: 60 * 48 });
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
        gift(200, 30),
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
        let contract = told(&acts[..end]);
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
        gift(260, 30),
        Act::Emergency { ticket: 1 },
        Act::Log {
            ticket: 1,
            minutes: 130,
        },
        further,
        Act::Log { ticket: 1, minutes: 80 },
    ];
    let contract = told(&acts);
    assert_eq!(contract.bank.used_by(ticket(1)), 180);
    let more = [acts.as_slice(), &[Act::Log { ticket: 1, minutes: 1 }]].concat();
    let contract = told(&more);
    assert_eq!(contract.bank.used_by(ticket(1)), 180, "120 and 60, and not one more");
}

#[test]
fn a_payment_that_bounced_is_not_paid_when_it_is_told_again() {
    let order = 0;
    let pay = Act::Pay { order, reference: 1 };
    told(&[
        Act::Place {
            packs: 2,
            months: 1,
            extension: None,
        },
        Act::Activate { order, on_credit: true },
        pay.clone(),
        Act::BounceOrder { order },
        pay,
    ]);
}

#[test]
fn a_fixed_size_stays_owed_when_time_that_was_borrowed_for_it_is_taken_back() {
    let approve = Act::Approve {
        ticket: 3,
        steps: 8,
        further: false,
        fixed: true,
    };
    let work = [90, 60].map(|minutes| Act::Log { ticket: 3, minutes });
    let mut acts = vec![Act::Limit { minutes: 120 }, Act::Emergency { ticket: 3 }];
    acts.extend(work);
    acts.extend([approve, Act::Finish { ticket: 3 }, Act::TakeBack { entry: 1 }]);
    let contract = told(&acts);
    let lines = contract.bank.lines_after(contract.bank.ledger.len() - 2);
    assert_eq!(lines, ["unborrow 60", "borrow 60"], "the entry's, and of no entry");
    assert_eq!(contract.bank.used_by(ticket(3)), 120);
    assert_eq!(contract.bank.counters.debt_minutes, 120);
    // Where nothing of the ticket is deducted, that goes back as well.
    acts.push(Act::Warranty { ticket: 3 });
    assert_eq!(told(&acts).bank.counters.debt_minutes, 0);
}

#[test]
fn what_is_approved_after_a_yes_that_was_none_is_agreed_in_an_emergency_too() {
    let further = Act::Approve {
        ticket: 3,
        steps: 4,
        further: true,
        fixed: false,
    };
    let log = Act::Log {
        ticket: 3,
        minutes: 210,
    };
    let acts = [
        gift(500, 30),
        Act::Emergency { ticket: 3 },
        further.clone(),
        log,
        Act::NotMe { ticket: 3, yes: 0 },
        further,
        Act::Log { ticket: 3, minutes: 1 },
        Act::TakeBack { entry: 1 },
    ];
    // All of 120 and 60 was used before the second hour was approved: that stays held when a minute is taken back.
    let contract = told(&acts);
    let account = contract.bank.load(Some(ticket(3)), &[]);
    assert_eq!(
        (account.held_for(ticket(3)), contract.bank.used_by(ticket(3))),
        (60, 180)
    );
}
