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
use crate::ticket::Status;
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

words! {
    /// What a status does to the resolution clock (the table of section 4).
    ResolutionClock {
        /// It runs.
        Runs = "runs",
        /// It waits for the client.
        PausedByClient = "paused_by_client",
        /// A window is agreed and has not started; before the yes it waits for the client, from its start on it runs.
        PausedByWindow = "paused_by_window",
        /// It waits for somebody else, if the contract says so.
        PausedByThirdParty = "paused_by_third_party",
        /// Met or missed for good.
        Stopped = "stopped",
        /// It has none, and this time does not count later.
        None = "none",
        /// Neither met nor missed.
        Cancelled = "cancelled",
    }
}

/// What a status does to the resolution clock. [`Status::AwaitingWindow`] depends on the window on top.
#[must_use]
pub const fn resolution_clock(status: Status) -> ResolutionClock {
    match status {
        Status::Submitted | Status::Estimating | Status::Approved | Status::Diagnosing | Status::Fixing => {
            ResolutionClock::Runs
        }
        Status::NeedsInfo | Status::AwaitingApproval | Status::AwaitingValidation => ResolutionClock::PausedByClient,
        Status::AwaitingWindow => ResolutionClock::PausedByWindow,
        Status::WaitingThirdParty => ResolutionClock::PausedByThirdParty,
        Status::Resolved | Status::Closed => ResolutionClock::Stopped,
        Status::Backlog | Status::Quoted => ResolutionClock::None,
        Status::Declined => ResolutionClock::Cancelled,
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
