//! Extension, void, refund, adjustment and limits.

use daypack_api_types::lot::{AdjustLot, ExtendLot, LimitLot, RefundLot, VoidLot};
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::LotId,
    lot::{Lot, LotStatus},
    money::Money,
    policy::Action,
};
use daypack_store::{Conn, lots, lots::LotRecord};

use super::{Taken, check_systems, is_paid, news, stamp_because};
use crate::{
    context::Context,
    error::Failure,
    flows::{events, ledger, orders, organizations},
    mail::lots::LotNews,
};

/// Extends a lot, once, as its plan allows.
///
/// # Errors
/// `invalid` when somebody on the staff gives no reason; `extension_not_allowed`, `already_extended`, `lot_ended`,
/// `lot_exhausted`, `stale_version`; those of [`may`](daypack_domain::policy::may).
pub fn extend(
    conn: &mut Conn,
    context: &Context,
    id: LotId,
    input: &ExtendLot,
    expected_version: Option<i64>,
    base_url: &str,
) -> Result<LotRecord, Failure> {
    let mut taken = Taken::take(conn, context, id, Action::ExtendLot, expected_version)?;
    let reason = Lot::reason_to_extend(&context.actor, input.reason.as_deref())?;
    let previous_expires_on = taken.record.lot.expires_on;
    let expires_on = taken.record.lot.extend(context.now)?;
    taken.record.lot.extension_reason.clone_from(&reason);
    let ends_at = organizations::zone_of(&taken.organization)?.end_of(expires_on);
    taken.account.extend(&ledger::stamp(context), id, expires_on, ends_at)?;
    let (organization, record) = taken.save(conn, context)?;
    let kind = EventKind::LotExtended {
        lot_id: id,
        expires_on,
        previous_expires_on,
        reason: reason.clone(),
    };
    events::record(conn, context, Some(organization.id), [kind])?;
    let told = LotNews::Extended { expires_on };
    news::tell_owners(conn, context, &organization, &told, reason.as_deref(), base_url)?;
    Ok(record)
}

/// Takes a lot back of which nothing is used or held. An order that nobody paid ends with it.
///
/// # Errors
/// `invalid` without a reason, `lot_ended`, `lot_in_use`, `stale_version`.
pub fn void(
    conn: &mut Conn,
    context: &Context,
    id: LotId,
    input: &VoidLot,
    expected_version: Option<i64>,
    base_url: &str,
) -> Result<LotRecord, Failure> {
    let mut taken = Taken::take(conn, context, id, Action::VoidLot, expected_version)?;
    let minutes = taken.account.void(&stamp_because(context, &input.reason), id)?;
    let order = taken.order(conn)?;
    let (organization, record) = taken.save(conn, context)?;
    let reason = input.reason.trim();
    let kind = EventKind::LotVoided {
        lot_id: id,
        minutes,
        reason: reason.to_owned(),
    };
    events::record(conn, context, Some(organization.id), [kind])?;
    if let Some(order) = order {
        orders::lot_voided(conn, context, order, reason)?;
    }
    let told = LotNews::Voided { minutes };
    news::tell_owners(conn, context, &organization, &told, Some(reason), base_url)?;
    Ok(record)
}

/// What a refund came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Refunded {
    /// The minutes taken out.
    pub minutes: i64,
    /// The money to pay back.
    pub amount: Money,
    /// The lot afterwards.
    pub record: LotRecord,
}

