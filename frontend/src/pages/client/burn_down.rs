//! How the minutes went down, and where the pace leads: a chart, and the same in words and as a table.

use chrono::{Days, NaiveDate};
use daypack_api_types::ledger::{Balance, Forecast};
use leptos::prelude::*;

use crate::{
    format::{date, day, minutes},
    i18n::{t, t_with},
};

/// The drawing's own units; it is stretched to the card's width.
const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 160.0;
/// How far ahead the forecast is drawn, where nothing runs out before.
const DAYS_AHEAD: i64 = 56;

/// Days and minutes to places in the drawing.
struct Scale {
    first: NaiveDate,
    days: f64,
    most: f64,
}

impl Scale {
    fn point(&self, on: NaiveDate, minutes: i64) -> String {
        let x = (on - self.first).num_days() as f64 / self.days * WIDTH;
        let y = HEIGHT - minutes.max(0) as f64 / self.most * HEIGHT;
        format!("{x:.1},{y:.1}")
    }
}

/// The chart with its sentence and its table.
pub fn burn_down(balance: &Balance) -> AnyView {
    let forecast = &balance.forecast;
    let today = balance.as_of.date_naive();
    let sentence = sentence(forecast);
    let Some(first) = forecast.history.first().map(|point| point.on) else {
        return view! { <p class="quiet small-text">{t("burn.no_history")}</p> }.into_any();
    };
    let ahead = ahead(forecast, balance.posted_minutes, today);
    let last = ahead.last().map_or(today, |point| point.0);
    let most = forecast.history.iter().map(|point| point.posted_minutes);
    let most = most.chain([balance.posted_minutes, 60]).max().unwrap_or(60);
    let scale = Scale {
        first,
        days: (last - first).num_days().max(1) as f64,
        most: most as f64 * 1.08,
    };
    let past: Vec<(NaiveDate, i64)> = forecast
        .history
        .iter()
        .filter(|point| point.on < today)
        .map(|point| (point.on, point.posted_minutes))
        .chain([(today, balance.posted_minutes)])
        .collect();
    let line = |points: &[(NaiveDate, i64)]| {
        points
            .iter()
            .map(|(on, minutes)| scale.point(*on, *minutes))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let area = format!("{} {} {}", scale.point(first, 0), line(&past), scale.point(today, 0));
    let now_x = scale.point(today, 0).split(',').next().unwrap_or_default().to_owned();
    let now_share = format!(
        "{}%",
        (today - first).num_days() * 100 / (last - first).num_days().max(1)
    );
    let grid = [0.25, 0.5, 0.75].map(|share| {
        let y = (HEIGHT * share).to_string();
        view! { <line class="grid" x1="0" x2=WIDTH.to_string() y1=y.clone() y2=y /> }.into_any()
    });
    view! {
        <figure class="burn">
            <p class="scale quiet">{minutes(most)}</p>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=sentence.clone()>
                {grid.into_iter().collect_view()}
                <polygon class="area" points=area />
                <polyline class="past" points=line(&past) />
                <polyline class="ahead" points=line(&ahead) />
                <line class="today" x1=now_x.clone() x2=now_x y1="0" y2=HEIGHT.to_string() />
            </svg>
            <svg class="dates" width="100%" height="16" aria-hidden="true">
                <text x="0" y="12">{day(first)}</text>
                <text x=now_share y="12" text-anchor="middle">{t("burn.today")}</text>
                <text x="100%" y="12" text-anchor="end">{date(last)}</text>
            </svg>
            <figcaption>{sentence}</figcaption>
            {table(&past)}
        </figure>
    }
    .into_any()
}

/// From today on at the present pace: to the day when nothing is left, or some weeks ahead.
fn ahead(forecast: &Forecast, posted: i64, today: NaiveDate) -> Vec<(NaiveDate, i64)> {
    let after = |days: i64| {
        today
            .checked_add_days(Days::new(days.max(1).unsigned_abs()))
            .unwrap_or(today)
    };
    let end = match forecast.runs_out_on {
        Some(on) if on > today => (on, 0),
        _ => {
            let used = forecast.weekly_minutes * DAYS_AHEAD / 7;
            (after(DAYS_AHEAD), (posted - used).max(0))
        }
    };
    vec![(today, posted), end]
}

/// The pace, when nothing is left, and what would expire.
fn sentence(forecast: &Forecast) -> String {
    let pace = match (forecast.weekly_minutes, forecast.runs_out_on) {
        (0, _) => t("burn.no_use"),
        (weekly, Some(on)) => t_with("burn.runs_out", &[("time", &minutes(weekly)), ("date", &date(on))]),
        (weekly, None) => t_with("burn.pace", &[("time", &minutes(weekly))]),
    };
    let unused = forecast
        .expiring_unused_on
        .filter(|_| forecast.expiring_unused_minutes > 0)
        .map(|on| {
            let values = [("time", minutes(forecast.expiring_unused_minutes)), ("date", date(on))];
            t_with(
                "burn.expires",
                &values.each_ref().map(|(name, value)| (*name, value.as_str())),
            )
        });
    [Some(pace), unused].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The points in words, for those who do not see the line.
fn table(past: &[(NaiveDate, i64)]) -> AnyView {
    let row = |(on, left): &(NaiveDate, i64)| {
        view! { <tr><th scope="row">{date(*on)}</th><td>{minutes(*left)}</td></tr> }.into_any()
    };
    view! {
        <details class="small-text">
            <summary class="link">{t("burn.as_table")}</summary>
            <table class="sums">
                <thead><tr><th scope="col">{t("burn.day")}</th><th scope="col">{t("burn.left")}</th></tr></thead>
                <tbody>{past.iter().map(row).collect_view()}</tbody>
            </table>
        </details>
    }
    .into_any()
}
