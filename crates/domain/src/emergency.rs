//! The emergency clause (section 6): work that starts at triage, before anybody said yes to it.

use crate::estimate::{Basis, offered_in_all};
use crate::problem::{FieldProblem, Refusal};
use crate::ticket::Severity;
use crate::words::words;

words! {
    /// Where the client's word on an emergency stands.
    EmergencyStatus {
        /// The owners were told, and have not said anything yet.
        Pending = "pending",
        /// An owner said that it was right.
        Confirmed = "confirmed",
        /// An owner said that it was not; the lead decides.
        Disputed = "disputed",
        /// The lead agreed with the owner: the work is not billable.
        Upheld = "upheld",
        /// The lead did not agree: the work stays billable.
        Rejected = "rejected",
        /// An approved estimate for the whole ticket took its place.
        Replaced = "replaced",
    }
}

impl EmergencyStatus {
    /// Whether the clause still lets work go on: until the client was given right, or said yes to an estimate.
    #[must_use]
    pub const fn is_active(self) -> bool {
        !matches!(self, Self::Upheld | Self::Replaced)
    }

    /// Whether another may begin on the same ticket: not once somebody has answered for this one, whatever they said.
    /// The answer would be lost, and what it was about with it.
    ///
    /// # Errors
    /// `emergency_disputed`, `emergency_answered`.
    pub fn check_another(self) -> Result<(), Refusal> {
        let (code, detail) = match self {
            Self::Pending | Self::Replaced => return Ok(()),
            Self::Disputed | Self::Upheld => (
                "emergency_disputed",
                "An owner disputed the emergency on this ticket: more work on it needs an approval first.",
            ),
            Self::Confirmed | Self::Rejected => (
                "emergency_answered",
                "An emergency on this ticket was answered for before: more work on it needs an approval first.",
            ),
        };
        Err(Refusal::conflict(code, detail))
    }

    /// Whether a person's word on it is missing still: an owner's, or the lead's about a dispute.
    #[must_use]
    pub const fn waits_for_a_word(self) -> bool {
        matches!(self, Self::Pending | Self::Disputed)
    }

    /// Whether an owner may still say something: nothing was said before, and no estimate took its place.
    ///
    /// # Errors
    /// `already_confirmed`, `already_disputed`, `already_settled`, `emergency_replaced`.
    pub fn check_answerable(self) -> Result<(), Refusal> {
        let (code, detail) = match self {
            Self::Pending => return Ok(()),
            Self::Confirmed => ("already_confirmed", "An owner confirmed this emergency before."),
            Self::Disputed => (
                "already_disputed",
                "An owner disputed this emergency before; the lead decides.",
            ),
            Self::Upheld | Self::Rejected => ("already_settled", "The lead decided about this emergency before."),
            Self::Replaced => (
                "emergency_replaced",
                "An approved estimate took the place of this emergency: there is nothing left to say about it.",
            ),
        };
        Err(Refusal::conflict(code, detail))
    }

    /// Whether the lead may decide: an owner disputed it, and nobody decided yet.
    ///
    /// # Errors
    /// `not_disputed`, `already_settled`, `emergency_replaced`.
    pub fn check_disputed(self) -> Result<(), Refusal> {
        match self {
            Self::Disputed => Ok(()),
            Self::Pending | Self::Confirmed => Err(Refusal::conflict(
                "not_disputed",
                "No owner disputed this emergency: there is nothing to decide.",
            )),
            Self::Upheld | Self::Rejected | Self::Replaced => self.check_answerable(),
        }
    }
}

/// Most minutes that the clause can hold for a ticket, and most debt that can be agreed: about a year of one person.
pub const MOST_MINUTES: i64 = 100_000;

/// What is agreed with an organization for emergencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyClause {
    /// Whether there is a clause at all.
    pub enabled: bool,
    /// The severities that it names.
    pub severities: Vec<Severity>,
    /// N: the minutes that work may take for one ticket.
    pub hold_minutes: i64,
    /// How far the organization's debt may go.
    pub debt_limit_minutes: i64,
}

impl EmergencyClause {
    /// The clause with each severity once, the worst first.
    ///
    /// # Errors
    /// `invalid` with every field that cannot be accepted.
    pub fn validate(mut self) -> Result<Self, Refusal> {
        self.severities.sort_unstable();
        self.severities.dedup();
        let mut problems = Vec::new();
        if self.enabled && self.severities.is_empty() {
            let detail = "A clause names at least one severity; without any, switch it off.";
            problems.push(FieldProblem::new("/severities", "required", detail));
        }
        if self.severities.contains(&Severity::P3) {
            let detail = "P3 waits in the backlog: it is no emergency.";
            problems.push(FieldProblem::new("/severities", "not_urgent", detail));
        }
        if !(1..=MOST_MINUTES).contains(&self.hold_minutes) {
            let detail = format!("A clause holds 1 to {MOST_MINUTES} minutes.");
            problems.push(FieldProblem::new("/hold_minutes", "out_of_range", detail));
        }
        if !(0..=MOST_MINUTES).contains(&self.debt_limit_minutes) {
            let detail = format!("The limit of debt is 0 to {MOST_MINUTES} minutes.");
            problems.push(FieldProblem::new("/debt_limit_minutes", "out_of_range", detail));
        }
        if problems.is_empty() {
            Ok(self)
        } else {
            Err(Refusal::Invalid(problems))
        }
    }

