//! Windows: when something may be deployed is agreed with the client (section 4, `awaiting_window`).

use chrono::TimeDelta;
use daypack_domain::{
    Instant, Refusal,
    event::EventKind,
    ids::WindowId,
    policy::{Action, may},
    problem::FieldProblem,
    ticket::Status,
    work::WindowStatus,
    workflow::{self, Move, Via},
};
use daypack_store::{
    Conn,
    windows::{self, Window},
};

use crate::{
    context::Context,
    error::Failure,
    flows::tickets::{
        Case, TicketKey,
        decision::{self, Particulars},
        facts,
    },
};

/// The longest a window can be.
const LONGEST: TimeDelta = TimeDelta::days(7);

/// A period to propose.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// From when.
    pub starts_at: Instant,
    /// Until when.
    pub ends_at: Instant,
    /// What to expect.
    pub note: Option<String>,
}

/// Proposes a window; an earlier one that was not used gives way to it.
///
/// # Errors
/// Those of [`Case::take`]; `ticket_not_open`; `invalid`.
pub fn propose(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    input: &Proposal,
) -> Result<(Case, Window), Failure> {
    let mut case = Case::take(conn, context, key, Action::ProposeWindow, expected)?;
    let proposed_by = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("this needs a person on the staff"))?;
    check(input, context.now)?;
    let asked = Move::new(Via::ProposeWindow);
    let facts = facts::of(conn, context, &case)?;
    let mover = case.mover(context)?;
    let decision = workflow::follow(&facts, &asked, mover, context.now)?;
    if decision.is_none() && case.ticket.status != Status::AwaitingWindow {
        let detail = format!("a ticket that is {} is not ready for a window", case.ticket.status);
        return Err(Refusal::conflict("invalid_transition", detail).into());
    }
    supersede(conn, context, &case)?;
    let window = Window {
        id: context.id(),
        organization_id: case.organization.id,
        ticket_id: case.ticket.id,
        status: WindowStatus::Proposed,
        starts_at: input.starts_at,
        ends_at: input.ends_at,
        note: input.note.clone(),
        proposed_by,
        proposed_at: context.now,
        decided_by: None,
        decided_at: None,
        decision_reason: None,
        version: 1,
    };
    windows::insert(conn, &window)?;
    let told = EventKind::WindowProposed {
        window_id: window.id,
        starts_at: window.starts_at,
        ends_at: window.ends_at,
    };
    case.tell(context, told);
    if let Some(decision) = decision {
        decision::apply(conn, context, &mut case, &decision, &Particulars::default())?;
    }
    Ok((case.save(conn, context)?, window))
}

fn check(input: &Proposal, now: Instant) -> Result<(), Refusal> {
    let mut problems = Vec::new();
    if input.starts_at <= now {
        problems.push(FieldProblem::new(
            "/starts_at",
            "in_the_past",
            "A window begins in the future.",
        ));
    }
    if input.ends_at <= input.starts_at {
        problems.push(FieldProblem::new(
            "/ends_at",
            "too_small",
            "A window ends after it begins.",
        ));
    } else if input.ends_at - input.starts_at > LONGEST {
        problems.push(FieldProblem::new(
            "/ends_at",
            "too_large",
            "A window is at most seven days long.",
        ));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(problems))
    }
}

/// One window at a time: what was proposed or agreed before, and has not begun, gives way.
fn supersede(conn: &mut Conn, context: &Context, case: &Case) -> Result<(), Failure> {
    for mut window in windows::of_ticket(conn, case.ticket.id)? {
        let open = window.status == WindowStatus::Proposed
            || (window.status == WindowStatus::Accepted && window.starts_at > context.now);
        if open {
            window.status = WindowStatus::Superseded;
            window.version += 1;
            windows::update(conn, &window)?;
        }
    }
    Ok(())
}

/// The client agrees.
///
/// # Errors
/// Those of [`Case::take`]; `already_decided`; `window_passed` when it has begun.
pub fn accept(
    conn: &mut Conn,
    context: &Context,
    id: WindowId,
    expected: Option<i64>,
) -> Result<(Case, Window), Failure> {
    let (mut case, mut window) = take(conn, context, id, expected)?;
    if window.starts_at <= context.now {
        let detail = "This window has begun already. Ask for another.";
        return Err(Refusal::conflict("window_passed", detail).into());
    }
    decide(conn, context, &mut window, WindowStatus::Accepted, None)?;
    let told = EventKind::WindowAccepted {
        window_id: window.id,
        starts_at: window.starts_at,
        ends_at: window.ends_at,
    };
    case.tell(context, told);
    Ok((case.save(conn, context)?, window))
}

/// The client does not agree; the work waits for another proposal.
///
/// # Errors
/// Those of [`Case::take`]; `already_decided`.
pub fn decline(
    conn: &mut Conn,
    context: &Context,
    id: WindowId,
    expected: Option<i64>,
    reason: Option<&str>,
) -> Result<(Case, Window), Failure> {
    let (mut case, mut window) = take(conn, context, id, expected)?;
    let reason = reason.map(str::to_owned);
    decide(conn, context, &mut window, WindowStatus::Declined, reason.clone())?;
    case.tell(
        context,
        EventKind::WindowDeclined {
            window_id: window.id,
            reason: reason.clone(),
        },
    );
    let facts = facts::of(conn, context, &case)?;
    let mover = case.mover(context)?;
    let asked = Move::new(Via::DeclineWindow).because(reason.clone());
    if let Some(decision) = workflow::follow(&facts, &asked, mover, context.now)? {
        decision::apply(
            conn,
            context,
            &mut case,
            &decision,
            &Particulars { reason, closure: None },
        )?;
    }
    Ok((case.save(conn, context)?, window))
}

/// The window and its ticket in hand; `expected` is the version of the ticket that the caller has seen.
fn take(conn: &mut Conn, context: &Context, id: WindowId, expected: Option<i64>) -> Result<(Case, Window), Failure> {
    let seen = windows::find(conn, id)?.ok_or(Refusal::NotFound)?;
    may(&context.actor, Action::AnswerWindow, seen.organization_id.into())?;
    let case = Case::take(conn, context, &seen.ticket_id.into(), Action::AnswerWindow, expected)?;
    // Read again: only now is the organization locked.
    let window = windows::find(conn, id)?.ok_or(Refusal::NotFound)?;
    if window.status != WindowStatus::Proposed {
        let detail = format!("This window is {} already.", window.status);
        return Err(Refusal::conflict("already_decided", detail).into());
    }
    Ok((case, window))
}

fn decide(
    conn: &mut Conn,
    context: &Context,
    window: &mut Window,
    status: WindowStatus,
    reason: Option<String>,
) -> Result<(), Failure> {
    window.status = status;
    window.decided_by = context.actor.user_id();
    window.decided_at = Some(context.now);
    window.decision_reason = reason;
    window.version += 1;
    windows::update(conn, window)?;
    Ok(())
}
