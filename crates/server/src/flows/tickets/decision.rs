//! Carrying out what the workflow decided: the new status, its effects, and the events that tell of them.

use daypack_domain::{
    Refusal,
    closure::{CauseCategory, ClosureDraft, ClosureMinutes},
    estimate::{EstimateKind, EstimateStatus, offered_in_all},
    event::EventKind,
    policy::Actor,
    ticket::{Evidence, Status},
    work::WindowStatus,
    workflow::{Decision, Effect, Via},
};
use daypack_store::{
    Conn, closures,
    closures::Closure,
    estimates::{self, Estimate},
    evidence, windows,
};

use super::{
    Case,
    facts::{self, before_approval},
};
use crate::{
    context::Context,
    error::Failure,
    flows::{emergency, ledger::stamp},
};

/// What a move brings along.
#[derive(Debug, Clone, Default)]
pub struct Particulars {
    /// Why, or the public question.
    pub reason: Option<String>,
    /// The closure record, when resolving.
    pub closure: Option<ClosureDraft>,
}

impl Particulars {
    /// With a reason, if there is one.
    #[must_use]
    pub fn because(reason: Option<&str>) -> Self {
        Self {
            reason: reason.map(str::to_owned),
            closure: None,
        }
    }
}

/// Carries out a decision on the ticket in hand: effects on ledger, estimates, windows and closure, the new status, and
/// an event for each of them and for the change of status. [`Case::save`] follows. The yes to an estimate holds its
/// minutes itself, before this.
///
/// # Errors
/// The closure record lacks something; the database.
pub fn apply(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    decision: &Decision,
    with: &Particulars,
) -> Result<(), Failure> {
    record_evidence(conn, context, case, decision)?;
    if starts_as_emergency(conn, context, case, decision)? {
        emergency::begin(conn, context, case)?;
    }
    // The record counts what fixed estimates consume.
    if decision.effects.contains(&Effect::ConsumeFixed) {
        consume_fixed(conn, context, case)?;
    }
    for effect in &decision.effects {
        carry_out(conn, context, case, decision, *effect, with)?;
    }
    let from = case.ticket.status;
    case.ticket.status = decision.to;
    case.ticket.status_since = context.now;
    case.ticket.resume_status = decision.resume_status;
    case.work.decline_reason = decision.decline_reason;
    let reason = with.reason.clone().filter(|reason| !reason.trim().is_empty());
    let changed = EventKind::TicketStatusChanged {
        from,
        to: decision.to,
        reason,
        decline_reason: decision.decline_reason,
    };
    case.tell(context, changed);
    if decision.to == Status::Closed {
        case.work.closed_at = Some(context.now);
        case.tell(
            context,
            EventKind::TicketClosed {
                automatic: decision.transition.via == Via::Time,
            },
        );
    }
    Ok(())
}

fn record_evidence(conn: &mut Conn, context: &Context, case: &mut Case, decision: &Decision) -> Result<(), Failure> {
    let Actor::Person(person) = &context.actor else {
        return Ok(());
    };
    if decision.evidence == Evidence::default() {
        return Ok(());
    }
    let mut recorded = evidence::of_ticket(conn, case.ticket.id)?;
    let pieces = recorded.record(&decision.evidence);
    if !pieces.is_empty() {
        let place = (case.ticket.id, case.organization.id);
        evidence::save(conn, place, &recorded, person.user_id, context.now)?;
        case.tell(context, EventKind::EvidenceRecorded { pieces });
    }
    Ok(())
}

/// Work starts without an approval because of the emergency clause (section 6), and not because it is not deducted.
fn starts_as_emergency(conn: &mut Conn, context: &Context, case: &Case, decision: &Decision) -> Result<bool, Failure> {
    let starts = decision.to == Status::Diagnosing && before_approval(case.ticket.status) && case.ticket.billable;
    match case.ticket.severity {
        Some(severity) if starts => facts::emergency_covers(conn, context, case, severity),
        _ => Ok(false),
    }
}

