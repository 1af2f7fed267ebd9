//! SLA policies (section 7): how many business minutes each clock has, per queue level and severity.
//! A policy is one version; a ticket keeps the one it was opened with.

use crate::problem::{FieldProblem, Refusal};
use crate::ticket::{QueueLevel, Severity};
use crate::words::words;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

words! {
    /// What a clock measures.
    ClockKind {
        /// From creation to the first public word or triage decision of a person on the staff.
        FirstResponse = "first_response",
        /// From one public sign of life to the next.
        NextUpdate = "next_update",
        /// Until the damage is contained.
        Mitigation = "mitigation",
        /// Until it is solved.
        Resolution = "resolution",
    }
}

/// The most minutes a target may have: a year around the clock.
const MOST_MINUTES: i64 = 366 * 24 * 60;

/// One target, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetDefinition {
    /// The client's place in the queue.
    pub queue_level: QueueLevel,
    /// How bad the ticket is.
    pub severity: Severity,
    /// Which clock.
    pub clock: ClockKind,
    /// Business minutes; calendar minutes where on-call covers the clock.
    pub minutes: i64,
}

/// A severity and target that are covered 24x7 by contract, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnCall {
    /// How bad the ticket is.
    pub severity: Severity,
    /// Which clock runs around the clock.
    pub clock: ClockKind,
}

/// A policy as it is sent and stored; not checked yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaPolicyDefinition {
    /// The targets; a clock without one does not apply.
    pub targets: Vec<TargetDefinition>,
    /// What is covered 24x7.
    #[serde(default)]
    pub on_call: Vec<OnCall>,
    /// Whether waiting for a third party pauses mitigation and resolution.
    #[serde(default)]
    pub third_party_pauses: bool,
    /// Shares of a target, in percent, at which somebody is warned before the breach.
    #[serde(default = "default_warning_percents")]
    pub warning_percents: Vec<u8>,
}

fn default_warning_percents() -> Vec<u8> {
    vec![50, 75, 90]
}

/// A policy that has been checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SlaPolicyDefinition", into = "SlaPolicyDefinition")]
pub struct SlaPolicy {
    minutes: [[[Option<i64>; 4]; 4]; 3],
    on_call: [[bool; 4]; 4],
    third_party_pauses: bool,
    warning_percents: Vec<u8>,
}

impl SlaPolicy {
    /// Checks a definition. Refuses, all at once and by field: targets outside 1 minute to a year, the same target
    /// twice, and warnings that do not rise between 1 and 99 percent.
    pub fn new(definition: SlaPolicyDefinition) -> Result<Self, Refusal> {
        let mut problems = Vec::new();
        let mut policy = Self {
            minutes: [[[None; 4]; 4]; 3],
            on_call: [[false; 4]; 4],
            third_party_pauses: definition.third_party_pauses,
            warning_percents: definition.warning_percents,
        };
        for (index, target) in definition.targets.iter().enumerate() {
            if !(1..=MOST_MINUTES).contains(&target.minutes) {
                let pointer = format!("/targets/{index}/minutes");
                problems.push(FieldProblem::new(
                    pointer,
                    "out_of_range",
                    "A target has 1 minute to a year.",
                ));
            }
            let place = policy.place(target.queue_level, target.severity, target.clock);
            if place.replace(target.minutes).is_some() {
                let pointer = format!("/targets/{index}");
                problems.push(FieldProblem::new(pointer, "duplicate", "This target is given twice."));
            }
        }
        for covered in &definition.on_call {
            policy.on_call[covered.severity as usize][covered.clock as usize] = true;
        }
        let mut last = 0;
        for (index, &percent) in policy.warning_percents.iter().enumerate() {
            if percent <= last || percent >= 100 {
                let pointer = format!("/warning_percents/{index}");
                problems.push(FieldProblem::new(
                    pointer,
                    "out_of_range",
                    "Warnings rise between 1 and 99 percent.",
                ));
            }
            last = percent;
        }
        if problems.is_empty() {
            Ok(policy)
        } else {
            Err(Refusal::Invalid(problems))
        }
    }

    fn place(&mut self, level: QueueLevel, severity: Severity, clock: ClockKind) -> &mut Option<i64> {
        &mut self.minutes[level as usize][severity as usize][clock as usize]
    }

