//! Section 7, the replay: what holds for every history, and resolution against a model that looks at every minute.

use crate::sla_support::{at, office};
use chrono::{Datelike, TimeDelta, Timelike};
use daypack_domain::Instant;
use daypack_domain::calendar::OpenIntervals;
use daypack_domain::sla::{
    Clock, ClockKind, ClockState, Dated, Explained, Hand, Happening, OnCall, Replay, SegmentKind, SlaPolicy,
    SlaPolicyDefinition, TicketHistory,
};
use daypack_domain::ticket::{Kind, QueueLevel, Severity, Status};
use proptest::prelude::*;

fn hands() -> impl Strategy<Value = Hand> {
    prop::sample::select(Hand::ALL)
}

fn severities() -> impl Strategy<Value = Severity> {
    prop::sample::select(Severity::ALL)
}

/// Mostly corrective, because the others have few clocks.
fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![4 => Just(Kind::Corrective), 1 => prop::sample::select(Kind::ALL)]
}

fn happenings() -> impl Strategy<Value = Happening> {
    prop_oneof![
        2 => (severities(), kinds(), hands()).prop_map(|(severity, kind, by)| Happening::Triaged { severity, kind, by }),
        2 => severities().prop_map(|severity| Happening::SeverityChanged { severity }),
        1 => kinds().prop_map(|kind| Happening::KindChanged { kind }),
        1 => Just(Happening::Misclassified),
        3 => Just(Happening::StaffMessage),
        1 => Just(Happening::EstimateOffered),
        1 => Just(Happening::WindowProposed),
        2 => (0_i64..20 * 1440).prop_map(|minutes| Happening::WindowAccepted { starts_at: start() + TimeDelta::minutes(minutes) }),
        8 => (prop::sample::select(Status::ALL), hands()).prop_map(|(to, by)| Happening::StatusChanged { to, by }),
        1 => Just(Happening::MitigationRecorded),
    ]
}

fn start() -> Instant {
    at("01 08:00")
}

fn policies(on_call: bool) -> impl Strategy<Value = SlaPolicy> {
    let covered = (severities(), prop::sample::select(ClockKind::ALL));
    (
        prop::collection::vec(covered, 0..if on_call { 6 } else { 1 }),
        any::<bool>(),
    )
        .prop_map(|(covered, third_party)| {
            let mut definition = SlaPolicyDefinition::from(SlaPolicy::default());
            definition.on_call = covered
                .into_iter()
                .map(|(severity, clock)| OnCall { severity, clock })
                .collect();
            definition.third_party_pauses = third_party;
            SlaPolicy::new(definition).unwrap()
        })
}

/// A history of about three weeks, in any order the workflow might or might not allow.
fn histories() -> impl Strategy<Value = TicketHistory> {
    let steps = prop::collection::vec(
        (prop_oneof![1 => Just(0_i64), 6 => 0_i64..3 * 1440], happenings()),
        0..14,
    );
    let suggested = (prop::option::of(severities()), prop::option::of(kinds()));
    (
        hands(),
        suggested,
        prop::sample::select(QueueLevel::ALL),
        0_i64..2000,
        steps,
    )
        .prop_map(
            |(created_by, (suggested_severity, suggested_kind), queue_level, after, steps)| {
                let created_at = start() + TimeDelta::minutes(after);
                let mut happened_at = created_at;
                let happenings = steps.into_iter().map(|(gap, happening)| {
                    happened_at += TimeDelta::minutes(gap);
                    Dated {
                        at: happened_at,
                        happening,
                    }
                });
                let happenings = happenings.collect();
                TicketHistory {
                    created_at,
                    created_by,
                    suggested_severity,
                    suggested_kind,
                    queue_level,
                    happenings,
                }
            },
        )
}

/// Up to seven weeks after creation.
fn later(history: &TicketHistory, minutes: i64) -> Instant {
    history.created_at + TimeDelta::minutes(minutes)
}

fn counts_at(explained: &Explained, at: Instant) -> bool {
    explained
        .segments
        .iter()
        .any(|s| s.kind == SegmentKind::Running && s.from <= at && at < s.until)
}

