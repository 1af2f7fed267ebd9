//! Orders of packs (section 2): placed by the client, paid, and turned into minutes.

use chrono::TimeDelta;
use daypack_api_types::order::{CancelOrder, ConfirmPayment, PlaceOrder};
use daypack_domain::{
    Instant, Refusal,
    estimate::within_money,
    event::EventKind,
    ids::{OrderId, OrganizationId},
    lot::Lot,
    order::{CurrentTerms, DAYS_TO_PAY, Order, OrderStatus, PaymentEffect, Placement},
    policy::{Action, may},
    problem::FieldProblem,
};
use daypack_store::{
    After, Conn, Page, catalogue, events,
    ledger::load,
    lots::{self, LotRecord},
    orders::{self, OrderRecord},
    organizations::Organization,
};

use super::{
    events::{done, fell_due},
    ledger, organizations,
};
use crate::{context::Context, edge::check_version, error::Failure};

/// How many orders one visit of the job lets lapse.
const LAPSES_AT_ONCE: i64 = 100;

/// Places an order, which keeps every term of the plan and the acceptance of the terms and conditions.
///
/// # Errors
/// `invalid` with every field that cannot be accepted: no such plan, too few packs, terms that are not current;
/// [`Refusal::Forbidden`] with a lower role or above the limit in money.
pub fn place(conn: &mut Conn, context: &Context, input: &PlaceOrder) -> Result<OrderRecord, Failure> {
    may(&context.actor, Action::PlaceOrder, input.organization_id.into())?;
    let placed_by = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("a person accepts the terms and conditions"))?;
    organizations::lock(conn, input.organization_id)?;
    let current = catalogue::current_terms(conn)?.ok_or_else(|| Failure::internal("no terms are published"))?;
    let terms = CurrentTerms {
        version: current.version,
        hash: current.hash,
    };
    let plan = catalogue::current_plan(conn, &input.plan_code)?.ok_or_else(|| unknown_plan(input, &terms))?;
    let placement = Placement {
        order_id: context.id(),
        organization_id: input.organization_id,
        placed_by,
        plan: &plan,
        packs: input.packs,
        terms_version: input.terms_version,
    };
    let order = Order::place(&placement, &terms, context.now)?;
    if let Some(membership) = context.actor.membership(input.organization_id) {
        within_money(membership, order.total)?;
    }
    let record = OrderRecord {
        order,
        accepted_address: context
            .remote_address
            .map(|address| address.to_string())
            .unwrap_or_default(),
        paid_on: None,
        confirmed_by: None,
        version: 1,
    };
    orders::insert(conn, &record)?;
    let kind = EventKind::OrderPlaced {
        order_id: record.order.id,
        plan_code: record.order.plan.code.to_string(),
        packs: record.order.packs,
        terms_version: record.order.terms.version.to_string(),
    };
    super::events::record(conn, context, Some(input.organization_id), [kind])?;
    Ok(record)
}

fn unknown_plan(input: &PlaceOrder, terms: &CurrentTerms) -> Refusal {
    let mut problems = vec![FieldProblem::new(
        "/plan_code",
        "unknown_plan",
        "No plan on sale has this code.",
    )];
    if input.terms_version != terms.version {
        let detail = format!("the current terms are version {}; read and accept those", terms.version);
        problems.push(FieldProblem::new("/terms_version", "not_current", detail));
    }
    Refusal::Invalid(problems)
}

/// An order that somebody may see, with a due lapse taken as done.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or none that the actor knows of.
pub fn find(conn: &mut Conn, context: &Context, id: OrderId) -> Result<OrderRecord, Failure> {
    let mut record = visible(conn, context, id, Action::ReadPacks)?;
    record.order.settle(context.now);
    Ok(record)
}

fn visible(conn: &mut Conn, context: &Context, id: OrderId, action: Action) -> Result<OrderRecord, Failure> {
    let record = orders::find(conn, id)?.ok_or(Refusal::NotFound)?;
    may(&context.actor, action, record.order.organization_id.into())?;
    Ok(record)
}

/// An order for a write: its organization is locked, and it is as the last write left it.
fn take(
    conn: &mut Conn,
    context: &Context,
    id: OrderId,
    action: Action,
) -> Result<(Organization, OrderRecord), Failure> {
    let seen = visible(conn, context, id, action)?;
    let organization = organizations::lock(conn, seen.order.organization_id)?;
    let record = orders::find(conn, id)?.ok_or(Refusal::NotFound)?;
    Ok((organization, record))
}

/// Saves a changed order, which is locked by its organization.
fn save(conn: &mut Conn, record: &mut OrderRecord) -> Result<(), Failure> {
    let before = record.version;
    record.version += 1;
    if !orders::update(conn, record)? {
        // Nobody changes an order without the lock of its organization.
        return Err(Failure::internal(format!(
            "the order {} was not at version {before}",
            record.order.id
        )));
    }
    Ok(())
}

