//! Section 7, sentence by sentence: first response, mitigation, resolution, pauses, severity changes, reopening.

use crate::sla_support::*;
use daypack_domain::sla::{
    ClockKind::*, ClockState, Hand, Happening, OnCall, PausedBy, SlaPolicy, SlaPolicyDefinition,
};
use daypack_domain::ticket::{Kind, QueueLevel, Severity::*, Status};

#[test]
fn the_default_targets_are_the_agreed_ones() {
    let policy = SlaPolicy::default();
    let table = [
        (FirstResponse, P0, [60, 30, 15]),
        (FirstResponse, P3, [1440, 960, 480]),
        (NextUpdate, P2, [1440, 960, 480]),
        (Mitigation, P1, [960, 480, 240]),
        (Resolution, P2, [4800, 3600, 2400]),
    ];
    for (clock, severity, minutes) in table {
        for (level, minutes) in QueueLevel::ALL.iter().zip(minutes) {
            assert_eq!(policy.target_minutes(*level, severity, clock), Some(minutes));
        }
    }
    for (severity, clock) in [(P3, NextUpdate), (P2, Mitigation), (P3, Mitigation), (P3, Resolution)] {
        assert_eq!(policy.target_minutes(QueueLevel::FastTrack, severity, clock), None);
    }
}

#[test]
fn a_policy_reads_back_and_refuses_nonsense_by_field() {
    let definition = SlaPolicyDefinition::from(SlaPolicy::default());
    assert_eq!(SlaPolicy::new(definition.clone()), Ok(SlaPolicy::default()));
    let mut wrong = definition;
    wrong.targets.push(wrong.targets[0]);
    wrong.targets[1].minutes = 0;
    wrong.warning_percents = vec![50, 50, 100];
    let daypack_domain::Refusal::Invalid(problems) = SlaPolicy::new(wrong).unwrap_err() else {
        panic!()
    };
    let pointers: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/targets/1/minutes",
            "/targets/36",
            "/warning_percents/1",
            "/warning_percents/2"
        ]
    );
}

#[test]
fn first_response_counts_from_creation_and_is_late_only_after_the_target() {
    let ticket = story(Some(P1));
    let clock = ticket.clock(FirstResponse, "01 11:00");
    assert_eq!(
        (clock.state, clock.elapsed_minutes, clock.remaining_minutes),
        (ClockState::Running, 120, Some(120))
    );
    assert_eq!(
        (clock.due_at, clock.breaches_at, clock.breached_at),
        (Some(at("01 13:00")), Some(at("01 13:00")), None)
    );
    assert_eq!(ticket.state(FirstResponse, "01 13:00"), ClockState::Running);
    let late = ticket.clock(FirstResponse, "01 13:01");
    assert_eq!(
        (late.state, late.breached_at, late.remaining_minutes),
        (ClockState::Breached, Some(at("01 13:00")), Some(-1))
    );
    assert!(late.is_open());
}

#[test]
fn first_response_is_met_by_a_person_on_the_staff() {
    let status = |to, by| Happening::StatusChanged { to, by };
    let triage = |by| Happening::Triaged {
        severity: P1,
        kind: Kind::Corrective,
        by,
    };
    for (happening, meets) in [
        (Happening::StaffMessage, true),
        (triage(Hand::Staff), true),
        (status(Status::Backlog, Hand::Staff), true),
        (status(Status::Declined, Hand::Staff), true),
        (triage(Hand::System), false),
        (status(Status::Estimating, Hand::System), false),
        (Happening::MitigationRecorded, false),
    ] {
        let clock = story(Some(P1))
            .then("01 10:00", happening)
            .clock(FirstResponse, "01 11:00");
        assert_eq!(clock.met_at, meets.then(|| at("01 10:00")), "{happening:?}");
        assert_eq!(
            clock.state,
            if meets { ClockState::Met } else { ClockState::Running },
            "{happening:?}"
        );
    }
}

