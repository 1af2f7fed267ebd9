//! How tickets belong to each other (section 4).

use std::collections::BTreeMap;

use daypack_domain::{Instant, Refusal, event::EventKind, ids::TicketId, policy::Action, ticket::LinkKind};
use daypack_store::{
    Conn, links,
    links::Link,
    tickets::{self, Ticket},
    warranties,
};

use super::{Case, TicketKey, find};
use crate::{context::Context, error::Failure};

/// Links a ticket to another one of the same organization.
///
/// # Errors
/// Those of [`Case::take`]; [`Refusal::NotFound`] for another ticket that does not exist or is of another
/// organization; `invalid` for the ticket itself; `already_linked`.
pub fn add(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    other: &TicketKey,
    kind: LinkKind,
) -> Result<Case, Failure> {
    let mut case = Case::take(conn, context, key, Action::LinkTickets, expected)?;
    let other = find(conn, context, other, Action::ReadTickets)?;
    if other.organization_id != case.organization.id {
        return Err(Refusal::NotFound.into());
    }
    if other.id == case.ticket.id {
        let detail = "A ticket does not belong to itself.";
        return Err(Refusal::field("/other_id", "same_ticket", detail).into());
    }
    if between(conn, &case, other.id, kind)?.is_some() {
        return Err(Refusal::conflict("already_linked", "These tickets are linked in this way already.").into());
    }
    let link = Link {
        organization_id: case.organization.id,
        ticket_id: case.ticket.id,
        other_id: other.id,
        kind,
        created_by: context.actor.user_id(),
        created_at: context.now,
    };
    links::insert(conn, &link)?;
    let other_reference = format!("{}-{}", case.organization.prefix, other.number);
    case.tell(
        context,
        EventKind::TicketLinked {
            kind,
            other_id: other.id,
            other_reference,
        },
    );
    case.save(conn, context)
}

/// Takes a link of a ticket back, from either of its ends.
///
/// # Errors
/// Those of [`Case::take`]; [`Refusal::NotFound`] when there is no such link; `warranty_decided` when a decision about
/// warranty rests on it.
pub fn remove(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    kind: LinkKind,
    other: &TicketKey,
) -> Result<Case, Failure> {
    let mut case = Case::take(conn, context, key, Action::LinkTickets, expected)?;
    let other = find(conn, context, other, Action::ReadTickets)?;
    let link = between(conn, &case, other.id, kind)?.ok_or(Refusal::NotFound)?;
    let decided = warranties::find(conn, link.ticket_id)?;
    if kind == LinkKind::RecurrenceOf && decided.is_some_and(|decided| decided.original_id == link.other_id) {
        let detail = "Whether this is under warranty was decided by this link: it stays.";
        return Err(Refusal::conflict("warranty_decided", detail).into());
    }
    links::delete(conn, &link)?;
    let other_reference = format!("{}-{}", case.organization.prefix, other.number);
    case.tell(
        context,
        EventKind::TicketUnlinked {
            kind,
            other_id: other.id,
            other_reference,
        },
    );
    case.save(conn, context)
}

/// The link of this kind between a ticket and another one, whichever has it.
fn between(conn: &mut Conn, case: &Case, other: TicketId, kind: LinkKind) -> Result<Option<Link>, Failure> {
    let known = links::of_ticket(conn, case.ticket.id)?;
    let same = |link: &Link| link.kind == kind && [link.ticket_id, link.other_id].contains(&other);
    // Of the ticket itself there is none.
    Ok(known.into_iter().find(same).filter(|_| other != case.ticket.id))
}

/// A link with the ticket at its other end.
#[derive(Debug, Clone)]
pub struct Linked {
    /// The link.
    pub link: Link,
    /// The ticket at the other end.
    pub other: Ticket,
    /// When that was closed.
    pub closed_at: Option<Instant>,
}

/// The links of a ticket, in both directions, oldest first.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, ticket: TicketId) -> Result<Vec<Linked>, Failure> {
    let found = links::of_ticket(conn, ticket)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let far = |link: &Link| {
        if link.ticket_id == ticket {
            link.other_id
        } else {
            link.ticket_id
        }
    };
    let ids: Vec<TicketId> = found.iter().map(far).collect();
    let others: BTreeMap<TicketId, Ticket> = tickets::find_many(conn, &ids)?
        .into_iter()
        .map(|ticket| (ticket.id, ticket))
        .collect();
    let closed: BTreeMap<TicketId, Instant> = links::closed_at(conn, &ids)?.into_iter().collect();
    let linked = |link: Link| {
        let other = others.get(&far(&link)).cloned()?;
        Some(Linked {
            closed_at: closed.get(&other.id).copied(),
            other,
            link,
        })
    };
    Ok(found.into_iter().filter_map(linked).collect())
}
