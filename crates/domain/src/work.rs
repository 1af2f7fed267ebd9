//! Words of the work on a ticket: what kind of time, and where a deployment window stands.

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
