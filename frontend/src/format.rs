//! Minutes, money, numbers and dates as people write them, in the page's language. All but minutes comes from the
//! browser's `Intl`, which knows every zone and language and costs no bytes.

use std::cell::RefCell;

use chrono::{DateTime, NaiveDate, NaiveTime};
use daypack_domain::{
    Instant,
    money::{Currency, Money},
};
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::i18n::{language, t, t_with};

const MILLISECONDS_PER_DAY: f64 = 86_400_000.0;

thread_local! {
    /// Formatters by constructor and options: making one takes far longer than using it.
    static FORMATTERS: RefCell<Vec<(String, JsValue)>> = const { RefCell::new(Vec::new()) };
}

/// Drops the formatters of the language before.
pub fn forget_language() {
    FORMATTERS.take();
}

/// Minutes as hours and minutes, with spaces that do not break: `7 h 30`, `24 h`, `45 min`.
pub fn minutes(minutes: i64) -> String {
    let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
    let sign = if minutes < 0 { "−" } else { "" };
    match (hours, rest) {
        (0, rest) => format!("{sign}{rest}\u{a0}min"),
        (hours, 0) => format!("{sign}{hours}\u{a0}h"),
        (hours, rest) => format!("{sign}{hours}\u{a0}h\u{a0}{rest:02}"),
    }
}

