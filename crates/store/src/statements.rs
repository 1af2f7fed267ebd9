//! Weekly statements (section 11): frozen texts, and what they are gathered from.

use crate::expressions::{fixed, one_of};
use crate::row::row;
use crate::schema::{estimates, events, movements, statements, time_entries};
use crate::time_entries::TimeEntry;
use crate::types::Col;
use crate::{Conn, Page, Result};
use chrono::NaiveDate;
use daypack_domain::Instant;
use daypack_domain::ids::{OrganizationId, StatementId, TicketId, TimeEntryId, UserId};
use daypack_domain::ledger::MovementKind;
use daypack_domain::statement::Sums;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use std::collections::{BTreeMap, BTreeSet};

row! {
    /// A frozen statement. There is one for each organization and first day, and it is never changed.
    StatementRow in statements {
        /// Made by the context.
        id: StatementId,
        /// Whose.
        organization_id: OrganizationId,
        /// First day.
        from_on: NaiveDate,
        /// Last day, inclusive.
        to_on: NaiveDate,
        /// The frozen text.
        content: String,
        /// SHA-256 of it, in hexadecimal.
        hash: String,
        /// When it was made.
        made_at: Instant,
    }
}

/// Keeps a statement for good.
///
/// # Errors
/// A unique violation when the organization has one for these days already.
pub fn insert(conn: &mut Conn, statement: &StatementRow) -> Result<()> {
    statement.insert_row(conn)
}

/// The statement with this id, whoever's it is.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: StatementId) -> Result<Option<StatementRow>> {
    Ok(statements::table
        .find(Col(id))
        .select(StatementRow::as_select())
        .first(conn)
        .optional()?)
}

/// Statements of an organization, the latest week first, before the first day of the last one seen.
///
/// # Errors
/// The database fails.
pub fn page(
    conn: &mut Conn,
    organization: OrganizationId,
    before: Option<NaiveDate>,
    limit: i64,
) -> Result<Page<StatementRow>> {
    let mut query = statements::table
        .filter(statements::organization_id.eq(Col(organization)))
        .select(StatementRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(statements::from_on.lt(before));
    }
    Ok(Page::cut(
        query.order(statements::from_on.desc()).limit(limit + 1).load(conn)?,
        limit,
    ))
}

/// The statement with the latest days of an organization.
///
/// # Errors
/// The database fails.
pub fn last(conn: &mut Conn, organization: OrganizationId) -> Result<Option<StatementRow>> {
    let query = statements::table.filter(statements::organization_id.eq(Col(organization)));
    Ok(query
        .order(statements::to_on.desc())
        .select(StatementRow::as_select())
        .first(conn)
        .optional()?)
}

/// The first and the last day of every statement of an organization, oldest first.
///
/// # Errors
/// The database fails.
pub fn days(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<(NaiveDate, NaiveDate)>> {
    let query = statements::table.filter(statements::organization_id.eq(Col(organization)));
    Ok(query
        .order(statements::from_on.asc())
        .select((statements::from_on, statements::to_on))
        .load(conn)?)
}

/// The sum as a whole number: PostgreSQL would make a decimal of it.
const TOTAL: &str = "CAST(COALESCE(SUM(movements.minutes), 0) AS BIGINT)";
/// The part of it that names a hold.
const TO_HOLDS: &str =
    "CAST(COALESCE(SUM(CASE WHEN movements.hold_id IS NOT NULL THEN movements.minutes ELSE 0 END), 0) AS BIGINT)";

/// The part of it that belongs to no ticket.
const OF_NO_TICKET: &str =
    "CAST(COALESCE(SUM(CASE WHEN movements.ticket_id IS NULL THEN movements.minutes ELSE 0 END), 0) AS BIGINT)";

/// Movements added up by kind: those effective from `from` on (all, without one) and before `until`.
///
/// # Errors
/// The database fails.
pub fn sums(conn: &mut Conn, organization: OrganizationId, from: Option<Instant>, until: Instant) -> Result<Sums> {
    let mut query = movements::table
        .filter(movements::organization_id.eq(Col(organization)))
        .filter(movements::effective_at.lt(Col(until)))
        .group_by(movements::kind)
        .select((
            movements::kind,
            fixed::<BigInt>(TOTAL),
            fixed::<BigInt>(TO_HOLDS),
            fixed::<BigInt>(OF_NO_TICKET),
        ))
        .into_boxed();
    if let Some(from) = from {
        query = query.filter(movements::effective_at.ge(Col(from)));
    }
    let rows: Vec<(MovementKind, i64, i64, i64)> = query.load(conn)?;
    let mut sums = Sums::default();
    for (kind, total, to_holds, of_no_ticket) in rows {
        sums.add(kind, true, to_holds);
        sums.add(kind, false, total - to_holds);
        match kind {
            MovementKind::Borrow => sums.bounced += of_no_ticket,
            MovementKind::Unborrow => sums.bounced -= of_no_ticket,
            _ => {}
        }
    }
    Ok(sums)
}

/// Minutes of work that moved, for one ticket and one time entry (none: the rest of a fixed estimate).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worked {
    /// The ticket.
    pub ticket_id: TicketId,
    /// The time entry.
    pub entry_id: Option<TimeEntryId>,
    /// Deducted or borrowed.
    pub used_minutes: i64,
    /// Came back.
    pub returned_minutes: i64,
    /// Of all that the part that was borrowed, less what came back of it.
    pub borrowed_minutes: i64,
}