fn carry_out(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    decision: &Decision,
    effect: Effect,
    with: &Particulars,
) -> Result<(), Failure> {
    match effect {
        // Carried by the decision itself, by whoever said yes, or computed from the status and its instant.
        Effect::RememberOrigin
        | Effect::ForgetOrigin
        | Effect::Hold
        | Effect::ConsumeFixed
        | Effect::PlanUnanswered
        | Effect::CancelUnanswered => {}
        // The clocks' outcome freezes when those of a closed ticket are refreshed.
        Effect::FreezeOutcome => confirm_closure(conn, context, case, decision)?,
        // What is not deducted needs no minutes.
        Effect::HoldAgain if !case.ticket.billable => {}
        Effect::HoldAgain => {
            hold_again(conn, context, case)?;
        }
        Effect::ReleaseHolds => {
            let mut account = case.account(conn)?;
            account.release(&stamp(context), case.ticket.id)?;
            case.save_account(conn, context, &mut account)?;
        }
        Effect::WithdrawEstimate => end_estimate(conn, context, case, EstimateStatus::Withdrawn)?,
        Effect::LapseEstimate => end_estimate(conn, context, case, EstimateStatus::Lapsed)?,
        Effect::CancelWindows => cancel_windows(conn, context, case)?,
        Effect::BillByQuote => {
            case.ticket.billable = false;
            case.ticket.not_billable_reason = Some("Paid by its quote.".to_owned());
        }
        Effect::RecordClosure => record_closure(conn, context, case, with)?,
        Effect::PlanClosing => {
            let calendar = context.versions.calendar(conn, case.work.calendar_id)?;
            case.work.closes_at = Some(calendar.end_of_open_day_after(context.now, facts::CLOSING_DAYS));
            case.work.resolved_at = Some(context.now);
        }
        Effect::CancelClosing => case.work.closes_at = None,
        Effect::BeginCycle => begin_cycle(conn, context, case, with)?,
        Effect::ReworkNotBillable => {
            case.ticket.billable = false;
            case.ticket.not_billable_reason = Some("Rework after it was reopened.".to_owned());
        }
    }
    Ok(())
}

/// Holds again up to what was approved less what was used, as far as it is available.
///
/// # Errors
/// The database.
pub fn hold_again(conn: &mut Conn, context: &Context, case: &Case) -> Result<i64, Failure> {
    let mut account = case.account(conn)?;
    let missing = case.work.approved_minutes - case.work.used_minutes - account.held_for(case.ticket.id);
    let held = account.hold_up_to(
        &stamp(context),
        context.id(),
        case.ticket.id,
        case.ticket.system_id,
        missing.max(0),
    )?;
    case.save_account(conn, context, &mut account)?;
    Ok(held)
}

/// What was approved at a fixed size is used at resolution, whatever it took; nothing of a ticket that is not deducted.
fn consume_fixed(conn: &mut Conn, context: &Context, case: &mut Case) -> Result<(), Failure> {
    if !case.ticket.billable {
        return Ok(());
    }
    let fixed = fixed_minutes(&estimates::of_ticket(conn, case.ticket.id)?);
    let minutes = fixed - case.work.used_minutes;
    if minutes > 0 {
        let mut account = case.account(conn)?;
        let because = stamp(context).because("fixed estimate");
        let consumed = account.consume_part(&because, case.ticket.id, minutes)?;
        case.work.used_minutes += consumed.allocations.iter().map(|part| part.minutes).sum::<i64>();
        case.save_account(conn, context, &mut account)?;
    }
    Ok(())
}

/// The minutes approved at a fixed size; a total replaces what was approved before it, and what is disputed does not
/// count. Newest first.
#[must_use]
pub fn fixed_minutes(estimates: &[Estimate]) -> i64 {
    let approved = estimates.iter().rev().filter(|estimate| estimate.is_in_force());
    offered_in_all(approved.map(|estimate| {
        let minutes = match estimate.kind {
            EstimateKind::Fixed => estimate.approved_minutes.unwrap_or(0),
            EstimateKind::UpTo => 0,
        };
        (estimate.basis, minutes)
    }))
}

fn end_estimate(conn: &mut Conn, context: &Context, case: &mut Case, status: EstimateStatus) -> Result<(), Failure> {
    let Some(estimate) = estimates::open_of_ticket(conn, case.ticket.id)? else {
        return Ok(());
    };
    let estimate_id = estimate.id;
    close_estimate(conn, context, estimate, status, None)?;
    let kind = match status {
        EstimateStatus::Lapsed => EventKind::EstimateLapsed { estimate_id },
        _ => EventKind::EstimateWithdrawn {
            estimate_id,
            reason: None,
        },
    };
    case.tell(context, kind);
    Ok(())
}

