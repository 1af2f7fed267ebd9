//! Section 7, sentence by sentence: next updates, warnings, explanations, the order of the queue.

use crate::sla_support::*;
use daypack_domain::sla::{
    Audience, ClockKind::*, ClockState, Hand, Happening, PausedBy, QueueRank, Replay, SegmentKind,
};
use daypack_domain::ticket::{Kind, QueueLevel, Severity::*, Status};

#[test]
fn the_next_update_counts_from_the_latest_sign_of_life() {
    for sign in [
        Happening::StaffMessage,
        Happening::EstimateOffered,
        Happening::WindowProposed,
    ] {
        let ticket = triaged(P1).then("01 12:00", sign);
        let met = ticket.cycle(NextUpdate, 1, "01 13:00");
        assert_eq!((met.state, met.elapsed_minutes), (ClockState::Met, 180), "{sign:?}");
        let clock = ticket.clock(NextUpdate, "01 13:00");
        assert_eq!(
            (clock.cycle, clock.elapsed_minutes, clock.due_at),
            (2, 60, Some(at("02 11:00"))),
            "{sign:?}"
        );
    }
}

#[test]
fn no_update_is_owed_before_the_first_response() {
    assert!(story(Some(P1)).sla("01 12:00").current(NextUpdate).is_none());
}

#[test]
fn updates_stop_while_the_client_is_to_act_and_begin_at_zero_on_return() {
    for status in [
        Status::NeedsInfo,
        Status::AwaitingApproval,
        Status::AwaitingValidation,
        Status::AwaitingWindow,
    ] {
        let stopped = triaged(P1).status("01 12:00", status);
        assert!(!stopped.clock(NextUpdate, "09 12:00").is_open(), "{status}");
        let back = stopped.status("09 12:00", Status::Fixing).clock(NextUpdate, "09 13:00");
        assert_eq!(
            (back.state, back.elapsed_minutes),
            (ClockState::Running, 60),
            "{status}"
        );
    }
    let third = triaged(P1).status("01 12:00", Status::WaitingThirdParty);
    assert_eq!(third.clock(NextUpdate, "01 13:00").elapsed_minutes, 240);
}

#[test]
fn the_question_that_stops_the_updates_is_one_in_either_order() {
    let asked_first = triaged(P1).message("01 12:00").status("01 12:00", Status::NeedsInfo);
    let asked_after = triaged(P1).status("01 12:00", Status::NeedsInfo).message("01 12:00");
    assert_eq!(asked_first.sla("01 13:00"), asked_after.sla("01 13:00"));
    assert_eq!(asked_first.state(NextUpdate, "01 13:00"), ClockState::Met);
}

#[test]
fn updates_end_when_it_is_solved_and_a_late_one_is_missed() {
    let solved = triaged(P1).status("01 12:00", Status::Resolved);
    assert_eq!(solved.state(NextUpdate, "09 12:00"), ClockState::Met);
    let late = triaged(P1).message("02 12:00").cycle(NextUpdate, 1, "02 12:00");
    assert_eq!(
        (late.state, late.breached_at),
        (ClockState::Breached, Some(at("01 17:00")))
    );
}

#[test]
fn warnings_rise_to_assignee_lead_and_admin_at_computed_instants() {
    let ticket = story(Some(P1));
    let response = |now| {
        let warnings = ticket
            .warnings(now)
            .crossed
            .into_iter()
            .filter(|warning| warning.key.clock == FirstResponse);
        warnings
            .map(|warning| (warning.key.percent, warning.at, warning.audience))
            .collect::<Vec<_>>()
    };
    assert_eq!(response("01 10:59"), []);
    let all = [
        (50, at("01 11:00"), Audience::Assignee),
        (75, at("01 12:00"), Audience::Lead),
        (90, at("01 12:36"), Audience::Admin),
        (100, at("01 13:00"), Audience::Admin),
    ];
    assert_eq!(response("01 11:00"), all[..1]);
    // At the target itself it is still in time.
    assert_eq!(response("01 13:00"), all[..3]);
    assert_eq!(response("01 17:00"), all);
}

