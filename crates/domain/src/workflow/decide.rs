//! Asking the table.

use super::DeclineReason;
use super::guard::{Facts, Guard, Unmet};
use super::table::{Effect, Mover, Transition, Via, transitions};
use crate::Instant;
use crate::closure::ClosureDraft;
use crate::problem::Refusal;
use crate::ticket::{Evidence, EvidenceKind, Kind, Severity, Status};

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The operation.
    pub via: Via,
    /// Why; for `needs_info` the public question.
    pub reason: Option<String>,
    /// Evidence that comes with it.
    pub evidence: Evidence,
    /// The closure record, when resolving.
    pub closure: Option<ClosureDraft>,
    /// Whether an offered estimate stops the work.
    pub blocking: bool,
}

impl Move {
    /// A move by this operation that brings nothing else.
    #[must_use]
    pub fn new(via: Via) -> Self {
        Self {
            via,
            reason: None,
            evidence: Evidence::default(),
            closure: None,
            blocking: false,
        }
    }

    /// The same with a reason.
    #[must_use]
    pub fn because(self, reason: Option<String>) -> Self {
        Self { reason, ..self }
    }

    pub(super) fn has_reason(&self) -> bool {
        self.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty())
    }
}

/// What a move does. Nothing else changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The row of the table.
    pub transition: &'static Transition,
    /// The status from now on.
    pub to: Status,
    /// What there is to return to from now on.
    pub resume_status: Option<Status>,
    /// Why it ended, when it was declined.
    pub decline_reason: Option<DeclineReason>,
    /// What is recorded from now on.
    pub evidence: Evidence,
    /// What flows have to carry out, in this order.
    pub effects: Vec<Effect>,
}

/// Whether the ticket may move to `to`, and what that entails.
///
/// # Errors
/// `invalid_transition` when the table has no such row, or not by this operation; the guard's own code when something
/// has to be recorded first; [`Refusal::Invalid`] when the body lacks something; [`Refusal::Forbidden`] when the row is
/// for others.
pub fn decide(facts: &Facts, to: Status, input: &Move, mover: Mover, now: Instant) -> Result<Decision, Refusal> {
    let rows = || {
        transitions()
            .iter()
            .filter(|row| row.from == facts.status && row.to == to)
    };
    let mut refusal = None;
    for row in rows().filter(|row| row.via == input.via) {
        match attempt(row, facts, input, mover, now) {
            Ok(decision) => return Ok(decision),
            Err(no) => refusal = refusal.or(Some(no)),
        }
    }
    Err(refusal.unwrap_or_else(|| not_in_table(facts.status, to, rows().map(|row| row.via).collect())))
}

/// Lets an operation move the ticket to wherever it leads from here: an answer returns it to where it came from, an
/// offer waits for approval. `None`: the operation makes sense here, but does not move the ticket.
///
/// # Errors
/// As [`decide`]; `invalid_transition` for operations that are nothing but a move ([`Via::always_moves`]).
pub fn follow(facts: &Facts, input: &Move, mover: Mover, now: Instant) -> Result<Option<Decision>, Refusal> {
    let fitting = |row: &&Transition| {
        let structural = |guard: &Guard| {
            matches!(guard.check(facts, input, row.to, mover, now), Err(Unmet::Structural)) && guard.chooses_row()
        };
        row.from == facts.status && row.via == input.via && !row.guards.iter().any(structural)
    };
    match transitions().iter().find(fitting) {
        Some(row) => attempt(row, facts, input, mover, now).map(Some),
        None if input.via.always_moves() => Err(Refusal::conflict(
            "invalid_transition",
            format!(
                "a ticket that is {} has no \"{}\"",
                spoken(facts.status),
                spoken(input.via)
            ),
        )),
        None => Ok(None),
    }
}

/// What happens by itself to this ticket now, if anything; [`follow`] carries it out as [`Mover::System`].
#[must_use]
pub fn due(facts: &Facts, now: Instant) -> Option<Move> {
    let input = Move::new(Via::Time);
    transitions()
        .iter()
        .filter(|row| row.from == facts.status && row.via == Via::Time)
        .any(|row| attempt(row, facts, &input, Mover::System, now).is_ok())
        .then_some(input)
}

/// A move that is open to somebody now: a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The row of the table.
    pub transition: &'static Transition,
    /// What has to be given with it.
    pub missing: Vec<Guard>,
}

/// Every move that is open to this one now, with what has to be given along with it.
#[must_use]
pub fn available(facts: &Facts, mover: Mover, now: Instant) -> Vec<Offered> {
    let rows = transitions()
        .iter()
        .filter(|row| row.from == facts.status && row.via != Via::Time);
    rows.filter(|row| row.who.iter().any(|needed| mover.is(*needed)))
        .filter_map(|row| {
            let input = Move {
                blocking: row.via == Via::Offer,
                ..Move::new(row.via)
            };
            let unmet = |guard: &&Guard| guard.check(facts, &input, row.to, mover, now).is_err();
            let missing: Vec<Guard> = row.guards.iter().filter(unmet).copied().collect();
            let open = missing
                .iter()
                .all(|guard| guard.can_be_given() || *guard == Guard::Triaged && row.via == Via::Triage);
            open.then_some(Offered {
                transition: row,
                missing,
            })
        })
        .collect()
}

