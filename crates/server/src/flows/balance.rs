//! What an organization has, now and at any past instant, and what will become of it (section 3).

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use daypack_domain::{
    Instant,
    ids::LotId,
    ledger::{
        Account, AccountCounters, Balance, Forecast, LotPosition, MovementKind, MovementSum, PACE_DAYS, balance_of_sums,
    },
    lot::LotStatus,
    policy::{Action, may},
    time::{TICK, to_microseconds},
    zone::Zone,
};
use daypack_store::{
    Conn,
    figures::{self, Change},
    lots::LotRecord,
    organizations::Organization,
};

use super::organizations;
use crate::{context::Context, error::Failure, views::LotNames};

/// How many weeks the burn-down line goes back.
const WEEKS_SHOWN: u64 = 8;

/// What an organization has at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The instant.
    pub as_of: Instant,
    /// The zone of its dates.
    pub zone: Zone,
    /// Minutes, in all and lot by lot in order of use.
    pub balance: Balance,
    /// The lots of the balance, in the same order.
    pub lots: Vec<LotRecord>,
    /// All lots, with the plans that they were sold under.
    pub names: LotNames,
    /// Minutes used of those lots.
    pub used_minutes: i64,
    /// Whether there was any debt until then.
    pub had_debt: bool,
    /// What will become of it at the pace of the last 8 weeks.
    pub forecast: Forecast,
    /// Minutes posted at the end of each of the last 8 weeks: Sundays, oldest first.
    pub history: Vec<(NaiveDate, i64)>,
}

/// Lots with their figures at an instant, before they are put together.
struct Found {
    records: Vec<LotRecord>,
    balance: Balance,
    used: BTreeMap<LotId, i64>,
    /// Expiries that were due and that no write had recorded yet.
    unrecorded: Vec<(Instant, i64)>,
}

/// The standing of an organization at `as_of`, or now. From the counters for now, from the movements for the past;
/// both take due expiries as done. An instant to come is what is left by then if nothing else happens.
///
/// # Errors
/// Those of [`may`].
pub fn read(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    as_of: Option<Instant>,
) -> Result<Standing, Failure> {
    may(&context.actor, Action::ReadPacks, organization.id.into())?;
    let as_of = to_microseconds(as_of.unwrap_or(context.now));
    let zone = organizations::zone_of(organization)?;
    let names = LotNames::load(conn, organization.id)?;
    let found = if as_of >= context.now {
        from_counters(&names, organization, as_of)?
    } else {
        from_movements(conn, &names, organization, zone, as_of)?
    };
    let Found {
        records,
        balance,
        used,
        unrecorded,
    } = found;
    let mut by_id: BTreeMap<LotId, LotRecord> = records.into_iter().map(|record| (record.lot.id, record)).collect();
    let lots: Vec<LotRecord> = balance
        .lots
        .iter()
        .filter_map(|lot| by_id.remove(&lot.lot_id))
        .collect();
    let weeks = ends_of_weeks(zone, as_of);
    let pace_from = as_of - TimeDelta::days(PACE_DAYS);
    let oldest = weeks.first().map_or(pace_from, |(_, end)| (*end - TICK).min(pace_from));
    let changes = figures::changes(conn, organization.id, oldest, as_of)?;
    let pace = changes
        .iter()
        .filter(|change| change.effective_at > pace_from)
        .map(worked)
        .sum();
    Ok(Standing {
        as_of,
        zone,
        forecast: forecast(&balance, &lots, as_of, pace)?,
        history: history(&weeks, balance.posted_minutes, &changes, &unrecorded),
        used_minutes: lots.iter().filter_map(|record| used.get(&record.lot.id)).sum(),
        had_debt: balance.debt_minutes > 0 || figures::has_kind(conn, organization.id, MovementKind::Borrow, as_of)?,
        balance,
        lots,
        names,
    })
}

fn from_counters(names: &LotNames, organization: &Organization, as_of: Instant) -> Result<Found, Failure> {
    let records: Vec<LotRecord> = names.live().cloned().collect();
    let positions = records.iter().map(|record| record.position.clone());
    let account = Account::new(organization.counters(), positions, []).settled(as_of)?;
    let due = account.movements().iter();
    Ok(Found {
        balance: account.balance(as_of)?,
        used: account.lots().map(|lot| (lot.lot_id, lot.used_minutes)).collect(),
        unrecorded: due.map(|movement| (movement.effective_at, movement.minutes)).collect(),
        records,
    })
}

