//! Client organizations (section 1): set up by an admin, with office hours and the policy that ships.

use daypack_api_types::organization::{ChangeOrganization, CreateOrganization};
use daypack_domain::{
    Refusal,
    calendar::{CalendarDefinition, LocalInterval, TimeOfDay, Week},
    event::EventKind,
    ids::{CalendarId, OrganizationId},
    money::Currency,
    policy::{Action, Actor, Subject, may},
    problem::FieldProblem,
    ticket::Prefix,
    zone::Zone,
};
use daypack_store::{
    Conn, Json, Page, STANDARD_POLICY, StoreError,
    calendars::{self, CalendarVersion},
    organizations::{self, Organization, OrganizationSettings},
};
use uuid::Uuid;

use super::{events, ledger};
use crate::{api::installation::LOCALES, context::Context, edge::check_version, error::Failure};

/// Office hours of a new organization, Monday to Friday in its own zone.
const OFFICE_HOURS: (u16, u16) = (9, 18);

/// Sets up an organization: its own calendar with office hours, the current version of the standard policy, no
/// minutes and no people yet.
///
/// # Errors
/// `invalid` with every field that cannot be accepted; `prefix_taken`.
pub fn create(conn: &mut Conn, context: &Context, input: &CreateOrganization) -> Result<Organization, Failure> {
    create_open(conn, context, input, office_hours)
}

/// As [`create`], with other hours than those of an office: they are made for the organization's zone.
///
/// # Errors
/// Those of [`create`].
pub fn create_open(
    conn: &mut Conn,
    context: &Context,
    input: &CreateOrganization,
    hours: impl Fn(Zone) -> Result<CalendarDefinition, Failure>,
) -> Result<Organization, Failure> {
    may(&context.actor, Action::CreateOrganization, Subject::Installation)?;
    let (prefix, zone, currency) = check(input)?;
    let slug = prefix.as_str().to_lowercase();
    if organizations::find_by_slug(conn, &slug)?.is_some() {
        return Err(taken(&prefix).into());
    }
    let calendar = CalendarVersion {
        id: context.id(),
        name: slug.clone(),
        version: 1,
        current: true,
        definition: Json(hours(zone)?),
        created_at: context.now,
    };
    let policy = calendars::find_current_policy(conn, STANDARD_POLICY)?;
    let policy = policy.ok_or_else(|| Failure::internal("the policy that ships is missing"))?;
    let organization = Organization {
        id: context.id(),
        prefix: prefix.to_string(),
        slug,
        name: input.name.trim().to_owned(),
        time_zone: zone.name().to_owned(),
        locale: input.locale.clone(),
        currency,
        created_at: context.now,
        version: 1,
        write_sequence: 1,
        movement_sequence: 0,
        event_sequence: 0,
        ticket_number: 0,
        debt_minutes: 0,
        debt_limit_minutes: 0,
        last_effective_at: None,
        settings: Json(OrganizationSettings::default()),
        calendar_id: calendar.id,
        sla_policy_id: policy.id,
    };
    let inserted =
        calendars::insert_calendar(conn, &calendar).and_then(|()| organizations::insert(conn, &organization));
    inserted.map_err(|error| match error {
        // Somebody else was faster between the look and the insertion.
        StoreError::UniqueViolation { .. } => Failure::Refusal(taken(&prefix)),
        other => other.into(),
    })?;
    let kind = EventKind::OrganizationCreated {
        organization_name: organization.name.clone(),
        prefix: organization.prefix.clone(),
        time_zone: organization.time_zone.clone(),
    };
    events::record(conn, context, Some(organization.id), [kind])?;
    Ok(organization)
}

fn taken(prefix: &Prefix) -> Refusal {
    Refusal::conflict(
        "prefix_taken",
        format!("{prefix} is the prefix of another organization."),
    )
}

