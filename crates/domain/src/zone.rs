//! IANA time zones: which local day an instant belongs to, and when a local day begins.
//! Only the server has them; the page gets open intervals in UTC.

use crate::time::Instant;
use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};

/// An IANA time zone such as `Europe/Madrid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(chrono_tz::Tz);

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(chrono_tz::UTC);

    /// Parses an IANA name; `None` when the zone database does not know it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// The IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The calendar date at this instant, as people there read it.
    #[must_use]
    pub fn date_at(self, instant: Instant) -> NaiveDate {
        self.local(instant).date()
    }

    /// Date and time of day at this instant, as people there read it.
    #[must_use]
    pub fn local(self, instant: Instant) -> NaiveDateTime {
        instant.with_timezone(&self.0).naive_local()
    }

    /// The first instant of a local date. Where clocks skip midnight, the day begins after the gap.
    #[must_use]
    pub fn first_instant(self, date: NaiveDate) -> Instant {
        self.instant(date.and_time(NaiveTime::MIN))
    }

    /// The first instant after a local date is over: when something valid through that date ends (section 2).
    #[must_use]
    pub fn end_of(self, date: NaiveDate) -> Instant {
        self.first_instant(date.checked_add_days(Days::new(1)).unwrap_or(date))
    }

    /// The instant of a local time. A time that occurs twice means its first occurrence; a time that the clocks
    /// skip means the first instant after the gap.
    #[must_use]
    pub fn instant(self, local: NaiveDateTime) -> Instant {
        if let Some(found) = self.0.from_local_datetime(&local).earliest() {
            return found.with_timezone(&Utc);
        }
        // In a gap: every zone's gaps are shorter than a day and end on a whole minute, except for a few historic ones.
        let mut probe = local;
        for _ in 0..(26 * 60) {
            probe += TimeDelta::minutes(1);
            if let Some(found) = self.0.from_local_datetime(&probe).earliest() {
                return found.with_timezone(&Utc);
            }
        }
        Utc.from_utc_datetime(&local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_begins_after_a_gap_at_midnight() {
        // Clocks in Santiago went from 24:00 to 01:00 on 8 September 2024.
        let zone = Zone::parse("America/Santiago").unwrap();
        assert_eq!(
            zone.first_instant(date("2024-09-08")).to_rfc3339(),
            "2024-09-08T04:00:00+00:00"
        );
        assert_eq!(zone.end_of(date("2024-09-07")), zone.first_instant(date("2024-09-08")));
    }

    #[test]
    fn a_day_that_a_zone_skipped_begins_with_the_next() {
        // Samoa had no 30 December 2011.
        let zone = Zone::parse("Pacific/Apia").unwrap();
        assert_eq!(
            zone.first_instant(date("2011-12-30")),
            zone.first_instant(date("2011-12-31"))
        );
    }

    #[test]
    fn a_time_that_occurs_twice_means_the_first() {
        let zone = Zone::parse("Europe/Madrid").unwrap();
        let twice = date("2026-10-25").and_hms_opt(2, 30, 0).unwrap();
        assert_eq!(zone.instant(twice).to_rfc3339(), "2026-10-25T00:30:00+00:00");
    }

    #[test]
    fn unknown_names_are_refused() {
        assert_eq!(Zone::parse("Europe/Atlantis"), None);
    }
}
