//! The rescue of minutes that would expire unused (section 3): which waiting work would fit in them.

use std::collections::{BTreeMap, BTreeSet};

use daypack_domain::{
    Instant,
    estimate::{EstimateStatus, HoldChange, hold_change},
    ids::{EstimateId, TicketId},
    ledger::{Candidate, CandidateKind, Rescued, rescue},
    policy::{Action, may},
    ticket::{Scope, Status},
};
use daypack_store::{
    Conn,
    estimates::{self, Estimate},
    ledger as accounts,
    organizations::Organization,
    tickets::{self, Ticket, Work},
};

use super::balance::Standing;
use crate::{context::Context, error::Failure};

/// Open estimates that are looked at.
const WAITING_AT_MOST: i64 = 100;

/// Tickets without an estimate that are named.
const UNESTIMATED_NAMED: usize = 5;

/// What expires unused, and what would use it.
#[derive(Debug, Clone)]
pub struct Rescue {
    /// Lots with minutes that will expire unused, soonest first.
    pub lots: Vec<Rescued>,
    /// The tickets that fit.
    pub tickets: BTreeMap<TicketId, Ticket>,
    /// Until when the open estimates among them stand.
    pub valid_until: BTreeMap<EstimateId, Instant>,
    /// The oldest tickets that wait, in the backlog or to be estimated, and whose size nobody has said.
    pub unestimated: Vec<Ticket>,
}

/// Reads it, at the present pace. Open estimates come first, those that lapse soonest before others; then what waits
/// in the backlog with an estimate, the oldest first; what has no estimate yet is named beside them. The number of
/// queries does not grow with any of them.
///
/// # Errors
/// Those of [`may`].
pub fn read(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    standing: &Standing,
) -> Result<Rescue, Failure> {
    may(&context.actor, Action::ReadPacks, organization.id.into())?;
    let unused = &standing.forecast.unused;
    let mut found = Rescue {
        lots: Vec::new(),
        tickets: BTreeMap::new(),
        valid_until: BTreeMap::new(),
        unestimated: Vec::new(),
    };
    if unused.is_empty() {
        return Ok(found);
    }
    let mut candidates = Vec::new();
    let open = waiting(conn, context, organization)?;
    let listed = in_lists(conn, organization)?;
    let works = works(conn, open.iter().map(|(ticket, _)| ticket.id))?;
    let held = tickets::held_minutes(conn, &open.iter().map(|(ticket, _)| ticket.id).collect::<Vec<_>>())?;
    for (ticket, estimate) in open {
        let used = works.get(&ticket.id).map_or(0, |work| work.used_minutes);
        let held = held.get(&ticket.id).copied().unwrap_or(0);
        let minutes = match hold_change(estimate.basis, estimate.minutes, used, held) {
            HoldChange::Hold { minutes } => minutes,
            HoldChange::Keep | HoldChange::Release { .. } => 0,
        };
        candidates.push(candidate(CandidateKind::Waiting, &ticket, &estimate, minutes));
        found.valid_until.insert(estimate.id, estimate.valid_until);
        found.tickets.insert(ticket.id, ticket);
    }
    for (ticket, size) in listed {
        match size {
            Size::Estimated(estimate) if ticket.status == Status::Backlog => {
                candidates.push(candidate(CandidateKind::Backlog, &ticket, &estimate, estimate.minutes));
                found.tickets.insert(ticket.id, ticket);
            }
            Size::Unknown if found.unestimated.len() < UNESTIMATED_NAMED => found.unestimated.push(ticket),
            Size::Estimated(_) | Size::Rejected | Size::Unknown => {}
        }
    }
    let account = accounts::load(conn, organization, &[], &[])?.settled(context.now)?;
    found.lots = rescue(unused, account.lots(), &candidates);
    Ok(found)
}

fn candidate(kind: CandidateKind, ticket: &Ticket, estimate: &Estimate, minutes: i64) -> Candidate {
    Candidate {
        kind,
        ticket_id: ticket.id,
        system_id: ticket.system_id,
        estimate_id: estimate.id,
        minutes,
    }
}

fn works(conn: &mut Conn, ids: impl Iterator<Item = TicketId>) -> Result<BTreeMap<TicketId, Work>, Failure> {
    let ids: Vec<TicketId> = ids.collect();
    let found = tickets::work_of(conn, &ids)?;
    Ok(found.into_iter().map(|work| (work.ticket_id, work)).collect())
}

/// Tickets with an open estimate, those that lapse soonest first.
fn waiting(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
) -> Result<Vec<(Ticket, Estimate)>, Failure> {
    let filter = estimates::Filter {
        organizations: Some(vec![organization.id]),
        status: Some(EstimateStatus::Offered),
        valid_after: Some(context.now),
    };
    let mut offered = estimates::page(conn, &filter, None, WAITING_AT_MOST)?.items;
    offered.sort_by_key(|estimate| (estimate.valid_until, estimate.id));
    let ids: Vec<TicketId> = offered.iter().map(|estimate| estimate.ticket_id).collect();
    let about: BTreeMap<TicketId, Ticket> = tickets::find_many(conn, &ids)?
        .into_iter()
        .map(|ticket| (ticket.id, ticket))
        .collect();
    let with_ticket = |estimate: Estimate| Some((about.get(&estimate.ticket_id)?.clone(), estimate));
    Ok(offered.into_iter().filter_map(with_ticket).collect())
}

/// What is known of how long a ticket takes.
enum Size {
    /// The last estimate that the client did not reject.
    Estimated(Box<Estimate>),
    /// The client rejected every estimate.
    Rejected,
    /// Nobody has said it.
    Unknown,
}

/// Tickets in the backlog or to be estimated, the oldest first.
fn in_lists(conn: &mut Conn, organization: &Organization) -> Result<Vec<(Ticket, Size)>, Failure> {
    let statuses = [Status::Backlog, Status::Estimating];
    let mut waiting = tickets::in_statuses(conn, Some(&[organization.id]), &statuses)?;
    waiting.retain(|ticket| ticket.billable && ticket.scope != Some(Scope::Out));
    waiting.sort_by_key(|ticket| (ticket.created_at, ticket.id));
    let ids: Vec<TicketId> = waiting.iter().map(|ticket| ticket.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut last: BTreeMap<TicketId, Estimate> = BTreeMap::new();
    let mut known: BTreeSet<TicketId> = BTreeSet::new();
    for estimate in estimates::of_tickets(conn, &ids)? {
        known.insert(estimate.ticket_id);
        if estimate.status != EstimateStatus::Rejected {
            last.entry(estimate.ticket_id).or_insert(estimate);
        }
    }
    let with_estimate = |ticket: Ticket| {
        let estimate = last.remove(&ticket.id);
        let size = match estimate {
            Some(estimate) => Size::Estimated(Box::new(estimate)),
            None if known.contains(&ticket.id) => Size::Rejected,
            None => Size::Unknown,
        };
        (ticket, size)
    };
    Ok(waiting.into_iter().map(with_estimate).collect())
}
