//! What a statement is made from, read from the ledger, the events and what surrounds them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use daypack_domain::{
    Instant,
    estimate::EstimateStatus,
    event::{Event, EventKind},
    ids::{TicketId, TimeEntryId},
    ledger::{Account, LotPosition, MovementSum, balance_of_sums},
    sla::{ClockKind, ClockState},
    statement::{
        BalanceAt, EntryLine, Expiring, Input, Outlook, Period, SlaLine, Sums, TicketLine, Waiting, WindowAhead,
    },
    ticket::Status,
    time::TICK,
    work::WindowStatus,
};
use daypack_store::{
    Conn, emergencies, estimates, events as told, figures, ledger, lots,
    organizations::Organization,
    statements::{self, Worked},
    tickets::{self, Ticket},
    time_entries::TimeEntry,
    warranties, windows,
};

use crate::{
    context::Context,
    error::Failure,
    flows::{
        balance::{self, Standing},
        tickets::clocks::Played,
    },
    views::{self, People},
};

/// Lots that end within so many days are told.
const EXPIRES_SOON_DAYS: i64 = 30;
/// Open estimates that are told at most.
const WAITING_AT_MOST: i64 = 100;
/// Events that bring a ticket into the statement; one that only closed by itself has nothing to tell.
const MOVES: [&str; 7] = [
    "ticket.triaged",
    "ticket.status_changed",
    "ticket.mitigated",
    "ticket.resolved",
    "ticket.reopened",
    "time.logged",
    "time.reversed",
];

/// Reads everything.
///
/// # Errors
/// The database.
pub fn input(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    period: Period,
    preview: bool,
) -> Result<Input, Failure> {
    // What others commit while this is read may be later than now; nothing of it is in any figure.
    let told = Period {
        until: period.until.min(context.now + TICK),
        ..period
    };
    let account = ledger::load(conn, organization, &[], &[])?.settled(context.now)?;
    let (before, during) = sums(conn, organization, &told, &account)?;
    let work = Work::load(conn, organization, &told)?;
    let standing = balance::read(conn, context, organization, None)?;
    let made = statements::days(conn, organization.id)?;
    let frozen_through = made
        .iter()
        .filter(|(_, to)| *to < period.first_day)
        .map(|(_, to)| *to)
        .max();
    Ok(Input {
        organization_id: organization.id,
        organization_name: organization.name.clone(),
        time_zone: organization.time_zone.clone(),
        period,
        preview,
        made_at: context.now,
        before,
        during,
        balance: balance_at_end(conn, organization, &told, &account)?,
        frozen_through,
        sla: work.sla(conn, context, &told)?,
        tickets: work.ticket_lines(conn, organization, &told)?,
        entries: work.entry_lines(conn, organization, &told)?,
        expiring: expiring(&standing),
        outlook: outlook(&standing),
        waiting: waiting(conn, context, organization)?,
        windows: windows_ahead(conn, context, organization)?,
        next_review_on: None,
    })
}

/// Movements before and in the period, added up by the database, with expiries that are due and not recorded yet.
fn sums(
    conn: &mut Conn,
    organization: &Organization,
    period: &Period,
    account: &Account,
) -> Result<(Sums, Sums), Failure> {
    let mut before = statements::sums(conn, organization.id, None, period.from)?;
    let mut during = statements::sums(conn, organization.id, Some(period.from), period.until)?;
    for movement in account.movements() {
        let sums = if movement.effective_at < period.from {
            Some(&mut before)
        } else {
            None
        };
        let within = period.contains(movement.effective_at).then_some(&mut during);
        if let Some(sums) = sums.or(within) {
            sums.add(movement.kind, movement.hold_id.is_some(), movement.minutes);
        }
    }
    Ok((before, during))
}

