//! The course of one clock: from its start, through counting and paused stretches, to its end.

use super::clock::PausedBy;
use super::timeline::Stretch;
use crate::calendar::{OpenIntervals, OutsideIntervals};
use crate::ticket::Status;
use crate::time::Instant;
use chrono::TimeDelta;

/// A stretch as far as one clock sees it; the last one has no known end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leg {
    pub from: Instant,
    pub until: Option<Instant>,
    pub pause: Option<(PausedBy, Status)>,
}

/// What a clock is measured along.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course<'a> {
    pub start: Instant,
    /// When it was met or cancelled; what came after does not concern it.
    pub end: Option<Instant>,
    /// Empty for clocks that never pause.
    pub stretches: &'a [Stretch],
}

impl<'a> Course<'a> {
    /// The stretches between start and end. The last one goes on without end, so that a deadline can be named.
    pub fn legs(self) -> impl Iterator<Item = Leg> + 'a {
        let Self { start, end, stretches } = self;
        let never_pauses = stretches.is_empty().then_some(Leg {
            from: start,
            until: None,
            pause: None,
        });
        let first = stretches
            .partition_point(|stretch| stretch.from <= start)
            .saturating_sub(1);
        let last = end.map_or(stretches.len(), |end| {
            stretches
                .partition_point(|stretch| stretch.from < end)
                .max(first + 1)
                .min(stretches.len())
        });
        let relevant = stretches.get(first..last).unwrap_or_default();
        let legs = relevant.iter().enumerate().map(move |(index, stretch)| Leg {
            from: stretch.from.max(start),
            until: relevant.get(index + 1).map(|next| next.from),
            pause: stretch.pause,
        });
        never_pauses.into_iter().chain(legs)
    }

    /// What pauses the clock at an instant.
    pub fn pause_at(self, at: Instant) -> Option<(PausedBy, Status)> {
        self.legs()
            .take_while(|leg| leg.from <= at)
            .last()
            .and_then(|leg| leg.pause)
    }

    /// Business time that counted until `at`.
    pub fn elapsed(self, open: &OpenIntervals, at: Instant) -> Result<TimeDelta, OutsideIntervals> {
        let mut sum = TimeDelta::zero();
        for leg in self.legs().filter(|leg| leg.pause.is_none()) {
            sum += open.elapsed(leg.from, leg.until.map_or(at, |until| until.min(at)))?;
        }
        Ok(sum)
    }

    /// The first instant at which elapsed reaches `amount`; `None` when a pause without known end comes before.
    pub fn reach(self, open: &OpenIntervals, amount: TimeDelta) -> Result<Option<Instant>, OutsideIntervals> {
        let mut left = amount;
        for leg in self.legs().filter(|leg| leg.pause.is_none()) {
            let Some(until) = leg.until else {
                return open.add(leg.from, left).map(Some);
            };
            let counted = open.elapsed(leg.from, until)?;
            if counted >= left {
                return open.add(leg.from, left).map(Some);
            }
            left -= counted;
        }
        Ok(None)
    }

    /// The last instant at which elapsed still equals `amount`; `None` when a pause without known end comes before.
    pub fn last_with(self, open: &OpenIntervals, amount: TimeDelta) -> Result<Option<Instant>, OutsideIntervals> {
        let mut left = amount;
        for leg in self.legs().filter(|leg| leg.pause.is_none()) {
            let Some(until) = leg.until else {
                return open.last_instant_with(leg.from, left).map(Some);
            };
            let counted = open.elapsed(leg.from, until)?;
            if counted > left {
                return open.last_instant_with(leg.from, left).map(Some);
            }
            left -= counted;
        }
        Ok(None)
    }
}
