//! Approvals that come another way than by the approver's own click: standing ones, recorded ones, those from a mail.

use crate::Person;
use crate::estimate::{Estimate, Preview};
use crate::texts::one_line;
use chrono::{DateTime, NaiveDate, Utc};
use daypack_domain::estimate::RecordedChannel;
use daypack_domain::ids::{OrganizationId, StandingApprovalId, UserId};
use daypack_domain::ticket::{Kind, Severity};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// `POST /organizations/{id}/standing-approvals`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GiveStandingApproval {
    /// What it is called, for estimates, timelines and summaries.
    #[garde(length(chars, min = 1, max = 100), custom(one_line))]
    pub name: String,
    /// Only for these kinds of work; for all when left out.
    #[garde(length(max = 20))]
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Only for these severities; for all when left out.
    #[garde(length(max = 4))]
    #[serde(default)]
    pub severities: Vec<Severity>,
    /// Most minutes approved for one ticket in all.
    #[garde(range(min = 1, max = 120_000))]
    pub minutes_per_ticket: i64,
    /// Most minutes approved in a calendar month of the organization, at least `minutes_per_ticket`.
    #[garde(range(min = 1, max = 1_200_000))]
    pub minutes_per_month: i64,
    /// Also for small works: what is answered and solved at once, without an estimate.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub small_works: Option<bool>,
}

/// An approval given once for every offer within its limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StandingApproval {
    /// Identifier.
    pub id: StandingApprovalId,
    /// Whose.
    pub organization_id: OrganizationId,
    /// What it is called.
    pub name: String,
    /// Only for these kinds of work; for all when there are none.
    pub kinds: Vec<Kind>,
    /// Only for these severities; for all when there are none.
    pub severities: Vec<Severity>,
    /// Most minutes approved for one ticket in all.
    pub minutes_per_ticket: i64,
    /// Most minutes approved in a calendar month of the organization.
    pub minutes_per_month: i64,
    /// Also for what is answered and solved at once, without an estimate.
    pub small_works: bool,
    /// Minutes approved under it in this month.
    pub used_this_month_minutes: i64,
    /// The first day of this month, in the organization's zone.
    pub month: NaiveDate,
    /// Who gave it.
    pub given_by: Person,
    /// When.
    pub given_at: DateTime<Utc>,
    /// Who ended it.
    pub ended_by: Option<Person>,
    /// When; from then on it covers nothing.
    pub ended_at: Option<DateTime<Utc>>,
    /// For `If-Match`.
    pub version: i64,
}

/// `POST /estimates/{id}/recorded-approval`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecordApproval {
    /// Who said yes: an approver within their limit, or an owner.
    #[garde(skip)]
    pub approver_id: UserId,
    /// `phone` or `mail`.
    #[garde(skip)]
    pub channel: RecordedChannel,
    /// What was said, when and by which words; the approver reads it.
    #[garde(length(chars, min = 1, max = 2000))]
    pub note: String,
    /// Positions of the optional lines that they left out, from 0.
    #[garde(length(max = 50))]
    #[serde(default)]
    pub left_out: Vec<usize>,
    /// With it: exactly what was shown, or `balance_changed`. Without: what is right now.
    #[garde(inner(length(bytes, min = 1, max = 500)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_token: Option<String>,
}

/// `POST /estimates/{id}/dispute` and `POST /approval-disputes/{token}`: "that was not me".
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DisputeApproval {
    /// What there is to say about it; the agency reads it.
    #[garde(inner(length(chars, min = 1, max = 2000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// `GET /approval-links/{token}?left_out=0,2`: what the link in a mail asks. Looking approves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApprovalLink {
    /// Whom the link was sent to, and as whom it answers.
    pub person: Person,
    /// Their language.
    pub locale: String,
    /// The organization's name.
    pub organization_name: String,
    /// Its IANA zone, for dates.
    pub time_zone: String,
    /// The offer.
    pub estimate: Estimate,
    /// What a yes would take now; its token is needed to say it.
    pub preview: Preview,
    /// From then on the link is worthless.
    pub expires_at: DateTime<Utc>,
}

/// `POST /approval-links/{token}/approve`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApproveByLink {
    /// Of the preview that was shown: exactly that, or `balance_changed`.
    #[garde(length(bytes, min = 1, max = 500))]
    pub preview_token: String,
    /// Positions of the optional lines to leave out, from 0: the same as in the preview.
    #[garde(length(max = 50))]
    #[serde(default)]
    pub left_out: Vec<usize>,
}

/// `GET /approval-disputes/{token}`: the approval that was recorded in somebody's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DisputeLink {
    /// In whose name.
    pub person: Person,
    /// Their language.
    pub locale: String,
    /// The organization's name.
    pub organization_name: String,
    /// Its IANA zone, for dates.
    pub time_zone: String,
    /// The estimate as it was approved, with channel, note and who recorded it.
    pub estimate: Estimate,
    /// From then on the link is worthless.
    pub expires_at: DateTime<Utc>,
}
