//! The work on a ticket: evidence, transitions, windows, time, mitigation and closure.

use crate::Person;
use crate::dates::{known_day, known_instant};
use crate::estimate::Allocation;
use chrono::{DateTime, NaiveDate, Utc};
use daypack_domain::closure::CauseCategory;
use daypack_domain::ids::{TicketId, TimeEntryId, WindowId};
use daypack_domain::ticket::Status;
use daypack_domain::work::{Activity, WindowStatus};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// Requests that may bring evidence, with its six fields in one place: `serde(flatten)` does not go with
/// `deny_unknown_fields`.
macro_rules! with_evidence {
    ($($(#[$about:meta])* pub struct $name:ident { $($own:tt)* })+) => {$(
        $(#[$about])*
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($own)*
            /// The cause.
            #[garde(inner(length(chars, min = 1, max = 10_000)))]
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub diagnosis: Option<String>,
            /// How it was reproduced in staging.
            #[garde(inner(length(chars, min = 1, max = 10_000)))]
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub reproduction: Option<String>,
            /// Why it could not be reproduced and is fixed all the same.
            #[garde(inner(length(chars, min = 1, max = 2000)))]
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub reproduction_waiver: Option<String>,
            /// Why a deployment does without an accepted window (P0 and P1 only).
            #[garde(inner(length(chars, min = 1, max = 2000)))]
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub window_waiver: Option<String>,
            /// How to undo the deployment.
            #[garde(inner(length(chars, min = 1, max = 10_000)))]
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub rollback_note: Option<String>,
            /// What was tested and what came out.
            #[garde(inner(length(chars, min = 1, max = 10_000)))]
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub test_evidence: Option<String>,
        }

        impl $name {
            /// The evidence in it.
            #[must_use]
            pub fn evidence(&self) -> Evidence {
                Evidence {
                    diagnosis: self.diagnosis.clone(),
                    reproduction: self.reproduction.clone(),
                    reproduction_waiver: self.reproduction_waiver.clone(),
                    window_waiver: self.window_waiver.clone(),
                    rollback_note: self.rollback_note.clone(),
                    test_evidence: self.test_evidence.clone(),
                }
            }
        }
    )+};
}

with_evidence! {
    /// What was found and proven. In a request, what is left out stays as it is.
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
    pub struct Evidence {}

    /// `POST /tickets/{id}/transitions`
    #[derive(Debug, Clone, Serialize, Deserialize, Validate)]
    pub struct Transition {
        /// Where to.
        #[garde(skip)]
        pub to: Status,
        /// Why; for `needs_info` the public question.
        #[garde(inner(length(chars, min = 1, max = 5000)))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }

    /// `POST /tickets/{id}/resolve`
    #[derive(Debug, Clone, Serialize, Deserialize, Validate)]
    pub struct Resolve {
        /// What was done.
        #[garde(length(chars, min = 1, max = 10_000))]
        pub what_was_done: String,
        /// Something went to production for it; `false` when left out.
        #[garde(skip)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub deployed: Option<bool>,
        /// Why it happened; required for corrective tickets of P0 to P2.
        #[garde(inner(length(chars, min = 1, max = 10_000)))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub why_it_happened: Option<String>,
        /// How to prevent it; required for corrective tickets of P0 to P2.
        #[garde(inner(length(chars, min = 1, max = 10_000)))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub how_to_prevent: Option<String>,
        /// What kind of cause.
        #[garde(skip)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cause_category: Option<CauseCategory>,
    }
}

/// `POST /tickets/{id}/windows`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProposeWindow {
    /// From when.
    #[garde(custom(known_instant))]
    pub starts_at: DateTime<Utc>,
    /// Until when.
    #[garde(custom(known_instant))]
    pub ends_at: DateTime<Utc>,
    /// What to expect.
    #[garde(inner(length(chars, min = 1, max = 2000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A period proposed or agreed for a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Window {
    /// Identifier.
    pub id: WindowId,
    /// The ticket it is for.
    pub ticket_id: TicketId,
    /// Where it stands.
    pub status: WindowStatus,
    /// From when.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
    /// What to expect.
    pub note: Option<String>,
    /// Who proposed it.
    pub proposed_by: Person,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// Who answered.
    pub decided_by: Option<Person>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why not.
    pub reason: Option<String>,
}

/// `POST /tickets/{id}/time-entries`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LogTime {
    /// Minutes really worked.
    #[garde(range(min = 1, max = 1440))]
    pub minutes: i64,
    /// On which day, in the organization's zone.
    #[garde(custom(known_day))]
    pub worked_on: NaiveDate,
    /// What kind of work.
    #[garde(skip)]
    pub activity: Activity,
    /// What was done; the client reads it.
    #[garde(length(chars, min = 1, max = 2000))]
    pub note: String,
    /// It takes minutes from the pack.
    #[garde(skip)]
    pub billable: bool,
}

/// Minutes worked by a person on a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimeEntry {
    /// Identifier.
    pub id: TimeEntryId,
    /// The ticket it is for.
    pub ticket_id: TicketId,
    /// Who worked.
    pub person: Person,
    /// Minutes really worked.
    pub minutes: i64,
    /// Minutes deducted for them.
    pub billable_minutes: i64,
    /// The part of them that no pack had: owed until it is repaid.
    pub borrowed_minutes: i64,
    /// Of the minutes worked, those that are not deducted: they went back with an emergency that was none.
    pub waived_minutes: i64,
    /// It takes minutes from the pack.
    pub billable: bool,
    /// On which day.
    pub worked_on: NaiveDate,
    /// What kind of work.
    pub activity: Activity,
    /// What was done.
    pub note: String,
    /// When it was logged.
    pub logged_at: DateTime<Utc>,
    /// When it was taken back.
    pub reversed_at: Option<DateTime<Utc>>,
    /// Why.
    pub reversal_reason: Option<String>,
    /// Which lots the minutes came from.
    pub allocations: Vec<Allocation>,
}

/// `POST /tickets/{id}/mitigation`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RecordMitigation {
    /// What was done at once.
    #[garde(length(chars, min = 1, max = 10_000))]
    pub what_was_done: String,
}

/// What was done at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mitigation {
    /// What.
    pub what_was_done: String,
    /// Who.
    pub recorded_by: Person,
    /// When.
    pub recorded_at: DateTime<Utc>,
}

/// How a ticket was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClosureRecord {
    /// 1 for the first time; counts up when it is reopened.
    pub cycle: i64,
    /// What was done.
    pub what_was_done: String,
    /// Why it happened.
    pub why_it_happened: Option<String>,
    /// How to prevent it.
    pub how_to_prevent: Option<String>,
    /// What kind of cause.
    pub cause_category: Option<CauseCategory>,
    /// Something went to production for it.
    pub deployed: bool,
    /// Who resolved it.
    pub resolved_by: Person,
    /// When.
    pub resolved_at: DateTime<Utc>,
    /// Minutes estimated, approved and used until then.
    pub estimated_minutes: i64,
    /// Approved.
    pub approved_minutes: i64,
    /// Used.
    pub used_minutes: i64,
    /// When it closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Who confirmed; nothing when it closed itself.
    pub confirmed_by: Option<Person>,
}
