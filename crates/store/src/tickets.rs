//! Tickets, the work that each gathers, and the lists of them.

use crate::expressions::{fixed, one_of};
use crate::row::row;
use crate::schema::{hold_parts, holds, ticket_work, tickets, windows};
use crate::types::{Col, Json};
use crate::{Conn, Page, Result};
use chrono::NaiveDate;
use daypack_domain::Instant;
use daypack_domain::ids::{CalendarId, OrganizationId, SlaPolicyId, SystemId, TicketId, UserId};
use daypack_domain::sla::{ClockKind, PausedBy, QueueEntry};
use daypack_domain::ticket::{Channel, Impact, Kind, QueueLevel, Scope, Severity, Status};
use daypack_domain::work::WindowStatus;
use daypack_domain::workflow::DeclineReason;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What lists need of a ticket's clocks without replaying them. It changes only when something happens to the ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSla {
    /// What the queue orders by.
    pub queue: QueueEntry,
    /// The clocks that can still be met.
    pub open: Vec<StoredClock>,
    /// A clock that has ended, or was breached when this was stored, was missed.
    pub missed: bool,
}

/// A clock that can still be met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredClock {
    /// What it measures.
    pub kind: ClockKind,
    /// In business minutes.
    pub target_minutes: i64,
    /// Business minutes left when this was stored: the truth for as long as it is paused.
    pub remaining_minutes: i64,
    /// When it reaches its target, if nothing else happens.
    pub due_at: Option<Instant>,
    /// The last instant in time, if nothing else happens.
    pub breaches_at: Option<Instant>,
    /// A reclassification made it late.
    pub late: bool,
    /// On whose side the time goes, when it was paused.
    pub paused_by: Option<PausedBy>,
    /// When the pause ends, if that is known: the start of an agreed window.
    pub paused_until: Option<Instant>,
    /// Whether it counts around the clock.
    pub on_call: bool,
}

row! {
    /// One request for work.
    Ticket in tickets by (id) {
        /// Made by the context.
        id: TicketId,
        /// Whose it is.
        organization_id: OrganizationId,
        /// Within the organization, from 1, without gaps.
        number: i64,
        /// The system that it is about.
        system_id: Option<SystemId>,
        /// The part of it.
        component: Option<String>,
        /// The version of that part.
        component_version: Option<String>,
        /// In one line.
        title: String,
        /// In Markdown.
        description: String,
        /// Who is affected.
        affected: String,
        /// What was answered about the impact.
        impact: Option<Json<Impact>>,
        /// Decided at triage.
        kind: Option<Kind>,
        /// Suggested at intake.
        suggested_severity: Option<Severity>,
        /// Decided at triage.
        severity: Option<Severity>,
        /// Decided at triage.
        scope: Option<Scope>,
        /// Whether its work is deducted.
        billable: bool,
        /// Why not.
        not_billable_reason: Option<String>,
        /// Where it stands.
        status: Status,
        /// Where it returns to.
        resume_status: Option<Status>,
        /// Since when it stands there.
        status_since: Instant,
        /// Who works on it.
        assignee_id: Option<UserId>,
        /// Who asked.
        reporter_id: UserId,
        /// How it came in.
        channel: Channel,
        /// Words to find it by.
        tags: Json<Vec<String>>,
        /// The date agreed for it.
        agreed_on: Option<NaiveDate>,
        /// Frozen at creation.
        queue_level: QueueLevel,
        /// From 1; counts reopenings.
        cycle: i64,
        /// The nearest deadline of its open clocks.
        next_deadline_at: Option<Instant>,
        /// Its clocks, in short.
        sla: Json<StoredSla>,
        /// When it came in.
        created_at: Instant,
        /// The last change.
        updated_at: Instant,
        /// Grows with each change.
        version: i64,
    }
}

