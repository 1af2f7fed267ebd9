//! How the minutes went down, where the pace leads and what expires on the way: a chart, and the same in words and as
//! a table.

use chrono::{Datelike, Months, NaiveDate};
use daypack_api_types::ledger::Balance;
use leptos::prelude::*;

use super::course::{Course, Point, course, days_between, later};
use crate::{
    format::{date, day, minutes, share},
    i18n::{t, t_with},
};

/// The drawing's own units, in whole numbers (writing a float takes 6 kB of program); it is stretched to the card's
/// width.
const WIDTH: i64 = 6000;
const HEIGHT: i64 = 1600;
/// Lines across the drawing, with their minutes at the side.
const STEPS: i64 = 4;

/// Days and minutes to places in the drawing.
struct Scale {
    first: NaiveDate,
    days: i64,
    most: i64,
}

impl Scale {
    fn place(&self, point: Point) -> String {
        let x = days_between(self.first, point.on) * WIDTH / self.days;
        let y = HEIGHT - point.minutes.max(0) * HEIGHT / self.most;
        format!("{x},{y}")
    }

    fn line(&self, points: &[Point]) -> String {
        let places: Vec<String> = points.iter().map(|point| self.place(*point)).collect();
        places.join(" ")
    }

    /// How far from the left, as a share of the width.
    fn across(&self, on: NaiveDate) -> String {
        share(days_between(self.first, on).clamp(0, self.days), self.days)
    }
}

/// The chart with its sentence and its table.
pub fn burn_down(balance: &Balance) -> AnyView {
    let forecast = &balance.forecast;
    let today = balance.as_of.date_naive();
    let course = course(&balance.lots, forecast, today);
    let sentence = sentence(balance, &course);
    let past: Vec<Point> = forecast
        .history
        .iter()
        .filter(|point| point.on < today)
        .map(|point| (point.on, point.posted_minutes))
        .chain([(today, balance.posted_minutes)])
        .map(|(on, minutes)| Point { on, minutes })
        .collect();
    if past.len() < 2 && balance.posted_minutes == 0 {
        return view! { <p class="quiet small-text">{t("burn.no_history")}</p> }.into_any();
    }
    let first = past.first().map_or(today, |point| point.on);
    let last = course.points.last().map_or(today, |point| point.on);
    let highest = past.iter().map(|point| point.minutes).max().unwrap_or(0);
    let scale = Scale {
        first,
        days: days_between(first, last).max(1),
        most: round_up(highest),
    };
    view! {
        <figure class="burn">
            {drawing(&scale, &past, &course, today, &sentence)}
            {legend(!course.losses.is_empty())}
            <figcaption>{sentence}</figcaption>
            {table(&past, &course, balance)}
        </figure>
    }
    .into_any()
}

/// The next amount that is cut into [`STEPS`] parts of whole hours.
fn round_up(highest: i64) -> i64 {
    let unit = match highest {
        ..=960 => 60 * STEPS,
        961..=4800 => 300 * STEPS,
        4801..=24_000 => 1200 * STEPS,
        _ => 6000 * STEPS,
    };
    (highest.max(1) + unit - 1) / unit * unit
}

fn drawing(scale: &Scale, past: &[Point], course: &Course, today: NaiveDate, sentence: &str) -> AnyView {
    let floor = |on: NaiveDate| scale.place(Point { on, minutes: 0 });
    let area = format!("{} {} {}", floor(scale.first), scale.line(past), floor(today));
    let grid = (0..STEPS).map(|step| {
        let y = share(step, STEPS);
        view! { <line class="grid" x1="0" x2="100%" y1=y.clone() y2=y /> }.into_any()
    });
    let labels = (0..STEPS).map(|step| {
        let text = minutes(scale.most * (STEPS - step) / STEPS);
        view! { <text x="0" y=share(step, STEPS) dy="12">{text}</text> }.into_any()
    });
    let months = months(scale.first, later(scale.first, scale.days))
        .into_iter()
        .map(|on| {
            let x = scale.across(on);
            view! { <line class="month" x1=x.clone() x2=x y1="97%" y2="100%" /> }.into_any()
        });
    let marks = course.losses.iter().map(|loss| {
        let x = scale.across(loss.on);
        view! { <line class="loss" x1=x.clone() x2=x y1="0" y2="100%" /> }.into_any()
    });
    let now = scale.across(today);
    let (drawn_now, from, to) = (now.clone(), scale.first, later(scale.first, scale.days));
    // A word in the middle must not run into those at the ends.
    let share_of_now = days_between(scale.first, today) * 100 / scale.days;
    let word_today = (18..=82).contains(&share_of_now).then(|| {
        view! { <text x=now y="12" text-anchor="middle">{t("burn.today")}</text> }
    });
    view! {
        <svg class="plot" width="100%" height="180" role="img" aria-label=sentence.to_owned()>
            {grid.collect_view()}
            <svg width="100%" height="100%" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none">
                <polygon class="area" points=area />
                <polyline class="past" points=scale.line(past) />
                <polyline class="ahead" points=scale.line(&course.points) />
            </svg>
            {marks.collect_view()}
            {months.collect_view()}
            <line class="today" x1=drawn_now.clone() x2=drawn_now y1="0" y2="100%" />
            <g class="labels">{labels.collect_view()}</g>
        </svg>
        <svg class="dates" width="100%" height="16" aria-hidden="true">
            <text x="0" y="12">{day(from)}</text>
            {word_today}
            <text x="100%" y="12" text-anchor="end">{date(to)}</text>
        </svg>
    }
    .into_any()
}

