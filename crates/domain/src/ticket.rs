//! Tickets (section 4): the words that describe a request for work.

use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// How bad it is (product.md, "Severity").
    Severity {
        /// System down, or the main operation blocked.
        P0 = "p0",
        /// Key function affected, a partial workaround exists.
        P1 = "p1",
        /// Annoying or intermittent, does not block operations.
        P2 = "p2",
        /// Minor adjustment or improvement.
        P3 = "p3",
    }
}

words! {
    /// The kind of work.
    Kind {
        /// Something is broken.
        Corrective = "corrective",
        /// Something new or better.
        Evolutionary = "evolutionary",
        /// Care, so that nothing breaks.
        Preventive = "preventive",
        /// The world around it changed.
        Adaptive = "adaptive",
    }
}

words! {
    /// Where a ticket stands; what may follow is in [`crate::workflow`].
    Status {
        /// Waiting for triage.
        Submitted = "submitted",
        /// A public question was asked.
        NeedsInfo = "needs_info",
        /// In scope, estimate in preparation.
        Estimating = "estimating",
        /// An estimate is offered.
        AwaitingApproval = "awaiting_approval",
        /// Minutes are held, ready to start.
        Approved = "approved",
        /// The cause is being found.
        Diagnosing = "diagnosing",
        /// Change and tests.
        Fixing = "fixing",
        /// The client tries it in staging.
        AwaitingValidation = "awaiting_validation",
        /// A window is proposed or agreed.
        AwaitingWindow = "awaiting_window",
        /// Needs somebody else.
        WaitingThirdParty = "waiting_third_party",
        /// Delivered; the client confirms or reopens.
        Resolved = "resolved",
        /// The record is complete.
        Closed = "closed",
        /// Ranked, not started.
        Backlog = "backlog",
        /// Out of scope, a priced quote is pending.
        Quoted = "quoted",
        /// Refused, withdrawn, duplicate or unanswered.
        Declined = "declined",
    }
}

words! {
    /// In or out of the agreement (section 6).
    Scope {
        /// Covered by the agreement.
        In = "in",
        /// Not covered: a quote in money, never minutes.
        Out = "out",
    }
}

words! {
    /// How a ticket came in.
    Channel {
        /// The client's portal.
        Portal = "portal",
        /// A mail.
        Email = "email",
        /// A third party over REST.
        Api = "api",
        /// A monitor that found an outage.
        Monitor = "monitor",
        /// A run of a preventive plan.
        Preventive = "preventive",
        /// A group of error events.
        Error = "error",
        /// Somebody on the staff.
        Staff = "staff",
    }
}

words! {
    /// The client's place in the queue, given by the best plan with minutes left (section 4), best last.
    QueueLevel {
        /// Starter, or no active lot.
        Standard = "standard",
        /// Flexi.
        Priority = "priority",
        /// Pro.
        FastTrack = "fast_track",
    }
}

words! {
    /// Who can read something.
    Visibility {
        /// Client and staff.
        Public = "public",
        /// Staff only; never reaches a client in any channel (section 12).
        Internal = "internal",
    }
}

words! {
    /// Is there a way around the problem?
    Workaround {
        /// Nothing helps.
        None = "none",
        /// Part of the work can go on.
        Partial = "partial",
        /// The work can go on another way.
        Full = "full",
    }
}

words! {
    /// How a ticket belongs to another one.
    LinkKind {
        /// The same request, opened again.
        DuplicateOf = "duplicate_of",
        /// The other one brought it about.
        CausedBy = "caused_by",
        /// The same fault as one that was solved before.
        RecurrenceOf = "recurrence_of",
        /// A part of the other one.
        SplitFrom = "split_from",
        /// Worth reading together.
        RelatesTo = "relates_to",
    }
}

/// Shortest title, in characters, once trimmed.
pub const TITLE_MIN_CHARACTERS: usize = 3;
/// Longest description (Markdown), in characters.
pub const DESCRIPTION_MAX_CHARACTERS: usize = 20_000;
/// Longest text of one piece of evidence, of a reason or of one part of the closure record, in characters.
pub const TEXT_MAX_CHARACTERS: usize = 10_000;
/// Most files on one ticket.
pub const ATTACHMENTS_MAX: usize = 20;
/// From how many people on something counts as widespread for the suggested severity.
pub const MANY_PEOPLE: i64 = 5;

