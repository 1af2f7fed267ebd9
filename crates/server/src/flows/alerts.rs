//! Alerts about minutes (section 3): told once for each crossing, and again after a recovery.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use daypack_domain::{
    Instant,
    event::EventKind,
    ids::OrganizationId,
    ledger::{Alert, AlertKind, AlertThresholds, LotPosition, alerts, most_urgent, newly_crossed, without_milder},
    policy::{Action, ClientRole, may},
};
use daypack_store::{
    Conn, Json, RowId,
    alerts::{self as store, Raised},
    ledger as accounts,
    organizations::{self as rows, Organization},
};

use super::{
    balance::{self, Standing},
    emergency::save_organization,
    events, members, organizations,
};
use crate::{
    context::Context,
    edge::check_version,
    error::Failure,
    mail::{notice, outbox},
    views::LotNames,
};

/// A threshold that is passed, with the figures that say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// What is passed.
    pub alert: Alert,
    /// Percent used, or days left.
    pub value: i64,
    /// In the lot, or in all.
    pub available_minutes: i64,
    /// The last day of the lot.
    pub expires_on: Option<NaiveDate>,
    /// Since when.
    pub since: Instant,
}

/// Everything that an organization has passed at the context's instant.
struct Found {
    passed: BTreeSet<Alert>,
    lots: Vec<LotPosition>,
    today: NaiveDate,
    available_minutes: i64,
    days_until_empty: Option<i64>,
}

impl Found {
    fn look(
        conn: &mut Conn,
        context: &Context,
        organization: &Organization,
        standing: &Standing,
    ) -> Result<Self, Failure> {
        let account = accounts::load(conn, organization, &[], &[])?.settled(context.now)?;
        let today = standing.zone.date_at(context.now);
        let thresholds = organization.alert_thresholds();
        Ok(Self {
            passed: alerts(account.lots(), &standing.forecast, today, &thresholds),
            lots: account.lots().cloned().collect(),
            today,
            available_minutes: account.available_minutes(),
            days_until_empty: standing.forecast.days_until_empty,
        })
    }

    fn show(&self, alert: Alert, since: Instant) -> Shown {
        let lot = alert
            .lot_id
            .and_then(|id| self.lots.iter().find(|lot| lot.lot_id == id));
        let value = match (alert.kind, lot) {
            (AlertKind::LotUsed, Some(lot)) => lot.used_percent(),
            (AlertKind::LotExpiring, Some(lot)) => (lot.expires_on - self.today).num_days(),
            _ => self.days_until_empty.unwrap_or_default(),
        };
        Shown {
            alert,
            value,
            available_minutes: lot.map_or(self.available_minutes, LotPosition::available_minutes),
            expires_on: lot.map(|lot| lot.expires_on),
            since,
        }
    }
}

/// What an organization has passed now, of each kind and lot the last threshold, the most urgent first: as it is now,
/// whether or not it was told yet.
///
/// # Errors
/// Those of [`may`].
pub fn current(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    standing: &Standing,
) -> Result<Vec<Shown>, Failure> {
    may(&context.actor, Action::ReadPacks, organization.id.into())?;
    let found = Found::look(conn, context, organization, standing)?;
    if found.passed.is_empty() {
        return Ok(Vec::new());
    }
    let raised = store::passed(conn, organization.id)?;
    let since = |alert: Alert| {
        let told = raised.iter().find(|raised| raised.alert() == alert);
        told.map_or(context.now, |raised| raised.raised_at)
    };
    let urgent = most_urgent(found.passed.iter().copied());
    Ok(urgent
        .into_iter()
        .map(|alert| found.show(alert, since(alert)))
        .collect())
}

/// Organizations that have passed something new, or are over something: what [`raise`] is for.
///
/// # Errors
/// The database.
pub fn due(conn: &mut Conn, context: &Context) -> Result<Vec<OrganizationId>, Failure> {
    let mut due = Vec::new();
    for id in rows::ids(conn)? {
        let Some(organization) = rows::find(conn, id)? else {
            continue;
        };
        let before: BTreeSet<Alert> = store::passed(conn, id)?.iter().map(Raised::alert).collect();
        let standing = balance::read(conn, context, &organization, None)?;
        if Found::look(conn, context, &organization, &standing)?.passed != before {
            due.push(id);
        }
    }
    Ok(due)
}