/// The first days of the months between two dates.
fn months(from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
    let mut found = Vec::new();
    let mut next = from
        .with_day(1)
        .and_then(|first| first.checked_add_months(Months::new(1)));
    while let Some(first) = next.filter(|first| *first < to) {
        found.push(first);
        next = first.checked_add_months(Months::new(1));
    }
    found
}

/// What the lines mean: they differ in their form, not only in their colour.
fn legend(losses: bool) -> AnyView {
    let entry = |class: &'static str, key: &str| {
        view! {
            <li>
                <svg width="22" height="10" aria-hidden="true"><line class=class x1="0" x2="22" y1="5" y2="5" /></svg>
                {t(key)}
            </li>
        }
        .into_any()
    };
    let expiry = losses.then(|| entry("loss", "burn.legend_expiry"));
    view! {
        <ul class="legend small-text">
            {entry("past", "burn.legend_past")} {entry("ahead", "burn.legend_ahead")} {expiry}
        </ul>
    }
    .into_any()
}

/// The pace, when nothing is left, and what would expire. Where minutes are held, they are what the line ends with.
fn sentence(balance: &Balance, course: &Course) -> String {
    let (forecast, held) = (&balance.forecast, balance.held_minutes);
    let pace = match (forecast.weekly_minutes, forecast.runs_out_on) {
        (0, _) => t("burn.no_use"),
        (weekly, Some(on)) => {
            let key = if held > 0 { "burn.only_held_on" } else { "burn.runs_out" };
            let values = [("time", minutes(weekly)), ("date", date(on)), ("held", minutes(held))];
            t_with(key, &values.each_ref().map(|(name, text)| (*name, text.as_str())))
        }
        (weekly, None) => t_with("burn.pace", &[("time", &minutes(weekly))]),
    };
    let key = match course.losses.as_slice() {
        [_, _, ..] => "burn.expires_first",
        _ => "burn.expires",
    };
    let unused = forecast
        .expiring_unused_on
        .filter(|_| forecast.expiring_unused_minutes > 0)
        .map(|on| {
            let (time, date) = (minutes(forecast.expiring_unused_minutes), date(on));
            t_with(key, &[("time", &time), ("date", &date)])
        });
    [Some(pace), unused].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The points in words, for those who do not see the line.
fn table(past: &[Point], course: &Course, balance: &Balance) -> AnyView {
    let today = balance.as_of.date_naive();
    let row = |point: &Point, note: String| {
        view! { <tr><th scope="row">{date(point.on)}</th><td>{minutes(point.minutes)}</td><td>{note}</td></tr> }
            .into_any()
    };
    let mut rows: Vec<AnyView> = past
        .iter()
        .map(|point| {
            let note = if point.on == today {
                t("burn.today")
            } else {
                String::new()
            };
            row(point, note)
        })
        .collect();
    let mut before = None;
    for point in course.points.iter().skip(1) {
        let loss = course
            .losses
            .iter()
            .find(|loss| loss.on == point.on && before == Some(point.on));
        let note = match loss {
            Some(loss) => t_with("burn.expired_here", &[("time", &minutes(loss.minutes))]),
            None if Some(point.on) == balance.forecast.runs_out_on && point.minutes > 0 => t("burn.only_held"),
            None => t("burn.forecast"),
        };
        rows.push(row(point, note));
        before = Some(point.on);
    }
    view! {
        <details class="small-text">
            <summary class="link">{t("burn.as_table")}</summary>
            <table class="sums">
                <thead>
                    <tr>
                        <th scope="col">{t("burn.day")}</th>
                        <th scope="col">{t("burn.left")}</th>
                        <th scope="col">{t("burn.note")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{months, round_up};

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_scale_ends_on_whole_hours() {
        assert_eq!([0, 240, 241, 2400, 2401].map(round_up), [240, 240, 480, 2400, 3600]);
    }

    #[test]
    fn months_begin_between_two_dates() {
        assert_eq!(
            months(on("2026-01-31"), on("2026-03-02")),
            [on("2026-02-01"), on("2026-03-01")]
        );
    }
}
