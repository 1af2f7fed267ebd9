//! When something happens in the demo data, said relative to the moment at which it is made.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Weekday};
use daypack_domain::{Instant, zone::Zone};

/// People work from here ...
const OPENS: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).expect("a time of day");
/// ... until here, Monday to Friday.
const CLOSES: NaiveTime = NaiveTime::from_hms_opt(18, 0, 0).expect("a time of day");

/// A moment in the past, or, for windows, in the future.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// So many business days before today (after it, when negative), at a local time.
    Day {
        /// Business days, Monday to Friday; never 0.
        days: i32,
        /// Local hour.
        hour: u32,
        /// Local minute.
        minute: u32,
    },
    /// So many working minutes before now.
    Worked(i64),
    /// So many minutes before now, whatever the hour.
    Ago(i64),
}

/// So many business days before today (after it, when negative), at this local time.
pub const fn d(days: i32, hour: u32, minute: u32) -> Moment {
    Moment::Day { days, hour, minute }
}

/// So many working minutes before now.
pub const fn worked(minutes: i64) -> Moment {
    Moment::Worked(minutes)
}

/// So many minutes before now, whatever the hour.
pub const fn ago(minutes: i64) -> Moment {
    Moment::Ago(minutes)
}

impl Moment {
    /// The instant that is meant when it is `now`, for people who live in `zone`.
    pub fn at(self, zone: Zone, now: Instant) -> Instant {
        match self {
            Self::Day { days, hour, minute } => {
                let date = business_day(zone.date_at(now), days);
                zone.instant(date.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(hour * 60 + minute)))
            }
            Self::Worked(minutes) => worked_before(zone, now, minutes),
            Self::Ago(minutes) => now - TimeDelta::minutes(minutes),
        }
    }
}

/// The business day so many before `today`, or after it when negative.
fn business_day(today: NaiveDate, days: i32) -> NaiveDate {
    let mut date = today;
    let mut left = days.unsigned_abs();
    while left > 0 {
        let next = if days > 0 { date.pred_opt() } else { date.succ_opt() };
        let Some(next) = next else { break };
        date = next;
        if is_business_day(date) {
            left -= 1;
        }
    }
    date
}

/// This date when it is a business day, else the next one.
pub fn business_day_from(date: NaiveDate) -> NaiveDate {
    if is_business_day(date) {
        date
    } else {
        business_day(date, -1)
    }
}

fn is_business_day(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The instant from which so many working minutes lead to `now`. Outside of working hours they end with the last ones.
fn worked_before(zone: Zone, now: Instant, minutes: i64) -> Instant {
    let mut left = TimeDelta::minutes(minutes);
    let mut until = zone.local(now);
    loop {
        let date = until.date();
        let opens = date.and_time(OPENS);
        let closes = date.and_time(CLOSES).min(until);
        if is_business_day(date) && closes > opens {
            if closes - opens >= left {
                return zone.instant(closes - left);
            }
            left -= closes - opens;
        }
        until = date.checked_sub_days(Days::new(1)).unwrap_or(date).and_time(CLOSES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn business_days_skip_the_weekend() {
        let madrid = Zone::parse("Europe/Madrid").unwrap();
        let monday = instant("2026-11-23T08:00:00Z");
        assert_eq!(d(1, 10, 20).at(madrid, monday), instant("2026-11-20T09:20:00Z"));
        assert_eq!(d(6, 9, 0).at(madrid, monday), instant("2026-11-13T08:00:00Z"));
        assert_eq!(
            d(-1, 20, 0).at(madrid, instant("2026-11-20T08:00:00Z")),
            instant("2026-11-23T19:00:00Z")
        );
        // On a Saturday, Friday is one business day ago.
        assert_eq!(
            d(1, 10, 20).at(madrid, instant("2026-11-21T21:00:00Z")),
            instant("2026-11-20T09:20:00Z")
        );
    }

    #[test]
    fn working_minutes_end_when_people_go_home() {
        let madrid = Zone::parse("Europe/Madrid").unwrap();
        // Monday 09:30 there: half an hour of today, the rest on Friday.
        assert_eq!(
            worked(90).at(madrid, instant("2026-11-23T08:30:00Z")),
            instant("2026-11-20T16:00:00Z")
        );
        assert_eq!(
            worked(60).at(madrid, instant("2026-11-21T21:00:00Z")),
            instant("2026-11-20T16:00:00Z")
        );
        assert_eq!(
            worked(600).at(madrid, instant("2026-11-20T12:00:00Z")),
            instant("2026-11-19T11:00:00Z")
        );
    }
}