/// Orders, newest first, with due lapses taken as done; of one organization, or of all that the actor knows of.
///
/// # Errors
/// [`Refusal::NotFound`] for an organization that the actor does not know of.
pub fn page(
    conn: &mut Conn,
    context: &Context,
    organization_id: Option<OrganizationId>,
    status: Option<OrderStatus>,
    after: Option<After<OrderId>>,
    limit: i64,
) -> Result<Page<OrderRecord>, Failure> {
    let only = match organization_id {
        None => organizations::visible_to(&context.actor),
        Some(id) => {
            may(&context.actor, Action::ReadPacks, id.into())?;
            daypack_store::organizations::find(conn, id)?.ok_or(Refusal::NotFound)?;
            Some(vec![id])
        }
    };
    let page = match status {
        None => orders::page(conn, only.as_deref(), after, limit)?,
        Some(status) => {
            let stand = (status, lapsed_before(context.now));
            orders::page_of_status(conn, only.as_deref(), stand, after, limit)?
        }
    };
    Ok(page.map(|mut record| {
        record.order.settle(context.now);
        record
    }))
}

/// Orders placed until then that are not paid have lapsed.
fn lapsed_before(now: Instant) -> Instant {
    now - TimeDelta::days(DAYS_TO_PAY)
}

/// Confirms a payment, which starts the order's lot. The same reference again changes nothing.
///
/// # Errors
/// `invalid` without a reference, `payment_reference_differs`, `invalid_transition` when the order was cancelled or
/// has lapsed, `stale_version` when it is not at the expected version.
pub fn confirm_payment(
    conn: &mut Conn,
    context: &Context,
    id: OrderId,
    input: &ConfirmPayment,
    expected_version: Option<i64>,
) -> Result<OrderRecord, Failure> {
    let (organization, mut record) = take(conn, context, id, Action::ConfirmPayment)?;
    let effect = record.order.confirm_payment(&input.payment_reference, context.now)?;
    if effect == PaymentEffect::AlreadyConfirmed {
        return Ok(record);
    }
    check_version(expected_version, record.version)?;
    record.paid_on = input.paid_on;
    record.confirmed_by = context.actor.user_id();
    let kind = EventKind::OrderPaid {
        order_id: id,
        payment_reference: record.order.payment_reference.clone().unwrap_or_default(),
    };
    super::events::record(conn, context, Some(organization.id), [kind])?;
    if record.order.status == OrderStatus::Paid {
        record.order.activate(context.now, false)?;
        start_lot(conn, context, &organization, &record.order)?;
    }
    save(conn, &mut record)?;
    Ok(record)
}

/// Grants the minutes of an order that was activated just now.
fn start_lot(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    order: &Order,
) -> Result<LotRecord, Failure> {
    let zone = organizations::zone_of(organization)?;
    let lot = Lot::of_order(context.id(), order, context.now, zone.date_at(context.now))?;
    let position = lot.position(lot.ends_at(zone));
    // Loaded before the lot is there, for it is the account that grants it.
    let mut account = load(conn, organization, &[], &[])?;
    account.grant(&ledger::stamp(context), position.clone())?;
    let record = LotRecord {
        lot,
        position,
        reason: None,
        created_by: context.actor.user_id(),
        version: 1,
    };
    lots::insert(conn, &record)?;
    ledger::save(conn, context, organization.id, &mut account)?;
    let kinds = [
        EventKind::OrderActivated {
            order_id: order.id,
            lot_id: record.lot.id,
        },
        EventKind::LotGranted {
            lot_id: record.lot.id,
            minutes: record.lot.minutes,
            expires_on: record.lot.expires_on,
        },
    ];
    super::events::record(conn, context, Some(organization.id), kinds)?;
    Ok(record)
}

/// Cancels an order that nobody paid.
///
/// # Errors
/// `invalid_transition` when it is paid or has ended, `stale_version`.
pub fn cancel(
    conn: &mut Conn,
    context: &Context,
    id: OrderId,
    input: &CancelOrder,
    expected_version: Option<i64>,
) -> Result<OrderRecord, Failure> {
    let (organization, mut record) = take(conn, context, id, Action::CancelOrder)?;
    check_version(expected_version, record.version)?;
    record.order.cancel(context.now)?;
    save(conn, &mut record)?;
    let reason = input
        .reason
        .as_deref()
        .map(str::trim)
        .filter(|reason| !reason.is_empty());
    let kind = EventKind::OrderCancelled {
        order_id: id,
        reason: reason.map(str::to_owned),
    };
    events::append(conn, Some(organization.id), vec![done(context, None, kind)])?;
    Ok(record)
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
    let event = fell_due(
        context,
        None,
        record.order.lapses_at(),
        EventKind::OrderLapsed { order_id: id },
    );
    events::append(conn, Some(organization_id), vec![event])?;
    Ok(true)
}
