//! First pass of a replay: the happenings become stretches of counting and paused time, stages of severity, and cycles.

use super::clock::PausedBy;
use super::history::{Hand, Happening, TicketHistory};
use crate::ticket::{Kind, Severity, Status};
use crate::time::Instant;

/// What a status does to mitigation and resolution from an instant on, until the next stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub from: Instant,
    /// `None`: time counts.
    pub pause: Option<(PausedBy, Status)>,
}

/// Severity and kind from an instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stage {
    pub from: Instant,
    pub severity: Severity,
    pub kind: Kind,
    /// False before triage: what is only suggested makes no lasting breach.
    pub decided: bool,
}

/// How a cycle ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Met(Instant),
    Cancelled(Instant),
}

impl Ending {
    pub fn at(self) -> Instant {
        match self {
            Self::Met(at) | Self::Cancelled(at) => at,
        }
    }
}

/// From creation or a reopening to the solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WorkCycle {
    pub from: Instant,
    pub mitigated_at: Option<Instant>,
    pub ending: Option<Ending>,
}

impl WorkCycle {
    /// When and how mitigation ended: recorded, or solved at the latest.
    pub fn mitigation_ending(&self) -> Option<Ending> {
        self.mitigated_at.map(Ending::Met).or(self.ending)
    }
}

/// From one public sign of life to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UpdateCycle {
    pub from: Instant,
    pub ending: Option<Ending>,
}

/// The history in the form the clocks are judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Timeline {
    pub created_at: Instant,
    pub status: Status,
    pub first_response: Option<Ending>,
    pub stretches: Vec<Stretch>,
    pub stages: Vec<Stage>,
    /// Index of the stage that was in force when breaches of the ones before it were last forgiven.
    pub forgiven_before: usize,
    pub work: Vec<WorkCycle>,
    pub updates: Vec<UpdateCycle>,
    window_starts_at: Option<Instant>,
    third_party_pauses: bool,
}

/// No update is owed in these: somebody else is to act, or nobody is.
fn stops_updates(status: Status) -> bool {
    match status {
        Status::NeedsInfo
        | Status::AwaitingApproval
        | Status::AwaitingValidation
        | Status::AwaitingWindow
        | Status::Backlog
        | Status::Quoted
        | Status::Declined
        | Status::Resolved
        | Status::Closed => true,
        Status::Submitted
        | Status::Estimating
        | Status::Approved
        | Status::Diagnosing
        | Status::Fixing
        | Status::WaitingThirdParty => false,
    }
}

fn is_solved(status: Status) -> bool {
    matches!(status, Status::Resolved | Status::Closed)
}

/// Ends mitigation and resolution without an outcome (section 7).
fn cancels(status: Status) -> bool {
    matches!(status, Status::Declined | Status::Quoted)
}

impl Timeline {
    /// Reads a history as far as it had happened by `now`.
    pub fn read(history: &TicketHistory, third_party_pauses: bool, now: Instant) -> Self {
        let at = history.created_at;
        let mut timeline = Self {
            created_at: at,
            status: Status::Submitted,
            first_response: None,
            stretches: vec![Stretch { from: at, pause: None }],
            stages: vec![Stage {
                from: at,
                severity: history.suggested_severity.unwrap_or(Severity::P2),
                kind: history.suggested_kind.unwrap_or(Kind::Corrective),
                decided: false,
            }],
            forgiven_before: 0,
            work: vec![WorkCycle {
                from: at,
                mitigated_at: None,
                ending: None,
            }],
            updates: Vec::new(),
            window_starts_at: None,
            third_party_pauses,
        };
        if history.created_by == Hand::Staff {
            timeline.respond(at);
        }
        let mut last = at;
        for dated in history.happenings.iter().take_while(|dated| dated.at <= now) {
            last = last.max(dated.at);
            timeline.apply(last, dated.happening);
        }
        timeline
    }

    /// The stage in force at an instant.
    pub fn stage_at(&self, at: Instant) -> usize {
        self.stages.partition_point(|stage| stage.from <= at).saturating_sub(1)
    }

    fn apply(&mut self, at: Instant, happening: Happening) {
        match happening {
            Happening::Triaged { severity, kind, by } => {
                self.enter_stage(Stage {
                    from: at,
                    severity,
                    kind,
                    decided: true,
                });
                if by == Hand::Staff {
                    self.respond(at);
                }
            }
            Happening::SeverityChanged { severity } => {
                let stage = *self.stage();
                self.enter_stage(Stage {
                    from: at,
                    severity,
                    decided: true,
                    ..stage
                });
            }
            Happening::KindChanged { kind } => {
                let stage = *self.stage();
                self.enter_stage(Stage {
                    from: at,
                    kind,
                    ..stage
                });
            }
            Happening::Misclassified => self.forgiven_before = self.stages.len() - 1,
            Happening::StaffMessage | Happening::EstimateOffered => self.update(at),
            Happening::WindowProposed => {
                self.window_starts_at = None;
                self.update(at);
                if self.status == Status::AwaitingWindow {
                    self.enter_stretch(at);
                }
            }
            Happening::WindowAccepted { starts_at } => {
                self.window_starts_at = Some(starts_at);
                if self.status == Status::AwaitingWindow {
                    self.enter_stretch(at);
                }
            }
            Happening::StatusChanged { to, by } => self.change_status(at, to, by),
            Happening::MitigationRecorded => {
                if let Some(cycle) = self.work.last_mut().filter(|cycle| cycle.ending.is_none()) {
                    cycle.mitigated_at.get_or_insert(at);
                }
            }
        }
    }

