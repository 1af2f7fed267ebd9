//! Section 7, business time: against a model that looks at every minute, across clock changes in several zones.
#![cfg(feature = "zones")]
#![allow(clippy::unwrap_used, reason = "a test that cannot build its case fails")]

use chrono::{DurationRound, NaiveDate, TimeDelta, Timelike};
use daypack_domain::Instant;
use daypack_domain::calendar::{
    Calendar, CalendarDefinition, Holiday, Hours, LazyIntervals, LocalInterval, TimeOfDay, Week,
};
use proptest::prelude::*;

/// Zones, and days around which their clocks change (or, of Mexico City today, no longer do).
const CHANGES: [(&str, &str); 11] = [
    ("Europe/Madrid", "2026-03-29"),
    ("Europe/Madrid", "2026-10-25"),
    ("Europe/Copenhagen", "2027-03-28"),
    ("America/Mexico_City", "2022-04-03"),
    ("America/Mexico_City", "2022-10-30"),
    ("America/Mexico_City", "2026-04-05"),
    ("America/Santiago", "2026-04-05"),
    ("America/Santiago", "2026-09-06"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("UTC", "2026-12-31"),
];

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

fn time(of_day: u16) -> TimeOfDay {
    TimeOfDay::new(of_day / 60, of_day % 60).unwrap()
}

fn intervals() -> impl Strategy<Value = Vec<LocalInterval>> {
    prop::collection::btree_set(0_u16..=1440, 0..=6).prop_map(|marks| {
        let marks: Vec<u16> = marks.into_iter().collect();
        marks
            .chunks_exact(2)
            .map(|pair| LocalInterval {
                from: time(pair[0]),
                to: time(pair[1]),
            })
            .collect()
    })
}

/// A calendar, and an instant some days before a clock change of its zone.
fn calendars() -> impl Strategy<Value = (Calendar, Instant)> {
    let week = prop::collection::vec(intervals(), 7);
    let holidays = prop::collection::vec((-5_i64..8, any::<bool>()), 0..3);
    (0..CHANGES.len(), week, holidays, 0_i64..5 * 1440).prop_filter_map(
        "never opens",
        |(change, week, holidays, before)| {
            let (zone, date) = CHANGES[change];
            let date: NaiveDate = date.parse().unwrap();
            let mut days = week.into_iter();
            let mut day = || days.next().unwrap();
            let definition = CalendarDefinition {
                zone: zone.into(),
                always_open: false,
                week: Week {
                    monday: day(),
                    tuesday: day(),
                    wednesday: day(),
                    thursday: day(),
                    friday: day(),
                    saturday: day(),
                    sunday: day(),
                },
                holidays: holidays
                    .into_iter()
                    .map(|(days, yearly)| Holiday {
                        date: date + TimeDelta::days(days),
                        yearly,
                        name: String::new(),
                    })
                    .collect(),
            };
            let calendar = Calendar::new(definition).ok()?;
            let start = calendar.zone().first_instant(date) - minutes(before);
            Some((calendar, start))
        },
    )
}

/// Whether the clocks there read an open time.
fn reads_open(calendar: &Calendar, at: Instant) -> bool {
    let local = calendar.zone().local(at);
    let Hours::Weekly { week, .. } = calendar.hours() else {
        return true;
    };
    let minute = u16::try_from(local.time().num_seconds_from_midnight() / 60).unwrap();
    let weekday = chrono::Datelike::weekday(&local.date());
    !calendar.is_holiday(local.date())
        && week
            .on(weekday)
            .iter()
            .any(|hours| hours.from.minutes() <= minute && minute < hours.to.minutes())
}

fn elapsed(lazy: &mut LazyIntervals, from: Instant, to: Instant) -> TimeDelta {
    lazy.compute(|open| open.elapsed(from, to)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn elapsed_is_what_counting_every_minute_gives((calendar, start) in calendars(), length in 1_i64..9 * 1440) {
        let counted = (0..length).filter(|&minute| reads_open(&calendar, start + minutes(minute))).count();
        let mut lazy = LazyIntervals::new(calendar, start);
        let sum = elapsed(&mut lazy, start, start + minutes(length));
        prop_assert_eq!(sum, minutes(i64::try_from(counted).unwrap()));
    }

    #[test]
    fn elapsed_adds_up_over_any_split(
        (calendar, start) in calendars(),
        mut cuts in prop::collection::vec(0_i64..20 * 86_400_000_000, 2..8),
    ) {
        cuts.sort_unstable();
        let cuts: Vec<Instant> = cuts.into_iter().map(|cut| start + TimeDelta::microseconds(cut)).collect();
        let mut lazy = LazyIntervals::new(calendar, start);
        let mut sum = TimeDelta::zero();
        for pair in cuts.windows(2) {
            let part = elapsed(&mut lazy, pair[0], pair[1]);
            prop_assert!(part >= TimeDelta::zero() && part <= pair[1] - pair[0]);
            sum += part;
        }
        prop_assert_eq!(sum, elapsed(&mut lazy, cuts[0], cuts[cuts.len() - 1]));
    }

    #[test]
    fn adding_is_the_inverse_of_elapsed(
        (calendar, start) in calendars(),
        skew in 0_i64..86_400_000_000,
        duration in 1_i64..40 * 86_400_000_000,
    ) {
        let start = start + TimeDelta::microseconds(skew);
        let duration = TimeDelta::microseconds(duration);
        let tick = TimeDelta::microseconds(1);
        let mut lazy = LazyIntervals::new(calendar, start);
        let due = lazy.compute(|open| open.add(start, duration)).unwrap();
        let last = lazy.compute(|open| open.last_instant_with(start, duration)).unwrap();
        prop_assert_eq!(elapsed(&mut lazy, start, due), duration);
        prop_assert_eq!(elapsed(&mut lazy, start, due - tick), duration - tick);
        prop_assert!(due <= last);
        prop_assert_eq!(elapsed(&mut lazy, start, last), duration);
        prop_assert_eq!(elapsed(&mut lazy, start, last + tick), duration + tick);
    }

    #[test]
    fn what_is_due_later_takes_longer((calendar, start) in calendars(), a in 0_i64..20_000, b in 0_i64..20_000) {
        let mut lazy = LazyIntervals::new(calendar, start);
        let mut due = |count| lazy.compute(|open| open.add(start, minutes(count))).unwrap();
        prop_assert_eq!(due(a).cmp(&due(b)), if a.min(b) == 0 { due(a).cmp(&due(b)) } else { a.cmp(&b) });
    }

    #[test]
    fn parts_cover_a_period_and_agree_with_the_clocks((calendar, start) in calendars(), length in 1_i64..9 * 1440) {
        let end = start + minutes(length);
        let mut lazy = LazyIntervals::new(calendar.clone(), start);
        let parts = lazy.compute(|open| open.parts(start, end)).unwrap();
        prop_assert_eq!(parts[0].from, start);
        prop_assert_eq!(parts[parts.len() - 1].until, end);
        for pair in parts.windows(2) {
            prop_assert_eq!(pair[0].until, pair[1].from);
            prop_assert_ne!(pair[0].open, pair[1].open);
        }
        for part in parts {
            let last_minute = (part.until - minutes(1)).max(part.from);
            prop_assert_eq!(reads_open(&calendar, part.from), part.open);
            prop_assert_eq!(reads_open(&calendar, last_minute.duration_trunc(minutes(1)).unwrap()), part.open);
        }
    }
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn weekly(zone: &str, week: Week, holidays: Vec<Holiday>) -> Calendar {
    Calendar::new(CalendarDefinition {
        zone: zone.into(),
        always_open: false,
        week,
        holidays,
    })
    .unwrap()
}

#[test]
fn a_night_open_through_a_clock_change_has_the_real_hours() {
    let night = vec![LocalInterval {
        from: time(0),
        to: time(6 * 60),
    }];
    let calendar = weekly(
        "Europe/Madrid",
        Week {
            sunday: night,
            ..Week::default()
        },
        vec![],
    );
    for (day, hours) in [("2026-03-22", 6), ("2026-03-29", 5), ("2026-10-25", 7)] {
        let from = calendar.zone().first_instant(date(day));
        let mut lazy = LazyIntervals::new(calendar.clone(), from);
        assert_eq!(
            elapsed(&mut lazy, from, from + TimeDelta::days(2)),
            TimeDelta::hours(hours),
            "{day}"
        );
    }
}

#[test]
fn an_hour_that_the_clocks_skip_is_not_open_and_one_they_repeat_is_open_twice() {
    let hour = vec![LocalInterval {
        from: time(120),
        to: time(180),
    }];
    let calendar = weekly(
        "Europe/Madrid",
        Week {
            sunday: hour,
            ..Week::default()
        },
        vec![],
    );
    for (day, minutes_open) in [("2026-03-29", 0), ("2026-10-25", 120)] {
        let from = calendar.zone().first_instant(date(day));
        let open = calendar.expand(from, from + TimeDelta::days(2));
        assert_eq!(
            open.elapsed(from, from + TimeDelta::days(2)),
            Ok(minutes(minutes_open)),
            "{day}"
        );
    }
}

#[test]
fn there_is_no_search_limit() {
    // Opens on New Year's Day only when that is a Monday, and not in 2029: the next ones are 2035 and 2046.
    let week = Week {
        monday: vec![LocalInterval {
            from: time(0),
            to: time(60),
        }],
        ..Week::default()
    };
    let mut holidays: Vec<Holiday> = (1..366)
        .map(|day| Holiday {
            date: date("2024-01-01") + TimeDelta::days(day),
            yearly: true,
            name: String::new(),
        })
        .collect();
    holidays.push(Holiday {
        date: date("2029-01-01"),
        yearly: false,
        name: String::new(),
    });
    let start = at("2026-06-01T00:00:00Z");
    let mut lazy = LazyIntervals::new(weekly("UTC", week, holidays), start);
    assert_eq!(
        lazy.compute(|open| open.next_opening(start)),
        Ok(at("2035-01-01T00:00:00Z"))
    );
    assert_eq!(
        lazy.compute(|open| open.add(start, minutes(61))),
        Ok(at("2046-01-01T00:01:00Z"))
    );
    let past = at("1999-12-31T00:00:00Z");
    // 2001, 2007, 2018 and 2024.
    assert_eq!(elapsed(&mut lazy, past, start), minutes(240));
}

#[test]
fn what_lies_beyond_the_calendar_of_dates_is_said_not_guessed() {
    let calendar = weekly(
        "UTC",
        Week {
            monday: vec![LocalInterval {
                from: time(0),
                to: time(1),
            }],
            ..Week::default()
        },
        vec![],
    );
    let start = at("2026-06-01T00:00:00Z");
    let mut lazy = LazyIntervals::new(calendar, start);
    assert!(lazy.compute(|open| open.add(start, minutes(500_000))).is_err());
}

#[test]
fn open_days_are_counted_in_local_dates() {
    let week = Week::working_days(&[LocalInterval {
        from: time(540),
        to: time(1080),
    }]);
    let holiday = Holiday {
        date: date("2026-06-03"),
        yearly: false,
        name: "Local".into(),
    };
    let calendar = weekly("America/Mexico_City", week, vec![holiday]);
    // Tuesday evening there, Wednesday in UTC; five open days after, past a holiday and a weekend: Wednesday.
    let end = calendar.end_of_open_day_after(at("2026-06-03T02:00:00Z"), 5);
    assert_eq!(end, calendar.zone().end_of(date("2026-06-10")));
}

#[test]
fn a_calendar_around_the_clock_counts_real_time() {
    let calendar = Calendar::new(CalendarDefinition {
        zone: "UTC".into(),
        always_open: true,
        ..Default::default()
    })
    .unwrap();
    let start = at("2026-03-28T00:00:00Z");
    let mut lazy = LazyIntervals::new(calendar, start);
    assert_eq!(
        elapsed(&mut lazy, start, start + TimeDelta::days(400)),
        TimeDelta::days(400)
    );
    assert_eq!(
        lazy.compute(|open| open.add(start, minutes(90))),
        Ok(start + minutes(90))
    );
}
