//! Writing what the ledger decided, and the expiries that are due (section 3).

use chrono::NaiveDate;
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::{LotId, OrganizationId, TicketId},
    ledger::{Account, Movement, MovementKind, Stamp},
    policy::{Action, may},
};
use daypack_store::{
    Conn, Page, events,
    figures::{self, MovementFilter},
    ledger::{self},
    lots,
    organizations::Organization,
};

use super::{events::fell_due, organizations};
use crate::{context::Context, error::Failure, views::ledger_csv::LedgerTable};

/// When and by whom a movement is made.
#[must_use]
pub fn stamp(context: &Context) -> Stamp {
    context
        .actor
        .user_id()
        .map_or_else(|| Stamp::system(context.now), |user_id| Stamp::by(user_id, context.now))
}

/// Saves what the account decided: movements, counters, and an event for each lot that expired on the way. Lots that
/// it grants and time entries that its movements name are inserted before. Gives the movements.
///
/// # Errors
/// The database.
pub fn save(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    account: &mut Account,
) -> Result<Vec<Movement>, Failure> {
    let moved = ledger::save(conn, organization_id, account)?;
    let expired = moved
        .iter()
        .filter(|movement| movement.kind == MovementKind::Expire)
        .filter_map(|movement| {
            let kind = EventKind::LotExpired {
                lot_id: movement.lot_id?,
                minutes: movement.minutes,
            };
            Some(fell_due(context, movement.ticket_id, movement.effective_at, kind))
        });
    let expired: Vec<_> = expired.collect();
    events::append(conn, Some(organization_id), expired)?;
    Ok(moved)
}

/// The organizations with lots that have ended and are not recorded as expired, for the job that visits each.
///
/// # Errors
/// The database.
pub fn organizations_due(conn: &mut Conn, context: &Context) -> Result<Vec<OrganizationId>, Failure> {
    Ok(lots::organizations_with_due_expiry(conn, context.now)?)
}

/// Records the expiries of an organization that are due. Twice has the effect of once, whenever it runs: reads and
/// writes take due expiries as done anyway. Gives the movements.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such organization.
pub fn expire_due(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
) -> Result<Vec<Movement>, Failure> {
    let organization = organizations::lock(conn, organization_id)?;
    let mut account = ledger::load(conn, &organization, &[], &[])?;
    account.settle(context.now)?;
    save(conn, context, organization_id, &mut account)
}

/// Which movements somebody asks for, by days of the organization.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// Of this kind alone.
    pub kind: Option<MovementKind>,
    /// In this lot alone.
    pub lot_id: Option<LotId>,
    /// For this ticket alone.
    pub ticket_id: Option<TicketId>,
    /// From this day on.
    pub from: Option<NaiveDate>,
    /// Through this day.
    pub to: Option<NaiveDate>,
}

impl Asked {
    fn filter(self, organization: &Organization) -> Result<MovementFilter, Failure> {
        if matches!((self.from, self.to), (Some(from), Some(to)) if to < from) {
            let detail = "The last day is on or after the first one.";
            return Err(Refusal::field("/to", "too_early", detail).into());
        }
        let zone = organizations::zone_of(organization)?;
        Ok(MovementFilter {
            kind: self.kind,
            lot_id: self.lot_id,
            ticket_id: self.ticket_id,
            from: self.from.map(|day| zone.first_instant(day)),
            until: self.to.map(|day| zone.end_of(day)),
        })
    }
}

/// Movements, newest first, before the sequence seen last. Due expiries that no write has recorded yet are there
/// already, with the sequences that they will have: whatever is written next records them first.
///
/// # Errors
/// Those of [`may`]; `invalid` for days that cannot be.
pub fn page(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    asked: Asked,
    before: Option<i64>,
    limit: i64,
) -> Result<Page<Movement>, Failure> {
    may(&context.actor, Action::ReadPacks, organization.id.into())?;
    let filter = asked.filter(organization)?;
    let account = ledger::load(conn, organization, &[], &[])?.settled(context.now)?;
    let due = account
        .movements()
        .iter()
        .rev()
        .filter(|movement| before.is_none_or(|before| movement.sequence < before) && filter.admits(movement));
    let mut items: Vec<Movement> = due.cloned().collect();
    let recorded = figures::movements_page(conn, organization.id, &filter, before, limit)?;
    items.extend(recorded.items);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = recorded.more || items.len() > limit;
    items.truncate(limit);
    Ok(Page { items, more })
}

/// The most movements that one table has.
const LONGEST_TABLE: usize = 200_000;
/// How many of them are read at a time.
const TABLE_PART: i64 = 1_000;

/// All movements that are asked for as a table for spreadsheets, oldest first, due expiries included.
///
/// # Errors
/// As [`page`]; `ledger_too_long` when the table would not be of use any more.
pub fn table(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    asked: Asked,
) -> Result<Vec<u8>, Failure> {
    may(&context.actor, Action::ReadPacks, organization.id.into())?;
    let filter = asked.filter(organization)?;
    let mut table = LedgerTable::begin(conn, organization, organizations::zone_of(organization)?)?;
    let (mut after, mut count) = (0, 0);
    loop {
        let part = figures::movements_after(conn, organization.id, &filter, after, TABLE_PART)?;
        count += part.items.len();
        if count > LONGEST_TABLE {
            let detail = format!("These are more than {LONGEST_TABLE} movements: ask for fewer days at a time.");
            return Err(Refusal::conflict("ledger_too_long", detail).into());
        }
        after = part.items.last().map_or(after, |last| last.sequence);
        table.add(conn, organization, part.items)?;
        if !part.more {
            break;
        }
    }
    let account = ledger::load(conn, organization, &[], &[])?.settled(context.now)?;
    let due = account.movements().iter().filter(|movement| filter.admits(movement));
    table.add(conn, organization, due.cloned().collect())?;
    table.end()
}