    /// The target in business minutes; `None` where the clock does not apply.
    #[must_use]
    pub fn target_minutes(&self, level: QueueLevel, severity: Severity, clock: ClockKind) -> Option<i64> {
        self.minutes[level as usize][severity as usize][clock as usize]
    }

    /// The target as a duration.
    #[must_use]
    pub fn target(&self, level: QueueLevel, severity: Severity, clock: ClockKind) -> Option<TimeDelta> {
        self.target_minutes(level, severity, clock).map(TimeDelta::minutes)
    }

    /// Whether on-call covers this clock: it runs 24x7.
    #[must_use]
    pub fn is_on_call(&self, severity: Severity, clock: ClockKind) -> bool {
        self.on_call[severity as usize][clock as usize]
    }

    /// Whether waiting for a third party pauses mitigation and resolution.
    #[must_use]
    pub fn third_party_pauses(&self) -> bool {
        self.third_party_pauses
    }

    /// Shares of a target, in percent and rising, at which somebody is warned before the breach.
    #[must_use]
    pub fn warning_percents(&self) -> &[u8] {
        &self.warning_percents
    }
}

/// Default targets (section 7): clock, severity, and minutes for standard, priority and fast track.
const DEFAULT_TARGETS: [(ClockKind, Severity, [i64; 3]); 12] = [
    (ClockKind::FirstResponse, Severity::P0, [60, 30, 15]),
    (ClockKind::FirstResponse, Severity::P1, [240, 120, 60]),
    (ClockKind::FirstResponse, Severity::P2, [480, 480, 240]),
    (ClockKind::FirstResponse, Severity::P3, [1440, 960, 480]),
    (ClockKind::NextUpdate, Severity::P0, [120, 60, 60]),
    (ClockKind::NextUpdate, Severity::P1, [480, 240, 240]),
    (ClockKind::NextUpdate, Severity::P2, [1440, 960, 480]),
    (ClockKind::Mitigation, Severity::P0, [480, 240, 120]),
    (ClockKind::Mitigation, Severity::P1, [960, 480, 240]),
    (ClockKind::Resolution, Severity::P0, [1440, 960, 480]),
    (ClockKind::Resolution, Severity::P1, [2400, 1440, 960]),
    (ClockKind::Resolution, Severity::P2, [4800, 3600, 2400]),
];

impl Default for SlaPolicy {
    /// The policy that ships: the default targets, nothing on call, third parties do not pause.
    fn default() -> Self {
        let mut policy = Self {
            minutes: [[[None; 4]; 4]; 3],
            on_call: [[false; 4]; 4],
            third_party_pauses: false,
            warning_percents: default_warning_percents(),
        };
        for (clock, severity, minutes) in DEFAULT_TARGETS {
            for (&level, minutes) in QueueLevel::ALL.iter().zip(minutes) {
                *policy.place(level, severity, clock) = Some(minutes);
            }
        }
        policy
    }
}

impl TryFrom<SlaPolicyDefinition> for SlaPolicy {
    type Error = Refusal;

    fn try_from(definition: SlaPolicyDefinition) -> Result<Self, Refusal> {
        Self::new(definition)
    }
}

impl From<SlaPolicy> for SlaPolicyDefinition {
    fn from(policy: SlaPolicy) -> Self {
        let mut targets = Vec::new();
        for &queue_level in QueueLevel::ALL {
            for &clock in ClockKind::ALL {
                for &severity in Severity::ALL {
                    if let Some(minutes) = policy.target_minutes(queue_level, severity, clock) {
                        targets.push(TargetDefinition {
                            queue_level,
                            severity,
                            clock,
                            minutes,
                        });
                    }
                }
            }
        }
        let covered = |clock, severity| policy.is_on_call(severity, clock).then_some(OnCall { severity, clock });
        let on_call = ClockKind::ALL
            .iter()
            .flat_map(|&c| Severity::ALL.iter().filter_map(move |&s| covered(c, s)));
        Self {
            targets,
            on_call: on_call.collect(),
            third_party_pauses: policy.third_party_pauses,
            warning_percents: policy.warning_percents.clone(),
        }
    }
}
