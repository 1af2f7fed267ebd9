//! Events (section 1): append-only, written in the transaction of what they tell.

use crate::expressions::one_of;
use crate::row::row;
use crate::schema::{counters, events};
use crate::types::Col;
use crate::{Conn, Json, Page, Result, StoreError, organizations};
use daypack_domain::Instant;
use daypack_domain::event::{Author, Event, EventKind};
use daypack_domain::ids::{EventId, OrganizationId, TicketId, UserId};
use daypack_domain::ticket::Visibility;
use diesel::prelude::*;

row! {
    /// A row of the table.
    EventRow in events {
        /// Of the event.
        id: EventId,
        /// Which organization it is about.
        organization_id: Option<OrganizationId>,
        /// Its place.
        sequence: i64,
        /// Which ticket it is about.
        ticket_id: Option<TicketId>,
        /// When it took effect.
        at: Instant,
        /// On whose side whoever did it was.
        side: String,
        /// Who did it.
        actor_id: Option<UserId>,
        /// What happened.
        name: String,
        /// Who can read it.
        visibility: Visibility,
        /// What happened, whole.
        payload: Json<EventKind>,
    }
}

/// Something that happened, before it has its place.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// Made by the context.
    pub id: EventId,
    /// The ticket that it is about.
    pub ticket_id: Option<TicketId>,
    /// When it took effect.
    pub at: Instant,
    /// Who did it.
    pub author: Author,
    /// What happened; it knows who can read it.
    pub kind: EventKind,
}

const CLIENT: &str = "client";
const STAFF: &str = "staff";
const SYSTEM: &str = "system";
const ANONYMOUS: &str = "anonymous";

impl EventRow {
    fn into_event(self) -> Result<Event> {
        let author = match (self.side.as_str(), self.actor_id) {
            (CLIENT, Some(user_id)) => Author::Client { user_id },
            (STAFF, Some(user_id)) => Author::Staff { user_id },
            (SYSTEM, None) => Author::System,
            (ANONYMOUS, None) => Author::Anonymous,
            _ => return Err(StoreError::corrupt("author of an event")),
        };
        Ok(Event {
            id: self.id,
            organization_id: self.organization_id,
            ticket_id: self.ticket_id,
            sequence: self.sequence,
            at: self.at,
            author,
            visibility: self.visibility,
            kind: self.payload.0,
        })
    }
}

/// Appends events of an organization, or of the installation, in this order; gives them with their places.
///
/// # Errors
/// The database fails.
pub fn append(conn: &mut Conn, organization: Option<OrganizationId>, new: Vec<NewEvent>) -> Result<Vec<Event>> {
    let count = i64::try_from(new.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(Vec::new());
    }
    let first = match organization {
        Some(organization) => organizations::take_event_sequences(conn, organization, count)?,
        None => take_sequences(conn, count)?,
    };
    let mut appended = Vec::with_capacity(new.len());
    for (sequence, event) in (first..).zip(new) {
        let side = match event.author {
            Author::Client { .. } => CLIENT,
            Author::Staff { .. } => STAFF,
            Author::System => SYSTEM,
            Author::Anonymous => ANONYMOUS,
        };
        let row = EventRow {
            id: event.id,
            organization_id: organization,
            sequence,
            ticket_id: event.ticket_id,
            at: event.at,
            side: side.to_owned(),
            actor_id: event.author.user_id(),
            name: event.kind.name().to_owned(),
            visibility: event.kind.visibility(),
            payload: Json(event.kind),
        };
        row.insert_row(conn)?;
        appended.push(row.into_event()?);
    }
    Ok(appended)
}

fn take_sequences(conn: &mut Conn, count: i64) -> Result<i64> {
    let last: i64 = diesel::update(counters::table.find("events"))
        .set(counters::value.eq(counters::value + count))
        .returning(counters::value)
        .get_result(conn)?;
    Ok(last - count + 1)
}

/// All events of a ticket in their order: what its SLA clocks are replayed from.
///
/// # Errors
/// The database fails.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Vec<Event>> {
    of_tickets(conn, &[ticket])
}

/// All events of these tickets, each ticket's in their order.
///
/// # Errors
/// The database fails.
pub fn of_tickets(conn: &mut Conn, tickets: &[TicketId]) -> Result<Vec<Event>> {
    let query = events::table
        .filter(one_of(events::ticket_id, tickets.iter().copied()))
        .order((events::ticket_id, events::sequence.asc()));
    let rows: Vec<EventRow> = query.select(EventRow::as_select()).load(conn)?;
    rows.into_iter().map(EventRow::into_event).collect()
}

/// A ticket's timeline, newest first, before the sequence seen last; without internal events unless they are asked
/// for.
///
/// # Errors
/// The database fails.
pub fn timeline(
    conn: &mut Conn,
    ticket: TicketId,
    internal: bool,
    before: Option<i64>,
    limit: i64,
) -> Result<Page<Event>> {
    let mut query = events::table
        .filter(events::ticket_id.eq(Col(ticket)))
        .select(EventRow::as_select())
        .into_boxed();
    if !internal {
        query = query.filter(events::visibility.eq(Col(Visibility::Public)));
    }
    if let Some(before) = before {
        query = query.filter(events::sequence.lt(before));
    }
    let rows: Vec<EventRow> = query.order(events::sequence.desc()).limit(limit + 1).load(conn)?;
    let page = Page::cut(rows, limit);
    let items = page
        .items
        .into_iter()
        .map(EventRow::into_event)
        .collect::<Result<_>>()?;
    Ok(Page { items, more: page.more })
}

/// Events after this sequence, in their order: of an organization, or of the installation when none is given. For what
/// follows them.
///
/// # Errors
/// The database fails.
pub fn after(
    conn: &mut Conn,
    organization: impl Into<Option<OrganizationId>>,
    sequence: i64,
    limit: i64,
) -> Result<Vec<Event>> {
    let query = events::table
        .filter(events::sequence.gt(sequence))
        .order(events::sequence.asc())
        .limit(limit)
        .select(EventRow::as_select())
        .into_boxed();
    let query = match organization.into() {
        Some(organization) => query.filter(events::organization_id.eq(Col(organization))),
        None => query.filter(events::organization_id.is_null()),
    };
    let rows: Vec<EventRow> = query.load(conn)?;
    rows.into_iter().map(EventRow::into_event).collect()
}
