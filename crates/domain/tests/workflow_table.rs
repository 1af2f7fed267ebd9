//! The workflow table (section 4) from outside: it says what the agreement says, every row works, and nothing leaves it.

use Status::{
    Approved, AwaitingApproval, AwaitingValidation, AwaitingWindow, Backlog, Closed, Declined, Diagnosing, Estimating,
    Fixing, NeedsInfo, Quoted, Resolved, Submitted, WaitingThirdParty,
};
use chrono::{TimeDelta, TimeZone, Utc};
use daypack_domain::Instant;
use daypack_domain::closure::{CauseCategory, ClosureDraft};
use daypack_domain::ticket::{Evidence, Kind, Scope, Severity, Status};
use daypack_domain::workflow::{
    Facts, Guard, Move, Mover, TimeLimits, Transition, Via, WindowState, available, decide, follow, transitions,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The column "goes to" of section 4, written apart from the code. `blocking` further estimates (section 5) add
/// `awaiting_approval` to the three statuses of work.
fn goes_to() -> BTreeMap<Status, BTreeSet<Status>> {
    let as_submitted = [Backlog, Quoted, NeedsInfo, Declined, Resolved, Diagnosing];
    let table: [(Status, Vec<Status>); 15] = [
        (Submitted, [vec![Estimating], as_submitted.to_vec()].concat()),
        (
            NeedsInfo,
            vec![Submitted, Estimating, Approved, Diagnosing, Fixing, Declined],
        ),
        (Estimating, [vec![AwaitingApproval], as_submitted.to_vec()].concat()),
        (
            AwaitingApproval,
            vec![Approved, Diagnosing, Fixing, Estimating, Declined],
        ),
        (
            Approved,
            vec![Diagnosing, Fixing, WaitingThirdParty, NeedsInfo, AwaitingApproval],
        ),
        (
            Diagnosing,
            vec![Fixing, Resolved, NeedsInfo, WaitingThirdParty, AwaitingApproval],
        ),
        (
            Fixing,
            vec![
                AwaitingValidation,
                AwaitingWindow,
                Resolved,
                Diagnosing,
                NeedsInfo,
                WaitingThirdParty,
                AwaitingApproval,
            ],
        ),
        (AwaitingValidation, vec![AwaitingWindow, Resolved, Fixing]),
        (AwaitingWindow, vec![Resolved, Fixing]),
        (WaitingThirdParty, vec![Approved, Diagnosing, Fixing]),
        (Resolved, vec![Closed, Diagnosing]),
        (Closed, vec![]),
        (Backlog, vec![Estimating, Declined]),
        (Quoted, vec![Approved, Declined]),
        (Declined, vec![Submitted]),
    ];
    table
        .into_iter()
        .map(|(from, to)| (from, to.into_iter().collect()))
        .collect()
}

fn now() -> Instant {
    Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap()
}

fn full_evidence() -> Evidence {
    Evidence {
        diagnosis: Some("The disk was full.".into()),
        reproduction: Some("Filled the disk in staging.".into()),
        rollback_note: Some("Put the old package back.".into()),
        test_evidence: Some("Export of March: 312 rows.".into()),
        ..Evidence::default()
    }
}

fn full_closure() -> ClosureDraft {
    ClosureDraft {
        what_was_done: "Cleaned up, and the export runs again.".into(),
        why_it_happened: Some("Old exports were kept for ever.".into()),
        how_to_prevent: Some("They go after 30 days.".into()),
        cause_category: Some(CauseCategory::Configuration),
        deployed: true,
    }
}

/// Facts and input with which every guard of a row holds.
fn ready(row: &Transition) -> (Facts, Move) {
    let has = |guard| row.guards.contains(&guard);
    let facts = Facts {
        resume_status: has(Guard::CameFromThere).then_some(row.to),
        severity: Some(Severity::P1),
        kind: Some(Kind::Corrective),
        scope: Some(if has(Guard::OutOfScope) { Scope::Out } else { Scope::In }),
        billable: !has(Guard::MayStart),
        evidence: full_evidence(),
        window: WindowState::Accepted,
        window_required: true,
        open_estimate: true,
        limits: TimeLimits {
            closes_at: Some(now()),
            unanswered_at: Some(now()),
            estimate_lapses_at: Some(now()),
        },
        ..Facts::new(row.from)
    };
    let input = Move {
        reason: Some("Because.".into()),
        closure: (row.via == Via::Resolve).then(full_closure),
        blocking: has(Guard::Blocking),
        ..Move::new(row.via)
    };
    (facts, input)
}

#[test]
fn the_table_goes_where_the_agreement_says() {
    let mut found: BTreeMap<Status, BTreeSet<Status>> = Status::ALL.iter().map(|s| (*s, BTreeSet::new())).collect();
    for row in transitions() {
        found.entry(row.from).or_default().insert(row.to);
    }
    assert_eq!(found, goes_to());
}

#[test]
fn every_status_is_reachable_from_submitted() {
    let mut reached = BTreeSet::from([Submitted]);
    loop {
        let next: BTreeSet<Status> = transitions()
            .iter()
            .filter(|row| reached.contains(&row.from))
            .map(|row| row.to)
            .collect();
        let before = reached.len();
        reached.extend(next);
        if reached.len() == before {
            break;
        }
    }
    assert_eq!(reached.len(), Status::ALL.len());
}

#[test]
fn every_row_works_for_whom_it_is_and_for_nobody_else() {
    for row in transitions() {
        let (facts, input) = ready(row);
        for mover in Mover::ALL.iter().copied() {
            let decision = decide(&facts, row.to, &input, mover, now());
            if row.who.iter().any(|needed| mover.is(*needed)) {
                let decision = decision.unwrap_or_else(|no| panic!("{row:?} as {mover}: {no}"));
                assert_eq!((decision.transition.from, decision.to), (row.from, row.to));
                let followed = follow(&facts, &input, mover, now());
                if row.via != Via::Triage && row.via != Via::Transition {
                    assert_eq!(followed.unwrap().unwrap().to, row.to, "{row:?}");
                }
            } else {
                assert_eq!(decision.unwrap_err().code(), "forbidden", "{row:?} as {mover}");
            }
        }
    }
}

#[test]
fn every_guard_that_a_row_names_stops_it_with_its_own_words() {
    let mut stopped = BTreeSet::new();
    for row in transitions() {
        for guard in row.guards.iter().copied() {
            let (mut facts, mut input) = ready(row);
            break_guard(guard, &mut facts, &mut input);
            let refusal = decide(&facts, row.to, &input, Mover::Staff, now());
            let refusal = if row.who.contains(&Mover::Staff) {
                refusal
            } else {
                decide(&facts, row.to, &input, row.who[0], now())
            };
            let refusal = refusal.expect_err(&format!("{row:?} without {guard}"));
            let in_the_body = [
                Guard::Question,
                Guard::ReasonGiven,
                Guard::ReasonFromStaff,
                Guard::ClosureComplete,
            ]
            .contains(&guard);
            assert_eq!(
                refusal.code(),
                if in_the_body { "invalid" } else { guard.code() },
                "{row:?} without {guard}"
            );
            stopped.insert(guard);
        }
    }
    assert_eq!(stopped.into_iter().collect::<Vec<_>>(), Guard::ALL);
}

fn break_guard(guard: Guard, facts: &mut Facts, input: &mut Move) {
    match guard {
        Guard::Triaged => facts.severity = None,
        Guard::InScope => facts.scope = Some(Scope::Out),
        Guard::OutOfScope => facts.scope = Some(Scope::In),
        Guard::MayStart => facts.billable = true,
        Guard::SmallEnough => facts.actual_minutes = 31.max(facts.free_minutes + 1),
        Guard::Question | Guard::ReasonGiven | Guard::ReasonFromStaff => input.reason = Some("  ".into()),
        Guard::CameFromThere => facts.resume_status = Some(Closed),
        Guard::NothingToReturnTo => facts.resume_status = Some(Closed),
        Guard::OpenEstimate => facts.open_estimate = false,
        Guard::Blocking => input.blocking = false,
        Guard::EstimateLapsed | Guard::AnswerOverdue | Guard::ClosingDue => {
            let later = Some(now() + TimeDelta::microseconds(1));
            facts.limits = TimeLimits {
                closes_at: later,
                unanswered_at: later,
                estimate_lapses_at: later,
            };
        }
        Guard::Diagnosis => facts.evidence.diagnosis = None,
        Guard::Reproduction => facts.evidence.reproduction = Some(String::new()),
        Guard::OpenWindow => facts.window = WindowState::None,
        Guard::ClosureComplete => {
            input.closure = Some(ClosureDraft {
                why_it_happened: None,
                ..full_closure()
            })
        }
        Guard::WindowAgreed => facts.window = WindowState::Proposed,
        Guard::RollbackNote => facts.evidence.rollback_note = None,
        Guard::TestEvidence => facts.evidence.test_evidence = None,
    }
}

#[test]
fn rows_of_the_same_move_can_be_told_apart() {
    for (index, row) in transitions().iter().enumerate() {
        for other in &transitions()[index + 1..] {
            if (row.from, row.to, row.via) != (other.from, other.to, other.via) {
                continue;
            }
            // Only the answer to an estimate has two rows to one status: the first estimate, and a further one.
            assert!(row.guards.contains(&Guard::NothingToReturnTo) && other.guards.contains(&Guard::CameFromThere));
        }
    }
}

#[test]
fn a_move_that_the_table_lacks_is_refused_and_named() {
    let facts = Facts::new(Submitted);
    let refusal = decide(&facts, Fixing, &Move::new(Via::Transition), Mover::Staff, now()).unwrap_err();
    assert_eq!(refusal.code(), "invalid_transition");
    let refusal = decide(
        &Facts::new(Fixing),
        Resolved,
        &Move::new(Via::Transition),
        Mover::Staff,
        now(),
    )
    .unwrap_err();
    assert_eq!(refusal.code(), "invalid_transition");
    assert!(refusal.to_string().contains("by: resolve"), "{refusal}");
    // A question returns only to where a further estimate came from; the first one came from nowhere.
    let facts = Facts::new(AwaitingApproval);
    let refusal = decide(&facts, Approved, &Move::new(Via::Transition), Mover::Approver, now()).unwrap_err();
    assert_eq!(refusal.code(), "came_from_elsewhere");
    let refusal = decide(&facts, Resolved, &Move::new(Via::Transition), Mover::Approver, now()).unwrap_err();
    assert_eq!(refusal.code(), "invalid_transition");
    let refusal = follow(&Facts::new(Closed), &Move::new(Via::Reopen), Mover::Client, now()).unwrap_err();
    assert_eq!(refusal.code(), "invalid_transition");
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let word = |count: usize| 0..count;
    let decided = proptest::option::of((word(4), word(4), any::<bool>()));
    (
        word(15),
        proptest::option::of(word(15)),
        decided,
        any::<[bool; 10]>(),
        0..90_i64,
    )
        .prop_map(|(status, resume, decided, flags, actual_minutes)| {
            let limit = flags[0].then(now);
            Facts {
                resume_status: resume.map(|index| Status::ALL[index]),
                severity: decided.map(|(severity, _, _)| Severity::ALL[severity]),
                kind: decided.map(|(_, kind, _)| Kind::ALL[kind]),
                scope: decided.map(|(_, _, out)| if out { Scope::Out } else { Scope::In }),
                billable: flags[1],
                emergency: flags[2],
                warranty: flags[3],
                evidence: if flags[4] { full_evidence() } else { Evidence::default() },
                window: if flags[5] {
                    WindowState::Accepted
                } else {
                    WindowState::None
                },
                window_required: flags[6],
                open_estimate: flags[7],
                actual_minutes,
                free_minutes: 30,
                small_works_minutes: if flags[8] { 60 } else { 0 },
                limits: TimeLimits {
                    closes_at: limit,
                    unanswered_at: limit,
                    estimate_lapses_at: limit,
                },
                ..Facts::new(Status::ALL[status])
            }
        })
}

fn any_move() -> impl Strategy<Value = (Move, Mover, Status)> {
    (0..Via::ALL.len(), 0..Mover::ALL.len(), 0..15_usize, any::<[bool; 4]>()).prop_map(|(via, mover, to, flags)| {
        let input = Move {
            reason: flags[0].then(|| "Because.".to_owned()),
            evidence: if flags[1] { full_evidence() } else { Evidence::default() },
            closure: flags[2].then(full_closure),
            blocking: flags[3],
            ..Move::new(Via::ALL[via])
        };
        (input, Mover::ALL[mover], Status::ALL[to])
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_walks_never_leave_the_table(facts in any_facts(), moves in proptest::collection::vec(any_move(), 1..60)) {
        let table = goes_to();
        let mut facts = Facts { status: Submitted, resume_status: None, ..facts };
        for (input, mover, to) in moves {
            let by_name = decide(&facts, to, &input, mover, now());
            let decision = match follow(&facts, &input, mover, now()) {
                Ok(Some(decision)) => decision,
                _ => match by_name {
                    Ok(decision) => decision,
                    Err(_) => continue,
                },
            };
            prop_assert!(table[&facts.status].contains(&decision.to));
            prop_assert!(transitions().iter().any(|row| std::ptr::eq(row, decision.transition)));
            facts.status = decision.to;
            facts.resume_status = decision.resume_status;
            facts.evidence = decision.evidence;
            // What there is to return to is known exactly in the statuses that return.
            let returns = [NeedsInfo, WaitingThirdParty].contains(&facts.status);
            prop_assert!(!returns || facts.resume_status.is_some());
            let may_return = returns || facts.status == AwaitingApproval;
            prop_assert!(may_return || facts.resume_status.is_none(), "{:?}", facts);
        }
    }

    #[test]
    fn what_is_offered_as_a_button_works_once_its_form_is_filled(facts in any_facts(), mover in 0..Mover::ALL.len()) {
        let mover = Mover::ALL[mover];
        for offered in available(&facts, mover, now()) {
            let row = offered.transition;
            let triaged = row.via == Via::Triage;
            let facts = Facts {
                severity: facts.severity.or(triaged.then_some(Severity::P1)),
                kind: facts.kind.or(triaged.then_some(Kind::Corrective)),
                scope: facts.scope.or(triaged.then_some(Scope::In)),
                ..facts.clone()
            };
            let waiver = offered.missing.contains(&Guard::WindowAgreed);
            let input = Move {
                reason: Some("Because.".into()),
                evidence: full_evidence(),
                closure: Some(ClosureDraft { deployed: !waiver, ..full_closure() }),
                blocking: row.via == Via::Offer,
                ..Move::new(row.via)
            };
            let window_missing = facts.window_required && facts.window != WindowState::Accepted;
            let input = if window_missing && let Some(closure) = &input.closure {
                Move { closure: Some(ClosureDraft { deployed: false, ..closure.clone() }), ..input }
            } else {
                input
            };
            let decision = decide(&facts, row.to, &input, mover, now());
            prop_assert!(decision.is_ok(), "{:?}: {:?}", row, decision);
        }
    }
}
