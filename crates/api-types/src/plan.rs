//! Plans and terms: what is sold, and on which conditions.

use crate::texts::one_line;
use chrono::{DateTime, Utc};
use daypack_domain::money::Money;
use daypack_domain::plan::RecommendationReason;
use daypack_domain::ticket::QueueLevel;
use garde::Validate;
use serde::{Deserialize, Serialize};

/// A plan of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Plan {
    /// `starter`, `flexi`, `pro`, or one the agency made.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The price of one pack.
    pub price: Money,
    /// The fewest packs in an order.
    pub minimum_packs: i64,
    /// Minutes in one pack.
    pub minutes_per_pack: i64,
    /// The hours of support it is shown with, as "N+ hours".
    pub shown_hours: i64,
    /// How long minutes can be used, from activation.
    pub validity_months: i64,
    /// By how much they can be extended, once; nothing: not at all.
    pub extension_months: Option<i64>,
    /// The place in the queue that it gives.
    pub queue: QueueLevel,
    /// Minutes of each ticket that estimating and diagnosis may take without being billed.
    pub free_minutes: i64,
    /// Who it is for: a key of the page's texts for shipped plans, else the text itself.
    pub description: String,
    /// Its place in the list.
    pub position: i64,
    /// Whether it can be ordered; a retired plan cannot.
    pub on_sale: bool,
    /// Counts the edits, from 1; for `If-Match`.
    pub version: i64,
}

/// `POST /plans`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreatePlan {
    /// In addresses and files: lowercase letters, digits and single hyphens inside. It never changes.
    #[garde(length(chars, min = 1, max = 40))]
    pub code: String,
    /// Its name.
    #[garde(length(chars, min = 1, max = 80), custom(one_line))]
    pub name: String,
    /// Who it is for.
    #[garde(length(chars, max = 300))]
    #[serde(default)]
    pub description: String,
    /// The price of one pack.
    #[garde(skip)]
    pub price: Money,
    /// The fewest packs in an order.
    #[garde(skip)]
    pub minimum_packs: i64,
    /// Minutes in one pack; 480 when left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_per_pack: Option<i64>,
    /// How long minutes can be used, from activation.
    #[garde(skip)]
    pub validity_months: u32,
    /// By how much they can be extended, once; left out: not at all.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension_months: Option<u32>,
    /// The place in the queue that it gives.
    #[garde(skip)]
    pub queue: QueueLevel,
    /// Minutes of each ticket that are not billed; 30 when left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_minutes: Option<i64>,
    /// The hours of support it is shown with, as "N+ hours".
    #[garde(skip)]
    pub shown_hours: i64,
    /// Its place in the list, from 1; the last one when left out.
    #[garde(inner(range(min = 1, max = 1000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
}

/// `PATCH /plans/{code}`: what is left out stays. What was sold keeps its terms.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditPlan {
    /// Its name.
    #[garde(inner(length(chars, min = 1, max = 80), custom(one_line)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who it is for. Left out, the text that ships stays translated.
    #[garde(inner(length(chars, max = 300)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The price of one pack.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// The fewest packs in an order.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_packs: Option<i64>,
    /// Minutes in one pack.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_per_pack: Option<i64>,
    /// How long minutes can be used, from activation.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity_months: Option<u32>,
    /// By how much they can be extended, once; 0: not at all.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension_months: Option<u32>,
    /// The place in the queue that it gives.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueLevel>,
    /// Minutes of each ticket that are not billed.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_minutes: Option<i64>,
    /// The hours of support it is shown with.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_hours: Option<i64>,
    /// Its place in the list, from 1.
    #[garde(inner(range(min = 1, max = 1000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
}

/// One version of a plan, as `GET /plans/{code}/versions` lists them, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanVersion {
    /// The plan as it was from then on.
    pub plan: Plan,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// By whom; nothing for what ships.
    pub published_by: Option<crate::Person>,
}

/// `GET /plans/recommendation`: what suits somebody who expects to need so many hours a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Recommendation {
    /// The plan.
    pub plan_code: String,
    /// How many packs of it.
    pub packs: i64,
    /// The minutes in them.
    pub minutes: i64,
    /// What they cost.
    pub total: Money,
    /// For how many whole months they last at this pace, at most the validity; nothing without any hours.
    pub lasts_months: Option<i64>,
    /// Why this one.
    pub reason: RecommendationReason,
}

/// A version of the terms and conditions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Terms {
    /// Counts up from 1.
    pub version: i64,
    /// The one that new orders accept.
    pub current: bool,
    /// The text, in Markdown.
    pub body_markdown: String,
    /// SHA-256 of the text, in hexadecimal.
    pub hash: String,
    /// Since when.
    pub published_at: DateTime<Utc>,
    /// Whether clients with a running contract were asked to accept it.
    pub requires_acceptance: bool,
}
