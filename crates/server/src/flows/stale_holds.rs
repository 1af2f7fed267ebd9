//! Minutes that survive the end of their lot because they are held (section 3, "Expiry"): they were agreed in time,
//! but after 60 days without the client's answer they expire after all.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use daypack_domain::{Refusal, ids::TicketId, ledger::Stamp, ticket::Status, work::WindowStatus};
use daypack_store::{
    Conn, ledger as accounts,
    tickets::{self, Ticket},
    windows,
};

use super::{ledger, organizations};
use crate::{context::Context, error::Failure};

/// How long held minutes of an ended lot wait for the client.
const PATIENCE: TimeDelta = TimeDelta::days(60);

/// Tickets that hold minutes and have waited on the client for so long.
///
/// # Errors
/// The database.
pub fn due(conn: &mut Conn, context: &Context) -> Result<Vec<TicketId>, Failure> {
    let statuses: Vec<Status> = Status::ALL
        .iter()
        .copied()
        .filter(|status| status.waits_on_client())
        .collect();
    let waiting = tickets::in_statuses(conn, None, &statuses)?;
    let ids: Vec<TicketId> = waiting
        .iter()
        .filter(|ticket| ticket.status_since <= context.now - PATIENCE)
        .map(|ticket| ticket.id)
        .collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let held: BTreeMap<TicketId, i64> = tickets::held_minutes(conn, &ids)?;
    Ok(held.into_keys().collect())
}

/// Gives back what a ticket holds in lots that have ended, where it expires at once. Gives how many minutes; none
/// when the client's turn is over, or nothing is held in such a lot: twice has the effect of once.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such ticket.
pub fn release(conn: &mut Conn, context: &Context, id: TicketId) -> Result<i64, Failure> {
    let organization_id = tickets::find(conn, id)?.ok_or(Refusal::NotFound)?.organization_id;
    let organization = organizations::lock(conn, organization_id)?;
    let ticket = tickets::find(conn, id)?.ok_or(Refusal::NotFound)?;
    if ticket.status_since > context.now - PATIENCE || !waits_on_client(conn, &ticket)? {
        return Ok(0);
    }
    let mut account = accounts::load(conn, &organization, &[id], &[])?;
    let stamp = Stamp::system(context.now).because("no answer for 60 days, and the lot has ended");
    let released = account.release_ended(&stamp, id)?;
    ledger::save(conn, context, organization_id, &mut account)?;
    Ok(released)
}

/// An accepted window waits for its day, not for the client.
fn waits_on_client(conn: &mut Conn, ticket: &Ticket) -> Result<bool, Failure> {
    if ticket.status != Status::AwaitingWindow {
        return Ok(ticket.status.waits_on_client());
    }
    let proposals = windows::of_ticket(conn, ticket.id)?;
    Ok(proposals
        .first()
        .is_some_and(|window| window.status == WindowStatus::Proposed))
}
