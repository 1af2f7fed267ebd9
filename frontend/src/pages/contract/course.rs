//! Where the present pace leads: how minutes go down from today on, and what expires on the way.

use chrono::{Days, NaiveDate};
use daypack_api_types::ledger::{Forecast, LotBalance};

/// How far ahead the forecast is drawn, where nothing expires or runs out before.
const DAYS_AHEAD: i64 = 56;
/// Further than this nobody plans; the line ends there even where packs last longer.
const MOST_DAYS_AHEAD: i64 = 400;

/// Minutes on one day of the line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// The day.
    pub on: NaiveDate,
    /// How many.
    pub minutes: i64,
}

/// Minutes that expire unused at the present pace.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Loss {
    /// The day.
    pub on: NaiveDate,
    /// How many.
    pub minutes: i64,
}

/// Where the pace leads.
#[derive(Default, PartialEq, Debug)]
pub struct Course {
    /// From today on, in order.
    pub points: Vec<Point>,
    /// What expires on the way, soonest first.
    pub losses: Vec<Loss>,
}

/// Uses up what is available in one pack after another at so many minutes a week, as the forecast of the rules does.
/// What is left of a pack on its last day drops off the line. Held minutes stay: they were agreed in time, and work
/// that is agreed already uses them. Where everything available is used, the line ends on the day that the forecast
/// says, whatever the rounding of a week's pace.
pub fn course(lots: &[LotBalance], forecast: &Forecast, today: NaiveDate) -> Course {
    let weekly = forecast.weekly_minutes;
    let posted: i64 = lots.iter().map(|lot| lot.posted_minutes).sum();
    let mut left = posted;
    let mut course = Course {
        points: vec![Point {
            on: today,
            minutes: left,
        }],
        losses: Vec::new(),
    };
    // By the minute, where this goes by days.
    let nothing_is_lost = forecast.runs_out_on.is_some() && forecast.expiring_unused_minutes == 0;
    let mut at = today;
    for lot in lots.iter().filter(|lot| lot.available_minutes > 0) {
        let end = lot.expires_on.max(at);
        let usable = weekly * days_between(at, end) / 7;
        if weekly > 0 && (usable >= lot.available_minutes || nothing_is_lost) {
            let days = (lot.available_minutes * 7 + weekly - 1) / weekly;
            at = later(at, days.min(days_between(at, end)));
            left -= lot.available_minutes;
            course.points.push(Point { on: at, minutes: left });
            continue;
        }
        let lost = lot.available_minutes - usable;
        at = end;
        left -= usable;
        course.points.push(Point { on: at, minutes: left });
        left -= lost;
        course.points.push(Point { on: at, minutes: left });
        course.losses.push(Loss { on: at, minutes: lost });
    }
    course.end_on(forecast.runs_out_on);
    course
        .points
        .retain(|point| days_between(today, point.on) <= MOST_DAYS_AHEAD);
    course
        .losses
        .retain(|loss| days_between(today, loss.on) <= MOST_DAYS_AHEAD);
    if course.points.len() < 2 {
        // Nothing is available, or it lasts longer than anybody plans.
        let used = lots
            .iter()
            .map(|lot| lot.available_minutes)
            .sum::<i64>()
            .min(weekly * DAYS_AHEAD / 7);
        let (on, minutes) = (later(today, DAYS_AHEAD), posted - used);
        course.points.push(Point { on, minutes });
    }
    course
}

impl Course {
    /// Moves the last point to the day on which nothing is available any more, as the forecast has it.
    fn end_on(&mut self, day: Option<NaiveDate>) {
        let Some(day) = day.filter(|_| self.points.len() > 1) else {
            return;
        };
        if let Some(last) = self.points.last_mut() {
            last.on = day;
        }
        // Days between were rounded up, and this one was not.
        for point in &mut self.points {
            point.on = point.on.min(day);
        }
    }
}

/// Days from one date to another.
pub fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

/// A date so many days later.
pub fn later(from: NaiveDate, days: i64) -> NaiveDate {
    from.checked_add_days(Days::new(days.max(0).unsigned_abs()))
        .unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use daypack_api_types::ledger::{Forecast, LotBalance};
    use daypack_domain::ids::LotId;

    use super::{Loss, Point, course};

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn lot(expires_on: &str, available: i64, held: i64) -> LotBalance {
        LotBalance {
            id: LotId(uuid::Uuid::nil()),
            plan_code: "flexi".to_owned(),
            plan_name: "Flexi".to_owned(),
            activated_at: "2026-01-01T00:00:00Z".parse().unwrap(),
            expires_on: on(expires_on),
            days_left: 0,
            granted_minutes: available + held,
            available_minutes: available,
            held_minutes: held,
            posted_minutes: available + held,
        }
    }

    fn pace(weekly_minutes: i64, runs_out_on: Option<&str>, lost: i64) -> Forecast {
        Forecast {
            weekly_minutes,
            runs_out_on: runs_out_on.map(on),
            expiring_unused_minutes: lost,
            expiring_unused_on: None,
            history: Vec::new(),
        }
    }

    fn point(day: &str, minutes: i64) -> Point {
        Point { on: on(day), minutes }
    }

    #[test]
    fn packs_are_used_up_or_expire_in_turn() {
        let lots = [lot("2026-01-15", 300, 0), lot("2026-03-01", 280, 0)];
        let course = course(&lots, &pace(70, Some("2026-02-12"), 160), on("2026-01-01"));
        assert_eq!(
            course.points,
            [
                point("2026-01-01", 580),
                point("2026-01-15", 440),
                point("2026-01-15", 280),
                point("2026-02-12", 0),
            ]
        );
        assert_eq!(
            course.losses,
            [Loss {
                on: on("2026-01-15"),
                minutes: 160
            }]
        );
    }

    #[test]
    fn the_line_ends_where_the_forecast_says_that_nothing_is_available() {
        let lots = [lot("2026-01-15", 100, 60), lot("2026-03-01", 100, 0)];
        // By whole days each pack would last to the 11th and the 21st.
        let course = course(&lots, &pace(70, Some("2026-01-20"), 0), on("2026-01-01"));
        assert_eq!(
            course.points,
            [
                point("2026-01-01", 260),
                point("2026-01-11", 160),
                point("2026-01-20", 60),
            ]
        );
        assert!(course.losses.is_empty());
    }

    #[test]
    fn held_minutes_outlive_their_pack() {
        let course = course(&[lot("2026-01-15", 0, 300)], &pace(0, None, 0), on("2026-01-01"));
        assert_eq!(course.points, [point("2026-01-01", 300), point("2026-02-26", 300)]);
        assert!(course.losses.is_empty());
    }
}
