//! Work that began under the emergency clause (section 6): at most one for each ticket, the last one.

use crate::expressions::one_of;
use crate::row::row;
use crate::schema::emergencies;
use crate::types::{Col, Json};
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::emergency::EmergencyStatus;
use daypack_domain::ids::{OrganizationId, TicketId, UserId};
use daypack_domain::ticket::Severity;
use diesel::prelude::*;

row! {
    /// Work that began before anybody said yes to it.
    Emergency in emergencies over (ticket_id) {
        /// Of which ticket.
        ticket_id: TicketId,
        /// Of the ticket.
        organization_id: OrganizationId,
        /// Where the client's word on it stands.
        status: EmergencyStatus,
        /// N of the clause when it began.
        clause_minutes: i64,
        /// What was held when it began.
        held_minutes: i64,
        /// Who began it.
        started_by: Option<UserId>,
        /// When.
        started_at: Instant,
        /// The owner who confirmed or disputed it.
        answered_by: Option<UserId>,
        /// When.
        answered_at: Option<Instant>,
        /// Why it was disputed.
        dispute_reason: Option<String>,
        /// The lead who decided.
        settled_by: Option<UserId>,
        /// When.
        settled_at: Option<Instant>,
        /// What the lead said.
        settlement: Option<String>,
        /// When the mails to the owners were written.
        owners_told_at: Option<Instant>,
        /// When the mails to the leads about a dispute were written.
        leads_told_at: Option<Instant>,
        /// The severities that the clause named when it began.
        severities: Json<Vec<Severity>>,
    }
}

impl Emergency {
    /// N of the clause, while it lets work go on: until the client was given right or said yes to an estimate, and only
    /// as long as the ticket is as severe as the clause demands.
    #[must_use]
    pub fn active_minutes(&self, severity: Option<Severity>) -> Option<i64> {
        let named = severity.is_some_and(|severity| self.severities.contains(&severity));
        (named && self.status.is_active()).then_some(self.clause_minutes)
    }
}

/// The emergency of a ticket, if it is one.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, ticket: TicketId) -> Result<Option<Emergency>> {
    Ok(emergencies::table
        .find(Col(ticket))
        .select(Emergency::as_select())
        .first(conn)
        .optional()?)
}

/// The emergencies among these tickets, in no order.
///
/// # Errors
/// The database fails.
pub fn of_tickets(conn: &mut Conn, tickets: &[TicketId]) -> Result<Vec<Emergency>> {
    let query = emergencies::table.filter(one_of(emergencies::ticket_id, tickets.iter().copied()));
    Ok(query.select(Emergency::as_select()).load(conn)?)
}

/// The emergencies of an organization in this status, oldest first.
///
/// # Errors
/// The database fails.
pub fn in_status(conn: &mut Conn, organization: OrganizationId, status: EmergencyStatus) -> Result<Vec<Emergency>> {
    let query = emergencies::table
        .filter(emergencies::organization_id.eq(Col(organization)))
        .filter(emergencies::status.eq(Col(status)))
        .order((emergencies::started_at.asc(), emergencies::ticket_id.asc()));
    Ok(query.select(Emergency::as_select()).load(conn)?)
}

/// Saves it, in the place of an earlier one of the same ticket.
///
/// # Errors
/// The database fails.
pub fn save(conn: &mut Conn, emergency: &Emergency) -> Result<()> {
    if emergency.overwrite_row(conn)? == 0 {
        emergency.insert_row(conn)?;
    }
    Ok(())
}
