//! Orders, and the lots that they started.

use std::collections::HashMap;

use daypack_api_types::{Person, order as api};
use daypack_domain::{
    Instant,
    ids::{OrderId, OrganizationId},
    lot::LotStatus,
    money::Money,
    order::OrderStatus,
};
use daypack_store::{
    Conn,
    lots::{self, LotRecord},
    orders::OrderRecord,
    organizations::{self, Organization},
};

use super::people::People;
use crate::{error::Failure, flows::organizations::zone_of};

/// A page of orders, with few queries for all of them.
///
/// # Errors
/// The database.
pub fn orders(conn: &mut Conn, now: Instant, records: Vec<OrderRecord>) -> Result<Vec<api::Order>, Failure> {
    let people = People::load(conn, records.iter().map(|record| record.order.placed_by))?;
    let mut clients: Vec<OrganizationId> = records.iter().map(|record| record.order.organization_id).collect();
    clients.sort_unstable();
    clients.dedup();
    let clients = organizations::find_many(conn, &clients)?;
    let clients: HashMap<OrganizationId, Organization> =
        clients.into_iter().map(|client| (client.id, client)).collect();
    let started: Vec<OrderId> = records
        .iter()
        .filter(|record| record.order.activated_at.is_some())
        .map(|record| record.order.id)
        .collect();
    let found = if started.is_empty() {
        Vec::new()
    } else {
        lots::of_orders(conn, &started)?
    };
    let mut lots: HashMap<OrderId, LotRecord> = found
        .into_iter()
        .filter_map(|lot| Some((lot.lot.order_id?, lot)))
        .collect();
    let views = records.into_iter().map(|record| {
        let order = &record.order;
        let client = clients
            .get(&order.organization_id)
            .ok_or_else(|| Failure::internal("an order without its organization"))?;
        let lot = lots.remove(&order.id).map(|lot| self::lot(&lot, now));
        view(&record, client, people.get(order.placed_by)?, lot)
    });
    views.collect()
}

fn view(
    record: &OrderRecord,
    client: &Organization,
    placed_by: Person,
    lot: Option<api::Lot>,
) -> Result<api::Order, Failure> {
    let order = &record.order;
    let plan = &order.plan;
    let zone = zone_of(client)?;
    Ok(api::Order {
        id: order.id,
        organization_id: order.organization_id,
        organization_name: client.name.clone(),
        status: order.status,
        plan_code: plan.code.to_string(),
        plan_name: plan.name.clone(),
        packs: order.packs,
        minutes: order.minutes(),
        price: Money {
            amount_minor: plan.price_minor,
            currency: plan.currency,
        },
        total: order.total,
        validity_months: plan.validity_months.into(),
        extension_months: plan.extension_months.map(i64::from),
        terms_version: order.terms.version,
        terms_hash: order.terms.hash.clone(),
        placed_by,
        placed_at: order.placed_at,
        payment_reference: order.payment_reference.clone(),
        paid_on: record.paid_on,
        paid_at: order.paid_at,
        proforma_number: proforma_number(record),
        lapses_at: Some(order.lapses_at()).filter(|_| order.status == OrderStatus::Placed),
        activated_at: order.activated_at,
        payment_due_on: order.payment_due_at().map(|due| zone.date_at(due)),
        bounced_at: order.bounced_at,
        lot,
        version: record.version,
    })
}

/// What people call an order's proforma.
#[must_use]
pub fn proforma_number(record: &OrderRecord) -> String {
    format!("PF-{:06}", record.proforma_number)
}

/// A lot, with a due expiry taken as done.
#[must_use]
pub fn lot(record: &LotRecord, now: Instant) -> api::Lot {
    let (lot, position) = (&record.lot, &record.position);
    let ended = position.status == LotStatus::Active && position.ends_at <= now;
    api::Lot {
        id: lot.id,
        plan_code: plan_code(record),
        status: if ended { LotStatus::Expired } else { position.status },
        activated_at: lot.activated_at,
        expires_on: lot.expires_on,
        minutes: lot.minutes,
    }
}

/// The code of the plan that a lot was sold under; for one without, the word of its origin.
#[must_use]
pub fn plan_code(record: &LotRecord) -> String {
    record
        .lot
        .plan_code
        .as_ref()
        .map_or_else(|| record.lot.origin.as_str().to_owned(), ToString::to_string)
}
