//! Weekly summaries: what was done, and the time it used, to the minute.

use crate::dates::known_day;
use chrono::{DateTime, NaiveDate, Utc};
use daypack_domain::ids::{OrganizationId, StatementId};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// `POST /statements`: a preview of any period.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewStatement {
    /// Whose.
    #[garde(skip)]
    pub organization_id: OrganizationId,
    /// First day, in the organization's zone.
    #[garde(custom(known_day))]
    pub from: NaiveDate,
    /// Last day, inclusive.
    #[garde(custom(known_day))]
    pub to: NaiveDate,
}

/// A statement in lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatementSummary {
    /// Identifier; nothing for a preview, which is not kept.
    pub id: Option<StatementId>,
    /// Whose.
    pub organization_id: OrganizationId,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Made to look at: not frozen, not sent.
    pub preview: bool,
    /// Posted minutes before.
    pub opening_minutes: i64,
    /// Net minutes used.
    pub used_minutes: i64,
    /// Posted minutes after.
    pub closing_minutes: i64,
    /// How many tickets were worked on.
    pub ticket_count: i64,
}

/// A statement whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Statement {
    /// What lists show, too.
    #[serde(flatten)]
    pub summary: StatementSummary,
    /// The company it is for.
    pub organization_name: String,
    /// SHA-256 of the frozen content, in hexadecimal.
    pub hash: Option<String>,
    /// What was done on each ticket of the content, in their order, as cleaned HTML; nothing where nothing is said.
    pub done_html: Vec<Option<String>>,
    /// What was done and what it took, as frozen.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub content: daypack_domain::statement::Statement,
}