#[test]
fn a_ticket_that_staff_opened_is_answered_at_creation() {
    let mut ticket = story(Some(P1));
    ticket.history.created_by = Hand::Staff;
    let clock = ticket.clock(FirstResponse, "01 09:00");
    assert_eq!(
        (clock.state, clock.met_at, clock.elapsed_minutes),
        (ClockState::Met, Some(at("01 09:00")), 0)
    );
}

#[test]
fn first_response_never_pauses() {
    let waiting = Happening::StatusChanged {
        to: Status::NeedsInfo,
        by: Hand::System,
    };
    assert_eq!(
        story(Some(P1))
            .then("01 10:00", waiting)
            .state(FirstResponse, "01 11:00"),
        ClockState::Running
    );
}

#[test]
fn before_triage_nothing_suggested_counts_as_p2() {
    assert_eq!(story(None).clock(FirstResponse, "01 10:00").target_minutes, Some(480));
    assert_eq!(
        story(Some(P0)).clock(FirstResponse, "01 09:10").target_minutes,
        Some(60)
    );
}

#[test]
fn first_response_is_judged_by_the_triaged_severity_but_raising_makes_no_miss() {
    // Suggested, answered at, triaged as, then: state and severity that judges.
    for (suggested, answered, severity, state, judged_by) in [
        (P2, "01 12:00", P1, ClockState::Met, P1),
        (P2, "01 15:00", P1, ClockState::Met, P2),
        (P2, "01 17:30", P1, ClockState::Breached, P2),
        (P0, "01 12:00", P1, ClockState::Met, P1),
        (P0, "01 16:00", P1, ClockState::Breached, P1),
    ] {
        for triaged_at in [answered, "02 12:00"] {
            let ticket = story(Some(suggested)).message(answered).triage(triaged_at, severity);
            let clock = ticket.clock(FirstResponse, "03 09:00");
            assert_eq!(
                (clock.state, clock.severity),
                (state, judged_by),
                "{suggested} {answered} {severity}"
            );
        }
    }
}

#[test]
fn a_ticket_withdrawn_unanswered_is_neither_met_nor_missed() {
    let withdrawn = Happening::StatusChanged {
        to: Status::Declined,
        by: Hand::Client,
    };
    let ticket = story(Some(P1)).then("01 10:00", withdrawn);
    for kind in [FirstResponse, Mitigation, Resolution] {
        assert_eq!(ticket.state(kind, "09 10:00"), ClockState::Cancelled, "{kind}");
    }
    assert_eq!(ticket.sla("09 10:00").next_deadline_at(), None);
}

#[test]
fn mitigation_and_resolution_are_for_corrective_tickets() {
    for &kind in Kind::ALL {
        let ticket = story(None).then(
            "01 09:30",
            Happening::Triaged {
                severity: P1,
                kind,
                by: Hand::Staff,
            },
        );
        for clock in [Mitigation, Resolution] {
            let applies = ticket.state(clock, "01 10:00") != ClockState::NotApplicable;
            assert_eq!(applies, kind == Kind::Corrective, "{kind} {clock}");
        }
    }
}

#[test]
fn each_status_pauses_resolution_as_the_table_says() {
    let client = |status| paused(PausedBy::Client, status);
    let aside = |status| paused(PausedBy::SetAside, status);
    for &status in Status::ALL {
        let ticket = triaged(P2).status("01 10:00", status);
        let expected = match status {
            Status::NeedsInfo | Status::AwaitingApproval | Status::AwaitingValidation | Status::AwaitingWindow => {
                client(status)
            }
            Status::Backlog => aside(status),
            Status::Quoted | Status::Declined => ClockState::Cancelled,
            Status::Resolved | Status::Closed => ClockState::Met,
            _ => ClockState::Running,
        };
        let clock = ticket.clock(Resolution, "01 12:00");
        assert_eq!(clock.state, expected, "{status}");
        let counted = if expected == ClockState::Running { 180 } else { 60 };
        assert_eq!(clock.elapsed_minutes, counted, "{status}");
        assert_eq!(clock.remaining_minutes, Some(4800 - counted), "{status}");
    }
}

