//! Time worked on tickets.

use crate::row::row;
use crate::schema::{movements, time_entries};
use crate::types::Col;
use crate::{After, Conn, Page, Result};
use chrono::NaiveDate;
use daypack_domain::Instant;
use daypack_domain::ids::{LotId, OrganizationId, TicketId, TimeEntryId, UserId};
use daypack_domain::ledger::MovementKind;
use daypack_domain::work::Activity;
use diesel::prelude::*;

row! {
    /// Minutes worked by a person on a date.
    TimeEntry in time_entries over (id) {
        /// Made by the context.
        id: TimeEntryId,
        /// Of the ticket.
        organization_id: OrganizationId,
        /// What it was for.
        ticket_id: TicketId,
        /// Who worked.
        user_id: UserId,
        /// Minutes really worked.
        actual_minutes: i64,
        /// Minutes deducted for them.
        billable_minutes: i64,
        /// Whether they are deducted.
        billable: bool,
        /// The day of the work, in the organization's zone.
        worked_on: NaiveDate,
        /// What kind of work.
        activity: Activity,
        /// What was done.
        note: String,
        /// The ticket's cycle.
        cycle: i64,
        /// When it was taken back.
        reversed_at: Option<Instant>,
        /// Why it was taken back.
        reason: Option<String>,
        /// When it was logged.
        created_at: Instant,
        /// Of the minutes worked, those that are not billed: they were worked in an emergency that was none, beyond
        /// what was approved.
        waived_minutes: i64,
    }
}

impl TimeEntry {
    /// The minutes worked that the clock of the ticket bills.
    #[must_use]
    pub const fn counted_minutes(&self) -> i64 {
        self.actual_minutes - self.waived_minutes
    }
}

/// Adds an entry.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, entry: &TimeEntry) -> Result<()> {
    entry.insert_row(conn)
}

/// The entry with this id, whoever's it is.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: TimeEntryId) -> Result<Option<TimeEntry>> {
    Ok(time_entries::table
        .find(Col(id))
        .select(TimeEntry::as_select())
        .first(conn)
        .optional()?)
}

/// A ticket's entries, oldest first.
///
/// # Errors
/// The database fails.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Vec<TimeEntry>> {
    let query = time_entries::table.filter(time_entries::ticket_id.eq(Col(ticket)));
    Ok(query
        .order((time_entries::created_at, time_entries::id))
        .select(TimeEntry::as_select())
        .load(conn)?)
}

/// Minutes that an entry moved in a lot, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// In which lot; none for what was worked on credit.
    pub lot_id: Option<LotId>,
    /// What the movement does.
    pub kind: MovementKind,
    /// Always positive.
    pub minutes: i64,
}

/// A ticket's entries, oldest first, each with the movements that name it, in their order.
///
/// # Errors
/// The database fails.
pub fn with_movements(conn: &mut Conn, ticket: TicketId) -> Result<Vec<(TimeEntry, Vec<Moved>)>> {
    type MovedColumns = (Option<LotId>, Option<MovementKind>, Option<i64>);
    let rows: Vec<(TimeEntry, MovedColumns)> = time_entries::table
        .left_join(movements::table.on(movements::time_entry_id.eq(time_entries::id.nullable())))
        .filter(time_entries::ticket_id.eq(Col(ticket)))
        .order((
            time_entries::created_at.asc(),
            time_entries::id.asc(),
            movements::sequence.asc(),
        ))
        .select((
            TimeEntry::as_select(),
            (
                movements::lot_id.nullable(),
                movements::kind.nullable(),
                movements::minutes.nullable(),
            ),
        ))
        .load(conn)?;
    let mut entries: Vec<(TimeEntry, Vec<Moved>)> = Vec::new();
    for (entry, (lot_id, kind, minutes)) in rows {
        if entries.last().is_none_or(|(last, _)| last.id != entry.id) {
            entries.push((entry, Vec::new()));
        }
        if let (Some((_, moved)), Some(kind), Some(minutes)) = (entries.last_mut(), kind, minutes) {
            moved.push(Moved { lot_id, kind, minutes });
        }
    }
    Ok(entries)
}

/// An organization's entries, newest first.
///
/// # Errors
/// The database fails.
pub fn page(
    conn: &mut Conn,
    organization: OrganizationId,
    after: Option<After<TimeEntryId>>,
    limit: i64,
) -> Result<Page<TimeEntry>> {
    let query = time_entries::table
        .filter(time_entries::organization_id.eq(Col(organization)))
        .select(TimeEntry::as_select())
        .into_boxed();
    let query = crate::page::newest_first!(query, time_entries::created_at, time_entries::id, after, limit);
    Ok(Page::cut(query.load(conn)?, limit))
}

/// Saves every field, under the organization's lock: a correction.
///
/// # Errors
/// The database fails.
pub fn update(conn: &mut Conn, entry: &TimeEntry) -> Result<()> {
    entry.overwrite_row(conn)?;
    Ok(())
}
