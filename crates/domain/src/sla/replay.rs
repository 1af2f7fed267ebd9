//! The replay: from a history to its clocks.

use super::clock::{Clock, ClockState, Sla};
use super::course::Course;
use super::history::TicketHistory;
use super::judge::{Case, Judge, Verdict};
use super::policy::{ClockKind, SlaPolicy};
use super::queue::QueueEntry;
use super::timeline::{Ending, Timeline};
use crate::calendar::{OpenIntervals, OutsideIntervals};
use crate::ticket::{Severity, Status};
use crate::time::Instant;

/// A ticket's history, read up to an instant and ready to be judged. What happened later is not looked at.
///
/// Its answers fail only with [`OutsideIntervals`], when the open intervals do not reach far enough.
#[derive(Debug, Clone)]
pub struct Replay<'a> {
    history: &'a TicketHistory,
    policy: &'a SlaPolicy,
    open: &'a OpenIntervals,
    now: Instant,
    timeline: Timeline,
}

/// A clock of the timeline, before it is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Track<'a> {
    pub case: Case<'a>,
    pub ending: Option<Ending>,
}

impl<'a> Replay<'a> {
    /// Reads a history up to `now`, under a policy and over the open intervals of a calendar.
    #[must_use]
    pub fn new(history: &'a TicketHistory, policy: &'a SlaPolicy, open: &'a OpenIntervals, now: Instant) -> Self {
        let timeline = Timeline::read(history, policy.third_party_pauses(), now);
        Self {
            history,
            policy,
            open,
            now,
            timeline,
        }
    }

    /// All clocks, and the place in the queue.
    pub fn sla(&self) -> Result<Sla, OutsideIntervals> {
        let mut clocks: Vec<Clock> = Vec::with_capacity(self.timeline.updates.len() + 2 * self.timeline.work.len() + 1);
        self.for_each_track(|track| {
            let clock = self.clock(track, self.judge().verdict(track.case)?)?;
            // Of cycles that do not apply, the last one is enough.
            let superseded = |last: &mut Clock| last.kind == clock.kind && last.state == ClockState::NotApplicable;
            if clocks.last_mut().is_some_and(superseded) {
                clocks.pop();
            }
            clocks.push(clock);
            Ok(())
        })?;
        let mut queue = self.queue_without_clocks();
        clocks.iter().for_each(|clock| add_to_queue(&mut queue, clock));
        Ok(Sla { clocks, queue })
    }

    pub(super) fn now(&self) -> Instant {
        self.now
    }

    pub(super) fn policy(&self) -> &SlaPolicy {
        self.policy
    }

