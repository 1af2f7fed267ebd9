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
    Conn,
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
/// anything; `zones` are those of their organizations.
#[must_use]
pub fn breaching_today(now: Instant, tickets: &[Ticket], zones: &BTreeMap<OrganizationId, Zone>) -> i64 {
    let end_of_today = |zone: &Zone| zone.end_of(zone.date_at(now));
    let day_ends: BTreeMap<OrganizationId, Instant> =
        zones.iter().map(|(id, zone)| (*id, end_of_today(zone))).collect();
    let late = |ticket: &&Ticket| {
        let end = day_ends.get(&ticket.organization_id).copied().unwrap_or(now);
        ticket
            .sla
            .0
            .open
            .iter()
            .any(|clock| clock.breaches_at.is_some_and(|last| last < end))
    };
    i64::try_from(tickets.iter().filter(late).count()).unwrap_or(i64::MAX)
}
