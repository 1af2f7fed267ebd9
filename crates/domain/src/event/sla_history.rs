//! From a ticket's events to what the SLA replay reads (section 7).

use super::{Author, Event, EventKind};
use crate::sla::{Dated, Hand, Happening, TicketHistory};
use crate::ticket::{Kind, QueueLevel, Status, Visibility};

impl From<Author> for Hand {
    fn from(author: Author) -> Self {
        match author {
            Author::Client { .. } => Self::Client,
            Author::Staff { .. } => Self::Staff,
            Author::System | Author::Anonymous => Self::System,
        }
    }
}

/// The history of one ticket, from all its events in the order of their sequence; `None` without its creation.
/// Public texts that are not comments (a question, a mitigation, a resolution) count as messages too.
#[must_use]
pub fn sla_history(events: &[Event], queue_level: QueueLevel, suggested_kind: Option<Kind>) -> Option<TicketHistory> {
    let (created, suggested_severity) = events.iter().find_map(|event| match &event.kind {
        EventKind::TicketCreated { suggested_severity, .. } => Some((event, *suggested_severity)),
        _ => None,
    })?;
    let mut history = TicketHistory {
        created_at: created.at,
        created_by: created.author.into(),
        suggested_severity,
        suggested_kind,
        queue_level,
        happenings: Vec::new(),
    };
    for event in events {
        let happenings = happenings(event);
        history.happenings.extend(happenings.into_iter().map(|happening| Dated {
            at: event.at,
            happening,
        }));
    }
    Some(history)
}

fn happenings(event: &Event) -> Vec<Happening> {
    let by = Hand::from(event.author);
    let message = event.author.is_staff().then_some(Happening::StaffMessage);
    match &event.kind {
        EventKind::TicketTriaged {
            severity,
            kind,
            misclassified,
            ..
        } => {
            let mistake = misclassified.then_some(Happening::Misclassified);
            [
                Some(Happening::Triaged {
                    severity: *severity,
                    kind: *kind,
                    by,
                }),
                mistake,
            ]
            .into_iter()
            .flatten()
            .collect()
        }
        EventKind::TicketCommented {
            visibility: Visibility::Public,
            automatic: false,
            ..
        }
        | EventKind::TicketResolved { .. } => message.into_iter().collect(),
        EventKind::MitigationRecorded { .. } => [message, Some(Happening::MitigationRecorded)]
            .into_iter()
            .flatten()
            .collect(),
        EventKind::EstimateOffered { .. } => vec![Happening::EstimateOffered],
        EventKind::WindowProposed { .. } => vec![Happening::WindowProposed],
        EventKind::WindowAccepted { starts_at, .. } => vec![Happening::WindowAccepted { starts_at: *starts_at }],
        EventKind::TicketStatusChanged { to, .. } => {
            let question = message.filter(|_| *to == Status::NeedsInfo);
            [question, Some(Happening::StatusChanged { to: *to, by })]
                .into_iter()
                .flatten()
                .collect()
        }
        _ => Vec::new(),
    }
}