#[test]
fn the_next_warning_is_named_and_looking_then_finds_it() {
    let ticket = triaged(P2);
    let mut now = at("01 09:00");
    let open = office();
    let mut found = 0;
    while let Some(next) = Replay::new(&ticket.history, &ticket.policy, &open, now)
        .warnings()
        .unwrap()
        .next_at
    {
        let crossed = Replay::new(&ticket.history, &ticket.policy, &open, next)
            .warnings()
            .unwrap()
            .crossed
            .len();
        assert!(next > now && crossed > found, "{next}");
        (now, found) = (next, crossed);
    }
    // Next update and resolution, four each.
    assert_eq!(found, 8);
}

#[test]
fn paused_clocks_do_not_warn() {
    let ticket = triaged(P1).status("01 10:00", Status::NeedsInfo);
    let warnings = ticket.warnings("26 10:00");
    assert_eq!((warnings.crossed.len(), warnings.next_at), (0, None));
}

#[test]
fn why_this_deadline() {
    let ticket = triaged(P2)
        .status("01 17:00", Status::NeedsInfo)
        .status("02 10:00", Status::Diagnosing);
    let open = office();
    let explained = Replay::new(&ticket.history, &ticket.policy, &open, at("03 10:00"))
        .explain()
        .unwrap();
    let resolution = explained
        .iter()
        .find(|explained| explained.clock.kind == Resolution)
        .unwrap();
    let segments: Vec<_> = resolution
        .segments
        .iter()
        .map(|s| (s.from, s.until, s.kind, s.counted_minutes))
        .collect();
    let question = SegmentKind::Paused {
        by: PausedBy::Client,
        why: Status::NeedsInfo,
    };
    assert_eq!(
        segments,
        [
            (at("01 09:00"), at("01 17:00"), SegmentKind::Running, 480),
            (at("01 17:00"), at("02 10:00"), question, 0),
            (at("02 10:00"), at("02 18:00"), SegmentKind::Running, 480),
            (at("02 18:00"), at("03 09:00"), SegmentKind::Closed, 0),
            (at("03 09:00"), at("03 10:00"), SegmentKind::Running, 60),
        ]
    );
    assert_eq!(resolution.clock.elapsed_minutes, 1020);
}

#[test]
fn the_queue_puts_open_p0_then_breached_then_deadlines_and_paused_last() {
    let now = "03 12:00";
    let mut fast = triaged(P1);
    fast.history.queue_level = QueueLevel::FastTrack;
    let evolution = |level, created: &str| {
        let mut ticket = story(None);
        ticket.history.created_at = at(created);
        ticket.history.queue_level = level;
        ticket.then(
            "02 09:00",
            Happening::Triaged {
                severity: P3,
                kind: Kind::Evolutionary,
                by: Hand::Staff,
            },
        )
    };
    let ordered = [
        ("P0", triaged(P0).message("03 11:00")),
        ("breached", triaged(P1)),
        (
            "due today",
            triaged(P1)
                .message("03 11:00")
                .then("03 11:00", Happening::MitigationRecorded),
        ),
        ("due later", triaged(P2).message("03 11:00")),
        ("no deadline, fast", evolution(QueueLevel::FastTrack, "02 09:00")),
        ("no deadline, old", evolution(QueueLevel::Standard, "01 09:00")),
        ("no deadline", evolution(QueueLevel::Standard, "01 10:00")),
        (
            "paused P0",
            triaged(P0)
                .message("01 10:00")
                .status("01 10:00", Status::AwaitingApproval),
        ),
        ("paused", triaged(P2).status("01 10:00", Status::Backlog)),
        ("done", triaged(P0).status("01 10:00", Status::Resolved)),
    ];
    let keys: Vec<_> = ordered
        .iter()
        .map(|(name, ticket)| (ticket.sla(now).queue.key(at(now)), *name))
        .collect();
    for pair in keys.windows(2) {
        assert!(pair[0].0 < pair[1].0, "{:?} before {:?}", pair[0], pair[1]);
    }
    assert_eq!(keys[1].0.rank, QueueRank::Breached);
    assert_eq!(keys[7].0.rank, QueueRank::Paused);
}

#[test]
fn a_ticket_comes_back_into_the_queue_when_its_window_starts() {
    let ticket = triaged(P2).status("01 10:00", Status::AwaitingWindow).then(
        "01 10:00",
        Happening::WindowAccepted {
            starts_at: at("03 10:00"),
        },
    );
    let stored = ticket.sla("01 11:00").queue;
    assert_eq!(stored.key(at("03 09:59")).rank, QueueRank::Paused);
    assert_eq!(stored.key(at("03 10:00")).rank, QueueRank::Open);
}
