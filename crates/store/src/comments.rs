//! Messages and notes on tickets.

use crate::expressions::one_of;
use crate::row::row;
use crate::schema::comments;
use crate::types::Col;
use crate::{After, Conn, Page, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{CommentId, OrganizationId, TicketId, UserId};
use daypack_domain::ticket::Visibility;
use diesel::prelude::*;

row! {
    /// A message, or a note for the staff alone.
    Comment in comments {
        /// Made by the context.
        id: CommentId,
        /// Of the ticket.
        organization_id: OrganizationId,
        /// On which it was written.
        ticket_id: TicketId,
        /// Who wrote it.
        author_id: UserId,
        /// Who can read it.
        visibility: Visibility,
        /// In Markdown.
        body: String,
        /// When.
        created_at: Instant,
    }
}

/// Adds a comment.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, comment: &Comment) -> Result<()> {
    comment.insert_row(conn)
}

/// The comment with this id, on whatever ticket.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: CommentId) -> Result<Option<Comment>> {
    Ok(comments::table
        .find(Col(id))
        .select(Comment::as_select())
        .first(conn)
        .optional()?)
}

/// These comments, in no order.
///
/// # Errors
/// The database fails.
pub fn find_many(conn: &mut Conn, ids: &[CommentId]) -> Result<Vec<Comment>> {
    let query = comments::table.filter(one_of(comments::id, ids.iter().copied()));
    Ok(query.select(Comment::as_select()).load(conn)?)
}

/// A ticket's comments, oldest first; without internal ones unless they are asked for.
///
/// # Errors
/// The database fails.
pub fn page(
    conn: &mut Conn,
    ticket: TicketId,
    internal: bool,
    after: Option<After<CommentId>>,
    limit: i64,
) -> Result<Page<Comment>> {
    let mut query = comments::table
        .filter(comments::ticket_id.eq(Col(ticket)))
        .select(Comment::as_select())
        .into_boxed();
    if !internal {
        query = query.filter(comments::visibility.eq(Col(Visibility::Public)));
    }
    if let Some(after) = after {
        query = query.filter(comments::created_at.ge(Col(after.at))).filter(
            comments::created_at
                .gt(Col(after.at))
                .or(comments::id.gt(Col(after.id))),
        );
    }
    let rows = query
        .order((comments::created_at.asc(), comments::id.asc()))
        .limit(limit + 1)
        .load(conn)?;
    Ok(Page::cut(rows, limit))
}