    /// Whether the limit of debt may become this one, where it was `before`: it is the agency's credit, so that whoever
    /// manages the clause may lower it, and only those who may give credit raise it.
    ///
    /// # Errors
    /// `invalid` at `/debt_limit_minutes`: `above_credit`.
    pub fn check_credit(&self, before: &Self, may_raise: bool) -> Result<(), Refusal> {
        if may_raise || self.debt_limit_minutes <= before.debt_limit_minutes {
            return Ok(());
        }
        let detail = format!(
            "The limit of debt is the agency's credit. You can lower it; only an admin of the agency raises it above {} \
             minutes.",
            before.debt_limit_minutes
        );
        Err(Refusal::field("/debt_limit_minutes", "above_credit", detail))
    }

    /// Whether work at this severity may start before a yes.
    ///
    /// # Errors
    /// `no_emergency_clause` when there is none; `severity_not_named` with the severities that it names.
    pub fn check_covers(&self, severity: Severity) -> Result<(), Refusal> {
        if !self.enabled {
            return Err(Refusal::conflict(
                "no_emergency_clause",
                "No emergency clause is agreed with this organization: the work needs an approval first.",
            ));
        }
        if self.severities.contains(&severity) {
            return Ok(());
        }
        let named: Vec<String> = self
            .severities
            .iter()
            .map(|severity| severity.as_str().to_uppercase())
            .collect();
        let detail = format!(
            "The emergency clause names {}, not {}: the work needs an approval first.",
            named.join(", "),
            severity.as_str().to_uppercase()
        );
        Err(Refusal::conflict("severity_not_named", detail))
    }
}

/// The minutes that are agreed for a ticket in all: what the client said yes to; while the clause lasts N, and what
/// estimates added to it. An approval on top counts what was used before it as approved (see
/// [`crate::estimate::approved_after`]), which N has in it already; where more was used, by a yes that was none, what is
/// approved is more than both, and is what is agreed.
#[must_use]
pub fn agreed_minutes(approved_minutes: i64, clause: Option<(i64, i64)>) -> i64 {
    match clause {
        Some((minutes, further_minutes)) => approved_minutes.max(minutes + further_minutes.min(approved_minutes)),
        None => approved_minutes,
    }
}

/// Minutes that work took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Where it stands in the ledger: instants of requests that wait for each other say nothing.
    pub sequence: i64,
    /// What it billed.
    pub minutes: i64,
}

/// A yes that nobody took back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Yes {
    /// Where it stands in the ledger.
    pub sequence: i64,
    /// Whether it replaced what was approved before.
    pub basis: Basis,
    /// To how much.
    pub minutes: i64,
}

