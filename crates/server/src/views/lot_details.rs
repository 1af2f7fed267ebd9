//! Lots in full.

use std::collections::HashMap;

use daypack_api_types::lot as api;
use daypack_domain::{
    ids::{OrderId, SystemId},
    lot::LotStatus,
    money::Money,
};
use daypack_store::{
    Conn,
    lots::LotRecord,
    orders::{self, OrderRecord},
    systems,
};

use super::{orders::plan_code, people::People};
use crate::{error::Failure, flows::lots::is_paid};

/// Some lots, with few queries for all of them.
///
/// # Errors
/// The database.
pub fn lots(conn: &mut Conn, records: Vec<LotRecord>) -> Result<Vec<api::LotDetail>, Failure> {
    let people = People::load(conn, records.iter().filter_map(|record| record.created_by))?;
    let bought: Vec<OrderId> = records.iter().filter_map(|record| record.lot.order_id).collect();
    let found = if bought.is_empty() {
        Vec::new()
    } else {
        orders::find_many(conn, &bought)?
    };
    let orders: HashMap<OrderId, OrderRecord> = found.into_iter().map(|record| (record.order.id, record)).collect();
    let mut limits: Vec<SystemId> = records
        .iter()
        .flat_map(|record| record.lot.system_ids.iter().copied())
        .collect();
    limits.sort_unstable();
    limits.dedup();
    let found = if limits.is_empty() {
        Vec::new()
    } else {
        systems::find_many(conn, &limits)?
    };
    let names: HashMap<SystemId, String> = found.into_iter().map(|system| (system.id, system.name)).collect();
    let views = records.iter().map(|record| {
        let order = record.lot.order_id.and_then(|id| orders.get(&id));
        detail(record, order, &people, &names)
    });
    Ok(views.collect())
}

fn detail(
    record: &LotRecord,
    order: Option<&OrderRecord>,
    people: &People,
    systems: &HashMap<SystemId, String>,
) -> api::LotDetail {
    let (lot, position) = (&record.lot, &record.position);
    let active = position.status == LotStatus::Active;
    let money = |amount_minor| Money {
        amount_minor,
        currency: lot.price.currency,
    };
    let refundable_minor = if active && is_paid(record, order) {
        lot.refund_minor(position.available_minutes())
    } else {
        0
    };
    let plan_code = plan_code(record);
    let system = |id: &SystemId| api::LotSystem {
        id: *id,
        name: systems.get(id).cloned().unwrap_or_default(),
    };
    api::LotDetail {
        id: lot.id,
        organization_id: lot.organization_id,
        origin: lot.origin,
        order_id: lot.order_id,
        plan_name: order.map_or_else(|| plan_code.clone(), |order| order.order.plan.name.clone()),
        plan_code,
        status: position.status,
        granted_minutes: lot.minutes,
        available_minutes: position.available_minutes(),
        held_minutes: position.held_minutes,
        posted_minutes: position.posted_minutes,
        used_minutes: position.used_minutes,
        price: lot.price,
        refunded: money(lot.refunded_minor),
        refundable: money(refundable_minor),
        activated_at: lot.activated_at,
        expires_on: lot.expires_on,
        original_expires_on: lot.original_expires_on,
        ends_at: position.ends_at,
        extended_at: lot.extended_at,
        extension_reason: lot.extension_reason.clone(),
        extends_to: lot
            .extended_date()
            .ok()
            .filter(|_| active && position.posted_minutes > 0),
        systems: lot.system_ids.iter().map(system).collect(),
        reason: record.reason.clone(),
        created_by: people.optional(record.created_by),
        version: record.version,
    }
}