    pub(super) fn judge(&self) -> Judge<'_> {
        Judge {
            policy: self.policy,
            level: self.history.queue_level,
            business: self.open,
            timeline: &self.timeline,
            now: self.now,
        }
    }

    /// Every clock of the ticket, by kind and cycle.
    pub(super) fn for_each_track<'s>(
        &'s self,
        mut each: impl FnMut(Track<'s>) -> Result<(), OutsideIntervals>,
    ) -> Result<(), OutsideIntervals> {
        let timeline = &self.timeline;
        let mut visit = |kind, cycle: usize, start, ending: Option<Ending>, stretches| {
            let course = Course {
                start,
                end: ending.map(Ending::at),
                stretches,
            };
            let cycle = u32::try_from(cycle).unwrap_or(u32::MAX).saturating_add(1);
            each(Track {
                case: Case { kind, cycle, course },
                ending,
            })
        };
        visit(
            ClockKind::FirstResponse,
            0,
            timeline.created_at,
            timeline.first_response,
            &[],
        )?;
        for (cycle, update) in timeline.updates.iter().enumerate() {
            visit(ClockKind::NextUpdate, cycle, update.from, update.ending, &[])?;
        }
        for (cycle, work) in timeline.work.iter().enumerate() {
            visit(
                ClockKind::Mitigation,
                cycle,
                work.from,
                work.mitigation_ending(),
                &timeline.stretches,
            )?;
        }
        for (cycle, work) in timeline.work.iter().enumerate() {
            visit(
                ClockKind::Resolution,
                cycle,
                work.from,
                work.ending,
                &timeline.stretches,
            )?;
        }
        Ok(())
    }

    pub(super) fn clock(&self, track: Track<'_>, verdict: Verdict<'_>) -> Result<Clock, OutsideIntervals> {
        let Track {
            case: Case { kind, cycle, course },
            ending,
        } = track;
        let Verdict {
            limit,
            breached_at,
            late_since,
        } = verdict;
        let mut clock = Clock {
            kind,
            cycle,
            severity: limit.severity,
            on_call: limit.on_call,
            started_at: course.start,
            ended_at: course.end,
            met_at: ending.and_then(|ending| matches!(ending, Ending::Met(_)).then(|| ending.at())),
            state: ClockState::NotApplicable,
            target_minutes: limit.target.map(|target| target.num_minutes()),
            elapsed_minutes: 0,
            remaining_minutes: None,
            due_at: None,
            breaches_at: None,
            breached_at,
            late_since,
        };
        let Some(target) = limit.target else { return Ok(clock) };
        clock.elapsed_minutes = course.elapsed(limit.open, self.judge().until(course))?.num_minutes();
        clock.remaining_minutes = Some(target.num_minutes() - clock.elapsed_minutes);
        clock.due_at = course.reach(limit.open, target)?;
        clock.breaches_at = match (breached_at, ending, late_since) {
            (None, None, None) => course.last_with(limit.open, target)?,
            _ => breached_at,
        };
        clock.state = match ending {
            Some(Ending::Cancelled(_)) => ClockState::Cancelled,
            _ if breached_at.is_some() => ClockState::Breached,
            _ if late_since.is_some() => ClockState::LateByReclassification,
            Some(Ending::Met(_)) => ClockState::Met,
            None => self.open_state(course, limit.open)?,
        };
        Ok(clock)
    }

    fn open_state(&self, course: Course<'_>, open: &OpenIntervals) -> Result<ClockState, OutsideIntervals> {
        if let Some((by, why)) = course.pause_at(self.now) {
            return Ok(ClockState::Paused { by, why });
        }
        let opens_at = open.next_opening(self.now)?;
        Ok(if opens_at > self.now {
            ClockState::OutsideHours { opens_at }
        } else {
            ClockState::Running
        })
    }

    /// Only what is stored for the queue: judges no clock that has ended, and keeps none.
    pub fn queue(&self) -> Result<QueueEntry, OutsideIntervals> {
        let mut entry = self.queue_without_clocks();
        self.for_each_track(|track| {
            if track.ending.is_none() {
                add_to_queue(&mut entry, &self.clock(track, self.judge().verdict(track.case)?)?);
            }
            Ok(())
        })?;
        Ok(entry)
    }

    fn queue_without_clocks(&self) -> QueueEntry {
        let timeline = &self.timeline;
        QueueEntry {
            waits_for_work: !matches!(timeline.status, Status::Resolved | Status::Closed | Status::Declined),
            severity: timeline.stages.last().map_or(Severity::P2, |stage| stage.severity),
            queue_level: self.history.queue_level,
            created_at: self.history.created_at,
            next_deadline_at: None,
            late_from: None,
            runs_from: timeline
                .stretches
                .last()
                .filter(|last| last.pause.is_none())
                .map(|last| last.from),
        }
    }
}

/// What a clock that can still be met means for the place in the queue.
fn add_to_queue(entry: &mut QueueEntry, clock: &Clock) {
    if !clock.is_open() {
        return;
    }
    let earliest = |one: Option<Instant>, other: Option<Instant>| [one, other].into_iter().flatten().min();
    entry.next_deadline_at = earliest(entry.next_deadline_at, clock.due_at);
    entry.late_from = earliest(entry.late_from, clock.breaches_at.or(clock.late_since));
    // These two never pause, whatever the status says of the others.
    if matches!(clock.kind, ClockKind::FirstResponse | ClockKind::NextUpdate) {
        entry.runs_from = earliest(entry.runs_from, Some(clock.started_at));
    }
}
