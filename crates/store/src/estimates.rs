//! Estimates (section 5): offers of minutes, and what became of them.

use crate::expressions::{aside, one_of};
use crate::row::row;
use crate::schema::estimates;
use crate::types::{Col, Json};
use crate::{After, Conn, Page, Result};
use chrono::NaiveDate;
use daypack_domain::Instant;
use daypack_domain::estimate::{ApprovalChannel, Basis, EstimateKind, EstimateStatus, Line, offered_in_all};
use daypack_domain::ids::{EstimateId, HoldId, LotId, OrganizationId, StandingApprovalId, TicketId, UserId};
use daypack_domain::ledger::Approved;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Minutes held in one lot by a yes, as they were shown to whoever said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldPart {
    /// The lot.
    pub lot_id: LotId,
    /// Of the plan that it came from; empty for lots without one.
    pub plan_code: String,
    /// The plan's name when it was bought.
    pub plan_name: String,
    /// The last day of use, as it was then.
    pub expires_on: NaiveDate,
    /// How many of its minutes.
    pub minutes: i64,
    /// How many it had available before.
    pub available_before_minutes: i64,
}

row! {
    /// An offer of minutes.
    Estimate in estimates by (id) {
        /// Made by the context.
        id: EstimateId,
        /// Of the ticket.
        organization_id: OrganizationId,
        /// What it is for.
        ticket_id: TicketId,
        /// Where it stands.
        status: EstimateStatus,
        /// What the minutes count.
        basis: Basis,
        /// What happens to what is not used.
        kind: EstimateKind,
        /// In all.
        minutes: i64,
        /// What for, in Markdown.
        includes: String,
        /// The parts.
        lines: Json<Vec<Line>>,
        /// Whether work waits for the answer.
        blocking: bool,
        /// Until when it stands.
        valid_until: Instant,
        /// Who offered it.
        offered_by: UserId,
        /// When.
        offered_at: Instant,
        /// Who answered, or took it back.
        decided_by: Option<UserId>,
        /// When.
        decided_at: Option<Instant>,
        /// Why not.
        decision_reason: Option<String>,
        /// How the yes came.
        channel: Option<ApprovalChannel>,
        /// What a lead noted about it.
        channel_note: Option<String>,
        /// The lead who recorded it.
        recorded_by: Option<UserId>,
        /// What the yes was for.
        approved_minutes: Option<i64>,
        /// The hold that the yes made.
        hold_id: Option<HoldId>,
        /// Where it was held.
        allocations: Json<Vec<HeldPart>>,
        /// Grows with each change.
        version: i64,
        /// Positions of the optional lines that the client left out.
        left_out: Json<Vec<usize>>,
        /// When to remind of it next, while it is open.
        remind_at: Option<Instant>,
        /// The standing approval that covered it.
        standing_approval_id: Option<StandingApprovalId>,
        /// What that one was called.
        standing_approval_name: Option<String>,
        /// The minutes that count against that one's month.
        standing_minutes: Option<i64>,
        /// The day, in the organization's zone, on which they count.
        standing_on: Option<NaiveDate>,
        /// Who said that the recorded approval was not theirs.
        disputed_by: Option<UserId>,
        /// When.
        disputed_at: Option<Instant>,
        /// What they said about it.
        dispute_note: Option<String>,
    }
}

impl Estimate {
    /// The yes to it, if it was approved.
    #[must_use]
    pub fn approved(&self) -> Option<Approved> {
        (self.status == EstimateStatus::Approved).then(|| Approved {
            basis: self.basis,
            minutes: self.approved_minutes.unwrap_or(self.minutes),
            hold_id: self.hold_id,
            disputed: self.disputed_at.is_some(),
        })
    }

    /// It was approved, and nobody said since that they had not.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.status == EstimateStatus::Approved && self.disputed_at.is_none()
    }
}

/// Which estimates a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of these organizations; all when none are named.
    pub organizations: Option<Vec<OrganizationId>>,
    /// Only in this status.
    pub status: Option<EstimateStatus>,
    /// Only those that can still be answered at this instant.
    pub valid_after: Option<Instant>,
}

/// Adds an estimate.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, estimate: &Estimate) -> Result<()> {
    estimate.insert_row(conn)
}

/// The estimate with this id, whoever's it is.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: EstimateId) -> Result<Option<Estimate>> {
    Ok(estimates::table
        .find(Col(id))
        .select(Estimate::as_select())
        .first(conn)
        .optional()?)
}

/// A ticket's estimates, newest first.
///
/// # Errors
/// The database fails.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Vec<Estimate>> {
    let query = estimates::table.filter(estimates::ticket_id.eq(Col(ticket)));
    Ok(query
        .order((estimates::offered_at.desc(), estimates::id.desc()))
        .select(Estimate::as_select())
        .load(conn)?)
}

/// What was approved for a ticket and not taken back, oldest first: one is open at a time.
///
/// # Errors
/// The database fails.
pub fn in_force(conn: &mut Conn, ticket: TicketId) -> Result<Vec<Estimate>> {
    let mut approved = of_ticket(conn, ticket)?;
    approved.retain(Estimate::is_in_force);
    approved.reverse();
    Ok(approved)
}

/// The minutes of such approvals in all, by themselves: what was used before an approval is not in it.
#[must_use]
pub fn minutes_in_force(approved: &[Estimate]) -> i64 {
    offered_in_all(
        approved
            .iter()
            .map(|estimate| (estimate.basis, estimate.approved_minutes.unwrap_or(0))),
    )
}

