//! Moving a ticket by naming its next status, and recording what the moves rest on.

use daypack_domain::{
    Refusal,
    event::EventKind,
    policy::Action,
    ticket::{Evidence, Status, Visibility},
    workflow::{self, Move, Mover, Via},
};
use daypack_store::{
    Conn,
    comments::{self, Comment},
    evidence,
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

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Transition {
    /// Where to.
    pub to: Status,
    /// Why; for `needs_info` the public question.
    pub reason: Option<String>,
    /// Evidence that comes with it.
    pub evidence: Evidence,
}

/// Moves a ticket where the table allows it. A question is also a message that the client reads and answers.
///
/// # Errors
/// Those of [`Case::take`]; `invalid_transition`; the guard's own code when something has to be recorded first.
pub fn transition(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    input: &Transition,
) -> Result<Case, Failure> {
    let mut case = Case::take(conn, context, key, Action::ReadTickets, expected)?;
    let mover = case.mover(context)?;
    case.allow(context, needed(mover, input.to))?;
    let facts = facts::of(conn, context, &case)?;
    let asked = Move {
        evidence: input.evidence.clone(),
        ..Move::new(Via::Transition).because(input.reason.clone())
    };
    let decision = workflow::decide(&facts, input.to, &asked, mover, context.now)?;
    if let (Status::NeedsInfo, Some(question)) = (input.to, &input.reason) {
        ask(conn, context, &mut case, question)?;
    }
    let particulars = Particulars::because(input.reason.as_deref());
    decision::apply(conn, context, &mut case, &decision, &particulars)?;
    case.save(conn, context)
}

/// Clients take requests back and answer what they tried; everything else is the staff's.
fn needed(mover: Mover, to: Status) -> Action {
    match (mover, to) {
        (Mover::Staff | Mover::System, _) => Action::MoveTicket,
        (_, Status::Declined) => Action::WithdrawTicket,
        _ => Action::ValidateWork,
    }
}

fn ask(conn: &mut Conn, context: &Context, case: &mut Case, question: &str) -> Result<(), Failure> {
    let author_id = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("questions are asked by people"))?;
    let comment = Comment {
        id: context.id(),
        organization_id: case.organization.id,
        ticket_id: case.ticket.id,
        author_id,
        visibility: Visibility::Public,
        body: question.trim().to_owned(),
        created_at: context.now,
    };
    comments::insert(conn, &comment)?;
    let told = EventKind::TicketCommented {
        comment_id: comment.id,
        visibility: Visibility::Public,
        automatic: false,
    };
    case.tell(context, told);
    Ok(())
}

/// Records evidence without moving the ticket; what is left out stays.
///
/// # Errors
/// Those of [`Case::take`]; `ticket_closed`; `invalid` when nothing is given.
pub fn record_evidence(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    given: &Evidence,
) -> Result<Case, Failure> {
    let mut case = Case::take(conn, context, key, Action::RecordEvidence, expected)?;
    if case.ticket.status == Status::Closed {
        return Err(Refusal::conflict("ticket_closed", "The record of a closed ticket does not change.").into());
    }
    let author = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("evidence is recorded by people"))?;
    if given.recorded().is_empty() {
        return Err(Refusal::field("", "required", "Give at least one piece of evidence.").into());
    }
    let mut recorded = evidence::of_ticket(conn, case.ticket.id)?;
    let pieces = recorded.record(given);
    if pieces.is_empty() {
        return Ok(case);
    }
    evidence::save(
        conn,
        (case.ticket.id, case.organization.id),
        &recorded,
        author,
        context.now,
    )?;
    case.tell(context, EventKind::EvidenceRecorded { pieces });
    case.save(conn, context)
}
