//! Lots: the minutes of an organization, where each came from, and what can be done to it.

use crate::dates::known_day;
use chrono::{DateTime, NaiveDate, Utc};
use daypack_domain::ids::{LotId, OrderId, OrganizationId, SystemId};
use daypack_domain::lot::{LotOrigin, LotStatus};
use daypack_domain::money::Money;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// `GET /lots/{id}`, and what every action on a lot answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LotDetail {
    /// Identifier.
    pub id: LotId,
    /// Whose it is.
    pub organization_id: OrganizationId,
    /// Where it came from.
    pub origin: LotOrigin,
    /// The order that bought it; nothing for goodwill and opening lots.
    pub order_id: Option<OrderId>,
    /// The plan it was sold under or counts as; the origin where there is none.
    pub plan_code: String,
    /// The plan's name when it was bought; the origin where there is none.
    pub plan_name: String,
    /// Where it stands, with a due expiry taken as done.
    pub status: LotStatus,
    /// Minutes it started with.
    pub granted_minutes: i64,
    /// Minutes that can be approved.
    pub available_minutes: i64,
    /// Minutes reserved by approvals.
    pub held_minutes: i64,
    /// Both together.
    pub posted_minutes: i64,
    /// Minutes used by work, or by repaying debt for it.
    pub used_minutes: i64,
    /// What was paid for it.
    pub price: Money,
    /// What of that was paid back.
    pub refunded: Money,
    /// What its available minutes are worth now: the price paid for them, rounded down, never more than is left of
    /// what was paid.
    pub refundable: Money,
    /// When it started.
    pub activated_at: DateTime<Utc>,
    /// The last day it can be used, in the organization's zone.
    pub expires_on: NaiveDate,
    /// The same as it was sold, before an extension.
    pub original_expires_on: NaiveDate,
    /// The first instant at which it can no longer be used.
    pub ends_at: DateTime<Utc>,
    /// When it was extended.
    pub extended_at: Option<DateTime<Utc>>,
    /// Why it was, where somebody said so.
    pub extension_reason: Option<String>,
    /// Until when an extension would make it last; nothing when it cannot be extended (any more).
    pub extends_to: Option<NaiveDate>,
    /// The systems it is limited to; empty means all.
    pub systems: Vec<LotSystem>,
    /// Why it was given, for goodwill and opening lots.
    pub reason: Option<String>,
    /// Who started it.
    pub created_by: Option<crate::Person>,
    /// For `If-Match`. Counters do not raise it.
    pub version: i64,
}

/// A system that a lot is limited to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LotSystem {
    /// Which.
    pub id: SystemId,
    /// What its people call it.
    pub name: String,
}

/// `POST /lots/{id}/extend`: owners need not say anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExtendLot {
    /// Why. The staff, who extend in the client's place, have to say so.
    #[garde(inner(length(chars, min = 1, max = 2000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `POST /lots/{id}/void`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VoidLot {
    /// Why.
    #[garde(length(chars, min = 1, max = 2000))]
    pub reason: String,
}

/// `POST /lots/{id}/refund`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefundLot {
    /// How many unused minutes; all that are available when left out.
    #[garde(range(min = 1, max = 10_000_000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    /// Why.
    #[garde(length(chars, min = 1, max = 2000))]
    pub reason: String,
}

/// What a refund came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LotRefund {
    /// The minutes taken out.
    pub minutes: i64,
    /// The money to pay back for them.
    pub amount: Money,
    /// The lot afterwards.
    pub lot: LotDetail,
}

/// `POST /lots/{id}/adjust`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AdjustLot {
    /// Minutes to add, or below 0 to take away: at most what is available.
    #[garde(range(min = -10_000_000, max = 10_000_000))]
    pub minutes: i64,
    /// Why.
    #[garde(length(chars, min = 1, max = 2000))]
    pub reason: String,
}

/// `POST /lots/{id}/limit`: which systems it serves from now on. What is held stays held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LimitLot {
    /// Systems of the organization; empty means all.
    #[garde(length(max = 100))]
    pub system_ids: Vec<SystemId>,
    /// Why.
    #[garde(length(chars, min = 1, max = 2000))]
    pub reason: String,
}

/// What minutes can be given as, without an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GivenAs {
    /// A gift.
    Goodwill,
    /// A running contract, taken over from elsewhere.
    Opening,
}

/// `POST /organizations/{id}/lots`: minutes without an order, free of charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GiveLot {
    /// `goodwill` or `opening`.
    #[garde(skip)]
    pub kind: GivenAs,
    /// How many.
    #[garde(range(min = 1, max = 10_000_000))]
    pub minutes: i64,
    /// The last day they can be used, in the organization's zone.
    #[garde(custom(known_day))]
    pub expires_on: NaiveDate,
    /// Why.
    #[garde(length(chars, min = 1, max = 2000))]
    pub reason: String,
    /// The plan they count as, for their place in the queue; the standard one when left out.
    #[garde(inner(length(chars, min = 1, max = 60)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_code: Option<String>,
    /// Systems of the organization that they are limited to; all when left out.
    #[garde(length(max = 100))]
    #[serde(default)]
    pub system_ids: Vec<SystemId>,
}

/// `POST /imports/contracts`: what an import did, or a dry run would do, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContractsImport {
    /// Nothing was changed.
    pub dry_run: bool,
    /// How many rows are fine.
    pub accepted: i64,
    /// How many are not; a real run with any is refused as a whole.
    pub refused: i64,
    /// The minutes of the rows that are fine.
    pub minutes: i64,
    /// Every row, in the order of the file.
    pub rows: Vec<ImportedRow>,
}

/// How a row of an import came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RowResult {
    /// It becomes a lot.
    Ok,
    /// It cannot.
    Error,
}

/// One row of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportedRow {
    /// Its number, from 1, the heading not counted.
    pub row: i64,
    /// The line of the file that it begins on.
    pub line: i64,
    /// `ok` or `error`.
    pub result: RowResult,
    /// The column that cannot be accepted.
    pub column: Option<String>,
    /// Why not, as a stable code.
    pub code: Option<String>,
    /// One sentence: what becomes of it, or why it cannot.
    pub detail: String,
    /// The client that was found.
    pub organization_id: Option<OrganizationId>,
    /// Their name.
    pub organization_name: Option<String>,
    /// The plan that was found.
    pub plan_code: Option<String>,
    /// The minutes.
    pub minutes: Option<i64>,
    /// Their last day.
    pub expires_on: Option<NaiveDate>,
    /// The lot that it became; nothing in a dry run.
    pub lot_id: Option<LotId>,
}
