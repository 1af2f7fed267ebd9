//! Terms and conditions: publishing them, and who accepted which version.

use chrono::{DateTime, Utc};
use daypack_domain::ids::OrderId;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// `POST /terms`: a new version in the place of the current one.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PublishTerms {
    /// The text, in Markdown.
    #[garde(length(chars, min = 1, max = 200_000))]
    pub body_markdown: String,
    /// Whether clients with a running contract are asked to accept it. New orders accept it in any case.
    #[garde(skip)]
    pub requires_acceptance: bool,
}

/// `POST /organizations/{id}/terms-acceptances`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptTerms {
    /// The version that was read: the current one.
    #[garde(range(min = 1))]
    pub version: i64,
}

/// That somebody accepted a version for an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TermsAcceptance {
    /// The version; its text is at `/terms/{version}` for ever.
    pub version: i64,
    /// SHA-256 of the accepted text, in hexadecimal.
    pub hash: String,
    /// Who.
    pub accepted_by: crate::Person,
    /// When.
    pub accepted_at: DateTime<Utc>,
    /// From which address.
    pub address: String,
    /// The order that it came with; nothing when it was asked for by itself.
    pub order_id: Option<OrderId>,
}

/// `GET /organizations/{id}/terms-acceptances`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TermsAcceptances {
    /// The version that owners and approvers are asked to accept now; nothing when none is.
    pub asked_version: Option<i64>,
    /// What was accepted, newest first.
    pub items: Vec<TermsAcceptance>,
}
