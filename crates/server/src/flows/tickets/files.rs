//! Binding uploaded files to a ticket or a comment.

use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::{AttachmentId, CommentId},
    policy::Action,
    problem::FieldProblem,
    ticket::{ATTACHMENTS_MAX, Visibility},
};
use daypack_store::{Conn, attachments};

use super::Case;
use crate::{context::Context, error::Failure};

/// Binds files that the actor uploaded and has not bound yet to the ticket in hand, and tells of each.
///
/// # Errors
/// `invalid` for files that are not there for the actor, given twice, or too many for one ticket.
pub fn bind(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    ids: &[AttachmentId],
    comment: Option<(CommentId, Visibility)>,
) -> Result<(), Failure> {
    if ids.is_empty() {
        return Ok(());
    }
    case.allow(context, Action::AttachFiles)?;
    let uploader = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("files are attached by people"))?;
    let there = attachments::of_ticket(conn, case.ticket.id)?.len();
    if there + ids.len() > ATTACHMENTS_MAX {
        let detail = format!("A ticket has at most {ATTACHMENTS_MAX} files; this one has {there}.");
        return Err(Refusal::field("/attachment_ids", "too_many", detail).into());
    }
    let visibility = comment.map_or(Visibility::Public, |(_, visibility)| visibility);
    let place = (
        case.organization.id,
        case.ticket.id,
        comment.map(|(comment_id, _)| comment_id),
    );
    let mut problems = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        // A file given twice is bound already the second time.
        if attachments::bind(conn, *id, uploader, place)? {
            let file_name = attachments::find(conn, *id)?
                .map(|file| file.file_name)
                .unwrap_or_default();
            case.tell(
                context,
                EventKind::AttachmentAdded {
                    attachment_id: *id,
                    file_name,
                    visibility,
                },
            );
        } else {
            let detail = "You have no uploaded file with this id that is not attached yet.";
            problems.push(FieldProblem::new(
                format!("/attachment_ids/{index}"),
                "not_found",
                detail,
            ));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(problems).into())
    }
}
