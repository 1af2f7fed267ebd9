//! Everything that is stored beside a ledger, for checking it against the movements.

use crate::organizations::Organization;
use crate::schema::{events, statements, tickets, time_entries};
use crate::statements::StatementRow;
use crate::types::Col;
use crate::{Conn, Result, ledger, lots};
use chrono::NaiveDate;
use daypack_domain::Instant;
use daypack_domain::ids::{OrganizationId, TimeEntryId};
use daypack_domain::ledger::{BilledEntry, Books};
use diesel::dsl::{count_star, max};
use diesel::prelude::*;

/// The whole ledger of an organization with everything that is stored beside it.
///
/// # Errors
/// The database fails.
pub fn books(conn: &mut Conn, organization: &Organization) -> Result<Books> {
    let id = organization.id;
    let positions = lots::of_organization(conn, id)?
        .into_iter()
        .map(|record| record.position);
    let entries: Vec<(TimeEntryId, i64, Option<Instant>)> = time_entries::table
        .filter(time_entries::organization_id.eq(Col(id)))
        .order((time_entries::created_at.asc(), time_entries::id.asc()))
        .select((
            time_entries::id,
            time_entries::billable_minutes,
            time_entries::reversed_at,
        ))
        .load(conn)?;
    let entry = |(entry_id, billable_minutes, reversed_at): (TimeEntryId, i64, Option<Instant>)| BilledEntry {
        entry_id,
        // What was taken back keeps the figure that it billed, for the record.
        billable_minutes: if reversed_at.is_none() { billable_minutes } else { 0 },
    };
    Ok(Books {
        counters: organization.counters(),
        lots: positions.collect(),
        holds: ledger::all_holds(conn, id)?,
        movements: ledger::all(conn, id)?,
        entries: entries.into_iter().map(entry).collect(),
    })
}

/// Numbers that are given without gaps: how many rows have one, and the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered {
    /// How many rows.
    pub count: i64,
    /// The greatest number; 0 without rows.
    pub greatest: i64,
}

/// The numbers of an organization's tickets.
///
/// # Errors
/// The database fails.
pub fn ticket_numbers(conn: &mut Conn, organization: OrganizationId) -> Result<Numbered> {
    let query = tickets::table.filter(tickets::organization_id.eq(Col(organization)));
    let (count, greatest): (i64, Option<i64>) = query.select((count_star(), max(tickets::number))).first(conn)?;
    Ok(Numbered {
        count,
        greatest: greatest.unwrap_or(0),
    })
}

/// The numbers of an organization's events.
///
/// # Errors
/// The database fails.
pub fn event_numbers(conn: &mut Conn, organization: OrganizationId) -> Result<Numbered> {
    let query = events::table.filter(events::organization_id.eq(Col(Some(organization))));
    let (count, greatest): (i64, Option<i64>) = query.select((count_star(), max(events::sequence))).first(conn)?;
    Ok(Numbered {
        count,
        greatest: greatest.unwrap_or(0),
    })
}

/// Some frozen statements of an organization, oldest first, after the first day of the last one seen.
///
/// # Errors
/// The database fails.
pub fn statements_after(
    conn: &mut Conn,
    organization: OrganizationId,
    after: Option<NaiveDate>,
    limit: i64,
) -> Result<Vec<StatementRow>> {
    let mut query = statements::table
        .filter(statements::organization_id.eq(Col(organization)))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(statements::from_on.gt(after));
    }
    let query = query.order(statements::from_on.asc()).limit(limit);
    Ok(query.select(StatementRow::as_select()).load(conn)?)
}
