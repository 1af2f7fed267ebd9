//! Orders (section 2), with every term of the plan as it was when they were placed.

use crate::expressions::one_of;
use crate::page::newest_first;
use crate::row::row;
use crate::schema::{counters, orders};
use crate::types::{Col, Json};
use crate::{After, Conn, Page, Result};
use chrono::NaiveDate;
use daypack_domain::Instant;
use daypack_domain::ids::{OrderId, OrganizationId, UserId};
use daypack_domain::money::{Currency, Money};
use daypack_domain::order::{Order, OrderStatus, TermsAcceptance};
use daypack_domain::plan::Plan;
use diesel::prelude::*;

row! {
    /// A row of the table.
    OrderRow in orders by (id) {
        /// Of the order.
        id: OrderId,
        /// Who ordered.
        organization_id: OrganizationId,
        /// Where it stands.
        status: OrderStatus,
        /// Of the plan.
        plan_code: String,
        /// All terms of the plan.
        plan_terms: Json<Plan>,
        /// How many.
        packs: i64,
        /// To pay, in the minor unit.
        total_minor: i64,
        /// Of the total.
        currency: Currency,
        /// Of the terms and conditions.
        terms_version: i64,
        /// Of their text.
        terms_hash: String,
        /// Who accepted them.
        accepted_by: UserId,
        /// When.
        accepted_at: Instant,
        /// From which address.
        accepted_address: String,
        /// Who ordered.
        placed_by: UserId,
        /// When.
        placed_at: Instant,
        /// Of the payment.
        payment_reference: Option<String>,
        /// The date that whoever confirmed it gave; for information.
        paid_on: Option<NaiveDate>,
        /// When it was confirmed.
        paid_at: Option<Instant>,
        /// Who confirmed it.
        confirmed_by: Option<UserId>,
        /// When its lot started.
        activated_at: Option<Instant>,
        /// When the payment bounced.
        bounced_at: Option<Instant>,
        /// Grows with each change.
        version: i64,
        /// Of its proforma; without gaps over the installation.
        proforma_number: i64,
        /// How many reminders of its payment were sent.
        payment_reminders: i64,
    }
}

/// An order, and what is kept beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRecord {
    /// As the rules know it.
    pub order: Order,
    /// From which address the terms were accepted.
    pub accepted_address: String,
    /// The date that whoever confirmed the payment gave; for information.
    pub paid_on: Option<NaiveDate>,
    /// Who confirmed the payment.
    pub confirmed_by: Option<UserId>,
    /// Grows with each change; 1 when placed.
    pub version: i64,
    /// Of its proforma; without gaps over the installation.
    pub proforma_number: i64,
    /// How many reminders of its payment were sent, where its minutes started before it.
    pub payment_reminders: i64,
}

impl From<OrderRow> for OrderRecord {
    fn from(row: OrderRow) -> Self {
        let order = Order {
            id: row.id,
            organization_id: row.organization_id,
            plan: row.plan_terms.0,
            packs: row.packs,
            total: Money {
                amount_minor: row.total_minor,
                currency: row.currency,
            },
            terms: TermsAcceptance {
                version: row.terms_version,
                hash: row.terms_hash,
                accepted_by: row.accepted_by,
                accepted_at: row.accepted_at,
            },
            status: row.status,
            placed_at: row.placed_at,
            placed_by: row.placed_by,
            payment_reference: row.payment_reference,
            paid_at: row.paid_at,
            activated_at: row.activated_at,
            bounced_at: row.bounced_at,
        };
        Self {
            order,
            accepted_address: row.accepted_address,
            paid_on: row.paid_on,
            confirmed_by: row.confirmed_by,
            version: row.version,
            proforma_number: row.proforma_number,
            payment_reminders: row.payment_reminders,
        }
    }
}

impl From<&OrderRecord> for OrderRow {
    fn from(record: &OrderRecord) -> Self {
        let order = record.order.clone();
        Self {
            id: order.id,
            organization_id: order.organization_id,
            status: order.status,
            plan_code: order.plan.code.to_string(),
            plan_terms: Json(order.plan),
            packs: order.packs,
            total_minor: order.total.amount_minor,
            currency: order.total.currency,
            terms_version: order.terms.version,
            terms_hash: order.terms.hash,
            accepted_by: order.terms.accepted_by,
            accepted_at: order.terms.accepted_at,
            accepted_address: record.accepted_address.clone(),
            placed_by: order.placed_by,
            placed_at: order.placed_at,
            payment_reference: order.payment_reference,
            paid_on: record.paid_on,
            paid_at: order.paid_at,
            confirmed_by: record.confirmed_by,
            activated_at: order.activated_at,
            bounced_at: order.bounced_at,
            version: record.version,
            proforma_number: record.proforma_number,
            payment_reminders: record.payment_reminders,
        }
    }
}

