//! Windows: periods proposed or agreed for deployments.

use crate::expressions::one_of;
use crate::row::row;
use crate::schema::windows;
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{OrganizationId, TicketId, UserId, WindowId};
use daypack_domain::work::WindowStatus;
use diesel::prelude::*;

row! {
    /// A period proposed or agreed for a deployment.
    Window in windows by (id) {
        /// Made by the context.
        id: WindowId,
        /// Of the ticket.
        organization_id: OrganizationId,
        /// What is deployed.
        ticket_id: TicketId,
        /// Where it stands.
        status: WindowStatus,
        /// From when.
        starts_at: Instant,
        /// Until when.
        ends_at: Instant,
        /// What to expect.
        note: Option<String>,
        /// Who proposed it.
        proposed_by: UserId,
        /// When.
        proposed_at: Instant,
        /// Who answered.
        decided_by: Option<UserId>,
        /// When.
        decided_at: Option<Instant>,
        /// Why not.
        decision_reason: Option<String>,
        /// Grows with each change.
        version: i64,
    }
}

/// Adds a window.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, window: &Window) -> Result<()> {
    window.insert_row(conn)
}

/// The window with this id, whoever's it is.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: WindowId) -> Result<Option<Window>> {
    Ok(windows::table
        .find(Col(id))
        .select(Window::as_select())
        .first(conn)
        .optional()?)
}

/// A ticket's windows, newest proposal first.
///
/// # Errors
/// The database fails.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Vec<Window>> {
    let query = windows::table.filter(windows::ticket_id.eq(Col(ticket)));
    Ok(query
        .order((windows::proposed_at.desc(), windows::id.desc()))
        .select(Window::as_select())
        .load(conn)?)
}

/// Windows of an organization in these statuses that end after an instant, soonest first.
///
/// # Errors
/// The database fails.
pub fn ending_after(
    conn: &mut Conn,
    organization: OrganizationId,
    statuses: &[WindowStatus],
    instant: Instant,
) -> Result<Vec<Window>> {
    let query = windows::table
        .filter(windows::organization_id.eq(Col(organization)))
        .filter(one_of(windows::status, statuses.iter().copied()))
        .filter(windows::ends_at.gt(Col(instant)))
        .order((windows::starts_at.asc(), windows::id.asc()));
    Ok(query.select(Window::as_select()).load(conn)?)
}

/// Saves every field; `version` must have been raised by one. `false` when somebody else was faster.
///
/// # Errors
/// The database fails.
pub fn update(conn: &mut Conn, window: &Window) -> Result<bool> {
    Ok(window.save_row(conn)? == 1)
}
