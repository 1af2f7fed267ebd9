//! Where triage sends a ticket.

use crate::ticket::{Kind, Scope, Severity, Status};

/// What somebody decided at triage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Triage {
    /// How bad it is.
    pub severity: Severity,
    /// The kind of work.
    pub kind: Kind,
    /// In or out of the agreement.
    pub scope: Scope,
    /// Whether the work is deducted.
    pub billable: bool,
    /// Whether the organization's emergency clause covers this severity and has minutes or debt left (section 6).
    pub emergency: bool,
    /// Whether a lead decided that it is under warranty (section 6).
    pub warranty: bool,
}

/// Where triage sends a ticket that stands in `status`; `None`: it stays (a reclassification in the middle of work).
/// Out of scope is quoted; P3 waits in the backlog, whatever its kind; what needs no approval starts; the rest is
/// estimated. A ticket that is being estimated may have been taken out of the backlog, so P3 does not send it back.
#[must_use]
pub fn triage_destination(status: Status, triage: Triage) -> Option<Status> {
    let starts = triage.emergency || triage.warranty || !triage.billable;
    match (status, triage.scope) {
        (Status::Submitted | Status::Estimating, Scope::Out) => Some(Status::Quoted),
        (Status::Submitted, Scope::In) if triage.severity == Severity::P3 => Some(Status::Backlog),
        (Status::Submitted | Status::Estimating, Scope::In) if starts => Some(Status::Diagnosing),
        (Status::Submitted, Scope::In) => Some(Status::Estimating),
        _ => None,
    }
}
