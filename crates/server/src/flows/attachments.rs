//! Uploaded files: who sees which, and what becomes of those that nobody bound. Binding is in
//! [`super::tickets::files`].

use chrono::TimeDelta;
use daypack_domain::{
    Refusal,
    ids::AttachmentId,
    policy::{Action, Actor, may},
    ticket::Visibility,
};
use daypack_store::{
    Conn,
    attachments::{self, Attachment},
    comments,
};

use crate::{context::Context, error::Failure, files::Kept};

/// How long a file stays that is bound to nothing.
pub const UNBOUND_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// Longest name of a file, in characters.
const NAME_MAX_CHARACTERS: usize = 200;

/// Says no to those who may attach files nowhere.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn allow_upload(context: &Context) -> Result<(), Refusal> {
    let somewhere = match &context.actor {
        Actor::Person(person) if person.staff_role.is_some() => true,
        Actor::Person(person) => person
            .memberships
            .iter()
            .any(|place| may(&context.actor, Action::AttachFiles, place.organization_id.into()).is_ok()),
        Actor::System => true,
        Actor::Anonymous => false,
    };
    if somewhere {
        Ok(())
    } else {
        Err(Refusal::forbidden("attaching files needs the role member or higher"))
    }
}

/// Notes a file whose bytes are kept.
///
/// # Errors
/// Those of [`allow_upload`].
pub fn add(conn: &mut Conn, context: &Context, file_name: &str, kept: &Kept) -> Result<Attachment, Failure> {
    allow_upload(context)?;
    let uploader_id = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("files are uploaded by people"))?;
    let attachment = Attachment {
        id: context.id(),
        organization_id: None,
        ticket_id: None,
        comment_id: None,
        uploader_id,
        sha256: kept.sha256.clone(),
        size_bytes: kept.size_bytes,
        media_type: kept.media_type.to_owned(),
        file_name: clean_name(file_name),
        created_at: context.now,
    };
    attachments::insert(conn, &attachment)?;
    Ok(attachment)
}

/// A name without path, control characters and length beyond reason.
fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|c| !c.is_control())
        .take(NAME_MAX_CHARACTERS)
        .collect();
    let clean = clean.trim().trim_matches('.').trim();
    if clean.is_empty() {
        "file".to_owned()
    } else {
        clean.to_owned()
    }
}

/// A file, for somebody who may read it: until it is bound its uploader alone, then whoever reads the ticket, and on
/// an internal note the staff.
///
/// # Errors
/// [`Refusal::NotFound`] for everybody else.
pub fn find(conn: &mut Conn, context: &Context, id: AttachmentId) -> Result<Attachment, Failure> {
    let attachment = attachments::find(conn, id)?.ok_or(Refusal::NotFound)?;
    let Some(organization_id) = attachment.organization_id else {
        let mine = context.actor.user_id() == Some(attachment.uploader_id);
        return if mine {
            Ok(attachment)
        } else {
            Err(Refusal::NotFound.into())
        };
    };
    may(&context.actor, Action::ReadTickets, organization_id.into())?;
    if let Some(comment_id) = attachment.comment_id {
        let comment = comments::find(conn, comment_id)?.ok_or(Refusal::NotFound)?;
        if comment.visibility == Visibility::Internal && !context.actor.reads_internal() {
            return Err(Refusal::NotFound.into());
        }
    }
    Ok(attachment)
}

/// Forgets the files that were bound to nothing in time. Gives the hashes that no file has any more, whose bytes can
/// go once this is committed.
///
/// # Errors
/// The database.
pub fn remove_unbound(conn: &mut Conn, context: &Context) -> Result<Vec<String>, Failure> {
    let mut unused = Vec::new();
    for attachment in attachments::unbound_before(conn, context.now - UNBOUND_LIFETIME)? {
        let gone = attachments::delete_unbound(conn, attachment.id)?;
        if gone && !attachments::content_is_used(conn, &attachment.sha256)? {
            unused.push(attachment.sha256);
        }
    }
    Ok(unused)
}

#[cfg(test)]
mod tests {
    use super::clean_name;

    #[test]
    fn a_name_has_no_path() {
        for (given, kept) in [
            ("a.png", "a.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\x\\y.log", "y.log"),
            ("..", "file"),
            ("", "file"),
            ("a\r\nb.txt", "ab.txt"),
        ] {
            assert_eq!(clean_name(given), kept);
        }
    }
}
