//! Alerts about minutes, once per crossing (section 3, "Alerts").

use super::forecast::Forecast;
use super::position::LotPosition;
use crate::ids::LotId;
use crate::lot::LotStatus;
use crate::problem::{FieldProblem, Refusal};
use crate::words::words;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// What an alert is about.
    AlertKind {
        /// So many percent of a lot are used.
        LotUsed = "lot_used",
        /// A lot with minutes left ends in so many days.
        LotExpiring = "lot_expiring",
        /// At the pace of the last 8 weeks nothing is left in so many days.
        RunningOut = "running_out",
    }
}

/// The figures that alerts are raised at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertThresholds {
    /// Percent of a lot used.
    pub used_percent: Vec<i64>,
    /// Days to the end of a lot.
    pub days_to_expiry: Vec<i64>,
    /// Days until nothing is left.
    pub days_until_empty: Vec<i64>,
}

impl Default for AlertThresholds {
    fn default() -> Self {
        Self {
            used_percent: vec![80, 95],
            days_to_expiry: vec![30, 14, 3],
            days_until_empty: vec![14],
        }
    }
}

/// Most thresholds of one kind.
const MOST_THRESHOLDS: usize = 5;
/// Furthest ahead that an alert can ring, in days.
const MOST_DAYS: i64 = 366;

impl AlertThresholds {
    /// The thresholds, each once, in the order in which they are passed. Without any of a kind it never rings.
    ///
    /// # Errors
    /// `invalid` with every list that cannot be accepted.
    pub fn validate(mut self) -> Result<Self, Refusal> {
        let mut problems = Vec::new();
        let lists = [
            ("/used_percent", &mut self.used_percent, 1, 100, "percent"),
            ("/days_to_expiry", &mut self.days_to_expiry, 0, MOST_DAYS, "days"),
            ("/days_until_empty", &mut self.days_until_empty, 0, MOST_DAYS, "days"),
        ];
        for (pointer, list, least, most, unit) in lists {
            list.sort_unstable();
            list.dedup();
            if unit == "days" {
                list.reverse();
            }
            if list.len() > MOST_THRESHOLDS || list.iter().any(|threshold| !(least..=most).contains(threshold)) {
                let detail = format!("At most {MOST_THRESHOLDS} thresholds of {least} to {most} {unit}.");
                problems.push(FieldProblem::new(pointer, "out_of_range", detail));
            }
        }
        if problems.is_empty() {
            Ok(self)
        } else {
            Err(Refusal::Invalid(problems))
        }
    }
}

/// A threshold that is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alert {
    /// What it is about.
    pub kind: AlertKind,
    /// The lot, or none when it is about all of them.
    pub lot_id: Option<LotId>,
    /// The threshold: percent or days.
    pub threshold: i64,
}

/// Every threshold that is passed now. `today` is the date in the organization's zone.
#[must_use]
pub fn alerts<'a>(
    lots: impl IntoIterator<Item = &'a LotPosition>,
    forecast: &Forecast,
    today: NaiveDate,
    thresholds: &AlertThresholds,
) -> BTreeSet<Alert> {
    let mut passed = BTreeSet::new();
    for lot in lots.into_iter().filter(|lot| lot.status == LotStatus::Active) {
        let mut add = |kind, threshold| {
            passed.insert(Alert {
                kind,
                lot_id: Some(lot.lot_id),
                threshold,
            })
        };
        for &percent in &thresholds.used_percent {
            if lot.used_percent() >= percent {
                add(AlertKind::LotUsed, percent);
            }
        }
        for &days in &thresholds.days_to_expiry {
            if lot.available_minutes() > 0 && (lot.expires_on - today).num_days() <= days {
                add(AlertKind::LotExpiring, days);
            }
        }
    }
    for &days in &thresholds.days_until_empty {
        if forecast.days_until_empty.is_some_and(|left| left <= days) {
            passed.insert(Alert {
                kind: AlertKind::RunningOut,
                lot_id: None,
                threshold: days,
            });
        }
    }
    passed
}

/// The alerts to raise: passed now and not before. What is stored for the next time is `now`, so that a threshold
/// that was left again rings at its next crossing.
#[must_use]
pub fn newly_crossed(before: &BTreeSet<Alert>, now: &BTreeSet<Alert>) -> Vec<Alert> {
    now.difference(before).copied().collect()
}

