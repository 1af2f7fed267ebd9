//! Events (section 1): everything that happened, append-only. Timeline, SLA replay, audit, notifications and
//! webhooks all read them; every change of state writes its events in the same transaction.

mod agreement;
mod catalogue;
mod contract;
mod declare;
mod kind;
mod organization;
mod sla_history;
mod ticket;

pub use kind::EventKind;
pub use sla_history::sla_history;

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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CommentId;
    use crate::sla::{Hand, Happening};
    use crate::ticket::{Channel, Kind, QueueLevel, Scope, Severity, Status};
    use chrono::{TimeDelta, TimeZone, Utc};
    use uuid::Uuid;

    fn start() -> Instant {
        Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap()
    }

    fn staff() -> Author {
        let user_id = UserId(Uuid::from_u128(2));
        Author::Staff { user_id }
    }

    fn client() -> Author {
        let user_id = UserId(Uuid::from_u128(3));
        Author::Client { user_id }
    }

    fn event(minute: i64, author: Author, kind: EventKind) -> Event {
        Event {
            id: EventId(Uuid::from_u128(u128::try_from(minute).unwrap())),
            organization_id: Some(OrganizationId(Uuid::from_u128(1))),
            ticket_id: Some(TicketId(Uuid::from_u128(1))),
            sequence: minute + 1,
            at: start() + TimeDelta::minutes(minute),
            author,
            visibility: kind.visibility(),
            kind,
        }
    }

    fn created() -> EventKind {
        EventKind::TicketCreated {
            reference: "ACME-1".into(),
            title: "The export fails".into(),
            channel: Channel::Portal,
            suggested_severity: Some(Severity::P1),
        }
    }

    fn comment(visibility: Visibility, automatic: bool) -> EventKind {
        let comment_id = CommentId(Uuid::nil());
        EventKind::TicketCommented {
            comment_id,
            visibility,
            automatic,
        }
    }

    fn moved(from: Status, to: Status) -> EventKind {
        EventKind::TicketStatusChanged {
            from,
            to,
            reason: None,
            decline_reason: None,
        }
    }

    #[test]
    fn names_are_unique_and_webhook_like() {
        let mut names = EventKind::NAMES.to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), EventKind::NAMES.len());
        for name in names {
            let (subject, verb) = name.split_once('.').unwrap();
            assert!(
                [subject, verb]
                    .iter()
                    .all(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
            );
        }
    }

    #[test]
    fn an_event_reads_back_and_carries_its_name() {
        let event = event(0, client(), created());
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["kind"]["name"], event.name());
        assert_eq!(json["kind"]["data"]["reference"], "ACME-1");
        assert_eq!(json["author"]["side"], "client");
        assert_eq!(serde_json::from_value::<Event>(json).unwrap(), event);
    }

    #[test]
    fn clocks_are_moved_by_public_words_of_people_on_the_staff() {
        let triaged = EventKind::TicketTriaged {
            severity: Severity::P0,
            previous_severity: Some(Severity::P2),
            kind: Kind::Corrective,
            scope: Scope::In,
            billable: true,
            not_billable_reason: None,
            mitigation_plan: None,
            solution_plan: None,
            reason: None,
            misclassified: true,
        };
        let events = [
            event(0, client(), created()),
            event(1, client(), comment(Visibility::Public, false)),
            event(2, staff(), comment(Visibility::Internal, false)),
            event(3, staff(), comment(Visibility::Public, true)),
            event(4, staff(), comment(Visibility::Public, false)),
            event(5, staff(), triaged),
            event(6, staff(), moved(Status::Submitted, Status::NeedsInfo)),
            event(7, client(), moved(Status::NeedsInfo, Status::Submitted)),
        ];
        let history = sla_history(&events, QueueLevel::Priority, None).unwrap();
        assert_eq!((history.created_at, history.created_by), (start(), Hand::Client));
        assert_eq!(history.suggested_severity, Some(Severity::P1));
        let minute = |dated: &crate::sla::Dated| (dated.at - start()).num_minutes();
        let found: Vec<_> = history
            .happenings
            .iter()
            .map(|dated| (minute(dated), dated.happening))
            .collect();
        let (severity, kind, by) = (Severity::P0, Kind::Corrective, Hand::Staff);
        let expected = [
            (4, Happening::StaffMessage),
            (5, Happening::Triaged { severity, kind, by }),
            (5, Happening::Misclassified),
            (6, Happening::StaffMessage),
            (
                6,
                Happening::StatusChanged {
                    to: Status::NeedsInfo,
                    by,
                },
            ),
            (
                7,
                Happening::StatusChanged {
                    to: Status::Submitted,
                    by: Hand::Client,
                },
            ),
        ];
        assert_eq!(found, expected);
        assert_eq!(sla_history(&events[1..], QueueLevel::Priority, None), None);
    }
}
