//! What can happen: names, payloads and who can read them.

use super::declare::events;
use crate::Instant;
use crate::closure::ClosureRecord;
use crate::estimate::{ApprovalChannel, Basis, EstimateKind};
use crate::ids::{
    AttachmentId, CommentId, EstimateId, LotId, OrderId, StandingApprovalId, StatementId, SystemId, TicketId,
    TimeEntryId, UserId, WindowId,
};
use crate::lot::LotOrigin;
use crate::money::Money;
use crate::policy::{ClientRole, StaffRole};
use crate::ticket::{Channel, EvidenceKind, Kind, LinkKind, Scope, Severity, Status, Visibility};
use crate::workflow::DeclineReason;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

impl EventKind {
    /// Who can read it. Notes, and what hangs on them, are as visible as they were written.
    #[must_use]
    pub const fn visibility(&self) -> Visibility {
        match self {
            Self::TicketCommented { visibility, .. } | Self::AttachmentAdded { visibility, .. } => *visibility,
            _ => self.usual_visibility(),
        }
    }
}

events! {
    /// A client organization was set up.
    OrganizationCreated = "organization.created", Public {
        /// Its name.
        organization_name: String,
        /// Its prefix for references.
        prefix: String,
        /// Its IANA zone.
        time_zone: String,
    }
    /// Settings of an organization changed.
    OrganizationChanged = "organization.changed", Public {
        /// The names of the fields that changed.
        fields: Vec<String>,
    }
    /// Somebody was given a role in the organization.
    MemberAdded = "member.added", Public {
        /// The person.
        user_id: UserId,
        /// The role.
        role: ClientRole,
        /// The approver's limit for each ticket.
        approval_limit_minutes: Option<i64>,
    }
    /// Role or limits of a member changed.
    MemberChanged = "member.changed", Public {
        /// The person.
        user_id: UserId,
        /// The role from now on.
        role: ClientRole,
        /// The approver's limit for each ticket from now on.
        approval_limit_minutes: Option<i64>,
    }
    /// Somebody is no longer a member.
    MemberRemoved = "member.removed", Public {
        /// The person.
        user_id: UserId,
    }
    /// Somebody joined the staff.
    StaffAdded = "staff.added", Internal {
        /// The person.
        user_id: UserId,
        /// The role.
        role: StaffRole,
    }
    /// A system came under maintenance.
    SystemCreated = "system.created", Public {
        /// The system.
        system_id: SystemId,
        /// Its name.
        system_name: String,
    }
    /// A system's facts changed.
    SystemChanged = "system.changed", Public {
        /// The system.
        system_id: SystemId,
        /// The names of the fields that changed.
        fields: Vec<String>,
    }

    /// Packs were ordered, and terms accepted.
    OrderPlaced = "order.placed", Public {
        /// The order.
        order_id: OrderId,
        /// The plan's code.
        plan_code: String,
        /// How many packs.
        packs: i64,
        /// The terms that were accepted.
        terms_version: String,
    }
    /// The payment of an order was confirmed.
    OrderPaid = "order.paid", Public {
        /// The order.
        order_id: OrderId,
        /// The payment's reference.
        payment_reference: String,
    }
    /// An order's lot started.
    OrderActivated = "order.activated", Public {
        /// The order.
        order_id: OrderId,
        /// The lot that it bought.
        lot_id: LotId,
    }
    /// An order was cancelled before payment.
    OrderCancelled = "order.cancelled", Public {
        /// The order.
        order_id: OrderId,
        /// Why.
        reason: Option<String>,
    }
    /// An order was not paid in time.
    OrderLapsed = "order.lapsed", Public {
        /// The order.
        order_id: OrderId,
    }
    /// The payment of an order bounced, or was given up after an activation on credit.
    OrderBounced = "order.bounced", Public {
        /// The order.
        order_id: OrderId,
        /// Why.
        reason: String,
        /// Minutes that were available and are gone.
        voided_minutes: i64,
        /// Minutes that were used or held, and are owed now.
        debt_minutes: i64,
    }
    /// A version of the terms was accepted, apart from any order.
    TermsAccepted = "terms.accepted", Public {
        /// The version.
        version: i64,
        /// SHA-256 of its text, in hexadecimal.
        hash: String,
    }
    /// Minutes became usable.
    LotGranted = "lot.granted", Public {
        /// The lot.
        lot_id: LotId,
        /// How many minutes.
        minutes: i64,
        /// Last day of use, inclusive, in the organization's zone.
        expires_on: NaiveDate,
    }
    /// Minutes were given without an order, or taken over from a running contract.
    LotGiven = "lot.given", Public {
        /// The lot.
        lot_id: LotId,
        /// As what.
        origin: LotOrigin,
        /// How many minutes.
        minutes: i64,
        /// Last day of use, inclusive, in the organization's zone.
        expires_on: NaiveDate,
        /// Why.
        reason: String,
    }
    /// A lot lasts longer.
    LotExtended = "lot.extended", Public {
        /// The lot.
        lot_id: LotId,
        /// Last day of use from now on.
        expires_on: NaiveDate,
        /// Last day of use until now.
        previous_expires_on: NaiveDate,
    }
    /// A lot that nobody used was taken back.
    LotVoided = "lot.voided", Public {
        /// The lot.
        lot_id: LotId,
        /// How many minutes are gone.
        minutes: i64,
        /// Why.
        reason: String,
    }
    /// Unused minutes were paid back.
    LotRefunded = "lot.refunded", Public {
        /// The lot.
        lot_id: LotId,
        /// How many minutes are gone.
        minutes: i64,
        /// What is paid for them.
        amount: Money,
        /// Why.
        reason: String,
    }
    /// Minutes were added to a lot, or taken from it.
    LotAdjusted = "lot.adjusted", Public {
        /// The lot.
        lot_id: LotId,
        /// How many were added; below 0, taken away.
        minutes: i64,
        /// Why.
        reason: String,
    }
    /// Which systems a lot serves was changed.
    LotLimited = "lot.limited", Public {
        /// The lot.
        lot_id: LotId,
        /// The systems from now on; empty means all.
        system_ids: Vec<SystemId>,
        /// Why.
        reason: String,
    }
    /// Minutes of a lot expired unused.
    LotExpired = "lot.expired", Public {
        /// The lot.
        lot_id: LotId,
        /// How many minutes.
        minutes: i64,
    }
    /// A lot is nearly used, or expires soon with minutes left.
    LotLow = "lot.low", Public {
        /// The lot.
        lot_id: LotId,
        /// What is available.
        available_minutes: i64,
        /// Percent used that was crossed, if that is what rang.
        used_percent: Option<i64>,
        /// Days left that were crossed, if that is what rang.
        days_left: Option<i64>,
    }

    /// At the pace of the last weeks nothing is left soon.
    MinutesRunningOut = "minutes.running_out", Public {
        /// What is available, over all lots.
        available_minutes: i64,
        /// Days until nothing is left.
        days_left: i64,
    }

    /// A request for work came in.
    TicketCreated = "ticket.created", Public {
        /// What people call it.
        reference: String,
        /// Its title.
        title: String,
        /// How it came in.
        channel: Channel,
        /// What the answers about the impact, or the reporter, suggest.
        suggested_severity: Option<Severity>,
    }
    /// Severity, kind and scope were decided, for the first time or again.
    TicketTriaged = "ticket.triaged", Public {
        /// The decided severity.
        severity: Severity,
        /// The one before, when it was decided before.
        previous_severity: Option<Severity>,
        /// The kind of work.
        kind: Kind,
        /// In or out of the agreement.
        scope: Scope,
        /// Whether the work is deducted.
        billable: bool,
        /// Why not, if not.
        not_billable_reason: Option<String>,
        /// What is done first.
        mitigation_plan: Option<String>,
        /// What is done for good.
        solution_plan: Option<String>,
        /// Why it was decided so.
        reason: Option<String>,
        /// Whether a lead says that the earlier severity was a mistake: a breach under it does not stay (section 7).
        misclassified: bool,
    }
    /// Work began under the emergency clause, before anybody said yes to it.
    EmergencyStarted = "ticket.emergency_started", Public {
        /// Minutes that it may take.
        clause_minutes: i64,
        /// Minutes that were held for it.
        held_minutes: i64,
    }
    /// An owner said that the emergency was right.
    EmergencyConfirmed = "ticket.emergency_confirmed", Public {}
    /// An owner said that it was not one.
    EmergencyDisputed = "ticket.emergency_disputed", Public {
        /// Why.
        reason: String,
    }
    /// The lead decided about a disputed emergency.
    EmergencySettled = "ticket.emergency_settled", Public {
        /// Whether the owner was right: the work is not billable.
        upheld: bool,
        /// What the lead said.
        reason: Option<String>,
        /// Minutes that came back.
        returned_minutes: i64,
    }
    /// It belongs to another ticket.
    TicketLinked = "ticket.linked", Public {
        /// How.
        kind: LinkKind,
        /// The other ticket.
        other_id: TicketId,
        /// What people call it.
        other_reference: String,
    }
    /// A lead decided whether a recurrence is under warranty.
    WarrantyDecided = "ticket.warranty_decided", Public {
        /// Whether it is: the work is not billable.
        accepted: bool,
        /// Why.
        reason: Option<String>,
        /// What people call the ticket whose fault came back.
        original_reference: String,
        /// Minutes that came back.
        returned_minutes: i64,
    }
    /// Somebody has it now, or nobody.
    TicketAssigned = "ticket.assigned", Public {
        /// Who.
        assignee_id: Option<UserId>,
        /// Who had it before.
        previous_assignee_id: Option<UserId>,
    }
    /// It moved along the workflow. Told for every change of status, beside what caused it.
    TicketStatusChanged = "ticket.status_changed", Public {
        /// From.
        from: Status,
        /// To.
        to: Status,
        /// Why, or the public question.
        reason: Option<String>,
        /// Why it ended, when it was declined.
        decline_reason: Option<DeclineReason>,
    }
    /// Somebody wrote on it.
    TicketCommented = "ticket.commented", Public {
        /// The comment.
        comment_id: CommentId,
        /// Who can read it.
        visibility: Visibility,
        /// Whether a machine wrote it: an automatic reply answers no question (section 4).
        automatic: bool,
    }
    /// A file was attached.
    AttachmentAdded = "ticket.attachment_added", Public {
        /// The file.
        attachment_id: AttachmentId,
        /// Its name.
        file_name: String,
        /// As visible as the comment that it came with.
        visibility: Visibility,
    }
    /// Title, description or other fields were changed.
    TicketEdited = "ticket.edited", Public {
        /// The names of the fields.
        fields: Vec<String>,
    }
    /// Pieces of evidence were recorded.
    EvidenceRecorded = "ticket.evidence_recorded", Public {
        /// Which.
        pieces: Vec<EvidenceKind>,
    }
    /// The effect was contained, before the cause was removed.
    MitigationRecorded = "ticket.mitigated", Public {
        /// What was done.
        what_was_done: String,
    }
    /// Delivered, with its closure record.
    TicketResolved = "ticket.resolved", Public {
        /// The record.
        record: ClosureRecord,
    }
    /// The client confirmed what was delivered.
    TicketConfirmed = "ticket.confirmed", Public {
        /// What they said.
        reason: Option<String>,
    }
    /// What was delivered did not hold; a new cycle begins.
    TicketReopened = "ticket.reopened", Public {
        /// The new cycle.
        cycle: i32,
        /// What they said.
        reason: Option<String>,
    }
    /// The record is complete.
    TicketClosed = "ticket.closed", Public {
        /// Whether nobody answered, and it closed itself.
        automatic: bool,
    }
    /// A clock reached a threshold (section 7).
    SlaWarned = "ticket.sla_warned", Internal {
        /// The clock's word.
        clock: String,
        /// The ticket's cycle.
        cycle: i32,
        /// Percent of the target; 100 is the breach.
        percent: i64,
    }

    /// Minutes were offered.
    EstimateOffered = "estimate.offered", Public {
        /// The estimate.
        estimate_id: EstimateId,
        /// Minutes in all.
        minutes: i64,
        /// What they count.
        basis: Basis,
        /// What happens to what is not used.
        estimate_kind: EstimateKind,
        /// Whether the work stops until there is an answer.
        blocking: bool,
        /// Until when it stands.
        valid_until: Instant,
        /// The offer that it replaces.
        revises_id: Option<EstimateId>,
    }
    /// The client said yes: minutes are held.
    EstimateApproved = "estimate.approved", Public {
        /// The estimate.
        estimate_id: EstimateId,
        /// The minutes approved.
        minutes: i64,
        /// How the yes came.
        channel: ApprovalChannel,
        /// In whose name, when a lead recorded it or a standing approval covers it.
        approver_id: Option<UserId>,
        /// The lead's note.
        note: Option<String>,
        /// Positions of the optional lines that were left out.
        #[serde(default)]
        left_out: Vec<usize>,
        /// The standing approval that covers it.
        #[serde(default)]
        standing_approval_id: Option<StandingApprovalId>,
        /// What that one is called.
        #[serde(default)]
        standing_approval: Option<String>,
    }
    /// Somebody said that an approval recorded in their name was not theirs; what was still held is given back.
    EstimateDisputed = "estimate.disputed", Public {
        /// The estimate.
        estimate_id: EstimateId,
        /// In whose name it was recorded.
        approver_id: UserId,
        /// What they said about it.
        reason: Option<String>,
        /// Minutes that were given back.
        released_minutes: i64,
    }
    /// The client said no.
    EstimateRejected = "estimate.rejected", Public {
        /// The estimate.
        estimate_id: EstimateId,
        /// Why.
        reason: String,
    }
    /// The staff took it back.
    EstimateWithdrawn = "estimate.withdrawn", Public {
        /// The estimate.
        estimate_id: EstimateId,
        /// Why.
        reason: Option<String>,
    }
    /// Nobody answered in time.
    EstimateLapsed = "estimate.lapsed", Public {
        /// The estimate.
        estimate_id: EstimateId,
    }

    /// An approval was given for every offer within its limits.
    StandingApprovalGiven = "standing_approval.given", Public {
        /// The standing approval.
        standing_approval_id: StandingApprovalId,
        /// What it is called.
        approval_name: String,
        /// Most minutes for one ticket.
        minutes_per_ticket: i64,
        /// Most minutes in a month.
        minutes_per_month: i64,
        /// Whether it covers what is solved at once, too.
        small_works: bool,
    }
    /// A standing approval covers nothing any more.
    StandingApprovalEnded = "standing_approval.ended", Public {
        /// The standing approval.
        standing_approval_id: StandingApprovalId,
        /// What it was called.
        approval_name: String,
    }

    /// Time was logged.
    TimeLogged = "time.logged", Public {
        /// The entry.
        time_entry_id: TimeEntryId,
        /// Minutes worked.
        minutes: i64,
        /// Minutes deducted.
        billable_minutes: i64,
        /// The day of the work.
        worked_on: NaiveDate,
    }
    /// A time entry was taken back.
    TimeReversed = "time.reversed", Public {
        /// The entry.
        time_entry_id: TimeEntryId,
        /// Minutes that came back.
        billable_minutes: i64,
        /// Why.
        reason: String,
    }

    /// A period for a deployment was proposed.
    WindowProposed = "window.proposed", Public {
        /// The window.
        window_id: WindowId,
        /// From.
        starts_at: Instant,
        /// Until.
        ends_at: Instant,
    }
    /// The client agreed to it.
    WindowAccepted = "window.accepted", Public {
        /// The window.
        window_id: WindowId,
        /// From.
        starts_at: Instant,
        /// Until.
        ends_at: Instant,
    }
    /// The client did not agree to it.
    WindowDeclined = "window.declined", Public {
        /// The window.
        window_id: WindowId,
        /// Why.
        reason: Option<String>,
    }

    /// A week's statement was frozen.
    StatementMade = "statement.made", Public {
        /// The statement.
        statement_id: StatementId,
        /// Its first day.
        first_day: NaiveDate,
        /// Its last day.
        last_day: NaiveDate,
        /// The hash of its frozen text.
        hash: String,
    }

    /// A version of a plan was published: a new plan, or an edit.
    PlanChanged = "plan.changed", Internal {
        /// The plan's code.
        plan_code: String,
        /// The version from now on.
        version: i64,
        /// The names of the fields that changed; empty for a new plan.
        fields: Vec<String>,
    }
    /// A plan was taken off sale.
    PlanRetired = "plan.retired", Internal {
        /// The plan's code.
        plan_code: String,
    }
    /// A retired plan is on sale again.
    PlanRestored = "plan.restored", Internal {
        /// The plan's code.
        plan_code: String,
    }
    /// How the agency sells changed.
    SellerChanged = "seller.changed", Internal {
        /// The names of the fields that changed.
        fields: Vec<String>,
    }
    /// New terms were published.
    TermsPublished = "terms.published", Internal {
        /// Their version.
        version: i64,
        /// Whether clients with a running contract are asked to accept it.
        requires_acceptance: bool,
    }
}
