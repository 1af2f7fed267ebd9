//! The table: every way in which a ticket can move.

use super::guard::Guard;
use crate::ticket::Status;
use crate::words::words;

words! {
    /// As whom somebody moves a ticket.
    Mover {
        /// A member of the client (or more).
        Client = "client",
        /// Somebody of the client who may approve.
        Approver = "approver",
        /// Somebody on the staff.
        Staff = "staff",
        /// Daypack itself: time limits, standing approvals.
        System = "system",
    }
}

impl Mover {
    /// Whether this one may do what is open to `needed`: an approver may do what any member may.
    #[must_use]
    pub fn is(self, needed: Self) -> bool {
        self == needed || (self == Self::Approver && needed == Self::Client)
    }
}

words! {
    /// The operation by which a ticket moves.
    Via {
        /// Deciding severity, kind and scope.
        Triage = "triage",
        /// Asking for a status by name.
        Transition = "transition",
        /// A public reply of the client, by a person.
        Reply = "reply",
        /// Offering an estimate.
        Offer = "offer",
        /// Approving an estimate.
        Approve = "approve",
        /// Rejecting an estimate.
        Reject = "reject",
        /// Withdrawing an estimate.
        WithdrawEstimate = "withdraw_estimate",
        /// Accepting a quote.
        AcceptQuote = "accept_quote",
        /// Rejecting a quote.
        RejectQuote = "reject_quote",
        /// Proposing a deployment window.
        ProposeWindow = "propose_window",
        /// Declining a deployment window.
        DeclineWindow = "decline_window",
        /// Resolving, with the closure record.
        Resolve = "resolve",
        /// Confirming what was delivered.
        Confirm = "confirm",
        /// Reopening what was delivered.
        Reopen = "reopen",
        /// Merging into another ticket.
        Merge = "merge",
        /// A time limit that passed.
        Time = "time",
    }
}

impl Via {
    /// Whether the operation is nothing but a move: it is refused where the table has no row for it. The others
    /// (a reply, an offer, an answer) also make sense without one.
    #[must_use]
    pub const fn always_moves(self) -> bool {
        matches!(
            self,
            Self::Transition
                | Self::AcceptQuote
                | Self::RejectQuote
                | Self::Resolve
                | Self::Confirm
                | Self::Reopen
                | Self::Merge
        )
    }
}

words! {
    /// What a move entails besides the new status. Flows carry these out in the same transaction.
    Effect {
        /// Remember the status that it left, to return to.
        RememberOrigin = "remember_origin",
        /// Nothing to return to any more.
        ForgetOrigin = "forget_origin",
        /// Hold the approved minutes.
        Hold = "hold",
        /// Hold again up to approved - used, as far as available.
        HoldAgain = "hold_again",
        /// Release what is held.
        ReleaseHolds = "release_holds",
        /// Consume what was approved of fixed estimates, before anything is released.
        ConsumeFixed = "consume_fixed",
        /// Withdraw an estimate that is still open.
        WithdrawEstimate = "withdraw_estimate",
        /// Mark the open estimate as lapsed.
        LapseEstimate = "lapse_estimate",
        /// Cancel windows that have not been used.
        CancelWindows = "cancel_windows",
        /// The work is paid by its quote: it never touches a lot.
        BillByQuote = "bill_by_quote",
        /// Plan the reminders after 3 and 7 business days and the end after 15.
        PlanUnanswered = "plan_unanswered",
        /// An answer came: no reminders, no end.
        CancelUnanswered = "cancel_unanswered",
        /// Write the closure record.
        RecordClosure = "record_closure",
        /// Plan closing at the end of the fifth open day after.
        PlanClosing = "plan_closing",
        /// It does not close by itself any more.
        CancelClosing = "cancel_closing",
        /// Begin another cycle with fresh clocks; the first outcome stays in the record.
        BeginCycle = "begin_cycle",
        /// Corrective rework is not billable unless somebody says so.
        ReworkNotBillable = "rework_not_billable",
        /// Keep the clocks' outcome as it is.
        FreezeOutcome = "freeze_outcome",
    }
}

/// One row: from, to, by which operation, who may, what must hold, what follows.
#[derive(Debug, PartialEq, Eq)]
pub struct Transition {
    /// The status it leaves.
    pub from: Status,
    /// The status it enters.
    pub to: Status,
    /// The operation.
    pub via: Via,
    /// Who may; any of them.
    pub who: &'static [Mover],
    /// What must hold; all of them.
    pub guards: &'static [Guard],
    /// What follows, in this order.
    pub effects: &'static [Effect],
}

/// Every row of the table.
#[must_use]
pub const fn transitions() -> &'static [Transition] {
    TABLE
}

/// `[from, ...] to (via, who, guards, effects);` makes one row for each `from`.
macro_rules! table {
    ($([$($from:ident),+] $to:ident ($via:ident, $who:expr, $guards:expr, $effects:expr);)+) => {
        &[$($(Transition {
            from: Status::$from, to: Status::$to, via: Via::$via, who: $who, guards: $guards, effects: $effects,
        },)+)+]
    };
}