#[test]
fn a_third_party_pauses_only_where_the_contract_says_so() {
    let mut ticket = triaged(P1).status("01 10:00", Status::WaitingThirdParty);
    assert_eq!(ticket.state(Resolution, "01 12:00"), ClockState::Running);
    let mut definition = SlaPolicyDefinition::from(SlaPolicy::default());
    definition.third_party_pauses = true;
    ticket.policy = SlaPolicy::new(definition).unwrap();
    for kind in [Mitigation, Resolution] {
        assert_eq!(
            ticket.state(kind, "01 12:00"),
            paused(PausedBy::ThirdParty, Status::WaitingThirdParty)
        );
    }
    assert_eq!(ticket.state(NextUpdate, "01 12:00"), ClockState::Running);
}

#[test]
fn a_window_pauses_for_the_client_then_for_itself_and_runs_when_it_starts() {
    let ticket = triaged(P1)
        .status("01 10:00", Status::AwaitingWindow)
        .then("01 10:00", Happening::WindowProposed)
        .then(
            "01 12:00",
            Happening::WindowAccepted {
                starts_at: at("02 10:00"),
            },
        );
    let status = Status::AwaitingWindow;
    assert_eq!(ticket.state(Resolution, "01 11:00"), paused(PausedBy::Client, status));
    let agreed = ticket.clock(Resolution, "01 13:00");
    assert_eq!(agreed.state, paused(PausedBy::Window, status));
    // 60 minutes counted before; the other 2340 begin with the window.
    assert_eq!(agreed.due_at, Some(at("08 13:00")));
    let begun = ticket.clock(Resolution, "02 11:00");
    assert_eq!(
        (begun.state, begun.elapsed_minutes, begun.due_at),
        (ClockState::Running, 120, agreed.due_at)
    );
    let moved = ticket.then("01 14:00", Happening::WindowProposed);
    assert_eq!(moved.state(Resolution, "02 11:00"), paused(PausedBy::Client, status));
}

#[test]
fn nothing_breaches_while_paused() {
    // 2340 of 2400 minutes are gone when the question is asked.
    let ticket = triaged(P1).status("05 12:00", Status::NeedsInfo);
    let clock = ticket.clock(Resolution, "26 12:00");
    assert_eq!(
        (clock.state, clock.remaining_minutes),
        (paused(PausedBy::Client, Status::NeedsInfo), Some(60))
    );
    assert_eq!((clock.due_at, clock.breaches_at), (None, None));
    let back = ticket
        .status("26 12:00", Status::Diagnosing)
        .clock(Resolution, "26 12:30");
    assert_eq!(back.due_at, Some(at("26 13:00")));
}

#[test]
fn a_pause_that_begins_when_it_is_due_puts_the_breach_off_to_its_end() {
    let ticket = triaged(P1).status("05 13:00", Status::NeedsInfo);
    let clock = ticket.clock(Resolution, "08 09:30");
    assert_eq!(
        (clock.remaining_minutes, clock.due_at, clock.breaches_at),
        (Some(0), Some(at("05 13:00")), None)
    );
    let back = ticket.status("08 10:00", Status::Diagnosing);
    assert_eq!(back.state(Resolution, "08 10:00"), ClockState::Running);
    assert_eq!(back.clock(Resolution, "08 10:01").breached_at, Some(at("08 10:00")));
    let solved = back.status("08 10:00", Status::Resolved);
    assert_eq!(solved.state(Resolution, "08 11:00"), ClockState::Met);
}

