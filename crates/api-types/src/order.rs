//! Orders of packs, and the lots that they start.

use chrono::{DateTime, NaiveDate, Utc};
use daypack_domain::ids::{LotId, OrderId, OrganizationId};
use daypack_domain::lot::LotStatus;
use daypack_domain::money::Money;
use daypack_domain::order::OrderStatus;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// `POST /orders`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    /// Who buys.
    #[garde(skip)]
    pub organization_id: OrganizationId,
    /// Which plan.
    #[garde(length(chars, min = 1, max = 60))]
    pub plan_code: String,
    /// How many packs.
    #[garde(range(min = 1, max = 10_000))]
    pub packs: i64,
    /// The version of the terms that this order accepts: the current one.
    #[garde(range(min = 1))]
    pub terms_version: i64,
}

/// `POST /orders/{id}/confirm-payment`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmPayment {
    /// The bank's or the provider's reference. The same one again has the same effect; another is refused.
    #[garde(length(chars, min = 1, max = 120))]
    pub payment_reference: String,
    /// When the money came; informational.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_on: Option<NaiveDate>,
}

/// `POST /orders/{id}/cancel`
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelOrder {
    /// Why.
    #[garde(inner(length(chars, min = 1, max = 2000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A purchase of packs with the terms it was made on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Order {
    /// Identifier.
    pub id: OrderId,
    /// Who buys.
    pub organization_id: OrganizationId,
    /// Their name.
    pub organization_name: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// The plan, as it was when ordered.
    pub plan_code: String,
    /// Its name then.
    pub plan_name: String,
    /// How many packs.
    pub packs: i64,
    /// How many minutes that is.
    pub minutes: i64,
    /// Price of one pack then.
    pub price: Money,
    /// Price of all of them.
    pub total: Money,
    /// Validity then.
    pub validity_months: i64,
    /// Extension allowed then.
    pub extension_months: Option<i64>,
    /// The accepted terms.
    pub terms_version: i64,
    /// Hash of the accepted text.
    pub terms_hash: String,
    /// Who accepted them, by ordering.
    pub placed_by: crate::Person,
    /// When.
    pub placed_at: DateTime<Utc>,
    /// Reference of the payment.
    pub payment_reference: Option<String>,
    /// When the money came.
    pub paid_on: Option<NaiveDate>,
    /// When the payment was confirmed.
    pub paid_at: Option<DateTime<Utc>>,
    /// The minutes it started.
    pub lot: Option<Lot>,
    /// For `If-Match`.
    pub version: i64,
}

/// The minutes that an order bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lot {
    /// Identifier.
    pub id: LotId,
    /// The plan it came from.
    pub plan_code: String,
    /// Where it stands.
    pub status: LotStatus,
    /// When it started.
    pub activated_at: DateTime<Utc>,
    /// The last day it can be used, in the organization's zone.
    pub expires_on: NaiveDate,
    /// The minutes it started with.
    pub minutes: i64,
}
