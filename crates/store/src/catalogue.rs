//! What is sold, and under which terms: plans and terms, both in versions that never change once published.

use crate::row::row;
use crate::schema::{counters, plans, terms};
use crate::{Conn, Result, StoreError};
use daypack_domain::Instant;
use daypack_domain::ids::UserId;
use daypack_domain::money::Currency;
use daypack_domain::plan::{Plan, PlanCode};
use daypack_domain::terms::TermsVersion;
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
        /// By whom; nobody for what ships.
        published_by: Option<UserId>,
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
        /// Whether clients with a running contract were asked to accept it.
        requires_acceptance: bool,
        /// By whom; nobody for what ships.
        published_by: Option<UserId>,
    }
}

/// One version of a plan, with what is kept beside its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRecord {
    /// Its terms.
    pub plan: Plan,
    /// Its place in the list of plans.
    pub position: i64,
    /// Whether this version can be ordered. Of a retired plan none can.
    pub on_sale: bool,
    /// When this version was published.
    pub published_at: Instant,
    /// By whom; nobody for what ships.
    pub published_by: Option<UserId>,
}

impl PlanRow {
    fn into_record(self) -> Result<PlanRecord> {
        let (position, on_sale, published_at, published_by) =
            (self.position, self.current, self.created_at, self.published_by);
        Ok(PlanRecord {
            plan: self.into_plan()?,
            position,
            on_sale,
            published_at,
            published_by,
        })
    }

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

/// The newest version of each plan, in their order; without retired ones unless they are asked for.
///
/// # Errors
/// The database fails.
pub fn newest_plans(conn: &mut Conn, include_retired: bool) -> Result<Vec<PlanRecord>> {
    let query = plans::table.order((plans::code.asc(), plans::version.desc()));
    let mut rows: Vec<PlanRow> = query.select(PlanRow::as_select()).load(conn)?;
    rows.dedup_by(|later, first| later.code == first.code);
    rows.retain(|row| include_retired || row.current);
    rows.sort_by(|a, b| (a.position, &a.code).cmp(&(b.position, &b.code)));
    rows.into_iter().map(PlanRow::into_record).collect()
}

/// All versions of a plan, newest first; none when there is no such plan.
///
/// # Errors
/// The database fails.
pub fn plan_versions(conn: &mut Conn, code: &str) -> Result<Vec<PlanRecord>> {
    let query = plans::table.filter(plans::code.eq(code)).order(plans::version.desc());
    let rows: Vec<PlanRow> = query.select(PlanRow::as_select()).load(conn)?;
    rows.into_iter().map(PlanRow::into_record).collect()
}

/// The newest version of a plan, on sale or retired.
///
/// # Errors
/// The database fails.
pub fn newest_plan(conn: &mut Conn, code: &str) -> Result<Option<PlanRecord>> {
    let query = plans::table.filter(plans::code.eq(code)).order(plans::version.desc());
    let row: Option<PlanRow> = query.select(PlanRow::as_select()).first(conn).optional()?;
    row.map(PlanRow::into_record).transpose()
}

/// Publishes a version of a plan in the place of the one before.
///
/// # Errors
/// The database fails, also when this version is published already.
pub fn publish_plan(conn: &mut Conn, record: &PlanRecord) -> Result<()> {
    let plan = &record.plan;
    take_off_sale(conn, plan.code.as_str())?;
    let row = PlanRow {
        code: plan.code.to_string(),
        version: plan.version,
        current: record.on_sale,
        position: record.position,
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
        created_at: record.published_at,
        published_by: record.published_by,
    };
    row.insert_row(conn)
}

/// Takes a plan off sale: no version of it can be ordered. What was sold is not touched.
///
/// # Errors
/// The database fails.
pub fn take_off_sale(conn: &mut Conn, code: &str) -> Result<()> {
    let on_sale = plans::table
        .filter(plans::code.eq(code))
        .filter(plans::current.eq(true));
    diesel::update(on_sale).set(plans::current.eq(false)).execute(conn)?;
    Ok(())
}

/// Puts a version of a plan on sale again.
///
/// # Errors
/// The database fails.
pub fn put_on_sale(conn: &mut Conn, code: &str, version: i64) -> Result<()> {
    diesel::update(plans::table.find((code, version)))
        .set(plans::current.eq(true))
        .execute(conn)?;
    Ok(())
}

/// Takes the catalogue for the rest of the transaction: edits of plans and terms happen one after the other. Under it
/// the newest version read is the newest version.
///
/// # Errors
/// The database fails.
pub fn lock(conn: &mut Conn) -> Result<()> {
    diesel::update(counters::table.find("catalogue"))
        .set(counters::value.eq(counters::value + 1))
        .execute(conn)?;
    Ok(())
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

/// A version of the terms, whether or not it is current.
///
/// # Errors
/// The database fails.
pub fn terms_of_version(conn: &mut Conn, version: i64) -> Result<Option<Terms>> {
    Ok(terms::table
        .find(version)
        .select(Terms::as_select())
        .first(conn)
        .optional()?)
}

/// Every version of the terms without its text, oldest first: what a client is asked to accept follows from it.
///
/// # Errors
/// The database fails.
pub fn terms_history(conn: &mut Conn) -> Result<Vec<TermsVersion>> {
    let rows: Vec<(i64, bool, Instant)> = terms::table
        .order(terms::version.asc())
        .select((terms::version, terms::requires_acceptance, terms::published_at))
        .load(conn)?;
    let version = |(version, requires_acceptance, published_at)| TermsVersion {
        version,
        requires_acceptance,
        published_at,
    };
    Ok(rows.into_iter().map(version).collect())
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
