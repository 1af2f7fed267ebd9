//! Which severity a clock is judged by, and whether it is late (section 7).

use super::course::Course;
use super::policy::{ClockKind, SlaPolicy};
use super::timeline::{Stage, Timeline};
use crate::calendar::{OpenIntervals, OutsideIntervals};
use crate::ticket::{Kind, QueueLevel, Severity};
use crate::time::Instant;
use chrono::TimeDelta;

static ALWAYS_OPEN: OpenIntervals = OpenIntervals::always();

/// How much time a clock has, and which time counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit<'a> {
    pub severity: Severity,
    pub on_call: bool,
    pub open: &'a OpenIntervals,
    /// `None`: the clock does not apply.
    pub target: Option<TimeDelta>,
}

/// What came of a clock by now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Verdict<'a> {
    pub limit: Limit<'a>,
    pub breached_at: Option<Instant>,
    pub late_since: Option<Instant>,
}

/// One stage as a clock went through it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passage<'a> {
    pub limit: Limit<'a>,
    /// When the stage came into force for this clock; `None` for the one it started in.
    pub entered: Option<Instant>,
    /// When the next one did, or how far the clock has come.
    pub until: Instant,
    /// Where the target was passed during this stage, or before it and not under a stage that stays.
    pub breached_at: Option<Instant>,
    /// Past the target when it came into force, and not before.
    pub late_since: Option<Instant>,
}

/// A clock to be judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case<'a> {
    pub kind: ClockKind,
    pub cycle: u32,
    pub course: Course<'a>,
}

/// By what clocks are judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'a> {
    pub policy: &'a SlaPolicy,
    pub level: QueueLevel,
    pub business: &'a OpenIntervals,
    pub timeline: &'a Timeline,
    pub now: Instant,
}

impl<'a> Judge<'a> {
    /// How far a clock has come: its end, or now.
    pub fn until(self, course: Course<'_>) -> Instant {
        course.end.unwrap_or(self.now).max(course.start)
    }

    fn limit(self, case: Case<'_>, stage: Stage) -> Limit<'a> {
        let Stage { severity, kind, .. } = stage;
        let applies = match case.kind {
            ClockKind::FirstResponse | ClockKind::NextUpdate => true,
            ClockKind::Resolution => kind == Kind::Corrective,
            // After a reopening only what blocks is to be contained again.
            ClockKind::Mitigation => kind == Kind::Corrective && (case.cycle == 1 || severity <= Severity::P1),
        };
        let on_call = self.policy.is_on_call(severity, case.kind);
        Limit {
            severity,
            on_call,
            open: if on_call { &ALWAYS_OPEN } else { self.business },
            target: applies
                .then(|| self.policy.target(self.level, severity, case.kind))
                .flatten(),
        }
    }

    /// Judges a clock at `now`.
    pub fn verdict(self, case: Case<'_>) -> Result<Verdict<'a>, OutsideIntervals> {
        if case.kind == ClockKind::FirstResponse {
            return self.first_response(case);
        }
        let mut verdict = None;
        self.passages(case, |passage| {
            verdict = Some(Verdict {
                limit: passage.limit,
                breached_at: passage.breached_at,
                late_since: passage.late_since,
            });
            Ok(())
        })?;
        let started_in = self.timeline.stages[self.timeline.stage_at(case.course.start)];
        Ok(verdict.unwrap_or(Verdict {
            limit: self.limit(case, started_in),
            breached_at: None,
            late_since: None,
        }))
    }

    /// Takes a clock through the stages of severity it lived in, recomputing it from the start in each: a breach stays
    /// from then on, unless the severity was only suggested or was recorded as a mistake; a target that is past when
    /// its severity comes into force makes it late, not missed. Ends with the stage that decides.
    pub fn passages(
        self,
        case: Case<'_>,
        mut each: impl FnMut(Passage<'a>) -> Result<(), OutsideIntervals>,
    ) -> Result<(), OutsideIntervals> {
        let (course, timeline) = (case.course, self.timeline);
        let end = self.until(course);
        let (first, last) = (timeline.stage_at(course.start), timeline.stage_at(end));
        let mut index = first;
        let (mut loose_breach, mut late_before) = (None, None);
        while let Some(&stage) = timeline.stages.get(index) {
            let limit = self.limit(case, stage);
            let entered = (index > first).then(|| stage.from.min(end));
            let until = timeline.stages.get(index + 1).map_or(end, |next| next.from.min(end));
            let (mut breached_at, mut late_since) = (None, None);
            if let Some(target) = limit.target {
                let past_at_entry = match entered {
                    Some(entered) => course.elapsed(limit.open, entered)? > target,
                    None => false,
                };
                if past_at_entry {
                    match loose_breach {
                        Some(before) => breached_at = course.last_with(limit.open, target)?.max(Some(before)),
                        None => late_since = late_before.or(entered),
                    }
                } else if course.elapsed(limit.open, until)? > target {
                    breached_at = course.last_with(limit.open, target)?;
                }
            }
            let stays = breached_at.is_some() && stage.decided && index >= timeline.forgiven_before;
            each(Passage {
                limit,
                entered,
                until,
                breached_at,
                late_since,
            })?;
            let goes_on = index < last || (index < timeline.forgiven_before && breached_at.is_some());
            if stays || !goes_on {
                break;
            }
            (loose_breach, late_before) = (breached_at, late_since);
            index += 1;
        }
        Ok(())
    }

    /// The first response is judged by the triaged severity, whenever that was decided; an upward reclassification
    /// never makes a miss, so what was past when it came is judged by the severity before it.
    fn first_response(self, case: Case<'_>) -> Result<Verdict<'a>, OutsideIntervals> {
        let (timeline, end) = (self.timeline, self.until(case.course));
        let triaged = timeline.stages.iter().position(|stage| stage.decided).unwrap_or(0);
        let judged = timeline.stage_at(end).max(triaged);
        let verdict = self.first_response_by(case, judged, end)?;
        if verdict.breached_at.is_some() && timeline.forgiven_before > judged {
            return self.first_response_by(case, timeline.forgiven_before, end);
        }
        Ok(verdict)
    }

    fn first_response_by(self, case: Case<'_>, judged: usize, end: Instant) -> Result<Verdict<'a>, OutsideIntervals> {
        let (course, stages) = (case.course, &self.timeline.stages);
        let mut index = judged;
        loop {
            let limit = self.limit(case, stages[index]);
            let Some(target) = limit.target else {
                return Ok(Verdict {
                    limit,
                    breached_at: None,
                    late_since: None,
                });
            };
            let raised = index > 0 && stages[index].severity < stages[index - 1].severity;
            if raised && course.elapsed(limit.open, stages[index].from.min(end))? > target {
                index -= 1;
                continue;
            }
            let late = course.elapsed(limit.open, end)? > target;
            let breached_at = if late {
                course.last_with(limit.open, target)?
            } else {
                None
            };
            return Ok(Verdict {
                limit,
                breached_at,
                late_since: None,
            });
        }
    }
}
