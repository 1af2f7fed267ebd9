//! The parts of a calendar as people write them: times of day, open hours of each weekday, holidays.

use crate::problem::FieldProblem;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::str::FromStr;

const MINUTES_OF_A_DAY: u16 = 24 * 60;

/// A local time of day in whole minutes, `00:00` to `24:00`; the last one only ends an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// When a day begins.
    pub const START: Self = Self(0);
    /// When a day is over, written `24:00`.
    pub const END: Self = Self(MINUTES_OF_A_DAY);

    /// The time `hour:minute`; `None` outside `00:00` to `24:00`.
    #[must_use]
    pub fn new(hour: u16, minute: u16) -> Option<Self> {
        let minutes = hour.checked_mul(60)?.checked_add(minute)?;
        (minute < 60 && minutes <= MINUTES_OF_A_DAY).then_some(Self(minutes))
    }

    /// Minutes since local midnight as the clocks on the wall count them.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// This time on a local date; `24:00` is midnight of the next one.
    #[must_use]
    pub fn on(self, date: NaiveDate) -> NaiveDateTime {
        date.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(self.0))
    }
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = crate::problem::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = |part: &str| -> Option<u16> {
            (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse().ok())
                .flatten()
        };
        text.split_once(':')
            .and_then(|(hour, minute)| Self::new(digits(hour)?, digits(minute)?))
            .ok_or(crate::problem::UnknownWord)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map_err(|_| de::Error::custom("expected a time of day from 00:00 to 24:00"))
    }
}

/// Open hours of one weekday: a half-open interval `[from, to)` of local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LocalInterval {
    /// The first minute that is open.
    pub from: TimeOfDay,
    /// The first minute that is closed again.
    pub to: TimeOfDay,
}

/// The open hours of each weekday; a weekday without intervals is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Week {
    /// Monday.
    pub monday: Vec<LocalInterval>,
    /// Tuesday.
    pub tuesday: Vec<LocalInterval>,
    /// Wednesday.
    pub wednesday: Vec<LocalInterval>,
    /// Thursday.
    pub thursday: Vec<LocalInterval>,
    /// Friday.
    pub friday: Vec<LocalInterval>,
    /// Saturday.
    pub saturday: Vec<LocalInterval>,
    /// Sunday.
    pub sunday: Vec<LocalInterval>,
}

impl Week {
    /// The same hours Monday to Friday, closed at the weekend.
    #[must_use]
    pub fn working_days(hours: &[LocalInterval]) -> Self {
        let hours = hours.to_vec();
        Self {
            monday: hours.clone(),
            tuesday: hours.clone(),
            wednesday: hours.clone(),
            thursday: hours.clone(),
            friday: hours,
            ..Self::default()
        }
    }

    /// The open hours of a weekday.
    #[must_use]
    pub fn on(&self, weekday: Weekday) -> &[LocalInterval] {
        match weekday {
            Weekday::Mon => &self.monday,
            Weekday::Tue => &self.tuesday,
            Weekday::Wed => &self.wednesday,
            Weekday::Thu => &self.thursday,
            Weekday::Fri => &self.friday,
            Weekday::Sat => &self.saturday,
            Weekday::Sun => &self.sunday,
        }
    }

    fn days_mut(&mut self) -> [(&'static str, &mut Vec<LocalInterval>); 7] {
        [
            ("monday", &mut self.monday),
            ("tuesday", &mut self.tuesday),
            ("wednesday", &mut self.wednesday),
            ("thursday", &mut self.thursday),
            ("friday", &mut self.friday),
            ("saturday", &mut self.saturday),
            ("sunday", &mut self.sunday),
        ]
    }

    /// Sorts the intervals of each day and notes those that are empty or overlap, by their place as written.
    pub(super) fn normalise(&mut self, problems: &mut Vec<FieldProblem>) {
        for (day, intervals) in self.days_mut() {
            let mut order: Vec<usize> = (0..intervals.len()).collect();
            order.sort_by_key(|&index| (intervals[index], index));
            let mut open_until = TimeOfDay::START;
            for &index in &order {
                let interval = intervals[index];
                let pointer = format!("/week/{day}/{index}");
                if interval.from >= interval.to {
                    problems.push(FieldProblem::new(
                        pointer,
                        "empty_interval",
                        "It ends before or when it begins.",
                    ));
                    continue;
                }
                if interval.from < open_until {
                    problems.push(FieldProblem::new(
                        pointer,
                        "overlaps",
                        "It overlaps another interval of that day.",
                    ));
                }
                open_until = open_until.max(interval.to);
            }
            intervals.sort_unstable();
        }
    }

    /// True when some weekday opens.
    pub(super) fn opens(&self) -> bool {
        let week = [
            &self.monday,
            &self.tuesday,
            &self.wednesday,
            &self.thursday,
            &self.friday,
            &self.saturday,
            &self.sunday,
        ];
        week.iter().any(|day| !day.is_empty())
    }
}

/// A date on which a calendar stays closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// The local date; of a yearly one only month and day count.
    pub date: NaiveDate,
    /// Closed on this day of every year (29 February: of every leap year), not only once.
    #[serde(default)]
    pub yearly: bool,
    /// What people call it.
    #[serde(default)]
    pub name: String,
}

/// Month and day, the part of a date that comes back every year.
pub(super) fn day_of_year(date: NaiveDate) -> (u32, u32) {
    (date.month(), date.day())
}
