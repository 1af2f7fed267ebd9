//! What is sold, and under which terms: plans and terms, both in versions that never change once published.

use crate::schema::{plans, terms};
use crate::row::row;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::money::Currency;
use daypack_domain::ticket::QueueLevel;
use diesel::prelude::*;

row! {
    /// One version of a plan.
    Plan in plans {
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
        /// By how much a lot can be extended, once; 0: not at all.
        extension_months: i64,
        /// The place in the queue that its lots give.
        queue_level: QueueLevel,
        /// Minutes a ticket that are not billed, for estimating and diagnosis (section 3, "Rounding").
        free_minutes: i64,
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

/// The plans on sale, in their order.
///
/// # Errors
/// The database fails.
pub fn current_plans(conn: &mut Conn) -> Result<Vec<Plan>> {
    let query = plans::table.filter(plans::current.eq(true)).order((plans::position.asc(), plans::code.asc()));
    Ok(query.select(Plan::as_select()).load(conn)?)
}

/// The version of a plan that is on sale.
///
/// # Errors
/// The database fails.
pub fn current_plan(conn: &mut Conn, code: &str) -> Result<Option<Plan>> {
    let query = plans::table.filter(plans::code.eq(code)).filter(plans::current.eq(true));
    Ok(query.select(Plan::as_select()).first(conn).optional()?)
}

/// Publishes a version of a plan in the place of the one before.
///
/// # Errors
/// The database fails.
pub fn publish_plan(conn: &mut Conn, plan: &Plan) -> Result<()> {
    let before = plans::table.filter(plans::code.eq(&plan.code)).filter(plans::current.eq(true));
    diesel::update(before).set(plans::current.eq(false)).execute(conn)?;
    plan.insert_row(conn)
}

/// All versions of the terms, newest first.
///
/// # Errors
/// The database fails.
pub fn all_terms(conn: &mut Conn) -> Result<Vec<Terms>> {
    Ok(terms::table.order(terms::version.desc()).select(Terms::as_select()).load(conn)?)
}

/// The version of the terms that orders accept now.
///
/// # Errors
/// The database fails.
pub fn current_terms(conn: &mut Conn) -> Result<Option<Terms>> {
    let query = terms::table.filter(terms::current.eq(true)).order(terms::version.desc());
    Ok(query.select(Terms::as_select()).first(conn).optional()?)
}

/// Publishes a version of the terms in the place of the one before.
///
/// # Errors
/// The database fails.
pub fn publish_terms(conn: &mut Conn, version: &Terms) -> Result<()> {
    diesel::update(terms::table.filter(terms::current.eq(true))).set(terms::current.eq(false)).execute(conn)?;
    version.insert_row(conn)
}