/// What of each piece of work no yes covers, both oldest first: what goes back when a dispute of an emergency is upheld.
/// Work takes first what was approved by then. What is approved later on top does not cover it; a total does, as far as
/// it goes: it is for the whole ticket, and whoever approves it sees what was used.
#[must_use]
pub fn unapproved_minutes(work: &[Taken], approvals: &[Yes]) -> Vec<i64> {
    let mut covered = 0;
    let beyond = |taken: &Taken| {
        let counts = |yes: &&Yes| yes.basis == Basis::Total || yes.sequence <= taken.sequence;
        let approved = offered_in_all(approvals.iter().filter(counts).map(|yes| (yes.basis, yes.minutes)));
        let by_yes = taken.minutes.min(approved - covered).max(0);
        covered += by_yes;
        taken.minutes - by_yes
    };
    work.iter().map(beyond).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clause(enabled: bool, severities: &[Severity]) -> EmergencyClause {
        EmergencyClause {
            enabled,
            severities: severities.to_vec(),
            hold_minutes: 120,
            debt_limit_minutes: 0,
        }
    }

    #[test]
    fn a_clause_covers_what_it_names() {
        let code = |clause: &EmergencyClause, severity| clause.check_covers(severity).map_err(|refusal| refusal.code());
        let named = clause(true, &[Severity::P0]);
        assert_eq!(code(&named, Severity::P0), Ok(()));
        assert_eq!(code(&named, Severity::P1), Err("severity_not_named"));
        assert_eq!(
            code(&clause(false, &[Severity::P0]), Severity::P0),
            Err("no_emergency_clause")
        );
    }

    #[test]
    fn every_field_that_cannot_be_accepted_is_named() {
        let wrong = EmergencyClause {
            hold_minutes: 0,
            debt_limit_minutes: -1,
            ..clause(true, &[])
        };
        let Err(Refusal::Invalid(problems)) = wrong.validate() else {
            panic!("accepted")
        };
        let pointers: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(pointers, ["/severities", "/hold_minutes", "/debt_limit_minutes"]);
        let twice = clause(true, &[Severity::P1, Severity::P0, Severity::P1])
            .validate()
            .unwrap();
        assert_eq!(twice.severities, [Severity::P0, Severity::P1]);
        assert!(clause(false, &[]).validate().is_ok());
    }

    #[test]
    fn credit_is_lowered_by_whoever_manages_the_clause_and_raised_by_who_gives_it() {
        let with = |debt_limit_minutes| EmergencyClause {
            debt_limit_minutes,
            ..clause(true, &[Severity::P0])
        };
        let code = |from, to, may_raise| match with(to).check_credit(&with(from), may_raise) {
            Err(Refusal::Invalid(problems)) => Some((problems[0].pointer.clone(), problems[0].code)),
            Err(other) => panic!("{other}"),
            Ok(()) => None,
        };
        let refused = Some(("/debt_limit_minutes".to_owned(), "above_credit"));
        assert_eq!(code(60, 61, false), refused);
        assert_eq!(code(0, 1, false), refused);
        for (from, to, may_raise) in [(60, 60, false), (60, 0, false), (60, 120, true), (60, 0, true)] {
            assert_eq!(code(from, to, may_raise), None, "{from} to {to}");
        }
    }

    fn beyond(work: &[(i64, i64)], approvals: &[(i64, Basis, i64)]) -> Vec<i64> {
        let work: Vec<Taken> = work
            .iter()
            .map(|(when, minutes)| Taken {
                sequence: *when,
                minutes: *minutes,
            })
            .collect();
        let approvals: Vec<Yes> = approvals
            .iter()
            .map(|(when, basis, minutes)| Yes {
                sequence: *when,
                basis: *basis,
                minutes: *minutes,
            })
            .collect();
        unapproved_minutes(&work, &approvals)
    }

    #[test]
    fn work_takes_first_what_was_approved_by_then() {
        assert_eq!(beyond(&[(1, 90), (2, 30)], &[]), [90, 30]);
        // On top of the emergency: the last hour was agreed, whatever it was worked for.
        assert_eq!(beyond(&[(2, 180)], &[(1, Basis::Further, 60)]), [120]);
        assert_eq!(beyond(&[(2, 45), (3, 135)], &[(1, Basis::Further, 60)]), [0, 120]);
        // What was worked before is not what was agreed to.
        assert_eq!(beyond(&[(1, 120), (3, 60)], &[(2, Basis::Further, 60)]), [120, 0]);
        // A total is for all of it, whether it holds anything more or not.
        assert_eq!(beyond(&[(1, 60)], &[(0, Basis::Total, 60)]), [0]);
        assert_eq!(beyond(&[(1, 60)], &[(2, Basis::Total, 121)]), [0]);
        assert_eq!(beyond(&[(1, 60), (3, 90)], &[(2, Basis::Total, 121)]), [0, 29]);
        // A ticket that came back: its first cycle was approved, the emergency came later.
        assert_eq!(beyond(&[(2, 60), (9, 120)], &[(1, Basis::Total, 60)]), [0, 120]);
        // A smaller total in between leaves nothing for what follows.
        assert_eq!(
            beyond(&[(2, 60), (4, 30)], &[(1, Basis::Total, 90), (3, Basis::Total, 60)]),
            [0, 30]
        );
    }

    proptest! {
        #[test]
        fn what_is_covered_is_never_more_than_was_approved(
            work in prop::collection::vec((0_i64..50, 0_i64..200), 0..8),
            approvals in prop::collection::vec((0_i64..50, 1_i64..200), 0..5),
        ) {
            let (mut work, mut approvals) = (work, approvals);
            work.sort_by_key(|(when, _)| *when);
            approvals.sort_by_key(|(when, _)| *when);
            let approvals: Vec<_> = approvals.iter().map(|(when, minutes)| (*when, Basis::Further, *minutes)).collect();
            let left = beyond(&work, &approvals);
            for last in 0..work.len() {
                let used: i64 = work[..=last].iter().map(|(_, minutes)| minutes).sum();
                let open: i64 = left[..=last].iter().sum();
                let said = approvals.iter().filter(|(when, ..)| *when <= work[last].0);
                let approved: i64 = said.map(|(.., minutes)| minutes).sum();
                prop_assert!((0..=work[last].1).contains(&left[last]));
                prop_assert!(used - open <= approved);
            }
        }
    }

    #[test]
    fn each_word_is_said_once() {
        let codes = |check: fn(EmergencyStatus) -> Result<(), Refusal>| -> Vec<&'static str> {
            let code = |status: &EmergencyStatus| check(*status).err().map_or("ok", |refusal| refusal.code());
            EmergencyStatus::ALL.iter().map(code).collect()
        };
        assert_eq!(
            codes(EmergencyStatus::check_answerable),
            [
                "ok",
                "already_confirmed",
                "already_disputed",
                "already_settled",
                "already_settled",
                "emergency_replaced"
            ]
        );
        assert_eq!(
            codes(EmergencyStatus::check_disputed),
            [
                "not_disputed",
                "not_disputed",
                "ok",
                "already_settled",
                "already_settled",
                "emergency_replaced"
            ]
        );
    }
}
