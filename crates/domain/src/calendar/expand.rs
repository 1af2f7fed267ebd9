//! From local hours to UTC. An instant is open when the clocks there read an open time, also where they read it twice
//! or skip it: so each stretch between two clock changes is taken by itself.

use super::definition::{Calendar, Hours};
use super::open::{OpenIntervals, OutsideIntervals};
use super::week::Week;
use crate::time::Instant;
use crate::zone::Zone;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta};

/// Years beyond these can be written neither in RFC 3339 nor in the databases.
const FIRST_SECOND: i64 = -62_135_596_800;
const LAST_SECOND: i64 = 253_402_300_799;

impl Calendar {
    /// The open intervals between two instants, in UTC.
    #[must_use]
    pub fn expand(&self, from: Instant, until: Instant) -> OpenIntervals {
        let Hours::Weekly { week, .. } = self.hours() else {
            return OpenIntervals::always();
        };
        let mut intervals: Vec<(Instant, Instant)> = Vec::new();
        for piece in pieces(self.zone(), from, until) {
            self.expand_piece(week, &piece, &mut intervals);
        }
        OpenIntervals::of_sorted(from, until, &intervals)
    }

    fn expand_piece(&self, week: &Week, piece: &Piece, intervals: &mut Vec<(Instant, Instant)>) {
        let (local_from, local_until) = (
            piece.from.naive_utc() + piece.offset,
            piece.until.naive_utc() + piece.offset,
        );
        let mut next: Option<NaiveDate> = Some(local_from.date());
        while let Some(date) = next.filter(|date| date.and_time(chrono::NaiveTime::MIN) < local_until) {
            next = date.succ_opt();
            let hours = week.on(date.weekday());
            if hours.is_empty() || self.is_holiday(date) {
                continue;
            }
            for interval in hours {
                let opens = interval.from.on(date).max(local_from);
                let closes = interval.to.on(date).min(local_until);
                if opens < closes {
                    intervals.push(((opens - piece.offset).and_utc(), (closes - piece.offset).and_utc()));
                }
            }
        }
    }

    /// The end of the local day that is the `days`-th open one after the day of `at`: "at the end of the fifth open
    /// day after" (section 4). With zero days, the end of that day itself.
    #[must_use]
    pub fn end_of_open_day_after(&self, at: Instant, days: u32) -> Instant {
        let mut date = self.zone().date_at(at);
        let mut left = days;
        while left > 0 {
            let Some(next) = date.succ_opt() else { break };
            date = next;
            if self.is_open_day(date) {
                left -= 1;
            }
        }
        self.zone().end_of(date)
    }
}

/// A stretch during which a zone keeps one offset from UTC.
struct Piece {
    from: Instant,
    until: Instant,
    offset: TimeDelta,
}

fn offset_at(zone: Zone, at: Instant) -> TimeDelta {
    zone.local(at) - at.naive_utc()
}

/// Splits a period at the clock changes of a zone. Clocks change at most once a day.
fn pieces(zone: Zone, from: Instant, until: Instant) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut start, mut offset, mut at) = (from, offset_at(zone, from), from);
    while at < until {
        let probe = (at + TimeDelta::days(1)).min(until);
        if offset_at(zone, probe) == offset {
            at = probe;
            continue;
        }
        let change = first_change(zone, at, probe, offset);
        pieces.push(Piece {
            from: start,
            until: change,
            offset,
        });
        (start, offset, at) = (change, offset_at(zone, change), change);
    }
    pieces.push(Piece {
        from: start,
        until,
        offset,
    });
    pieces
}

/// The first instant after `before` at which the offset is no longer `offset`; it is another one at `after`.
fn first_change(zone: Zone, before: Instant, after: Instant, offset: TimeDelta) -> Instant {
    let (mut before, mut after) = (before, after);
    while after - before > TimeDelta::microseconds(1) {
        let middle = before + TimeDelta::microseconds((after - before).num_microseconds().unwrap_or(0) / 2);
        if offset_at(zone, middle) == offset {
            before = middle;
        } else {
            after = middle;
        }
    }
    after
}

/// A calendar with as much of it expanded as was needed so far. It grows by doubling whenever a sum needs more, so no
/// sum has a search limit; see [`Calendar::new`] for why it always finds the next opening.
#[derive(Debug, Clone)]
pub struct LazyIntervals {
    calendar: Calendar,
    open: OpenIntervals,
}

impl LazyIntervals {
    /// Starts with some weeks around an instant.
    #[must_use]
    pub fn new(calendar: Calendar, around: Instant) -> Self {
        let open = expand_within(&calendar, around - TimeDelta::days(35), around + TimeDelta::days(35));
        Self { calendar, open }
    }

    /// The calendar that is expanded.
    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// What is expanded so far.
    #[must_use]
    pub fn open(&self) -> &OpenIntervals {
        &self.open
    }

    /// Computes something over the open intervals, again with more of them whenever they did not reach far enough.
    /// Fails only when the answer lies beyond the year 9999.
    pub fn compute<T>(
        &mut self,
        mut sum: impl FnMut(&OpenIntervals) -> Result<T, OutsideIntervals>,
    ) -> Result<T, OutsideIntervals> {
        loop {
            match sum(&self.open) {
                Ok(answer) => return Ok(answer),
                Err(outside) if self.grow(outside) => {}
                Err(outside) => return Err(outside),
            }
        }
    }

    /// Covers what was missing, and as much again as there was; false when no more can be covered.
    fn grow(&mut self, outside: OutsideIntervals) -> bool {
        let Some((from, until)) = self.open.covers() else {
            return false;
        };
        let length = until - from;
        let (wanted_from, wanted_until) = match outside {
            OutsideIntervals::Before(at) => (at.min(from).checked_sub_signed(length).unwrap_or(from), until),
            OutsideIntervals::After(at) => (from, at.max(until).checked_add_signed(length).unwrap_or(until)),
        };
        self.open = expand_within(&self.calendar, wanted_from, wanted_until);
        self.open.covers() != Some((from, until))
    }
}

fn expand_within(calendar: &Calendar, from: Instant, until: Instant) -> OpenIntervals {
    let first = DateTime::from_timestamp(FIRST_SECOND, 0).unwrap_or(from);
    let last = DateTime::from_timestamp(LAST_SECOND, 0).unwrap_or(until);
    calendar.expand(from.clamp(first, last), until.clamp(first, last))
}
