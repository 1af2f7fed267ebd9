//! Alerts about minutes, and the rescue of what would expire unused.

use daypack_api_types::alert::{Alert, AlertThresholds, Rescue, RescueItem, RescueLot, UnestimatedItem};
use daypack_domain::ledger::{Candidate, PACE_DAYS, Rescued};
use daypack_store::{organizations::Organization, tickets::Ticket};

use super::LotNames;
use crate::flows::{alerts::Shown, balance::Standing, rescue::Rescue as Read};

const WEEKS_OF_PACE: i64 = PACE_DAYS / 7;

/// When alerts of an organization ring.
#[must_use]
pub fn thresholds(organization: &Organization) -> AlertThresholds {
    let thresholds = organization.alert_thresholds();
    AlertThresholds {
        used_percent: thresholds.used_percent,
        days_to_expiry: thresholds.days_to_expiry,
        days_until_empty: thresholds.days_until_empty,
        version: organization.version,
    }
}

/// What is passed, in the order given.
#[must_use]
pub fn alerts(names: &LotNames, shown: &[Shown]) -> Vec<Alert> {
    let alert = |shown: &Shown| {
        let plan = shown.alert.lot_id.map(|id| names.plan(id));
        Alert {
            kind: shown.alert.kind,
            lot_id: shown.alert.lot_id,
            plan_code: plan.as_ref().map(|(code, _)| code.clone()),
            plan_name: plan.map(|(_, name)| name),
            threshold: shown.alert.threshold,
            value: shown.value,
            available_minutes: shown.available_minutes,
            expires_on: shown.expires_on,
            since: shown.since,
        }
    };
    shown.iter().map(alert).collect()
}

/// What expires unused, and what would use it.
#[must_use]
pub fn rescue(organization: &Organization, standing: &Standing, read: &Read) -> Rescue {
    let names = &standing.names;
    let today = standing.zone.date_at(standing.as_of);
    let unestimated = |ticket: &Ticket| UnestimatedItem {
        ticket_id: ticket.id,
        reference: format!("{}-{}", organization.prefix, ticket.number),
        title: ticket.title.clone(),
    };
    let item = |candidate: &Candidate| {
        let ticket = read.tickets.get(&candidate.ticket_id)?;
        Some(RescueItem {
            kind: candidate.kind,
            ticket_id: ticket.id,
            reference: format!("{}-{}", organization.prefix, ticket.number),
            title: ticket.title.clone(),
            estimate_id: candidate.estimate_id,
            minutes: candidate.minutes,
            valid_until: read.valid_until.get(&candidate.estimate_id).copied(),
        })
    };
    let lot = |rescued: &Rescued| {
        let (plan_code, plan_name) = names.plan(rescued.unused.lot_id);
        RescueLot {
            lot_id: rescued.unused.lot_id,
            plan_code,
            plan_name,
            expires_on: rescued.unused.expires_on,
            days_left: (rescued.unused.expires_on - today).num_days(),
            unused_minutes: rescued.unused.minutes,
            fits: rescued.fits.iter().filter_map(item).collect(),
            left_minutes: rescued.left_minutes,
        }
    };
    let unused_minutes = read.lots.iter().map(|lot| lot.unused.minutes).sum();
    let left_minutes: i64 = read.lots.iter().map(|lot| lot.left_minutes).sum();
    Rescue {
        as_of: standing.as_of,
        weekly_minutes: standing.forecast.used_in_pace_minutes / WEEKS_OF_PACE,
        unused_minutes,
        fitting_minutes: unused_minutes - left_minutes,
        lots: read.lots.iter().map(lot).collect(),
        unestimated: read.unestimated.iter().map(unestimated).collect(),
    }
}
