//! Histories written in a few words, in June 2026 (the 1st is a Monday), over an office open 9 to 18 on weekdays.

use daypack_domain::Instant;
use daypack_domain::calendar::OpenIntervals;
use daypack_domain::sla::{
    Clock, ClockKind, ClockState, Dated, Hand, Happening, PausedBy, Replay, Sla, SlaPolicy, TicketHistory, Warnings,
};
use daypack_domain::ticket::{Kind, QueueLevel, Severity, Status};

/// `"05 17:30"` is Friday 5 June 2026, half past five.
pub fn at(text: &str) -> Instant {
    let (day, time) = text.split_once(' ').unwrap();
    format!("2026-06-{day}T{time}:00Z").parse().unwrap()
}

/// Monday to Friday 9 to 18, from 1 June to 31 August 2026, in UTC.
pub fn office() -> OpenIntervals {
    let first = at("01 00:00");
    let hours = |day: i64, hour: i64| first + chrono::TimeDelta::hours(24 * day + hour);
    let open: Vec<_> = (0..91)
        .filter(|day| day % 7 < 5)
        .map(|day| (hours(day, 9), hours(day, 18)))
        .collect();
    OpenIntervals::new(first, hours(91, 0), &open).unwrap()
}

/// A ticket of a standard client, opened Monday 1 June at 9 by the client.
pub struct Story {
    pub history: TicketHistory,
    pub policy: SlaPolicy,
}

pub fn story(suggested: Option<Severity>) -> Story {
    Story {
        history: TicketHistory {
            created_at: at("01 09:00"),
            created_by: Hand::Client,
            suggested_severity: suggested,
            suggested_kind: None,
            queue_level: QueueLevel::Standard,
            happenings: Vec::new(),
        },
        policy: SlaPolicy::default(),
    }
}

/// Triaged as this, corrective, the moment it came.
pub fn triaged(severity: Severity) -> Story {
    story(Some(severity)).triage("01 09:00", severity)
}

impl Story {
    pub fn then(mut self, when: &str, happening: Happening) -> Self {
        self.history.happenings.push(Dated {
            at: at(when),
            happening,
        });
        self
    }

    pub fn triage(self, when: &str, severity: Severity) -> Self {
        self.then(
            when,
            Happening::Triaged {
                severity,
                kind: Kind::Corrective,
                by: Hand::Staff,
            },
        )
    }

    pub fn severity(self, when: &str, severity: Severity) -> Self {
        self.then(when, Happening::SeverityChanged { severity })
    }

    pub fn status(self, when: &str, to: Status) -> Self {
        self.then(when, Happening::StatusChanged { to, by: Hand::Staff })
    }

    pub fn message(self, when: &str) -> Self {
        self.then(when, Happening::StaffMessage)
    }

    pub fn sla(&self, now: &str) -> Sla {
        Replay::new(&self.history, &self.policy, &office(), at(now))
            .sla()
            .unwrap()
    }

    pub fn warnings(&self, now: &str) -> Warnings {
        Replay::new(&self.history, &self.policy, &office(), at(now))
            .warnings()
            .unwrap()
    }

    pub fn clock(&self, kind: ClockKind, now: &str) -> Clock {
        self.sla(now).current(kind).unwrap().clone()
    }

    pub fn cycle(&self, kind: ClockKind, cycle: u32, now: &str) -> Clock {
        self.sla(now)
            .clocks
            .into_iter()
            .find(|clock| clock.kind == kind && clock.cycle == cycle)
            .unwrap()
    }

    pub fn state(&self, kind: ClockKind, now: &str) -> ClockState {
        self.clock(kind, now).state
    }
}

pub fn paused(by: PausedBy, why: Status) -> ClockState {
    ClockState::Paused { by, why }
}
