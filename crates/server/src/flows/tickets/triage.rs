//! Triage (sections 4 and 6): severity, kind, scope, and where that sends the ticket. Also later, as a
//! reclassification.

use daypack_domain::{
    Refusal,
    emergency::EmergencyStatus,
    event::EventKind,
    ids::{TicketId, UserId},
    policy::Action,
    problem::FieldProblem,
    ticket::{Kind, Scope, Severity},
    workflow::{self, Move, Via, triage_destination},
};
use daypack_store::{
    Conn,
    emergencies::{self, Emergency},
    estimates, warranties,
};

use super::{
    Case, TicketKey,
    decision::{self, Particulars},
    edit, facts, undeducted,
};
use crate::{context::Context, error::Failure, flows::emergency};

/// What was decided.
#[derive(Debug, Clone)]
pub struct Triage {
    /// By real impact.
    pub severity: Severity,
    /// The kind of work.
    pub kind: Kind,
    /// In the agreement, or out of it.
    pub scope: Scope,
    /// What is done at once.
    pub mitigation_plan: Option<String>,
    /// What solves it for good.
    pub solution_plan: Option<String>,
    /// Who works on it.
    pub assignee_id: Option<UserId>,
    /// Whether the work takes minutes from the pack.
    pub billable: bool,
    /// Why not, when it does not.
    pub not_billable_reason: Option<String>,
    /// The clause, or why the severity is another than suggested.
    pub reason: Option<String>,
    /// Whether work starts at once under the emergency clause; nothing: where the clause and the minutes allow it.
    pub emergency: Option<bool>,
    /// Whether the severity decided before was a mistake.
    pub misclassified: bool,
}

/// Decides severity, kind and scope, and moves the ticket where they lead.
///
/// # Errors
/// Those of [`may`](daypack_domain::policy::may); `stale_version`; `invalid_transition` once it is delivered or
/// declined; `invalid` when a reason is missing; those of [`workflow::check_scope`].
pub fn triage(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    input: &Triage,
) -> Result<Case, Failure> {
    let mut case = Case::take(conn, context, key, Action::Triage, expected)?;
    if !case.ticket.status.is_open() {
        let detail = format!("a ticket that is {} is not triaged any more", case.ticket.status);
        return Err(Refusal::conflict("invalid_transition", detail).into());
    }
    check(input)?;
    workflow::check_scope(case.ticket.status, case.ticket.scope, input.scope)?;
    check_misclassified(context, &case, input)?;
    let (deducted_before, severity_before) = (case.ticket.billable, case.ticket.severity);
    let free = !case.ticket.billable && is_taken_out(conn, case.ticket.id)?;
    let billable = input.billable && !free;
    record(context, &mut case, input, billable);
    if let Some(assignee_id) = input.assignee_id {
        edit::assign(conn, context, &mut case, assignee_id)?;
    }
    if deducted_before && !billable {
        undeducted::settle(conn, context, &mut case)?;
    }
    emergency::step_down(conn, context, &mut case, severity_before)?;
    let mut facts = facts::of(conn, context, &case)?;
    match input.emergency {
        Some(true) => emergency::check_start(conn, context, &case)?,
        Some(false) => facts.emergency = false,
        None => {}
    }
    let decided = workflow::Triage {
        severity: input.severity,
        kind: input.kind,
        scope: input.scope,
        billable: case.ticket.billable,
        emergency: facts.emergency,
        warranty: facts.warranty,
    };
    if let Some(to) = triage_destination(case.ticket.status, decided) {
        let mover = case.mover(context)?;
        let asked = Move::new(Via::Triage).because(input.reason.clone());
        let decision = workflow::decide(&facts, to, &asked, mover, context.now)?;
        decision::apply(
            conn,
            context,
            &mut case,
            &decision,
            &Particulars::because(input.reason.as_deref()),
        )?;
    }
    case.save(conn, context)
}

fn check(input: &Triage) -> Result<(), Refusal> {
    let blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    let mut problems = Vec::new();
    if !input.billable && blank(&input.not_billable_reason) {
        let detail = "Say why the work is not deducted.";
        problems.push(FieldProblem::new("/not_billable_reason", "required", detail));
    }
    if input.billable && input.not_billable_reason.is_some() {
        let detail = "Work that is deducted needs no reason why it is not.";
        problems.push(FieldProblem::new("/not_billable_reason", "not_expected", detail));
    }
    if input.scope == Scope::Out && blank(&input.reason) {
        let detail = "Say which clause it falls under, for the client to read.";
        problems.push(FieldProblem::new("/reason", "required", detail));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(problems))
    }
}

/// Whether a lead took the ticket out of the bill.
fn is_taken_out(conn: &mut Conn, ticket: TicketId) -> Result<bool, Failure> {
    let warranty = warranties::find(conn, ticket)?.is_some_and(|warranty| warranty.accepted);
    if warranty {
        return Ok(true);
    }
    // What was approved beside an emergency that was none stays deducted.
    let upheld = |emergency: Emergency| emergency.status == EmergencyStatus::Upheld;
    Ok(emergencies::find(conn, ticket)?.is_some_and(upheld) && estimates::in_force(conn, ticket)?.is_empty())
}

/// Only a lead may say so, and only of a severity that was decided before and is another one now.
fn check_misclassified(context: &Context, case: &Case, input: &Triage) -> Result<(), Refusal> {
    if !input.misclassified {
        return Ok(());
    }
    case.allow(context, Action::RecordMisclassification)?;
    if case.ticket.severity.is_none_or(|before| before == input.severity) {
        let detail = "Only a severity that was decided before, and is another one now, can have been a mistake.";
        return Err(Refusal::field("/misclassified", "not_reclassified", detail));
    }
    Ok(())
}

/// What a lead took out of the bill (warranty, an upheld dispute) stays out of it.
fn record(context: &Context, case: &mut Case, input: &Triage, billable: bool) {
    let (ticket, work) = (&mut case.ticket, &mut case.work);
    let previous_severity = ticket.severity;
    ticket.severity = Some(input.severity);
    ticket.kind = Some(input.kind);
    ticket.scope = Some(input.scope);
    ticket.billable = billable;
    if input.billable == billable {
        ticket.not_billable_reason = input.not_billable_reason.clone();
    }
    let not_billable_reason = ticket.not_billable_reason.clone();
    // A plan that is left out of a later decision stays.
    if input.mitigation_plan.is_some() {
        work.mitigation_plan = input.mitigation_plan.clone();
    }
    if input.solution_plan.is_some() {
        work.solution_plan = input.solution_plan.clone();
    }
    work.scope_reason = input.reason.clone();
    work.triaged_by = context.actor.user_id();
    work.triaged_at = work.triaged_at.or(Some(context.now));
    let told = EventKind::TicketTriaged {
        severity: input.severity,
        previous_severity,
        kind: input.kind,
        scope: input.scope,
        billable,
        not_billable_reason,
        mitigation_plan: input.mitigation_plan.clone(),
        solution_plan: input.solution_plan.clone(),
        reason: input.reason.clone(),
        misclassified: input.misclassified,
    };
    case.tell(context, told);
}