row! {
    /// What a ticket gathers: plans, clocks and minutes. Saved together with its ticket, under the organization's lock.
    Work in ticket_work over (ticket_id) {
        /// Of which ticket.
        ticket_id: TicketId,
        /// Of the ticket.
        organization_id: OrganizationId,
        /// The calendar's version when it was opened.
        calendar_id: CalendarId,
        /// The policy's version when it was opened.
        sla_policy_id: SlaPolicyId,
        /// What is done first.
        mitigation_plan: Option<String>,
        /// What solves it for good.
        solution_plan: Option<String>,
        /// The clause, or why the severity is another than suggested.
        scope_reason: Option<String>,
        /// Who decided at triage.
        triaged_by: Option<UserId>,
        /// When it was decided first.
        triaged_at: Option<Instant>,
        /// How time is rounded; as agreed at the first approval.
        increment_minutes: Option<i64>,
        /// The least that is billed; as agreed at the first approval.
        minimum_minutes: Option<i64>,
        /// What is not billed; as agreed at the first approval.
        free_minutes: Option<i64>,
        /// What the client said yes to.
        approved_minutes: i64,
        /// Worked.
        actual_minutes: i64,
        /// Billed by time entries.
        billed_minutes: i64,
        /// Taken from packs or borrowed: billed, and what fixed estimates consumed.
        used_minutes: i64,
        /// When it is meant to be done, for the backlog.
        planned_period: Option<String>,
        /// Why it ended, when it was declined.
        decline_reason: Option<DeclineReason>,
        /// The clocks' outcome, once it is closed.
        sla_outcome: Option<Json<daypack_domain::sla::Sla>>,
        /// When it was resolved last.
        resolved_at: Option<Instant>,
        /// When it closes by itself.
        closes_at: Option<Instant>,
        /// When it was closed.
        closed_at: Option<Instant>,
    }
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The newest first.
    Newest,
    /// The oldest first.
    Oldest,
    /// The one that changed last first.
    Updated,
    /// The nearest deadline first; those without one last.
    Deadline,
}

/// What a list is ordered by, of the last row seen. An absent instant comes last, by [`Sort::Deadline`] only.
pub type Key = (Option<Instant>, TicketId);

/// Which tickets a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of these organizations; all when none are named.
    pub organizations: Option<Vec<OrganizationId>>,
    /// Only in one of these statuses.
    pub statuses: Vec<Status>,
    /// Only with this severity: the decided one, or the suggested one before triage.
    pub severity: Option<Severity>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only what this person works on.
    pub assignee: Option<UserId>,
    /// Only with this text in the title, whatever its case.
    pub text: Option<String>,
    /// Also the ticket with this number of this organization.
    pub numbered: Option<(OrganizationId, i64)>,
}

diesel::define_sql_function! {
    /// Lower case.
    fn lower(text: Text) -> Text;
}

impl Ticket {
    /// What a list by `sort` continues after.
    #[must_use]
    pub fn key(&self, sort: Sort) -> Key {
        let at = match sort {
            Sort::Newest | Sort::Oldest => Some(self.created_at),
            Sort::Updated => Some(self.updated_at),
            Sort::Deadline => self.next_deadline_at,
        };
        (at, self.id)
    }
}

/// Adds a ticket and what it gathers.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, ticket: &Ticket, work: &Work) -> Result<()> {
    ticket.insert_row(conn)?;
    work.insert_row(conn)
}

/// The ticket with this id, whoever's it is.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: TicketId) -> Result<Option<Ticket>> {
    Ok(tickets::table
        .find(Col(id))
        .select(Ticket::as_select())
        .first(conn)
        .optional()?)
}

/// These tickets, in no order.
///
/// # Errors
/// The database fails.
pub fn find_many(conn: &mut Conn, ids: &[TicketId]) -> Result<Vec<Ticket>> {
    let query = tickets::table.filter(one_of(tickets::id, ids.iter().copied()));
    Ok(query.select(Ticket::as_select()).load(conn)?)
}

/// What these tickets gathered, in no order.
///
/// # Errors
/// The database fails.
pub fn work_of(conn: &mut Conn, ids: &[TicketId]) -> Result<Vec<Work>> {
    let query = ticket_work::table.filter(one_of(ticket_work::ticket_id, ids.iter().copied()));
    Ok(query.select(Work::as_select()).load(conn)?)
}

