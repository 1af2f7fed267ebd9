//! Words of the work on a ticket: what kind of time, and where a deployment window stands.

use crate::problem::Refusal;
use crate::ticket::Scope;
use crate::words::words;

words! {
    /// What kind of work a time entry was.
    Activity {
        /// Sorting and answering.
        Triage = "triage",
        /// Estimating; covered by the free minutes, as diagnosis is (section 3).
        Estimating = "estimating",
        /// Finding the cause.
        Diagnosis = "diagnosis",
        /// Making the change.
        Development = "development",
        /// Trying it.
        Testing = "testing",
        /// Bringing it to production.
        Deployment = "deployment",
        /// Talking and writing.
        Communication = "communication",
    }
}

words! {
    /// Where a deployment window stands.
    WindowStatus {
        /// The client has not answered.
        Proposed = "proposed",
        /// Agreed.
        Accepted = "accepted",
        /// The client said no.
        Declined = "declined",
        /// Another one took its place before it was answered or used.
        Superseded = "superseded",
    }
}

/// Whether time on a ticket can be logged as billable. `not_billable_reason` is why the ticket is not deducted, if that
/// was said.
///
/// # Errors
/// `invalid` at `/billable`: `not_billable`, or `out_of_scope`, which is paid in money and never touches a lot.
pub fn check_billable(
    ticket_billable: bool,
    not_billable_reason: Option<&str>,
    scope: Option<Scope>,
) -> Result<(), Refusal> {
    if !ticket_billable {
        let why = not_billable_reason.unwrap_or("as decided at triage");
        let detail = format!("The work on this ticket is not deducted: {why}");
        return Err(Refusal::field("/billable", "not_billable", detail));
    }
    if scope == Some(Scope::Out) {
        let detail = "What is out of scope is paid by its quote: log the time as not billable.";
        return Err(Refusal::field("/billable", "out_of_scope", detail));
    }
    Ok(())
}
