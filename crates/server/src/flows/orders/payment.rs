//! From the payment to the minutes: confirmed by staff or by a provider, or on credit where that is agreed.

use chrono::NaiveDate;
use daypack_api_types::order::ConfirmPayment;
use daypack_domain::{
    event::EventKind,
    ids::OrderId,
    lot::Lot,
    order::{Order, OrderStatus, PaymentEffect},
    policy::Action,
};
use daypack_store::{
    Conn,
    ledger::load,
    lots::{self, LotRecord},
    orders::OrderRecord,
    organizations::Organization,
};

use super::{save, take};
use crate::{
    context::Context,
    edge::check_version,
    error::Failure,
    flows::{checkouts, events, ledger, organizations},
};

/// Confirms a payment, which starts the order's lot. The same reference again changes nothing.
///
/// # Errors
/// `invalid` without a reference; `already_paid` under another one; `order_cancelled`, `order_lapsed`,
/// `payment_bounced`; `stale_version` when it is not at the expected version.
pub fn confirm_payment(
    conn: &mut Conn,
    context: &Context,
    id: OrderId,
    input: &ConfirmPayment,
    expected_version: Option<i64>,
) -> Result<OrderRecord, Failure> {
    let (organization, mut record) = take(conn, context, id, Action::ConfirmPayment)?;
    let payment = Payment {
        reference: &input.payment_reference,
        paid_on: input.paid_on,
        expected_version,
    };
    paid(conn, context, &organization, &mut record, payment)?;
    // It is not to be paid a second time.
    checkouts::give_up(conn, context, id)?;
    Ok(record)
}

/// What somebody says about a payment.
#[derive(Debug, Clone, Copy)]
pub(in crate::flows) struct Payment<'a> {
    /// Names it.
    pub reference: &'a str,
    /// When the money came; for information.
    pub paid_on: Option<NaiveDate>,
    /// The version of the order that was seen, where it was.
    pub expected_version: Option<i64>,
}

/// The payment of an order, which is locked by its organization: its lot starts, unless it has started on credit.
///
/// # Errors
/// As [`confirm_payment`].
pub(in crate::flows) fn paid(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    record: &mut OrderRecord,
    payment: Payment<'_>,
) -> Result<PaymentEffect, Failure> {
    let effect = record.order.confirm_payment(payment.reference, context.now)?;
    if effect == PaymentEffect::AlreadyConfirmed {
        return Ok(effect);
    }
    check_version(payment.expected_version, record.version)?;
    record.paid_on = payment.paid_on;
    record.confirmed_by = context.actor.user_id();
    let kind = EventKind::OrderPaid {
        order_id: record.order.id,
        payment_reference: record.order.payment_reference.clone().unwrap_or_default(),
    };
    events::record(conn, context, Some(organization.id), [kind])?;
    if record.order.status == OrderStatus::Paid {
        record.order.activate(context.now, false)?;
        start_lot(conn, context, organization, &record.order)?;
    }
    save(conn, record)?;
    Ok(effect)
}

/// Starts the minutes of an order before its payment, where that is agreed with the client.
///
/// # Errors
/// `payment_required` where it is not agreed; `already_activated`, `order_cancelled`, `order_lapsed`,
/// `stale_version`.
pub fn activate(
    conn: &mut Conn,
    context: &Context,
    id: OrderId,
    expected_version: Option<i64>,
) -> Result<OrderRecord, Failure> {
    let (organization, mut record) = take(conn, context, id, Action::ActivateUnpaid)?;
    check_version(expected_version, record.version)?;
    let agreed = organization.settings.activation_before_payment;
    record.order.activate(context.now, agreed)?;
    start_lot(conn, context, &organization, &record.order)?;
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
    events::record(conn, context, Some(organization.id), kinds)?;
    Ok(record)
}
