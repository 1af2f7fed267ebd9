//! What a replay reads: the part of a ticket's events that moves its clocks.

use crate::ticket::{Kind, QueueLevel, Severity, Status};
use crate::time::Instant;
use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Whose act something was.
    Hand {
        /// A person of the client.
        Client = "client",
        /// A person on the staff.
        Staff = "staff",
        /// Nobody: a job, a monitor, an automatic reply.
        System = "system",
    }
}

/// Something that moves clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "happening", rename_all = "snake_case")]
pub enum Happening {
    /// A decision on severity and kind; also a later one. A person's decision is a first response.
    Triaged {
        /// Decided severity.
        severity: Severity,
        /// Decided kind; mitigation and resolution are for corrective tickets.
        kind: Kind,
        /// Who decided.
        by: Hand,
    },
    /// The decided severity was changed.
    SeverityChanged {
        /// The new one.
        severity: Severity,
    },
    /// The decided kind was changed.
    KindChanged {
        /// The new one.
        kind: Kind,
    },
    /// A lead recorded that the severity before the present one was a mistake: breaches reached under it do not stay.
    Misclassified,
    /// A public message of a person on the staff; never an automatic one.
    StaffMessage,
    /// An estimate was offered.
    EstimateOffered,
    /// A window was proposed, or a counter-proposal made: nothing is agreed now.
    WindowProposed,
    /// A window was accepted.
    WindowAccepted {
        /// When it starts.
        starts_at: Instant,
    },
    /// The status changed. Resolving, closing, reopening, declining, merging (declined as duplicate), quoting and
    /// going to the backlog are all told by this.
    StatusChanged {
        /// The new status.
        to: Status,
        /// Whose act it was.
        by: Hand,
    },
    /// The damage is contained.
    MitigationRecorded,
}

/// A happening and its instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated {
    /// When.
    pub at: Instant,
    /// What.
    #[serde(flatten)]
    pub happening: Happening,
}

/// The history of one ticket as far as clocks are concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketHistory {
    /// When it was opened.
    pub created_at: Instant,
    /// Who opened it; a ticket that staff opened is answered at once.
    pub created_by: Hand,
    /// What the impact answers suggest; none counts as P2 until triage.
    pub suggested_severity: Option<Severity>,
    /// The kind the client names; none counts as corrective until triage.
    pub suggested_kind: Option<Kind>,
    /// Frozen at creation (section 4).
    pub queue_level: QueueLevel,
    /// In the order they happened. One dated before its predecessor counts as of the predecessor's instant.
    pub happenings: Vec<Dated>,
}