/// The balance at the end of the period, lot by lot: another way to the same figures.
fn balance_at_end(
    conn: &mut Conn,
    organization: &Organization,
    period: &Period,
    account: &Account,
) -> Result<BalanceAt, Failure> {
    let as_of = period.until - TICK;
    let recorded = figures::sums_until(conn, organization.id, as_of)?;
    let due = account
        .movements()
        .iter()
        .filter(|movement| movement.effective_at <= as_of)
        .map(MovementSum::from);
    let records = lots::of_organization(conn, organization.id)?;
    let settled = |lot: LotPosition| account.lot(lot.lot_id).cloned().unwrap_or(lot);
    let positions: Vec<LotPosition> = records.into_iter().map(|record| settled(record.position)).collect();
    let balance = balance_of_sums(recorded.into_iter().chain(due), &positions, as_of);
    Ok(BalanceAt {
        posted_minutes: balance.posted_minutes,
        held_minutes: balance.held_minutes,
        available_minutes: balance.available_minutes,
        debt_minutes: balance.debt_minutes,
    })
}

fn expiring(standing: &Standing) -> Vec<Expiring> {
    let soon = standing
        .zone
        .date_at(standing.as_of + TimeDelta::days(EXPIRES_SOON_DAYS));
    let lots = standing.balance.lots.iter().zip(&standing.lots);
    let ending = lots.filter(|(lot, _)| lot.available_minutes > 0 && lot.expires_on <= soon);
    ending
        .map(|(lot, record)| Expiring {
            lot_id: lot.lot_id,
            plan_code: views::orders::plan_code(record),
            expires_on: lot.expires_on,
            available_minutes: lot.available_minutes,
        })
        .collect()
}

/// As the balance shows it; nothing while nothing is there and nothing is used.
fn outlook(standing: &Standing) -> Option<Outlook> {
    let forecast = views::ledger::balance(standing).forecast;
    let outlook = Outlook {
        minutes_per_week: forecast.weekly_minutes,
        runs_out_on: forecast.runs_out_on,
        expires_unused_minutes: forecast.expiring_unused_minutes,
    };
    let is_nothing = outlook.minutes_per_week == 0 && outlook.expires_unused_minutes == 0;
    Some(outlook).filter(|_| !is_nothing)
}

fn waiting(conn: &mut Conn, context: &Context, organization: &Organization) -> Result<Vec<Waiting>, Failure> {
    let filter = estimates::Filter {
        organizations: Some(vec![organization.id]),
        status: Some(EstimateStatus::Offered),
        valid_after: Some(context.now),
    };
    let offered = estimates::page(conn, &filter, None, WAITING_AT_MOST)?.items;
    let about = load_tickets(conn, offered.iter().map(|estimate| estimate.ticket_id))?;
    let line = |estimate: &estimates::Estimate| {
        let ticket = about.get(&estimate.ticket_id)?;
        Some(Waiting {
            estimate_id: estimate.id,
            reference: reference(organization, ticket),
            title: ticket.title.clone(),
            minutes: estimate.minutes,
            valid_until: estimate.valid_until,
        })
    };
    let mut lines: Vec<Waiting> = offered.iter().filter_map(line).collect();
    lines.sort_by_key(|line| (line.valid_until, line.estimate_id));
    Ok(lines)
}

fn windows_ahead(conn: &mut Conn, context: &Context, organization: &Organization) -> Result<Vec<WindowAhead>, Failure> {
    let planned = [WindowStatus::Proposed, WindowStatus::Accepted];
    let ahead = windows::ending_after(conn, organization.id, &planned, context.now)?;
    let about = load_tickets(conn, ahead.iter().map(|window| window.ticket_id))?;
    let line = |window: &windows::Window| {
        Some(WindowAhead {
            window_id: window.id,
            reference: reference(organization, about.get(&window.ticket_id)?),
            starts_at: window.starts_at,
            ends_at: window.ends_at,
            accepted: window.status == WindowStatus::Accepted,
        })
    };
    Ok(ahead.iter().filter_map(line).collect())
}

/// What was worked on in the period, and everything that happened to it.
struct Work {
    worked: Vec<Worked>,
    entries: Vec<TimeEntry>,
    tickets: BTreeMap<TicketId, Ticket>,
    events: BTreeMap<TicketId, Vec<Event>>,
}

