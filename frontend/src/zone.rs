//! Dates and times in a named zone: the browser knows every zone, so the page carries no table of them.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use daypack_domain::Instant;
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::time;

/// What a clock on the wall shows there at this instant, to the minute; UTC where the browser does not know the zone.
pub fn local(instant: Instant, zone: &str) -> NaiveDateTime {
    written(instant, zone)
        .ok()
        .and_then(|text| parse(&text))
        .unwrap_or_else(|| instant.naive_utc())
}

/// The instant at which a clock on the wall shows this there. An hour that a change of time skips is taken as the one
/// after, an hour that comes twice as the second.
pub fn instant(shown: NaiveDateTime, zone: &str) -> Instant {
    let as_utc = shown.and_utc();
    let offset_at = |instant: Instant| local(instant, zone).and_utc() - instant;
    let near = as_utc - whole_minutes(offset_at(as_utc));
    as_utc - whole_minutes(offset_at(near))
}

/// Today's date there.
pub fn today(zone: &str) -> NaiveDate {
    local(time::now(), zone).date()
}

/// The value of a `datetime-local` or `date` field.
pub fn parse(text: &str) -> Option<NaiveDateTime> {
    let mut parts = text
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse::<u32>().ok());
    let mut next = || parts.next().flatten();
    let date = NaiveDate::from_ymd_opt(i32::try_from(next()?).ok()?, next()?, next()?)?;
    date.and_hms_opt(next().unwrap_or(0), next().unwrap_or(0), 0)
}

/// As a `datetime-local` field writes it: `2026-11-24T20:00`.
pub fn field_text(shown: NaiveDateTime) -> String {
    let mut text = shown.to_string().replace(' ', "T");
    text.truncate("2026-11-24T20:00".len());
    text
}

/// As a clock shows it: `20:05`.
pub fn clock_text(shown: NaiveDateTime) -> String {
    format!("{:02}:{:02}", shown.hour(), shown.minute())
}

/// Offsets are whole minutes; the seconds are what the writing of the instant lost.
fn whole_minutes(offset: TimeDelta) -> TimeDelta {
    TimeDelta::minutes((offset.num_seconds() as f64 / 60.0).round() as i64)
}

/// The Swedish way of writing a date is the one of the fields.
fn written(instant: Instant, zone: &str) -> Result<String, JsValue> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
    let constructor: Function = Reflect::get(&intl, &"DateTimeFormat".into())?.dyn_into()?;
    let options = Object::new();
    for (name, value) in [("timeZone", zone), ("dateStyle", "short"), ("timeStyle", "short")] {
        Reflect::set(&options, &name.into(), &value.into())?;
    }
    let formatter = Reflect::construct(&constructor, &Array::of2(&"sv-SE".into(), &options))?;
    let format: Function = Reflect::get(&formatter, &"format".into())?.dyn_into()?;
    let text = format.call1(&formatter, &(instant.timestamp_millis() as f64).into())?;
    Ok(text.as_string().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{field_text, parse};

    #[test]
    fn fields_are_read_and_written_alike() {
        let shown = parse("2026-11-24T20:05").unwrap();
        assert_eq!(field_text(shown), "2026-11-24T20:05");
        assert_eq!(parse("2026-11-24 20:05"), Some(shown));
        assert_eq!(field_text(parse("2026-11-24").unwrap()), "2026-11-24T00:00");
        assert_eq!(parse("2026-13-24"), None);
        assert_eq!(parse("soon"), None);
    }
}