/// Adds an order.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, record: &OrderRecord) -> Result<()> {
    OrderRow::from(record).insert_row(conn)
}

/// The next number of a proforma; without gaps, because it is rolled back with the order.
///
/// # Errors
/// The database fails.
pub fn next_proforma_number(conn: &mut Conn) -> Result<i64> {
    let next = diesel::update(counters::table.find("proformas"))
        .set(counters::value.eq(counters::value + 1))
        .returning(counters::value)
        .get_result(conn);
    Ok(next?)
}

/// The order with this id, whoever's it is.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: OrderId) -> Result<Option<OrderRecord>> {
    let row: Option<OrderRow> = orders::table
        .find(Col(id))
        .select(OrderRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(OrderRecord::from))
}

/// These orders, in no order.
///
/// # Errors
/// The database fails.
pub fn find_many(conn: &mut Conn, ids: &[OrderId]) -> Result<Vec<OrderRecord>> {
    let query = orders::table.filter(one_of(orders::id, ids.iter().copied()));
    let rows: Vec<OrderRow> = query.select(OrderRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(OrderRecord::from).collect())
}

/// Saves every field; `version` must have been raised by one. `false` when somebody else was faster.
///
/// # Errors
/// The database fails.
pub fn update(conn: &mut Conn, record: &OrderRecord) -> Result<bool> {
    Ok(OrderRow::from(record).save_row(conn)? == 1)
}

/// Orders, newest first; of one organization, or of these only, or all.
///
/// # Errors
/// The database fails.
pub fn page(
    conn: &mut Conn,
    only: Option<&[OrganizationId]>,
    after: Option<After<OrderId>>,
    limit: i64,
) -> Result<Page<OrderRecord>> {
    let mut query = orders::table.select(OrderRow::as_select()).into_boxed();
    if let Some(ids) = only {
        query = query.filter(one_of(orders::organization_id, ids.iter().copied()));
    }
    let rows: Vec<OrderRow> = newest_first!(query, orders::placed_at, orders::id, after, limit).load(conn)?;
    Ok(Page::cut(rows, limit).map(OrderRecord::from))
}

/// As [`page`], of orders that stand like this. Those placed up to and including `lapsed_before` that nobody paid count
/// as lapsed, whether or not that is recorded yet.
///
/// # Errors
/// The database fails.
pub fn page_of_status(
    conn: &mut Conn,
    only: Option<&[OrganizationId]>,
    (status, lapsed_before): (OrderStatus, Instant),
    after: Option<After<OrderId>>,
    limit: i64,
) -> Result<Page<OrderRecord>> {
    let mut query = orders::table.select(OrderRow::as_select()).into_boxed();
    if let Some(ids) = only {
        query = query.filter(one_of(orders::organization_id, ids.iter().copied()));
    }
    let unpaid = orders::status.eq(Col(OrderStatus::Placed));
    let due = orders::placed_at.le(Col(lapsed_before));
    query = match status {
        OrderStatus::Placed => query.filter(unpaid).filter(orders::placed_at.gt(Col(lapsed_before))),
        OrderStatus::Lapsed => query.filter(orders::status.eq(Col(status)).or(unpaid.and(due))),
        OrderStatus::Paid | OrderStatus::Activated | OrderStatus::Cancelled => {
            query.filter(orders::status.eq(Col(status)))
        }
    };
    let rows: Vec<OrderRow> = newest_first!(query, orders::placed_at, orders::id, after, limit).load(conn)?;
    Ok(Page::cut(rows, limit).map(OrderRecord::from))
}

/// Orders whose minutes started up to `before` and that nobody has paid yet, with fewer reminders than so many; the one
/// that started first comes first.
///
/// # Errors
/// The database fails.
pub fn owed_since(conn: &mut Conn, before: Instant, reminders: i64, limit: i64) -> Result<Vec<OrderRecord>> {
    let query = orders::table
        .filter(orders::paid_at.is_null())
        .filter(orders::bounced_at.is_null())
        .filter(orders::activated_at.le(Col(before)))
        .filter(orders::payment_reminders.lt(reminders))
        .order(orders::activated_at.asc())
        .limit(limit);
    let rows: Vec<OrderRow> = query.select(OrderRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(OrderRecord::from).collect())
}

/// Orders placed before `before` that nobody paid, oldest first (section 2: they lapse).
///
/// # Errors
/// The database fails.
pub fn unpaid_before(conn: &mut Conn, before: Instant, limit: i64) -> Result<Vec<OrderRecord>> {
    let query = orders::table
        .filter(orders::status.eq(Col(OrderStatus::Placed)))
        .filter(orders::placed_at.le(Col(before)))
        .order(orders::placed_at.asc())
        .limit(limit);
    let rows: Vec<OrderRow> = query.select(OrderRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(OrderRecord::from).collect())
}
