//! Writing what the ledger decided, and the expiries that are due (section 3).

use daypack_domain::{
    event::EventKind,
    ids::OrganizationId,
    ledger::{Account, Movement, MovementKind, Stamp},
    policy::{Action, may},
};
use daypack_store::{
    Conn, Page, events, figures,
    ledger::{self},
    lots,
    organizations::Organization,
};

use super::{events::fell_due, organizations};
use crate::{context::Context, error::Failure};

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
/// [`Refusal::NotFound`](daypack_domain::Refusal::NotFound) when there is no such organization.
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

/// Movements, newest first, before the sequence seen last. Due expiries that no write has recorded yet are there
/// already, with the sequences that they will have: whatever is written next records them first.
///
/// # Errors
/// Those of [`may`].
pub fn page(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    kind: Option<MovementKind>,
    before: Option<i64>,
    limit: i64,
) -> Result<Page<Movement>, Failure> {
    may(&context.actor, Action::ReadPacks, organization.id.into())?;
    let account = ledger::load(conn, organization, &[], &[])?.settled(context.now)?;
    let due = account.movements().iter().rev().filter(|movement| {
        before.is_none_or(|before| movement.sequence < before) && kind.is_none_or(|kind| movement.kind == kind)
    });
    let mut items: Vec<Movement> = due.cloned().collect();
    let recorded = figures::movements_page(conn, organization.id, kind, before, limit)?;
    items.extend(recorded.items);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = recorded.more || items.len() > limit;
    items.truncate(limit);
    Ok(Page { items, more })
}