/// What the client answered about the impact (section 4, intake).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// Is the main operation (sales, billing, access for all) blocked?
    pub main_operation_blocked: bool,
    /// Is there a way around it?
    pub workaround: Workaround,
    /// How many people are affected.
    pub people: i64,
}

impl Impact {
    /// The severity that these answers suggest. A person on the staff decides at triage.
    #[must_use]
    pub fn suggested_severity(self) -> Severity {
        let many = self.people >= MANY_PEOPLE;
        match (self.main_operation_blocked, self.workaround) {
            (true, Workaround::None) => Severity::P0,
            (true, Workaround::Partial | Workaround::Full) | (false, Workaround::None) => Severity::P1,
            (false, Workaround::Partial) if many => Severity::P1,
            (false, Workaround::Partial) => Severity::P2,
            (false, Workaround::Full) if many => Severity::P2,
            (false, Workaround::Full) => Severity::P3,
        }
    }
}

/// What is recorded about the work (section 4, guards). Transitions read it; it can be recorded at any time before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// What the cause is.
    pub diagnosis: Option<String>,
    /// How it was reproduced, usually in staging.
    pub reproduction: Option<String>,
    /// Why no reproduction is needed or possible.
    pub reproduction_waiver: Option<String>,
    /// Why no window was agreed; P0 and P1 only.
    pub window_waiver: Option<String>,
    /// How to go back if the deployment fails.
    pub rollback_note: Option<String>,
    /// How it was tested.
    pub test_evidence: Option<String>,
}

words! {
    /// One piece of evidence: its field's name.
    EvidenceKind {
        /// What the cause is.
        Diagnosis = "diagnosis",
        /// How it was reproduced.
        Reproduction = "reproduction",
        /// Why it was not reproduced.
        ReproductionWaiver = "reproduction_waiver",
        /// Why no window was agreed.
        WindowWaiver = "window_waiver",
        /// How to go back.
        RollbackNote = "rollback_note",
        /// How it was tested.
        TestEvidence = "test_evidence",
    }
}

impl Evidence {
    /// The text of one piece; `None` when it was not recorded or is blank.
    #[must_use]
    pub fn get(&self, kind: EvidenceKind) -> Option<&str> {
        let text = match kind {
            EvidenceKind::Diagnosis => &self.diagnosis,
            EvidenceKind::Reproduction => &self.reproduction,
            EvidenceKind::ReproductionWaiver => &self.reproduction_waiver,
            EvidenceKind::WindowWaiver => &self.window_waiver,
            EvidenceKind::RollbackNote => &self.rollback_note,
            EvidenceKind::TestEvidence => &self.test_evidence,
        };
        text.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    fn slot(&mut self, kind: EvidenceKind) -> &mut Option<String> {
        match kind {
            EvidenceKind::Diagnosis => &mut self.diagnosis,
            EvidenceKind::Reproduction => &mut self.reproduction,
            EvidenceKind::ReproductionWaiver => &mut self.reproduction_waiver,
            EvidenceKind::WindowWaiver => &mut self.window_waiver,
            EvidenceKind::RollbackNote => &mut self.rollback_note,
            EvidenceKind::TestEvidence => &mut self.test_evidence,
        }
    }

    /// The pieces that are recorded.
    #[must_use]
    pub fn recorded(&self) -> Vec<EvidenceKind> {
        EvidenceKind::ALL
            .iter()
            .copied()
            .filter(|kind| self.get(*kind).is_some())
            .collect()
    }

    /// Takes over what `newer` records and keeps the rest; answers which pieces changed.
    pub fn record(&mut self, newer: &Self) -> Vec<EvidenceKind> {
        let mut changed = Vec::new();
        for kind in EvidenceKind::ALL.iter().copied() {
            let Some(text) = newer.get(kind) else { continue };
            if self.get(kind) != Some(text) {
                *self.slot(kind) = Some(text.to_owned());
                changed.push(kind);
            }
        }
        changed
    }
}

/// An organization's prefix for references: 2 to 8 capital letters and digits, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prefix(String);

impl Prefix {
    /// Parses a prefix such as `ACME`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (2..=8).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_uppercase())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        fits.then(|| Self(text.to_owned()))
    }