impl Work {
    fn load(conn: &mut Conn, organization: &Organization, period: &Period) -> Result<Self, Failure> {
        let worked = statements::worked(conn, organization.id, period.from, period.until)?;
        let named: Vec<TimeEntryId> = worked.iter().filter_map(|work| work.entry_id).collect();
        let entries = statements::entries(conn, organization.id, &named, period.from, period.until)?;
        let moved = statements::moved_tickets(conn, organization.id, &MOVES, period.from, period.until)?;
        let of_work = worked
            .iter()
            .map(|work| work.ticket_id)
            .chain(entries.iter().map(|entry| entry.ticket_id));
        let mut tickets = load_tickets(conn, of_work.chain(moved))?;
        let ids: Vec<TicketId> = tickets.keys().copied().collect();
        let mut events: BTreeMap<TicketId, Vec<Event>> = BTreeMap::new();
        for event in told::of_tickets(conn, &ids)? {
            if let Some(id) = event.ticket_id {
                events.entry(id).or_default().push(event);
            }
        }
        let has_work = |id: TicketId| {
            worked.iter().any(|work| work.ticket_id == id) || entries.iter().any(|entry| entry.ticket_id == id)
        };
        let told = |id: TicketId| {
            let happened = events.get(&id).map(Vec::as_slice).unwrap_or_default();
            happened
                .iter()
                .any(|event| period.contains(event.at) && is_telling(&event.kind))
        };
        tickets.retain(|id, _| has_work(*id) || told(*id));
        Ok(Self {
            worked,
            entries,
            tickets,
            events,
        })
    }

