//! Events (section 1): everything that happened, append-only. Timeline, SLA replay, audit, notifications and
//! webhooks all read them; every change of state writes its events in the same transaction.

mod kind;

pub use kind::EventKind;

use crate::Instant;
use crate::ids::{EventId, OrganizationId, TicketId, UserId};
use crate::policy::Actor;
use crate::ticket::Visibility;
use serde::{Deserialize, Serialize};

/// Who did it, as kept for good: the side is the one at that time, whatever the person's role is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "side", rename_all = "snake_case")]
pub enum Author {
    /// Somebody of a client organization.
    Client {
        /// The person.
        user_id: UserId,
    },
    /// Somebody on the staff.
    Staff {
        /// The person.
        user_id: UserId,
    },
    /// Daypack itself.
    System,
    /// Nobody who signed in.
    Anonymous,
}

impl Author {
    /// The person, when it is one.
    #[must_use]
    pub fn user_id(self) -> Option<UserId> {
        match self {
            Self::Client { user_id } | Self::Staff { user_id } => Some(user_id),
            Self::System | Self::Anonymous => None,
        }
    }

    /// Whether it was a person on the staff: only that counts as a first response (section 7).
    #[must_use]
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Staff { .. })
    }

    /// Whether it was a person of the client.
    #[must_use]
    pub fn is_client(self) -> bool {
        matches!(self, Self::Client { .. })
    }
}

impl From<&Actor> for Author {
    fn from(actor: &Actor) -> Self {
        match actor {
            Actor::Person(person) if person.staff_role.is_some() => Self::Staff {
                user_id: person.user_id,
            },
            Actor::Person(person) => Self::Client {
                user_id: person.user_id,
            },
            Actor::System => Self::System,
            Actor::Anonymous => Self::Anonymous,
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Stable over retries of whatever is sent because of it.
    pub id: EventId,
    /// The client organization that it is about; none for plans, terms and staff.
    pub organization_id: Option<OrganizationId>,
    /// The ticket that it is about, if one.
    pub ticket_id: Option<TicketId>,
    /// Position among the organization's events, without gaps.
    pub sequence: i64,
    /// When it took effect.
    pub at: Instant,
    /// Who did it.
    pub author: Author,
    /// Who can read it.
    pub visibility: Visibility,
    /// What happened.
    pub kind: EventKind,
}

impl Event {
    /// The stable name, also of the webhook: `ticket.created`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// Whether this actor may read the event: staff everything, members of the organization what is public.
    #[must_use]
    pub fn is_readable_by(&self, actor: &Actor) -> bool {
        match self.organization_id {
            _ if actor.reads_internal() => true,
            Some(organization_id) => actor.sees(organization_id) && self.visibility == Visibility::Public,
            None => false,
        }
    }
}
