//! Open intervals in UTC, and sums of business time over them. The server and the page do the same ones.

use crate::problem::Refusal;
use crate::time::Instant;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// An answer would need open intervals before or after the ones at hand. The server expands its calendar further
/// ([`super::LazyIntervals`]); the page asks the server. Never answered by a guess (section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutsideIntervals {
    /// Intervals from this instant on are needed.
    #[error("open intervals from {0} on are needed")]
    Before(Instant),
    /// Intervals through this instant, or later ones, are needed.
    #[error("open intervals through {0} or later are needed")]
    After(Instant),
}

/// Part of a period: open or closed throughout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its first instant.
    pub from: Instant,
    /// The first instant after it.
    pub until: Instant,
    /// Whether it is business time.
    pub open: bool,
}

/// When a calendar is open, in UTC: sorted half-open intervals within the period they cover, or always.
/// Instants count in microseconds; what is below is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct OpenIntervals(Coverage);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Coverage {
    Always,
    /// `from` and `until` bound what is known; in between, what is not in a span is closed. In microseconds.
    Period {
        from: i64,
        until: i64,
        spans: Vec<Span>,
    },
}

/// An open interval, and the open time of all spans before it. In microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: i64,
    until: i64,
    before: i64,
}

impl Span {
    const fn open_at_end(self) -> i64 {
        self.before + (self.until - self.from)
    }
}

/// The JSON form.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(default)]
    always_open: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Instant>,
    #[serde(default)]
    intervals: Vec<(Instant, Instant)>,
}

impl OpenIntervals {
    /// Open 24x7, without end.
    #[must_use]
    pub const fn always() -> Self {
        Self(Coverage::Always)
    }

    /// The intervals that are open between `from` and `until`. Refuses intervals that are empty, unsorted, overlapping
    /// or outside that period; those that touch become one.
    pub fn new(from: Instant, until: Instant, intervals: &[(Instant, Instant)]) -> Result<Self, Refusal> {
        let mut free_from = from;
        for (index, &(opens, closes)) in intervals.iter().enumerate() {
            if opens < free_from || closes <= opens || closes > until {
                let detail = "Open intervals follow each other without overlap, within the period they cover.";
                return Err(Refusal::field(
                    format!("/intervals/{index}"),
                    "invalid_interval",
                    detail,
                ));
            }
            free_from = closes;
        }
        Ok(Self::of_sorted(from, until, intervals))
    }

    /// As [`OpenIntervals::new`], of intervals that are known to be sorted, apart and within the period.
    pub(super) fn of_sorted(from: Instant, until: Instant, intervals: &[(Instant, Instant)]) -> Self {
        let mut spans: Vec<Span> = Vec::with_capacity(intervals.len());
        for (opens, closes) in intervals {
            let (opens, closes) = (opens.timestamp_micros(), closes.timestamp_micros());
            match spans.last_mut() {
                Some(last) if last.until == opens => last.until = closes,
                last => {
                    let before = last.map_or(0, |last| last.open_at_end());
                    spans.push(Span {
                        from: opens,
                        until: closes,
                        before,
                    });
                }
            }
        }
        Self(Coverage::Period {
            from: from.timestamp_micros(),
            until: until.timestamp_micros(),
            spans,
        })
    }

    /// True for 24x7.
    #[must_use]
    pub const fn is_always_open(&self) -> bool {
        matches!(self.0, Coverage::Always)
    }

    /// The period that is known; `None` for 24x7, which is known for ever.
    #[must_use]
    pub fn covers(&self) -> Option<(Instant, Instant)> {
        match &self.0 {
            Coverage::Always => None,
            Coverage::Period { from, until, .. } => Some((instant(*from), instant(*until))),
        }
    }