fn check(input: &CreateOrganization) -> Result<(Prefix, Zone, Currency), Refusal> {
    let mut problems = Vec::new();
    if input.name.trim().is_empty() {
        problems.push(FieldProblem::new(
            "/name",
            "too_short",
            "A name has at least one letter.",
        ));
    }
    let prefix = Prefix::parse(&input.prefix);
    if prefix.is_none() {
        let detail = "A prefix has 2 to 8 capital letters or digits, a letter first.";
        problems.push(FieldProblem::new("/prefix", "pattern", detail));
    }
    let zone = Zone::parse(&input.time_zone);
    if zone.is_none() {
        problems.push(FieldProblem::new(
            "/time_zone",
            "unknown_zone",
            "This is not an IANA time zone.",
        ));
    }
    if !LOCALES.contains(&input.locale.as_str()) {
        let detail = format!("The languages are {}.", LOCALES.join(", "));
        problems.push(FieldProblem::new("/locale", "unknown_word", detail));
    }
    let currency = Currency::parse(&input.currency);
    if currency.is_none() {
        let detail = "A currency is three capital letters (ISO 4217).";
        problems.push(FieldProblem::new("/currency", "pattern", detail));
    }
    match (prefix, zone, currency) {
        (Some(prefix), Some(zone), Some(currency)) if problems.is_empty() => Ok((prefix, zone, currency)),
        _ => Err(Refusal::Invalid(problems)),
    }
}

fn office_hours(zone: Zone) -> Result<CalendarDefinition, Failure> {
    let time = |hour| TimeOfDay::new(hour, 0).ok_or_else(|| Failure::internal("office hours that no clock shows"));
    let hours = LocalInterval {
        from: time(OFFICE_HOURS.0)?,
        to: time(OFFICE_HOURS.1)?,
    };
    Ok(CalendarDefinition {
        zone: zone.name().to_owned(),
        week: Week::working_days(&[hours]),
        ..Default::default()
    })
}

/// Takes the organization for the rest of the transaction: the first statement of every write for it.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none with this id.
pub fn lock(conn: &mut Conn, id: OrganizationId) -> Result<Organization, Failure> {
    organizations::lock(conn, id)?.ok_or(Failure::Refusal(Refusal::NotFound))
}

/// Changes what an admin sets: name, language and zone. In another zone dates stay, and what is not over ends where
/// the new zone says; what has expired stays expired. The organization's own calendar moves too, for tickets that are
/// opened from now on.
///
/// # Errors
/// `invalid` with every field that cannot be accepted; `stale_version`; those of [`may`].
pub fn change(
    conn: &mut Conn,
    context: &Context,
    id: OrganizationId,
    input: &ChangeOrganization,
    expected_version: i64,
) -> Result<Organization, Failure> {
    may(&context.actor, Action::ManageSettings, id.into())?;
    let before = lock(conn, id)?;
    check_version(expected_version, before.version)?;
    let zone = check_change(input)?;
    let name = input.name.as_deref().map(str::trim).filter(|name| *name != before.name);
    let locale = input.locale.as_deref().filter(|locale| *locale != before.locale);
    let zone = zone.filter(|zone| zone.name() != before.time_zone);
    let mut fields = Vec::new();
    fields.extend(name.map(|_| "name"));
    fields.extend(locale.map(|_| "locale"));
    if fields.is_empty() && zone.is_none() {
        return Ok(before);
    }
    let calendar_id = match zone {
        None => None,
        Some(zone) => {
            fields.push("time_zone");
            move_lots(conn, context, &before, zone)?;
            move_calendar(conn, context, &before, zone)?
        }
    };
    fields.extend(calendar_id.map(|_| "calendar"));
    // As the ledger left it.
    let now = organizations::find(conn, id)?.ok_or(Refusal::NotFound)?;
    let changed = Organization {
        name: name.map_or(now.name, str::to_owned),
        locale: locale.map_or(now.locale, str::to_owned),
        time_zone: zone.map_or(now.time_zone, |zone| zone.name().to_owned()),
        calendar_id: calendar_id.unwrap_or(now.calendar_id),
        version: now.version + 1,
        ..now
    };
    if !organizations::update(conn, &changed)? {
        // Nobody changes an organization without its lock.
        return Err(Failure::internal(format!(
            "the organization {id} was not at its version"
        )));
    }
    let fields = fields.into_iter().map(str::to_owned).collect();
    events::record(conn, context, Some(id), [EventKind::OrganizationChanged { fields }])?;
    Ok(changed)
}

