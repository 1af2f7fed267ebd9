//! The closure record (section 8): what was done, why it happened, how to prevent it.

use crate::problem::{FieldProblem, Refusal};
use crate::ticket::{Kind, Severity, TEXT_MAX_CHARACTERS};
use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// The family of a cause, for the learning register.
    CauseCategory {
        /// A mistake in code.
        Code = "code",
        /// A wrong or missing setting.
        Configuration = "configuration",
        /// Wrong, missing or unexpected data.
        Data = "data",
        /// Servers, network, storage, certificates.
        Infrastructure = "infrastructure",
        /// Another system, a vendor, an upstream change.
        ThirdParty = "third_party",
        /// A library or platform release.
        Dependency = "dependency",
        /// How the system was used.
        Usage = "usage",
        /// How work was organized or communicated.
        Process = "process",
        /// An attack or a weakness.
        Security = "security",
        /// More load than it was built for.
        Capacity = "capacity",
        /// It could not be found.
        Unknown = "unknown",
    }
}

/// What whoever resolves a ticket writes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClosureDraft {
    /// What was done, for the client.
    pub what_was_done: String,
    /// Why it happened.
    pub why_it_happened: Option<String>,
    /// How to keep it from happening again.
    pub how_to_prevent: Option<String>,
    /// The family of the cause.
    pub cause_category: Option<CauseCategory>,
    /// Whether something went to production.
    pub deployed: bool,
}

/// Why it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The family of the cause.
    pub category: CauseCategory,
    /// In words.
    pub text: String,
}

/// The minutes of a ticket at its resolution.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosureMinutes {
    /// Offered in estimates that were not withdrawn.
    pub estimated_minutes: i64,
    /// Approved by the client.
    pub approved_minutes: i64,
    /// Taken from packs (billable).
    pub used_minutes: i64,
    /// Worked, billable or not.
    pub actual_minutes: i64,
}

/// The record of one delivered cycle of a ticket. A reopening starts another; this one stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosureRecord {
    /// Which cycle of the ticket it ends, from 1.
    pub cycle: i32,
    /// What was done.
    pub what_was_done: String,
    /// Why it happened; always there for a corrective ticket of P0 to P2.
    pub why_it_happened: Option<Cause>,
    /// How to prevent it; always there for a corrective ticket of P0 to P2.
    pub how_to_prevent: Option<String>,
    /// Whether something went to production.
    pub deployed: bool,
    /// Estimated, approved, used.
    #[serde(flatten)]
    pub minutes: ClosureMinutes,
}

/// Whether the record must say why it happened and how to prevent it (section 4: P0 to P2 corrective).
/// A ticket answered before triage has neither kind nor severity, and needs only one text.
#[must_use]
pub fn needs_cause(kind: Option<Kind>, severity: Option<Severity>) -> bool {
    kind == Some(Kind::Corrective) && severity.is_some_and(|severity| severity.at_least(Severity::P2))
}

impl ClosureDraft {
    /// Every field that is missing or too long, for a ticket of this kind and severity; all at once.
    #[must_use]
    pub fn problems(&self, kind: Option<Kind>, severity: Option<Severity>) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        let strict = needs_cause(kind, severity);
        let fields = [
            (
                "/what_was_done",
                Some(self.what_was_done.as_str()),
                true,
                "say what was done",
            ),
            (
                "/why_it_happened",
                self.why_it_happened.as_deref(),
                strict,
                "say why it happened",
            ),
            (
                "/how_to_prevent",
                self.how_to_prevent.as_deref(),
                strict,
                "say how to prevent it",
            ),
        ];
        for (pointer, text, required, detail) in fields {
            let text = text.unwrap_or_default().trim();
            if required && text.is_empty() {
                problems.push(FieldProblem::new(pointer, "required", detail));
            } else if text.chars().count() > TEXT_MAX_CHARACTERS {
                let detail = format!("at most {TEXT_MAX_CHARACTERS} characters");
                problems.push(FieldProblem::new(pointer, "too_long", detail));
            }
        }
        if self.cause_category.is_some() && present(self.why_it_happened.as_deref()).is_none() && !strict {
            let detail = "a cause category needs the cause in words";
            problems.push(FieldProblem::new("/why_it_happened", "required", detail));
        }
        problems
    }

    /// The record that this draft becomes.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every field that is missing (section 4, guards of `resolved`).
    pub fn into_record(
        self,
        kind: Option<Kind>,
        severity: Option<Severity>,
        cycle: i32,
        minutes: ClosureMinutes,
    ) -> Result<ClosureRecord, Refusal> {
        let problems = self.problems(kind, severity);
        if !problems.is_empty() {
            return Err(Refusal::Invalid(problems));
        }
        let category = self.cause_category.unwrap_or(CauseCategory::Unknown);
        Ok(ClosureRecord {
            cycle,
            what_was_done: self.what_was_done.trim().to_owned(),
            why_it_happened: present(self.why_it_happened.as_deref()).map(|text| Cause { category, text }),
            how_to_prevent: present(self.how_to_prevent.as_deref()),
            deployed: self.deployed,
            minutes,
        })
    }
}

fn present(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(kind: Option<Kind>, severity: Option<Severity>) -> Vec<String> {
        let draft = ClosureDraft::default();
        draft
            .problems(kind, severity)
            .into_iter()
            .map(|problem| problem.pointer)
            .collect()
    }

    #[test]
    fn only_corrective_tickets_of_p0_to_p2_must_explain_themselves() {
        let all = ["/what_was_done", "/why_it_happened", "/how_to_prevent"];
        for severity in [Severity::P0, Severity::P1, Severity::P2] {
            assert_eq!(missing(Some(Kind::Corrective), Some(severity)), all);
            assert_eq!(missing(Some(Kind::Evolutionary), Some(severity)), all[..1]);
        }
        assert_eq!(missing(Some(Kind::Corrective), Some(Severity::P3)), all[..1]);
        assert_eq!(missing(None, None), all[..1]);
    }

    #[test]
    fn a_record_keeps_the_texts_without_their_margins() {
        let draft = ClosureDraft {
            what_was_done: " Restarted the export. ".into(),
            why_it_happened: Some("The disk was full.\n".into()),
            how_to_prevent: Some("   ".into()),
            cause_category: Some(CauseCategory::Infrastructure),
            deployed: false,
        };
        let minutes = ClosureMinutes {
            estimated_minutes: 60,
            approved_minutes: 60,
            used_minutes: 45,
            actual_minutes: 50,
        };
        let record = draft
            .into_record(Some(Kind::Adaptive), Some(Severity::P1), 1, minutes)
            .unwrap();
        assert_eq!(record.what_was_done, "Restarted the export.");
        let cause = Cause {
            category: CauseCategory::Infrastructure,
            text: "The disk was full.".into(),
        };
        assert_eq!(record.why_it_happened, Some(cause));
        assert_eq!(record.how_to_prevent, None);
    }
}
