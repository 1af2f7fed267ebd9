//! Closure records (section 8): one for each delivered cycle of a ticket.

use crate::row::row;
use crate::schema::{ticket_closures, ticket_work, tickets};
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::closure::CauseCategory;
use daypack_domain::ids::{CalendarId, OrganizationId, TicketId, UserId};
use daypack_domain::ticket::{Kind, Severity};
use diesel::prelude::*;

row! {
    /// How one cycle of a ticket ended.
    Closure in ticket_closures over (ticket_id, cycle) {
        /// Of which ticket.
        ticket_id: TicketId,
        /// From 1.
        cycle: i64,
        /// Of the ticket.
        organization_id: OrganizationId,
        /// For the client.
        what_was_done: String,
        /// The cause in words.
        why_it_happened: Option<String>,
        /// How to keep it from happening again.
        how_to_prevent: Option<String>,
        /// The family of the cause.
        cause_category: Option<CauseCategory>,
        /// Whether something went to production.
        deployed: bool,
        /// Offered until then.
        estimated_minutes: i64,
        /// Approved until then.
        approved_minutes: i64,
        /// Deducted until then.
        used_minutes: i64,
        /// Worked until then.
        actual_minutes: i64,
        /// Who resolved it.
        resolved_by: UserId,
        /// When.
        resolved_at: Instant,
        /// Who confirmed it.
        confirmed_by: Option<UserId>,
        /// When it was confirmed, or closed itself.
        confirmed_at: Option<Instant>,
        /// When it was reopened.
        reopened_at: Option<Instant>,
        /// What the client said then.
        reopen_reason: Option<String>,
    }
}

/// A ticket's records, last cycle first.
///
/// # Errors
/// The database fails.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Vec<Closure>> {
    let query = ticket_closures::table.filter(ticket_closures::ticket_id.eq(Col(ticket)));
    Ok(query
        .order(ticket_closures::cycle.desc())
        .select(Closure::as_select())
        .load(conn)?)
}

/// The record of one cycle.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, ticket: TicketId, cycle: i64) -> Result<Option<Closure>> {
    let row = ticket_closures::table.find((Col(ticket), cycle));
    Ok(row.select(Closure::as_select()).first(conn).optional()?)
}

/// Saves a record, in the place of the one of the same cycle.
///
/// # Errors
/// The database fails.
pub fn save(conn: &mut Conn, closure: &Closure) -> Result<()> {
    if closure.overwrite_row(conn)? == 0 {
        closure.insert_row(conn)?;
    }
    Ok(())
}

/// A delivery that stands: the last record of a ticket that was not reopened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// Which ticket.
    pub ticket_id: TicketId,
    /// Its kind.
    pub kind: Option<Kind>,
    /// Its severity.
    pub severity: Option<Severity>,
    /// When it was opened.
    pub created_at: Instant,
    /// When it was delivered.
    pub resolved_at: Instant,
    /// The calendar that it was opened under.
    pub calendar_id: CalendarId,
}

/// The columns of [`Delivered`], as they are selected.
type DeliveredColumns = (TicketId, Option<Kind>, Option<Severity>, Instant, Instant, CalendarId);

/// What an organization was delivered from an instant on and before another, and still stands.
///
/// # Errors
/// The database fails.
pub fn delivered_between(
    conn: &mut Conn,
    organization: OrganizationId,
    from: Instant,
    until: Instant,
) -> Result<Vec<Delivered>> {
    let rows: Vec<DeliveredColumns> = ticket_closures::table
        .inner_join(tickets::table.on(tickets::id.eq(ticket_closures::ticket_id)))
        .inner_join(ticket_work::table.on(ticket_work::ticket_id.eq(tickets::id)))
        .filter(ticket_closures::organization_id.eq(Col(organization)))
        .filter(ticket_closures::resolved_at.ge(Col(from)))
        .filter(ticket_closures::resolved_at.lt(Col(until)))
        .filter(ticket_closures::reopened_at.is_null())
        .order((ticket_closures::resolved_at, tickets::id))
        .select((
            tickets::id,
            tickets::kind,
            tickets::severity,
            tickets::created_at,
            ticket_closures::resolved_at,
            ticket_work::calendar_id,
        ))
        .load(conn)?;
    let delivered = |(ticket_id, kind, severity, created_at, resolved_at, calendar_id)| Delivered {
        ticket_id,
        kind,
        severity,
        created_at,
        resolved_at,
        calendar_id,
    };
    Ok(rows.into_iter().map(delivered).collect())
}
