//! Clocks, as lists and the ticket show them.

use chrono::TimeDelta;
use daypack_api_types::sla::{
    Clock, ClockState, ClockSummary, OpenInterval, Segment, SegmentState, Sla, SlaSummary, SlaTarget, SlaTargets,
};
use daypack_domain::{
    Instant,
    calendar::{LazyIntervals, OpenIntervals, OutsideIntervals},
    sla::{self, ClockKind, Explained, PausedBy, SegmentKind, SlaPolicy},
    ticket::{QueueLevel, Severity, Status},
};
use daypack_store::{
    Conn,
    tickets::{StoredClock, StoredSla, Ticket, Work},
};

use crate::{
    context::Context,
    error::Failure,
    flows::tickets::clocks::{Played, Standing, remaining_minutes},
};

/// What a policy promises to tickets at this place in the queue.
#[must_use]
pub fn targets(policy: &SlaPolicy, queue_level: QueueLevel) -> SlaTargets {
    let all = Severity::ALL
        .iter()
        .flat_map(|severity| ClockKind::ALL.iter().map(|clock| (*severity, *clock)));
    let target = |(severity, clock)| {
        let target_minutes = policy.target_minutes(queue_level, severity, clock)?;
        Some(SlaTarget {
            severity,
            clock,
            target_minutes,
            on_call: policy.is_on_call(severity, clock),
        })
    };
    SlaTargets {
        queue_level,
        targets: all.filter_map(target).collect(),
    }
}

/// The clock that matters at `now`, from what is stored with the ticket: the nearest deadline, else the paused clock
/// that is closest to its target.
///
/// # Errors
/// The answer lies beyond what the calendar can tell.
pub fn summary(stored: &StoredSla, intervals: &mut LazyIntervals, now: Instant) -> Result<SlaSummary, Failure> {
    intervals
        .compute(|open| summary_over(stored, open, now))
        .map_err(Failure::internal)
}

fn summary_over(stored: &StoredSla, open: &OpenIntervals, now: Instant) -> Result<SlaSummary, OutsideIntervals> {
    let nearest = stored
        .open
        .iter()
        .filter(|clock| clock.due_at.is_some())
        .min_by_key(|clock| clock.due_at);
    let paused = || stored.open.iter().min_by_key(|clock| clock.remaining_minutes);
    let next = match nearest.or_else(paused) {
        Some(clock) => Some(clock_summary(clock, open, now)?),
        None => None,
    };
    let late = |clock: &StoredClock| clock.breaches_at.is_some_and(|last| now > last);
    Ok(SlaSummary {
        next,
        breached: stored.missed || stored.open.iter().any(late),
    })
}

fn clock_summary(clock: &StoredClock, open: &OpenIntervals, now: Instant) -> Result<ClockSummary, OutsideIntervals> {
    let (state, paused_by) = match Standing::of(clock, open, now)? {
        Standing::Running => (ClockState::Running, None),
        Standing::OutsideHours => (ClockState::OutsideHours, None),
        Standing::Paused(by) => (ClockState::Paused, Some(by)),
        Standing::Breached => (ClockState::Breached, None),
        Standing::Late => (ClockState::LateByReclassification, None),
    };
    Ok(ClockSummary {
        clock: clock.kind,
        state,
        paused_by,
        due_at: clock.due_at,
        breaches_at: clock.breaches_at,
        remaining_minutes: remaining_minutes(clock, open, now)?,
        target_minutes: clock.target_minutes,
    })
}

/// How far around now the open intervals are sent.
const INTERVAL_DAYS: i64 = 28;

/// Every clock of a ticket, explained, with the open intervals of the weeks around.
///
/// # Errors
/// The database; the answer lies beyond what the calendar can tell.
pub fn explained(conn: &mut Conn, context: &Context, ticket: &Ticket, work: &Work) -> Result<Sla, Failure> {
    let now = context.now;
    let mut played = Played::load(conn, &context.versions, ticket, work, now)?;
    // What is closed keeps its outcome; its segments still say where the time went.
    let clocks = played.explain(now)?.into_iter().map(clock).collect();
    let calendar = played.intervals.calendar();
    let around = calendar.expand(
        now - TimeDelta::days(INTERVAL_DAYS),
        now + TimeDelta::days(INTERVAL_DAYS),
    );
    let intervals = || around.intervals().map(|(from, to)| OpenInterval { from, to }).collect();
    Ok(Sla {
        now,
        clocks,
        open_intervals: if around.is_always_open() {
            None
        } else {
            Some(intervals())
        },
        time_zone: calendar.zone_name().to_owned(),
    })
}

fn clock(explained: Explained) -> Clock {
    let clock = explained.clock;
    let (state, paused_by) = state(clock.state);
    Clock {
        clock: clock.kind,
        cycle: i64::from(clock.cycle),
        target_minutes: clock.target_minutes,
        elapsed_minutes: clock.elapsed_minutes,
        remaining_minutes: clock.remaining_minutes,
        state,
        paused_by,
        started_at: clock.started_at,
        ended_at: clock.ended_at,
        due_at: clock.due_at,
        breached_at: clock.breached_at,
        met_at: clock.met_at,
        around_the_clock: clock.on_call,
        segments: explained.segments.into_iter().map(segment).collect(),
    }
}

fn state(state: sla::ClockState) -> (ClockState, Option<PausedBy>) {
    match state {
        sla::ClockState::Running => (ClockState::Running, None),
        sla::ClockState::OutsideHours { .. } => (ClockState::OutsideHours, None),
        sla::ClockState::Paused { by, .. } => (ClockState::Paused, Some(by)),
        sla::ClockState::Met => (ClockState::Met, None),
        sla::ClockState::Breached => (ClockState::Breached, None),
        sla::ClockState::LateByReclassification => (ClockState::LateByReclassification, None),
        sla::ClockState::Cancelled => (ClockState::Cancelled, None),
        sla::ClockState::NotApplicable => (ClockState::NotApplicable, None),
    }
}

fn segment(segment: sla::Segment) -> Segment {
    let (state, paused_by, paused_in): (_, _, Option<Status>) = match segment.kind {
        SegmentKind::Running => (SegmentState::Running, None, None),
        SegmentKind::Closed => (SegmentState::Closed, None, None),
        SegmentKind::Paused { by, why } => (SegmentState::Paused, Some(by), Some(why)),
    };
    Segment {
        from: segment.from,
        to: segment.until,
        state,
        paused_by,
        paused_in,
        minutes: segment.counted_minutes,
    }
}