/// Takes unused minutes out of a lot, for money: the price paid for them, rounded down, never more than is left of it.
///
/// # Errors
/// `invalid` without a reason, `lot_not_paid`, `lot_ended`, `lot_exhausted`, `refund_exceeds_unused`, `stale_version`.
pub fn refund(
    conn: &mut Conn,
    context: &Context,
    id: LotId,
    input: &RefundLot,
    expected_version: Option<i64>,
    base_url: &str,
) -> Result<Refunded, Failure> {
    let mut taken = Taken::take(conn, context, id, Action::RefundLot, expected_version)?;
    let order = taken.order(conn)?;
    if !is_paid(&taken.record, order.as_ref()) {
        let detail = "Nothing was paid for these minutes, so that nothing can be paid back; void or adjust them.";
        return Err(Refusal::conflict("lot_not_paid", detail).into());
    }
    let available = taken.available_minutes(context.now)?;
    let active = taken.record.position.status == LotStatus::Active && taken.record.position.ends_at > context.now;
    if input.minutes.is_none() && active && available == 0 {
        let detail = "Nothing of this lot is unused, so that nothing can be paid back.";
        return Err(Refusal::conflict("lot_exhausted", detail).into());
    }
    // Of a lot that has ended nothing is available: the rule says so, not the minutes.
    let minutes = input.minutes.unwrap_or_else(|| available.max(1));
    let amount = Money {
        amount_minor: taken.record.lot.refund_minor(minutes),
        currency: taken.record.lot.price.currency,
    };
    taken
        .account
        .refund(&stamp_because(context, &input.reason), id, minutes)?;
    taken.record.lot.refunded_minor += amount.amount_minor;
    let (organization, record) = taken.save(conn, context)?;
    let reason = input.reason.trim();
    let kind = EventKind::LotRefunded {
        lot_id: id,
        minutes,
        amount,
        reason: reason.to_owned(),
    };
    events::record(conn, context, Some(organization.id), [kind])?;
    let told = LotNews::Refunded { minutes, amount };
    news::tell_owners(conn, context, &organization, &told, Some(reason), base_url)?;
    Ok(Refunded {
        minutes,
        amount,
        record,
    })
}

/// Adds minutes to a lot, or below 0 takes some of what is available away.
///
/// # Errors
/// `invalid` without a reason or minutes, `lot_ended`, `insufficient_minutes` with the shortfall, `stale_version`.
pub fn adjust(
    conn: &mut Conn,
    context: &Context,
    id: LotId,
    input: &AdjustLot,
    expected_version: Option<i64>,
    base_url: &str,
) -> Result<LotRecord, Failure> {
    let mut taken = Taken::take(conn, context, id, Action::AdjustLot, expected_version)?;
    let stamp = stamp_because(context, &input.reason);
    if input.minutes < 0 {
        taken.account.debit(&stamp, id, input.minutes.saturating_neg())?;
    } else {
        taken.account.credit(&stamp, id, input.minutes)?;
    }
    let (organization, record) = taken.save(conn, context)?;
    let reason = input.reason.trim();
    let kind = EventKind::LotAdjusted {
        lot_id: id,
        minutes: input.minutes,
        reason: reason.to_owned(),
    };
    events::record(conn, context, Some(organization.id), [kind])?;
    let told = LotNews::Adjusted { minutes: input.minutes };
    news::tell_owners(conn, context, &organization, &told, Some(reason), base_url)?;
    Ok(record)
}

/// Says which systems a lot serves from now on. What is held in it stays held.
///
/// # Errors
/// `invalid` without a reason or with a system of another organization, `lot_ended`, `stale_version`.
pub fn limit(
    conn: &mut Conn,
    context: &Context,
    id: LotId,
    input: &LimitLot,
    expected_version: Option<i64>,
    base_url: &str,
) -> Result<LotRecord, Failure> {
    let mut taken = Taken::take(conn, context, id, Action::AdjustLot, expected_version)?;
    let system_ids = check_systems(conn, &taken.organization, &input.system_ids)?;
    let stamp = stamp_because(context, &input.reason);
    taken.account.limit(&stamp, id, system_ids.clone())?;
    taken.record.lot.system_ids.clone_from(&system_ids);
    let (organization, record) = taken.save(conn, context)?;
    lots::set_systems(conn, organization.id, id, &system_ids)?;
    let reason = input.reason.trim();
    let limited = !system_ids.is_empty();
    let kind = EventKind::LotLimited {
        lot_id: id,
        system_ids,
        reason: reason.to_owned(),
    };
    events::record(conn, context, Some(organization.id), [kind])?;
    news::tell_owners(
        conn,
        context,
        &organization,
        &LotNews::Limited { limited },
        Some(reason),
        base_url,
    )?;
    Ok(record)
}