fn from_movements(
    conn: &mut Conn,
    names: &LotNames,
    organization: &Organization,
    zone: Zone,
    as_of: Instant,
) -> Result<Found, Failure> {
    let records: Vec<LotRecord> = names.all().map(|record| as_it_was(record, zone, as_of)).collect();
    let sums = figures::sums_until(conn, organization.id, as_of)?;
    let add = |figure: fn(&MovementSum) -> i64| {
        let mut added: BTreeMap<LotId, i64> = BTreeMap::new();
        for sum in &sums {
            if let Some(lot_id) = sum.lot_id {
                *added.entry(lot_id).or_default() += figure(sum);
            }
        }
        added
    };
    let available = add(|sum| sum.posted_minutes() - sum.held_minutes());
    let due = records
        .iter()
        .map(|record| &record.position)
        .filter(|lot| lot.status == LotStatus::Active && lot.ends_at - TICK <= as_of);
    let unrecorded = due
        .filter_map(|lot| Some((lot.ends_at - TICK, *available.get(&lot.lot_id)?)))
        .collect();
    let positions: Vec<LotPosition> = records.iter().map(|record| record.position.clone()).collect();
    Ok(Found {
        used: add(|sum| sum.kind.used_sign() * sum.minutes),
        // In the past a lot has ended with the instant that its expiry is dated by, recorded or not.
        balance: balance_of_sums(sums, &positions, as_of + TICK),
        unrecorded,
        records,
    })
}

/// A lot with the end that it had at an instant.
fn as_it_was(record: &LotRecord, zone: Zone, as_of: Instant) -> LotRecord {
    let mut then = record.clone();
    let expires_on = then.lot.expires_on_as_of(as_of);
    if expires_on != then.lot.expires_on {
        then.lot.expires_on = expires_on;
        then.position.expires_on = expires_on;
        then.position.ends_at = then.lot.ends_at(zone);
    }
    then
}

/// What a movement adds to the minutes that work took, from lots or on credit.
fn worked(change: &Change) -> i64 {
    match change.kind {
        MovementKind::Consume => change.minutes,
        MovementKind::Unconsume => -change.minutes,
        // Debt of a payment that bounced is for work that was counted when it was done.
        MovementKind::Borrow if change.of_work => change.minutes,
        MovementKind::Unborrow if change.of_work => -change.minutes,
        _ => 0,
    }
}

fn forecast(balance: &Balance, lots: &[LotRecord], as_of: Instant, pace: i64) -> Result<Forecast, Failure> {
    let positions = balance.lots.iter().zip(lots).map(|(figures, record)| LotPosition {
        status: if record.position.ends_at > as_of {
            LotStatus::Active
        } else {
            LotStatus::Expired
        },
        posted_minutes: figures.posted_minutes,
        held_minutes: figures.held_minutes,
        ..record.position.clone()
    });
    Ok(Account::new(AccountCounters::default(), positions, []).forecast(as_of, pace)?)
}

/// The last days of the last weeks before the one of `as_of`, each with the first instant after it, oldest first.
fn ends_of_weeks(zone: Zone, as_of: Instant) -> Vec<(NaiveDate, Instant)> {
    let today = zone.date_at(as_of);
    let days_since_sunday = u64::from(today.weekday().num_days_from_monday()) + 1;
    let sundays = (0..WEEKS_SHOWN)
        .rev()
        .filter_map(|week| today.checked_sub_days(Days::new(days_since_sunday + 7 * week)));
    sundays.map(|sunday| (sunday, zone.end_of(sunday))).collect()
}

/// Back from what is posted now: what was changed after the end of a week was not yet changed then.
fn history(
    weeks: &[(NaiveDate, Instant)],
    posted_minutes: i64,
    changes: &[Change],
    unrecorded: &[(Instant, i64)],
) -> Vec<(NaiveDate, i64)> {
    let at_end = |(sunday, end): &(NaiveDate, Instant)| {
        let later = changes.iter().filter(|change| change.effective_at >= *end);
        let changed: i64 = later.map(|change| change.kind.posted_sign() * change.minutes).sum();
        let expired: i64 = unrecorded
            .iter()
            .filter(|(at, _)| at >= end)
            .map(|(_, minutes)| minutes)
            .sum();
        (*sunday, posted_minutes - changed + expired)
    };
    weeks.iter().map(at_end).collect()
}