fn attempt(
    row: &'static Transition,
    facts: &Facts,
    input: &Move,
    mover: Mover,
    now: Instant,
) -> Result<Decision, Refusal> {
    if !row.who.iter().any(|needed| mover.is(*needed)) {
        let who: Vec<&str> = row.who.iter().map(|needed| needed.as_str()).collect();
        let detail = format!("moving a ticket to {} is for: {}", spoken(row.to), who.join(", "));
        return Err(Refusal::forbidden(detail));
    }
    let mut facts = facts.clone();
    facts.evidence.record(&input.evidence);
    check_guards(row, &facts, input, mover, now)?;
    let mut resume_status = facts.resume_status;
    let mut effects = Vec::with_capacity(row.effects.len());
    for effect in row.effects.iter().copied() {
        match effect {
            Effect::RememberOrigin => resume_status = Some(row.from),
            Effect::ForgetOrigin => resume_status = None,
            Effect::ReworkNotBillable if facts.kind != Some(Kind::Corrective) => continue,
            _ => {}
        }
        effects.push(effect);
    }
    let decline_reason = (row.to == Status::Declined).then(|| decline_reason(row, mover));
    Ok(Decision {
        transition: row,
        to: row.to,
        resume_status,
        decline_reason,
        evidence: facts.evidence,
        effects,
    })
}

/// What the ticket's state forbids is said first, then everything that the body lacks, then what is not recorded.
fn check_guards(row: &Transition, facts: &Facts, input: &Move, mover: Mover, now: Instant) -> Result<(), Refusal> {
    let (mut fields, mut records) = (Vec::new(), Vec::new());
    for guard in row.guards.iter().copied() {
        match guard.check(facts, input, row.to, mover, now) {
            Ok(()) => {}
            Err(Unmet::Structural) => return Err(Refusal::conflict(guard.code(), guard.sentence())),
            Err(Unmet::Fields(problems)) => fields.extend(problems),
            Err(Unmet::Record) => records.push(guard),
        }
    }
    if !fields.is_empty() {
        return Err(Refusal::Invalid(fields));
    }
    let Some(first) = records.first() else { return Ok(()) };
    let waived = facts.evidence.get(EvidenceKind::WindowWaiver).is_some();
    let mild = !facts.severity.is_some_and(|severity| severity.at_least(Severity::P1));
    if *first == Guard::WindowAgreed && waived && mild {
        let detail = "only P0 and P1 can be deployed without an accepted window";
        return Err(Refusal::conflict("window_waiver_not_allowed", detail));
    }
    let sentences: Vec<&str> = records.iter().map(|guard| guard.sentence()).collect();
    Err(Refusal::conflict(first.code(), sentences.join("; ")))
}

fn decline_reason(row: &Transition, mover: Mover) -> DeclineReason {
    match (row.via, row.from, mover) {
        (Via::Time, Status::NeedsInfo, _) => DeclineReason::Unanswered,
        (Via::Time, _, _) => DeclineReason::Lapsed,
        (Via::Merge, _, _) => DeclineReason::Duplicate,
        (Via::RejectQuote, _, _) => DeclineReason::QuoteRejected,
        (_, _, Mover::Client | Mover::Approver) => DeclineReason::Withdrawn,
        _ => DeclineReason::Refused,
    }
}

fn not_in_table(from: Status, to: Status, other_ways: Vec<Via>) -> Refusal {
    let detail = if other_ways.is_empty() {
        let mut reachable: Vec<Status> = transitions()
            .iter()
            .filter(|row| row.from == from)
            .map(|row| row.to)
            .collect();
        reachable.sort_unstable();
        reachable.dedup();
        let names: Vec<String> = reachable.into_iter().map(spoken).collect();
        let goes_to = if names.is_empty() {
            "nowhere".to_owned()
        } else {
            names.join(", ")
        };
        format!(
            "a ticket that is {} cannot become {}; from there it goes to: {goes_to}",
            spoken(from),
            spoken(to)
        )
    } else {
        let mut ways: Vec<String> = other_ways.into_iter().map(spoken).collect();
        ways.dedup();
        format!(
            "a ticket that is {} becomes {} by: {}",
            spoken(from),
            spoken(to),
            ways.join(", ")
        )
    };
    Refusal::conflict("invalid_transition", detail)
}

fn spoken(word: impl std::fmt::Display) -> String {
    word.to_string().replace('_', " ")
}
