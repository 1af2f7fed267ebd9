//! Where the present pace leads: how minutes go down from today on, and what expires on the way.

use chrono::{Days, NaiveDate};
use daypack_api_types::ledger::LotBalance;

/// How far ahead the forecast is drawn, where nothing expires or runs out before.
const DAYS_AHEAD: u64 = 56;
/// Further than this nobody plans; the line ends there even where packs last longer.
const MOST_DAYS_AHEAD: i64 = 400;
/// What the line will do on one day.
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

/// Uses packs up one after another at so many minutes a week. What is left of a pack on its last day drops off the
/// line, but for what is held: that was agreed in time and stays usable.
pub fn course(lots: &[LotBalance], weekly: i64, today: NaiveDate) -> Course {
    let mut left: i64 = lots.iter().map(|lot| lot.posted_minutes).sum();
    let mut course = Course {
        points: vec![Point {
            on: today,
            minutes: left,
        }],
        losses: Vec::new(),
    };
    let mut at = today;
    for lot in lots {
        let end = lot.expires_on.max(at);
        let days = (end - at).num_days();
        let usable = weekly * days / 7;
        if weekly > 0 && usable >= lot.posted_minutes {
            let days = (lot.posted_minutes * 7 + weekly - 1) / weekly;
            at = later(at, days.min(days_between(at, end)));
            left -= lot.posted_minutes;
            course.points.push(Point { on: at, minutes: left });
            continue;
        }
        let used = usable.min(lot.posted_minutes);
        let lost = (lot.posted_minutes - used - lot.held_minutes).max(0);
        at = end;
        left -= used;
        course.points.push(Point { on: at, minutes: left });
        if lost > 0 {
            left -= lost;
            course.points.push(Point { on: at, minutes: left });
            course.losses.push(Loss { on: at, minutes: lost });
        }
    }
    course
        .points
        .retain(|point| days_between(today, point.on) <= MOST_DAYS_AHEAD);
    course
        .losses
        .retain(|loss| days_between(today, loss.on) <= MOST_DAYS_AHEAD);
    if course.points.len() < 2 {
        let used = weekly * DAYS_AHEAD as i64 / 7;
        let on = today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(today);
        let minutes = (left - used).max(0);
        course.points.push(Point { on, minutes });
    }
    course
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
    use daypack_api_types::ledger::LotBalance;
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

    #[test]
    fn packs_are_used_up_or_expire_in_turn() {
        let lots = [lot("2026-01-15", 300, 0), lot("2026-03-01", 280, 0)];
        let course = course(&lots, 70, on("2026-01-01"));
        let point = |day: &str, minutes| Point { on: on(day), minutes };
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
    fn held_minutes_outlive_their_pack() {
        let course = course(&[lot("2026-01-15", 0, 300)], 0, on("2026-01-01"));
        assert_eq!(course.points.last().map(|point| point.minutes), Some(300));
        assert!(course.losses.is_empty());
    }
}
