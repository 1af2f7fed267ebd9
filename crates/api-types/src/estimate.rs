//! Estimates: offers of minutes, what a yes would take, and the yes.

use crate::Person;
use crate::dates::known_instant;
use crate::texts::one_line;
use chrono::{DateTime, NaiveDate, Utc};
use daypack_domain::estimate::{ApprovalChannel, Basis, EstimateKind, EstimateStatus};
use daypack_domain::ids::{EstimateId, LotId, OrganizationId, StandingApprovalId, TicketId};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// `POST /tickets/{id}/estimates`, and `POST /estimates/{id}/revise`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OfferEstimate {
    /// Multiples of the organization's increment.
    #[garde(range(min = 1, max = 1_000_000))]
    pub minutes: i64,
    /// What the minutes are for, in Markdown.
    #[garde(length(chars, min = 1, max = 5000))]
    pub includes: String,
    /// `total` (the default) replaces what is held; `further` adds to it.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// `up_to` (the default): what is not used comes back; `fixed`: what is approved is used.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<EstimateKind>,
    /// The parts, when it is worth naming them; they add up to `minutes`.
    #[garde(length(max = 50), dive)]
    #[serde(default)]
    pub lines: Vec<EstimateLine>,
    /// A further estimate that work waits for.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocking: Option<bool>,
    /// Until when it can be approved; 14 days when left out.
    #[garde(inner(custom(known_instant)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<DateTime<Utc>>,
}

/// A part of an estimate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EstimateLine {
    /// What.
    #[garde(length(chars, min = 1, max = 200), custom(one_line))]
    pub text: String,
    /// How long.
    #[garde(range(min = 1, max = 1_000_000))]
    pub minutes: i64,
    /// The client may leave it out; at least one line is not optional.
    #[garde(skip)]
    #[serde(default)]
    pub optional: bool,
}

/// An offer of minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Estimate {
    /// Identifier.
    pub id: EstimateId,
    /// The ticket it is for.
    pub ticket_id: TicketId,
    /// Its reference.
    pub ticket_reference: String,
    /// Its title.
    pub ticket_title: String,
    /// For whom.
    pub organization_id: OrganizationId,
    /// Where it stands.
    pub status: EstimateStatus,
    /// `total` or `further`.
    pub basis: Basis,
    /// `up_to` or `fixed`.
    pub kind: EstimateKind,
    /// How long, optional lines included.
    pub minutes: i64,
    /// What for.
    pub includes: String,
    /// Cleaned HTML made from it.
    pub includes_html: String,
    /// The parts.
    pub lines: Vec<EstimateLine>,
    /// Work waits for it.
    pub blocking: bool,
    /// Who offered it.
    pub offered_by: Person,
    /// When.
    pub offered_at: DateTime<Utc>,
    /// Until when it can be approved.
    pub valid_until: DateTime<Utc>,
    /// Who said yes or no, or withdrew it; the named approver of a recorded approval. Nobody when it lapsed, or was
    /// covered by a standing approval.
    pub decided_by: Option<Person>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why not.
    pub reason: Option<String>,
    /// The minutes that the yes was for: without the lines that were left out.
    pub approved_minutes: Option<i64>,
    /// Positions of the optional lines that the client left out, from 0.
    pub left_out: Vec<usize>,
    /// How the yes came.
    pub channel: Option<ApprovalChannel>,
    /// What the lead noted about a recorded approval.
    pub channel_note: Option<String>,
    /// The lead who recorded the approval.
    pub recorded_by: Option<Person>,
    /// The standing approval that covered it.
    pub standing_approval: Option<StandingApprovalName>,
    /// The approver said that a recorded approval was not theirs.
    pub dispute: Option<Dispute>,
    /// Where the minutes were held when it was approved.
    pub allocations: Vec<Allocation>,
    /// For `If-Match`.
    pub version: i64,
}

/// A standing approval, as an estimate names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StandingApprovalName {
    /// Identifier.
    pub id: StandingApprovalId,
    /// What it is called.
    pub name: String,
}

/// The approver's word that a recorded approval was not theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dispute {
    /// Who said so.
    pub by: Person,
    /// When.
    pub at: DateTime<Utc>,
    /// What they said about it.
    pub note: Option<String>,
}

/// Minutes of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Allocation {
    /// Which lot.
    pub lot_id: LotId,
    /// The plan it came from.
    pub plan_code: String,
    /// The plan's name when it was bought.
    pub plan_name: String,
    /// The last day it can be used.
    pub expires_on: NaiveDate,
    /// How many of its minutes.
    pub minutes: i64,
    /// How many it had available before the yes; left out where no yes is shown (time entries).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_before_minutes: Option<i64>,
}

/// `GET /estimates/{id}/preview?left_out=0,2`: exactly what a yes without those lines would take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preview {
    /// How many minutes the yes is for, without the lines left out.
    pub minutes: i64,
    /// Positions of the optional lines that are left out, from 0; the token covers them.
    pub left_out: Vec<usize>,
    /// Minutes that come back because a new total is below what is held.
    pub released_minutes: i64,
    /// From which lots, in the order of use.
    pub allocations: Vec<Allocation>,
    /// Available before.
    pub available_before_minutes: i64,
    /// Available after.
    pub available_after_minutes: i64,
    /// Give it back to approve exactly this; left out when minutes are missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_token: Option<String>,
    /// How many minutes are missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall_minutes: Option<i64>,
    /// An order that would cover what is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covering_order: Option<CoveringOrder>,
    /// The asking person may say yes to it.
    pub may_approve: bool,
    /// The asking person's limit for one ticket, when they have one.
    pub limit_minutes: Option<i64>,
}

/// An order that would cover a shortfall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CoveringOrder {
    /// Which plan.
    pub plan_code: String,
    /// How many packs.
    pub packs: i64,
}

/// `POST /estimates/{id}/approve`
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Approve {
    /// With it: exactly what was shown, or `balance_changed`. Without: what is right now.
    #[garde(inner(length(bytes, min = 1, max = 500)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_token: Option<String>,
    /// Positions of the optional lines to leave out, from 0: the same as in the preview.
    #[garde(length(max = 50))]
    #[serde(default)]
    pub left_out: Vec<usize>,
}

/// A reason, for the operations that need one.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Why.
    #[garde(length(chars, min = 1, max = 2000))]
    pub reason: String,
}

/// A reason, for the operations that can do without.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OptionalReason {
    /// Why.
    #[garde(inner(length(chars, min = 1, max = 2000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