/// Saves an open estimate as answered, withdrawn, revised or lapsed.
///
/// # Errors
/// `stale_version` when somebody else was faster, which the lock prevents.
pub fn close_estimate(
    conn: &mut Conn,
    context: &Context,
    mut estimate: Estimate,
    status: EstimateStatus,
    reason: Option<String>,
) -> Result<Estimate, Failure> {
    estimate.status = status;
    estimate.decided_by = context.actor.user_id();
    estimate.decided_at = Some(context.now);
    estimate.decision_reason = reason;
    estimate.version += 1;
    save_estimate(conn, &estimate)?;
    Ok(estimate)
}

/// Saves an estimate whose version was raised.
///
/// # Errors
/// `stale_version`.
pub fn save_estimate(conn: &mut Conn, estimate: &Estimate) -> Result<(), Failure> {
    if estimates::update(conn, estimate)? {
        return Ok(());
    }
    Err(Refusal::conflict("stale_version", "It has changed since you saw it. Read it again.").into())
}

fn cancel_windows(conn: &mut Conn, context: &Context, case: &Case) -> Result<(), Failure> {
    for mut window in windows::of_ticket(conn, case.ticket.id)? {
        let unused = match window.status {
            WindowStatus::Proposed => true,
            // One that has begun was used.
            WindowStatus::Accepted => window.starts_at > context.now,
            WindowStatus::Declined | WindowStatus::Superseded => false,
        };
        if unused {
            window.status = WindowStatus::Superseded;
            window.version += 1;
            windows::update(conn, &window)?;
        }
    }
    Ok(())
}

fn record_closure(conn: &mut Conn, context: &Context, case: &mut Case, with: &Particulars) -> Result<(), Failure> {
    let resolved_by = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("resolving needs a person on the staff"))?;
    let offered = estimates::of_ticket(conn, case.ticket.id)?;
    let estimated = offered.iter().filter(|estimate| {
        matches!(
            estimate.status,
            EstimateStatus::Offered | EstimateStatus::Approved | EstimateStatus::Rejected
        )
    });
    let minutes = ClosureMinutes {
        estimated_minutes: estimated.map(|estimate| estimate.minutes).sum(),
        approved_minutes: case.work.approved_minutes,
        used_minutes: case.work.used_minutes,
        actual_minutes: case.work.actual_minutes,
    };
    let draft = with.closure.clone().unwrap_or_default();
    let cycle = i32::try_from(case.ticket.cycle).unwrap_or(i32::MAX);
    let record = draft.into_record(case.ticket.kind, case.ticket.severity, cycle, minutes)?;
    let row = Closure {
        ticket_id: case.ticket.id,
        cycle: case.ticket.cycle,
        organization_id: case.organization.id,
        what_was_done: record.what_was_done.clone(),
        why_it_happened: record.why_it_happened.as_ref().map(|cause| cause.text.clone()),
        how_to_prevent: record.how_to_prevent.clone(),
        cause_category: record
            .why_it_happened
            .as_ref()
            .map(|cause| -> CauseCategory { cause.category }),
        deployed: record.deployed,
        estimated_minutes: minutes.estimated_minutes,
        approved_minutes: minutes.approved_minutes,
        used_minutes: minutes.used_minutes,
        actual_minutes: minutes.actual_minutes,
        resolved_by,
        resolved_at: context.now,
        confirmed_by: None,
        confirmed_at: None,
        reopened_at: None,
        reopen_reason: None,
    };
    closures::save(conn, &row)?;
    case.tell(context, EventKind::TicketResolved { record });
    Ok(())
}

fn confirm_closure(conn: &mut Conn, context: &Context, case: &Case, decision: &Decision) -> Result<(), Failure> {
    let Some(mut closure) = closures::find(conn, case.ticket.id, case.ticket.cycle)? else {
        return Ok(());
    };
    closure.confirmed_at = Some(context.now);
    if decision.transition.via == Via::Confirm {
        closure.confirmed_by = context.actor.user_id();
    }
    Ok(closures::save(conn, &closure)?)
}

fn begin_cycle(conn: &mut Conn, context: &Context, case: &mut Case, with: &Particulars) -> Result<(), Failure> {
    if let Some(mut closure) = closures::find(conn, case.ticket.id, case.ticket.cycle)? {
        closure.reopened_at = Some(context.now);
        closure.reopen_reason = with.reason.clone();
        closures::save(conn, &closure)?;
    }
    case.ticket.cycle += 1;
    case.work.resolved_at = None;
    let cycle = i32::try_from(case.ticket.cycle).unwrap_or(i32::MAX);
    case.tell(
        context,
        EventKind::TicketReopened {
            cycle,
            reason: with.reason.clone(),
        },
    );
    Ok(())
}
