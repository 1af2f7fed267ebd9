//! What stands around tickets in lists: names, and figures of the work. One query for any number of them.

use crate::expressions::one_of;
use crate::schema::{estimates, hold_parts, holds, organizations, systems, ticket_work, tickets, users};
use crate::types::Col;
use crate::users::{Named, NamedColumns};
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::estimate::EstimateStatus;
use daypack_domain::ids::{CalendarId, OrganizationId, TicketId};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// The organization of a ticket, as lists name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Which.
    pub id: OrganizationId,
    /// Of its references.
    pub prefix: String,
    /// In addresses.
    pub slug: String,
    /// As shown.
    pub name: String,
    /// IANA name.
    pub time_zone: String,
}

/// What stands around one ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// Whose it is.
    pub owner: Owner,
    /// The name of the system that it is about.
    pub system_name: Option<String>,
    /// Who asked.
    pub reporter: Named,
    /// Who works on it.
    pub assignee: Option<Named>,
    /// The calendar that it was opened under.
    pub calendar_id: CalendarId,
    /// What the client said yes to.
    pub approved_minutes: i64,
    /// Taken from packs or borrowed.
    pub used_minutes: i64,
    /// Held for it in all lots.
    pub held_minutes: i64,
    /// Of the estimate that can be answered now.
    pub offered_minutes: Option<i64>,
}

type Figures = (TicketId, CalendarId, i64, i64);
type OwnerColumns = (OrganizationId, String, String, String, String);
/// One for each lot in which minutes are held for the ticket, at least one for the ticket.
type Row = (
    Figures,
    OwnerColumns,
    Option<String>,
    NamedColumns,
    Option<NamedColumns>,
    Option<i64>,
    Option<i64>,
);

/// What stands around these tickets at `now`.
///
/// # Errors
/// The database fails.
pub fn of_tickets(conn: &mut Conn, ids: &[TicketId], now: Instant) -> Result<BTreeMap<TicketId, Surroundings>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (reporters, assignees) = diesel::alias!(users as reporters, users as assignees);
    let assignee_is = assignees.field(users::id).nullable().eq(tickets::assignee_id);
    let offered = estimates::ticket_id
        .eq(tickets::id)
        .and(estimates::status.eq(Col(EstimateStatus::Offered)))
        .and(estimates::valid_until.gt(Col(now)));
    let held = hold_parts::hold_id.eq(holds::id).and(hold_parts::held_minutes.gt(0));
    let rows: Vec<Row> = tickets::table
        .inner_join(ticket_work::table.on(ticket_work::ticket_id.eq(tickets::id)))
        .inner_join(organizations::table.on(organizations::id.eq(tickets::organization_id)))
        .inner_join(reporters.on(reporters.field(users::id).eq(tickets::reporter_id)))
        .left_join(assignees.on(assignee_is))
        .left_join(systems::table.on(systems::id.nullable().eq(tickets::system_id)))
        .left_join(estimates::table.on(offered))
        .left_join(holds::table.on(holds::ticket_id.eq(tickets::id)))
        .left_join(hold_parts::table.on(held))
        .filter(one_of(tickets::id, ids.iter().copied()))
        .select((
            (
                tickets::id,
                ticket_work::calendar_id,
                ticket_work::approved_minutes,
                ticket_work::used_minutes,
            ),
            (
                organizations::id,
                organizations::prefix,
                organizations::slug,
                organizations::name,
                organizations::time_zone,
            ),
            systems::name.nullable(),
            reporters.fields((users::id, users::name, users::staff_role)),
            assignees.fields((users::id, users::name, users::staff_role)).nullable(),
            estimates::minutes.nullable(),
            hold_parts::held_minutes.nullable(),
        ))
        .load(conn)?;
    let mut found = BTreeMap::new();
    for ((id, calendar_id, approved_minutes, used_minutes), owner, system_name, reporter, assignee, offered, held) in
        rows
    {
        let ticket = found.entry(id).or_insert_with(|| Surroundings {
            owner: owner_of(owner),
            system_name,
            reporter: reporter.into(),
            assignee: assignee.map(Named::from),
            calendar_id,
            approved_minutes,
            used_minutes,
            held_minutes: 0,
            offered_minutes: offered,
        });
        ticket.held_minutes += held.unwrap_or(0);
    }
    Ok(found)
}

fn owner_of((id, prefix, slug, name, time_zone): OwnerColumns) -> Owner {
    Owner {
        id,
        prefix,
        slug,
        name,
        time_zone,
    }
}

/// What people call a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// Of its organization.
    pub prefix: String,
    /// There.
    pub number: i64,
    /// In one line.
    pub title: String,
}

/// What these tickets are called.
///
/// # Errors
/// The database fails.
pub fn titles(conn: &mut Conn, ids: &[TicketId]) -> Result<BTreeMap<TicketId, Title>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(TicketId, String, i64, String)> = tickets::table
        .inner_join(organizations::table.on(organizations::id.eq(tickets::organization_id)))
        .filter(one_of(tickets::id, ids.iter().copied()))
        .select((tickets::id, organizations::prefix, tickets::number, tickets::title))
        .load(conn)?;
    let title = |(id, prefix, number, title)| (id, Title { prefix, number, title });
    Ok(rows.into_iter().map(title).collect())
}