    /// The intervals in order; none for 24x7.
    pub fn intervals(&self) -> impl Iterator<Item = (Instant, Instant)> + '_ {
        let spans: &[Span] = match &self.0 {
            Coverage::Always => &[],
            Coverage::Period { spans, .. } => spans,
        };
        spans.iter().map(|span| (instant(span.from), instant(span.until)))
    }

    /// Business time between two instants; zero when `to` is not after `from`.
    pub fn elapsed(&self, from: Instant, to: Instant) -> Result<TimeDelta, OutsideIntervals> {
        if to <= from {
            return Ok(TimeDelta::zero());
        }
        match &self.0 {
            Coverage::Always => Ok(TimeDelta::microseconds(to.timestamp_micros() - from.timestamp_micros())),
            Coverage::Period { spans, .. } => {
                let (from, to) = (self.known(from)?, self.known(to)?);
                Ok(TimeDelta::microseconds(
                    opened_before(spans, to) - opened_before(spans, from),
                ))
            }
        }
    }

    /// The first instant at which the business time since `from` reaches `duration`: when something is due.
    /// A duration of zero or less is reached at once, open or closed.
    pub fn add(&self, from: Instant, duration: TimeDelta) -> Result<Instant, OutsideIntervals> {
        if duration <= TimeDelta::zero() {
            return Ok(from);
        }
        match &self.0 {
            Coverage::Always => always_after(from, duration),
            Coverage::Period { spans, until, .. } => {
                let total = self.total_at(spans, from, duration)?;
                let index = spans.partition_point(|span| span.open_at_end() < total);
                position(spans, index, total, *until)
            }
        }
    }

    /// The last instant at which the business time since `from` still equals `duration`: from then on it is more.
    /// That is when a target of this length is breached (section 7): due Friday 18:00 at closing, Monday 09:00.
    pub fn last_instant_with(&self, from: Instant, duration: TimeDelta) -> Result<Instant, OutsideIntervals> {
        let duration = duration.max(TimeDelta::zero());
        match &self.0 {
            Coverage::Always => always_after(from, duration),
            Coverage::Period { spans, until, .. } => {
                let total = self.total_at(spans, from, duration)?;
                let index = spans.partition_point(|span| span.open_at_end() <= total);
                position(spans, index, total, *until)
            }
        }
    }

    /// Whether this instant is business time.
    pub fn is_open(&self, at: Instant) -> Result<bool, OutsideIntervals> {
        self.next_opening(at).map(|opens| opens <= at)
    }

    /// This instant when it is open, else the next one that is.
    pub fn next_opening(&self, at: Instant) -> Result<Instant, OutsideIntervals> {
        match &self.0 {
            Coverage::Always => Ok(at),
            Coverage::Period { .. } => self.last_instant_with(at, TimeDelta::zero()).map(|opens| opens.max(at)),
        }
    }

    /// Splits a period into its open and closed parts, in order and without gaps.
    pub fn parts(&self, from: Instant, until: Instant) -> Result<Vec<Part>, OutsideIntervals> {
        if until <= from {
            return Ok(Vec::new());
        }
        let Coverage::Period { spans, .. } = &self.0 else {
            return Ok(vec![Part {
                from,
                until,
                open: true,
            }]);
        };
        let (start, end) = (self.known(from)?, self.known(until)?);
        let mut parts = Vec::new();
        let mut push = |from: i64, until: i64, open: bool| {
            if from < until {
                parts.push(Part {
                    from: instant(from),
                    until: instant(until),
                    open,
                });
            }
        };
        let mut at = start;
        for span in &spans[spans.partition_point(|span| span.until <= start)..] {
            if span.from >= end {
                break;
            }
            push(at, span.from, false);
            at = span.until.min(end);
            push(span.from.max(start), at, true);
        }
        push(at, end, false);
        Ok(parts)
    }

    /// Open time from the start of the coverage until `duration` after `from`.
    fn total_at(&self, spans: &[Span], from: Instant, duration: TimeDelta) -> Result<i64, OutsideIntervals> {
        let before = opened_before(spans, self.known(from)?);
        Ok(before.saturating_add(duration.num_microseconds().unwrap_or(i64::MAX)))
    }

    /// The instant in microseconds, when it lies in the period that is known.
    fn known(&self, at: Instant) -> Result<i64, OutsideIntervals> {
        let micros = at.timestamp_micros();
        match &self.0 {
            Coverage::Period { from, .. } if micros < *from => Err(OutsideIntervals::Before(at)),
            Coverage::Period { until, .. } if micros > *until => Err(OutsideIntervals::After(at)),
            _ => Ok(micros),
        }
    }
}

/// Open time from the start of the coverage until `at`.
fn opened_before(spans: &[Span], at: i64) -> i64 {
    let started = spans.partition_point(|span| span.from <= at);
    started.checked_sub(1).map_or(0, |index| {
        let span = spans[index];
        span.before + (at.min(span.until) - span.from)
    })
}

/// Where in the span at `index` the total open time is `total`.
fn position(spans: &[Span], index: usize, total: i64, covered_until: i64) -> Result<Instant, OutsideIntervals> {
    spans
        .get(index)
        .map(|span| instant(span.from + (total - span.before)))
        .ok_or_else(|| OutsideIntervals::After(instant(covered_until.saturating_add(1))))
}

fn always_after(from: Instant, duration: TimeDelta) -> Result<Instant, OutsideIntervals> {
    from.checked_add_signed(duration)
        .ok_or(OutsideIntervals::After(DateTime::<Utc>::MAX_UTC))
}

/// Every instant that came in goes out again; only a sum past what chrono can represent is cut off there.
fn instant(micros: i64) -> Instant {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

impl TryFrom<Written> for OpenIntervals {
    type Error = Refusal;

    fn try_from(written: Written) -> Result<Self, Refusal> {
        match written {
            Written { always_open: true, .. } => Ok(Self::always()),
            Written {
                from: Some(from),
                until: Some(until),
                intervals,
                ..
            } => Self::new(from, until, &intervals),
            _ => Err(Refusal::field(
                "/from",
                "required",
                "Which period do the intervals cover?",
            )),
        }
    }
}

impl From<OpenIntervals> for Written {
    fn from(open: OpenIntervals) -> Self {
        let covers = open.covers();
        Self {
            always_open: open.is_always_open(),
            from: covers.map(|(from, _)| from),
            until: covers.map(|(_, until)| until),
            intervals: open.intervals().collect(),
        }
    }
}
