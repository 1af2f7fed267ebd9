//! Which days can be said: what calendars, both databases and the page tell alike.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// The years of these days.
const YEARS: RangeInclusive<i32> = 2000..=2200;

/// A rule for garde: a day from 2000 to 2200.
///
/// # Errors
/// `out_of_range`, with the years.
pub fn known_day(day: &NaiveDate, (): &()) -> garde::Result {
    if YEARS.contains(&day.year()) {
        return Ok(());
    }
    let (first, last) = (YEARS.start(), YEARS.end());
    Err(garde::Error::new(format!(
        "out_of_range|The years from {first} to {last} are known."
    )))
}

/// A rule for garde: an instant on such a day, in UTC.
///
/// # Errors
/// `out_of_range`, with the years.
pub fn known_instant(instant: &DateTime<Utc>, (): &()) -> garde::Result {
    known_day(&instant.date_naive(), &())
}
