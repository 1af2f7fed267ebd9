//! SLA clocks (section 7): replayed from a ticket's history over a calendar; nothing is counted incrementally.
//!
//! [`Replay`] is a pure function of history, policy, open intervals and `now`. It yields the clocks ([`Sla`]), the
//! warnings that are due ([`Warnings`]), the reasons ("why this deadline", [`Explained`]) and the place in the queue
//! ([`QueueEntry`]). What is stored of it for ordering changes only when something happens, never by time passing.

mod clock;
mod course;
mod explain;
mod history;
mod judge;
mod policy;
mod queue;
mod replay;
mod timeline;
mod warnings;

pub use clock::{Clock, ClockState, PausedBy, Sla};
pub use explain::{Explained, Segment, SegmentKind};
pub use history::{Dated, Hand, Happening, TicketHistory};
pub use policy::{ClockKind, OnCall, SlaPolicy, SlaPolicyDefinition, TargetDefinition};
pub use queue::{QueueEntry, QueueKey, QueueRank};
pub use replay::Replay;
pub use warnings::{Audience, Warning, WarningKey, Warnings};
