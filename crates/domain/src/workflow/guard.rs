//! What must hold before a ticket moves. Each guard has a stable code and a sentence.

use super::decide::Move;
use super::table::Mover;
use crate::Instant;
use crate::closure::needs_cause;
use crate::problem::FieldProblem;
use crate::ticket::{Evidence, EvidenceKind, Kind, Scope, Severity, Status};
use crate::words::words;

words! {
    /// Where the agreement about a deployment window stands.
    WindowState {
        /// None was proposed, or it was declined.
        None = "none",
        /// Waiting for the client's yes.
        Proposed = "proposed",
        /// Agreed.
        Accepted = "accepted",
    }
}

/// The instants at which something happens by itself. The caller computes them from calendar and settings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimeLimits {
    /// End of the fifth open day after resolution: it closes.
    pub closes_at: Option<Instant>,
    /// 15 business days after a question: it ends as unanswered.
    pub unanswered_at: Option<Instant>,
    /// The open estimate lapses.
    pub estimate_lapses_at: Option<Instant>,
}

/// What the table needs to know about a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Where it stands.
    pub status: Status,
    /// The remembered status to return to.
    pub resume_status: Option<Status>,
    /// The decided severity; none before triage.
    pub severity: Option<Severity>,
    /// The decided kind; none before triage.
    pub kind: Option<Kind>,
    /// The decided scope; none before triage.
    pub scope: Option<Scope>,
    /// Whether its work is deducted.
    pub billable: bool,
    /// Whether the emergency clause covers it (section 6).
    pub emergency: bool,
    /// Whether a lead decided that it is under warranty (section 6).
    pub warranty: bool,
    /// What is recorded so far.
    pub evidence: Evidence,
    /// The agreement about a window.
    pub window: WindowState,
    /// Whether the environment asks for a window.
    pub window_required: bool,
    /// Whether an estimate waits for an answer.
    pub open_estimate: bool,
    /// Minutes worked so far.
    pub actual_minutes: i64,
    /// The plan's free minutes for a ticket.
    pub free_minutes: i64,
    /// The most minutes that a standing approval for small works covers; 0: none.
    pub small_works_minutes: i64,
    /// What happens by itself, and when.
    pub limits: TimeLimits,
}

impl Facts {
    /// A ticket in this status about which nothing else is known yet: not triaged, billable.
    #[must_use]
    pub fn new(status: Status) -> Self {
        Self {
            status,
            resume_status: None,
            severity: None,
            kind: None,
            scope: None,
            billable: true,
            emergency: false,
            warranty: false,
            evidence: Evidence::default(),
            window: WindowState::None,
            window_required: false,
            open_estimate: false,
            actual_minutes: 0,
            free_minutes: 0,
            small_works_minutes: 0,
            limits: TimeLimits::default(),
        }
    }
}

