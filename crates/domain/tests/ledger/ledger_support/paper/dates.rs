//! The calendar on paper.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use daypack_domain::Instant;
use daypack_domain::zone::Zone;

/// The same day so many months later; where that month is shorter, its last day. By leafing through the calendar.
pub fn months_later(date: NaiveDate, months: u32) -> NaiveDate {
    let (mut year, mut month) = (date.year(), date.month());
    for _ in 0..months {
        month += 1;
        if month == 13 {
            (year, month) = (year + 1, 1);
        }
    }
    let mut day = date.day();
    loop {
        if let Some(found) = NaiveDate::from_ymd_opt(year, month, day) {
            return found;
        }
        day -= 1;
    }
}

/// The first minute at which the day is over there, by looking at the clock on the wall minute by minute.
pub fn end_of_day(date: NaiveDate, zone: Zone) -> Instant {
    let mut instant = Utc.from_utc_datetime(&(date + Days::new(1)).and_time(NaiveTime::MIN)) - TimeDelta::hours(15);
    while zone.date_at(instant) <= date {
        instant += TimeDelta::minutes(1);
    }
    instant
}
