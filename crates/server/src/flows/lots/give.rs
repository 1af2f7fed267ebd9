//! Minutes without an order: goodwill and opening lots.

use daypack_api_types::lot::{GiveLot, GivenAs};
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::OrganizationId,
    lot::{GiftedLot, Lot, LotOrigin},
    plan::PlanCode,
    policy::{Action, may},
    ticket::QueueLevel,
};
use daypack_store::{
    Conn, catalogue,
    ledger::load,
    lots::{self, LotRecord},
};

use super::{check_systems, news, stamp_because};
use crate::{
    context::Context,
    error::Failure,
    flows::{events, ledger, organizations},
    mail::lots::LotNews,
};

/// Gives an organization minutes, free of charge, with a date of their own. They repay debt first.
///
/// # Errors
/// `invalid` with what cannot be accepted: minutes, a date that is over or too far away, no reason, no such plan, a
/// system of another organization.
pub fn give(
    conn: &mut Conn,
    context: &Context,
    organization_id: OrganizationId,
    input: &GiveLot,
    base_url: &str,
) -> Result<LotRecord, Failure> {
    may(&context.actor, Action::GrantGoodwill, organization_id.into())?;
    let organization = organizations::lock(conn, organization_id)?;
    let reason = input.reason.trim();
    if reason.is_empty() {
        return Err(Refusal::field("/reason", "required", "Say why; the client reads it.").into());
    }
    let plan = match &input.plan_code {
        None => None,
        Some(code) => Some(counts_as(conn, input.kind, code)?),
    };
    let zone = organizations::zone_of(&organization)?;
    let gift = GiftedLot {
        id: context.id(),
        organization_id,
        origin: match input.kind {
            GivenAs::Goodwill => LotOrigin::Goodwill,
            GivenAs::Opening => LotOrigin::Opening,
        },
        plan,
        minutes: input.minutes,
        system_ids: check_systems(conn, &organization, &input.system_ids)?,
        expires_on: input.expires_on,
    };
    let lot = Lot::gift(gift, organization.currency, context.now, zone.date_at(context.now))?;
    let ends_at = lot.ends_at(zone);
    let mut record = record_of(context, lot, ends_at, reason);
    // Loaded before the lot is there, for it is the account that grants it.
    let mut account = load(conn, &organization, &[], &[])?;
    account.grant(&stamp_because(context, reason), record.position.clone())?;
    lots::insert(conn, &record)?;
    ledger::save(conn, context, organization_id, &mut account)?;
    if let Some(position) = account.lot(record.lot.id) {
        record.position = position.clone();
    }
    events::record(conn, context, Some(organization_id), [given(&record)])?;
    let told = LotNews::Given {
        minutes: record.lot.minutes,
        expires_on: record.lot.expires_on,
    };
    news::tell_owners(conn, context, &organization, &told, Some(reason), base_url)?;
    Ok(record)
}

/// The plan that minutes count as: one on sale for a gift; a running contract may be of one that is not sold any more.
fn counts_as(conn: &mut Conn, kind: GivenAs, code: &str) -> Result<(PlanCode, QueueLevel), Failure> {
    let (plan, detail) = match kind {
        GivenAs::Goodwill => (catalogue::current_plan(conn, code)?, "No plan on sale has this code."),
        GivenAs::Opening => {
            let newest = catalogue::newest_plan(conn, code)?;
            (newest.map(|record| record.plan), "No plan has this code.")
        }
    };
    let plan = plan.ok_or_else(|| Refusal::field("/plan_code", "unknown_plan", detail))?;
    Ok((plan.code, plan.queue))
}

/// The row of a lot that is given now, before its grant.
#[must_use]
pub fn record_of(context: &Context, lot: Lot, ends_at: daypack_domain::Instant, reason: &str) -> LotRecord {
    LotRecord {
        position: lot.position(ends_at),
        lot,
        reason: Some(reason.to_owned()),
        created_by: context.actor.user_id(),
        version: 1,
    }
}

/// What is told of minutes that were given.
pub(in crate::flows) fn given(record: &LotRecord) -> EventKind {
    EventKind::LotGiven {
        lot_id: record.lot.id,
        origin: record.lot.origin,
        minutes: record.lot.minutes,
        expires_on: record.lot.expires_on,
        reason: record.reason.clone().unwrap_or_default(),
    }
}
