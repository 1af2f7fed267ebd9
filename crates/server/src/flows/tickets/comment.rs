//! The conversation on a ticket. A public reply of the client answers a question (section 4, `needs_info`).

use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::AttachmentId,
    policy::Action,
    ticket::{Status, Visibility},
    workflow::{self, Move, Mover, Via},
};
use daypack_store::{
    After, Conn, Page,
    comments::{self, Comment},
    tickets::Ticket,
};

use super::{
    Case, TicketKey,
    decision::{self, Particulars},
    facts, files,
};
use crate::{context::Context, error::Failure};

/// What somebody writes.
#[derive(Debug, Clone)]
pub struct NewComment {
    /// In Markdown.
    pub body: String,
    /// Internal ones never reach the client.
    pub visibility: Visibility,
    /// Files that the author uploaded before.
    pub attachment_ids: Vec<AttachmentId>,
}

/// Writes on a ticket, and lets it return to where it came from when this answers a question.
///
/// # Errors
/// Those of [`may`](daypack_domain::policy::may); `invalid`.
pub fn add(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    input: &NewComment,
) -> Result<(Case, Comment), Failure> {
    let mut case = Case::take(conn, context, key, needed(input.visibility), None)?;
    let author_id = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("comments are written by people"))?;
    let body = input.body.trim();
    if body.is_empty() {
        return Err(Refusal::field("/body", "too_short", "Write something.").into());
    }
    let comment = Comment {
        id: context.id(),
        organization_id: case.organization.id,
        ticket_id: case.ticket.id,
        author_id,
        visibility: input.visibility,
        body: body.to_owned(),
        created_at: context.now,
    };
    comments::insert(conn, &comment)?;
    let told = EventKind::TicketCommented {
        comment_id: comment.id,
        visibility: input.visibility,
        automatic: false,
    };
    case.tell(context, told);
    files::bind(
        conn,
        context,
        &mut case,
        &input.attachment_ids,
        Some((comment.id, input.visibility)),
    )?;
    if input.visibility == Visibility::Internal {
        // Nothing of the ticket that its client reads tells of the note: neither its version nor its last change.
        case.append(conn)?;
        return Ok((case, comment));
    }
    answer(conn, context, &mut case)?;
    Ok((case.save(conn, context)?, comment))
}

fn needed(visibility: Visibility) -> Action {
    match visibility {
        Visibility::Public => Action::Comment,
        Visibility::Internal => Action::WriteInternalNotes,
    }
}

fn answer(conn: &mut Conn, context: &Context, case: &mut Case) -> Result<(), Failure> {
    let mover = case.mover(context)?;
    if case.ticket.status != Status::NeedsInfo || !mover.is(Mover::Client) {
        return Ok(());
    }
    let facts = facts::of(conn, context, case)?;
    if let Some(decision) = workflow::follow(&facts, &Move::new(Via::Reply), mover, context.now)? {
        decision::apply(conn, context, case, &decision, &Particulars::default())?;
    }
    Ok(())
}

/// A page of a ticket's comments, oldest first; clients do not see internal ones.
///
/// # Errors
/// Those of [`super::find`].
pub fn page(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    after: Option<After<daypack_domain::ids::CommentId>>,
    limit: i64,
) -> Result<(Ticket, Page<Comment>), Failure> {
    let ticket = super::find(conn, context, key, Action::ReadTickets)?;
    let page = comments::page(conn, ticket.id, context.actor.reads_internal(), after, limit)?;
    Ok((ticket, page))
}
