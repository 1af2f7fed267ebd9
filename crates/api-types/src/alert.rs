//! Alerts about minutes, and the rescue of what would expire unused (section 3).

use chrono::{DateTime, NaiveDate, Utc};
use daypack_domain::ids::{EstimateId, LotId, TicketId};
use daypack_domain::ledger::{AlertKind, CandidateKind};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Something that is low or ends soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alert {
    /// What it is about.
    pub kind: AlertKind,
    /// The lot; nothing when it is about all of them.
    pub lot_id: Option<LotId>,
    /// The plan it came from.
    pub plan_code: Option<String>,
    /// The plan's name when it was bought.
    pub plan_name: Option<String>,
    /// The threshold that was passed: percent used, or days left.
    pub threshold: i64,
    /// Percent of the lot used, or days left, now.
    pub value: i64,
    /// Minutes available: in the lot, or in all.
    pub available_minutes: i64,
    /// The last day of the lot.
    pub expires_on: Option<NaiveDate>,
    /// Since when it is passed.
    pub since: DateTime<Utc>,
}

/// `GET /organizations/{id}/alert-thresholds`: when alerts ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertThresholds {
    /// Percent of a lot used.
    pub used_percent: Vec<i64>,
    /// Days to the end of a lot with minutes left.
    pub days_to_expiry: Vec<i64>,
    /// Days until nothing is left, at the pace of the last 8 weeks.
    pub days_until_empty: Vec<i64>,
    /// For `If-Match`.
    pub version: i64,
}

/// `PATCH /organizations/{id}/alert-thresholds`: what is left out stays; an empty list rings never.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeAlertThresholds {
    /// Percent of a lot used.
    #[garde(inner(length(max = 5), inner(range(min = 1, max = 100))))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_percent: Option<Vec<i64>>,
    /// Days to the end of a lot with minutes left.
    #[garde(inner(length(max = 5), inner(range(min = 0, max = 366))))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_to_expiry: Option<Vec<i64>>,
    /// Days until nothing is left.
    #[garde(inner(length(max = 5), inner(range(min = 0, max = 366))))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_until_empty: Option<Vec<i64>>,
}

/// `GET /organizations/{id}/rescue`: what expires unused at the present pace, and which work would fit in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rescue {
    /// When it was reckoned.
    pub as_of: DateTime<Utc>,
    /// Minutes used in a week, on average over the last eight.
    pub weekly_minutes: i64,
    /// Minutes that will expire unused, over all lots.
    pub unused_minutes: i64,
    /// Those of them that the work below would use.
    pub fitting_minutes: i64,
    /// Lots with minutes that will expire unused, soonest first.
    pub lots: Vec<RescueLot>,
    /// The oldest requests, at most five, in the backlog or to be estimated, of which nobody has said yet how long they
    /// take: with an estimate they may fit. None where nothing expires unused.
    pub unestimated: Vec<UnestimatedItem>,
}

/// A lot with minutes that will expire unused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RescueLot {
    /// The lot.
    pub lot_id: LotId,
    /// The plan it came from.
    pub plan_code: String,
    /// The plan's name when it was bought.
    pub plan_name: String,
    /// Its last day of use.
    pub expires_on: NaiveDate,
    /// Days until then, today being 0.
    pub days_left: i64,
    /// Minutes that will expire.
    pub unused_minutes: i64,
    /// Work that fits in them, in the order in which it is worth starting.
    pub fits: Vec<RescueItem>,
    /// What would still expire.
    pub left_minutes: i64,
}

/// Work that could use minutes before they expire, once somebody says how many it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnestimatedItem {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its reference.
    pub reference: String,
    /// Its title.
    pub title: String,
}

/// Work that would use minutes before they expire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RescueItem {
    /// `waiting`: an open estimate; `backlog`: a backlog item that was estimated.
    pub kind: CandidateKind,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its reference.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// The estimate.
    pub estimate_id: EstimateId,
    /// Its minutes.
    pub minutes: i64,
    /// Until when an open estimate stands.
    pub valid_until: Option<DateTime<Utc>>,
}