use Effect as E;
use Guard as G;
use Mover::{Approver, Client, Staff, System};

const DECLINED: &[Effect] = &[
    E::ForgetOrigin,
    E::ReleaseHolds,
    E::WithdrawEstimate,
    E::CancelWindows,
    E::CancelUnanswered,
];
const RESOLVED: &[Effect] = &[
    E::ForgetOrigin,
    E::RecordClosure,
    E::ConsumeFixed,
    E::ReleaseHolds,
    E::WithdrawEstimate,
    E::CancelWindows,
    E::PlanClosing,
];
/// What is out of scope touches no lot.
const QUOTED: &[Effect] = &[E::WithdrawEstimate, E::ReleaseHolds];
const ASKED: &[Effect] = &[E::RememberOrigin, E::PlanUnanswered];
const ANSWERED: &[Effect] = &[E::ForgetOrigin, E::CancelUnanswered];
const CLOSURE: &[Guard] = &[G::ClosureComplete, G::WindowAgreed, G::RollbackNote, G::TestEvidence];
const ANSWER: &[Guard] = &[
    G::SmallEnough,
    G::ClosureComplete,
    G::WindowAgreed,
    G::RollbackNote,
    G::TestEvidence,
];
const CORRECTIVE: &[Guard] = &[G::Diagnosis, G::Reproduction];
const RETURN: &[Guard] = &[G::CameFromThere];
const REJECTED: &[Guard] = &[G::CameFromThere, G::ReasonGiven];
const QUESTION: &[Guard] = &[G::CameFromThere, G::Question];
const LAPSED: &[Guard] = &[G::CameFromThere, G::EstimateLapsed];
const BACK: &[Effect] = &[E::ForgetOrigin];

