//! What moves do besides the new status (section 4): returning, time limits, deployments, reopening, declining.

use Status::{
    AwaitingApproval, Backlog, Closed, Declined, Diagnosing, Estimating, Fixing, NeedsInfo, Quoted, Resolved, Submitted,
};
use chrono::{TimeDelta, TimeZone, Utc};
use daypack_domain::Instant;
use daypack_domain::closure::{CauseCategory, ClosureDraft};
use daypack_domain::ticket::{Evidence, Kind, Scope, Severity, Status};
use daypack_domain::workflow::{
    DeclineReason, Effect, Facts, Move, Mover, TimeLimits, Triage, Via, decide, due, follow, triage_destination,
};
use proptest::prelude::*;

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

#[test]
fn a_blocking_estimate_returns_to_the_work_whatever_the_answer() {
    let mut facts = Facts {
        severity: Some(Severity::P2),
        scope: Some(Scope::In),
        ..Facts::new(Diagnosing)
    };
    let offer = Move {
        blocking: true,
        ..Move::new(Via::Offer)
    };
    let offered = follow(&facts, &offer, Mover::Staff, now()).unwrap().unwrap();
    assert_eq!(
        (offered.to, offered.resume_status),
        (AwaitingApproval, Some(Diagnosing))
    );
    facts.status = offered.to;
    facts.resume_status = offered.resume_status;
    facts.limits.estimate_lapses_at = Some(now());
    for (via, mover) in [
        (Via::Approve, Mover::Approver),
        (Via::Reject, Mover::Approver),
        (Via::WithdrawEstimate, Mover::Staff),
        (Via::Time, Mover::System),
    ] {
        let answer = Move::new(via).because(Some("An answer.".into()));
        let answered = follow(&facts, &answer, mover, now()).unwrap().unwrap();
        assert_eq!((answered.to, answered.resume_status), (Diagnosing, None), "{via}");
        assert!(!answered.effects.contains(&Effect::ReleaseHolds), "{via}");
    }
    let further = Move::new(Via::Offer);
    assert_eq!(follow(&Facts::new(Fixing), &further, Mover::Staff, now()), Ok(None));
}

#[test]
fn a_question_remembers_where_the_work_stood() {
    let asked = decide(
        &Facts::new(Fixing),
        NeedsInfo,
        &Move::new(Via::Transition).because(Some("Which month?".into())),
        Mover::Staff,
        now(),
    )
    .unwrap();
    assert!(asked.effects.contains(&Effect::PlanUnanswered));
    let facts = Facts {
        resume_status: asked.resume_status,
        ..Facts::new(NeedsInfo)
    };
    let reply = follow(&facts, &Move::new(Via::Reply), Mover::Client, now())
        .unwrap()
        .unwrap();
    assert_eq!((reply.to, reply.resume_status), (Fixing, None));
    assert_eq!(
        follow(&Facts::new(Fixing), &Move::new(Via::Reply), Mover::Client, now()),
        Ok(None)
    );
}

#[test]
fn time_limits_act_from_their_instant_on() {
    let moment = now();
    let limits = TimeLimits {
        closes_at: Some(moment),
        unanswered_at: Some(moment),
        estimate_lapses_at: Some(moment),
    };
    let cases = [
        (NeedsInfo, Declined, Some(DeclineReason::Unanswered)),
        (AwaitingApproval, Declined, Some(DeclineReason::Lapsed)),
        (Resolved, Closed, None),
    ];
    for (status, to, reason) in cases {
        let facts = Facts {
            limits,
            ..Facts::new(status)
        };
        assert_eq!(due(&facts, moment - TimeDelta::microseconds(1)), None);
        let input = due(&facts, moment).unwrap();
        let decision = follow(&facts, &input, Mover::System, moment).unwrap().unwrap();
        assert_eq!((decision.to, decision.decline_reason), (to, reason));
    }
    assert_eq!(
        due(
            &Facts {
                limits,
                ..Facts::new(Fixing)
            },
            moment
        ),
        None
    );
}

#[test]
fn a_deployment_says_everything_that_is_missing() {
    let facts = Facts {
        severity: Some(Severity::P2),
        kind: Some(Kind::Evolutionary),
        window_required: true,
        ..Facts::new(Fixing)
    };
    let resolve = Move {
        closure: Some(full_closure()),
        ..Move::new(Via::Resolve)
    };
    let refusal = follow(&facts, &resolve, Mover::Staff, now()).unwrap_err();
    assert_eq!(refusal.code(), "window_required");
    assert!(refusal.to_string().contains("rollback note") && refusal.to_string().contains("test evidence"));

    let waiver = Evidence {
        window_waiver: Some("The shop is down.".into()),
        ..full_evidence()
    };
    let waived = Move {
        evidence: waiver,
        ..resolve.clone()
    };
    assert_eq!(
        follow(&facts, &waived, Mover::Staff, now()).unwrap_err().code(),
        "window_waiver_not_allowed"
    );
    let urgent = Facts {
        severity: Some(Severity::P0),
        ..facts.clone()
    };
    assert_eq!(
        follow(&urgent, &waived, Mover::Staff, now()).unwrap().unwrap().to,
        Resolved
    );

    let not_deployed = ClosureDraft {
        deployed: false,
        ..full_closure()
    };
    let by_advice = Move {
        closure: Some(not_deployed),
        ..Move::new(Via::Resolve)
    };
    assert_eq!(
        follow(&facts, &by_advice, Mover::Staff, now()).unwrap().unwrap().to,
        Resolved
    );
}

