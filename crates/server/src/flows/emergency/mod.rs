//! The emergency clause (section 6): work that starts before a yes, and what the owners say about it afterwards.

pub mod answers;
pub mod telling;

use daypack_domain::{
    Refusal,
    emergency::{EmergencyClause, EmergencyStatus, agreed_minutes},
    event::EventKind,
    ids::{OrganizationId, TicketId},
    ledger::MovementKind,
    policy::{Action, may},
    ticket::{Scope, Severity, Status},
    workflow::{self, Move, Via},
};
use daypack_store::{
    Conn, Json,
    cases::Seen,
    emergencies::{self, Emergency},
    estimates, ledger,
    organizations::{self as store, Organization},
    tickets::{self as rows, Ticket},
};

use super::{
    events,
    ledger::stamp,
    organizations,
    tickets::{
        Case, TicketKey,
        decision::{self, Particulars},
        facts,
    },
    work::{billing, returning},
};
use crate::{
    context::Context,
    edge::check_version,
    error::Failure,
    jobs::{Task, enqueue},
};

/// Changes what is agreed with an organization; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Whether there is a clause.
    pub enabled: Option<bool>,
    /// The severities that it names.
    pub severities: Option<Vec<Severity>>,
    /// N: minutes for one ticket.
    pub hold_minutes: Option<i64>,
    /// How far the debt may go.
    pub debt_limit_minutes: Option<i64>,
}

/// Changes the clause of an organization. What has begun goes on as it was agreed then.
///
/// # Errors
/// Those of [`may`]; `stale_version`; `invalid` with every field that cannot be accepted; those of
/// [`EmergencyClause::check_credit`].
pub fn change(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    expected: i64,
    input: &Changed,
) -> Result<Organization, Failure> {
    may(&context.actor, Action::ManageEmergencyClause, organization_id.into())?;
    let mut organization = organizations::lock(conn, organization_id)?;
    check_version(expected, organization.version)?;
    let before = organization.emergency_clause();
    let wanted = input.clone();
    let clause = EmergencyClause {
        enabled: wanted.enabled.unwrap_or(before.enabled),
        severities: wanted.severities.unwrap_or_else(|| before.severities.clone()),
        hold_minutes: wanted.hold_minutes.unwrap_or(before.hold_minutes),
        debt_limit_minutes: wanted.debt_limit_minutes.unwrap_or(before.debt_limit_minutes),
    }
    .validate()?;
    let may_raise = may(&context.actor, Action::RaiseDebtLimit, organization_id.into()).is_ok();
    clause.check_credit(&before, may_raise)?;
    if clause == before {
        return Ok(organization);
    }
    organization.settings = Json({
        let mut settings = organization.settings.0.clone();
        settings.emergency_enabled = clause.enabled;
        settings.emergency_severities = clause.severities;
        settings.emergency_minutes = clause.hold_minutes;
        settings
    });
    organization.debt_limit_minutes = clause.debt_limit_minutes;
    save_organization(conn, context, organization, "emergency_clause")
}

/// Saves what an owner or admin set, and tells of it.
///
/// # Errors
/// `stale_version`, which the lock prevents.
pub(super) fn save_organization(
    conn: &mut Conn,
    context: &Context,
    mut organization: Organization,
    field: &str,
) -> Result<Organization, Failure> {
    organization.version += 1;
    if !store::update(conn, &organization)? {
        return Err(Refusal::conflict("stale_version", "It has changed since you saw it. Read it again.").into());
    }
    let told = EventKind::OrganizationChanged {
        fields: vec![field.to_owned()],
    };
    events::record(conn, context, Some(organization.id), [told])?;
    Ok(organization)
}

/// The emergency of a ticket as it stands: an estimate for the whole ticket that was approved since takes its place. What
/// an owner disputed is for the lead to decide all the same.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, ticket_id: TicketId) -> Result<Option<Emergency>, Failure> {
    let Some(mut emergency) = emergencies::find(conn, ticket_id)? else {
        return Ok(None);
    };
    if emergency.status != EmergencyStatus::Disputed && is_replaced(conn, &emergency)? {
        emergency.status = EmergencyStatus::Replaced;
    }
    Ok(Some(emergency))
}

/// Whether an estimate for the whole ticket was approved since: work goes on under that alone.
fn is_replaced(conn: &mut Conn, emergency: &Emergency) -> Result<bool, Failure> {
    let totals = estimates::approved_totals(conn, &[emergency.ticket_id])?;
    Ok(totals.iter().any(|(_, at)| *at >= emergency.started_at))
}