/// Tells of every threshold that is passed now and was not before: by an event, and by mail to owners and approvers
/// with links that begin with `base_url`. What is no longer passed rings at its next crossing. Twice has the effect of
/// once, whoever does it.
///
/// # Errors
/// [`Refusal::NotFound`](daypack_domain::Refusal::NotFound) when there is no such organization.
pub fn raise(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    base_url: &str,
) -> Result<Vec<Alert>, Failure> {
    let organization = organizations::lock(conn, organization_id)?;
    let raised = store::passed(conn, organization_id)?;
    let before: BTreeSet<Alert> = raised.iter().map(Raised::alert).collect();
    let standing = balance::read(conn, context, &organization, None)?;
    let found = Found::look(conn, context, &organization, &standing)?;
    let over: Vec<RowId> = raised
        .iter()
        .filter(|raised| !found.passed.contains(&raised.alert()))
        .map(|raised| raised.id)
        .collect();
    store::clear(conn, &over, context.now)?;
    let new = newly_crossed(&before, &found.passed);
    for alert in &new {
        let row = Raised {
            id: context.id(),
            organization_id,
            kind: alert.kind,
            lot_id: alert.lot_id,
            threshold: alert.threshold,
            raised_at: context.now,
            cleared_at: None,
        };
        store::insert(conn, &row)?;
    }
    let telling = most_urgent(without_milder(&before, new));
    let shown: Vec<Shown> = telling.iter().map(|alert| found.show(*alert, context.now)).collect();
    events::record(conn, context, Some(organization_id), shown.iter().map(event))?;
    if !shown.is_empty() {
        mail(conn, context, &organization, &shown, &standing.names, base_url)?;
    }
    Ok(telling)
}

fn event(shown: &Shown) -> EventKind {
    let Shown {
        alert,
        available_minutes,
        ..
    } = *shown;
    match (alert.kind, alert.lot_id) {
        (AlertKind::LotUsed, Some(lot_id)) => EventKind::LotLow {
            lot_id,
            available_minutes,
            used_percent: Some(alert.threshold),
            days_left: None,
        },
        (AlertKind::LotExpiring, Some(lot_id)) => EventKind::LotLow {
            lot_id,
            available_minutes,
            used_percent: None,
            days_left: Some(alert.threshold),
        },
        _ => EventKind::MinutesRunningOut {
            available_minutes,
            days_left: shown.value,
        },
    }
}

fn mail(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    shown: &[Shown],
    names: &LotNames,
    base_url: &str,
) -> Result<(), Failure> {
    for user in members::readers(conn, context, organization.id, ClientRole::Approver)? {
        let mail = notice::alerts_mail(&user, organization, shown, names, base_url)?;
        outbox::post(conn, context, Some(organization.id), &mail)?;
    }
    Ok(())
}

/// New thresholds; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Percent of a lot used.
    pub used_percent: Option<Vec<i64>>,
    /// Days to the end of a lot.
    pub days_to_expiry: Option<Vec<i64>>,
    /// Days until nothing is left.
    pub days_until_empty: Option<Vec<i64>>,
}

/// Sets when alerts of an organization ring. What is passed already and was told is not told again.
///
/// # Errors
/// Those of [`may`]; `stale_version`; `invalid` with every list that cannot be accepted.
pub fn change(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    expected: i64,
    input: &Changed,
) -> Result<Organization, Failure> {
    may(&context.actor, Action::ManageAlerts, organization_id.into())?;
    let mut organization = organizations::lock(conn, organization_id)?;
    check_version(expected, organization.version)?;
    let (before, wanted) = (organization.alert_thresholds(), input.clone());
    let thresholds = AlertThresholds {
        used_percent: wanted.used_percent.unwrap_or_else(|| before.used_percent.clone()),
        days_to_expiry: wanted.days_to_expiry.unwrap_or_else(|| before.days_to_expiry.clone()),
        days_until_empty: wanted
            .days_until_empty
            .unwrap_or_else(|| before.days_until_empty.clone()),
    }
    .validate()?;
    if thresholds == before {
        return Ok(organization);
    }
    organization.settings = Json({
        let mut settings = organization.settings.0.clone();
        settings.alert_used_percent = thresholds.used_percent;
        settings.alert_days_to_expiry = thresholds.days_to_expiry;
        settings.alert_days_until_empty = thresholds.days_until_empty;
        settings
    });
    save_organization(conn, context, organization, "alert_thresholds")
}
