//! "Why this deadline": where the time of each clock went.

use super::clock::{Clock, PausedBy};
use super::judge::{Judge, Verdict};
use super::replay::{Replay, Track};
use crate::calendar::OutsideIntervals;
use crate::ticket::Status;
use crate::time::Instant;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// What a clock did during a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SegmentKind {
    /// Time counted.
    Running,
    /// It would have run, but the calendar was closed.
    Closed,
    /// Time did not count.
    Paused {
        /// On whose side the time went.
        by: PausedBy,
        /// The status that paused.
        why: Status,
    },
}

/// Part of a clock's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Its first instant.
    pub from: Instant,
    /// The first instant after it.
    pub until: Instant,
    /// What the clock did.
    #[serde(flatten)]
    pub kind: SegmentKind,
    /// Minutes that counted here. Together they are the clock's `elapsed_minutes`: a minute that two segments share
    /// counts in the one that completes it.
    pub counted_minutes: i64,
}

/// A clock with the segments from its start to its end, or to now, without gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// How it stands.
    #[serde(flatten)]
    pub clock: Clock,
    /// Where its time went; empty when it does not apply.
    pub segments: Vec<Segment>,
}

impl Replay<'_> {
    /// Every clock with its segments, in the order of [`super::Sla::clocks`].
    pub fn explain(&self) -> Result<Vec<Explained>, OutsideIntervals> {
        let mut explained = Vec::new();
        let clocks = self.sla()?.clocks;
        let mut clocks = clocks.into_iter().peekable();
        self.for_each_track(|track| {
            let (kind, cycle) = (track.case.kind, track.case.cycle);
            if let Some(clock) = clocks.next_if(|clock| clock.kind == kind && clock.cycle == cycle) {
                let verdict = self.judge().verdict(track.case)?;
                let segments = segments(self.judge(), track, verdict)?;
                explained.push(Explained { clock, segments });
            }
            Ok(())
        })?;
        Ok(explained)
    }
}

fn segments(judge: Judge<'_>, track: Track<'_>, verdict: Verdict<'_>) -> Result<Vec<Segment>, OutsideIntervals> {
    let mut segments = Vec::new();
    if verdict.limit.target.is_none() {
        return Ok(segments);
    }
    let course = track.case.course;
    let end = judge.until(course);
    let mut counted = TimeDelta::zero();
    for leg in course.legs().take_while(|leg| leg.from < end) {
        let until = leg.until.map_or(end, |until| until.min(end));
        if let Some((by, why)) = leg.pause {
            let kind = SegmentKind::Paused { by, why };
            segments.push(Segment {
                from: leg.from,
                until,
                kind,
                counted_minutes: 0,
            });
            continue;
        }
        for part in verdict.limit.open.parts(leg.from, until)? {
            let before = counted.num_minutes();
            let kind = if part.open {
                counted += part.until - part.from;
                SegmentKind::Running
            } else {
                SegmentKind::Closed
            };
            let counted_minutes = counted.num_minutes() - before;
            segments.push(Segment {
                from: part.from,
                until: part.until,
                kind,
                counted_minutes,
            });
        }
    }
    Ok(segments)
}
