//! Warnings before and at a breach (section 7).

use super::judge::Passage;
use super::policy::ClockKind;
use super::replay::{Replay, Track};
use crate::calendar::OutsideIntervals;
use crate::ticket::Severity;
use crate::time::{Instant, TICK};
use crate::words::words;
use serde::{Deserialize, Serialize};

/// The threshold of the breach itself.
const BREACH_PERCENT: u8 = 100;

words! {
    /// Up to whom a warning goes; each includes those before.
    Audience {
        /// Who works on the ticket.
        Assignee = "assignee",
        /// The lead too.
        Lead = "lead",
        /// The admin too.
        Admin = "admin",
    }
}

/// What a warning is given once for, within its ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WarningKey {
    /// Which clock.
    pub clock: ClockKind,
    /// Which cycle of it.
    pub cycle: u32,
    /// Share of the target in percent; 100 is the breach.
    pub percent: u8,
}

/// A threshold that was crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What it is given once for.
    pub key: WarningKey,
    /// When the threshold was crossed, whenever that is noticed. A breach has the last instant that was in time.
    pub at: Instant,
    /// The severity whose target it is a share of.
    pub severity: Severity,
    /// Up to whom it goes.
    pub audience: Audience,
}

/// The warnings of a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warnings {
    /// All that were crossed by now, also on clocks that have ended, each key once, by instant.
    pub crossed: Vec<Warning>,
    /// When the next one will be crossed if nothing happens.
    pub next_at: Option<Instant>,
}

impl Replay<'_> {
    /// The warnings crossed by now, and when to look again. A threshold that was already past when a severity came into
    /// force does not ring: no cascade after a reclassification.
    pub fn warnings(&self) -> Result<Warnings, OutsideIntervals> {
        let mut warnings = Warnings::default();
        self.for_each_track(|track| self.warnings_of(track, &mut warnings))?;
        warnings.crossed.sort_by_key(|warning| (warning.at, warning.key));
        Ok(warnings)
    }

    fn warnings_of(&self, track: Track<'_>, warnings: &mut Warnings) -> Result<(), OutsideIntervals> {
        let begins = warnings.crossed.len();
        let mut next_at = None;
        self.judge().passages(track.case, |passage| {
            next_at = self.warnings_of_passage(track, passage, begins, &mut warnings.crossed)?;
            Ok(())
        })?;
        if track.ending.is_none() {
            warnings.next_at = [warnings.next_at, next_at].into_iter().flatten().min();
        }
        Ok(())
    }

    /// Adds what was crossed in one stage, and answers when the next threshold of it would be.
    fn warnings_of_passage(
        &self,
        track: Track<'_>,
        passage: Passage<'_>,
        begins: usize,
        crossed: &mut Vec<Warning>,
    ) -> Result<Option<Instant>, OutsideIntervals> {
        let (case, limit) = (track.case, passage.limit);
        let Some(target) = limit.target else { return Ok(None) };
        let mut next_at: Option<Instant> = None;
        let is_new = |at: Instant| passage.entered.is_none_or(|entered| at > entered);
        let percents = self.policy().warning_percents();
        for (step, percent) in percents.iter().copied().chain([BREACH_PERCENT]).enumerate() {
            let key = WarningKey {
                clock: case.kind,
                cycle: case.cycle,
                percent,
            };
            if crossed[begins..].iter().any(|warning| warning.key == key) {
                continue;
            }
            // A breach is noticed only after the last instant in time; another threshold as soon as it is reached.
            let (at, noticed_at) = if percent == BREACH_PERCENT {
                let at = case.course.last_with(limit.open, target)?;
                (at, at.map(|at| at + TICK))
            } else {
                let at = case.course.reach(limit.open, target * i32::from(percent) / 100)?;
                (at, at)
            };
            let (Some(at), Some(noticed_at)) = (at, noticed_at) else {
                continue;
            };
            if noticed_at > passage.until {
                next_at = [next_at, Some(noticed_at)].into_iter().flatten().min();
            } else if is_new(noticed_at) {
                let audience = match step {
                    _ if percent == BREACH_PERCENT => Audience::Admin,
                    0 => Audience::Assignee,
                    1 => Audience::Lead,
                    _ => Audience::Admin,
                };
                crossed.push(Warning {
                    key,
                    at,
                    severity: limit.severity,
                    audience,
                });
            }
        }
        Ok(next_at.filter(|at| *at > self.now()))
    }
}
