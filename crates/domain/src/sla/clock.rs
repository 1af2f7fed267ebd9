//! What a replay says about each clock.

use super::policy::ClockKind;
use super::queue::QueueEntry;
use crate::ticket::{Severity, Status};
use crate::time::Instant;
use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// On whose side the time goes while a clock is paused.
    PausedBy {
        /// The client: an answer, an approval, a validation, a window to accept.
        Client = "client",
        /// A window is agreed and has not begun.
        Window = "window",
        /// Somebody else, where the contract says that this pauses.
        ThirdParty = "third_party",
        /// Nobody: backlog, quoted or declined. No clock runs, and the time does not count later.
        SetAside = "set_aside",
    }
}

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ClockState {
    /// Time counts.
    Running,
    /// It would run, but the calendar is closed.
    OutsideHours {
        /// When it runs again.
        opens_at: Instant,
    },
    /// Time does not count; nothing breaches.
    Paused {
        /// On whose side the time goes.
        by: PausedBy,
        /// The status that pauses.
        why: Status,
    },
    /// Reached in time.
    Met,
    /// Elapsed more than the target, whether it was reached later or not yet.
    Breached,
    /// Was past its target at the moment a higher severity was given: late, but not missed.
    LateByReclassification,
    /// Ended without an outcome: declined, merged, quoted; or an update that nobody waits for.
    Cancelled,
    /// The policy has no such target.
    NotApplicable,
}

/// One clock of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// What it measures.
    pub kind: ClockKind,
    /// From 1: resolution and mitigation count reopenings, next update counts every sign of life.
    pub cycle: u32,
    /// The severity it is judged by.
    pub severity: Severity,
    /// Whether it runs 24x7 by contract.
    pub on_call: bool,
    /// When it began.
    pub started_at: Instant,
    /// When it was met or cancelled.
    pub ended_at: Option<Instant>,
    /// The instant of what met it, late or not.
    pub met_at: Option<Instant>,
    /// How it stands.
    #[serde(flatten)]
    pub state: ClockState,
    /// Business minutes; `None` when it does not apply.
    pub target_minutes: Option<i64>,
    /// Whole minutes that counted so far, or until it ended.
    pub elapsed_minutes: i64,
    /// `target_minutes - elapsed_minutes`; negative when late.
    pub remaining_minutes: Option<i64>,
    /// First instant at which elapsed reaches the target if nothing else happens. `None` while it is paused without a
    /// known end, and when it does not apply.
    pub due_at: Option<Instant>,
    /// The last instant at which elapsed equals the target, if nothing else happens: from then on it is late. Stays
    /// the same while time passes, so it can be stored.
    pub breaches_at: Option<Instant>,
    /// The same instant once it has been passed. Kept on a cancelled clock too.
    pub breached_at: Option<Instant>,
    /// When a reclassification made it late.
    pub late_since: Option<Instant>,
}

impl Clock {
    /// True while it can still be met: it applies, and has neither been met nor cancelled.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none() && self.state != ClockState::NotApplicable
    }
}

/// All clocks of a ticket at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sla {
    /// First response, then next updates, mitigations and resolutions by cycle. Kinds without a target appear once, as
    /// not applicable.
    pub clocks: Vec<Clock>,
    /// What the queue orders by, and what is stored for it.
    pub queue: QueueEntry,
}

impl Sla {
    /// The present clock of a kind: its last cycle.
    #[must_use]
    pub fn current(&self, kind: ClockKind) -> Option<&Clock> {
        self.clocks.iter().rev().find(|clock| clock.kind == kind)
    }

    /// The nearest deadline of the clocks that can still be met, past or future (section 7); changes only when
    /// something happens.
    #[must_use]
    pub fn next_deadline_at(&self) -> Option<Instant> {
        self.queue.next_deadline_at
    }
}
