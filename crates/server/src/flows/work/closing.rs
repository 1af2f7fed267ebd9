//! Containing the effect, delivering with a record, and the client's word on it (sections 4, 8).

use daypack_domain::{
    Refusal,
    closure::ClosureDraft,
    event::EventKind,
    policy::Action,
    ticket::Evidence,
    workflow::{self, Move, Via},
};
use daypack_store::{
    Conn,
    evidence::{self, Mitigation},
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

/// Records what contained the effect; the mitigation clock is met.
///
/// # Errors
/// Those of [`Case::take`]; `ticket_not_open`; `invalid`.
pub fn mitigate(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    what_was_done: &str,
) -> Result<Case, Failure> {
    let mut case = Case::take(conn, context, key, Action::RecordMitigation, expected)?;
    let recorded_by = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("this needs a person on the staff"))?;
    if !case.ticket.status.is_open() {
        let detail = format!("a ticket that is {} needs no mitigation", case.ticket.status);
        return Err(Refusal::conflict("ticket_not_open", detail).into());
    }
    let text = what_was_done.trim().to_owned();
    if text.is_empty() {
        return Err(Refusal::field("/what_was_done", "too_short", "Say what was done at once.").into());
    }
    let mitigation = Mitigation {
        ticket_id: case.ticket.id,
        cycle: case.ticket.cycle,
        organization_id: case.organization.id,
        what_was_done: text.clone(),
        recorded_by,
        recorded_at: context.now,
    };
    evidence::save_mitigation(conn, &mitigation)?;
    case.tell(context, EventKind::MitigationRecorded { what_was_done: text });
    case.save(conn, context)
}

/// Delivers a ticket with its closure record. What is held and not used goes back.
///
/// # Errors
/// Those of [`Case::take`]; `invalid_transition`; the guard's own code; `invalid` for what the record lacks.
pub fn resolve(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    closure: &ClosureDraft,
    evidence: &Evidence,
) -> Result<Case, Failure> {
    let mut case = Case::take(conn, context, key, Action::ResolveTicket, expected)?;
    let facts = facts::of(conn, context, &case)?;
    let asked = Move {
        evidence: evidence.clone(),
        closure: Some(closure.clone()),
        ..Move::new(Via::Resolve)
    };
    let particulars = Particulars {
        reason: None,
        closure: Some(closure.clone()),
    };
    move_along(conn, context, &mut case, &facts, &asked, &particulars)?;
    case.save(conn, context)
}

/// The client says that it is good: the record is complete.
///
/// # Errors
/// Those of [`Case::take`]; `invalid_transition` unless it is resolved.
pub fn confirm(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    reason: Option<&str>,
) -> Result<Case, Failure> {
    let mut case = Case::take(conn, context, key, Action::ConfirmResolution, expected)?;
    let facts = facts::of(conn, context, &case)?;
    case.tell(
        context,
        EventKind::TicketConfirmed {
            reason: reason.map(str::to_owned),
        },
    );
    let asked = Move::new(Via::Confirm).because(reason.map(str::to_owned));
    move_along(conn, context, &mut case, &facts, &asked, &Particulars::because(reason))?;
    case.save(conn, context)
}

/// What was delivered does not hold: another cycle begins, with fresh clocks.
///
/// # Errors
/// Those of [`Case::take`]; `invalid_transition` unless it is resolved.
pub fn reopen(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    reason: Option<&str>,
) -> Result<Case, Failure> {
    let mut case = Case::take(conn, context, key, Action::ReopenTicket, expected)?;
    let facts = facts::of(conn, context, &case)?;
    let asked = Move::new(Via::Reopen).because(reason.map(str::to_owned));
    move_along(conn, context, &mut case, &facts, &asked, &Particulars::because(reason))?;
    case.save(conn, context)
}

fn move_along(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    facts: &workflow::Facts,
    asked: &Move,
    particulars: &Particulars,
) -> Result<(), Failure> {
    let mover = case.mover(context)?;
    if let Some(decision) = workflow::follow(facts, asked, mover, context.now)? {
        decision::apply(conn, context, case, &decision, particulars)?;
    }
    Ok(())
}
