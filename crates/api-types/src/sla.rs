//! Clocks: when something is due, and why then.

use chrono::{DateTime, Utc};
use daypack_domain::sla::{ClockKind, PausedBy};
use daypack_domain::ticket::{QueueLevel, Severity, Status};
use serde::{Deserialize, Serialize};

/// The clock that matters now, in lists and on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SlaSummary {
    /// The nearest open clock, or the paused one that is closest to its target; nothing when none counts.
    pub next: Option<ClockSummary>,
    /// Some clock of this ticket is past its target, or ended so.
    pub breached: bool,
}

/// What a clock does, or how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Time counts.
    Running,
    /// It would run, but the calendar is closed.
    OutsideHours,
    /// Time does not count; nothing breaches.
    Paused,
    /// Reached in time.
    Met,
    /// Past its target, whether it was reached later or not.
    Breached,
    /// Was past its target at the moment a higher severity was given: late, but not missed.
    LateByReclassification,
    /// Ended without an outcome.
    Cancelled,
    /// The policy has no such target.
    NotApplicable,
}

/// What a clock did in a part of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SegmentState {
    /// Time counted.
    Running,
    /// The calendar was closed.
    Closed,
    /// Time did not count.
    Paused,
}

/// One clock in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClockSummary {
    /// What it measures.
    pub clock: ClockKind,
    /// What it does now.
    pub state: ClockState,
    /// On whose side the time goes while it is paused.
    pub paused_by: Option<PausedBy>,
    /// When it reaches its target, if nothing pauses it before; nothing while it is paused without a known end.
    pub due_at: Option<DateTime<Utc>>,
    /// The last instant in time: after it the clock is late.
    pub breaches_at: Option<DateTime<Utc>>,
    /// Business minutes until the target; negative when past it.
    pub remaining_minutes: i64,
    /// The target, in business minutes.
    pub target_minutes: i64,
}

/// `GET /tickets/{id}/sla`: every clock, explained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sla {
    /// The instant it is true for.
    pub now: DateTime<Utc>,
    /// The clocks.
    pub clocks: Vec<Clock>,
    /// When the calendar is open around now, as UTC intervals; nothing when it always is.
    pub open_intervals: Option<Vec<OpenInterval>>,
    /// The calendar's IANA zone.
    pub time_zone: String,
}

/// One clock of a ticket, in one cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Clock {
    /// What it measures.
    pub clock: ClockKind,
    /// 1 for the first; counts up with each update due, and when the ticket is reopened.
    pub cycle: i64,
    /// In business minutes; nothing when the policy has no such target.
    pub target_minutes: Option<i64>,
    /// Business minutes counted.
    pub elapsed_minutes: i64,
    /// Business minutes until the target; negative when past it.
    pub remaining_minutes: Option<i64>,
    /// What it does now, or how it ended.
    pub state: ClockState,
    /// On whose side the time goes while it is paused.
    pub paused_by: Option<PausedBy>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it was met or cancelled.
    pub ended_at: Option<DateTime<Utc>>,
    /// When it reaches, or reached, its target.
    pub due_at: Option<DateTime<Utc>>,
    /// The last instant in time, when it was missed.
    pub breached_at: Option<DateTime<Utc>>,
    /// When it was met.
    pub met_at: Option<DateTime<Utc>>,
    /// It counts around the clock by contract.
    pub around_the_clock: bool,
    /// Every part of the time since it started, and where it went.
    pub segments: Vec<Segment>,
}

/// A part of the time, and where it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Segment {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// Running, closed or paused.
    pub state: SegmentState,
    /// On whose side the time went while it was paused.
    pub paused_by: Option<PausedBy>,
    /// The status that paused it.
    pub paused_in: Option<Status>,
    /// Business minutes counted in it.
    pub minutes: i64,
}

/// A period in which the calendar is open: from inclusive, to exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenInterval {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
}

/// How soon requests of an organization are answered and solved: what is promised to one that is opened now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SlaTargets {
    /// The place in the queue that its packs give.
    pub queue_level: QueueLevel,
    /// The targets of that place; clocks that do not count are left out.
    pub targets: Vec<SlaTarget>,
}

/// How long one clock may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SlaTarget {
    /// Of tickets with this severity.
    pub severity: Severity,
    /// What it measures.
    pub clock: ClockKind,
    /// In business minutes; in minutes around the clock where on-call covers it.
    pub target_minutes: i64,
    /// Whether it counts around the clock.
    pub on_call: bool,
}
