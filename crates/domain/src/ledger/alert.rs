//! Alerts about minutes, once per crossing (section 3, "Alerts").

use super::forecast::Forecast;
use super::position::LotPosition;
use crate::ids::LotId;
use crate::lot::LotStatus;
use crate::words::words;
use chrono::NaiveDate;
use std::collections::BTreeSet;

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
            if lot.used_minutes * 100 >= percent * lot.granted_minutes {
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