    fn stage(&self) -> &Stage {
        // There is always the one of the creation.
        &self.stages[self.stages.len() - 1]
    }

    fn enter_stage(&mut self, stage: Stage) {
        let present = *self.stage();
        if present.severity == stage.severity && present.kind == stage.kind && present.decided == stage.decided {
            return;
        }
        self.stages.push(stage);
    }

    fn change_status(&mut self, at: Instant, to: Status, by: Hand) {
        let from = std::mem::replace(&mut self.status, to);
        if from == Status::AwaitingWindow && to != Status::AwaitingWindow {
            self.window_starts_at = None;
        }
        if by == Hand::Staff {
            self.respond(at);
        } else if cancels(to) || is_solved(to) {
            self.first_response.get_or_insert(Ending::Cancelled(at));
        }
        self.change_work_cycle(at, from, to);
        match (stops_updates(from), stops_updates(to)) {
            (false, true) => self.stop_updates(at, to),
            (true, false) => self.start_updates(at),
            _ => {}
        }
        self.enter_stretch(at);
    }

    fn change_work_cycle(&mut self, at: Instant, from: Status, to: Status) {
        if is_solved(from) && !is_solved(to) && !cancels(to) {
            self.work.push(WorkCycle {
                from: at,
                mitigated_at: None,
                ending: None,
            });
            return;
        }
        let Some(cycle) = self.work.last_mut() else { return };
        if is_solved(to) {
            if !matches!(cycle.ending, Some(Ending::Met(_))) {
                cycle.ending = Some(Ending::Met(at));
            }
        } else if !matches!(cycle.ending, Some(Ending::Met(_))) {
            // A ticket that was declined or quoted and comes back takes its clocks up again.
            cycle.ending = match (cycle.ending, cancels(to)) {
                (Some(ending), true) => Some(ending),
                (None, true) => Some(Ending::Cancelled(at)),
                (_, false) => None,
            };
        }
    }

    /// The pause that a status makes from `at` on, and the instant at which it is known to end.
    fn enter_stretch(&mut self, at: Instant) {
        let client = Some(PausedBy::Client);
        let by = match self.status {
            Status::NeedsInfo | Status::AwaitingApproval | Status::AwaitingValidation => client,
            Status::AwaitingWindow => match self.window_starts_at {
                None => client,
                Some(starts_at) => (starts_at > at).then_some(PausedBy::Window),
            },
            Status::WaitingThirdParty => self.third_party_pauses.then_some(PausedBy::ThirdParty),
            Status::Backlog | Status::Quoted | Status::Declined => Some(PausedBy::SetAside),
            Status::Submitted
            | Status::Estimating
            | Status::Approved
            | Status::Diagnosing
            | Status::Fixing
            | Status::Resolved
            | Status::Closed => None,
        };
        self.push_stretch(Stretch {
            from: at,
            pause: by.map(|by| (by, self.status)),
        });
        if let (Some(PausedBy::Window), Some(starts_at)) = (by, self.window_starts_at) {
            self.push_stretch(Stretch {
                from: starts_at,
                pause: None,
            });
        }
    }

    /// Replaces what was foreseen from there on.
    fn push_stretch(&mut self, stretch: Stretch) {
        while self.stretches.last().is_some_and(|last| last.from >= stretch.from) {
            self.stretches.pop();
        }
        if self.stretches.last().is_none_or(|last| last.pause != stretch.pause) {
            self.stretches.push(stretch);
        }
    }

    /// The first response, if this is it; the first update is counted from there.
    fn respond(&mut self, at: Instant) {
        if self.first_response.is_none() {
            self.first_response = Some(Ending::Met(at));
            if !stops_updates(self.status) {
                self.start_updates(at);
            }
        }
    }

    /// A public sign of life.
    fn update(&mut self, at: Instant) {
        if self.first_response.is_none() {
            self.respond(at);
            return;
        }
        match self.updates.last_mut() {
            Some(cycle) if cycle.ending.is_none() && cycle.from < at => {
                cycle.ending = Some(Ending::Met(at));
                self.start_updates(at);
            }
            // The question, estimate or window that stopped the updates is an update itself.
            Some(cycle) if cycle.ending == Some(Ending::Cancelled(at)) => cycle.ending = Some(Ending::Met(at)),
            _ => {}
        }
    }

    fn start_updates(&mut self, at: Instant) {
        if self.updates.last().is_none_or(|cycle| cycle.ending.is_some()) {
            self.updates.push(UpdateCycle { from: at, ending: None });
        }
    }

    fn stop_updates(&mut self, at: Instant, to: Status) {
        let Some(cycle) = self.updates.last_mut().filter(|cycle| cycle.ending.is_none()) else {
            return;
        };
        if cycle.from == at {
            // It began with the same act: nobody ever waited for it.
            self.updates.pop();
        } else if is_solved(to) {
            cycle.ending = Some(Ending::Met(at));
        } else {
            cycle.ending = Some(Ending::Cancelled(at));
        }
    }
}
