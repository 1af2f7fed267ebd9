//! Offering minutes, and taking an offer back.

use daypack_domain::{
    Refusal,
    estimate::{EstimateStatus, Offer, may_offer},
    event::EventKind,
    ids::EstimateId,
    policy::Action,
    ticket::Scope,
    workflow::{self, Move, Via},
};
use daypack_store::{
    Conn, Json,
    estimates::{self, Estimate},
};

use super::{can_be_offered, take};
use crate::{
    context::Context,
    error::Failure,
    flows::tickets::{
        Case, TicketKey,
        decision::{self, Particulars},
        facts,
    },
};

/// Offers minutes for a ticket, in the place of an offer that was not answered yet.
///
/// # Errors
/// Those of [`may_offer`]; `stale_version`; `triage_required`, `out_of_scope` or `invalid_transition` where nothing is
/// to be offered; `invalid`.
pub fn offer(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    input: &Offer,
) -> Result<(Case, Estimate), Failure> {
    let mut case = Case::take(conn, context, key, Action::OfferEstimate, expected)?;
    may_offer(&context.actor, case.organization.id.into())?;
    let offered_by = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("estimates are offered by people"))?;
    check_ticket(&case)?;
    let rounding = facts::rounding(conn, &case.organization, &case.work, context.now)?;
    let valid_until = input.validate(rounding.increment_minutes, context.now)?;
    let revised = match estimates::open_of_ticket(conn, case.ticket.id)? {
        Some(open) => Some(decision::close_estimate(conn, context, open, EstimateStatus::Revised, None)?.id),
        None => None,
    };
    let estimate = Estimate {
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
    Ok((case.save(conn, context)?, estimate))
}

fn check_ticket(case: &Case) -> Result<(), Refusal> {
    let ticket = &case.ticket;
    if can_be_offered(ticket) {
        return Ok(());
    }
    if ticket.scope == Some(Scope::Out) {
        let detail = "what is out of scope is quoted in money, not estimated in minutes";
        return Err(Refusal::conflict("out_of_scope", detail));
    }
    if ticket.status.is_open() && ticket.severity.is_none() {
        return Err(Refusal::conflict(
            "triage_required",
            "severity, kind and scope must be decided first",
        ));
    }
    let status = ticket.status.to_string().replace('_', " ");
    Err(Refusal::conflict(
        "invalid_transition",
        format!("nothing is offered for a ticket that is {status}"),
    ))
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
    daypack_domain::estimate::check_open(estimate.status, estimate.valid_until, context.now)?;
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
