//! Holds that outlast their lots (section 3, "Expiry"), and whether the leads were told of them. What the ledger does
//! with holds is in [`crate::ledger`].

use crate::expressions::one_of;
use crate::schema::{hold_parts, holds, lots, tickets};
use crate::types::Col;
use crate::{Conn, Result};
use chrono::NaiveDate;
use daypack_domain::Instant;
use daypack_domain::ids::{HoldId, TicketId};
use daypack_domain::lot::LotStatus;
use daypack_domain::ticket::Status;
use diesel::prelude::*;

/// Minutes that a hold still has in a lot that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedPart {
    /// Of which hold.
    pub hold_id: HoldId,
    /// More than 0.
    pub minutes: i64,
    /// The last day of use of the lot.
    pub expires_on: NaiveDate,
}

/// What is held in lots that ended by an instant, of holds that the leads were not told of; narrowed by whoever asks.
macro_rules! untold {
    ($ended_by:expr) => {
        holds::table
            .inner_join(hold_parts::table.on(hold_parts::hold_id.eq(holds::id)))
            .inner_join(lots::table.on(lots::id.eq(hold_parts::lot_id)))
            .inner_join(tickets::table.on(tickets::id.eq(holds::ticket_id)))
            .filter(holds::lead_told_at.is_null())
            .filter(hold_parts::held_minutes.gt(0))
            .filter(lots::ends_at.le(Col($ended_by)))
    };
}

/// Tickets in one of these statuses with minutes held in a lot that ended by `ended_by`, of holds that the leads were
/// not told of; of all organizations.
///
/// # Errors
/// The database fails.
pub fn untold(conn: &mut Conn, ended_by: Instant, statuses: &[Status]) -> Result<Vec<TicketId>> {
    let query = untold!(ended_by)
        // All that there are: lots are indexed by their status and then by their end.
        .filter(one_of(lots::status, LotStatus::ALL.iter().copied()))
        .filter(one_of(tickets::status, statuses.iter().copied()));
    Ok(query.select(holds::ticket_id).distinct().load(conn)?)
}

/// The same of one ticket, whatever its status, each hold with its lots; the oldest hold first.
///
/// # Errors
/// The database fails.
pub fn untold_of_ticket(conn: &mut Conn, ticket: TicketId, ended_by: Instant) -> Result<Vec<EndedPart>> {
    let rows: Vec<(HoldId, i64, NaiveDate)> = untold!(ended_by)
        .filter(holds::ticket_id.eq(Col(ticket)))
        .order((holds::created_at.asc(), holds::id.asc(), lots::ends_at.asc()))
        .select((holds::id, hold_parts::held_minutes, lots::expires_on))
        .load(conn)?;
    let part = |(hold_id, minutes, expires_on)| EndedPart {
        hold_id,
        minutes,
        expires_on,
    };
    Ok(rows.into_iter().map(part).collect())
}

/// Notes that the leads were told of these holds.
///
/// # Errors
/// The database fails.
pub fn leads_told(conn: &mut Conn, ids: &[HoldId], now: Instant) -> Result<()> {
    diesel::update(holds::table.filter(one_of(holds::id, ids.iter().copied())))
        .set(holds::lead_told_at.eq(Col(Some(now))))
        .execute(conn)?;
    Ok(())
}