/// Of several thresholds of one kind and lot the one that was passed last: the most percent, the fewest days. In the
/// order of urgency: what ends or runs out soonest first, then what is used most.
#[must_use]
pub fn most_urgent(alerts: impl IntoIterator<Item = Alert>) -> Vec<Alert> {
    let mut kept: BTreeMap<(AlertKind, Option<LotId>), Alert> = BTreeMap::new();
    for alert in alerts {
        let place = kept.entry((alert.kind, alert.lot_id)).or_insert(alert);
        if alert.strictness() > place.strictness() {
            *place = alert;
        }
    }
    let mut alerts: Vec<Alert> = kept.into_values().collect();
    alerts.sort_by_key(|alert| match alert.kind {
        AlertKind::RunningOut | AlertKind::LotExpiring => (0, alert.threshold, *alert),
        AlertKind::LotUsed => (1, -alert.threshold, *alert),
    });
    alerts
}

/// Of new alerts those that say more than what was passed before: a milder threshold that was only added, or is passed
/// again while a stricter one of the same kind and lot is still passed, tells nothing.
#[must_use]
pub fn without_milder(before: &BTreeSet<Alert>, new: Vec<Alert>) -> Vec<Alert> {
    let stricter = |alert: &Alert, known: &Alert| {
        (known.kind, known.lot_id) == (alert.kind, alert.lot_id) && known.strictness() > alert.strictness()
    };
    let says_more = |alert: &Alert| !before.iter().any(|known| stricter(alert, known));
    new.into_iter().filter(says_more).collect()
}

impl Alert {
    /// Grows with each further threshold that is passed.
    const fn strictness(&self) -> i64 {
        match self.kind {
            AlertKind::LotUsed => self.threshold,
            AlertKind::LotExpiring | AlertKind::RunningOut => -self.threshold,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn alert(kind: AlertKind, lot: u128, threshold: i64) -> Alert {
        Alert {
            kind,
            lot_id: (lot > 0).then(|| LotId(Uuid::from_u128(lot))),
            threshold,
        }
    }

    #[test]
    fn of_each_kind_and_lot_the_last_threshold_counts() {
        use AlertKind::{LotExpiring, LotUsed, RunningOut};
        let all = [
            alert(LotUsed, 1, 80),
            alert(LotUsed, 1, 95),
            alert(LotUsed, 2, 80),
            alert(LotExpiring, 1, 30),
            alert(LotExpiring, 1, 3),
            alert(LotExpiring, 1, 14),
            alert(RunningOut, 0, 14),
        ];
        let expected = [
            alert(LotExpiring, 1, 3),
            alert(RunningOut, 0, 14),
            alert(LotUsed, 1, 95),
            alert(LotUsed, 2, 80),
        ];
        assert_eq!(most_urgent(all), expected);
        assert_eq!(most_urgent([]), []);
    }

    #[test]
    fn a_milder_threshold_that_is_added_tells_nothing() {
        use AlertKind::{LotExpiring, LotUsed};
        let before = BTreeSet::from([alert(LotUsed, 1, 80), alert(LotExpiring, 1, 14)]);
        let new = vec![
            alert(LotUsed, 1, 50),
            alert(LotUsed, 1, 95),
            alert(LotUsed, 2, 50),
            alert(LotExpiring, 1, 30),
        ];
        assert_eq!(
            without_milder(&before, new),
            [alert(LotUsed, 1, 95), alert(LotUsed, 2, 50)]
        );
    }

    #[test]
    fn thresholds_are_kept_once_and_in_their_order() {
        let thresholds = AlertThresholds {
            used_percent: vec![95, 50, 95],
            days_to_expiry: vec![3, 30],
            days_until_empty: Vec::new(),
        };
        let kept = thresholds.clone().validate().unwrap();
        assert_eq!((kept.used_percent, kept.days_to_expiry), (vec![50, 95], vec![30, 3]));
        let wrong = AlertThresholds {
            used_percent: vec![0],
            days_to_expiry: vec![1, 2, 3, 4, 5, 6],
            ..thresholds
        };
        let Err(Refusal::Invalid(problems)) = wrong.validate() else {
            panic!("accepted")
        };
        let pointers: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(pointers, ["/used_percent", "/days_to_expiry"]);
    }
}
