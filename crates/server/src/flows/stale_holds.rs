//! Minutes that survive the end of their lot because they are held (section 3, "Expiry"): they were agreed in time.
//! After 60 days in a status that waits on the client they expire after all; otherwise the leads are told, and they stay.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::{HoldId, TicketId},
    ledger::Stamp,
    ticket::Status,
    work::WindowStatus,
};
use daypack_store::{
    Conn, events, holds, ledger as accounts,
    organizations::Organization,
    tickets::{self, Ticket},
    windows,
};

use super::{events::done, ledger, organizations, staff};
use crate::{
    context::Context,
    error::Failure,
    mail::{
        notice::{About, held_mail},
        outbox,
    },
};

/// How long held minutes of an ended lot wait for the client, or for the end of the work, until somebody is told.
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
    let (organization, ticket) = locked(conn, id)?;
    if ticket.status_since > context.now - PATIENCE || !waits_on_client(conn, &ticket)? {
        return Ok(0);
    }
    let mut account = accounts::load(conn, &organization, &[id], &[])?;
    let stamp = Stamp::system(context.now).because("no answer for 60 days, and the lot has ended");
    let released = account.release_ended(&stamp, id)?;
    ledger::save(conn, context, organization.id, &mut account)?;
    Ok(released)
}

/// Tickets that hold minutes in lots that ended 60 days ago or longer and may not wait on the client, as far as their
/// leads were not told: what [`tell`] is for.
///
/// # Errors
/// The database.
pub fn to_tell(conn: &mut Conn, context: &Context) -> Result<Vec<TicketId>, Failure> {
    // Whether a window waits for the client or for its day is looked up ticket by ticket.
    let statuses: Vec<Status> = Status::ALL
        .iter()
        .copied()
        .filter(|status| !status.waits_on_client() || *status == Status::AwaitingWindow)
        .collect();
    Ok(holds::untold(conn, context.now - PATIENCE, &statuses)?)
}

/// Tells the leads, or the admins where there are none, of the minutes that a ticket still holds in lots that ended 60
/// days ago or longer, with a link that begins with `base_url`; the minutes stay held. The days count from the end of
/// the lot, however long the ticket has been in its status. While it waits on the client nobody is told: [`release`]
/// comes then. Each hold is told of once, with what it has in all such lots. Gives the minutes that were told of: twice
/// has the effect of once.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such ticket.
pub fn tell(conn: &mut Conn, context: &Context, id: TicketId, base_url: &str) -> Result<i64, Failure> {
    let (organization, ticket) = locked(conn, id)?;
    if waits_on_client(conn, &ticket)? {
        return Ok(0);
    }
    let parts = holds::untold_of_ticket(conn, id, context.now - PATIENCE)?;
    let Some(expires_on) = parts.iter().map(|part| part.expires_on).min() else {
        return Ok(0);
    };
    let minutes = parts.iter().map(|part| part.minutes).sum();
    let told: Vec<HoldId> = parts.iter().map(|part| part.hold_id).collect();
    holds::leads_told(conn, &told, context.now)?;
    let event = EventKind::HeldLong { minutes, expires_on };
    events::append(conn, Some(organization.id), vec![done(context, Some(id), event)])?;
    let about = About {
        organization: &organization,
        ticket: &ticket,
        who: "",
        base_url,
    };
    for lead in staff::deciding(conn)? {
        let mail = held_mail(&lead, &about, minutes, expires_on)?;
        outbox::post(conn, context, Some(organization.id), &mail)?;
    }
    Ok(minutes)
}

/// A ticket and its organization, under the lock of that.
fn locked(conn: &mut Conn, id: TicketId) -> Result<(Organization, Ticket), Failure> {
    let organization_id = tickets::find(conn, id)?.ok_or(Refusal::NotFound)?.organization_id;
    let organization = organizations::lock(conn, organization_id)?;
    let ticket = tickets::find(conn, id)?.ok_or(Refusal::NotFound)?;
    Ok((organization, ticket))
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