/// Seconds as a stop watch shows them: `0:42:10`.
pub fn stop_watch(seconds: i64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A part of a positive whole as a length in SVG or CSS. In whole numbers: formatting a float takes 6 kB of program.
pub fn share(part: i64, all: i64) -> String {
    let thousandths = part.saturating_mul(100_000) / all.max(1);
    format!("{}.{:03}%", thousandths / 1_000, thousandths % 1_000)
}

/// A number with the language's separators.
pub fn number(value: f64) -> String {
    call(&formatter("NumberFormat", "{}"), "format", &[value.into()])
}

/// A share between 0 and 1 in per cent, with at most two digits behind the separator.
pub fn percent(share: f64) -> String {
    call(
        &formatter("NumberFormat", r#"{"style":"percent","maximumFractionDigits":2}"#),
        "format",
        &[share.into()],
    )
}

/// The size of a file: `59 bytes`, `340 kB`, `1.2 MB`.
pub fn bytes(bytes: f64) -> String {
    let (value, unit, display) = if bytes < 1_000.0 {
        (bytes, "byte", "long")
    } else if bytes < 1_000_000.0 {
        ((bytes / 1_000.0).round(), "kilobyte", "short")
    } else {
        (bytes / 1_000_000.0, "megabyte", "short")
    };
    let options = format!(r#"{{"style":"unit","unit":"{unit}","unitDisplay":"{display}","maximumFractionDigits":1}}"#);
    call(&formatter("NumberFormat", &options), "format", &[value.into()])
}

/// A calendar date without its year, for a day within some months: `14 Mar`.
pub fn day(date: NaiveDate) -> String {
    date_as(date, r#"{"day":"numeric","month":"short","timeZone":"UTC"}"#)
}

/// A period of calendar dates: `9–15 Nov 2026`.
pub fn dates(from: NaiveDate, to: NaiveDate) -> String {
    let options = r#"{"day":"numeric","month":"short","year":"numeric","timeZone":"UTC"}"#;
    let [from, to] = [from, to].map(|date| JsValue::from(midday(date)));
    call(&formatter("DateTimeFormat", options), "formatRange", &[from, to])
}

/// A period within a day or two in the reader's zone: `Tue 24 Nov, 20:00–21:00`.
pub fn window(from: Instant, to: Instant) -> String {
    let options = r#"{"weekday":"short","day":"numeric","month":"short","hour":"2-digit","minute":"2-digit",
        "hourCycle":"h23"}"#;
    let [from, to] = [from, to].map(|instant| JsValue::from(instant.timestamp_millis() as f64));
    call(&formatter("DateTimeFormat", options), "formatRange", &[from, to])
}

/// An amount of money; whole amounts come without zeros behind the separator.
pub fn money(money: Money) -> String {
    let unit = 10_i64.pow(currency_digits(money.currency));
    let more = match money.amount_minor % unit {
        0 => r#","minimumFractionDigits":0"#,
        _ => "",
    };
    let value = money.amount_minor as f64 / unit as f64;
    call(&money_formatter(money.currency, more), "format", &[value.into()])
}

/// How many digits a currency has behind the separator: 2 for most, none for yen.
pub fn currency_digits(currency: Currency) -> u32 {
    let usual = money_formatter(currency, "");
    let options: JsValue = Reflect::get(&usual, &"resolvedOptions".into())
        .ok()
        .and_then(|method| method.dyn_into::<Function>().ok()?.call0(&usual).ok())
        .unwrap_or_default();
    let digits = Reflect::get(&options, &"maximumFractionDigits".into())
        .ok()
        .and_then(|digits| digits.as_f64());
    digits.unwrap_or(2.0) as u32
}

fn money_formatter(currency: Currency, more: &str) -> JsValue {
    let options = format!(r#"{{"style":"currency","currency":"{}"{more}}}"#, currency.as_str());
    formatter("NumberFormat", &options)
}

/// A calendar date, which has no zone: `14 Mar 2027`.
pub fn date(date: NaiveDate) -> String {
    date_as(
        date,
        r#"{"day":"numeric","month":"short","year":"numeric","timeZone":"UTC"}"#,
    )
}

fn date_as(date: NaiveDate, options: &str) -> String {
    call(&formatter("DateTimeFormat", options), "format", &[midday(date).into()])
}

/// Midday of a date in UTC, in milliseconds since 1970.
fn midday(date: NaiveDate) -> f64 {
    date.and_time(NaiveTime::default()).and_utc().timestamp_millis() as f64 + MILLISECONDS_PER_DAY / 2.0
}

/// An instant in the reader's zone with everything there is to say about it: `Saturday, 14 March 2027 at 16:05 CET`.
pub fn instant_in_full(instant: Instant) -> String {
    let options = r#"{"weekday":"long","day":"numeric","month":"long","year":"numeric","hour":"2-digit",
        "minute":"2-digit","hourCycle":"h23","timeZoneName":"short"}"#;
    instant_as(instant, options)
}

/// An instant as near as the reader needs it: `today 17:30`, `Wed 16:00` within six days, else `2 Dec`, with the year
/// when it is another.
pub fn instant_near(instant: Instant, now: Instant) -> String {
    let days = local_day(instant) - local_day(now);
    let time = || instant_as(instant, r#"{"hour":"2-digit","minute":"2-digit","hourCycle":"h23"}"#);
    if days == 0 {
        return t_with("time.today_at", &[("time", &time())]);
    }
    if days.abs() < 7 {
        let weekday = instant_as(instant, r#"{"weekday":"short"}"#);
        return format!("{weekday}\u{a0}{}", time());
    }
    if days.abs() < 180 {
        return instant_as(instant, r#"{"day":"numeric","month":"short"}"#);
    }
    instant_as(instant, r#"{"day":"numeric","month":"short","year":"numeric"}"#)
}

/// An instant as near as the reader needs it, and always with its time: `today 17:30`, `Wed 16:00`, `2 Dec, 09:15`.
pub fn moment(instant: Instant, now: Instant) -> String {
    if (local_day(instant) - local_day(now)).abs() < 7 {
        return instant_near(instant, now);
    }
    let options = r#"{"day":"numeric","month":"short","hour":"2-digit","minute":"2-digit","hourCycle":"h23"}"#;
    instant_as(instant, options)
}

/// The day of an instant in the reader's zone: `14 Mar`.
pub fn instant_day(instant: Instant) -> String {
    instant_as(instant, r#"{"day":"numeric","month":"short"}"#)
}

/// The day of an instant in the reader's zone, with its year: `14 Mar 2027`.
pub fn instant_day_year(instant: Instant) -> String {
    instant_as(instant, r#"{"day":"numeric","month":"short","year":"numeric"}"#)
}

/// A distance in days in words: `in 9 days`, `tomorrow`, `3 days ago`.
pub fn relative_days(days: i64) -> String {
    let formatter = formatter("RelativeTimeFormat", r#"{"numeric":"auto"}"#);
    call(&formatter, "format", &[(days as f64).into(), "day".into()])
}

/// Whether two instants lie on the same day in the reader's zone.
pub fn same_day(one: Instant, other: Instant) -> bool {
    local_day(one) == local_day(other)
}

/// The hour of the day in the reader's zone, 0 to 23.
pub fn local_hour(instant: Instant) -> u32 {
    js_date(instant).get_hours()
}

/// The plural category of a count in the page's language, such as `one` or `other`.
pub fn plural_category(count: i64) -> String {
    call(&formatter("PluralRules", "{}"), "select", &[(count as f64).into()])
}

/// Days since 1970 in the reader's zone.
fn local_day(instant: Instant) -> i64 {
    let offset = js_date(instant).get_timezone_offset() * 60_000.0;
    ((instant.timestamp_millis() as f64 - offset) / MILLISECONDS_PER_DAY).floor() as i64
}

fn js_date(instant: Instant) -> js_sys::Date {
    js_sys::Date::new(&(instant.timestamp_millis() as f64).into())
}

fn instant_as(instant: DateTime<chrono::Utc>, options: &str) -> String {
    call(
        &formatter("DateTimeFormat", options),
        "format",
        &[(instant.timestamp_millis() as f64).into()],
    )
}

/// The `Intl` object of this constructor and these options (JSON) in the page's language.
fn formatter(constructor: &str, options: &str) -> JsValue {
    let key = format!("{constructor}{options}");
    if let Some(found) = FORMATTERS.with_borrow(|all| {
        all.iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| value.clone())
    }) {
        return found;
    }
    let made = make_formatter(constructor, options).unwrap_or_default();
    FORMATTERS.with_borrow_mut(|all| all.push((key, made.clone())));
    made
}

fn make_formatter(constructor: &str, options: &str) -> Result<JsValue, JsValue> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
    let constructor: Function = Reflect::get(&intl, &constructor.into())?.dyn_into()?;
    // English dates are written day first here, as most of the clients' countries do.
    let locale = if language() == "en" { "en-GB" } else { language() };
    let arguments = Array::of2(&locale.into(), &js_sys::JSON::parse(options)?);
    Reflect::construct(&constructor, &arguments)
}

fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> String {
    let arguments: Array = arguments.iter().collect();
    Reflect::get(object, &method.into())
        .and_then(|method| method.dyn_into::<Function>())
        .and_then(|method| method.apply(object, &arguments))
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// What is left until a deadline, or how long it has passed, for a countdown: `38 min`, `4 min over`, `today 17:30`.
pub fn deadline(until: Instant, now: Instant) -> String {
    let left = (until - now).num_seconds();
    if left < 0 {
        return t_with("clock.over", &[("time", &minutes(-left / 60))]);
    }
    if left < 90 * 60 {
        minutes(left / 60)
    } else {
        instant_near(until, now)
    }
}

/// What minutes are called after: the name of their plan when they were bought. Minutes that were given have no such
/// name: they are called after the code of the plan that they count as, or after how they came.
pub fn lot_name(plan_code: &str, plan_name: &str) -> String {
    let given = matches!(plan_name, "goodwill" | "opening");
    match given && plan_code == plan_name {
        true => word("lot.origin.", plan_name),
        false if given || plan_code == plan_name => capitalized(plan_code),
        false => plan_name.to_owned(),
    }
}

fn capitalized(code: &str) -> String {
    let mut letters = code.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A stable word of the API in the page's language; the group is the beginning of its key, such as `role.`.
pub fn word(group: &str, word: &str) -> String {
    t(&[group, word].concat())
}

#[cfg(test)]
mod tests {
    use super::{lot_name, minutes, share};

    #[test]
    fn minutes_are_called_after_their_plan() {
        for (code, name, shown) in [
            ("flexi", "Flexi 2025", "Flexi 2025"),
            ("flexi", "flexi", "Flexi"),
            ("pro-plus", "opening", "Pro-plus"),
            ("goodwill", "goodwill", "lot.origin.goodwill"),
            ("", "", ""),
        ] {
            assert_eq!(lot_name(code, name), shown);
        }
    }

    #[test]
    fn shares_have_three_digits_behind_the_point() {
        let cases = [
            (0, 7, "0.000%"),
            (1, 3, "33.333%"),
            (7, 7, "100.000%"),
            (1, 100_000, "0.001%"),
        ];
        for (part, all, text) in cases {
            assert_eq!(share(part, all), text);
        }
    }

    #[test]
    fn minutes_read_as_hours_and_minutes() {
        let cases = [
            (0, "0 min"),
            (45, "45 min"),
            (60, "1 h"),
            (450, "7 h 30"),
            (65, "1 h 05"),
            (-90, "−1 h 30"),
        ];
        for (amount, text) in cases {
            assert_eq!(minutes(amount).replace('\u{a0}', " "), text);
        }
    }
}
