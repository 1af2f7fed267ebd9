//! Everything that is stored beside a ledger, for checking it against the movements.

use crate::organizations::Organization;
use crate::schema::{emergencies, estimates, events, statements, ticket_work, tickets, time_entries};
use crate::statements::StatementRow;
use crate::types::Col;
use crate::{Conn, Result, ledger, lots};
use chrono::NaiveDate;
use daypack_domain::Instant;
use daypack_domain::emergency::EmergencyStatus;
use daypack_domain::estimate::{Basis, EstimateStatus};
use daypack_domain::ids::{HoldId, OrganizationId, TicketId, TimeEntryId};
use daypack_domain::ledger::{Approved, BilledEntry, Books, TicketFigures};
use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// The whole ledger of an organization with everything that is stored beside it.
///
/// # Errors
/// The database fails.
pub fn books(conn: &mut Conn, organization: &Organization) -> Result<Books> {
    let id = organization.id;
    let positions = lots::of_organization(conn, id)?
        .into_iter()
        .map(|record| record.position);
    Ok(Books {
        counters: organization.counters(),
        lots: positions.collect(),
        holds: ledger::all_holds(conn, id)?,
        movements: ledger::all(conn, id)?,
        entries: entries(conn, id)?,
        tickets: figures(conn, id)?,
    })
}

fn entries(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<BilledEntry>> {
    let rows: Vec<(TimeEntryId, TicketId, i64, i64, Option<Instant>)> = time_entries::table
        .filter(time_entries::organization_id.eq(Col(organization)))
        .order((time_entries::created_at.asc(), time_entries::id.asc()))
        .select((
            time_entries::id,
            time_entries::ticket_id,
            time_entries::actual_minutes,
            time_entries::billable_minutes,
            time_entries::reversed_at,
        ))
        .load(conn)?;
    let entry =
        |(entry_id, ticket_id, actual_minutes, billable_minutes, reversed_at): (_, _, _, _, Option<_>)| BilledEntry {
            entry_id,
            ticket_id,
            actual_minutes,
            billable_minutes,
            taken_back: reversed_at.is_some(),
        };
    Ok(rows.into_iter().map(entry).collect())
}

/// What is stored with every ticket, and what was approved for it.
fn figures(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<TicketFigures>> {
    type Yes = (TicketId, Basis, i64, Option<i64>, Option<HoldId>, Option<Instant>);
    let said: Vec<Yes> = estimates::table
        .filter(estimates::organization_id.eq(Col(organization)))
        .filter(estimates::status.eq(Col(EstimateStatus::Approved)))
        .order((estimates::decided_at.asc(), estimates::id.asc()))
        .select((
            estimates::ticket_id,
            estimates::basis,
            estimates::minutes,
            estimates::approved_minutes,
            estimates::hold_id,
            estimates::disputed_at,
        ))
        .load(conn)?;
    let mut approvals: BTreeMap<TicketId, Vec<Approved>> = BTreeMap::new();
    for (ticket_id, basis, offered, approved, hold_id, disputed_at) in said {
        approvals.entry(ticket_id).or_default().push(Approved {
            basis,
            minutes: approved.unwrap_or(offered),
            hold_id,
            disputed: disputed_at.is_some(),
        });
    }
    let begun: Vec<(TicketId, EmergencyStatus, i64)> = emergencies::table
        .filter(emergencies::organization_id.eq(Col(organization)))
        .select((emergencies::ticket_id, emergencies::status, emergencies::clause_minutes))
        .load(conn)?;
    let begun: BTreeMap<TicketId, (EmergencyStatus, i64)> = begun
        .into_iter()
        .map(|(id, status, minutes)| (id, (status, minutes)))
        .collect();
    let rows: Vec<(TicketId, i64, i64, i64, i64)> = ticket_work::table
        .filter(ticket_work::organization_id.eq(Col(organization)))
        .order(ticket_work::ticket_id.asc())
        .select((
            ticket_work::ticket_id,
            ticket_work::approved_minutes,
            ticket_work::actual_minutes,
            ticket_work::billed_minutes,
            ticket_work::used_minutes,
        ))
        .load(conn)?;
    let figures = |(ticket_id, approved_minutes, actual_minutes, billed_minutes, used_minutes)| TicketFigures {
        ticket_id,
        approved_minutes,
        actual_minutes,
        billed_minutes,
        used_minutes,
        approvals: approvals.remove(&ticket_id).unwrap_or_default(),
        upheld: begun
            .get(&ticket_id)
            .is_some_and(|(status, _)| *status == EmergencyStatus::Upheld),
        clause_minutes: begun
            .get(&ticket_id)
            .filter(|(status, _)| status.is_active())
            .map(|(_, minutes)| *minutes),
    };
    Ok(rows.into_iter().map(figures).collect())
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