macro_rules! guards {
    ($($(#[$meta:meta])* $variant:ident = $word:literal, $code:literal, $sentence:literal;)+) => {
        words! {
            /// What must hold before a ticket moves.
            Guard { $($(#[$meta])* $variant = $word,)+ }
        }

        impl Guard {
            /// The stable code of the refusal when it does not hold.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// One sentence for a person when it does not hold.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)+ }
            }
        }
    };
}

guards! {
    /// Severity, kind and scope are decided.
    Triaged = "triaged", "triage_required", "severity, kind and scope must be decided first";
    /// Not out of scope.
    InScope = "in_scope", "out_of_scope", "what is out of scope is quoted in money, not estimated in minutes";
    /// Out of scope.
    OutOfScope = "out_of_scope", "in_scope", "only what is out of scope is quoted";
    /// Work may begin without approved minutes.
    MayStart = "may_start", "approval_required",
        "work without approved minutes needs an emergency, a warranty or a ticket that is not billable";
    /// Answered within the free minutes or a small-works standing approval.
    SmallEnough = "small_enough", "too_much_for_an_answer",
        "resolving without an estimate needs work within the free minutes or a standing approval for small works";
    /// A public question is asked.
    Question = "question", "question_required", "say what the question is";
    /// A reason is given.
    ReasonGiven = "reason_given", "reason_required", "say why";
    /// The staff gives a reason; a client need not.
    ReasonFromStaff = "reason_from_staff", "reason_required", "say why, for the client to read";
    /// It came from there.
    CameFromThere = "came_from_there", "came_from_elsewhere", "it can only return to where it came from";
    /// There is nowhere to return to.
    NothingToReturnTo = "nothing_to_return_to", "came_from_elsewhere", "it can only return to where it came from";
    /// An estimate waits for an answer.
    OpenEstimate = "open_estimate", "estimate_required", "there is no open estimate: offer one";
    /// The further estimate stops the work.
    Blocking = "blocking", "not_blocking", "only a blocking estimate stops the work";
    /// Nobody answered the estimate in time.
    EstimateLapsed = "estimate_lapsed", "estimate_open", "the estimate has not lapsed";
    /// Nobody answered the question in time.
    AnswerOverdue = "answer_overdue", "answer_not_overdue", "there is still time for an answer";
    /// It is time to close.
    ClosingDue = "closing_due", "closing_not_due", "there is still time to confirm or reopen";
    /// Corrective work: the cause is known.
    Diagnosis = "diagnosis", "diagnosis_required", "record the diagnosis before the fix of a corrective ticket";
    /// Corrective work: reproduced, or waived.
    Reproduction = "reproduction", "reproduction_required",
        "record how it was reproduced, or why it was not, before the fix of a corrective ticket";
    /// A window was proposed.
    OpenWindow = "open_window", "window_missing", "there is no window: propose one";
    /// The closure record has what severity and kind ask for.
    ClosureComplete = "closure_complete", "closure_incomplete", "the closure record is not complete";
    /// Deployed: within an agreed window, or waived for P0 and P1.
    WindowAgreed = "window_agreed", "window_required",
        "a deployment needs a window that the client accepted, or for P0 and P1 the reason why not";
    /// Deployed: how to go back.
    RollbackNote = "rollback_note", "rollback_note_required", "a deployment needs a rollback note";
    /// Deployed: how it was tested.
    TestEvidence = "test_evidence", "test_evidence_required", "a deployment needs test evidence";
}

/// What a guard says no with.
pub(super) enum Unmet {
    /// Not this row: the ticket is elsewhere, or it is not time.
    Structural,
    /// Fields of the body.
    Fields(Vec<FieldProblem>),
    /// Something that must be recorded.
    Record,
}

impl Guard {
    /// Whether what is missing can be given together with the move (a button that opens a form).
    #[must_use]
    pub const fn can_be_given(self) -> bool {
        matches!(
            self,
            Self::Question
                | Self::ReasonGiven
                | Self::ReasonFromStaff
                | Self::Diagnosis
                | Self::Reproduction
                | Self::ClosureComplete
                | Self::WindowAgreed
                | Self::RollbackNote
                | Self::TestEvidence
        )
    }

    /// Whether it decides which of several rows is meant, rather than refusing the one that is.
    pub(super) const fn chooses_row(self) -> bool {
        matches!(self, Self::CameFromThere | Self::NothingToReturnTo | Self::Blocking)
    }

    /// Whether it holds; `facts.evidence` already includes what the move brings.
    pub(super) fn check(
        self,
        facts: &Facts,
        input: &Move,
        to: Status,
        mover: Mover,
        now: Instant,
    ) -> Result<(), Unmet> {
        let due = |limit: Option<Instant>| limit.is_some_and(|limit| now >= limit);
        let has = |kind| facts.evidence.get(kind).is_some();
        let corrective = facts.kind == Some(Kind::Corrective);
        let deployed = input.closure.as_ref().is_some_and(|closure| closure.deployed);
        let holds = match self {
            Self::Triaged => facts.severity.is_some() && facts.kind.is_some() && facts.scope.is_some(),
            Self::InScope => facts.scope != Some(Scope::Out),
            Self::OutOfScope => facts.scope == Some(Scope::Out),
            Self::MayStart => facts.emergency || facts.warranty || !facts.billable,
            Self::SmallEnough => {
                !facts.billable || facts.actual_minutes <= facts.free_minutes.max(facts.small_works_minutes)
            }
            Self::Question | Self::ReasonGiven => input.has_reason(),
            Self::ReasonFromStaff => mover != Mover::Staff || input.has_reason(),
            Self::CameFromThere => facts.resume_status == Some(to),
            Self::NothingToReturnTo => facts.resume_status.is_none(),
            Self::OpenEstimate => facts.open_estimate,
            Self::Blocking => input.blocking,
            Self::EstimateLapsed => due(facts.limits.estimate_lapses_at),
            Self::AnswerOverdue => due(facts.limits.unanswered_at),
            Self::ClosingDue => due(facts.limits.closes_at),
            Self::Diagnosis => !corrective || has(EvidenceKind::Diagnosis),
            Self::Reproduction => {
                !corrective || has(EvidenceKind::Reproduction) || has(EvidenceKind::ReproductionWaiver)
            }
            Self::OpenWindow => facts.window != WindowState::None,
            Self::WindowAgreed => !deployed || !facts.window_required || window_agreed(facts),
            Self::RollbackNote => !deployed || has(EvidenceKind::RollbackNote),
            Self::TestEvidence => !deployed || has(EvidenceKind::TestEvidence),
            Self::ClosureComplete => {
                let problems = closure_problems(facts, input);
                return if problems.is_empty() {
                    Ok(())
                } else {
                    Err(Unmet::Fields(problems))
                };
            }
        };
        match self {
            _ if holds => Ok(()),
            Self::Question | Self::ReasonGiven | Self::ReasonFromStaff => Err(Unmet::Fields(vec![FieldProblem::new(
                "/reason",
                "required",
                self.sentence(),
            )])),
            _ if self.can_be_given() => Err(Unmet::Record),
            _ => Err(Unmet::Structural),
        }
    }
}

fn window_agreed(facts: &Facts) -> bool {
    let urgent = facts.severity.is_some_and(|severity| severity.at_least(Severity::P1));
    facts.window == WindowState::Accepted || (urgent && facts.evidence.get(EvidenceKind::WindowWaiver).is_some())
}

fn closure_problems(facts: &Facts, input: &Move) -> Vec<FieldProblem> {
    let draft = input.closure.clone().unwrap_or_default();
    let mut problems = draft.problems(facts.kind, facts.severity);
    if needs_cause(facts.kind, facts.severity) {
        for problem in problems
            .iter_mut()
            .filter(|problem| problem.pointer != "/what_was_done")
        {
            if problem.code == "required" {
                problem.detail = format!("{} (a corrective ticket of P0 to P2)", problem.detail);
            }
        }
    }
    problems
}