/// The estimate of a ticket that waits for an answer; there is at most one.
///
/// # Errors
/// The database fails.
pub fn open_of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Option<Estimate>> {
    let query = estimates::table
        .filter(estimates::ticket_id.eq(Col(ticket)))
        .filter(estimates::status.eq(Col(EstimateStatus::Offered)));
    Ok(query.select(Estimate::as_select()).first(conn).optional()?)
}

/// The minutes of the estimates of these tickets that can be answered at `now`.
///
/// # Errors
/// The database fails.
pub fn offered_minutes(conn: &mut Conn, tickets: &[TicketId], now: Instant) -> Result<Vec<(TicketId, i64)>> {
    let query = estimates::table
        .filter(one_of(estimates::ticket_id, tickets.iter().copied()))
        .filter(estimates::status.eq(Col(EstimateStatus::Offered)))
        .filter(estimates::valid_until.gt(Col(now)));
    Ok(query.select((estimates::ticket_id, estimates::minutes)).load(conn)?)
}

/// When estimates for the whole of these tickets were approved, by a yes that nobody took back.
///
/// # Errors
/// The database fails.
pub fn approved_totals(conn: &mut Conn, tickets: &[TicketId]) -> Result<Vec<(TicketId, Instant)>> {
    let query = estimates::table
        .filter(one_of(estimates::ticket_id, tickets.iter().copied()))
        .filter(estimates::status.eq(Col(EstimateStatus::Approved)))
        .filter(estimates::basis.eq(Col(Basis::Total)))
        .filter(estimates::disputed_at.is_null())
        .select((estimates::ticket_id, estimates::decided_at));
    let rows: Vec<(TicketId, Option<Instant>)> = query.load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((id, at?))).collect())
}

/// All estimates of these tickets, newest first.
///
/// # Errors
/// The database fails.
pub fn of_tickets(conn: &mut Conn, tickets: &[TicketId]) -> Result<Vec<Estimate>> {
    let query = estimates::table.filter(one_of(estimates::ticket_id, tickets.iter().copied()));
    Ok(query
        .order((estimates::offered_at.desc(), estimates::id.desc()))
        .select(Estimate::as_select())
        .load(conn)?)
}

/// Estimates, newest offer first.
///
/// # Errors
/// The database fails.
pub fn page(conn: &mut Conn, filter: &Filter, after: Option<After<EstimateId>>, limit: i64) -> Result<Page<Estimate>> {
    let mut query = estimates::table.select(Estimate::as_select()).into_boxed();
    if let Some(organizations) = &filter.organizations {
        query = query.filter(one_of(estimates::organization_id, organizations.iter().copied()));
    }
    if let Some(status) = filter.status {
        query = query.filter(estimates::status.eq(Col(status)));
    }
    if let Some(instant) = filter.valid_after {
        query = query.filter(aside(estimates::valid_until).gt(Col(instant)));
    }
    let query = crate::page::newest_first!(query, estimates::offered_at, estimates::id, after, limit);
    Ok(Page::cut(query.load(conn)?, limit))
}

/// Open estimates whose time is over by `now`, of all organizations, the longest overdue first.
///
/// # Errors
/// The database fails.
pub fn lapsed_by(conn: &mut Conn, now: Instant, limit: i64) -> Result<Vec<Estimate>> {
    let query = estimates::table
        .filter(estimates::status.eq(Col(EstimateStatus::Offered)))
        .filter(estimates::valid_until.le(Col(now)))
        .order((estimates::valid_until.asc(), estimates::id.asc()))
        .limit(limit);
    Ok(query.select(Estimate::as_select()).load(conn)?)
}

/// Open estimates that somebody is to be reminded of by `now`, of all organizations.
///
/// # Errors
/// The database fails.
pub fn to_remind_by(conn: &mut Conn, now: Instant, limit: i64) -> Result<Vec<EstimateId>> {
    let query = estimates::table
        .filter(estimates::status.eq(Col(EstimateStatus::Offered)))
        .filter(estimates::remind_at.le(Col(Some(now))))
        .filter(estimates::valid_until.gt(Col(now)))
        .order((estimates::remind_at.asc(), estimates::id.asc()))
        .limit(limit);
    Ok(query.select(estimates::id).load(conn)?)
}

/// Sets when to remind of an estimate next. Its version stays: nothing of what was offered changes.
///
/// # Errors
/// The database fails.
pub fn remind_at(conn: &mut Conn, id: EstimateId, at: Option<Instant>) -> Result<()> {
    diesel::update(estimates::table.find(Col(id)))
        .set(estimates::remind_at.eq(Col(at)))
        .execute(conn)?;
    Ok(())
}

/// What was approved under each of these standing approvals from the first to the last of these days.
///
/// # Errors
/// The database fails.
pub fn standing_uses(
    conn: &mut Conn,
    ids: &[StandingApprovalId],
    first: NaiveDate,
    last: NaiveDate,
) -> Result<BTreeMap<StandingApprovalId, i64>> {
    let query = estimates::table
        .filter(one_of(estimates::standing_approval_id, ids.iter().copied()))
        .filter(estimates::standing_on.ge(Col(Some(first))))
        .filter(estimates::standing_on.le(Col(Some(last))))
        .select((estimates::standing_approval_id, estimates::standing_minutes));
    let rows: Vec<(Option<StandingApprovalId>, Option<i64>)> = query.load(conn)?;
    let mut uses = BTreeMap::new();
    for (id, minutes) in rows {
        if let (Some(id), Some(minutes)) = (id, minutes) {
            *uses.entry(id).or_insert(0) += minutes;
        }
    }
    Ok(uses)
}

/// Saves every field; `version` must have been raised by one. `false` when somebody else was faster.
///
/// # Errors
/// The database fails.
pub fn update(conn: &mut Conn, estimate: &Estimate) -> Result<bool> {
    Ok(estimate.save_row(conn)? == 1)
}
