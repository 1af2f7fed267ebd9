//! The client's answer to an estimate: yes or no.

use daypack_domain::{
    Refusal,
    estimate::{ApprovalChannel, Basis, EstimateStatus, check_open, may_approve},
    event::EventKind,
    ids::EstimateId,
    policy::Action,
    workflow::{Move, Via},
};
use daypack_store::{Conn, Json, estimates::Estimate, ledger};

use super::{
    offer::follow,
    preview::{PreviewToken, approval, approved_before},
    take,
};
use crate::{
    context::Context,
    error::Failure,
    flows::{
        ledger::stamp,
        tickets::{
            Case,
            decision::{self, Particulars},
            facts,
        },
    },
    views::LotNames,
};

/// Says yes: holds the minutes, all or none, and lets the work begin. With a token exactly what was shown, without
/// what is right now. Never for staff: a lead records an approval instead.
///
/// # Errors
/// Those of [`may_approve`]; `stale_version`; what happened to the estimate before; `balance_changed`;
/// `insufficient_minutes` with the shortfall.
pub fn approve(
    conn: &mut Conn,
    context: &Context,
    id: EstimateId,
    expected: Option<i64>,
    token: Option<PreviewToken<'_>>,
) -> Result<(Case, Estimate), Failure> {
    let (mut case, mut estimate) = take(conn, context, id, Action::ApproveEstimate, expected)?;
    check_open(estimate.status, estimate.valid_until, context.now)?;
    let before = approved_before(&estimate, &case.work);
    may_approve(&context.actor, case.organization.id.into(), before, estimate.minutes)?;
    hold(conn, context, &mut case, &mut estimate, token)?;
    estimate.status = EstimateStatus::Approved;
    estimate.decided_by = context.actor.user_id();
    estimate.decided_at = Some(context.now);
    estimate.channel = Some(ApprovalChannel::Portal);
    estimate.approved_minutes = Some(estimate.minutes);
    estimate.version += 1;
    decision::save_estimate(conn, &estimate)?;
    case.work.approved_minutes = match estimate.basis {
        Basis::Total => estimate.minutes,
        Basis::Further => case.work.approved_minutes + estimate.minutes,
    };
    let told = EventKind::EstimateApproved {
        estimate_id: estimate.id,
        minutes: estimate.minutes,
        channel: ApprovalChannel::Portal,
        approver_id: None,
        note: None,
    };
    case.tell(context, told);
    follow(
        conn,
        context,
        &mut case,
        &Move::new(Via::Approve),
        &Particulars::default(),
    )?;
    Ok((case.save(conn, context)?, estimate))
}

/// Holds the minutes of the estimate; the first yes fixes how the ticket's time is billed.
fn hold(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    estimate: &mut Estimate,
    token: Option<PreviewToken<'_>>,
) -> Result<(), Failure> {
    let asked = approval(estimate, &case.ticket, &case.work, context.id());
    let names = LotNames::load(conn, case.organization.id)?;
    // Nothing was moved since the organization was locked.
    let mut account = names.account(case.organization.counters(), ledger::holds_of(conn, &[case.ticket.id])?);
    let shown = match token {
        Some(token) => Some(token.fingerprint(&account, context, estimate, &asked)?),
        None => None,
    };
    let settled = account.settled(context.now)?;
    let preview = account.approve(&stamp(context), &asked, shown.as_deref())?;
    let first = preview.allocations.first().and_then(|part| names.record(part.lot_id));
    if case.work.increment_minutes.is_none() {
        let agreed = facts::agreed_rounding(conn, &case.organization, first, &names)?;
        case.work.increment_minutes = Some(agreed.increment_minutes);
        case.work.minimum_minutes = Some(agreed.minimum_minutes);
        case.work.free_minutes = Some(agreed.free_minutes);
    }
    estimate.allocations = Json(names.held_parts(&settled, &preview.allocations));
    estimate.hold_id = (!preview.allocations.is_empty()).then_some(asked.hold_id);
    case.save_account(conn, context, &mut account)?;
    Ok(())
}

/// Says no, with the reason.
///
/// # Errors
/// Those of [`super::find`]; `stale_version`; what happened to the estimate before; `invalid` without a reason.
pub fn reject(
    conn: &mut Conn,
    context: &Context,
    id: EstimateId,
    expected: Option<i64>,
    reason: &str,
) -> Result<(Case, Estimate), Failure> {
    let (mut case, estimate) = take(conn, context, id, Action::RejectEstimate, expected)?;
    check_open(estimate.status, estimate.valid_until, context.now)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::field("/reason", "required", "Say why, so that the next offer fits better.").into());
    }
    let said = Some(reason.to_owned());
    let estimate = decision::close_estimate(conn, context, estimate, EstimateStatus::Rejected, said.clone())?;
    case.tell(
        context,
        EventKind::EstimateRejected {
            estimate_id: estimate.id,
            reason: reason.to_owned(),
        },
    );
    let asked = Move::new(Via::Reject).because(said.clone());
    follow(
        conn,
        context,
        &mut case,
        &asked,
        &Particulars {
            reason: said,
            closure: None,
        },
    )?;
    Ok((case.save(conn, context)?, estimate))
}
