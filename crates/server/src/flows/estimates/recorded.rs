//! Approvals given by phone or mail, which a lead records in the approver's name, and the approver's "that was not me"
//! (section 5).
//!
//! A disputed approval stays in the record, marked. What its hold still has goes back at once, and it counts as approved
//! no more, so that neither a late entry nor time that is taken back lets work use it again; a fixed price that was
//! disputed is not charged at resolution. Minutes that were used stay used and the ticket stays where it is: the leads
//! hear of it by mail, and reverse the time, or offer it again.

use daypack_domain::{
    Refusal,
    estimate::{EstimateStatus, RecordedChannel, check_open, within_minutes},
    event::EventKind,
    ids::{EstimateId, UserId},
    policy::{Action, ClientRole, Membership},
};
use daypack_store::{Conn, estimates::Estimate, memberships, users};

use super::{
    answer::{Granted, grant, wait_again},
    preview::{Choice, PreviewToken, approved_before},
    take,
};
use crate::{
    context::Context,
    error::Failure,
    flows::{
        ledger::stamp,
        tickets::{Case, decision},
        work::returning,
    },
    jobs::{Task, enqueue},
};

/// A yes that reached a lead.
#[derive(Debug, Clone)]
pub struct Recorded<'a> {
    /// Who said it.
    pub approver_id: UserId,
    /// How.
    pub channel: RecordedChannel,
    /// What was said; the approver reads it.
    pub note: &'a str,
    /// Positions of the optional lines that were left out.
    pub left_out: &'a [usize],
    /// Of the preview; without one it means what is right now.
    pub token: Option<PreviewToken<'a>>,
}

/// Records an approval in the approver's name, who is told at once by mail.
///
/// # Errors
/// Those of [`super::find`]; `stale_version`; what happened to the estimate before; `invalid` for somebody who could
/// not approve it in person, [`Refusal::OverLimit`] above their limit; `balance_changed`; `insufficient_minutes`.
pub fn record(
    conn: &mut Conn,
    context: &Context,
    id: EstimateId,
    expected: Option<i64>,
    said: &Recorded<'_>,
) -> Result<(Case, Estimate), Failure> {
    let (mut case, mut estimate) = take(conn, context, id, Action::RecordApproval, expected)?;
    let lead = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("approvals are recorded by people"))?;
    check_open(estimate.status, estimate.valid_until, context.now)?;
    let note = said.note.trim();
    if note.is_empty() {
        let detail = "Say what was said, and when; the approver reads it.";
        return Err(Refusal::field("/note", "required", detail).into());
    }
    let choice = Choice::of(&estimate, said.left_out)?;
    let approver = approver(conn, &case, said.approver_id)?;
    let before = approved_before(&estimate, &choice, &case.work);
    within_minutes(&approver, before, choice.minutes)?;
    let granted = Granted {
        channel: said.channel.into(),
        approver_id: Some(said.approver_id),
        recorded: Some((lead, note)),
        standing: None,
    };
    wait_again(conn, context, &mut case)?;
    grant(conn, context, &mut case, &mut estimate, &choice, said.token, &granted)?;
    let task = Task::TellApprover {
        estimate_id: estimate.id,
    };
    enqueue(conn, context, &task, context.now)?;
    Ok((case.save(conn, context)?, estimate))
}

/// The place of somebody who may approve in the ticket's organization.
fn approver(conn: &mut Conn, case: &Case, user_id: UserId) -> Result<Membership, Failure> {
    let place = memberships::find(conn, case.organization.id, user_id)?;
    let user = users::find(conn, user_id)?.filter(|user| user.disabled_at.is_none() && user.staff_role.is_none());
    let able = place.filter(|place| place.is_accepted() && place.role >= ClientRole::Approver && user.is_some());
    let Some(place) = able else {
        let detail = "This is nobody who may approve for this organization.";
        return Err(Refusal::field("/approver_id", "not_an_approver", detail).into());
    };
    Ok(Membership {
        organization_id: place.organization_id,
        role: place.role,
        approval_limit_minutes: place.approval_limit_minutes,
        order_limit: None,
    })
}

/// Says that an approval was not given: by the person in whose name it was recorded, or by an owner.
///
/// # Errors
/// Those of [`super::find`]; `stale_version`; [`Refusal::Forbidden`] for others; `not_recorded` for an approval that
/// was said by the approver; `already_disputed`.
pub fn dispute(
    conn: &mut Conn,
    context: &Context,
    id: EstimateId,
    expected: Option<i64>,
    note: Option<&str>,
) -> Result<(Case, Estimate), Failure> {
    let (mut case, mut estimate) = take(conn, context, id, Action::DisputeApproval, expected)?;
    let by = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("approvals are disputed by people"))?;
    let recorded = estimate.channel.is_some_and(|channel| channel.is_recorded());
    let Some(approver_id) = estimate
        .decided_by
        .filter(|_| recorded && estimate.status == EstimateStatus::Approved)
    else {
        let detail = "Only an approval that was recorded in somebody's name can be disputed.";
        return Err(Refusal::conflict("not_recorded", detail).into());
    };
    let place = context.actor.membership(case.organization.id);
    if by != approver_id && place.is_none_or(|place| place.role != ClientRole::Owner) {
        let detail = "It was recorded in somebody else's name: they can dispute it, or an owner.";
        return Err(Refusal::forbidden(detail).into());
    }
    if estimate.disputed_at.is_some() {
        return Err(Refusal::conflict("already_disputed", "This approval was disputed before.").into());
    }
    let reason = note.map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned);
    estimate.disputed_by = Some(by);
    estimate.disputed_at = Some(context.now);
    estimate.dispute_note.clone_from(&reason);
    estimate.version += 1;
    decision::save_estimate(conn, &estimate)?;
    let released_minutes = give_back(conn, context, &mut case, &estimate)?;
    let told = EventKind::EstimateDisputed {
        estimate_id: estimate.id,
        approver_id,
        reason,
        released_minutes,
    };
    case.tell(context, told);
    let task = Task::TellOfDispute {
        estimate_id: estimate.id,
        released_minutes,
    };
    enqueue(conn, context, &task, context.now)?;
    Ok((case.save(conn, context)?, estimate))
}

/// Releases what the approval's hold still has, and leaves as approved what the other approvals come to. Work may have
/// used that hold for what others approved, or the ticket was opened again and holds it anew: what is held beyond what
/// is agreed without it is released as well.
fn give_back(conn: &mut Conn, context: &Context, case: &mut Case, estimate: &Estimate) -> Result<i64, Failure> {
    let because = "disputed approval";
    let mut account = case.account(conn)?;
    let released = match estimate.hold_id {
        Some(hold_id) => account.release_hold(&stamp(context).because(because), case.ticket.id, hold_id)?,
        None => 0,
    };
    case.save_account(conn, context, &mut account)?;
    case.work.approved_minutes = returning::approved_minutes(conn, case)?;
    Ok(released + returning::release_unagreed(conn, context, case, because)?)
}
