//! Which days and instants a statement covers, in the organization's zone.

use crate::Instant;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Whole local days: from the first instant of `first_day` to the end of `last_day`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day, inclusive.
    pub first_day: NaiveDate,
    /// Last day, inclusive.
    pub last_day: NaiveDate,
    /// First instant, inclusive.
    pub from: Instant,
    /// First instant after it.
    pub until: Instant,
}

impl Period {
    /// Whether an instant is within.
    #[must_use]
    pub fn contains(&self, instant: Instant) -> bool {
        self.from <= instant && instant < self.until
    }
}

#[cfg(feature = "zones")]
mod weeks {
    use super::Period;
    use crate::Instant;
    use crate::zone::Zone;
    use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};

    impl Period {
        /// From one local day to another, both inclusive; `None` when the last is before the first.
        #[must_use]
        pub fn of_days(zone: Zone, first_day: NaiveDate, last_day: NaiveDate) -> Option<Self> {
            (first_day <= last_day).then(|| Self {
                first_day,
                last_day,
                from: zone.first_instant(first_day),
                until: zone.end_of(last_day),
            })
        }
    }

    /// When statements are made (section 11): both are settings of the organization.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Rhythm {
        /// The weekday on which a week begins, and on which the week before is told.
        pub starts_on: Weekday,
        /// The local time of day at which it is told.
        pub made_at: NaiveTime,
    }

    impl Default for Rhythm {
        fn default() -> Self {
            Self {
                starts_on: Weekday::Mon,
                made_at: NaiveTime::from_hms_opt(8, 0, 0).unwrap_or(NaiveTime::MIN),
            }
        }
    }

    impl Rhythm {
        /// The week that a local day belongs to.
        #[must_use]
        pub fn week_of(self, zone: Zone, day: NaiveDate) -> Period {
            let first_day = day
                .checked_sub_days(Days::new(u64::from(self.days_into_week(day))))
                .unwrap_or(day);
            let last_day = first_day.checked_add_days(Days::new(6)).unwrap_or(first_day);
            Period {
                first_day,
                last_day,
                from: zone.first_instant(first_day),
                until: zone.end_of(last_day),
            }
        }

        /// When the statement of a week is due: the day after it ended, at the organization's time of day.
        #[must_use]
        pub fn due_at(self, zone: Zone, week: &Period) -> Instant {
            let day = week.last_day.checked_add_days(Days::new(1)).unwrap_or(week.last_day);
            zone.instant(day.and_time(self.made_at)).max(week.until)
        }

        /// The last week whose statement is due at `now`.
        #[must_use]
        pub fn last_due(self, zone: Zone, now: Instant) -> Period {
            let mut week = self.before(zone, &self.week_of(zone, zone.date_at(now)));
            if self.due_at(zone, &week) > now {
                week = self.before(zone, &week);
            }
            week
        }

        /// Every week that is due at `now`, from the one that contains `since` on, oldest first: what a job that was
        /// down has to make up for. The caller leaves out those already made.
        #[must_use]
        pub fn due_since(self, zone: Zone, since: NaiveDate, now: Instant) -> Vec<Period> {
            let mut weeks = Vec::new();
            let mut week = self.week_of(zone, since);
            while self.due_at(zone, &week) <= now {
                weeks.push(week);
                let Some(next_day) = week.last_day.checked_add_days(Days::new(1)) else {
                    break;
                };
                week = self.week_of(zone, next_day);
            }
            weeks
        }

        fn before(self, zone: Zone, week: &Period) -> Period {
            let day = week.first_day.checked_sub_days(Days::new(1)).unwrap_or(week.first_day);
            self.week_of(zone, day)
        }

        fn days_into_week(self, day: NaiveDate) -> u32 {
            day.weekday().days_since(self.starts_on)
        }
    }
}

#[cfg(feature = "zones")]
pub use weeks::Rhythm;
