//! Files: what people uploaded, and where it was bound. The bytes lie in the data folder under their hash.

use crate::expressions::one_of;
use crate::row::row;
use crate::schema::attachments;
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{AttachmentId, CommentId, OrganizationId, TicketId, UserId};
use diesel::prelude::*;

row! {
    /// An uploaded file. Only the uploader sees it until it is bound.
    Attachment in attachments {
        /// Made by the context.
        id: AttachmentId,
        /// Whose it is, once bound.
        organization_id: Option<OrganizationId>,
        /// The ticket that it is bound to.
        ticket_id: Option<TicketId>,
        /// The comment that it came with; none for files of the first message.
        comment_id: Option<CommentId>,
        /// Who uploaded it.
        uploader_id: UserId,
        /// Of its bytes, in hexadecimal.
        sha256: String,
        /// Its size.
        size_bytes: i64,
        /// What its bytes are.
        media_type: String,
        /// Its name, without a path.
        file_name: String,
        /// When it was uploaded.
        created_at: Instant,
    }
}

/// Adds a file that is not bound yet.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, attachment: &Attachment) -> Result<()> {
    attachment.insert_row(conn)
}

/// The file with this id, whoever's it is.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: AttachmentId) -> Result<Option<Attachment>> {
    Ok(attachments::table
        .find(Col(id))
        .select(Attachment::as_select())
        .first(conn)
        .optional()?)
}

/// All files of a ticket, also those of its comments, oldest first.
///
/// # Errors
/// The database fails.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Vec<Attachment>> {
    let query = attachments::table.filter(attachments::ticket_id.eq(Col(ticket)));
    Ok(query
        .order((attachments::created_at, attachments::id))
        .select(Attachment::as_select())
        .load(conn)?)
}

/// The files of these comments, oldest first.
///
/// # Errors
/// The database fails.
pub fn of_comments(conn: &mut Conn, comments: &[CommentId]) -> Result<Vec<Attachment>> {
    let wanted = one_of(attachments::comment_id, comments.iter().copied());
    let query = attachments::table
        .filter(wanted)
        .order((attachments::created_at, attachments::id));
    Ok(query.select(Attachment::as_select()).load(conn)?)
}

/// Binds a file of this uploader that is not bound yet; `false` when there is none.
///
/// # Errors
/// The database fails.
pub fn bind(
    conn: &mut Conn,
    id: AttachmentId,
    uploader: UserId,
    (organization, ticket, comment): (OrganizationId, TicketId, Option<CommentId>),
) -> Result<bool> {
    let unbound = attachments::table
        .filter(attachments::id.eq(Col(id)))
        .filter(attachments::uploader_id.eq(Col(uploader)))
        .filter(attachments::ticket_id.is_null());
    let bound = diesel::update(unbound)
        .set((
            attachments::organization_id.eq(Col(Some(organization))),
            attachments::ticket_id.eq(Col(Some(ticket))),
            attachments::comment_id.eq(Col(comment)),
        ))
        .execute(conn)?;
    Ok(bound == 1)
}

/// Files uploaded before this instant and never bound.
///
/// # Errors
/// The database fails.
pub fn unbound_before(conn: &mut Conn, instant: Instant) -> Result<Vec<Attachment>> {
    let query = attachments::table
        .filter(attachments::ticket_id.is_null())
        .filter(attachments::created_at.lt(Col(instant)));
    Ok(query.select(Attachment::as_select()).load(conn)?)
}

/// Removes a file that was never bound; `false` when it was bound meanwhile.
///
/// # Errors
/// The database fails.
pub fn delete_unbound(conn: &mut Conn, id: AttachmentId) -> Result<bool> {
    let unbound = attachments::table
        .filter(attachments::id.eq(Col(id)))
        .filter(attachments::ticket_id.is_null());
    Ok(diesel::delete(unbound).execute(conn)? == 1)
}

/// Whether any file has these bytes.
///
/// # Errors
/// The database fails.
pub fn content_is_used(conn: &mut Conn, sha256: &str) -> Result<bool> {
    let query = attachments::table
        .filter(attachments::sha256.eq(sha256))
        .select(attachments::id);
    Ok(query.first::<AttachmentId>(conn).optional()?.is_some())
}
