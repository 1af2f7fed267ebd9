//! A calendar as it is written, and the valid one made of it.

use super::week::{Holiday, Week, day_of_year};
use crate::problem::{FieldProblem, Refusal};
#[cfg(feature = "zones")]
use crate::zone::Zone;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A calendar as it is sent and stored; not checked yet (section 7).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarDefinition {
    /// IANA name of the zone whose clocks the hours follow.
    pub zone: String,
    /// Open 24x7; then week and holidays stay empty.
    #[serde(default)]
    pub always_open: bool,
    /// Open hours of each weekday.
    #[serde(default)]
    pub week: Week,
    /// Dates that stay closed.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
}

/// When a calendar is open, in local time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hours {
    /// 24x7.
    Always,
    /// By the week, except on holidays.
    Weekly {
        /// Open hours of each weekday, sorted and without overlap.
        week: Week,
        /// As they were written, for people.
        holidays: Vec<Holiday>,
    },
}

/// A calendar that has been checked: its hours do not overlap, and it opens again and again (section 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CalendarDefinition", into = "CalendarDefinition")]
pub struct Calendar {
    zone_name: String,
    #[cfg(feature = "zones")]
    zone: Zone,
    hours: Hours,
    /// Month and day of the yearly holidays, sorted.
    yearly: Vec<(u32, u32)>,
    /// The dated holidays, sorted.
    once: Vec<NaiveDate>,
}

impl Calendar {
    /// Checks a definition. Refuses, all at once and by field: an unknown zone, intervals that are empty or overlap,
    /// hours beside 24x7, and a calendar that never opens.
    ///
    /// What is accepted opens for ever: some weekday has hours, and some day of the year is no yearly holiday. That day
    /// falls on that weekday at least once in 40 years, and each dated holiday can take away only one such date.
    pub fn new(definition: CalendarDefinition) -> Result<Self, Refusal> {
        let CalendarDefinition {
            zone: zone_name,
            always_open,
            mut week,
            holidays,
        } = definition;
        let mut problems = Vec::new();
        #[cfg(feature = "zones")]
        let zone = Zone::parse(&zone_name);
        #[cfg(feature = "zones")]
        let known = zone.is_some();
        #[cfg(not(feature = "zones"))]
        let known = !zone_name.is_empty();
        if !known {
            problems.push(FieldProblem::new(
                "/zone",
                "unknown_zone",
                "This is not an IANA time zone.",
            ));
        }
        week.normalise(&mut problems);
        let mut yearly: Vec<_> = holidays
            .iter()
            .filter(|h| h.yearly)
            .map(|h| day_of_year(h.date))
            .collect();
        yearly.sort_unstable();
        yearly.dedup();
        let mut once: Vec<_> = holidays.iter().filter(|h| !h.yearly).map(|h| h.date).collect();
        once.sort_unstable();
        once.dedup();
        if always_open {
            if week.opens() {
                problems.push(FieldProblem::new(
                    "/week",
                    "not_with_24x7",
                    "A 24x7 calendar has no weekly hours.",
                ));
            }
            if !holidays.is_empty() {
                problems.push(FieldProblem::new(
                    "/holidays",
                    "not_with_24x7",
                    "A 24x7 calendar has no holidays.",
                ));
            }
        } else if !week.opens() {
            problems.push(FieldProblem::new(
                "/week",
                "never_opens",
                "No weekday opens, so no deadline could be met.",
            ));
        } else if yearly.len() >= DAYS_OF_A_LEAP_YEAR {
            problems.push(FieldProblem::new(
                "/holidays",
                "never_opens",
                "Every day of the year is a holiday.",
            ));
        }
        if !problems.is_empty() {
            return Err(Refusal::Invalid(problems));
        }
        #[cfg(feature = "zones")]
        let Some(zone) = zone else {
            return Err(Refusal::Invalid(problems));
        };
        let hours = if always_open {
            Hours::Always
        } else {
            Hours::Weekly { week, holidays }
        };
        Ok(Self {
            zone_name,
            #[cfg(feature = "zones")]
            zone,
            hours,
            yearly,
            once,
        })
    }

    /// IANA name of the zone.
    #[must_use]
    pub fn zone_name(&self) -> &str {
        &self.zone_name
    }

    /// The zone whose clocks the hours follow.
    #[cfg(feature = "zones")]
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// When it is open.
    #[must_use]
    pub fn hours(&self) -> &Hours {
        &self.hours
    }

    /// True when it stays closed on this date although its weekday may open.
    #[must_use]
    pub fn is_holiday(&self, date: NaiveDate) -> bool {
        self.once.binary_search(&date).is_ok() || self.yearly.binary_search(&day_of_year(date)).is_ok()
    }

    /// True when it opens at some time of this local date: a business day.
    #[must_use]
    pub fn is_open_day(&self, date: NaiveDate) -> bool {
        use chrono::Datelike;
        match &self.hours {
            Hours::Always => true,
            Hours::Weekly { week, .. } => !week.on(date.weekday()).is_empty() && !self.is_holiday(date),
        }
    }
}

/// Month and day pairs there are.
const DAYS_OF_A_LEAP_YEAR: usize = 366;

impl TryFrom<CalendarDefinition> for Calendar {
    type Error = Refusal;

    fn try_from(definition: CalendarDefinition) -> Result<Self, Refusal> {
        Self::new(definition)
    }
}

impl From<Calendar> for CalendarDefinition {
    fn from(calendar: Calendar) -> Self {
        let (always_open, week, holidays) = match calendar.hours {
            Hours::Always => (true, Week::default(), Vec::new()),
            Hours::Weekly { week, holidays } => (false, week, holidays),
        };
        Self {
            zone: calendar.zone_name,
            always_open,
            week,
            holidays,
        }
    }
}
