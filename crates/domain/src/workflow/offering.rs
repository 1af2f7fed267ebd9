//! Offers of minutes where a ticket stands (section 5): whether one can be made there, and where a yes leads that comes
//! while the ticket waits for something else.

use super::guard::Facts;
use crate::problem::Refusal;
use crate::ticket::{Scope, Status};

/// Whether minutes can be offered for a ticket where it stands: triaged, in the agreement, deducted, and neither waiting
/// in a list nor over.
///
/// # Errors
/// `out_of_scope`, `triage_required`, `invalid_transition` for the status, `not_billable`.
pub fn check_offerable(facts: &Facts) -> Result<(), Refusal> {
    if facts.scope == Some(Scope::Out) {
        let detail = "what is out of scope is quoted in money, not estimated in minutes";
        return Err(Refusal::conflict("out_of_scope", detail));
    }
    let triaged = facts.severity.is_some() && facts.kind.is_some() && facts.scope.is_some();
    if facts.status.is_open() && !triaged {
        let detail = "severity, kind and scope must be decided first";
        return Err(Refusal::conflict("triage_required", detail));
    }
    // What waits for an answer stands where it returns to.
    let stands = match (facts.status, facts.resume_status) {
        (Status::NeedsInfo, Some(resume_status)) => resume_status,
        (status, _) => status,
    };
    if !stands.is_open() || matches!(stands, Status::Submitted | Status::Backlog | Status::Quoted) {
        let status = stands.to_string().replace('_', " ");
        let detail = format!("nothing is offered for a ticket that is {status}");
        return Err(Refusal::conflict("invalid_transition", detail));
    }
    if !facts.billable {
        let detail = "the work on this ticket is not deducted: there are no minutes to offer";
        return Err(Refusal::conflict("not_billable", detail));
    }
    Ok(())
}

/// Where a ticket that waits for an answer returns to once an offer of minutes was approved meanwhile; `None`: to
/// where it would have returned anyway. Before the yes it was being estimated; what is approved is ready to start.
#[must_use]
pub fn resume_after_yes(status: Status, resume_status: Option<Status>) -> Option<Status> {
    match (status, resume_status) {
        (Status::NeedsInfo, Some(Status::Submitted | Status::Estimating)) => Some(Status::Approved),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::{Kind, Severity};

    fn triaged(status: Status) -> Facts {
        Facts {
            severity: Some(Severity::P2),
            kind: Some(Kind::Corrective),
            scope: Some(Scope::In),
            ..Facts::new(status)
        }
    }

    fn code(facts: &Facts) -> &'static str {
        check_offerable(facts).err().map_or("ok", |refusal| refusal.code())
    }

    #[test]
    fn minutes_are_offered_for_what_is_deducted_and_in_the_agreement() {
        let table = [
            (Status::Estimating, "ok"),
            (Status::AwaitingApproval, "ok"),
            (Status::Fixing, "ok"),
            (Status::Submitted, "invalid_transition"),
            (Status::Backlog, "invalid_transition"),
            (Status::Resolved, "invalid_transition"),
            (Status::Declined, "invalid_transition"),
        ];
        for (status, expected) in table {
            assert_eq!(code(&triaged(status)), expected, "{status}");
        }
        let estimating = || triaged(Status::Estimating);
        assert_eq!(
            code(&Facts {
                billable: false,
                ..estimating()
            }),
            "not_billable"
        );
        assert_eq!(
            code(&Facts {
                severity: None,
                ..estimating()
            }),
            "triage_required"
        );
        assert_eq!(
            code(&Facts {
                scope: Some(Scope::Out),
                ..estimating()
            }),
            "out_of_scope"
        );
        assert_eq!(
            code(&Facts {
                scope: Some(Scope::Out),
                ..triaged(Status::Quoted)
            }),
            "out_of_scope"
        );
    }

    #[test]
    fn a_ticket_that_waits_for_an_answer_stands_where_it_returns_to() {
        let asked = |resume| Facts {
            resume_status: Some(resume),
            ..triaged(Status::NeedsInfo)
        };
        assert_eq!(code(&asked(Status::Estimating)), "ok");
        assert_eq!(code(&asked(Status::Submitted)), "invalid_transition");
    }

    #[test]
    fn a_yes_leads_out_of_estimating_and_leaves_work_where_it_stood() {
        let after = |resume| resume_after_yes(Status::NeedsInfo, Some(resume));
        assert_eq!(after(Status::Estimating), Some(Status::Approved));
        assert_eq!(after(Status::Submitted), Some(Status::Approved));
        assert_eq!(after(Status::Fixing), None);
        assert_eq!(resume_after_yes(Status::WaitingThirdParty, Some(Status::Fixing)), None);
        assert_eq!(resume_after_yes(Status::AwaitingApproval, None), None);
    }
}
