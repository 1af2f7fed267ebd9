//! Opening a ticket (section 4, intake).

use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::{AttachmentId, OrganizationId, SystemId},
    lot::queue_level,
    policy::{Action, may},
    problem::FieldProblem,
    sla::QueueEntry,
    ticket::{Channel, DESCRIPTION_MAX_CHARACTERS, Impact, QueueLevel, Severity, Status, TITLE_MIN_CHARACTERS},
};
use daypack_store::{
    Conn, Json, lots,
    organizations::{self, Organization},
    systems,
    tickets::{self, StoredSla, Ticket, Work},
};

use super::{Case, files};
use crate::{context::Context, error::Failure};

/// A request for work.
#[derive(Debug, Clone)]
pub struct OpenTicket {
    /// For whom.
    pub organization_id: OrganizationId,
    /// What is happening, in one line.
    pub title: String,
    /// What is happening, in Markdown.
    pub description: String,
    /// Who is affected.
    pub affected: String,
    /// The system that it is about.
    pub system_id: Option<SystemId>,
    /// Answers that suggest a severity.
    pub impact: Option<Impact>,
    /// A severity that wins over the suggestion.
    pub suggested_severity: Option<Severity>,
    /// Files that the reporter uploaded before.
    pub attachment_ids: Vec<AttachmentId>,
    /// How it came in; by the reporter's side when it is not said.
    pub channel: Option<Channel>,
}

/// Opens a ticket: the next reference, the queue level of today, the clocks, the files.
///
/// # Errors
/// Those of [`may`]; `invalid` with every field that cannot be accepted.
pub fn open(conn: &mut Conn, context: &Context, input: &OpenTicket) -> Result<Case, Failure> {
    may(&context.actor, Action::OpenTicket, input.organization_id.into())?;
    // The number goes back with everything else when the request is refused.
    let organization = organizations::lock_for_ticket(conn, input.organization_id)?.ok_or(Refusal::NotFound)?;
    check(conn, input)?;
    let (ticket, work) = rows(conn, context, &organization, input, organization.ticket_number)?;
    tickets::insert(conn, &ticket, &work)?;
    let mut case = Case::new(organization, ticket, work);
    let created = EventKind::TicketCreated {
        reference: case.reference(),
        title: case.ticket.title.clone(),
        channel: case.ticket.channel,
        suggested_severity: case.ticket.suggested_severity,
    };
    case.tell(context, created);
    files::bind(conn, context, &mut case, &input.attachment_ids, None)?;
    case.save(conn, context)
}

fn check(conn: &mut Conn, input: &OpenTicket) -> Result<(), Failure> {
    let mut problems = texts_problems(Some(&input.title), Some(&input.description));
    if input.affected.trim().is_empty() {
        problems.push(FieldProblem::new("/affected", "too_short", "Say who is affected."));
    }
    if input.impact.is_some_and(|impact| impact.people < 0) {
        problems.push(FieldProblem::new("/impact/people", "too_small", "The least is 0."));
    }
    if let Some(system_id) = input.system_id {
        let system = systems::find(conn, system_id)?;
        let known = system
            .is_some_and(|system| system.organization_id == input.organization_id && system.archived_at.is_none());
        if !known {
            problems.push(FieldProblem::new(
                "/system_id",
                "not_found",
                "The organization has no such system.",
            ));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(problems).into())
    }
}

/// What is wrong with a title and a description beyond their shape.
pub(super) fn texts_problems(title: Option<&str>, description: Option<&str>) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if title.is_some_and(|title| title.trim().chars().count() < TITLE_MIN_CHARACTERS) {
        let detail = format!("A title has at least {TITLE_MIN_CHARACTERS} characters.");
        problems.push(FieldProblem::new("/title", "too_short", detail));
    }
    match description.map(|text| text.trim().chars().count()) {
        Some(0) => problems.push(FieldProblem::new("/description", "too_short", "Say what is happening.")),
        Some(count) if count > DESCRIPTION_MAX_CHARACTERS => {
            let detail = format!("At most {DESCRIPTION_MAX_CHARACTERS} characters are accepted.");
            problems.push(FieldProblem::new("/description", "too_long", detail));
        }
        _ => {}
    }
    problems
}

fn rows(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    input: &OpenTicket,
    number: i64,
) -> Result<(Ticket, Work), Failure> {
    let reporter_id = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("tickets are opened by people"))?;
    let level = present_queue_level(conn, context, organization)?;
    let by_side = if context.actor.is_staff() {
        Channel::Staff
    } else {
        Channel::Portal
    };
    let suggested = input
        .suggested_severity
        .or_else(|| input.impact.map(Impact::suggested_severity));
    let ticket = Ticket {
        id: context.id(),
        organization_id: organization.id,
        number,
        system_id: input.system_id,
        component: None,
        component_version: None,
        title: input.title.trim().to_owned(),
        description: input.description.trim().to_owned(),
        affected: input.affected.trim().to_owned(),
        impact: input.impact.map(Json),
        kind: None,
        suggested_severity: suggested,
        severity: None,
        scope: None,
        billable: true,
        not_billable_reason: None,
        status: Status::Submitted,
        resume_status: None,
        status_since: context.now,
        assignee_id: None,
        reporter_id,
        channel: input.channel.unwrap_or(by_side),
        tags: Json(Vec::new()),
        agreed_on: None,
        queue_level: level,
        cycle: 1,
        next_deadline_at: None,
        sla: Json(unplayed(level, suggested, context)),
        created_at: context.now,
        updated_at: context.now,
        version: 0,
    };
    let work = Work::new(ticket.id, organization);
    Ok((ticket, work))
}

/// The place in the queue that the organization's lots give today. Lots that have ended count as expired, whether or
/// not that was recorded yet.
///
/// # Errors
/// The database.
pub fn present_queue_level(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
) -> Result<QueueLevel, Failure> {
    let lots = lots::live(conn, organization.id, &[])?;
    let usable = lots.iter().filter(|lot| lot.position.ends_at > context.now);
    Ok(queue_level(usable.map(|lot| {
        (lot.lot.queue, lot.position.status, lot.position.posted_minutes)
    })))
}

/// What is stored until the clocks are replayed, in the same transaction.
fn unplayed(queue_level: QueueLevel, suggested: Option<Severity>, context: &Context) -> StoredSla {
    StoredSla {
        queue: QueueEntry {
            waits_for_work: true,
            severity: suggested.unwrap_or(Severity::P2),
            queue_level,
            created_at: context.now,
            next_deadline_at: None,
            late_from: None,
            runs_from: Some(context.now),
        },
        open: Vec::new(),
        missed: false,
    }
}
