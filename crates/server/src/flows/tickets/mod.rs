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
pub mod links;
pub mod list;
pub mod open;
pub mod time;
pub mod triage;
pub mod undeducted;
pub mod warranty;

use std::str::FromStr;

use daypack_domain::{
    Refusal,
    ids::TicketId,
    policy::{Action, may},
    ticket::Reference,
};
use daypack_store::{
    Conn,
    cases::{self, Beside, CaseRow, Name},
    tickets::Ticket,
};

pub use case::Case;
use serde::Deserialize;

use crate::{context::Context, error::Failure};

/// How a ticket is named in an address: by its id or by its reference, in whatever case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
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

impl TryFrom<String> for TicketKey {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl TicketKey {
    fn name(&self) -> Name<'_> {
        match self {
            Self::Id(id) => Name::Id(*id),
            Self::Reference(reference) => Name::Reference(reference.prefix.as_str(), reference.number),
        }
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
    Ok(find_whole(conn, context, key, action)?.ticket)
}

/// As [`find`], with what the ticket gathers and whose it is.
///
/// # Errors
/// As [`find`].
pub fn find_whole(conn: &mut Conn, context: &Context, key: &TicketKey, action: Action) -> Result<CaseRow, Failure> {
    let found = cases::find(conn, &key.name())?.ok_or(Refusal::NotFound)?;
    may(&context.actor, action, found.organization.id.into())?;
    Ok(found)
}

/// As [`find_whole`], with what a page about the ticket shows beside it.
///
/// # Errors
/// As [`find`].
pub fn find_with_beside(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    action: Action,
) -> Result<(CaseRow, Beside), Failure> {
    let (found, beside) = cases::find_with_beside(conn, &key.name())?.ok_or(Refusal::NotFound)?;
    may(&context.actor, action, found.organization.id.into())?;
    Ok((found, beside))
}