fn check_change(input: &ChangeOrganization) -> Result<Option<Zone>, Refusal> {
    let mut problems = Vec::new();
    if input.name.as_deref().is_some_and(|name| name.trim().is_empty()) {
        problems.push(FieldProblem::new(
            "/name",
            "too_short",
            "A name has at least one letter.",
        ));
    }
    if input.locale.as_deref().is_some_and(|locale| !LOCALES.contains(&locale)) {
        let detail = format!("The languages are {}.", LOCALES.join(", "));
        problems.push(FieldProblem::new("/locale", "unknown_word", detail));
    }
    let zone = input.time_zone.as_deref().map(Zone::parse);
    if zone == Some(None) {
        let detail = "This is not an IANA time zone.";
        problems.push(FieldProblem::new("/time_zone", "unknown_zone", detail));
    }
    if problems.is_empty() {
        Ok(zone.flatten())
    } else {
        Err(Refusal::Invalid(problems))
    }
}

/// Lots end where the new zone says; one that so ended before now expires now.
fn move_lots(conn: &mut Conn, context: &Context, organization: &Organization, zone: Zone) -> Result<(), Failure> {
    let mut account = daypack_store::ledger::load(conn, organization, &[], &[])?;
    account.change_zone(&ledger::stamp(context), |date| zone.end_of(date))?;
    ledger::save(conn, context, organization.id, &mut account)?;
    Ok(())
}

/// A version of the organization's own calendar in the new zone; nothing for one that it shares or that has another
/// zone on purpose.
fn move_calendar(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    zone: Zone,
) -> Result<Option<CalendarId>, Failure> {
    let Some(current) = calendars::find_current_calendar(conn, &organization.slug)? else {
        return Ok(None);
    };
    if current.id != organization.calendar_id || current.definition.zone != organization.time_zone {
        return Ok(None);
    }
    let moved = CalendarVersion {
        id: context.id(),
        version: current.version + 1,
        definition: Json(CalendarDefinition {
            zone: zone.name().to_owned(),
            ..current.definition.0
        }),
        created_at: context.now,
        ..current
    };
    calendars::insert_calendar(conn, &moved)?;
    Ok(Some(moved.id))
}

/// The organization that a path names, by its id or by its short name, for somebody who may do `action` there.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or none that the actor knows of; [`Refusal::Forbidden`].
pub fn find(conn: &mut Conn, context: &Context, id_or_slug: &str, action: Action) -> Result<Organization, Failure> {
    let found = match id_or_slug.parse::<Uuid>() {
        Ok(id) => organizations::find(conn, OrganizationId(id))?,
        Err(_) => organizations::find_by_slug(conn, id_or_slug)?,
    };
    let organization = found.ok_or(Refusal::NotFound)?;
    may(&context.actor, action, organization.id.into())?;
    Ok(organization)
}

/// The zone of an organization.
///
/// # Errors
/// The zone database does not know it any more.
pub fn zone_of(organization: &Organization) -> Result<Zone, Failure> {
    let unknown = || Failure::internal(format!("{} is no time zone", organization.time_zone));
    Zone::parse(&organization.time_zone).ok_or_else(unknown)
}

/// The organizations whose things this actor sees in lists; nothing means all.
#[must_use]
pub fn visible_to(actor: &Actor) -> Option<Vec<OrganizationId>> {
    match actor {
        Actor::System => None,
        actor if actor.is_staff() => None,
        actor => {
            let places = actor
                .person()
                .map(|person| person.memberships.as_slice())
                .unwrap_or_default();
            Some(places.iter().map(|place| place.organization_id).collect())
        }
    }
}

/// The organizations that the actor knows of, by name, after the last one seen.
///
/// # Errors
/// Nobody has signed in.
pub fn page(
    conn: &mut Conn,
    context: &Context,
    after: Option<(String, OrganizationId)>,
    limit: i64,
) -> Result<Page<Organization>, Failure> {
    may(&context.actor, Action::ManageSelf, Subject::Installation)?;
    let only = visible_to(&context.actor);
    Ok(organizations::page(conn, only.as_deref(), after, limit)?)
}
