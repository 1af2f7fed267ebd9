//! Balance and ledger: how many minutes there are, and why.

use chrono::{DateTime, NaiveDate, Utc};
use daypack_domain::ids::{LotId, TicketId};
use daypack_domain::ledger::MovementKind;
use serde::{Deserialize, Serialize};

/// `GET /organizations/{id}/balance`: the minutes at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Balance {
    /// The instant it is true for.
    pub as_of: DateTime<Utc>,
    /// Minutes that can be approved.
    pub available_minutes: i64,
    /// Minutes reserved by approvals.
    pub held_minutes: i64,
    /// Available and held together.
    pub posted_minutes: i64,
    /// Minutes bought by the lots that still have some, for the meter's full length.
    pub granted_minutes: i64,
    /// Minutes used of those lots.
    pub used_minutes: i64,
    /// Minutes owed; left out while nothing ever was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debt_minutes: Option<i64>,
    /// Lots with minutes left, in the order they are used.
    pub lots: Vec<LotBalance>,
    /// What is to come at the present pace.
    pub forecast: Forecast,
}

/// The minutes of one lot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LotBalance {
    /// Which.
    pub id: LotId,
    /// The plan it came from.
    pub plan_code: String,
    /// The plan's name when it was bought.
    pub plan_name: String,
    /// When it started.
    pub activated_at: DateTime<Utc>,
    /// The last day it can be used.
    pub expires_on: NaiveDate,
    /// Days until then, today being 0.
    pub days_left: i64,
    /// Minutes it started with.
    pub granted_minutes: i64,
    /// Minutes that can be approved.
    pub available_minutes: i64,
    /// Minutes reserved by approvals.
    pub held_minutes: i64,
    /// Both together.
    pub posted_minutes: i64,
}

/// What is to come, at the pace of the last eight weeks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Forecast {
    /// Minutes used in a week, on average.
    pub weekly_minutes: i64,
    /// The day on which nothing is left; nothing when no minutes are used, or all expire before.
    pub runs_out_on: Option<NaiveDate>,
    /// Minutes that will expire unused.
    pub expiring_unused_minutes: i64,
    /// The first day on which minutes expire unused.
    pub expiring_unused_on: Option<NaiveDate>,
    /// Points of the burn-down line: minutes posted at the end of each of the last weeks, oldest first.
    pub history: Vec<HistoryPoint>,
}

/// Minutes at the end of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryPoint {
    /// The day.
    pub on: NaiveDate,
    /// Posted minutes at its end.
    pub posted_minutes: i64,
}

/// One movement of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Movement {
    /// Counts up by one in each organization.
    pub sequence: i64,
    /// What it does.
    pub kind: MovementKind,
    /// Always positive; the kind says which way.
    pub minutes: i64,
    /// The lot; nothing for debt.
    pub lot_id: Option<LotId>,
    /// The ticket it is about.
    pub ticket_id: Option<TicketId>,
    /// Its reference.
    pub ticket_reference: Option<String>,
    /// When it counts.
    pub effective_at: DateTime<Utc>,
    /// Why.
    pub reason: String,
    /// Who; nothing when the calendar did it.
    pub actor: Option<crate::Person>,
    /// The organization's available minutes after it.
    pub available_after_minutes: i64,
}

/// `GET /organizations/{id}/what-if`: what a yes to so many minutes would take and leave. Nothing is reserved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WhatIf {
    /// The minutes asked about.
    pub minutes: i64,
    /// The lots they would come from, in order of use; empty when minutes are missing.
    pub allocations: Vec<crate::estimate::Allocation>,
    /// Available before, over all lots.
    pub available_before_minutes: i64,
    /// Available after; what there is when minutes are missing.
    pub available_after_minutes: i64,
    /// How many minutes are missing; 0 when there are enough.
    pub shortfall_minutes: i64,
    /// An order that would cover what is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covering_order: Option<crate::estimate::CoveringOrder>,
    /// What is to come afterwards; as it is now when minutes are missing.
    pub forecast: Forecast,
}
