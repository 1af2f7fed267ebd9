//! Settings: of the installation as a seller, and of what is agreed with one organization.

use crate::order::Party;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// `GET /settings/seller`: what proformas say about the agency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SellerSettings {
    /// Who sells.
    pub seller: Party,
    /// A sentence about taxes.
    pub tax_note: String,
    /// How to pay: the account, for instance.
    pub payment_instructions: String,
    /// For `If-Match`.
    pub version: i64,
}

/// `PATCH /settings/seller`: what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditSellerSettings {
    /// Who sells.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<Party>,
    /// A sentence about taxes.
    #[garde(inner(length(chars, max = 500)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_note: Option<String>,
    /// How to pay: the account, for instance.
    #[garde(inner(length(chars, max = 1000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_instructions: Option<String>,
}

/// `GET /organizations/{id}/settings`: what is agreed with a client beyond plans and policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationSettings {
    /// Whether minutes may start before they are paid.
    pub activation_before_payment: bool,
    /// Billed minutes are multiples of this.
    pub increment_minutes: i64,
    /// A request with billable work bills at least this.
    pub minimum_minutes: i64,
    /// Days after closing in which the same fault is warranty.
    pub warranty_days: i64,
    /// Who its orders are billed to; the organization's name where that is empty.
    pub billing: Party,
    /// For `If-Match`: the organization's version.
    pub version: i64,
}

/// `PATCH /organizations/{id}/settings`: what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditOrganizationSettings {
    /// Whether minutes may start before they are paid.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_before_payment: Option<bool>,
    /// Billed minutes are multiples of this, from now on; what was approved before keeps its own.
    #[garde(inner(range(min = 1, max = 480)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub increment_minutes: Option<i64>,
    /// A request with billable work bills at least this.
    #[garde(inner(range(min = 0, max = 480)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_minutes: Option<i64>,
    /// Days after closing in which the same fault is warranty.
    #[garde(inner(range(min = 0, max = 3650)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warranty_days: Option<i64>,
    /// Who its orders are billed to.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing: Option<Party>,
}
