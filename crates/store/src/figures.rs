//! Figures over many rows, which the database adds up: sums of movements, counts of tickets.

use crate::conn::MultiBackend;
use crate::expressions::{aside, fixed, one_of};
use crate::ledger::MovementRow;
use crate::schema::{movements, tickets};
use crate::types::Col;
use crate::{Conn, Page, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{LotId, OrganizationId, TicketId, UserId};
use daypack_domain::ledger::{Movement, MovementKind, MovementSum};
use daypack_domain::ticket::Status;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

/// Movements effective up to and including `until`, added up by lot and kind (section 3, `balance(as_of)`).
///
/// # Errors
/// The database fails.
pub fn sums_until(conn: &mut Conn, organization: OrganizationId, until: Instant) -> Result<Vec<MovementSum>> {
    let query = movements::table
        .filter(movements::organization_id.eq(Col(organization)))
        .filter(movements::effective_at.le(Col(until)))
        .group_by((movements::lot_id, movements::kind))
        .select((
            movements::lot_id,
            movements::kind,
            // PostgreSQL adds integers up to a decimal.
            fixed::<BigInt>("CAST(SUM(minutes) AS BIGINT)"),
            fixed::<BigInt>("CAST(SUM(CASE WHEN hold_id IS NULL THEN 0 ELSE minutes END) AS BIGINT)"),
        ));
    let rows: Vec<(Option<LotId>, MovementKind, i64, i64)> = query.load(conn)?;
    let both = |(lot_id, kind, all, of_holds): (Option<LotId>, MovementKind, i64, i64)| {
        let sum = |names_hold, minutes| MovementSum {
            lot_id,
            kind,
            names_hold,
            minutes,
        };
        [sum(true, of_holds), sum(false, all - of_holds)]
    };
    Ok(rows.into_iter().flat_map(both).filter(|sum| sum.minutes != 0).collect())
}

/// What one movement changed, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// When it counts.
    pub effective_at: Instant,
    /// What it does.
    pub kind: MovementKind,
    /// Always positive.
    pub minutes: i64,
    /// Whether it belongs to a ticket.
    pub of_work: bool,
}

/// Movements effective after `after` and up to `until`, in no order, without what only a ledger shows.
///
/// # Errors
/// The database fails.
pub fn changes(conn: &mut Conn, organization: OrganizationId, after: Instant, until: Instant) -> Result<Vec<Change>> {
    let query = movements::table
        .filter(movements::organization_id.eq(Col(organization)))
        .filter(movements::effective_at.gt(Col(after)))
        .filter(movements::effective_at.le(Col(until)))
        .select((
            movements::effective_at,
            movements::kind,
            movements::minutes,
            movements::ticket_id,
        ));
    let rows: Vec<(Instant, MovementKind, i64, Option<TicketId>)> = query.load(conn)?;
    let change = |(effective_at, kind, minutes, ticket): (Instant, MovementKind, i64, Option<TicketId>)| Change {
        effective_at,
        kind,
        minutes,
        of_work: ticket.is_some(),
    };
    Ok(rows.into_iter().map(change).collect())
}

/// Whether there was a movement of this kind up to and including `until`.
///
/// # Errors
/// The database fails.
pub fn has_kind(conn: &mut Conn, organization: OrganizationId, kind: MovementKind, until: Instant) -> Result<bool> {
    let query = movements::table
        .filter(movements::organization_id.eq(Col(organization)))
        .filter(movements::kind.eq(Col(kind)))
        .filter(aside(movements::effective_at).le(Col(until)))
        .order(movements::sequence.asc())
        .select(movements::sequence);
    Ok(query.first::<i64>(conn).optional()?.is_some())
}

/// Which movements of a ledger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MovementFilter {
    /// Of this kind.
    pub kind: Option<MovementKind>,
    /// In this lot.
    pub lot_id: Option<LotId>,
    /// For this ticket.
    pub ticket_id: Option<TicketId>,
    /// Effective at this instant or later.
    pub from: Option<Instant>,
    /// Effective before this instant.
    pub until: Option<Instant>,
}

impl MovementFilter {
    /// Whether a movement is among them.
    #[must_use]
    pub fn admits(&self, movement: &Movement) -> bool {
        self.kind.is_none_or(|kind| movement.kind == kind)
            && self.lot_id.is_none_or(|lot| movement.lot_id == Some(lot))
            && self.ticket_id.is_none_or(|ticket| movement.ticket_id == Some(ticket))
            && self.from.is_none_or(|from| movement.effective_at >= from)
            && self.until.is_none_or(|until| movement.effective_at < until)
    }

    fn query(&self, organization: OrganizationId) -> movements::BoxedQuery<'static, MultiBackend> {
        let mut query = movements::table
            .filter(movements::organization_id.eq(Col(organization)))
            .into_boxed();
        if let Some(kind) = self.kind {
            query = query.filter(movements::kind.eq(Col(kind)));
        }
        if let Some(lot) = self.lot_id {
            query = query.filter(movements::lot_id.eq(Col(Some(lot))));
        }
        if let Some(ticket) = self.ticket_id {
            query = query.filter(movements::ticket_id.eq(Col(Some(ticket))));
        }
        if let Some(from) = self.from {
            query = query.filter(movements::effective_at.ge(Col(from)));
        }
        if let Some(until) = self.until {
            query = query.filter(movements::effective_at.lt(Col(until)));
        }
        query
    }
}

/// Some movements, newest first, before the sequence seen last.
///
/// # Errors
/// The database fails.
pub fn movements_page(
    conn: &mut Conn,
    organization: OrganizationId,
    filter: &MovementFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<Page<Movement>> {
    let mut query = filter.query(organization);
    if let Some(before) = before {
        query = query.filter(movements::sequence.lt(before));
    }
    let query = query.order(movements::sequence.desc()).limit(limit + 1);
    let rows: Vec<MovementRow> = query.select(MovementRow::as_select()).load(conn)?;
    Ok(Page::cut(rows, limit).map(Movement::from))
}

/// Some movements, in their order, after the sequence seen last.
///
/// # Errors
/// The database fails.
pub fn movements_after(
    conn: &mut Conn,
    organization: OrganizationId,
    filter: &MovementFilter,
    after: i64,
    limit: i64,
) -> Result<Page<Movement>> {
    let query = filter.query(organization).filter(movements::sequence.gt(after));
    let query = query.order(movements::sequence.asc()).limit(limit + 1);
    let rows: Vec<MovementRow> = query.select(MovementRow::as_select()).load(conn)?;
    Ok(Page::cut(rows, limit).map(Movement::from))
}

/// The numbers of these tickets, for their references; in no order.
///
/// # Errors
/// The database fails.
pub fn ticket_numbers(conn: &mut Conn, ids: &[TicketId]) -> Result<Vec<(TicketId, i64)>> {
    let query = tickets::table.filter(one_of(tickets::id, ids.iter().copied()));
    Ok(query.select((tickets::id, tickets::number)).load(conn)?)
}

/// How many tickets in these states each person has; people without any are left out.
///
/// # Errors
/// The database fails.
pub fn assigned_counts(conn: &mut Conn, states: &[Status]) -> Result<Vec<(UserId, i64)>> {
    let query = tickets::table
        .filter(one_of(tickets::status, states.iter().copied()))
        .filter(tickets::assignee_id.is_not_null())
        .group_by(tickets::assignee_id)
        .select((tickets::assignee_id, count_star()));
    let rows: Vec<(Option<UserId>, i64)> = query.load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(user, count)| Some((user?, count)))
        .collect())
}
