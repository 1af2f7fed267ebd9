//! What leads decided about recurrences (section 6): one decision for each ticket, the last one.

use crate::expressions::one_of;
use crate::row::row;
use crate::schema::warranties;
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{OrganizationId, TicketId, UserId};
use diesel::prelude::*;

row! {
    /// Whether a ticket is under the warranty of another one.
    Warranty in warranties over (ticket_id) {
        /// Which ticket.
        ticket_id: TicketId,
        /// Of the ticket.
        organization_id: OrganizationId,
        /// The ticket whose fault came back.
        original_id: TicketId,
        /// Whether it is.
        accepted: bool,
        /// Why.
        reason: Option<String>,
        /// Who decided.
        decided_by: UserId,
        /// When.
        decided_at: Instant,
    }
}

/// The decision about a ticket, if there is one.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, ticket: TicketId) -> Result<Option<Warranty>> {
    Ok(warranties::table
        .find(Col(ticket))
        .select(Warranty::as_select())
        .first(conn)
        .optional()?)
}

/// Those of these tickets that are under warranty, in no order.
///
/// # Errors
/// The database fails.
pub fn accepted_of(conn: &mut Conn, tickets: &[TicketId]) -> Result<Vec<TicketId>> {
    let query = warranties::table
        .filter(one_of(warranties::ticket_id, tickets.iter().copied()))
        .filter(warranties::accepted.eq(true));
    Ok(query.select(warranties::ticket_id).load(conn)?)
}

/// Saves a decision, in the place of an earlier one about the same ticket.
///
/// # Errors
/// The database fails.
pub fn save(conn: &mut Conn, warranty: &Warranty) -> Result<()> {
    if warranty.overwrite_row(conn)? == 0 {
        warranty.insert_row(conn)?;
    }
    Ok(())
}
