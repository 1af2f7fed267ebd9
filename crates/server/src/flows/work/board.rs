//! The staff's board: what is open, in the order of the queue (section 7).

use std::collections::BTreeMap;

use daypack_domain::{
    Instant,
    ids::OrganizationId,
    policy::{Action, Subject, may},
    ticket::Status,
    zone::Zone,
};
use daypack_store::{
    Conn, organizations,
    tickets::{self, Ticket},
};

use crate::{context::Context, error::Failure};

/// Statuses with a place on the board; the others are done, or wait in the backlog.
const ON_BOARD: &[Status] = &[
    Status::Submitted,
    Status::NeedsInfo,
    Status::Estimating,
    Status::AwaitingApproval,
    Status::Approved,
    Status::Diagnosing,
    Status::Fixing,
    Status::AwaitingValidation,
    Status::AwaitingWindow,
    Status::WaitingThirdParty,
    Status::Resolved,
];

/// Every ticket on the board, in queue order.
///
/// # Errors
/// Those of [`may`]: the board is the staff's.
pub fn tickets(conn: &mut Conn, context: &Context) -> Result<Vec<Ticket>, Failure> {
    may(&context.actor, Action::ReadInternal, Subject::Installation)?;
    let mut found = tickets::in_statuses(conn, None, ON_BOARD)?;
    found.sort_by_cached_key(|ticket| ticket.sla.0.queue.key(context.now));
    Ok(found)
}

/// How many of these tickets have a clock that is late, or will be before the day of its client ends if nobody does
/// anything.
///
/// # Errors
/// The database.
pub fn breaching_today(conn: &mut Conn, now: Instant, tickets: &[Ticket]) -> Result<i64, Failure> {
    let mut ids: Vec<OrganizationId> = tickets.iter().map(|ticket| ticket.organization_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let day_ends: BTreeMap<OrganizationId, Instant> = organizations::find_many(conn, &ids)?
        .into_iter()
        .map(|organization| {
            let zone = Zone::parse(&organization.time_zone).unwrap_or(Zone::UTC);
            (organization.id, zone.end_of(zone.date_at(now)))
        })
        .collect();
    let late = |ticket: &&Ticket| {
        let end = day_ends.get(&ticket.organization_id).copied().unwrap_or(now);
        ticket
            .sla
            .0
            .open
            .iter()
            .any(|clock| clock.breaches_at.is_some_and(|last| last < end))
    };
    Ok(i64::try_from(tickets.iter().filter(late).count()).unwrap_or(i64::MAX))
}
