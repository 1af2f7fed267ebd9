//! Instants. Everything that happens has one, in UTC and with microseconds, which both database engines keep.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// A point in time, UTC.
pub type Instant = DateTime<Utc>;

/// The smallest step between two instants that both database engines tell apart.
pub const TICK: TimeDelta = TimeDelta::microseconds(1);

/// Drops what the databases do not keep (below a microsecond), so that a value read back equals the one written.
#[must_use]
pub fn to_microseconds(instant: Instant) -> Instant {
    instant.duration_trunc(TICK).unwrap_or(instant)
}