impl Worked {
    /// Deducted or borrowed, less what came back.
    #[must_use]
    pub const fn net_minutes(&self) -> i64 {
        self.used_minutes - self.returned_minutes
    }
}

/// Work deducted or borrowed from `from` on and before `until`, and what came back, for each ticket and time entry.
///
/// # Errors
/// The database fails.
pub fn worked(conn: &mut Conn, organization: OrganizationId, from: Instant, until: Instant) -> Result<Vec<Worked>> {
    let kinds = [
        MovementKind::Consume,
        MovementKind::Unconsume,
        MovementKind::Borrow,
        MovementKind::Unborrow,
    ];
    let rows: Vec<(Option<TicketId>, Option<TimeEntryId>, MovementKind, i64)> = movements::table
        .filter(movements::organization_id.eq(Col(organization)))
        .filter(movements::effective_at.ge(Col(from)))
        .filter(movements::effective_at.lt(Col(until)))
        .filter(one_of(movements::kind, kinds))
        .filter(movements::ticket_id.is_not_null())
        .group_by((movements::ticket_id, movements::time_entry_id, movements::kind))
        .order((movements::ticket_id, movements::time_entry_id, movements::kind))
        .select((
            movements::ticket_id,
            movements::time_entry_id,
            movements::kind,
            fixed::<BigInt>(TOTAL),
        ))
        .load(conn)?;
    let mut worked: Vec<Worked> = Vec::new();
    for (ticket_id, entry_id, kind, total) in rows {
        let Some(ticket_id) = ticket_id else { continue };
        let (used, returned) = if kind.undoes().is_some() {
            (0, total)
        } else {
            (total, 0)
        };
        let borrowed = kind.debt_sign() * total;
        match worked
            .last_mut()
            .filter(|last| last.ticket_id == ticket_id && last.entry_id == entry_id)
        {
            Some(last) => {
                last.used_minutes += used;
                last.returned_minutes += returned;
                last.borrowed_minutes += borrowed;
            }
            None => worked.push(Worked {
                ticket_id,
                entry_id,
                used_minutes: used,
                returned_minutes: returned,
                borrowed_minutes: borrowed,
            }),
        }
    }
    Ok(worked)
}

/// Tickets with an event of one of these names from `from` on and before `until`.
///
/// # Errors
/// The database fails.
pub fn moved_tickets(
    conn: &mut Conn,
    organization: OrganizationId,
    names: &[&str],
    from: Instant,
    until: Instant,
) -> Result<Vec<TicketId>> {
    let found: Vec<Option<TicketId>> = events::table
        .filter(events::organization_id.eq(Col(organization)))
        .filter(events::at.ge(Col(from)))
        .filter(events::at.lt(Col(until)))
        .filter(events::ticket_id.is_not_null())
        .filter(one_of(events::name, names.iter().map(|name| (*name).to_owned())))
        .select(events::ticket_id)
        .distinct()
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}

/// Time entries logged or taken back from `from` on and before `until`, and `others`, oldest first.
///
/// # Errors
/// The database fails.
pub fn entries(
    conn: &mut Conn,
    organization: OrganizationId,
    others: &[TimeEntryId],
    from: Instant,
    until: Instant,
) -> Result<Vec<TimeEntry>> {
    let logged = time_entries::created_at
        .ge(Col(from))
        .and(time_entries::created_at.lt(Col(until)));
    let taken_back = time_entries::reversed_at
        .ge(Col(Some(from)))
        .and(time_entries::reversed_at.lt(Col(Some(until))));
    let named = one_of(time_entries::id, others.iter().copied());
    let query = time_entries::table
        .filter(time_entries::organization_id.eq(Col(organization)))
        .filter(named.or(logged).or(taken_back.assume_not_null()))
        .order((time_entries::worked_on, time_entries::created_at, time_entries::id));
    Ok(query.select(TimeEntry::as_select()).load(conn)?)
}

/// How the approvals of a ticket came about, where it was not by the approver's own click.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApprovalMarks {
    /// One was recorded by a lead.
    pub recorded: bool,
    /// One of those was disputed.
    pub disputed: bool,
    /// The names of the standing approvals that covered some of its minutes.
    pub standing: BTreeSet<String>,
}

/// How the approvals of these tickets came about, of those said before `until`.
///
/// # Errors
/// The database fails.
pub fn approval_marks(
    conn: &mut Conn,
    tickets: &[TicketId],
    until: Instant,
) -> Result<BTreeMap<TicketId, ApprovalMarks>> {
    type Found = (TicketId, Option<UserId>, Option<Instant>, Option<String>);
    let query = estimates::table
        .filter(one_of(estimates::ticket_id, tickets.iter().copied()))
        .filter(estimates::channel.is_not_null())
        .filter(estimates::decided_at.lt(Col(Some(until))))
        .select((
            estimates::ticket_id,
            estimates::recorded_by,
            estimates::disputed_at,
            estimates::standing_approval_name,
        ));
    let rows: Vec<Found> = query.load(conn)?;
    let mut all: BTreeMap<TicketId, ApprovalMarks> = BTreeMap::new();
    for (ticket_id, recorded_by, disputed_at, standing) in rows {
        let marks = all.entry(ticket_id).or_default();
        marks.recorded |= recorded_by.is_some();
        marks.disputed |= disputed_at.is_some_and(|at| at < until);
        marks.standing.extend(standing);
    }
    Ok(all)
}
