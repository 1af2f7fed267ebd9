//! What is sold, and under which terms: plans and terms, both in versions that never change once published.

use crate::row::row;
use crate::schema::{plans, terms};
use crate::{Conn, Result, StoreError};
use daypack_domain::Instant;
use daypack_domain::money::Currency;
use daypack_domain::plan::{Plan, PlanCode};
use daypack_domain::ticket::QueueLevel;
use diesel::prelude::*;

row! {
    /// One version of a plan.
    PlanRow in plans {
        /// Stable word, such as `flexi`.
        code: String,
        /// From 1 on.
        version: i64,
        /// Whether this version is the one on sale.
        current: bool,
        /// Its place in the list of plans.
        position: i64,
        /// As shown.
        name: String,
        /// Price of one pack, in the currency's minor unit.
        price_minor: i64,
        /// Of the price.
        currency: Currency,
        /// The fewest packs of one order.
        minimum_packs: i64,
        /// What one pack holds.
        minutes_per_pack: i64,
        /// From activation to the last day of use.
        validity_months: i64,
        /// By how much a lot can be extended, once.
        extension_months: Option<i64>,
        /// The place in the queue that its lots give.
        queue_level: QueueLevel,
        /// Minutes a ticket that are not billed.
        free_minutes: i64,
        /// How the plan is shown to those who choose.
        shown_hours: i64,
        /// Who it is for.
        audience: String,
        /// When this version was published.
        created_at: Instant,
    }
}

row! {
    /// One version of the terms and conditions.
    Terms in terms {
        /// From 1 on.
        version: i64,
        /// Whether orders accept this version now.
        current: bool,
        /// The text.
        body_markdown: String,
        /// SHA-256 of the text, in hexadecimal: what the client accepted.
        hash: String,
        /// When.
        published_at: Instant,
    }
}

impl PlanRow {
    fn into_plan(self) -> Result<Plan> {
        let months = |months: i64| u32::try_from(months).map_err(|_| StoreError::corrupt("months of a plan"));
        Ok(Plan {
            code: PlanCode::parse(&self.code).map_err(|_| StoreError::corrupt("code of a plan"))?,
            name: self.name,
            audience: self.audience,
            price_minor: self.price_minor,
            currency: self.currency,
            minimum_packs: self.minimum_packs,
            minutes_per_pack: self.minutes_per_pack,
            validity_months: months(self.validity_months)?,
            extension_months: self.extension_months.map(months).transpose()?,
            queue: self.queue_level,
            free_minutes: self.free_minutes,
            shown_hours: self.shown_hours,
            version: self.version,
        })
    }
}

/// The plans on sale, in their order.
///
/// # Errors
/// The database fails.
pub fn current_plans(conn: &mut Conn) -> Result<Vec<Plan>> {
    let query = plans::table
        .filter(plans::current.eq(true))
        .order((plans::position.asc(), plans::code.asc()));
    let rows: Vec<PlanRow> = query.select(PlanRow::as_select()).load(conn)?;
    rows.into_iter().map(PlanRow::into_plan).collect()
}

/// The version of a plan that is on sale.
///
/// # Errors
/// The database fails.
pub fn current_plan(conn: &mut Conn, code: &str) -> Result<Option<Plan>> {
    let query = plans::table
        .filter(plans::code.eq(code))
        .filter(plans::current.eq(true));
    let row: Option<PlanRow> = query.select(PlanRow::as_select()).first(conn).optional()?;
    row.map(PlanRow::into_plan).transpose()
}

/// Publishes a version of a plan in the place of the one before; `position` is its place in the list.
///
/// # Errors
/// The database fails, also when this version is published already.
pub fn publish_plan(conn: &mut Conn, plan: &Plan, position: i64, now: Instant) -> Result<()> {
    let before = plans::table
        .filter(plans::code.eq(plan.code.as_str()))
        .filter(plans::current.eq(true));
    diesel::update(before).set(plans::current.eq(false)).execute(conn)?;
    let row = PlanRow {
        code: plan.code.to_string(),
        version: plan.version,
        current: true,
        position,
        name: plan.name.clone(),
        price_minor: plan.price_minor,
        currency: plan.currency,
        minimum_packs: plan.minimum_packs,
        minutes_per_pack: plan.minutes_per_pack,
        validity_months: i64::from(plan.validity_months),
        extension_months: plan.extension_months.map(i64::from),
        queue_level: plan.queue,
        free_minutes: plan.free_minutes,
        shown_hours: plan.shown_hours,
        audience: plan.audience.clone(),
        created_at: now,
    };
    row.insert_row(conn)
}

/// All versions of the terms, newest first.
///
/// # Errors
/// The database fails.
pub fn all_terms(conn: &mut Conn) -> Result<Vec<Terms>> {
    Ok(terms::table
        .order(terms::version.desc())
        .select(Terms::as_select())
        .load(conn)?)
}

/// The version of the terms that orders accept now.
///
/// # Errors
/// The database fails.
pub fn current_terms(conn: &mut Conn) -> Result<Option<Terms>> {
    let query = terms::table
        .filter(terms::current.eq(true))
        .order(terms::version.desc());
    Ok(query.select(Terms::as_select()).first(conn).optional()?)
}

/// Publishes a version of the terms in the place of the one before.
///
/// # Errors
/// The database fails, also when this version is published already.
pub fn publish_terms(conn: &mut Conn, version: &Terms) -> Result<()> {
    diesel::update(terms::table.filter(terms::current.eq(true)))
        .set(terms::current.eq(false))
        .execute(conn)?;
    version.insert_row(conn)
}