fn is_late(clock: &Clock) -> bool {
    clock.remaining_minutes.is_some_and(|remaining| remaining < 0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn elapsed_and_remaining_make_the_target_and_segments_add_up(
        history in histories(), policy in policies(true), minutes in 0_i64..50 * 1440,
    ) {
        let (open, now) = (office(), later(&history, minutes));
        let replay = Replay::new(&history, &policy, &open, now);
        let explained = replay.explain().unwrap();
        let clocks: Vec<_> = explained.iter().map(|explained| explained.clock.clone()).collect();
        prop_assert_eq!(&clocks, &replay.sla().unwrap().clocks);
        for Explained { clock, segments } in &explained {
            let Some(target) = clock.target_minutes else {
                prop_assert_eq!(clock.state, ClockState::NotApplicable);
                prop_assert!(segments.is_empty());
                continue;
            };
            prop_assert_eq!(clock.remaining_minutes, Some(target - clock.elapsed_minutes));
            let counted: i64 = segments.iter().map(|segment| segment.counted_minutes).sum();
            prop_assert_eq!(counted, clock.elapsed_minutes);
            let end = clock.ended_at.unwrap_or(now).max(clock.started_at);
            let mut covered_until = clock.started_at;
            for segment in segments {
                prop_assert_eq!(segment.from, covered_until);
                prop_assert!(segment.from < segment.until);
                if segment.kind != SegmentKind::Running {
                    prop_assert_eq!(segment.counted_minutes, 0);
                }
                covered_until = segment.until;
            }
            prop_assert_eq!(covered_until, end);
        }
    }

    #[test]
    fn nothing_breaches_while_paused_or_closed(
        history in histories(), policy in policies(false), minutes in 0_i64..50 * 1440,
    ) {
        let (open, now) = (office(), later(&history, minutes));
        for explained in Replay::new(&history, &policy, &open, now).explain().unwrap() {
            let clock = &explained.clock;
            if let Some(breached_at) = clock.breached_at {
                prop_assert!(breached_at < clock.ended_at.unwrap_or(now));
                prop_assert!(counts_at(&explained, breached_at), "{:?}", explained);
            }
            match clock.state {
                ClockState::Breached => prop_assert!(clock.breached_at.is_some()),
                ClockState::LateByReclassification => prop_assert!(clock.late_since.is_some() && clock.breached_at.is_none()),
                ClockState::Cancelled => {}
                _ => prop_assert!(clock.breached_at.is_none() && !is_late(clock), "{:?}", clock),
            }
        }
    }

    #[test]
    fn what_is_stored_for_the_queue_does_not_change_by_time_passing(
        history in histories(), policy in policies(true), after in 0_i64..30 * 1440,
    ) {
        let open = office();
        let last = history.happenings.last().map_or(history.created_at, |dated| dated.at);
        let stored = Replay::new(&history, &policy, &open, last).sla().unwrap();
        let later = last + TimeDelta::minutes(after);
        let replayed = Replay::new(&history, &policy, &open, later).sla().unwrap();
        prop_assert_eq!(stored.queue, replayed.queue);
        prop_assert_eq!(Ok(stored.queue), Replay::new(&history, &policy, &open, later).queue());
        let nearest = replayed.clocks.iter().filter(|clock| clock.is_open()).filter_map(|clock| clock.due_at).min();
        prop_assert_eq!(stored.next_deadline_at(), nearest);
        let late = |clock: &Clock| matches!(clock.state, ClockState::Breached | ClockState::LateByReclassification);
        let late_now = replayed.clocks.iter().any(|clock| clock.is_open() && late(clock) && clock.late_since != Some(later));
        prop_assert_eq!(stored.queue.late_from.is_some_and(|from| later > from), late_now);
    }

    #[test]
    fn looking_in_between_changes_nothing(
        history in histories(), policy in policies(true), mut looks in prop::collection::vec(0_i64..40 * 1440, 1..6),
    ) {
        let open = office();
        looks.sort_unstable();
        let mut before: Vec<daypack_domain::sla::Warning> = Vec::new();
        for look in looks {
            let now = later(&history, look);
            // What had not happened yet is not looked at.
            let mut known = history.clone();
            known.happenings.retain(|dated| dated.at <= now);
            let replay = Replay::new(&history, &policy, &open, now);
            prop_assert_eq!(replay.sla(), Replay::new(&known, &policy, &open, now).sla());
            let warnings = replay.warnings().unwrap();
            for warning in &before {
                prop_assert!(warnings.crossed.contains(warning), "{:?} is gone at {}", warning, now);
            }
            prop_assert!(warnings.crossed.iter().all(|warning| warning.at <= now));
            prop_assert!(warnings.next_at.is_none_or(|next| next > now));
            let mut keys: Vec<_> = warnings.crossed.iter().map(|warning| warning.key).collect();
            keys.sort_unstable();
            keys.dedup();
            prop_assert_eq!(keys.len(), warnings.crossed.len());
            before = warnings.crossed;
        }
    }

    #[test]
    fn resolution_is_what_counting_every_minute_gives(
        statuses in prop::collection::vec((1_i64..3 * 1440, prop::sample::select(working())), 0..8),
        severity in prop::sample::select(&[Severity::P0, Severity::P1, Severity::P2][..]),
        third_party_pauses in any::<bool>(),
        minutes in 0_i64..30 * 1440,
    ) {
        let mut definition = SlaPolicyDefinition::from(SlaPolicy::default());
        definition.third_party_pauses = third_party_pauses;
        let policy = SlaPolicy::new(definition).unwrap();
        let mut happened_at = start();
        let mut happenings = vec![Dated { at: start(), happening: Happening::Triaged { severity, kind: Kind::Corrective, by: Hand::Staff } }];
        for (gap, to) in &statuses {
            happened_at += TimeDelta::minutes(*gap);
            happenings.push(Dated { at: happened_at, happening: Happening::StatusChanged { to: *to, by: Hand::Staff } });
        }
        let history = TicketHistory {
            created_at: start(),
            created_by: Hand::Client,
            suggested_severity: Some(severity),
            suggested_kind: None,
            queue_level: QueueLevel::Standard,
            happenings,
        };
        let target = policy.target_minutes(QueueLevel::Standard, severity, ClockKind::Resolution).unwrap();
        let (mut counted, mut breached_at, mut status) = (0, None, Status::Submitted);
        let mut upcoming = history.happenings.iter().peekable();
        for minute in 0..minutes {
            let instant = start() + TimeDelta::minutes(minute);
            while let Some(dated) = upcoming.next_if(|dated| dated.at <= instant) {
                if let Happening::StatusChanged { to, .. } = dated.happening {
                    status = to;
                }
            }
            if opens(instant) && runs(status, third_party_pauses) {
                if counted == target && breached_at.is_none() {
                    breached_at = Some(instant);
                }
                counted += 1;
            }
        }
        let open = office();
        let now = start() + TimeDelta::minutes(minutes);
        let sla = Replay::new(&history, &policy, &open, now).sla().unwrap();
        let clock = sla.current(ClockKind::Resolution).unwrap();
        prop_assert_eq!(clock.elapsed_minutes, counted);
        prop_assert_eq!(clock.breached_at, breached_at);
    }
}

/// Statuses that neither solve nor cancel.
fn working() -> &'static [Status] {
    &[
        Status::NeedsInfo,
        Status::Estimating,
        Status::AwaitingApproval,
        Status::Approved,
        Status::Diagnosing,
        Status::Fixing,
        Status::AwaitingValidation,
        Status::AwaitingWindow,
        Status::WaitingThirdParty,
        Status::Backlog,
    ]
}

fn runs(status: Status, third_party_pauses: bool) -> bool {
    match status {
        Status::Submitted | Status::Estimating | Status::Approved | Status::Diagnosing | Status::Fixing => true,
        Status::WaitingThirdParty => !third_party_pauses,
        _ => false,
    }
}

fn opens(at: Instant) -> bool {
    at.weekday().num_days_from_monday() < 5 && (9..18).contains(&at.hour())
}

#[test]
fn a_clock_beyond_the_intervals_at_hand_says_so() {
    let open = OpenIntervals::new(at("01 00:00"), at("02 00:00"), &[(at("01 09:00"), at("01 18:00"))]).unwrap();
    let story = crate::sla_support::story(Some(Severity::P3));
    let replay = Replay::new(&story.history, &story.policy, &open, at("01 12:00"));
    assert!(replay.sla().is_err());
}
