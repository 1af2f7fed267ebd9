//! Lots (sections 2 and 3): the minutes that orders bought, and their counters.

use crate::expressions::{each_row, kept, one_of};
use crate::page::newest_first;
use crate::row::row;
use crate::schema::{lot_systems, lots, orders, organizations};
use crate::types::{Col, Json};
use crate::{After, Conn, Page, Result, StoreError};
use chrono::NaiveDate;
use daypack_domain::Instant;
use daypack_domain::ids::{LotId, OrderId, OrganizationId, SystemId, UserId};
use daypack_domain::ledger::{AccountCounters, LotPosition};
use daypack_domain::lot::{Lot, LotOrigin, LotStatus};
use daypack_domain::money::{Currency, Money};
use daypack_domain::plan::{Plan, PlanCode};
use daypack_domain::ticket::QueueLevel;
use diesel::prelude::*;
use std::collections::HashMap;

row! {
    /// A row of the table.
    LotRow in lots by (id) {
        /// Of the lot.
        id: LotId,
        /// Whose it is.
        organization_id: OrganizationId,
        /// Where it came from.
        origin: LotOrigin,
        /// What bought it.
        order_id: Option<OrderId>,
        /// Where it stands.
        status: LotStatus,
        /// Of the plan.
        plan_code: Option<String>,
        /// The place in the queue that it gives.
        queue_level: QueueLevel,
        /// At its start.
        granted_minutes: i64,
        /// Paid, in the minor unit.
        price_minor: i64,
        /// Of the price.
        currency: Currency,
        /// Paid back so far.
        refunded_minor: i64,
        /// Its start.
        activated_at: Instant,
        /// Its start, as a date there.
        activated_on: NaiveDate,
        /// As sold.
        validity_months: Option<i64>,
        /// As sold.
        extension_months: Option<i64>,
        /// The last day of use.
        expires_on: NaiveDate,
        /// The same before an extension.
        original_expires_on: NaiveDate,
        /// The first instant after it.
        ends_at: Instant,
        /// When it was extended.
        extended_at: Option<Instant>,
        /// Counter.
        posted_minutes: i64,
        /// Counter.
        held_minutes: i64,
        /// Counter.
        used_minutes: i64,
        /// Of goodwill and opening lots.
        reason: Option<String>,
        /// Who started it.
        created_by: Option<UserId>,
        /// Grows with each change of its terms; counters do not count.
        version: i64,
        /// Why it was extended, where somebody said so.
        extension_reason: Option<String>,
    }
}

/// A lot, where it stands, and what is kept beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotRecord {
    /// As it was sold.
    pub lot: Lot,
    /// Its counters.
    pub position: LotPosition,
    /// Of goodwill and opening lots.
    pub reason: Option<String>,
    /// Who started it.
    pub created_by: Option<UserId>,
    /// Grows with each change of its terms; 1 at its start.
    pub version: i64,
}

impl LotRow {
    fn into_record(self, system_ids: Vec<SystemId>) -> Result<LotRecord> {
        let months = |months: i64| u32::try_from(months).map_err(|_| StoreError::corrupt("months of a lot"));
        let code = |code: String| PlanCode::parse(&code).map_err(|_| StoreError::corrupt("plan of a lot"));
        let position = LotPosition {
            lot_id: self.id,
            status: self.status,
            expires_on: self.expires_on,
            ends_at: self.ends_at,
            activated_at: self.activated_at,
            system_ids: system_ids.clone(),
            granted_minutes: self.granted_minutes,
            posted_minutes: self.posted_minutes,
            held_minutes: self.held_minutes,
            used_minutes: self.used_minutes,
        };
        let lot = Lot {
            id: self.id,
            organization_id: self.organization_id,
            origin: self.origin,
            order_id: self.order_id,
            plan_code: self.plan_code.map(code).transpose()?,
            queue: self.queue_level,
            minutes: self.granted_minutes,
            price: Money {
                amount_minor: self.price_minor,
                currency: self.currency,
            },
            refunded_minor: self.refunded_minor,
            system_ids,
            activated_at: self.activated_at,
            activated_on: self.activated_on,
            validity_months: self.validity_months.map(months).transpose()?,
            extension_months: self.extension_months.map(months).transpose()?,
            expires_on: self.expires_on,
            original_expires_on: self.original_expires_on,
            extended_at: self.extended_at,
            extension_reason: self.extension_reason,
        };
        Ok(LotRecord {
            lot,
            position,
            reason: self.reason,
            created_by: self.created_by,
            version: self.version,
        })
    }
}

