//! The workflow of tickets (section 4): one table ([`transitions`]) from which the API's description, the page's
//! buttons and the tests derive, and [`decide`], which asks it.
//!
//! A status that a ticket returns from ("where it came from") is remembered in [`Facts::resume_status`].

mod decide;
mod guard;
mod offering;
mod table;
mod triage;

pub use decide::{Decision, Move, Offered, available, decide, due, follow};
pub use guard::{Facts, Guard, TimeLimits, WindowState};
pub use offering::{check_offerable, resume_after_yes};
pub use table::{Effect, Mover, Transition, Via, transitions};
pub use triage::{Triage, check_scope, triage_destination};

use crate::ids::OrganizationId;
use crate::policy::{Actor, ClientRole};
use crate::words::words;

words! {
    /// Why a ticket ended without being delivered.
    DeclineReason {
        /// The staff refused it.
        Refused = "refused",
        /// The client took it back.
        Withdrawn = "withdrawn",
        /// The same as another ticket.
        Duplicate = "duplicate",
        /// A question stayed without an answer.
        Unanswered = "unanswered",
        /// An estimate stayed without an answer.
        Lapsed = "lapsed",
        /// The client refused the quote.
        QuoteRejected = "quote_rejected",
    }
}

/// As whom an actor moves tickets of this organization; `None` when not at all.
#[must_use]
pub fn mover(actor: &Actor, organization_id: OrganizationId) -> Option<Mover> {
    if matches!(actor, Actor::System) {
        return Some(Mover::System);
    }
    if actor.is_staff() {
        return Some(Mover::Staff);
    }
    match actor.membership(organization_id)?.role {
        ClientRole::Viewer => None,
        ClientRole::Member => Some(Mover::Client),
        ClientRole::Approver | ClientRole::Owner => Some(Mover::Approver),
    }
}