#[rustfmt::skip]
static TABLE: &[Transition] = table! {
    // Triage, and what can be decided before any work is approved.
    [Submitted] Estimating (Triage, &[Staff], &[G::Triaged, G::InScope], &[]);
    [Submitted] Estimating (Transition, &[Staff], &[G::Triaged, G::InScope], &[]);
    [Submitted] Backlog (Triage, &[Staff], &[G::Triaged], &[]);
    [Submitted, Estimating] Backlog (Transition, &[Staff], &[G::Triaged], &[E::WithdrawEstimate]);
    [Submitted, Estimating] Quoted (Triage, &[Staff], &[G::Triaged, G::OutOfScope], QUOTED);
    [Submitted, Estimating] Quoted (Transition, &[Staff], &[G::Triaged, G::OutOfScope], QUOTED);
    [Submitted, Estimating] Diagnosing (Triage, &[Staff], &[G::Triaged, G::MayStart], &[E::WithdrawEstimate]);
    [Submitted, Estimating] Diagnosing (Transition, &[Staff], &[G::Triaged, G::MayStart], &[E::WithdrawEstimate]);
    [Submitted, Estimating] Resolved (Resolve, &[Staff], ANSWER, RESOLVED);
    [Backlog] Estimating (Transition, &[Staff], &[G::Triaged, G::InScope], &[]);

    // Declined, withdrawn, duplicate; and revived.
    [Submitted, NeedsInfo, Estimating, AwaitingApproval, Backlog, Quoted]
        Declined (Transition, &[Client, Staff], &[G::ReasonFromStaff], DECLINED);
    [Submitted, NeedsInfo, Estimating, AwaitingApproval, Backlog, Quoted]
        Declined (Merge, &[Staff], &[], DECLINED);
    [Declined] Submitted (Transition, &[Staff], &[], &[]);

    // A public question, and the way back.
    [Submitted, Estimating, Approved, Diagnosing, Fixing] NeedsInfo (Transition, &[Staff], &[G::Question], ASKED);
    [NeedsInfo] Submitted (Reply, &[Client], RETURN, ANSWERED);
    [NeedsInfo] Estimating (Reply, &[Client], RETURN, ANSWERED);
    [NeedsInfo] Approved (Reply, &[Client], RETURN, ANSWERED);
    [NeedsInfo] Diagnosing (Reply, &[Client], RETURN, ANSWERED);
    [NeedsInfo] Fixing (Reply, &[Client], RETURN, ANSWERED);
    [NeedsInfo] Submitted (Transition, &[Staff], RETURN, ANSWERED);
    [NeedsInfo] Estimating (Transition, &[Staff], RETURN, ANSWERED);
    [NeedsInfo] Approved (Transition, &[Staff], RETURN, ANSWERED);
    [NeedsInfo] Diagnosing (Transition, &[Staff], RETURN, ANSWERED);
    [NeedsInfo] Fixing (Transition, &[Staff], RETURN, ANSWERED);
    [NeedsInfo] Declined (Time, &[System], &[G::AnswerOverdue], DECLINED);

    // Estimates. A further one that blocks the work returns to where the work stood, whatever the answer.
    [Estimating] AwaitingApproval (Offer, &[Staff], &[], &[]);
    [Estimating] AwaitingApproval (Transition, &[Staff], &[G::OpenEstimate], &[]);
    [Approved, Diagnosing, Fixing] AwaitingApproval (Offer, &[Staff], &[G::Blocking], &[E::RememberOrigin]);
    [AwaitingApproval] Approved (Approve, &[Approver, Staff, System], &[G::NothingToReturnTo], &[E::Hold]);
    [AwaitingApproval] Approved (Approve, &[Approver, Staff, System], RETURN, &[E::Hold, E::ForgetOrigin]);
    [AwaitingApproval] Diagnosing (Approve, &[Approver, Staff, System], RETURN, &[E::Hold, E::ForgetOrigin]);
    [AwaitingApproval] Fixing (Approve, &[Approver, Staff, System], RETURN, &[E::Hold, E::ForgetOrigin]);
    [AwaitingApproval] Estimating (Reject, &[Approver, Staff], &[G::NothingToReturnTo, G::ReasonGiven], &[]);
    [AwaitingApproval] Approved (Reject, &[Approver, Staff], REJECTED, BACK);
    [AwaitingApproval] Diagnosing (Reject, &[Approver, Staff], REJECTED, BACK);
    [AwaitingApproval] Fixing (Reject, &[Approver, Staff], REJECTED, BACK);
    [AwaitingApproval] Estimating (Transition, &[Approver], &[G::NothingToReturnTo, G::Question], &[]);
    [AwaitingApproval] Approved (Transition, &[Approver], QUESTION, BACK);
    [AwaitingApproval] Diagnosing (Transition, &[Approver], QUESTION, BACK);
    [AwaitingApproval] Fixing (Transition, &[Approver], QUESTION, BACK);
    [AwaitingApproval] Estimating (WithdrawEstimate, &[Staff], &[G::NothingToReturnTo], &[]);
    [AwaitingApproval] Approved (WithdrawEstimate, &[Staff], RETURN, BACK);
    [AwaitingApproval] Diagnosing (WithdrawEstimate, &[Staff], RETURN, BACK);
    [AwaitingApproval] Fixing (WithdrawEstimate, &[Staff], RETURN, BACK);
    [AwaitingApproval] Declined (Time, &[System], &[G::NothingToReturnTo, G::EstimateLapsed],
        &[E::LapseEstimate, E::ReleaseHolds]);
    [AwaitingApproval] Approved (Time, &[System], LAPSED, &[E::LapseEstimate, E::ForgetOrigin]);
    [AwaitingApproval] Diagnosing (Time, &[System], LAPSED, &[E::LapseEstimate, E::ForgetOrigin]);
    [AwaitingApproval] Fixing (Time, &[System], LAPSED, &[E::LapseEstimate, E::ForgetOrigin]);
    [Quoted] Approved (AcceptQuote, &[Approver], &[], &[E::BillByQuote]);
    [Quoted] Declined (RejectQuote, &[Approver], &[G::ReasonGiven], DECLINED);

    // The work.
    [Approved] Diagnosing (Transition, &[Staff], &[], &[]);
    [Approved, Diagnosing] Fixing (Transition, &[Staff], CORRECTIVE, &[]);
    [Fixing] Diagnosing (Transition, &[Staff], &[], &[]);
    [Approved, Diagnosing, Fixing] WaitingThirdParty (Transition, &[Staff], &[], &[E::RememberOrigin]);
    [WaitingThirdParty] Approved (Transition, &[Staff], RETURN, BACK);
    [WaitingThirdParty] Diagnosing (Transition, &[Staff], RETURN, BACK);
    [WaitingThirdParty] Fixing (Transition, &[Staff], RETURN, BACK);
    [Fixing] AwaitingValidation (Transition, &[Staff], &[], &[]);
    [AwaitingValidation] Fixing (Transition, &[Client, Staff], &[], &[]);
    [Fixing, AwaitingValidation] AwaitingWindow (ProposeWindow, &[Staff], &[], &[]);
    [Fixing, AwaitingValidation] AwaitingWindow (Transition, &[Staff], &[G::OpenWindow], &[]);
    [AwaitingWindow] Fixing (DeclineWindow, &[Approver, Staff], &[], &[]);
    [AwaitingWindow] Fixing (Transition, &[Staff], &[], &[E::CancelWindows]);

    // Delivery.
    [Diagnosing, Fixing, AwaitingValidation, AwaitingWindow] Resolved (Resolve, &[Staff], CLOSURE, RESOLVED);
    [Resolved] Closed (Confirm, &[Client, Staff], &[], &[E::CancelClosing, E::FreezeOutcome]);
    [Resolved] Closed (Time, &[System], &[G::ClosingDue], &[E::FreezeOutcome]);
    [Resolved] Diagnosing (Reopen, &[Client, Staff], &[],
        &[E::CancelClosing, E::BeginCycle, E::ReworkNotBillable, E::HoldAgain]);
};
