//! Weekly statements (section 11): made once for each organization and week, and frozen; previews of any days.

mod gather;

use chrono::{Days, NaiveDate};
use daypack_domain::{
    Instant, Refusal,
    event::EventKind,
    ids::{OrganizationId, StatementId},
    policy::{Action, ClientRole, may},
    statement::{Period, Rhythm, Statement},
};
use daypack_store::{
    Conn, Page,
    organizations::Organization,
    statements::{self, StatementRow},
};

use super::{events, ledger, members, organizations};
use crate::{
    auth::secrets,
    context::Context,
    error::Failure,
    mail::{outbox, statement::statement_mail},
};

/// The longest preview, in days: a quarter.
const LONGEST_PREVIEW: i64 = 92;

/// Freezes the statement of the week that begins on `first_day`, tells of it, and writes the mails about it: to the
/// owners and approvers of the organization, with links that begin with `base_url`. Nothing, when the week has its
/// statement already or has not ended: twice has the effect of once.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such organization; figures that do not reconcile, and then nothing is made.
pub fn freeze(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    first_day: NaiveDate,
    base_url: &str,
) -> Result<Option<StatementRow>, Failure> {
    let organization = organizations::lock(conn, organization_id)?;
    let (rhythm, zone) = (Rhythm::default(), organizations::zone_of(&organization)?);
    let week = rhythm.week_of(zone, first_day);
    let made = statements::days(conn, organization_id)?;
    let is_made = made.iter().any(|(from, _)| *from == week.first_day);
    if is_made || rhythm.due_at(zone, &week) > context.now {
        return Ok(None);
    }
    // What expired with the week belongs to it.
    ledger::expire_due(conn, context, organization_id)?;
    let organization = reread(conn, organization_id)?;
    let week = joined(conn, organization_id, week)?;
    let statement = make(conn, context, &organization, week, false)?;
    let content = statement.canonical_json().map_err(Failure::internal)?;
    let row = StatementRow {
        id: context.id(),
        organization_id,
        from_on: week.first_day,
        to_on: week.last_day,
        hash: secrets::hash(&content),
        content,
        made_at: context.now,
    };
    statements::insert(conn, &row)?;
    let kind = EventKind::StatementMade {
        statement_id: row.id,
        first_day: row.from_on,
        last_day: row.to_on,
        hash: row.hash.clone(),
    };
    events::record(conn, context, Some(organization_id), [kind])?;
    for user in members::readers(conn, context, organization_id, ClientRole::Approver)? {
        let mail = statement_mail(&user, row.id, &statement, base_url)?;
        outbox::post(conn, context, Some(organization_id), &mail)?;
    }
    Ok(Some(row))
}

/// The week from where the statement of the week before ends: when the organization changed its zone in between, no
/// movement is told twice or never.
fn joined(conn: &mut Conn, organization_id: OrganizationId, week: Period) -> Result<Period, Failure> {
    let before = statements::last(conn, organization_id)?;
    let follows = before.filter(|row| row.to_on.succ_opt() == Some(week.first_day));
    let Some(row) = follows else {
        return Ok(week);
    };
    let content: Statement = serde_json::from_str(&row.content).map_err(Failure::internal)?;
    Ok(Period {
        from: content.period.until,
        ..week
    })
}

/// The weeks of an organization that have ended and have no statement yet, each with the instant at which it was due,
/// oldest first: from the week in which the organization was set up.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such organization.
pub fn missing(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
) -> Result<Vec<(Period, Instant)>, Failure> {
    let organization = reread(conn, organization_id)?;
    let (rhythm, zone) = (Rhythm::default(), organizations::zone_of(&organization)?);
    let last = rhythm.last_due(zone, context.now);
    let made = statements::days(conn, organization_id)?;
    let since = zone.date_at(organization.created_at);
    if since > last.last_day {
        return Ok(Vec::new());
    }
    let due = rhythm.due_since(zone, since, context.now).into_iter();
    let without = due.filter(|week| made.iter().all(|(from, _)| *from != week.first_day));
    Ok(without.map(|week| (week, rhythm.due_at(zone, &week))).collect())
}

/// A statement of any days, first and last included, as they stand now. It is not kept.
///
/// # Errors
/// Those of [`may`]; `invalid` for days that cannot be.
pub fn preview(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    first_day: NaiveDate,
    last_day: NaiveDate,
) -> Result<Statement, Failure> {
    may(&context.actor, Action::ReadStatements, organization_id.into())?;
    let organization = reread(conn, organization_id)?;
    let zone = organizations::zone_of(&organization)?;
    let today = zone.date_at(context.now);
    if first_day > today || first_day < today - Days::new(36_600) {
        let detail = "The first day is today or earlier, within a hundred years.";
        return Err(Refusal::field("/from", "out_of_range", detail).into());
    }
    let days = (last_day - first_day).num_days() + 1;
    let period = Period::of_days(zone, first_day, last_day).filter(|_| days <= LONGEST_PREVIEW);
    let period = period.ok_or_else(|| {
        let detail = format!("The last day is on or after the first one, at most {LONGEST_PREVIEW} days in all.");
        Refusal::field("/to", "out_of_range", detail)
    })?;
    make(conn, context, &organization, period, true)
}

/// An organization's statements, the latest week first, before the first day of the last one seen.
///
/// # Errors
/// Those of [`may`].
pub fn page(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    before: Option<NaiveDate>,
    limit: i64,
) -> Result<Page<StatementRow>, Failure> {
    may(&context.actor, Action::ReadStatements, organization_id.into())?;
    reread(conn, organization_id)?;
    Ok(statements::page(conn, organization_id, before, limit)?)
}

/// A frozen statement.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or none that the actor knows of.
pub fn find(conn: &mut Conn, context: &Context, id: StatementId) -> Result<StatementRow, Failure> {
    let row = statements::find(conn, id)?.ok_or(Refusal::NotFound)?;
    may(&context.actor, Action::ReadStatements, row.organization_id.into())?;
    Ok(row)
}

/// The newest statement of an organization.
///
/// # Errors
/// Those of [`may`].
pub fn last(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
) -> Result<Option<StatementRow>, Failure> {
    may(&context.actor, Action::ReadStatements, organization_id.into())?;
    Ok(statements::last(conn, organization_id)?)
}

fn make(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    period: Period,
    preview: bool,
) -> Result<Statement, Failure> {
    let input = gather::input(conn, context, organization, period, preview)?;
    Statement::make(input).map_err(|difference| {
        let days = format!("{} to {}", period.first_day, period.last_day);
        Failure::internal(format!(
            "the statement of {} for {days} does not reconcile: {difference}",
            organization.slug
        ))
    })
}

fn reread(conn: &mut Conn, id: OrganizationId) -> Result<Organization, Failure> {
    daypack_store::organizations::find(conn, id)?.ok_or(Failure::Refusal(Refusal::NotFound))
}
