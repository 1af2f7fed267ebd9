//! A ticket's clocks (section 7): replayed from its events after each write, and kept in short for lists.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use daypack_domain::{
    Instant,
    calendar::{LazyIntervals, OpenIntervals, OutsideIntervals},
    event::{Event, sla_history},
    ids::CalendarId,
    sla::{Clock, ClockState, Explained, Happening, PausedBy, Replay, Sla, SlaPolicy, TicketHistory},
    ticket::Status,
};
use daypack_store::{
    Conn, Json, events,
    tickets::{StoredClock, StoredSla, Ticket, Work},
};

use super::Case;
use crate::{context::Context, error::Failure, versions::Versions};

/// Calendars with what is expanded of them, each loaded once.
#[derive(Debug, Default)]
pub struct Calendars(BTreeMap<CalendarId, LazyIntervals>);

impl Calendars {
    /// Loads these calendars, each once.
    ///
    /// # Errors
    /// The database.
    pub fn load(
        conn: &mut Conn,
        context: &Context,
        ids: impl IntoIterator<Item = CalendarId>,
    ) -> Result<Self, Failure> {
        let mut loaded = BTreeMap::new();
        for id in ids {
            if let Entry::Vacant(place) = loaded.entry(id) {
                place.insert(LazyIntervals::new(context.versions.calendar(conn, id)?, context.now));
            }
        }
        Ok(Self(loaded))
    }

    /// One of them.
    ///
    /// # Errors
    /// It was not loaded: a fault of ours.
    pub fn get(&mut self, id: CalendarId) -> Result<&mut LazyIntervals, Failure> {
        self.0
            .get_mut(&id)
            .ok_or_else(|| Failure::internal(format!("the calendar {id} is not there")))
    }
}

/// Everything that a replay of one ticket reads.
#[derive(Debug)]
pub struct Played {
    /// Its history.
    pub history: TicketHistory,
    /// The policy that it was opened under.
    pub policy: Arc<SlaPolicy>,
    /// The calendar that it was opened under.
    pub intervals: LazyIntervals,
}

impl Played {
    /// Loads it.
    ///
    /// # Errors
    /// The database; a ticket without the event of its creation.
    pub fn load(
        conn: &mut Conn,
        versions: &Versions,
        ticket: &Ticket,
        work: &Work,
        now: Instant,
    ) -> Result<Self, Failure> {
        let told: Vec<Event> = events::of_ticket(conn, ticket.id)?;
        let history = sla_history(&told, ticket.queue_level, None)
            .ok_or_else(|| Failure::internal(format!("nothing tells of the creation of the ticket {}", ticket.id)))?;
        Ok(Self {
            history,
            policy: versions.policy(conn, work.sla_policy_id)?,
            intervals: LazyIntervals::new(versions.calendar(conn, work.calendar_id)?, now),
        })
    }

    /// All clocks at `now`.
    ///
    /// # Errors
    /// The answer lies beyond what a calendar can tell.
    pub fn sla(&mut self, now: Instant) -> Result<Sla, Failure> {
        let (history, policy) = (&self.history, &self.policy);
        self.intervals
            .compute(|open| Replay::new(history, policy, open, now).sla())
            .map_err(Failure::internal)
    }

    /// All clocks at `now`, with where their time went.
    ///
    /// # Errors
    /// As [`Played::sla`].
    pub fn explain(&mut self, now: Instant) -> Result<Vec<Explained>, Failure> {
        let (history, policy) = (&self.history, &self.policy);
        self.intervals
            .compute(|open| Replay::new(history, policy, open, now).explain())
            .map_err(Failure::internal)
    }
}

/// Replays the clocks of a ticket whose events are appended, and keeps what lists need of them. A ticket that is
/// closed keeps its outcome for good.
///
/// # Errors
/// Those of [`Played`].
pub fn refresh(conn: &mut Conn, context: &Context, case: &mut Case) -> Result<(), Failure> {
    let mut played = Played::load(conn, &context.versions, &case.ticket, &case.work, context.now)?;
    let sla = played.sla(context.now)?;
    case.ticket.next_deadline_at = sla.next_deadline_at();
    case.ticket.sla = Json(stored(&sla, &played.history));
    case.work.sla_outcome = (case.ticket.status == Status::Closed).then_some(Json(sla));
    Ok(())
}

fn stored(sla: &Sla, history: &TicketHistory) -> StoredSla {
    let window = history.happenings.iter().rev().find_map(|dated| match dated.happening {
        Happening::WindowAccepted { starts_at } => Some(starts_at),
        _ => None,
    });
    let open = sla
        .clocks
        .iter()
        .filter(|clock| clock.is_open())
        .filter_map(|clock| stored_clock(clock, window));
    StoredSla {
        queue: sla.queue,
        open: open.collect(),
        missed: sla.clocks.iter().any(|clock| clock.breached_at.is_some()),
    }
}

fn stored_clock(clock: &Clock, window: Option<Instant>) -> Option<StoredClock> {
    let paused_by = match clock.state {
        ClockState::Paused { by, .. } => Some(by),
        _ => None,
    };
    Some(StoredClock {
        kind: clock.kind,
        target_minutes: clock.target_minutes?,
        remaining_minutes: clock.remaining_minutes?,
        due_at: clock.due_at,
        breaches_at: clock.breaches_at,
        late: clock.late_since.is_some(),
        paused_by,
        paused_until: window.filter(|_| paused_by == Some(PausedBy::Window)),
        on_call: clock.on_call,
    })
}

/// How a stored clock stands at `now`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Time counts.
    Running,
    /// It would run, but the calendar is closed.
    OutsideHours,
    /// Time does not count.
    Paused(PausedBy),
    /// Past its target.
    Breached,
    /// Made late by a reclassification.
    Late,
}

impl Standing {
    /// Of this clock, over the open intervals of its calendar.
    ///
    /// # Errors
    /// [`OutsideIntervals`] when they do not reach far enough.
    pub fn of(clock: &StoredClock, open: &OpenIntervals, now: Instant) -> Result<Self, OutsideIntervals> {
        let always = OpenIntervals::always();
        let open = if clock.on_call { &always } else { open };
        if clock.breaches_at.is_some_and(|last| now > last) {
            return Ok(Self::Breached);
        }
        if clock.late {
            return Ok(Self::Late);
        }
        match (clock.paused_by, clock.paused_until) {
            (Some(by), None) => return Ok(Self::Paused(by)),
            (Some(by), Some(until)) if now < until => return Ok(Self::Paused(by)),
            _ => {}
        }
        Ok(if open.is_open(now)? {
            Self::Running
        } else {
            Self::OutsideHours
        })
    }
}

/// Business minutes until the target of a stored clock, negative when past it: what a replay at `now` would say.
///
/// # Errors
/// [`OutsideIntervals`] when the open intervals do not reach far enough.
pub fn remaining_minutes(clock: &StoredClock, open: &OpenIntervals, now: Instant) -> Result<i64, OutsideIntervals> {
    let always = OpenIntervals::always();
    let open = if clock.on_call { &always } else { open };
    let Some(due_at) = clock.due_at else {
        return Ok(clock.remaining_minutes);
    };
    if clock.paused_until.is_some_and(|until| now < until) {
        return Ok(clock.remaining_minutes);
    }
    if now >= due_at {
        return Ok(-open.elapsed(due_at, now)?.num_minutes());
    }
    // Minutes that counted are whole ones: what is left is rounded up.
    let left = open.elapsed(now, due_at)?;
    let minutes = left.num_minutes();
    Ok(if left > chrono::TimeDelta::minutes(minutes) {
        minutes + 1
    } else {
        minutes
    })
}
