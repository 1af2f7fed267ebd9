//! How an order ends without minutes, or loses them: cancelled, lapsed, its payment bounced.

use daypack_api_types::order::{BounceOrder, CancelOrder};
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::{LotId, OrderId},
    ledger::Bounced,
    policy::Action,
};
use daypack_store::{
    Conn, events,
    ledger::load,
    lots,
    orders::{self, OrderRecord},
    organizations::Organization,
};

use super::{lapsed_before, save, take, visible};
use crate::{
    context::Context,
    edge::check_version,
    error::Failure,
    flows::{
        checkouts,
        events::{fell_due, record as tell},
        ledger, organizations,
    },
};

/// How many orders one visit of the job lets lapse.
const LAPSES_AT_ONCE: i64 = 100;

/// Cancels an order that nobody paid: whoever placed it, owners, leads.
///
/// # Errors
/// [`Refusal::Forbidden`]; `order_cancelled`, `order_lapsed`; `invalid_transition` when it is paid or activated;
/// `stale_version`.
pub fn cancel(
    conn: &mut Conn,
    context: &Context,
    id: OrderId,
    input: &CancelOrder,
    expected_version: Option<i64>,
) -> Result<OrderRecord, Failure> {
    visible(conn, context, id, Action::ReadPacks)?
        .order
        .may_cancel(&context.actor)?;
    let (organization, mut record) = take(conn, context, id, Action::ReadPacks)?;
    check_version(expected_version, record.version)?;
    record.order.cancel(context.now)?;
    save(conn, &mut record)?;
    checkouts::give_up(conn, context, id)?;
    let reason = input
        .reason
        .as_deref()
        .map(str::trim)
        .filter(|reason| !reason.is_empty());
    let kind = EventKind::OrderCancelled {
        order_id: id,
        reason: reason.map(str::to_owned),
    };
    tell(conn, context, Some(organization.id), [kind])?;
    Ok(record)
}

/// The lot of an order was made void, and its organization is locked: where nobody paid it, nothing is to be paid any
/// more.
///
/// # Errors
/// The database.
pub(in crate::flows) fn lot_voided(
    conn: &mut Conn,
    context: &Context,
    mut record: OrderRecord,
    reason: &str,
) -> Result<(), Failure> {
    if !record.order.lot_voided() {
        return Ok(());
    }
    save(conn, &mut record)?;
    checkouts::give_up(conn, context, record.order.id)?;
    let kind = EventKind::OrderCancelled {
        order_id: record.order.id,
        reason: Some(reason.to_owned()),
    };
    tell(conn, context, Some(record.order.organization_id), [kind])?;
    Ok(())
}

/// Orders that have lapsed and are not recorded so, oldest first, for the job that visits each.
///
/// # Errors
/// The database.
pub fn due_to_lapse(conn: &mut Conn, context: &Context) -> Result<Vec<OrderId>, Failure> {
    let due = orders::unpaid_before(conn, lapsed_before(context.now), LAPSES_AT_ONCE)?;
    Ok(due.into_iter().map(|record| record.order.id).collect())
}

/// Records that an order has lapsed. Gives whether it did now: twice has the effect of once.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such order.
pub fn lapse(conn: &mut Conn, context: &Context, id: OrderId) -> Result<bool, Failure> {
    let organization_id = orders::find(conn, id)?.ok_or(Refusal::NotFound)?.order.organization_id;
    organizations::lock(conn, organization_id)?;
    let mut record = orders::find(conn, id)?.ok_or(Refusal::NotFound)?;
    if !record.order.settle(context.now) {
        return Ok(false);
    }
    save(conn, &mut record)?;
    checkouts::give_up(conn, context, id)?;
    let event = fell_due(
        context,
        None,
        record.order.lapses_at(),
        EventKind::OrderLapsed { order_id: id },
    );
    events::append(conn, Some(organization_id), vec![event])?;
    Ok(true)
}

/// The payment of an order bounced, or never came after an activation on credit: what is available is voided, what
/// was used is owed (section 2).
///
/// # Errors
/// `already_bounced`; `invalid_transition` when nothing was paid or activated; `stale_version`; `invalid` without a
/// reason.
pub fn bounce(
    conn: &mut Conn,
    context: &Context,
    id: OrderId,
    input: &BounceOrder,
    expected_version: Option<i64>,
) -> Result<OrderRecord, Failure> {
    let (organization, mut record) = take(conn, context, id, Action::ConfirmPayment)?;
    check_version(expected_version, record.version)?;
    payment_bounced(conn, context, &organization, &mut record, &input.reason)?;
    Ok(record)
}

/// A bounced payment of an order, which is locked by its organization.
///
/// # Errors
/// As [`bounce`].
pub(in crate::flows) fn payment_bounced(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    record: &mut OrderRecord,
    reason: &str,
) -> Result<(), Failure> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::field("/reason", "required", "Say why.").into());
    }
    record.order.bounce(context.now)?;
    let lot = lots::of_orders(conn, &[record.order.id])?.pop();
    let came_to = match lot {
        Some(lot) => take_back(conn, context, organization, lot.lot.id, reason)?,
        None => Bounced {
            voided_minutes: 0,
            debt_minutes: 0,
        },
    };
    save(conn, record)?;
    checkouts::give_up(conn, context, record.order.id)?;
    let kind = EventKind::OrderBounced {
        order_id: record.order.id,
        reason: reason.to_owned(),
        voided_minutes: came_to.voided_minutes,
        debt_minutes: came_to.debt_minutes,
    };
    tell(conn, context, Some(organization.id), [kind])?;
    Ok(())
}

/// Takes the minutes of a lot back, as far as the rules go. One that was voided before by hand has nothing to give.
fn take_back(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    lot_id: LotId,
    reason: &str,
) -> Result<Bounced, Failure> {
    let mut account = load(conn, organization, &[], &[lot_id])?;
    let came_to = match account.bounce(&ledger::stamp(context).because(reason), lot_id) {
        Err(Refusal::Conflict { code: "lot_voided", .. }) => Bounced {
            voided_minutes: 0,
            debt_minutes: 0,
        },
        came_to => came_to?,
    };
    ledger::save(conn, context, organization.id, &mut account)?;
    Ok(came_to)
}
