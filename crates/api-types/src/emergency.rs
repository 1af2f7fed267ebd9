//! The emergency clause, what began under it, and recurrences under warranty (section 6).

use crate::Person;
use crate::ticket::TicketSummary;
use chrono::{DateTime, Utc};
use daypack_domain::emergency::EmergencyStatus;
use daypack_domain::ids::TicketId;
use daypack_domain::ticket::{LinkKind, Severity, Status};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// `GET /organizations/{id}/emergency-clause`: when work may start before a yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmergencyClause {
    /// Whether there is one.
    pub enabled: bool,
    /// The severities that it names, the worst first.
    pub severities: Vec<Severity>,
    /// Minutes that work on one ticket may take.
    pub hold_minutes: i64,
    /// How far the debt may go when no pack has the minutes; 0: nothing is borrowed.
    pub debt_limit_minutes: i64,
    /// For `If-Match`.
    pub version: i64,
}

/// `PATCH /organizations/{id}/emergency-clause`: what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeEmergencyClause {
    /// Whether there is one.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The severities that it names.
    #[garde(inner(length(max = 20)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severities: Option<Vec<Severity>>,
    /// Minutes that work on one ticket may take.
    #[garde(range(min = 1, max = 100_000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_minutes: Option<i64>,
    /// How far the debt may go.
    #[garde(range(min = 0, max = 100_000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debt_limit_minutes: Option<i64>,
}

/// Work that began under the emergency clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Emergency {
    /// Where the client's word on it stands.
    pub status: EmergencyStatus,
    /// Minutes that work may take under the clause, as it was agreed when it began.
    pub clause_minutes: i64,
    /// Minutes that were held when it began.
    pub held_minutes: i64,
    /// Minutes of the ticket that no pack had: they are owed, and repaid by what becomes available.
    pub borrowed_minutes: i64,
    /// Minutes that work may still take without another yes.
    pub left_minutes: i64,
    /// Who began it.
    pub started_by: Option<Person>,
    /// When.
    pub started_at: DateTime<Utc>,
    /// The owner who confirmed or disputed it.
    pub answered_by: Option<Person>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
    /// Why it was disputed.
    pub dispute_reason: Option<String>,
    /// The lead who decided about the dispute.
    pub settled_by: Option<Person>,
    /// When.
    pub settled_at: Option<DateTime<Utc>>,
    /// What the lead said.
    pub settlement: Option<String>,
}

/// An emergency that waits for an owner's word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenEmergency {
    /// The ticket.
    pub ticket: TicketSummary,
    /// What began.
    pub emergency: Emergency,
}

/// `POST /tickets/{id}/links`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LinkTicket {
    /// Id or reference of the other ticket, of the same organization.
    #[garde(length(chars, min = 1, max = 40))]
    pub other_id: String,
    /// How this one belongs to it.
    #[garde(skip)]
    pub kind: LinkKind,
}

/// How a ticket belongs to another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketLink {
    /// How.
    pub kind: LinkKind,
    /// `true`: the other ticket has the link to this one (it is the recurrence, the duplicate, ...).
    pub incoming: bool,
    /// The other ticket.
    pub other_id: TicketId,
    /// Its reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

/// `POST /tickets/{id}/warranty`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DecideWarranty {
    /// Whether the work is not deducted because the fault came back.
    #[garde(skip)]
    pub accepted: bool,
    /// Why; required when it is not accepted. The client reads it.
    #[garde(inner(length(chars, min = 1, max = 2000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What the lead decided about a recurrence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Warranty {
    /// The work is not deducted.
    pub accepted: bool,
    /// Why.
    pub reason: Option<String>,
    /// The ticket whose fault came back.
    pub original_id: TicketId,
    /// Its reference.
    pub original_reference: String,
    /// Who decided.
    pub decided_by: Person,
    /// When.
    pub decided_at: DateTime<Utc>,
}
