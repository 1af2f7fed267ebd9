//! The order in which work is taken up (section 7).

use crate::ticket::{QueueLevel, Severity};
use crate::time::Instant;
use crate::words::words;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

words! {
    /// The groups of the queue, first to last.
    QueueRank {
        /// The main operation is blocked.
        OpenP0 = "open_p0",
        /// A clock that can still be met is late.
        Breached = "breached",
        /// Everything else that somebody can work on.
        Open = "open",
        /// No clock runs: somebody else is to act.
        Paused = "paused",
        /// Nothing is to be done.
        Done = "done",
    }
}

/// What the order rests on. It changes only when something happens to the ticket, so it can be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueEntry {
    /// Neither solved nor declined.
    pub waits_for_work: bool,
    /// The severity in force.
    pub severity: Severity,
    /// The client's place.
    pub queue_level: QueueLevel,
    /// How old the ticket is.
    pub created_at: Instant,
    /// The nearest deadline of the clocks that can still be met, past or future.
    pub next_deadline_at: Option<Instant>,
    /// After this instant one of those clocks is late.
    pub late_from: Option<Instant>,
    /// From when on a clock runs: in the future where an agreed window has to begin first, `None` while paused without
    /// a known end.
    pub runs_from: Option<Instant>,
}

/// Compares tickets: the smaller key is taken up first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueueKey {
    /// The group.
    pub rank: QueueRank,
    in_time: bool,
    no_deadline: bool,
    deadline: Option<Instant>,
    queue_level: Reverse<QueueLevel>,
    severity: Severity,
    created_at: Instant,
}

impl QueueEntry {
    /// The place in the queue at `now`: open P0, then breached, then the nearest deadline, then queue level, severity
    /// and age; paused ones last, P0 or not.
    #[must_use]
    pub fn key(&self, now: Instant) -> QueueKey {
        let late = self.late_from.is_some_and(|last_in_time| now > last_in_time);
        let rank = if !self.waits_for_work {
            QueueRank::Done
        } else if self.runs_from.is_none_or(|from| from > now) {
            QueueRank::Paused
        } else if self.severity == Severity::P0 {
            QueueRank::OpenP0
        } else if late {
            QueueRank::Breached
        } else {
            QueueRank::Open
        };
        QueueKey {
            rank,
            in_time: !late,
            no_deadline: self.next_deadline_at.is_none(),
            deadline: self.next_deadline_at,
            queue_level: Reverse(self.queue_level),
            severity: self.severity,
            created_at: self.created_at,
        }
    }
}
