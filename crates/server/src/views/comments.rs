//! Comments and files.

use std::collections::BTreeMap;

use daypack_api_types::{attachment::Attachment, ticket::Comment};
use daypack_domain::ids::CommentId;
use daypack_store::{
    Conn,
    attachments::{self, Attachment as AttachmentRow},
    comments::Comment as CommentRow,
};

use super::{People, markdown};
use crate::error::Failure;

/// A file, as the API shows it.
#[must_use]
pub fn attachment(row: AttachmentRow) -> Attachment {
    Attachment {
        id: row.id,
        file_name: row.file_name,
        media_type: row.media_type,
        size_bytes: row.size_bytes,
    }
}

/// Comments with their authors and files, in the order given.
///
/// # Errors
/// The database.
pub fn comments(conn: &mut Conn, rows: Vec<CommentRow>) -> Result<Vec<Comment>, Failure> {
    let people = People::load(conn, rows.iter().map(|row| row.author_id))?;
    with_files(conn, rows, &people)
}

/// As [`comments`], when their authors are known.
///
/// # Errors
/// The database.
pub fn with_files(conn: &mut Conn, rows: Vec<CommentRow>, people: &People) -> Result<Vec<Comment>, Failure> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<CommentId> = rows.iter().map(|row| row.id).collect();
    let mut files: BTreeMap<CommentId, Vec<Attachment>> = BTreeMap::new();
    for row in attachments::of_comments(conn, &ids)? {
        if let Some(comment_id) = row.comment_id {
            files.entry(comment_id).or_default().push(attachment(row));
        }
    }
    let comment = |row: CommentRow| Comment {
        id: row.id,
        author: people.person(row.author_id),
        body_html: markdown::html(&row.body),
        body: row.body,
        visibility: row.visibility,
        attachments: files.remove(&row.id).unwrap_or_default(),
        created_at: row.created_at,
    };
    Ok(rows.into_iter().map(comment).collect())
}
