//! Who may do what (section 13).

use crate::words::words;

words! {
    /// What a person may do for a client organization, least first.
    ClientRole {
        /// Reads.
        Viewer = "viewer",
        /// Opens tickets, comments, confirms.
        Member = "member",
        /// Says yes to minutes within limits.
        Approver = "approver",
        /// Says yes to everything, and to who may.
        Owner = "owner",
    }
}

words! {
    /// What a person may do on the agency's staff, least first.
    StaffRole {
        /// Does the work.
        Agent = "agent",
        /// Triage, payments, warranty, reassignment.
        Lead = "lead",
        /// Settings, people, plans, terms.
        Admin = "admin",
    }
}
