//! Tickets (section 4): opening, triage, conversation, and what every move along the workflow entails.
//!
//! Each write takes its ticket into hand as a [`Case`], decides, tells what happened, and ends with [`Case::save`].

pub mod case;
pub mod clocks;
pub mod comment;
pub mod decision;
pub mod edit;
pub mod facts;
pub mod files;
pub mod list;
pub mod open;
pub mod time;
pub mod triage;

use std::str::FromStr;

use daypack_domain::{
    Refusal,
    ids::TicketId,
    policy::{Action, may},
    ticket::Reference,
};
use daypack_store::{
    Conn, organizations,
    tickets::{self, Ticket},
};

pub use case::Case;

use crate::{context::Context, error::Failure};

/// How a ticket is named in an address: by its id or by its reference, in whatever case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketKey {
    /// By its id.
    Id(TicketId),
    /// Such as `ACME-42`.
    Reference(Reference),
}

impl FromStr for TicketKey {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        Reference::parse(&text.to_ascii_uppercase())
            .map(Self::Reference)
            .ok_or(Refusal::NotFound)
    }
}

impl From<TicketId> for TicketKey {
    fn from(id: TicketId) -> Self {
        Self::Id(id)
    }
}

/// The ticket of this name, for somebody who may do `action` for its organization.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or none that the actor knows of; [`Refusal::Forbidden`].
pub fn find(conn: &mut Conn, context: &Context, key: &TicketKey, action: Action) -> Result<Ticket, Failure> {
    let found = match key {
        TicketKey::Id(id) => tickets::find(conn, *id)?,
        TicketKey::Reference(reference) => match organizations::find_by_prefix(conn, reference.prefix.as_str())? {
            Some(organization) => tickets::find_by_number(conn, organization.id, reference.number)?,
            None => None,
        },
    };
    let ticket = found.ok_or(Refusal::NotFound)?;
    may(&context.actor, action, ticket.organization_id.into())?;
    Ok(ticket)
}