/// Saves every field of a ticket, and of what it gathered if that has changed; `version` must have been raised by one. `false` when
/// somebody else was faster, and nothing is changed.
///
/// # Errors
/// The database fails.
pub fn update(conn: &mut Conn, ticket: &Ticket, work: Option<&Work>) -> Result<bool> {
    let saved = ticket.save_row(conn)? == 1;
    if saved && let Some(work) = work {
        work.overwrite_row(conn)?;
    }
    Ok(saved)
}

/// Tickets in this order, after the last one seen.
///
/// # Errors
/// The database fails.
pub fn page(conn: &mut Conn, filter: &Filter, sort: Sort, after: Option<Key>, limit: i64) -> Result<Page<Ticket>> {
    let mut query = tickets::table.select(Ticket::as_select()).into_boxed();
    if let Some(organizations) = &filter.organizations {
        query = query.filter(one_of(tickets::organization_id, organizations.iter().copied()));
    }
    if !filter.statuses.is_empty() {
        query = query.filter(one_of(tickets::status, filter.statuses.iter().copied()));
    }
    if let Some(severity) = filter.severity {
        let suggested = tickets::severity
            .is_null()
            .and(tickets::suggested_severity.eq(Col(Some(severity))));
        let decided = tickets::severity
            .is_not_null()
            .and(tickets::severity.eq(Col(Some(severity))));
        // Both sides are never unknown in SQL: an unknown one would hide the row.
        query = query.filter(decided.or(suggested).assume_not_null());
    }
    if let Some(kind) = filter.kind {
        query = query.filter(tickets::kind.eq(Col(Some(kind))));
    }
    if let Some(assignee) = filter.assignee {
        query = query.filter(tickets::assignee_id.eq(Col(Some(assignee))));
    }
    if let Some(text) = &filter.text {
        // The same on both engines: SQLite ignores the case of ASCII letters, PostgreSQL none.
        let found = lower(tickets::title).like(pattern(text)).escape('\\');
        query = match filter.numbered {
            Some((organization, number)) => query.filter(
                found.or(tickets::organization_id
                    .eq(Col(organization))
                    .and(tickets::number.eq(number))),
            ),
            None => query.filter(found),
        };
    }
    let query = match sort {
        Sort::Newest => {
            if let Some((Some(at), id)) = after {
                query = query
                    .filter(tickets::created_at.le(Col(at)))
                    .filter(tickets::created_at.lt(Col(at)).or(tickets::id.lt(Col(id))));
            }
            query.order((tickets::created_at.desc(), tickets::id.desc()))
        }
        Sort::Oldest => {
            if let Some((Some(at), id)) = after {
                query = query
                    .filter(tickets::created_at.ge(Col(at)))
                    .filter(tickets::created_at.gt(Col(at)).or(tickets::id.gt(Col(id))));
            }
            query.order((tickets::created_at.asc(), tickets::id.asc()))
        }
        Sort::Updated => {
            if let Some((Some(at), id)) = after {
                query = query
                    .filter(tickets::updated_at.le(Col(at)))
                    .filter(tickets::updated_at.lt(Col(at)).or(tickets::id.lt(Col(id))));
            }
            query.order((tickets::updated_at.desc(), tickets::id.desc()))
        }
        Sort::Deadline => {
            if let Some((at, id)) = after {
                query = match at {
                    Some(at) => {
                        let same = tickets::next_deadline_at.eq(Col(Some(at))).and(tickets::id.gt(Col(id)));
                        let later = tickets::next_deadline_at.gt(Col(Some(at)));
                        query.filter(tickets::next_deadline_at.is_null().or(later).or(same))
                    }
                    None => query
                        .filter(tickets::next_deadline_at.is_null())
                        .filter(tickets::id.gt(Col(id))),
                };
            }
            // Said in words that both engines take from an index: SQLite would put those without one first.
            let last = fixed::<Bool>("tickets.next_deadline_at ASC NULLS LAST");
            query.order((last, tickets::id.asc()))
        }
    };
    Ok(Page::cut(query.limit(limit + 1).load(conn)?, limit))
}

/// What `LIKE` finds the text by, wherever it stands.
fn pattern(text: &str) -> String {
    let escaped = text
        .to_ascii_lowercase()
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{escaped}%")
}