impl From<&LotRecord> for LotRow {
    fn from(record: &LotRecord) -> Self {
        let (lot, position) = (&record.lot, &record.position);
        Self {
            id: lot.id,
            organization_id: lot.organization_id,
            origin: lot.origin,
            order_id: lot.order_id,
            status: position.status,
            plan_code: lot.plan_code.as_ref().map(ToString::to_string),
            queue_level: lot.queue,
            granted_minutes: lot.minutes,
            price_minor: lot.price.amount_minor,
            currency: lot.price.currency,
            refunded_minor: lot.refunded_minor,
            activated_at: lot.activated_at,
            activated_on: lot.activated_on,
            validity_months: lot.validity_months.map(i64::from),
            extension_months: lot.extension_months.map(i64::from),
            expires_on: lot.expires_on,
            original_expires_on: lot.original_expires_on,
            ends_at: position.ends_at,
            extended_at: lot.extended_at,
            posted_minutes: position.posted_minutes,
            held_minutes: position.held_minutes,
            used_minutes: position.used_minutes,
            reason: record.reason.clone(),
            created_by: record.created_by,
            version: record.version,
            extension_reason: lot.extension_reason.clone(),
        }
    }
}

/// Adds a lot, before the ledger grants its minutes: its counters are saved with the movements.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, record: &LotRecord) -> Result<()> {
    LotRow::from(record).insert_row(conn)?;
    let lot = &record.lot;
    set_systems(conn, lot.organization_id, lot.id, &lot.system_ids)
}

/// Saves every field; `version` must have been raised by one. `false` when somebody else was faster.
///
/// # Errors
/// The database fails.
pub fn update(conn: &mut Conn, record: &LotRecord) -> Result<bool> {
    Ok(LotRow::from(record).save_row(conn)? == 1)
}