/// N of the clause, while it lets work on this ticket go on.
///
/// # Errors
/// The database.
pub fn active_minutes(conn: &mut Conn, ticket: &Ticket) -> Result<Option<i64>, Failure> {
    // On what is deducted, until it is closed or given up: time is logged after the work, also when that is delivered.
    let at_work = ticket.status.is_open() || ticket.status == Status::Resolved;
    let begun = emergencies::find(conn, ticket.id)?.filter(|_| ticket.billable && at_work);
    let Some(emergency) = begun else {
        return Ok(None);
    };
    let active = emergency.active_minutes(ticket.severity);
    Ok(if is_replaced(conn, &emergency)? { None } else { active })
}

/// Whether an emergency may begin on this ticket, as far as those before it go.
///
/// # Errors
/// The database; those of [`EmergencyStatus::check_another`].
pub fn check_another(conn: &mut Conn, ticket_id: TicketId) -> Result<Result<(), Refusal>, Failure> {
    let before = emergencies::find(conn, ticket_id)?;
    Ok(before.map_or(Ok(()), |emergency| emergency.status.check_another()))
}

/// Whether a person's word on the emergency of this ticket is missing still.
///
/// # Errors
/// The database.
pub fn waits_for_a_word(conn: &mut Conn, ticket_id: TicketId) -> Result<bool, Failure> {
    Ok(find(conn, ticket_id)?.is_some_and(|emergency| emergency.status.waits_for_a_word()))
}

/// Begins the work on the ticket in hand before a yes: holds what is available up to N, fixes how time is billed, and
/// sees to it that the owners are told.
///
/// # Errors
/// The database.
pub fn begin(conn: &mut Conn, context: &Context, case: &mut Case) -> Result<(), Failure> {
    let clause = case.organization.emergency_clause();
    let mut account = case.account(conn)?;
    let minutes = clause.hold_minutes - case.work.used_minutes - account.held_for(case.ticket.id);
    let because = stamp(context).because("emergency clause");
    let system_id = case.ticket.system_id;
    let held_minutes = account.hold_up_to(&because, context.id(), case.ticket.id, system_id, minutes)?;
    case.save_account(conn, context, &mut account)?;
    if case.work.increment_minutes.is_none() {
        let agreed = facts::rounding(conn, case.seen(), context.now)?;
        facts::fix_rounding(&mut case.work, agreed);
    }
    let emergency = Emergency {
        ticket_id: case.ticket.id,
        organization_id: case.organization.id,
        status: EmergencyStatus::Pending,
        clause_minutes: clause.hold_minutes,
        held_minutes,
        started_by: context.actor.user_id(),
        started_at: context.now,
        answered_by: None,
        answered_at: None,
        dispute_reason: None,
        settled_by: None,
        settled_at: None,
        settlement: None,
        owners_told_at: None,
        leads_told_at: None,
        severities: Json(clause.severities),
    };
    emergencies::save(conn, &emergency)?;
    case.tell(
        context,
        EventKind::EmergencyStarted {
            clause_minutes: emergency.clause_minutes,
            held_minutes,
        },
    );
    tell(conn, context, &emergency)
}

/// What follows when the ticket in hand is not as severe any more as the clause demands: what was held and not used
/// goes back, but for what was approved, and nothing more is taken before a yes. It goes on when the ticket is as
/// severe again.
///
/// # Errors
/// The database.
pub fn step_down(conn: &mut Conn, context: &Context, case: &mut Case, before: Option<Severity>) -> Result<(), Failure> {
    // A ticket that is triaged for the first time has no emergency yet.
    if before.is_none() || before == case.ticket.severity {
        return Ok(());
    }
    let Some(emergency) = find(conn, case.ticket.id)? else {
        return Ok(());
    };
    let names = |severity| emergency.active_minutes(severity).is_some();
    if !names(before) || names(case.ticket.severity) {
        return Ok(());
    }
    let kept = case.work.approved_minutes - case.work.used_minutes;
    let minutes = returning::release_beyond(conn, context, case, kept, "lower severity")?;
    if minutes > 0 {
        let reason = Some("The ticket is not as severe any more as the emergency clause demands.".to_owned());
        case.tell(context, EventKind::MinutesReleased { minutes, reason });
    }
    Ok(())
}

/// Asks for the mails about it, at once.
fn tell(conn: &mut Conn, context: &Context, emergency: &Emergency) -> Result<(), Failure> {
    let task = Task::TellOfEmergency {
        ticket_id: emergency.ticket_id,
        status: emergency.status,
    };
    enqueue(conn, context, &task, context.now)
}