/// How many tickets are in each of these statuses; of all organizations when none are named.
///
/// # Errors
/// The database fails.
pub fn count_by_status(
    conn: &mut Conn,
    organizations: Option<&[OrganizationId]>,
    assignee: Option<UserId>,
    statuses: &[Status],
) -> Result<BTreeMap<Status, i64>> {
    let mut query = tickets::table
        .filter(one_of(tickets::status, statuses.iter().copied()))
        .group_by(tickets::status)
        .select((tickets::status, diesel::dsl::count_star()))
        .into_boxed();
    if let Some(organizations) = organizations {
        query = query.filter(one_of(tickets::organization_id, organizations.iter().copied()));
    }
    if let Some(assignee) = assignee {
        query = query.filter(tickets::assignee_id.eq(Col(Some(assignee))));
    }
    let counts: Vec<(Status, i64)> = query.load(conn)?;
    Ok(counts.into_iter().collect())
}

/// How many tickets wait for the client's yes to a proposed window.
///
/// # Errors
/// The database fails.
pub fn count_with_proposed_window(conn: &mut Conn, organizations: Option<&[OrganizationId]>) -> Result<i64> {
    let proposed = windows::table
        .filter(windows::status.eq(Col(WindowStatus::Proposed)))
        .select(windows::ticket_id);
    let mut query = tickets::table
        .filter(tickets::status.eq(Col(Status::AwaitingWindow)))
        .filter(tickets::id.eq_any(proposed))
        .into_boxed();
    if let Some(organizations) = organizations {
        query = query.filter(one_of(tickets::organization_id, organizations.iter().copied()));
    }
    Ok(query.count().get_result(conn)?)
}

/// Every ticket in one of these statuses, of all organizations when none are named, the nearest deadline first; those
/// without one last.
///
/// # Errors
/// The database fails.
pub fn in_statuses(
    conn: &mut Conn,
    organizations: Option<&[OrganizationId]>,
    statuses: &[Status],
) -> Result<Vec<Ticket>> {
    let mut query = tickets::table
        .filter(one_of(tickets::status, statuses.iter().copied()))
        .select(Ticket::as_select())
        .into_boxed();
    if let Some(organizations) = organizations {
        query = query.filter(one_of(tickets::organization_id, organizations.iter().copied()));
    }
    // All of them are wanted, and no index has the order of several statuses.
    let mut found: Vec<Ticket> = query.load(conn)?;
    found.sort_unstable_by_key(|ticket| (ticket.next_deadline_at.is_none(), ticket.next_deadline_at, ticket.id));
    Ok(found)
}

/// Tickets that close by themselves by `now`, of all organizations.
///
/// # Errors
/// The database fails.
pub fn closing_by(conn: &mut Conn, now: Instant, limit: i64) -> Result<Vec<(OrganizationId, TicketId)>> {
    let query = tickets::table
        .inner_join(ticket_work::table.on(ticket_work::ticket_id.eq(tickets::id)))
        .filter(tickets::status.eq(Col(Status::Resolved)))
        .filter(ticket_work::closes_at.le(Col(Some(now))))
        .order((ticket_work::closes_at.asc(), tickets::id.asc()))
        .select((tickets::organization_id, tickets::id))
        .limit(limit);
    Ok(query.load(conn)?)
}

/// The minutes held for each of these tickets that holds any.
///
/// # Errors
/// The database fails.
pub fn held_minutes(conn: &mut Conn, ids: &[TicketId]) -> Result<BTreeMap<TicketId, i64>> {
    let parts: Vec<(TicketId, i64)> = holds::table
        .inner_join(hold_parts::table.on(hold_parts::hold_id.eq(holds::id)))
        .filter(one_of(holds::ticket_id, ids.iter().copied()))
        .filter(hold_parts::held_minutes.gt(0))
        .select((holds::ticket_id, hold_parts::held_minutes))
        .load(conn)?;
    let mut held = BTreeMap::new();
    for (ticket, minutes) in parts {
        *held.entry(ticket).or_insert(0) += minutes;
    }
    Ok(held)
}
