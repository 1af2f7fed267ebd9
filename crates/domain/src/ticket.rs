//! Tickets (section 4): the words that describe a request for work.

use crate::words::words;

words! {
    /// How bad it is (product.md, "Severity").
    Severity {
        /// System down, or the main operation blocked.
        P0 = "p0",
        /// Key function affected, a partial workaround exists.
        P1 = "p1",
        /// Annoying or intermittent, does not block operations.
        P2 = "p2",
        /// Minor adjustment or improvement.
        P3 = "p3",
    }
}

words! {
    /// The kind of work.
    Kind {
        /// Something is broken.
        Corrective = "corrective",
        /// Something new or better.
        Evolutionary = "evolutionary",
        /// Care, so that nothing breaks.
        Preventive = "preventive",
        /// The world around it changed.
        Adaptive = "adaptive",
    }
}

words! {
    /// Where a ticket stands; what may follow is in [`crate::workflow`].
    Status {
        /// Waiting for triage.
        Submitted = "submitted",
        /// A public question was asked.
        NeedsInfo = "needs_info",
        /// In scope, estimate in preparation.
        Estimating = "estimating",
        /// An estimate is offered.
        AwaitingApproval = "awaiting_approval",
        /// Minutes are held, ready to start.
        Approved = "approved",
        /// The cause is being found.
        Diagnosing = "diagnosing",
        /// Change and tests.
        Fixing = "fixing",
        /// The client tries it in staging.
        AwaitingValidation = "awaiting_validation",
        /// A window is proposed or agreed.
        AwaitingWindow = "awaiting_window",
        /// Needs somebody else.
        WaitingThirdParty = "waiting_third_party",
        /// Delivered; the client confirms or reopens.
        Resolved = "resolved",
        /// The record is complete.
        Closed = "closed",
        /// Ranked, not started.
        Backlog = "backlog",
        /// Out of scope, a priced quote is pending.
        Quoted = "quoted",
        /// Refused, withdrawn, duplicate or unanswered.
        Declined = "declined",
    }
}

words! {
    /// In or out of the agreement (section 6).
    Scope {
        /// Covered by the agreement.
        In = "in",
        /// Not covered: a quote in money, never minutes.
        Out = "out",
    }
}

words! {
    /// How a ticket came in.
    Channel {
        /// The client's portal.
        Portal = "portal",
        /// A mail.
        Email = "email",
        /// A third party over REST.
        Api = "api",
        /// A monitor that found an outage.
        Monitor = "monitor",
        /// A run of a preventive plan.
        Preventive = "preventive",
        /// A group of error events.
        Error = "error",
        /// Somebody on the staff.
        Staff = "staff",
    }
}

words! {
    /// The client's place in the queue, given by the best plan with minutes left (section 4), best last.
    QueueLevel {
        /// Starter, or no active lot.
        Standard = "standard",
        /// Flexi.
        Priority = "priority",
        /// Pro.
        FastTrack = "fast_track",
    }
}

words! {
    /// Who can read something.
    Visibility {
        /// Client and staff.
        Public = "public",
        /// Staff only; never reaches a client in any channel (section 12).
        Internal = "internal",
    }
}

words! {
    /// Is there a way around the problem?
    Workaround {
        /// Nothing helps.
        None = "none",
        /// Part of the work can go on.
        Partial = "partial",
        /// The work can go on another way.
        Full = "full",
    }
}
