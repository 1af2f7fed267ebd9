//! The ledger (section 3): an account is loaded from counters, decides in memory, and what it decided is written
//! back: movements appended, counters overwritten. Under [`crate::organizations::lock`].

use crate::expressions::{each_row, kept, one_of};
use crate::organizations::Organization;
use crate::row::row;
use crate::schema::{hold_parts, holds, movements};
use crate::types::Col;
use crate::{Conn, Page, Result, each_backend, lots, organizations};
use daypack_domain::Instant;
use daypack_domain::ids::{HoldId, LotId, OrganizationId, TicketId, TimeEntryId, UserId};
use daypack_domain::ledger::{Account, HoldPart, HoldPosition, Movement, MovementKind};
use diesel::prelude::*;

/// The rows of holds with their parts, as far as the condition goes, oldest first; see [`with_parts`].
macro_rules! rows_of {
    ($condition:expr) => {
        holds::table
            .left_join(hold_parts::table.on(hold_parts::hold_id.eq(holds::id)))
            .filter($condition)
            .order((holds::created_at.asc(), holds::id.asc(), hold_parts::lot_id.asc()))
            .select((
                holds::id,
                holds::ticket_id,
                holds::created_at,
                hold_parts::lot_id.nullable(),
                hold_parts::held_minutes.nullable(),
            ))
    };
}

row! {
    /// A row of the table.
    MovementRow in movements {
        /// Whose ledger.
        organization_id: OrganizationId,
        /// Without gaps, from 1.
        sequence: i64,
        /// What it does.
        kind: MovementKind,
        /// Always positive.
        minutes: i64,
        /// In which lot.
        lot_id: Option<LotId>,
        /// Of which hold.
        hold_id: Option<HoldId>,
        /// For which ticket.
        ticket_id: Option<TicketId>,
        /// For which work.
        time_entry_id: Option<TimeEntryId>,
        /// What it undoes.
        reverses_sequence: Option<i64>,
        /// When it counts.
        effective_at: Instant,
        /// When it was written.
        recorded_at: Instant,
        /// By whom.
        actor_id: Option<UserId>,
        /// Why.
        reason: Option<String>,
        /// What the organization had afterwards.
        available_after_minutes: i64,
    }
}

impl From<MovementRow> for Movement {
    fn from(row: MovementRow) -> Self {
        Self {
            sequence: row.sequence,
            kind: row.kind,
            minutes: row.minutes,
            lot_id: row.lot_id,
            hold_id: row.hold_id,
            ticket_id: row.ticket_id,
            entry_id: row.time_entry_id,
            reverses: row.reverses_sequence,
            effective_at: row.effective_at,
            recorded_at: row.recorded_at,
            actor_id: row.actor_id,
            reason: row.reason,
            available_after_minutes: row.available_after_minutes,
        }
    }
}

/// The account of an organization for a decision about these tickets: every live lot, `other_lots`, and all holds of
/// the tickets. A correction passes the lots of the movements that it undoes.
///
/// # Errors
/// The database fails.
pub fn load(
    conn: &mut Conn,
    organization: &Organization,
    tickets: &[TicketId],
    other_lots: &[LotId],
) -> Result<Account> {
    let lots = lots::live(conn, organization.id, other_lots)?;
    let holds = holds_of(conn, tickets)?;
    Ok(Account::new(
        organization.counters(),
        lots.into_iter().map(|record| record.position),
        holds,
    ))
}

/// As [`load`], with the counters of the organization as they are now.
///
/// # Errors
/// The database fails; there is no such organization.
pub fn load_current(conn: &mut Conn, organization: OrganizationId, tickets: &[TicketId]) -> Result<Account> {
    let (counters, lots) = lots::live_with_counters(conn, organization)?;
    let holds = holds_of(conn, tickets)?;
    let positions = lots.into_iter().map(|record| record.position);
    Ok(Account::new(counters, positions, holds))
}

