//! Plans and terms: what is sold, and on which conditions.

use chrono::{DateTime, Utc};
use daypack_domain::money::Money;
use daypack_domain::ticket::QueueLevel;
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
}