    /// The prefix as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Prefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What people call a ticket: `ACME-42` (section 1). Numbers have no gaps within an organization.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// The organization's prefix.
    pub prefix: Prefix,
    /// The number within the organization, from 1.
    pub number: i64,
}

impl Reference {
    /// Parses `ACME-42`; `None` for anything that formatting a reference would not give.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, digits) = text.split_once('-')?;
        let canonical = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        let number = digits.parse().ok().filter(|_| canonical)?;
        Some(Self {
            prefix: Prefix::parse(prefix)?,
            number,
        })
    }
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.prefix, self.number)
    }
}

impl Severity {
    /// Whether this is at least as bad as `other` (P0 is the worst).
    #[must_use]
    pub fn at_least(self, other: Self) -> bool {
        self <= other
    }
}

impl Status {
    /// Whether the ticket still asks something of somebody: neither delivered nor refused.
    #[must_use]
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Resolved | Self::Closed | Self::Declined)
    }

    /// Whether it is the client's turn (shown first under "waiting on you").
    #[must_use]
    pub fn waits_on_client(self) -> bool {
        matches!(
            self,
            Self::NeedsInfo | Self::AwaitingApproval | Self::AwaitingValidation | Self::AwaitingWindow
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_reads_back_as_it_was_written() {
        let reference = Reference {
            prefix: Prefix::parse("A2").unwrap(),
            number: 42,
        };
        assert_eq!(Reference::parse(&reference.to_string()), Some(reference));
        for wrong in [
            "ACME-042",
            "ACME-0",
            "ACME-",
            "ACME",
            "acme-4",
            "A-4",
            "2A-4",
            "ACME-+4",
            "ABCDEFGHI-1",
            "AB--4",
        ] {
            assert_eq!(Reference::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Reference::parse("ACME-99999999999999999999"), None);
    }

    #[test]
    fn worse_answers_never_suggest_a_milder_severity() {
        let workarounds = [Workaround::Full, Workaround::Partial, Workaround::None];
        for (easy, hard) in [(0, 0), (0, 1), (1, 2), (0, 2), (1, 1), (2, 2)] {
            for (few, many) in [(1, 1), (1, MANY_PEOPLE), (MANY_PEOPLE, 500)] {
                for (calm, blocked) in [(false, false), (false, true), (true, true)] {
                    let milder = Impact {
                        main_operation_blocked: calm,
                        workaround: workarounds[easy],
                        people: few,
                    };
                    let worse = Impact {
                        main_operation_blocked: blocked,
                        workaround: workarounds[hard],
                        people: many,
                    };
                    assert!(
                        worse.suggested_severity().at_least(milder.suggested_severity()),
                        "{milder:?} {worse:?}"
                    );
                }
            }
        }
        let down = Impact {
            main_operation_blocked: true,
            workaround: Workaround::None,
            people: 1,
        };
        assert_eq!(down.suggested_severity(), Severity::P0);
        let cosmetic = Impact {
            main_operation_blocked: false,
            workaround: Workaround::Full,
            people: 1,
        };
        assert_eq!(cosmetic.suggested_severity(), Severity::P3);
    }

    #[test]
    fn blank_evidence_is_no_evidence() {
        let mut evidence = Evidence {
            diagnosis: Some("  ".into()),
            ..Evidence::default()
        };
        assert_eq!(evidence.recorded(), []);
        let newer = Evidence {
            diagnosis: Some("a full disk".into()),
            test_evidence: Some(String::new()),
            ..evidence.clone()
        };
        assert_eq!(evidence.record(&newer), [EvidenceKind::Diagnosis]);
        assert_eq!(evidence.record(&newer), []);
        assert_eq!(evidence.get(EvidenceKind::Diagnosis), Some("a full disk"));
    }
}