#[test]
fn due_friday_at_closing_a_solution_on_sunday_is_in_time() {
    // P1 of a standard client: 2400 minutes; opened so that they end Friday 18:00.
    let mut ticket = triaged(P1);
    ticket.history.created_at = at("01 14:00");
    ticket.history.happenings[0].at = at("01 14:00");
    let open = ticket.clock(Resolution, "05 18:00");
    assert_eq!(
        (open.due_at, open.breaches_at),
        (Some(at("05 18:00")), Some(at("08 09:00")))
    );
    assert_eq!(
        ticket.state(Resolution, "07 12:00"),
        ClockState::OutsideHours {
            opens_at: at("08 09:00")
        }
    );
    let late = ticket.clock(Resolution, "08 09:01");
    assert_eq!(
        (late.state, late.breached_at),
        (ClockState::Breached, Some(at("08 09:00")))
    );
    let solved = ticket
        .status("07 12:00", Status::Resolved)
        .clock(Resolution, "09 12:00");
    assert_eq!((solved.state, solved.remaining_minutes), (ClockState::Met, Some(0)));
}

#[test]
fn mitigation_is_met_when_recorded_and_at_resolved_at_the_latest() {
    let recorded = triaged(P1).then("01 12:00", Happening::MitigationRecorded);
    assert_eq!(recorded.clock(Mitigation, "02 09:00").met_at, Some(at("01 12:00")));
    assert_eq!(recorded.state(Resolution, "01 12:00"), ClockState::Running);
    let solved = triaged(P1).status("01 15:00", Status::Resolved);
    assert_eq!(solved.clock(Mitigation, "02 09:00").met_at, Some(at("01 15:00")));
    let late = triaged(P1)
        .then("03 12:00", Happening::MitigationRecorded)
        .clock(Mitigation, "04 09:00");
    assert_eq!(
        (late.state, late.met_at, late.breached_at),
        (ClockState::Breached, Some(at("03 12:00")), Some(at("02 16:00")))
    );
}

#[test]
fn time_in_the_backlog_or_behind_a_quote_does_not_count_later() {
    for status in [Status::Backlog, Status::Quoted, Status::Declined] {
        let ticket = triaged(P2)
            .status("01 10:00", status)
            .status("22 10:00", Status::Approved);
        let clock = ticket.clock(Resolution, "22 11:00");
        assert_eq!(
            (clock.state, clock.elapsed_minutes),
            (ClockState::Running, 120),
            "{status}"
        );
    }
}

#[test]
fn a_severity_change_recomputes_from_the_start_with_all_pauses() {
    let ticket = triaged(P2)
        .status("01 10:00", Status::NeedsInfo)
        .status("01 12:00", Status::Diagnosing)
        .severity("01 13:00", P1);
    let clock = ticket.clock(Resolution, "01 14:00");
    assert_eq!((clock.target_minutes, clock.elapsed_minutes), (Some(2400), 180));
    assert_eq!(
        (
            ticket.state(Mitigation, "01 12:30"),
            ticket.state(Mitigation, "01 14:00")
        ),
        (ClockState::NotApplicable, ClockState::Running)
    );
}

#[test]
fn met_stays_met_whatever_the_severity_becomes() {
    let ticket = triaged(P2)
        .status("04 09:00", Status::Resolved)
        .severity("04 12:00", P0);
    let clock = ticket.clock(Resolution, "05 12:00");
    assert_eq!((clock.state, clock.severity), (ClockState::Met, P2));
}

#[test]
fn what_is_past_when_the_severity_rises_is_late_by_reclassification() {
    // 1620 minutes by Thursday 9:00; a P0 has 1440.
    let ticket = triaged(P2).severity("04 09:00", P0);
    let clock = ticket.clock(Resolution, "04 10:00");
    assert_eq!(
        (clock.state, clock.late_since, clock.breached_at),
        (ClockState::LateByReclassification, Some(at("04 09:00")), None)
    );
    let rung = ticket.warnings("12 10:00").crossed;
    assert!(
        rung.iter()
            .all(|warning| warning.key.clock != Resolution && warning.key.clock != Mitigation),
        "{rung:?}"
    );
    let solved = ticket
        .status("04 11:00", Status::Resolved)
        .clock(Resolution, "05 09:00");
    assert_eq!(
        (solved.state, solved.met_at),
        (ClockState::LateByReclassification, Some(at("04 11:00")))
    );
}

