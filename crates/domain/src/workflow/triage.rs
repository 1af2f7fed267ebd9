//! Where triage sends a ticket.

use super::table::{Via, transitions};
use crate::problem::Refusal;
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

/// Whether a ticket that stands in `status` may be given this scope, when it had the other one before: what is out of
/// scope is quoted in money, so that it can be taken out only where the table leads to a quote. Where minutes are
/// offered, asked about, approved or used it is too late.
///
/// # Errors
/// `cannot_be_quoted`.
pub fn check_scope(status: Status, before: Option<Scope>, scope: Scope) -> Result<(), Refusal> {
    let quoted_from = |status: Status| {
        let mut rows = transitions().iter();
        rows.any(|row| (row.from, row.to, row.via) == (status, Status::Quoted, Via::Triage))
    };
    if scope == Scope::In || before == Some(Scope::Out) || quoted_from(status) {
        return Ok(());
    }
    let from: Vec<String> = Status::ALL
        .iter()
        .filter(|status| quoted_from(**status))
        .map(|status| status.to_string().replace('_', " "))
        .collect();
    let detail = format!(
        "a ticket that is {} cannot be taken out of scope: a quote in money begins where it is {}",
        status.to_string().replace('_', " "),
        from.join(" or ")
    );
    Err(Refusal::conflict("cannot_be_quoted", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_quoted_is_taken_out_of_scope() {
        for status in Status::ALL.iter().copied() {
            let expected = matches!(status, Status::Submitted | Status::Estimating);
            for before in [None, Some(Scope::In)] {
                assert_eq!(check_scope(status, before, Scope::Out).is_ok(), expected, "{status}");
            }
            assert!(
                check_scope(status, Some(Scope::Out), Scope::Out).is_ok(),
                "it is out already"
            );
            assert!(check_scope(status, Some(Scope::In), Scope::In).is_ok());
        }
        let refusal = check_scope(Status::Approved, Some(Scope::In), Scope::Out).unwrap_err();
        assert_eq!(refusal.code(), "cannot_be_quoted");
        let sentence = refusal.to_string();
        assert!(
            sentence.contains("approved") && sentence.contains("submitted or estimating"),
            "{sentence}"
        );
    }
}