    fn happened(&self, id: TicketId) -> &[Event] {
        self.events.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    /// By number.
    fn ticket_lines(
        &self,
        conn: &mut Conn,
        organization: &Organization,
        period: &Period,
    ) -> Result<Vec<TicketLine>, Failure> {
        let ids: Vec<TicketId> = self.tickets.keys().copied().collect();
        let mut marks = statements::approval_marks(conn, &ids, period.until)?;
        let begun = emergencies::of_tickets(conn, &ids)?.into_iter();
        let emergencies: BTreeSet<TicketId> = begun
            .filter(|emergency| emergency.started_at < period.until)
            .map(|emergency| emergency.ticket_id)
            .collect();
        let warranties: BTreeSet<TicketId> = warranties::accepted_of(conn, &ids)?.into_iter().collect();
        let mut rows: Vec<&Ticket> = self.tickets.values().collect();
        rows.sort_by_key(|ticket| ticket.number);
        let line = |ticket: &Ticket| {
            let of_ticket = || self.worked.iter().filter(|work| work.ticket_id == ticket.id);
            let marks = marks.remove(&ticket.id).unwrap_or_default();
            TicketLine {
                ticket_id: ticket.id,
                reference: reference(organization, ticket),
                title: ticket.title.clone(),
                system_id: ticket.system_id,
                status: status_at(self.happened(ticket.id), period.until),
                kind: ticket.kind,
                severity: ticket.severity,
                what_was_done: delivered(self.happened(ticket.id), period),
                minutes: of_ticket().map(Worked::net_minutes).sum(),
                fixed_minutes: of_ticket()
                    .filter(|work| work.entry_id.is_none())
                    .map(Worked::net_minutes)
                    .sum(),
                recorded_approval: marks.recorded,
                disputed_approval: marks.disputed,
                standing_approvals: marks.standing.into_iter().collect(),
                borrowed_minutes: of_ticket().map(|work| work.borrowed_minutes).sum(),
                emergency: emergencies.contains(&ticket.id),
                warranty: warranties.contains(&ticket.id),
            }
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// By day: a line for what was logged in the period, and one for what was taken back.
    fn entry_lines(
        &self,
        conn: &mut Conn,
        organization: &Organization,
        period: &Period,
    ) -> Result<Vec<EntryLine>, Failure> {
        let people = People::load(conn, self.entries.iter().map(|entry| entry.user_id))?;
        let mut lines = Vec::new();
        for entry in &self.entries {
            let Some(ticket) = self.tickets.get(&entry.ticket_id) else {
                continue;
            };
            let moved = self.worked.iter().find(|work| work.entry_id == Some(entry.id));
            let (used, returned) = moved.map_or((0, 0), |work| (work.used_minutes, work.returned_minutes));
            let logged = period.contains(entry.created_at);
            let taken_back = entry.reversed_at.is_some_and(|at| period.contains(at));
            let line = |actual_minutes, billable_minutes| EntryLine {
                time_entry_id: entry.id,
                ticket_id: entry.ticket_id,
                reference: reference(organization, ticket),
                worked_on: entry.worked_on,
                person: people.person(entry.user_id).name,
                activity: entry.activity.to_string(),
                note: entry.note.clone(),
                actual_minutes,
                billable_minutes,
                late: false,
            };
            if logged || used != 0 {
                lines.push(line(if logged { entry.actual_minutes } else { 0 }, used));
            }
            if taken_back || returned != 0 {
                lines.push(line(if taken_back { -entry.actual_minutes } else { 0 }, -returned));
            }
        }
        Ok(lines)
    }

    /// Clocks of these tickets that ended in the period, met or missed.
    fn sla(&self, conn: &mut Conn, context: &Context, period: &Period) -> Result<Vec<SlaLine>, Failure> {
        let ids: Vec<TicketId> = self.tickets.keys().copied().collect();
        let mut counts: BTreeMap<ClockKind, (i64, i64)> = BTreeMap::new();
        for work in tickets::work_of(conn, &ids)? {
            let Some(ticket) = self.tickets.get(&work.ticket_id) else {
                continue;
            };
            let sla = Played::load(conn, &context.versions, ticket, &work, context.now)?.sla(context.now)?;
            let ended = sla
                .clocks
                .iter()
                .filter(|clock| clock.ended_at.is_some_and(|at| period.contains(at)));
            for clock in ended {
                let (met, missed) = counts.entry(clock.kind).or_default();
                match clock.state {
                    ClockState::Met => *met += 1,
                    ClockState::Breached => *missed += 1,
                    _ => {}
                }
            }
        }
        let line = |(kind, (met, missed)): (ClockKind, (i64, i64))| SlaLine {
            clock: kind.to_string(),
            met,
            missed,
        };
        Ok(counts
            .into_iter()
            .filter(|(_, (met, missed))| met + missed > 0)
            .map(line)
            .collect())
    }
}

/// Whether it is worth a line in the statement.
fn is_telling(kind: &EventKind) -> bool {
    match kind {
        EventKind::TicketStatusChanged { to, .. } => *to != Status::Closed,
        other => MOVES.contains(&other.name()),
    }
}

/// The status right before `until`.
fn status_at(events: &[Event], until: Instant) -> Status {
    let before = events.iter().rev().filter(|event| event.at < until);
    let changed = before.filter_map(|event| match event.kind {
        EventKind::TicketStatusChanged { to, .. } => Some(to),
        _ => None,
    });
    changed.into_iter().next().unwrap_or(Status::Submitted)
}

/// What the last closure record of the period says.
fn delivered(events: &[Event], period: &Period) -> Option<String> {
    events
        .iter()
        .rev()
        .filter(|event| period.contains(event.at))
        .find_map(|event| match &event.kind {
            EventKind::TicketResolved { record } => Some(record.what_was_done.clone()),
            _ => None,
        })
}

fn load_tickets(
    conn: &mut Conn,
    ids: impl IntoIterator<Item = TicketId>,
) -> Result<BTreeMap<TicketId, Ticket>, Failure> {
    let ids: BTreeSet<TicketId> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<TicketId> = ids.into_iter().collect();
    let found = tickets::find_many(conn, &ids)?;
    Ok(found.into_iter().map(|ticket| (ticket.id, ticket)).collect())
}

fn reference(organization: &Organization, ticket: &Ticket) -> String {
    format!("{}-{}", organization.prefix, ticket.number)
}
