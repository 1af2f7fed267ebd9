//! Section 7, calendars: what is accepted, what is refused and where, and the JSON form.
#![allow(clippy::unwrap_used, reason = "a test that cannot build its case fails")]

use daypack_domain::Refusal;
use daypack_domain::calendar::{Calendar, CalendarDefinition, OpenIntervals, OutsideIntervals, TimeOfDay};
use daypack_domain::time::Instant;
use serde_json::json;

fn refusals(definition: serde_json::Value) -> Vec<(String, &'static str)> {
    let definition: CalendarDefinition = serde_json::from_value(definition).unwrap();
    match Calendar::new(definition) {
        Err(Refusal::Invalid(problems)) => problems.into_iter().map(|p| (p.pointer, p.code)).collect(),
        other => panic!("expected a refusal by field, got {other:?}"),
    }
}

fn office() -> serde_json::Value {
    json!({
        "zone": "Europe/Madrid",
        "always_open": false,
        "week": {
            "monday": [{"from": "09:00", "to": "14:00"}, {"from": "16:00", "to": "19:00"}],
            "tuesday": [], "wednesday": [], "thursday": [],
            "friday": [{"from": "09:00", "to": "24:00"}],
            "saturday": [], "sunday": []
        },
        "holidays": [{"date": "2026-12-25", "yearly": true, "name": "Christmas"}]
    })
}

#[test]
fn a_calendar_reads_back_as_it_was_written() {
    let calendar: Calendar = serde_json::from_value(office()).unwrap();
    assert_eq!(serde_json::to_value(&calendar).unwrap(), office());
    let round: Calendar = serde_json::from_value(serde_json::to_value(&calendar).unwrap()).unwrap();
    assert_eq!(round, calendar);
}

#[test]
fn intervals_are_sorted_and_may_touch() {
    let mut written = office();
    written["week"]["monday"] = json!([{"from": "16:00", "to": "19:00"}, {"from": "09:00", "to": "16:00"}]);
    let calendar: Calendar = serde_json::from_value(written).unwrap();
    let monday = &serde_json::to_value(&calendar).unwrap()["week"]["monday"];
    assert_eq!(monday[0]["from"], "09:00");
    assert_eq!(monday[1]["from"], "16:00");
}

#[test]
fn a_calendar_that_never_opens_is_refused() {
    assert_eq!(refusals(json!({"zone": "UTC"})), [("/week".into(), "never_opens")]);
    let every_day: Vec<_> = (0..366)
        .map(|day| json!({"date": "2024-01-01".parse::<chrono::NaiveDate>().unwrap() + chrono::Days::new(day), "yearly": true}))
        .collect();
    let mut written = office();
    written["holidays"] = json!(every_day);
    assert_eq!(refusals(written), [("/holidays".into(), "never_opens")]);
}

#[test]
fn empty_and_overlapping_intervals_are_refused_where_they_stand() {
    let mut written = office();
    written["week"]["tuesday"] = json!([{"from": "10:00", "to": "10:00"}, {"from": "12:00", "to": "11:00"}]);
    written["week"]["friday"] = json!([{"from": "12:00", "to": "15:00"}, {"from": "09:00", "to": "12:01"}]);
    assert_eq!(
        refusals(written),
        [
            ("/week/tuesday/0".into(), "empty_interval"),
            ("/week/tuesday/1".into(), "empty_interval"),
            ("/week/friday/0".into(), "overlaps"),
        ]
    );
}

#[test]
fn hours_beside_24x7_are_refused() {
    let mut written = office();
    written["always_open"] = json!(true);
    assert_eq!(
        refusals(written),
        [("/week".into(), "not_with_24x7"), ("/holidays".into(), "not_with_24x7")]
    );
}

#[cfg(feature = "zones")]
#[test]
fn an_unknown_zone_is_refused() {
    let mut written = office();
    written["zone"] = json!("Europe/Atlantis");
    assert_eq!(refusals(written), [("/zone".into(), "unknown_zone")]);
}

#[test]
fn times_of_day_are_strict() {
    for text in ["24:01", "9:00", "09:60", "0900", "+9:00", "09:00:00", ""] {
        assert!(text.parse::<TimeOfDay>().is_err(), "{text}");
    }
    assert_eq!("24:00".parse(), Ok(TimeOfDay::END));
    assert_eq!("00:00".parse(), Ok(TimeOfDay::START));
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

#[test]
fn the_page_reads_open_intervals_and_is_told_where_they_end() {
    let (from, until) = (at("2026-06-01T00:00:00Z"), at("2026-06-03T00:00:00Z"));
    let written = json!({
        "always_open": false, "from": from, "until": until,
        "intervals": [["2026-06-01T09:00:00Z", "2026-06-01T18:00:00Z"], ["2026-06-02T09:00:00Z", "2026-06-02T18:00:00Z"]]
    });
    let open: OpenIntervals = serde_json::from_value(written.clone()).unwrap();
    assert_eq!(serde_json::to_value(&open).unwrap(), written);
    let hours = chrono::TimeDelta::hours;
    assert_eq!(open.add(from, hours(10)), Ok(at("2026-06-02T10:00:00Z")));
    assert_eq!(open.add(from, hours(18)), Ok(at("2026-06-02T18:00:00Z")));
    // The last instant with 18 hours lies at the next opening, which is not known here.
    assert!(matches!(
        open.last_instant_with(from, hours(18)),
        Err(OutsideIntervals::After(_))
    ));
    assert!(matches!(open.add(from, hours(19)), Err(OutsideIntervals::After(_))));
    assert!(matches!(
        open.elapsed(from, at("2026-06-03T00:00:01Z")),
        Err(OutsideIntervals::After(_))
    ));
    assert!(matches!(
        open.elapsed(at("2026-05-31T00:00:00Z"), from),
        Err(OutsideIntervals::Before(_))
    ));
}

#[test]
fn intervals_out_of_order_are_refused() {
    let (from, until) = (at("2026-06-01T00:00:00Z"), at("2026-06-03T00:00:00Z"));
    let nine = at("2026-06-01T09:00:00Z");
    let ten = at("2026-06-01T10:00:00Z");
    for intervals in [
        vec![(ten, nine)],
        vec![(nine, ten), (nine, ten)],
        vec![(nine, until + chrono::TimeDelta::hours(1))],
    ] {
        assert!(OpenIntervals::new(from, until, &intervals).is_err(), "{intervals:?}");
    }
}
