//! What a standing approval covers (section 5): offers, approved at once, and small works, solved without one.

use chrono::NaiveDate;
use daypack_domain::{
    Instant,
    estimate::{ApprovalChannel, Basis, EstimateKind, Offer, approved_after},
    ids::StandingApprovalId,
    policy::Actor,
    standing::{Wanted, month_of},
    ticket::Status,
};
use daypack_store::{
    Conn, estimates,
    estimates::Estimate,
    organizations::Organization,
    standing_approvals::{self, StandingApproval},
    tickets::{Ticket, Work},
};

use super::{
    answer::{Granted, grant},
    offer::drafted,
    preview::{Choice, approval},
};
use crate::{
    context::Context,
    error::Failure,
    flows::{emergency, organizations, tickets::Case},
};

/// A standing approval with what was approved under it in the month.
#[derive(Debug, Clone)]
pub struct Used {
    /// The standing approval.
    pub approval: StandingApproval,
    /// Minutes approved under it in the month.
    pub month_minutes: i64,
}

/// All standing approvals of an organization, the oldest first, with what was approved under each in the calendar month
/// of `now` there, and the first day of that month.
///
/// # Errors
/// The database.
pub fn used(conn: &mut Conn, organization: &Organization, now: Instant) -> Result<(Vec<Used>, NaiveDate), Failure> {
    let today = organizations::zone_of(organization)?.date_at(now);
    let (first, last) = month_of(today);
    let all = standing_approvals::of_organization(conn, organization.id)?;
    let ids: Vec<StandingApprovalId> = all.iter().map(|approval| approval.id).collect();
    let uses = if ids.is_empty() {
        Default::default()
    } else {
        estimates::standing_uses(conn, &ids, first, last)?
    };
    let with_use = |approval: StandingApproval| Used {
        month_minutes: uses.get(&approval.id).copied().unwrap_or(0),
        approval,
    };
    Ok((all.into_iter().map(with_use).collect(), first))
}

/// The oldest standing approval that covers these minutes whole. It is no answer to work that began before a yes: while
/// a person's word on that is missing, offers wait for a person too.
fn covering(
    conn: &mut Conn,
    context: &Context,
    case: &Case,
    estimate: &Estimate,
    small_works_only: bool,
) -> Result<Option<(StandingApproval, i64)>, Failure> {
    let (all, _) = used(conn, &case.organization, context.now)?;
    let work = &case.work;
    let approved = approved_after(
        estimate.basis,
        estimate.minutes,
        work.approved_minutes,
        work.used_minutes,
    );
    let after = approved.max(work.used_minutes);
    let minutes = (after - work.approved_minutes).max(0);
    let covers = |used: &Used| {
        let wanted = Wanted {
            kind: case.ticket.kind,
            severity: case.ticket.severity.or(case.ticket.suggested_severity),
            ticket_minutes: after,
            minutes,
            month_minutes: used.month_minutes,
        };
        let terms = used.approval.terms();
        used.approval.ended_at.is_none() && (terms.small_works || !small_works_only) && terms.covers(&wanted)
    };
    match all.into_iter().find(covers) {
        Some(used) if !emergency::waits_for_a_word(conn, case.ticket.id)? => Ok(Some((used.approval, minutes))),
        _ => Ok(None),
    }
}

/// Approves an offer at once that a standing approval covers, if the minutes are there. Whether it did. The
/// organization is locked, so that of two offers at once each finds what the other took of the month.
///
/// # Errors
/// The database.
pub(super) fn approve(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    estimate: &mut Estimate,
) -> Result<bool, Failure> {
    let covered = covering(conn, context, case, estimate, false)?;
    match covered {
        Some(standing) if fits(conn, context, case, estimate)? => {
            grant_under(conn, context, case, estimate, &standing)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Whether the minutes of an estimate are there.
fn fits(conn: &mut Conn, context: &Context, case: &Case, estimate: &Estimate) -> Result<bool, Failure> {
    let choice = Choice::whole(estimate);
    let asked = approval(estimate, &choice, &case.ticket, &case.work, context.id());
    let preview = case.account(conn)?.preview_approval(context.now, &asked)?;
    Ok(preview.shortfall_minutes == 0)
}

fn grant_under(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    estimate: &mut Estimate,
    (standing, minutes): &(StandingApproval, i64),
) -> Result<(), Failure> {
    let today = organizations::zone_of(&case.organization)?.date_at(context.now);
    let granted = Granted {
        channel: ApprovalChannel::Standing,
        approver_id: None,
        recorded: None,
        standing: Some((standing, *minutes, today)),
    };
    let system = context.acting_as(Actor::System);
    let choice = Choice::whole(estimate);
    grant(conn, &system, case, estimate, &choice, None, &granted)
}

/// Approves minutes that are to be logged on a ticket which nobody estimated, under a standing approval for small
/// works: what is missing to `billable_minutes`, as an estimate of its own. Nothing where none covers them whole; the
/// ticket stays where it is.
///
/// # Errors
/// The database.
pub fn cover_small_work(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    billable_minutes: i64,
) -> Result<(), Failure> {
    if !may_be_small(case.ticket.status) {
        return Ok(());
    }
    let held = case.account(conn)?.settled(context.now)?.held_for(case.ticket.id);
    let agreed = held.max(case.work.approved_minutes - case.work.used_minutes);
    let minutes = billable_minutes - agreed;
    if minutes <= 0 {
        return Ok(());
    }
    let offered = Offer {
        minutes,
        includes: String::new(),
        basis: Basis::Further,
        kind: EstimateKind::UpTo,
        lines: Vec::new(),
        blocking: false,
        valid_until: None,
    };
    let mut estimate = drafted(context, case, &offered, context.now)?;
    let Some(standing) = covering(conn, context, case, &estimate, true)? else {
        return Ok(());
    };
    if !fits(conn, context, case, &estimate)? {
        return Ok(());
    }
    estimate.includes.clone_from(&standing.0.name);
    estimate.remind_at = None;
    estimates::insert(conn, &estimate)?;
    grant_under(conn, context, case, &mut estimate, &standing)
}

/// Work on such a ticket can still be answered and solved in one go.
const fn may_be_small(status: Status) -> bool {
    matches!(status, Status::Submitted | Status::Estimating)
}

/// The most minutes that a standing approval for small works lets be worked on this ticket; 0 when there is none.
///
/// # Errors
/// The database.
pub fn small_works_minutes(
    conn: &mut Conn,
    organization: &Organization,
    ticket: &Ticket,
    work: &Work,
    now: Instant,
) -> Result<i64, Failure> {
    if !may_be_small(ticket.status) {
        return Ok(0);
    }
    let (all, _) = used(conn, organization, now)?;
    let severity = ticket.severity.or(ticket.suggested_severity);
    let most = all.iter().filter_map(|used| {
        let terms = used.approval.terms();
        let concerns = used.approval.ended_at.is_none() && terms.small_works && terms.concerns(ticket.kind, severity);
        concerns.then(|| terms.most_minutes(work.approved_minutes, used.month_minutes))
    });
    Ok(most.max().unwrap_or(0))
}
