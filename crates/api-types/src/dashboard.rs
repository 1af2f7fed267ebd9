//! The client's first page.

use crate::alert::{Alert, Rescue};
use crate::emergency::OpenEmergency;
use crate::estimate::Preview;
use crate::ledger::Balance;
use crate::statement::StatementSummary;
use crate::ticket::{OrganizationName, TicketSummary};
use crate::work::Window;
use chrono::{DateTime, Utc};
use daypack_domain::ids::EstimateId;
use serde::{Deserialize, Serialize};

/// `GET /dashboard`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dashboard {
    /// Whose.
    pub organization: OrganizationName,
    /// What needs the asking person, most urgent first.
    pub waiting: Vec<Waiting>,
    /// Minutes now.
    pub balance: Balance,
    /// Requests in progress, most urgent first, at most ten.
    pub active_tickets: Vec<TicketSummary>,
    /// How many there are.
    pub active_count: i64,
    /// The month in figures.
    pub figures: Figures,
    /// The newest weekly summary.
    pub last_statement: Option<StatementSummary>,
    /// Emergencies that wait for the asking person's word, for owners; oldest first.
    pub emergencies: Vec<OpenEmergency>,
    /// What is low or ends soon, the most urgent first.
    pub alerts: Vec<Alert>,
    /// What expires unused at the present pace, and which work would fit in it; nothing when nothing does.
    pub rescue: Option<Rescue>,
}

/// Something that waits on the client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "WaitingParts")]
#[allow(clippy::large_enum_variant, reason = "a few of them on one page")]
pub enum Waiting {
    /// An estimate to say yes or no to.
    Estimate {
        /// The ticket.
        ticket: TicketSummary,
        /// The offer, in short: `GET /estimates/{id}` has all of it.
        estimate: Offer,
        /// What a yes would take.
        preview: Preview,
    },
    /// A deployment window to accept.
    Window {
        /// The ticket.
        ticket: TicketSummary,
        /// The proposal.
        window: Window,
    },
    /// A question to answer.
    Question {
        /// The ticket.
        ticket: TicketSummary,
        /// The question.
        question: String,
    },
    /// Something to try in staging.
    Validation {
        /// The ticket.
        ticket: TicketSummary,
    },
    /// A solution to confirm.
    Confirmation {
        /// The ticket.
        ticket: TicketSummary,
    },
}

/// An estimate in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offer {
    /// Identifier.
    pub id: EstimateId,
    /// How long, optional lines included.
    pub minutes: i64,
    /// Until when it can be approved.
    pub valid_until: DateTime<Utc>,
}

/// A [`Waiting`] with whatever it has. Reading the enumeration by its tag would need everything in it to be read in a
/// second way, which is a sixth of what the page loads for its first screen.
#[derive(Deserialize)]
struct WaitingParts {
    kind: WaitingKind,
    ticket: TicketSummary,
    estimate: Option<Offer>,
    preview: Option<Preview>,
    window: Option<Window>,
    question: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WaitingKind {
    Estimate,
    Window,
    Question,
    Validation,
    Confirmation,
}

impl TryFrom<WaitingParts> for Waiting {
    type Error = &'static str;

    fn try_from(parts: WaitingParts) -> Result<Self, Self::Error> {
        let ticket = parts.ticket;
        Ok(match parts.kind {
            WaitingKind::Estimate => Self::Estimate {
                ticket,
                estimate: parts.estimate.ok_or("missing field `estimate`")?,
                preview: parts.preview.ok_or("missing field `preview`")?,
            },
            WaitingKind::Window => Self::Window {
                ticket,
                window: parts.window.ok_or("missing field `window`")?,
            },
            WaitingKind::Question => Self::Question {
                ticket,
                question: parts.question.ok_or("missing field `question`")?,
            },
            WaitingKind::Validation => Self::Validation { ticket },
            WaitingKind::Confirmation => Self::Confirmation { ticket },
        })
    }
}

/// The month in figures, in the organization's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figures {
    /// P0 tickets open now.
    pub open_p0: i64,
    /// Tickets resolved this month.
    pub resolved_this_month: i64,
    /// Mean business minutes from creation to solution of the P1 tickets resolved this month; nothing without any.
    pub mean_p1_resolution_minutes: Option<i64>,
    /// Tickets that were not corrective and were resolved this month.
    pub improvements_this_month: i64,
}
