//! Orders of packs, and the lots that they start.

use crate::dates::known_day;
use crate::texts::one_line;
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
    #[garde(length(chars, min = 1, max = 120), custom(one_line))]
    pub payment_reference: String,
    /// When the money came; informational.
    #[garde(inner(custom(known_day)))]
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

/// `POST /orders/{id}/bounce`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BounceOrder {
    /// Why, for the ledger.
    #[garde(length(chars, min = 1, max = 2000))]
    pub reason: String,
}

/// `POST /orders/{id}/checkout`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Checkout {
    /// Where to pay, at the payment provider.
    pub url: String,
    /// Until when this address can be used.
    pub expires_at: DateTime<Utc>,
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
    /// Of its proforma; without gaps over the installation.
    pub proforma_number: String,
    /// When it lapses if nobody pays; nothing once that cannot happen any more.
    pub lapses_at: Option<DateTime<Utc>>,
    /// When its minutes started.
    pub activated_at: Option<DateTime<Utc>>,
    /// When its payment is due, where the minutes started before it.
    pub payment_due_on: Option<NaiveDate>,
    /// When its payment bounced, or was given up.
    pub bounced_at: Option<DateTime<Utc>>,
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

/// `GET /orders/{id}/proforma`: what is to be paid, by whom, to whom; also as a page (`.html`) and as PDF (`.pdf`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proforma {
    /// Without gaps over the installation.
    pub number: String,
    /// The day of the order, in the buyer's zone.
    pub issued_on: NaiveDate,
    /// Until when to pay; nothing when there is nothing to pay any more.
    pub pay_until: Option<NaiveDate>,
    /// Where the order stands.
    pub status: OrderStatus,
    /// Who sells.
    pub seller: Party,
    /// Who buys.
    pub buyer: Party,
    /// What is sold.
    pub lines: Vec<ProformaLine>,
    /// What is to be paid in all.
    pub total: Money,
    /// What the seller says about taxes.
    pub tax_note: String,
    /// How to pay: the seller's account, for instance.
    pub payment_instructions: String,
    /// What to name with the payment.
    pub payment_reference: String,
    /// The terms that were accepted with the order.
    pub terms_version: i64,
}

/// One side of a proforma.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Party {
    /// The legal name.
    #[garde(length(chars, max = 200), custom(one_line))]
    pub name: String,
    /// The postal address, in lines.
    #[garde(length(chars, max = 500))]
    pub address: String,
    /// The number for taxes.
    #[garde(length(chars, max = 60), custom(one_line))]
    pub tax_number: String,
    /// Where questions about invoices go.
    #[garde(length(chars, max = 254), custom(one_line))]
    pub email: String,
}

/// One line of a proforma.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProformaLine {
    /// What, in the buyer's language.
    pub description: String,
    /// How many packs.
    pub packs: i64,
    /// Price of one.
    pub price: Money,
    /// Price of all.
    pub total: Money,
}