/// All holds of these tickets, also the emptied ones, oldest first.
///
/// # Errors
/// The database fails.
pub fn holds_of(conn: &mut Conn, tickets: &[TicketId]) -> Result<Vec<HoldPosition>> {
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<HoldRow> = rows_of!(one_of(holds::ticket_id, tickets.iter().copied())).load(conn)?;
    Ok(with_parts(rows))
}

/// All holds of an organization, also the emptied ones, oldest first.
///
/// # Errors
/// The database fails.
pub fn all_holds(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<HoldPosition>> {
    let rows = rows_of!(holds::organization_id.eq(Col(organization))).load(conn)?;
    Ok(with_parts(rows))
}

/// A hold, and what it holds in one lot if in any.
type HoldRow = (HoldId, TicketId, Instant, Option<LotId>, Option<i64>);

/// Rows of the same hold follow each other.
fn with_parts(rows: Vec<HoldRow>) -> Vec<HoldPosition> {
    let mut found: Vec<HoldPosition> = Vec::new();
    for (hold_id, ticket_id, created_at, lot_id, minutes) in rows {
        if found.last().is_none_or(|last| last.hold_id != hold_id) {
            found.push(HoldPosition {
                hold_id,
                ticket_id,
                created_at,
                parts: Vec::new(),
            });
        }
        if let (Some(hold), Some(lot_id), Some(minutes)) = (found.last_mut(), lot_id, minutes) {
            hold.parts.push(HoldPart { lot_id, minutes });
        }
    }
    found
}

/// Writes what the account decided since it was loaded or saved: holds, movements, counters. Lots that it grants and
/// time entries that its movements name must have been inserted before. Gives the movements.
///
/// # Errors
/// The database fails.
pub fn save(conn: &mut Conn, organization: OrganizationId, account: &mut Account) -> Result<Vec<Movement>> {
    for hold in account.take_changed_holds() {
        save_hold(conn, organization, &hold)?;
    }
    let moved = account.take_movements();
    for movement in &moved {
        append(conn, organization, movement)?;
    }
    for lot in account.take_changed_lots() {
        lots::save_position(conn, &lot)?;
    }
    if !moved.is_empty() {
        organizations::save_counters(conn, organization, account.counters())?;
    }
    Ok(moved)
}

fn append(conn: &mut Conn, organization: OrganizationId, movement: &Movement) -> Result<()> {
    let row = MovementRow {
        organization_id: organization,
        sequence: movement.sequence,
        kind: movement.kind,
        minutes: movement.minutes,
        lot_id: movement.lot_id,
        hold_id: movement.hold_id,
        ticket_id: movement.ticket_id,
        time_entry_id: movement.entry_id,
        reverses_sequence: movement.reverses,
        effective_at: movement.effective_at,
        recorded_at: movement.recorded_at,
        actor_id: movement.actor_id,
        reason: movement.reason.clone(),
        available_after_minutes: movement.available_after_minutes,
    };
    row.insert_row(conn)
}

fn save_hold(conn: &mut Conn, organization: OrganizationId, hold: &HoldPosition) -> Result<()> {
    // Through each engine: Diesel has no `on_conflict` for both at once. SQLite may not delete and insert here, for
    // movements name the hold.
    let is_new = each_backend!(&mut *conn, c => diesel::insert_into(holds::table)
        .values((
            holds::id.eq(Col(hold.hold_id)),
            holds::organization_id.eq(Col(organization)),
            holds::ticket_id.eq(Col(hold.ticket_id)),
            holds::created_at.eq(Col(hold.created_at)),
        ))
        .on_conflict(holds::id)
        .do_nothing()
        .execute(c))?
        == 1;
    let known: Vec<LotId> = if is_new {
        Vec::new()
    } else {
        hold_parts::table
            .filter(hold_parts::hold_id.eq(Col(hold.hold_id)))
            .select(hold_parts::lot_id)
            .load(conn)?
    };
    // A part that the position no longer names is empty.
    for lot in known
        .iter()
        .filter(|lot| hold.parts.iter().all(|part| part.lot_id != **lot))
    {
        let part = hold_parts::table.find((Col(hold.hold_id), Col(*lot)));
        let statement = diesel::update(part).set(hold_parts::held_minutes.eq(0));
        kept(statement.returning(each_row())).count(conn)?;
    }
    for part in &hold.parts {
        each_backend!(&mut *conn, c => kept(diesel::insert_into(hold_parts::table)
            .values((
                hold_parts::organization_id.eq(Col(organization)),
                hold_parts::hold_id.eq(Col(hold.hold_id)),
                hold_parts::lot_id.eq(Col(part.lot_id)),
                hold_parts::held_minutes.eq(part.minutes),
            ))
            .on_conflict((hold_parts::hold_id, hold_parts::lot_id))
            .do_update()
            .set(hold_parts::held_minutes.eq(part.minutes))
            .returning(each_row()))
            .count(c))?;
    }
    Ok(())
}

/// Movements, newest first, before the sequence seen last.
///
/// # Errors
/// The database fails.
pub fn page(conn: &mut Conn, organization: OrganizationId, before: Option<i64>, limit: i64) -> Result<Page<Movement>> {
    let mut query = movements::table
        .filter(movements::organization_id.eq(Col(organization)))
        .select(MovementRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(movements::sequence.lt(before));
    }
    let rows: Vec<MovementRow> = query.order(movements::sequence.desc()).limit(limit + 1).load(conn)?;
    Ok(Page::cut(rows, limit).map(Movement::from))
}

/// All movements of an organization, by their sequence.
///
/// # Errors
/// The database fails.
pub fn all(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<Movement>> {
    let query = movements::table
        .filter(movements::organization_id.eq(Col(organization)))
        .order(movements::sequence.asc());
    let rows: Vec<MovementRow> = query.select(MovementRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Movement::from).collect())
}

/// Movements effective up to and including `until`, in their order.
///
/// # Errors
/// The database fails.
pub fn until(conn: &mut Conn, organization: OrganizationId, until: Instant) -> Result<Vec<Movement>> {
    between(conn, organization, None, until)
}

/// Movements effective after `after` (all, when none is given) and up to `until`, both in their order.
///
/// # Errors
/// The database fails.
pub fn between(
    conn: &mut Conn,
    organization: OrganizationId,
    after: Option<Instant>,
    until: Instant,
) -> Result<Vec<Movement>> {
    let mut query = movements::table
        .filter(movements::organization_id.eq(Col(organization)))
        .filter(movements::effective_at.le(Col(until)))
        .select(MovementRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(movements::effective_at.gt(Col(after)));
    }
    let rows: Vec<MovementRow> = query
        .order((movements::effective_at.asc(), movements::sequence.asc()))
        .load(conn)?;
    Ok(rows.into_iter().map(Movement::from).collect())
}

/// All movements of a ticket, in their order.
///
/// # Errors
/// The database fails.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Vec<Movement>> {
    let query = movements::table
        .filter(movements::ticket_id.eq(Col(ticket)))
        .order(movements::sequence.asc());
    let rows: Vec<MovementRow> = query.select(MovementRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Movement::from).collect())
}

/// All movements of these time entries, in their order.
///
/// # Errors
/// The database fails.
pub fn of_entries(conn: &mut Conn, entries: &[TimeEntryId]) -> Result<Vec<Movement>> {
    let query = movements::table
        .filter(one_of(movements::time_entry_id, entries.iter().copied()))
        .order(movements::sequence.asc());
    let rows: Vec<MovementRow> = query.select(MovementRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Movement::from).collect())
}

/// The debt of an organization that is of no time entry, in its order: repayments, what bounced payments left, and what
/// was undone of both. What a correction of minutes that were owed may undo (section 3, "Correcting time").
///
/// # Errors
/// The database fails.
pub fn common_debts(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<Movement>> {
    let query = movements::table
        .filter(movements::organization_id.eq(Col(organization)))
        .filter(one_of(
            movements::kind,
            MovementKind::ALL.iter().copied().filter(|kind| kind.debt_sign() != 0),
        ))
        .filter(movements::time_entry_id.is_null())
        .filter(movements::ticket_id.is_null())
        .order(movements::sequence.asc());
    let rows: Vec<MovementRow> = query.select(MovementRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Movement::from).collect())
}
