//! Changing what a ticket says of itself, and who has it.

use chrono::NaiveDate;
use daypack_domain::{Refusal, event::EventKind, ids::UserId, policy::Action, problem::FieldProblem, ticket::Status};
use daypack_store::{Conn, Json, users};

use super::{Case, TicketKey, open::texts_problems};
use crate::{context::Context, error::Failure};

/// What is to change; what is left out stays.
#[derive(Debug, Clone, Default)]
pub struct EditTicket {
    /// A better title.
    pub title: Option<String>,
    /// A better description.
    pub description: Option<String>,
    /// Words to find it by; staff only.
    pub tags: Option<Vec<String>>,
    /// Who works on it; staff only.
    pub assignee_id: Option<UserId>,
    /// The date agreed for it; staff only.
    pub agreed_on: Option<NaiveDate>,
}

/// Changes a ticket that the caller has seen in this version.
///
/// # Errors
/// Those of [`may`](daypack_domain::policy::may) for each field; `stale_version`; `ticket_closed`; `invalid`.
pub fn edit(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    input: &EditTicket,
) -> Result<Case, Failure> {
    let mut case = Case::take(conn, context, key, Action::EditTicket, expected)?;
    if case.ticket.status == Status::Closed {
        return Err(Refusal::conflict("ticket_closed", "The record of a closed ticket does not change.").into());
    }
    let problems = texts_problems(input.title.as_deref(), input.description.as_deref());
    if !problems.is_empty() {
        return Err(Refusal::Invalid(problems).into());
    }
    let mut fields = Vec::new();
    let mut change = |name: &str, changed: bool| {
        if changed {
            fields.push(name.to_owned());
        }
        changed
    };
    if let Some(title) = input.title.as_deref().map(str::trim)
        && change("title", title != case.ticket.title)
    {
        case.ticket.title = title.to_owned();
    }
    if let Some(description) = input.description.as_deref().map(str::trim)
        && change("description", description != case.ticket.description)
    {
        case.ticket.description = description.to_owned();
    }
    if let Some(tags) = &input.tags {
        case.allow(context, Action::MoveTicket)?;
        let tags = checked_tags(tags)?;
        if change("tags", tags != case.ticket.tags.0) {
            case.ticket.tags = Json(tags);
        }
    }
    if let Some(agreed_on) = input.agreed_on {
        case.allow(context, Action::MoveTicket)?;
        if change("agreed_on", case.ticket.agreed_on != Some(agreed_on)) {
            case.ticket.agreed_on = Some(agreed_on);
        }
    }
    if !fields.is_empty() {
        case.tell(context, EventKind::TicketEdited { fields });
    }
    if let Some(assignee_id) = input.assignee_id {
        assign(conn, context, &mut case, assignee_id)?;
    }
    case.save(conn, context)
}

fn checked_tags(tags: &[String]) -> Result<Vec<String>, Refusal> {
    let mut kept: Vec<String> = Vec::new();
    for (index, tag) in tags.iter().enumerate() {
        let tag = tag.trim().to_lowercase();
        if tag.is_empty() {
            let problem = FieldProblem::new(format!("/tags/{index}"), "too_short", "A tag has at least one letter.");
            return Err(Refusal::Invalid(vec![problem]));
        }
        if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    Ok(kept)
}

/// Gives the ticket in hand to somebody on the staff. Taking it, or giving away what is one's own or nobody's, is for
/// agents; the work of others is a lead's to give.
///
/// # Errors
/// Those of [`may`](daypack_domain::policy::may); `invalid` when it is nobody on the staff.
pub fn assign(conn: &mut Conn, context: &Context, case: &mut Case, assignee_id: UserId) -> Result<(), Failure> {
    case.allow(context, Action::AssignTicket)?;
    let previous = case.ticket.assignee_id;
    if previous == Some(assignee_id) {
        return Ok(());
    }
    if previous.is_some() && previous != context.actor.user_id() {
        case.allow(context, Action::ReassignWork)?;
    }
    let person = users::find(conn, assignee_id)?;
    if !person.is_some_and(|person| person.staff_role.is_some() && person.disabled_at.is_none()) {
        let detail = "Tickets are worked on by people on the staff.";
        return Err(Refusal::field("/assignee_id", "not_found", detail).into());
    }
    case.ticket.assignee_id = Some(assignee_id);
    let kind = EventKind::TicketAssigned {
        assignee_id: Some(assignee_id),
        previous_assignee_id: previous,
    };
    case.tell(context, kind);
    Ok(())
}
