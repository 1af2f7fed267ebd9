//! Events, as the timeline shows them.

use std::collections::BTreeMap;

use daypack_api_types::{ticket::Comment, timeline::Event};
use daypack_domain::{
    event::{Event as Happened, EventKind},
    ids::CommentId,
};
use daypack_store::{Conn, comments};

use super::{People, comments as views};
use crate::error::Failure;

/// Events with who did them, and the comments that they are about, in the order given. Whoever asks has filtered what
/// may not be read.
///
/// # Errors
/// The database.
pub fn events(conn: &mut Conn, happened: Vec<Happened>) -> Result<Vec<Event>, Failure> {
    let ids: Vec<CommentId> = happened.iter().filter_map(comment_of).collect();
    let rows = if ids.is_empty() {
        Vec::new()
    } else {
        comments::find_many(conn, &ids)?
    };
    let who = happened.iter().filter_map(|event| event.author.user_id());
    let people = People::load(conn, who.chain(rows.iter().map(|row| row.author_id)))?;
    let shown = views::with_files(conn, rows, &people)?;
    let mut shown: BTreeMap<CommentId, Comment> = shown.into_iter().map(|comment| (comment.id, comment)).collect();
    let event = |event: Happened| Event {
        id: event.id,
        sequence: event.sequence,
        at: event.at,
        actor: people.optional(event.author.user_id()),
        visibility: event.visibility,
        name: event.name().to_owned(),
        comment: comment_of(&event).and_then(|id| shown.remove(&id)),
        data: event.kind,
    };
    Ok(happened.into_iter().map(event).collect())
}

fn comment_of(event: &Happened) -> Option<CommentId> {
    match event.kind {
        EventKind::TicketCommented { comment_id, .. } => Some(comment_id),
        _ => None,
    }
}