/// Says which systems a lot is limited to from now on; none means all.
///
/// # Errors
/// The database fails.
pub fn set_systems(conn: &mut Conn, organization: OrganizationId, lot: LotId, systems: &[SystemId]) -> Result<()> {
    diesel::delete(lot_systems::table.filter(lot_systems::lot_id.eq(Col(lot)))).execute(conn)?;
    for system in systems {
        let row = (
            lot_systems::organization_id.eq(Col(organization)),
            lot_systems::lot_id.eq(Col(lot)),
            lot_systems::system_id.eq(Col(*system)),
        );
        diesel::insert_into(lot_systems::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// Lots, each with one row for each system that it is limited to, or one row without; narrowed and ordered by whoever
/// asks. One query, for lots are read in every decision of the ledger.
macro_rules! lots_with_systems {
    () => {
        lots::table
            .left_join(lot_systems::table.on(lot_systems::lot_id.eq(lots::id)))
            .select((LotRow::as_select(), lot_systems::system_id.nullable()))
    };
}

/// The lot with this id, whoever's it is.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: LotId) -> Result<Option<LotRecord>> {
    let rows = lots_with_systems!().filter(lots::id.eq(Col(id))).load(conn)?;
    Ok(gathered(rows)?.pop())
}

/// The lot that an order started.
///
/// # Errors
/// The database fails.
pub fn of_order(conn: &mut Conn, order: OrderId) -> Result<Option<LotRecord>> {
    let rows = lots_with_systems!().filter(lots::order_id.eq(Col(order))).load(conn)?;
    Ok(gathered(rows)?.pop())
}

/// The lots that these orders started, in no order.
///
/// # Errors
/// The database fails.
pub fn of_orders(conn: &mut Conn, orders: &[OrderId]) -> Result<Vec<LotRecord>> {
    let query = lots_with_systems!().filter(one_of(lots::order_id, orders.iter().copied()));
    gathered(query.load(conn)?)
}

/// All lots of an organization, also those that are over, in order of use.
///
/// # Errors
/// The database fails.
pub fn of_organization(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<LotRecord>> {
    let query = lots_with_systems!()
        .filter(lots::organization_id.eq(Col(organization)))
        .order((lots::expires_on.asc(), lots::activated_at.asc(), lots::id.asc()));
    gathered(query.load(conn)?)
}

/// All lots of an organization, as [`of_organization`], each with the plan of the order that started it.
///
/// # Errors
/// The database fails.
pub fn with_plans(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<(LotRecord, Option<Plan>)>> {
    let query = lots::table
        .left_join(lot_systems::table.on(lot_systems::lot_id.eq(lots::id)))
        .left_join(orders::table.on(orders::id.nullable().eq(lots::order_id)))
        .filter(lots::organization_id.eq(Col(organization)))
        .order((lots::expires_on.asc(), lots::activated_at.asc(), lots::id.asc()))
        .select((
            LotRow::as_select(),
            lot_systems::system_id.nullable(),
            orders::plan_terms.nullable(),
        ));
    let rows: Vec<(LotRow, Option<SystemId>, Option<Json<Plan>>)> = query.load(conn)?;
    let mut plans: HashMap<LotId, Plan> = HashMap::new();
    let mut lots = Vec::with_capacity(rows.len());
    for (row, system, plan) in rows {
        if let Some(Json(plan)) = plan {
            plans.insert(row.id, plan);
        }
        lots.push((row, system));
    }
    let named = |record: LotRecord| {
        let plan = plans.remove(&record.lot.id);
        (record, plan)
    };
    Ok(gathered(lots)?.into_iter().map(named).collect())
}

/// Lots of an organization, also those that are over, the one that started last first.
///
/// # Errors
/// The database fails.
pub fn page(
    conn: &mut Conn,
    organization: OrganizationId,
    after: Option<After<LotId>>,
    limit: i64,
) -> Result<Page<LotRecord>> {
    let query = lots::table
        .filter(lots::organization_id.eq(Col(organization)))
        .select(lots::id)
        .into_boxed();
    let ids: Vec<LotId> = newest_first!(query, lots::activated_at, lots::id, after, limit).load(conn)?;
    let page = Page::cut(ids, limit);
    let query = lots_with_systems!()
        .filter(one_of(lots::id, page.items))
        .order((lots::activated_at.desc(), lots::id.desc()));
    Ok(Page {
        more: page.more,
        items: gathered(query.load(conn)?)?,
    })
}

/// The lots that a decision of the ledger needs: those that are active or hold minutes, and `others` by id.
///
/// # Errors
/// The database fails.
pub fn live(conn: &mut Conn, organization: OrganizationId, others: &[LotId]) -> Result<Vec<LotRecord>> {
    let wanted = lots::status
        .eq(Col(LotStatus::Active))
        .or(lots::posted_minutes.gt(0))
        .or(one_of(lots::id, others.iter().copied()));
    let query = lots_with_systems!()
        .filter(lots::organization_id.eq(Col(organization)))
        .filter(wanted);
    gathered(query.load(conn)?)
}

/// The live lots of an organization, as [`live`], and its counters as they are now, in one query.
///
/// # Errors
/// The database fails; there is no such organization.
pub(crate) fn live_with_counters(
    conn: &mut Conn,
    organization: OrganizationId,
) -> Result<(AccountCounters, Vec<LotRecord>)> {
    type Counters = (i64, i64, i64, Option<Instant>);
    let wanted = lots::organization_id
        .eq(organizations::id)
        .and(lots::status.eq(Col(LotStatus::Active)).or(lots::posted_minutes.gt(0)));
    let rows: Vec<(Counters, Option<LotRow>, Option<SystemId>)> = organizations::table
        .left_join(lots::table.on(wanted))
        .left_join(lot_systems::table.on(lot_systems::lot_id.nullable().eq(lots::id.nullable())))
        .filter(organizations::id.eq(Col(organization)))
        .select((
            (
                organizations::debt_minutes,
                organizations::debt_limit_minutes,
                organizations::movement_sequence,
                organizations::last_effective_at,
            ),
            Option::<LotRow>::as_select(),
            lot_systems::system_id.nullable(),
        ))
        .load(conn)?;
    let (debt_minutes, debt_limit_minutes, last_sequence, last_effective_at) = rows
        .first()
        .map(|(counters, ..)| *counters)
        .ok_or_else(|| StoreError::corrupt("organization of an account"))?;
    let counters = AccountCounters {
        debt_minutes,
        debt_limit_minutes,
        last_sequence,
        last_effective_at,
    };
    let rows = rows.into_iter().filter_map(|(_, row, system)| Some((row?, system)));
    Ok((counters, gathered(rows.collect())?))
}

impl LotRecord {
    /// Whether a decision of the ledger needs it: it is active, or holds minutes.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.position.status == LotStatus::Active || self.position.posted_minutes > 0
    }
}

/// Organizations with an active lot that has ended by `now`, for the job that records expiries.
///
/// # Errors
/// The database fails.
pub fn organizations_with_due_expiry(conn: &mut Conn, now: Instant) -> Result<Vec<OrganizationId>> {
    let query = lots::table
        .filter(lots::status.eq(Col(LotStatus::Active)))
        .filter(lots::ends_at.le(Col(now)));
    Ok(query.select(lots::organization_id).distinct().load(conn)?)
}

/// Writes counters, status and dates back after a decision of the ledger.
pub(crate) fn save_position(conn: &mut Conn, position: &LotPosition) -> Result<()> {
    let values = (
        lots::status.eq(Col(position.status)),
        lots::expires_on.eq(position.expires_on),
        lots::ends_at.eq(Col(position.ends_at)),
        lots::posted_minutes.eq(position.posted_minutes),
        lots::held_minutes.eq(position.held_minutes),
        lots::used_minutes.eq(position.used_minutes),
    );
    let statement = diesel::update(lots::table.find(Col(position.lot_id))).set(values);
    kept(statement.returning(each_row())).count(conn)?;
    Ok(())
}

/// Puts the rows of each lot together, in the order in which they first come.
fn gathered(rows: Vec<(LotRow, Option<SystemId>)>) -> Result<Vec<LotRecord>> {
    let mut lots: Vec<(LotRow, Vec<SystemId>)> = Vec::with_capacity(rows.len());
    for (row, system) in rows {
        // A lot has few systems, and its rows mostly follow each other.
        match lots.iter_mut().rfind(|(known, _)| known.id == row.id) {
            Some((_, systems)) => systems.extend(system),
            None => lots.push((row, Vec::from_iter(system))),
        }
    }
    let record = |(row, mut systems): (LotRow, Vec<SystemId>)| {
        systems.sort_unstable();
        row.into_record(systems)
    };
    lots.into_iter().map(record).collect()
}