#[test]
fn only_corrective_rework_is_free_by_default() {
    let reopen = Move::new(Via::Reopen);
    for kind in Kind::ALL.iter().copied() {
        let facts = Facts {
            kind: Some(kind),
            ..Facts::new(Resolved)
        };
        let effects = follow(&facts, &reopen, Mover::Client, now()).unwrap().unwrap().effects;
        assert_eq!(effects.contains(&Effect::ReworkNotBillable), kind == Kind::Corrective);
        assert!(effects.contains(&Effect::BeginCycle) && effects.contains(&Effect::HoldAgain));
    }
}

#[test]
fn who_ends_a_ticket_decides_what_it_is_called() {
    let facts = Facts::new(Submitted);
    let input = Move::new(Via::Transition);
    let withdrawn = decide(&facts, Declined, &input, Mover::Client, now()).unwrap();
    assert_eq!(withdrawn.decline_reason, Some(DeclineReason::Withdrawn));
    assert_eq!(
        decide(&facts, Declined, &input, Mover::Staff, now())
            .unwrap_err()
            .code(),
        "invalid"
    );
    let refused = decide(
        &facts,
        Declined,
        &input.because(Some("Not ours.".into())),
        Mover::Staff,
        now(),
    )
    .unwrap();
    assert_eq!(refused.decline_reason, Some(DeclineReason::Refused));
    let merged = follow(&facts, &Move::new(Via::Merge), Mover::Staff, now())
        .unwrap()
        .unwrap();
    assert_eq!(merged.decline_reason, Some(DeclineReason::Duplicate));
}

#[test]
fn triage_sends_a_ticket_where_it_belongs() {
    let usual = Triage {
        severity: Severity::P1,
        kind: Kind::Corrective,
        scope: Scope::In,
        billable: true,
        emergency: false,
        warranty: false,
    };
    let sent = |triage| triage_destination(Submitted, triage);
    assert_eq!(sent(usual), Some(Estimating));
    assert_eq!(
        sent(Triage {
            scope: Scope::Out,
            severity: Severity::P3,
            ..usual
        }),
        Some(Quoted)
    );
    for kind in Kind::ALL.iter().copied() {
        assert_eq!(
            sent(Triage {
                severity: Severity::P3,
                billable: false,
                kind,
                ..usual
            }),
            Some(Backlog)
        );
    }
    assert_eq!(
        sent(Triage {
            emergency: true,
            ..usual
        }),
        Some(Diagnosing)
    );
    assert_eq!(
        sent(Triage {
            warranty: true,
            ..usual
        }),
        Some(Diagnosing)
    );
    assert_eq!(
        sent(Triage {
            billable: false,
            ..usual
        }),
        Some(Diagnosing)
    );
    assert_eq!(
        triage_destination(Fixing, usual),
        None,
        "a reclassification in the middle of work moves nothing"
    );
    assert_eq!(
        triage_destination(
            Estimating,
            Triage {
                scope: Scope::Out,
                ..usual
            }
        ),
        Some(Quoted)
    );
    let emergency = Triage {
        severity: Severity::P0,
        emergency: true,
        ..usual
    };
    assert_eq!(triage_destination(Estimating, emergency), Some(Diagnosing));
    assert_eq!(
        triage_destination(
            Estimating,
            Triage {
                severity: Severity::P3,
                ..usual
            }
        ),
        None
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wherever_triage_sends_a_ticket_the_table_lets_it_go(
        status in 0..15_usize, severity in 0..4_usize, kind in 0..4_usize, flags in any::<[bool; 4]>(),
    ) {
        let triage = Triage {
            severity: Severity::ALL[severity],
            kind: Kind::ALL[kind],
            scope: if flags[0] { Scope::In } else { Scope::Out },
            billable: flags[1],
            emergency: flags[2],
            warranty: flags[3],
        };
        let status = Status::ALL[status];
        if let Some(to) = triage_destination(status, triage) {
            let facts = Facts {
                severity: Some(triage.severity),
                kind: Some(triage.kind),
                scope: Some(triage.scope),
                billable: triage.billable,
                emergency: triage.emergency,
                warranty: triage.warranty,
                ..Facts::new(status)
            };
            prop_assert!(decide(&facts, to, &Move::new(Via::Triage), Mover::Staff, now()).is_ok());
        }
    }
}
