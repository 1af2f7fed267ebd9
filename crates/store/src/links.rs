//! How tickets belong to each other (section 4).

use crate::expressions::one_of;
use crate::row::row;
use crate::schema::{ticket_links, ticket_work};
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{OrganizationId, TicketId, UserId};
use daypack_domain::ticket::LinkKind;
use diesel::prelude::*;

row! {
    /// One ticket belongs to another one.
    Link in ticket_links {
        /// Of both tickets.
        organization_id: OrganizationId,
        /// This one.
        ticket_id: TicketId,
        /// To which it belongs.
        other_id: TicketId,
        /// How.
        kind: LinkKind,
        /// Who said so.
        created_by: Option<UserId>,
        /// When.
        created_at: Instant,
    }
}

/// Adds a link.
///
/// # Errors
/// A unique violation when it is there already.
pub fn insert(conn: &mut Conn, link: &Link) -> Result<()> {
    link.insert_row(conn)
}

/// Takes a link back.
///
/// # Errors
/// The database fails.
pub fn delete(conn: &mut Conn, link: &Link) -> Result<()> {
    let row = ticket_links::table
        .filter(ticket_links::ticket_id.eq(Col(link.ticket_id)))
        .filter(ticket_links::other_id.eq(Col(link.other_id)))
        .filter(ticket_links::kind.eq(Col(link.kind)));
    diesel::delete(row).execute(conn)?;
    Ok(())
}

/// The links from and to a ticket, oldest first.
///
/// # Errors
/// The database fails.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Vec<Link>> {
    let query = ticket_links::table.filter(
        ticket_links::ticket_id
            .eq(Col(ticket))
            .or(ticket_links::other_id.eq(Col(ticket))),
    );
    Ok(query
        .order((
            ticket_links::created_at,
            ticket_links::ticket_id,
            ticket_links::other_id,
        ))
        .select(Link::as_select())
        .load(conn)?)
}

/// The tickets that this one is a recurrence of, each with when it was closed, if it is; the last closed first.
///
/// # Errors
/// The database fails.
pub fn originals(conn: &mut Conn, ticket: TicketId) -> Result<Vec<(TicketId, Option<Instant>)>> {
    let mut found: Vec<(TicketId, Option<Instant>)> = ticket_links::table
        .inner_join(ticket_work::table.on(ticket_work::ticket_id.eq(ticket_links::other_id)))
        .filter(ticket_links::ticket_id.eq(Col(ticket)))
        .filter(ticket_links::kind.eq(Col(LinkKind::RecurrenceOf)))
        .select((ticket_links::other_id, ticket_work::closed_at))
        .load(conn)?;
    found.sort_by_key(|(id, closed_at)| std::cmp::Reverse((*closed_at, *id)));
    Ok(found)
}

/// When each of these tickets was closed; those that are not are left out.
///
/// # Errors
/// The database fails.
pub fn closed_at(conn: &mut Conn, tickets: &[TicketId]) -> Result<Vec<(TicketId, Instant)>> {
    let query = ticket_work::table
        .filter(one_of(ticket_work::ticket_id, tickets.iter().copied()))
        .select((ticket_work::ticket_id, ticket_work::closed_at));
    let rows: Vec<(TicketId, Option<Instant>)> = query.load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((id, at?))).collect())
}