/// Whether work on the ticket in hand may start now, at its severity.
///
/// # Errors
/// `triage_required`, `invalid_transition`, `out_of_scope`, `not_billable`, `no_emergency_clause`,
/// `severity_not_named`, `no_minutes_for_emergency`; those of [`EmergencyStatus::check_another`].
pub fn check_start(conn: &mut Conn, context: &Context, case: &Case) -> Result<(), Failure> {
    let ticket = &case.ticket;
    let Some(severity) = ticket.severity else {
        let detail = "severity, kind and scope must be decided first";
        return Err(Refusal::conflict("triage_required", detail).into());
    };
    if !matches!(ticket.status, Status::Submitted | Status::Estimating) {
        let status = ticket.status.to_string().replace('_', " ");
        let detail = format!("work on a ticket that is {status} does not start as an emergency");
        return Err(Refusal::conflict("invalid_transition", detail).into());
    }
    if ticket.scope == Some(Scope::Out) {
        let detail = "what is out of scope is quoted in money: the emergency clause does not cover it";
        return Err(Refusal::conflict("out_of_scope", detail).into());
    }
    if !ticket.billable {
        let detail = "work that is not deducted needs no emergency clause to start";
        return Err(Refusal::conflict("not_billable", detail).into());
    }
    case.organization.emergency_clause().check_covers(severity)?;
    check_another(conn, ticket.id)??;
    if !facts::emergency_covers(conn, context, case, severity)? {
        let detail = "No pack has minutes for it, and nothing more may be borrowed: the work needs packs first.";
        return Err(Refusal::conflict("no_minutes_for_emergency", detail).into());
    }
    Ok(())
}

/// Starts the work on a ticket that was triaged before.
///
/// # Errors
/// Those of [`Case::take`] and [`check_start`].
pub fn start(conn: &mut Conn, context: &Context, key: &TicketKey, expected: Option<i64>) -> Result<Case, Failure> {
    let mut case = Case::take(conn, context, key, Action::Triage, expected)?;
    check_start(conn, context, &case)?;
    let facts = facts::of(conn, context, &case)?;
    let mover = case.mover(context)?;
    let asked = Move::new(Via::Transition);
    let decision = workflow::decide(&facts, Status::Diagnosing, &asked, mover, context.now)?;
    decision::apply(conn, context, &mut case, &decision, &Particulars::default())?;
    case.save(conn, context)
}

/// An emergency, and what it comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// It.
    pub emergency: Emergency,
    /// What of the ticket's minutes was borrowed, less what was corrected.
    pub borrowed_minutes: i64,
    /// What work may still take without another yes.
    pub left_minutes: i64,
}

/// What the emergency of a ticket comes to, if it is one.
///
/// # Errors
/// The database.
pub fn show(
    conn: &mut Conn,
    context: &Context,
    (ticket, work, organization): Seen<'_>,
) -> Result<Option<Shown>, Failure> {
    let Some(emergency) = find(conn, ticket.id)? else {
        return Ok(None);
    };
    let movements = ledger::of_ticket(conn, ticket.id)?;
    let borrowed = movements
        .iter()
        .filter(|movement| matches!(movement.kind, MovementKind::Borrow | MovementKind::Unborrow));
    let borrowed_minutes = borrowed
        .map(|movement| movement.kind.debt_sign() * movement.minutes)
        .sum();
    let account = ledger::load(conn, organization, &[ticket.id], &[])?.settled(context.now)?;
    let held = account.held_for(ticket.id);
    let left_minutes = match active_minutes(conn, ticket)? {
        Some(clause) => {
            let counters = account.counters();
            let room = (counters.debt_limit_minutes - counters.debt_minutes).max(0);
            let clause = billing::clause(conn, work, clause)?;
            let agreed = agreed_minutes(work.approved_minutes, Some((clause.minutes, clause.further_minutes)));
            (agreed - work.used_minutes)
                .min(held + account.available_for(ticket.system_id) + room)
                .max(0)
        }
        None => held,
    };
    Ok(Some(Shown {
        emergency,
        borrowed_minutes,
        left_minutes,
    }))
}

/// Emergencies that are shown to an owner at once: each costs a look at its ledger.
const WAITING_SHOWN: usize = 10;

/// Emergencies of an organization that wait for an owner's word, the oldest first; nothing for those who have none.
///
/// # Errors
/// The database.
pub fn waiting(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
) -> Result<Vec<(Ticket, Shown)>, Failure> {
    if may(&context.actor, Action::AnswerEmergency, organization.id.into()).is_err() {
        return Ok(Vec::new());
    }
    let pending = emergencies::in_status(conn, organization.id, EmergencyStatus::Pending)?;
    let oldest = pending.iter().take(WAITING_SHOWN);
    let ids: Vec<TicketId> = oldest.map(|emergency| emergency.ticket_id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (about, works) = (rows::find_many(conn, &ids)?, rows::work_of(conn, &ids)?);
    let mut waiting = Vec::new();
    for id in ids {
        let ticket = about.iter().find(|ticket| ticket.id == id);
        let work = works.iter().find(|work| work.ticket_id == id);
        let (Some(ticket), Some(work)) = (ticket, work) else {
            continue;
        };
        let shown = show(conn, context, (ticket, work, organization))?;
        waiting.extend(
            shown
                .filter(|shown| shown.emergency.status == EmergencyStatus::Pending)
                .map(|shown| (ticket.clone(), shown)),
        );
    }
    Ok(waiting)
}
