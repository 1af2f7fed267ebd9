//! The staff's board.

use crate::ticket::TicketSummary;
use serde::{Deserialize, Serialize};

/// `GET /board`: columns with cards in queue order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Board {
    /// From left to right.
    pub columns: Vec<BoardColumn>,
    /// How many tickets are late, or will be before their client's day ends.
    pub breaching_today: i64,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardColumn {
    /// Which.
    pub column: ColumnKey,
    /// Cards in queue order.
    pub tickets: Vec<TicketSummary>,
}

/// The columns of the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ColumnKey {
    /// Waiting for triage.
    New,
    /// An estimate is being prepared.
    Estimate,
    /// A question, an offer or a validation waits on the client.
    WaitingOnClient,
    /// Approved, diagnosing, fixing, or waiting for somebody else.
    InWork,
    /// A window is proposed or agreed.
    Window,
    /// Resolved, waiting for the client's confirmation.
    Resolved,
}
