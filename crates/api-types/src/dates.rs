//! Which days can be said: what calendars, both databases and the page tell alike.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// A rule for garde: a day from 1970 to 2199.
///
/// # Errors
/// `too_small` or `too_large`, with the limit.
pub fn known_day(day: &NaiveDate, (): &()) -> garde::Result {
    match day.year() {
        ..1970 => Err(garde::Error::new("too_small|The earliest is 1970-01-01.")),
        2200.. => Err(garde::Error::new("too_large|The latest is 2199-12-31.")),
        _ => Ok(()),
    }
}

/// A rule for garde: an instant on such a day, in UTC.
///
/// # Errors
/// `too_small` or `too_large`, with the limit.
pub fn known_instant(instant: &DateTime<Utc>, (): &()) -> garde::Result {
    known_day(&instant.date_naive(), &())
}
