//! Offering minutes, and taking an offer back.

use daypack_domain::{
    Instant, Refusal,
    estimate::{EstimateStatus, Offer, check_open, has_lapsed, may_offer, reminders},
    event::EventKind,
    ids::EstimateId,
    policy::{Action, Actor},
    workflow::{self, Move, Via},
};
use daypack_store::{
    Conn, Json,
    estimates::{self, Estimate},
};

use super::{standing, take};
use crate::{
    context::Context,
    error::Failure,
    flows::tickets::{
        Case, TicketKey,
        decision::{self, Particulars},
        facts,
    },
    jobs::{Task, enqueue},
};

/// Offers minutes for a ticket, in the place of an offer that was not answered yet. What a standing approval covers is
/// approved at once; of everything else the approvers hear by mail.
///
/// # Errors
/// Those of [`may_offer`]; `stale_version`; those of [`workflow::check_offerable`]; `invalid`.
pub fn offer(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    input: &Offer,
) -> Result<(Case, Estimate), Failure> {
    let case = Case::take(conn, context, key, Action::OfferEstimate, expected)?;
    let open = estimates::open_of_ticket(conn, case.ticket.id)?;
    place(conn, context, case, open, input)
}

/// Replaces an open offer by another one.
///
/// # Errors
/// Those of [`offer`], and what happened to the offer when it can no longer be answered.
pub fn revise(
    conn: &mut Conn,
    context: &Context,
    id: EstimateId,
    expected: Option<i64>,
    input: &Offer,
) -> Result<(Case, Estimate), Failure> {
    let (case, open) = take(conn, context, id, Action::OfferEstimate, expected)?;
    check_open(open.status, open.valid_until, context.now)?;
    place(conn, context, case, Some(open), input)
}

fn place(
    conn: &mut Conn,
    context: &Context,
    mut case: Case,
    open: Option<Estimate>,
    input: &Offer,
) -> Result<(Case, Estimate), Failure> {
    may_offer(&context.actor, case.organization.id.into())?;
    workflow::check_offerable(&facts::standing(&case.ticket))?;
    let rounding = facts::rounding(conn, case.seen(), context.now)?;
    let valid_until = input.validate(rounding.increment_minutes, context.now)?;
    let mut estimate = drafted(context, &case, input, valid_until)?;
    let revised = match open {
        Some(open) => replace(conn, context, &mut case, open)?,
        None => None,
    };
    estimates::insert(conn, &estimate)?;
    let told = EventKind::EstimateOffered {
        estimate_id: estimate.id,
        minutes: estimate.minutes,
        basis: estimate.basis,
        estimate_kind: estimate.kind,
        blocking: estimate.blocking,
        valid_until,
        revises_id: revised,
    };
    case.tell(context, told);
    let asked = Move {
        blocking: input.blocking,
        ..Move::new(Via::Offer)
    };
    follow(conn, context, &mut case, &asked, &Particulars::default())?;
    if !standing::approve(conn, context, &mut case, &mut estimate)? {
        let task = Task::AskForApproval {
            estimate_id: estimate.id,
        };
        enqueue(conn, context, &task, context.now)?;
    }
    Ok((case.save(conn, context)?, estimate))
}

/// The offer as it begins.
///
/// # Errors
/// [`Refusal::Forbidden`] for whoever is no person.
pub(super) fn drafted(
    context: &Context,
    case: &Case,
    input: &Offer,
    valid_until: Instant,
) -> Result<Estimate, Failure> {
    let offered_by = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("estimates are offered by people"))?;
    Ok(Estimate {
        id: context.id(),
        organization_id: case.organization.id,
        ticket_id: case.ticket.id,
        status: EstimateStatus::Offered,
        basis: input.basis,
        kind: input.kind,
        minutes: input.minutes,
        includes: input.includes.trim().to_owned(),
        lines: Json(input.lines.clone()),
        blocking: input.blocking,
        valid_until,
        offered_by,
        offered_at: context.now,
        decided_by: None,
        decided_at: None,
        decision_reason: None,
        channel: None,
        channel_note: None,
        recorded_by: None,
        approved_minutes: None,
        hold_id: None,
        allocations: Json(Vec::new()),
        version: 1,
        left_out: Json(Vec::new()),
        remind_at: reminders(context.now, valid_until).into_iter().next(),
        standing_approval_id: None,
        standing_approval_name: None,
        standing_minutes: None,
        standing_on: None,
        disputed_by: None,
        disputed_at: None,
        dispute_note: None,
    })
}

/// Ends the offer that another one takes the place of: one that nobody answered in time has lapsed, whether or not
/// that was recorded yet. Gives the one that is revised.
fn replace(conn: &mut Conn, context: &Context, case: &mut Case, open: Estimate) -> Result<Option<EstimateId>, Failure> {
    let estimate_id = open.id;
    if has_lapsed(open.valid_until, context.now) {
        let system = context.acting_as(Actor::System);
        decision::close_estimate(conn, &system, open, EstimateStatus::Lapsed, None)?;
        case.tell(&system, EventKind::EstimateLapsed { estimate_id });
        return Ok(None);
    }
    decision::close_estimate(conn, context, open, EstimateStatus::Revised, None)?;
    Ok(Some(estimate_id))
}

/// Takes back an offer that was not answered yet.
///
/// # Errors
/// Those of [`super::find`]; `stale_version`; what happened to it before.
pub fn withdraw(
    conn: &mut Conn,
    context: &Context,
    id: EstimateId,
    expected: Option<i64>,
    reason: Option<&str>,
) -> Result<(Case, Estimate), Failure> {
    let (mut case, estimate) = take(conn, context, id, Action::OfferEstimate, expected)?;
    check_open(estimate.status, estimate.valid_until, context.now)?;
    let reason = reason
        .map(str::trim)
        .filter(|reason| !reason.is_empty())
        .map(str::to_owned);
    let estimate = decision::close_estimate(conn, context, estimate, EstimateStatus::Withdrawn, reason.clone())?;
    case.tell(
        context,
        EventKind::EstimateWithdrawn {
            estimate_id: estimate.id,
            reason: reason.clone(),
        },
    );
    let asked = Move::new(Via::WithdrawEstimate).because(reason.clone());
    follow(conn, context, &mut case, &asked, &Particulars { reason, closure: None })?;
    Ok((case.save(conn, context)?, estimate))
}

/// Moves the ticket where this leads from here, if anywhere.
pub(super) fn follow(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    asked: &Move,
    with: &Particulars,
) -> Result<(), Failure> {
    let facts = facts::of(conn, context, case)?;
    let mover = case.mover(context)?;
    if let Some(decision) = workflow::follow(&facts, asked, mover, context.now)? {
        decision::apply(conn, context, case, &decision, with)?;
    }
    Ok(())
}
