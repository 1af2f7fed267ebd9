//! What happened, appended in the transaction of what it tells (section 1).

use daypack_domain::{
    Instant,
    event::{Author, Event, EventKind},
    ids::{OrganizationId, TicketId},
};
use daypack_store::{
    Conn,
    events::{self, NewEvent},
};

use crate::{context::Context, error::Failure};

/// Something that the actor did just now.
#[must_use]
pub fn done(context: &Context, ticket_id: Option<TicketId>, kind: EventKind) -> NewEvent {
    NewEvent {
        id: context.id(),
        ticket_id,
        at: context.now,
        author: Author::from(&context.actor),
        kind,
    }
}

/// Something that followed from the calendar, at the instant at which it was due.
#[must_use]
pub fn fell_due(context: &Context, ticket_id: Option<TicketId>, at: Instant, kind: EventKind) -> NewEvent {
    NewEvent {
        id: context.id(),
        ticket_id,
        at,
        author: Author::System,
        kind,
    }
}

/// Appends what the actor did to an organization, or to the installation, in this order.
///
/// # Errors
/// The database.
pub fn record(
    conn: &mut Conn,
    context: &Context,
    organization_id: Option<OrganizationId>,
    kinds: impl IntoIterator<Item = EventKind>,
) -> Result<Vec<Event>, Failure> {
    let new = kinds.into_iter().map(|kind| done(context, None, kind)).collect();
    Ok(events::append(conn, organization_id, new)?)
}
