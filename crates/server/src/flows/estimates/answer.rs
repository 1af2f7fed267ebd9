//! The client's answer to an estimate: yes or no.

use chrono::NaiveDate;
use daypack_domain::{
    Refusal,
    estimate::{ApprovalChannel, EstimateStatus, approved_after, check_open, may_approve},
    event::EventKind,
    ids::{EstimateId, UserId},
    plan,
    policy::Action,
    ticket::Status,
    workflow::{self, Move, Mover, Via},
};
use daypack_store::{Conn, Json, catalogue, estimates::Estimate, ledger, standing_approvals::StandingApproval};

use super::{
    offer::follow,
    preview::{Choice, PreviewToken, approval, approved_before},
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

/// A yes by the approver.
#[derive(Debug, Clone, Copy)]
pub struct Yes<'a> {
    /// Of the preview; without one it means what is right now.
    pub token: Option<PreviewToken<'a>>,
    /// Positions of the optional lines that are left out.
    pub left_out: &'a [usize],
    /// How it came.
    pub channel: ApprovalChannel,
}

impl Yes<'_> {
    /// To everything, in the portal, as it is now.
    pub const PLAIN: Self = Self {
        token: None,
        left_out: &[],
        channel: ApprovalChannel::Portal,
    };
}

/// How a yes came about, for the record.
#[derive(Debug, Clone)]
pub(super) struct Granted<'a> {
    /// How it came.
    pub channel: ApprovalChannel,
    /// Who said it; nobody under a standing approval.
    pub approver_id: Option<UserId>,
    /// The lead who recorded it, with what they noted.
    pub recorded: Option<(UserId, &'a str)>,
    /// The standing approval that covers it, the minutes that count against its month, and the day of that month.
    pub standing: Option<(&'a StandingApproval, i64, NaiveDate)>,
}

/// Says yes: holds the minutes, all or none, and lets the work begin. With a token exactly what was shown, without
/// what is right now. Never for staff: a lead records an approval instead.
///
/// # Errors
/// Those of [`may_approve`]; `stale_version`; what happened to the estimate before; `balance_changed`;
/// `insufficient_minutes` with the shortfall and an order that covers it; `invalid` for lines that cannot be left out.
pub fn approve(
    conn: &mut Conn,
    context: &Context,
    id: EstimateId,
    expected: Option<i64>,
    yes: &Yes<'_>,
) -> Result<(Case, Estimate), Failure> {
    let (mut case, mut estimate) = take(conn, context, id, Action::ApproveEstimate, expected)?;
    check_open(estimate.status, estimate.valid_until, context.now)?;
    let choice = Choice::of(&estimate, yes.left_out)?;
    let before = approved_before(&estimate, &choice, &case.work);
    may_approve(&context.actor, case.organization.id.into(), before, choice.minutes)?;
    let granted = Granted {
        channel: yes.channel,
        approver_id: context.actor.user_id(),
        recorded: None,
        standing: None,
    };
    wait_again(conn, context, &mut case)?;
    grant(conn, context, &mut case, &mut estimate, &choice, yes.token, &granted)?;
    Ok((case.save(conn, context)?, estimate))
}

/// A question took the ticket back to estimating while its offer stayed open: it waits for the answer again, which
/// comes now.
pub(super) fn wait_again(conn: &mut Conn, context: &Context, case: &mut Case) -> Result<(), Failure> {
    if case.ticket.status != Status::Estimating {
        return Ok(());
    }
    let facts = facts::of(conn, context, case)?;
    let asked = Move::new(Via::Transition);
    let decision = workflow::decide(&facts, Status::AwaitingApproval, &asked, Mover::Staff, context.now)?;
    decision::apply(conn, context, case, &decision, &Particulars::default())
}

/// Carries a yes out that somebody or something had the right to: holds the minutes, saves and tells it, and moves the
/// ticket. [`Case::save`] follows.
///
/// # Errors
/// `balance_changed`; `insufficient_minutes` with the shortfall and an order that covers it.
pub(super) fn grant(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    estimate: &mut Estimate,
    choice: &Choice,
    token: Option<PreviewToken<'_>>,
    granted: &Granted<'_>,
) -> Result<(), Failure> {
    hold(conn, context, case, estimate, choice, token)?;
    let note = granted.recorded.map(|(_, note)| note.to_owned());
    estimate.status = EstimateStatus::Approved;
    estimate.decided_by = granted.approver_id;
    estimate.decided_at = Some(context.now);
    estimate.channel = Some(granted.channel);
    estimate.channel_note.clone_from(&note);
    estimate.recorded_by = granted.recorded.map(|(lead, _)| lead);
    estimate.approved_minutes = Some(choice.minutes);
    estimate.left_out = Json(choice.left_out.clone());
    estimate.remind_at = None;
    estimate.standing_approval_id = granted.standing.map(|(standing, ..)| standing.id);
    estimate.standing_approval_name = granted.standing.map(|(standing, ..)| standing.name.clone());
    estimate.standing_minutes = granted.standing.map(|(_, minutes, _)| minutes);
    estimate.standing_on = granted.standing.map(|(_, _, day)| day);
    estimate.version += 1;
    decision::save_estimate(conn, estimate)?;
    let work = &mut case.work;
    work.approved_minutes = approved_after(estimate.basis, choice.minutes, work.approved_minutes, work.used_minutes);
    let in_the_name_of = match granted.standing {
        Some((standing, ..)) => Some(standing.given_by),
        None => granted.approver_id.filter(|_| granted.recorded.is_some()),
    };
    let told = EventKind::EstimateApproved {
        estimate_id: estimate.id,
        minutes: choice.minutes,
        channel: granted.channel,
        approver_id: in_the_name_of,
        note,
        left_out: choice.left_out.clone(),
        standing_approval_id: estimate.standing_approval_id,
        standing_approval: estimate.standing_approval_name.clone(),
    };
    case.tell(context, told);
    if let Some(resume_status) = workflow::resume_after_yes(case.ticket.status, case.ticket.resume_status) {
        case.ticket.resume_status = Some(resume_status);
    }
    follow(conn, context, case, &Move::new(Via::Approve), &Particulars::default())
}

/// Holds the minutes of the estimate; the first yes fixes how the ticket's time is billed.
fn hold(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    estimate: &mut Estimate,
    choice: &Choice,
    token: Option<PreviewToken<'_>>,
) -> Result<(), Failure> {
    let asked = approval(estimate, choice, &case.ticket, &case.work, context.id());
    let names = LotNames::load(conn, case.organization.id)?;
    // Nothing was moved since the organization was locked.
    let mut account = names.account(case.organization.counters(), ledger::holds_of(conn, &[case.ticket.id])?);
    let shown = match token {
        Some(token) => Some(token.fingerprint(&account, context, estimate, choice, &asked)?),
        None => None,
    };
    let settled = account.settled(context.now)?;
    let preview = match account.approve(&stamp(context), &asked, shown.as_deref()) {
        Err(refusal @ Refusal::Shortfall { shortfall_minutes, .. }) => {
            let plans = catalogue::current_plans(conn)?;
            let (currency, debt_minutes) = (case.organization.currency, account.counters().debt_minutes);
            let offer = plan::covering(&plans, currency, shortfall_minutes, debt_minutes);
            return Err(refusal
                .covered_by(offer.map(|offer| (offer.plan.code.to_string(), offer.packs)))
                .into());
        }
        preview => preview?,
    };
    let first = preview.allocations.first().and_then(|part| names.record(part.lot_id));
    if case.work.increment_minutes.is_none() {
        let agreed = facts::agreed_rounding(conn, &case.organization, first, &names)?;
        facts::fix_rounding(&mut case.work, agreed);
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
