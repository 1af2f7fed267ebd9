//! The parts of a statement.

use crate::Instant;
use crate::ids::{EstimateId, LotId, SystemId, TicketId, TimeEntryId, WindowId};
use crate::ticket::{Kind, Severity, Status};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The balance as the ledger tells it at the end of the period, read apart from the sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceAt {
    /// In the lots.
    pub posted_minutes: i64,
    /// Of it reserved.
    pub held_minutes: i64,
    /// Of it free.
    pub available_minutes: i64,
    /// Owed.
    pub debt_minutes: i64,
}

/// The account of the period: `closing = opening + granted + credited + unrepaid - used - debited - expired -
/// refunded - voided - repaid` (section 11).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Posted before the period.
    pub opening_minutes: i64,
    /// Minutes of new lots.
    pub granted_minutes: i64,
    /// Adjusted in the client's favour.
    pub credited_minutes: i64,
    /// Repayments that were corrected away.
    pub unrepaid_minutes: i64,
    /// Used by work, less what came back; negative when more came back.
    pub used_minutes: i64,
    /// Adjusted in the agency's favour.
    pub debited_minutes: i64,
    /// Expired.
    pub expired_minutes: i64,
    /// Paid back in money.
    pub refunded_minutes: i64,
    /// Made void.
    pub voided_minutes: i64,
    /// Debt that was repaid.
    pub repaid_minutes: i64,
    /// Posted at the end.
    pub closing_minutes: i64,
    /// Of the closing reserved.
    pub held_minutes: i64,
    /// Of the closing free.
    pub available_minutes: i64,
    /// Work that became debt in the period, less corrections.
    pub borrowed_minutes: i64,
    /// What became debt because the payment for it bounced, less corrections; left out when nothing did.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub bounced_minutes: i64,
    /// Owed at the end.
    pub debt_minutes: i64,
}

impl Account {
    /// Every figure with its name.
    #[must_use]
    pub const fn figures(&self) -> [(&'static str, i64); 16] {
        [
            ("opening", self.opening_minutes),
            ("granted", self.granted_minutes),
            ("credited", self.credited_minutes),
            ("unrepaid", self.unrepaid_minutes),
            ("used", self.used_minutes),
            ("debited", self.debited_minutes),
            ("expired", self.expired_minutes),
            ("refunded", self.refunded_minutes),
            ("voided", self.voided_minutes),
            ("repaid", self.repaid_minutes),
            ("closing", self.closing_minutes),
            ("held", self.held_minutes),
            ("available", self.available_minutes),
            ("borrowed", self.borrowed_minutes),
            ("bounced", self.bounced_minutes),
            ("debt", self.debt_minutes),
        ]
    }
}

/// One ticket that was worked on, moved or delivered in the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketLine {
    /// The ticket.
    pub ticket_id: TicketId,
    /// What people call it.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// The system.
    pub system_id: Option<SystemId>,
    /// The status at the end of the period.
    pub status: Status,
    /// The kind of work, once decided.
    pub kind: Option<Kind>,
    /// The severity, once decided.
    pub severity: Option<Severity>,
    /// What was done, when it was delivered in the period.
    pub what_was_done: Option<String>,
    /// Minutes deducted or borrowed in the period, less what came back.
    pub minutes: i64,
    /// The part of `minutes` that no time entry carries: the rest of a fixed estimate.
    pub fixed_minutes: i64,
    /// Whether one of its approvals was recorded by a lead (section 5).
    pub recorded_approval: bool,
    /// The part of `minutes` that no lot had: it became debt.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub borrowed_minutes: i64,
    /// Whether the work began under the emergency clause (section 6).
    #[serde(default, skip_serializing_if = "is_not")]
    pub emergency: bool,
    /// Whether it is not deducted because it is under warranty (section 6).
    #[serde(default, skip_serializing_if = "is_not")]
    pub warranty: bool,
    /// Whether one of those was disputed; left out when none was, as in statements frozen before this was told.
    #[serde(default, skip_serializing_if = "is_not")]
    pub disputed_approval: bool,
    /// The names of the standing approvals that covered its minutes; left out when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standing_approvals: Vec<String>,
}

/// Statements that were frozen before there was such a field read back to the same text.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
const fn is_nothing(minutes: &i64) -> bool {
    *minutes == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
const fn is_not(flag: &bool) -> bool {
    !*flag
}

/// One time entry, or the part of one that was corrected in the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryLine {
    /// The entry.
    pub time_entry_id: TimeEntryId,
    /// Its ticket.
    pub ticket_id: TicketId,
    /// What people call the ticket.
    pub reference: String,
    /// The day of the work.
    pub worked_on: NaiveDate,
    /// Who worked.
    pub person: String,
    /// The word of the activity.
    pub activity: String,
    /// What was noted.
    pub note: String,
    /// Minutes worked; negative in the line of a correction.
    pub actual_minutes: i64,
    /// Minutes deducted or borrowed; negative in the line of a correction.
    pub billable_minutes: i64,
    /// Worked in a week whose statement was frozen before.
    pub late: bool,
}

/// Minutes by kind of work; `None` gathers tickets that were answered before triage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindLine {
    /// The kind of work.
    pub kind: Option<Kind>,
    /// How many tickets.
    pub tickets: i64,
    /// Their minutes.
    pub minutes: i64,
}

/// Minutes that expire soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiring {
    /// The lot.
    pub lot_id: LotId,
    /// Its plan.
    pub plan_code: String,
    /// Last day of use.
    pub expires_on: NaiveDate,
    /// What is available in it.
    pub available_minutes: i64,
}

/// Where the pace of the last weeks leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlook {
    /// Minutes used a week, over the last eight weeks.
    pub minutes_per_week: i64,
    /// The day on which nothing is left, if before everything has expired.
    pub runs_out_on: Option<NaiveDate>,
    /// What will expire unused at this pace.
    pub expires_unused_minutes: i64,
}

/// An estimate that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The estimate.
    pub estimate_id: EstimateId,
    /// What people call its ticket.
    pub reference: String,
    /// The ticket's title.
    pub title: String,
    /// Minutes offered.
    pub minutes: i64,
    /// Until when it stands.
    pub valid_until: Instant,
}

/// Clocks that ended in the period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaLine {
    /// The clock's word: `first_response`, `next_update`, `mitigation`, `resolution`.
    pub clock: String,
    /// Met.
    pub met: i64,
    /// Missed.
    pub missed: i64,
}

/// A deployment that is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowAhead {
    /// The window.
    pub window_id: WindowId,
    /// What people call its ticket.
    pub reference: String,
    /// From.
    pub starts_at: Instant,
    /// Until.
    pub ends_at: Instant,
    /// Whether the client has agreed.
    pub accepted: bool,
}