#[test]
fn a_breach_already_reached_stays_unless_it_was_misclassified() {
    let ticket = triaged(P0).severity("04 12:00", P2);
    let clock = ticket.clock(Resolution, "05 09:00");
    assert_eq!(
        (clock.state, clock.severity, clock.breached_at),
        (ClockState::Breached, P0, Some(at("03 15:00")))
    );
    let forgiven = ticket.then("04 12:00", Happening::Misclassified);
    let clock = forgiven.clock(Resolution, "05 09:00");
    assert_eq!(
        (clock.state, clock.severity, clock.target_minutes),
        (ClockState::Running, P2, Some(4800))
    );
    let solved_late = triaged(P0)
        .status("04 12:00", Status::Resolved)
        .severity("05 12:00", P2);
    assert_eq!(solved_late.state(Resolution, "08 09:00"), ClockState::Breached);
    let forgiven = solved_late.then("05 12:00", Happening::Misclassified);
    assert_eq!(forgiven.state(Resolution, "08 09:00"), ClockState::Met);
}

#[test]
fn what_was_only_suggested_makes_no_lasting_breach() {
    let ticket = story(Some(P0)).triage("04 09:00", P2);
    assert_eq!(ticket.state(Resolution, "04 08:00"), ClockState::Breached);
    assert_eq!(ticket.state(Resolution, "04 10:00"), ClockState::Running);
    // Past under both: missed, not excused by the triage.
    let both = story(Some(P2)).triage("24 09:00", P1);
    assert_eq!(both.state(Resolution, "24 10:00"), ClockState::Breached);
}

#[test]
fn a_reopened_ticket_has_fresh_clocks_and_keeps_the_first_outcome() {
    for (severity, mitigation_again) in [(P0, true), (P1, true), (P2, false)] {
        let ticket = triaged(severity)
            .status("01 10:00", Status::Resolved)
            .status("03 10:00", Status::Diagnosing);
        assert_eq!(ticket.cycle(Resolution, 1, "03 11:00").state, ClockState::Met);
        let second = ticket.cycle(Resolution, 2, "03 11:00");
        assert_eq!(
            (second.state, second.elapsed_minutes, second.started_at),
            (ClockState::Running, 60, at("03 10:00"))
        );
        assert_eq!(ticket.clock(NextUpdate, "03 11:00").started_at, at("03 10:00"));
        assert_eq!(
            ticket.state(Mitigation, "03 11:00") == ClockState::Running,
            mitigation_again,
            "{severity}"
        );
        assert_eq!(ticket.clock(FirstResponse, "03 11:00").cycle, 1);
    }
}

#[test]
fn on_call_runs_around_the_clock_only_for_its_severity_and_target() {
    let mut ticket = triaged(P0);
    ticket.history.created_at = at("05 17:00");
    ticket.history.happenings[0].at = at("05 17:00");
    let mut definition = SlaPolicyDefinition::from(SlaPolicy::default());
    definition.on_call = vec![OnCall {
        severity: P0,
        clock: Mitigation,
    }];
    ticket.policy = SlaPolicy::new(definition).unwrap();
    let mitigation = ticket.clock(Mitigation, "06 00:00");
    assert_eq!(
        (mitigation.on_call, mitigation.state, mitigation.due_at),
        (true, ClockState::Running, Some(at("06 01:00")))
    );
    let resolution = ticket.clock(Resolution, "06 00:00");
    assert_eq!((resolution.on_call, resolution.elapsed_minutes), (false, 60));
    assert_eq!(
        resolution.state,
        ClockState::OutsideHours {
            opens_at: at("08 09:00")
        }
    );
}
