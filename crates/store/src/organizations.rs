//! Client organizations, and the lock that every write for one of them takes first.

use crate::expressions::{each_row, kept, one_of};
use crate::row::row;
use crate::schema::organizations;
use crate::types::{Col, Json};
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::emergency::EmergencyClause;
use daypack_domain::ids::{CalendarId, OrganizationId, SlaPolicyId};
use daypack_domain::ledger::{AccountCounters, AlertThresholds};
use daypack_domain::money::Currency;
use daypack_domain::ticket::Severity;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// What is agreed with a client beyond plans and policies; a field that was never set has the default of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganizationSettings {
    /// Billed minutes are multiples of this (section 3, "Rounding").
    pub increment_minutes: i64,
    /// A ticket with billable work bills at least this.
    pub minimum_minutes: i64,
    /// Days after closing in which the same fault is warranty (section 6).
    pub warranty_days: i64,
    /// Whether there is an emergency clause (section 6): only once an owner, or an admin, has agreed to it.
    pub emergency_enabled: bool,
    /// Severities for which work may start at triage (section 6).
    pub emergency_severities: Vec<Severity>,
    /// Minutes that the emergency clause holds.
    pub emergency_minutes: i64,
    /// Percent of a lot used that alerts ring at (section 3).
    pub alert_used_percent: Vec<i64>,
    /// Days to the end of a lot that alerts ring at.
    pub alert_days_to_expiry: Vec<i64>,
    /// Days until nothing is left that alerts ring at.
    pub alert_days_until_empty: Vec<i64>,
    /// Whether lots may start before they are paid (section 2).
    pub activation_before_payment: bool,
    /// Who orders are billed to.
    pub billing: Party,
}

/// One side of a sale, as documents name it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Party {
    /// The legal name.
    pub name: String,
    /// The postal address, in lines.
    pub address: String,
    /// The number for taxes.
    pub tax_number: String,
    /// Where questions about invoices go.
    pub email: String,
}

impl Default for OrganizationSettings {
    fn default() -> Self {
        let AlertThresholds {
            used_percent,
            days_to_expiry,
            days_until_empty,
        } = AlertThresholds::default();
        Self {
            increment_minutes: 15,
            minimum_minutes: 15,
            warranty_days: 30,
            emergency_enabled: false,
            emergency_severities: vec![Severity::P0],
            emergency_minutes: 120,
            alert_used_percent: used_percent,
            alert_days_to_expiry: days_to_expiry,
            alert_days_until_empty: days_until_empty,
            activation_before_payment: false,
            billing: Party::default(),
        }
    }
}

row! {
    /// A client company.
    Organization in organizations by (id) {
        /// Made by the context.
        id: OrganizationId,
        /// Of its references: `ACME`.
        prefix: String,
        /// In addresses: `acme`.
        slug: String,
        /// As shown.
        name: String,
        /// IANA name.
        time_zone: String,
        /// `en`, `es` or `fr`.
        locale: String,
        /// Of its prices.
        currency: Currency,
        /// When it was set up.
        created_at: Instant,
        /// Grows with each change of what an admin sets.
        version: i64,
        /// Grows with each write for this organization: the lock.
        write_sequence: i64,
        /// Of the last movement.
        movement_sequence: i64,
        /// Of the last event.
        event_sequence: i64,
        /// Of the last ticket.
        ticket_number: i64,
        /// Counter of the ledger: minutes worked on credit and not repaid.
        debt_minutes: i64,
        /// How far debt may go.
        debt_limit_minutes: i64,
        /// Of the last movement.
        last_effective_at: Option<Instant>,
        /// What is agreed beyond plans and policies.
        settings: Json<OrganizationSettings>,
        /// For new tickets.
        calendar_id: CalendarId,
        /// For new tickets.
        sla_policy_id: SlaPolicyId,
    }
}

impl Organization {
    /// What is agreed for emergencies.
    #[must_use]
    pub fn emergency_clause(&self) -> EmergencyClause {
        EmergencyClause {
            enabled: self.settings.emergency_enabled,
            severities: self.settings.emergency_severities.clone(),
            hold_minutes: self.settings.emergency_minutes,
            debt_limit_minutes: self.debt_limit_minutes,
        }
    }

    /// When alerts about minutes ring.
    #[must_use]
    pub fn alert_thresholds(&self) -> AlertThresholds {
        AlertThresholds {
            used_percent: self.settings.alert_used_percent.clone(),
            days_to_expiry: self.settings.alert_days_to_expiry.clone(),
            days_until_empty: self.settings.alert_days_until_empty.clone(),
        }
    }

    /// What the ledger keeps beside lots and holds.
    #[must_use]
    pub fn counters(&self) -> AccountCounters {
        AccountCounters {
            debt_minutes: self.debt_minutes,
            debt_limit_minutes: self.debt_limit_minutes,
            last_sequence: self.movement_sequence,
            last_effective_at: self.last_effective_at,
        }
    }
}

/// Adds an organization.
///
/// # Errors
/// A unique violation of `organizations_prefix_key` or `organizations_slug_key`.
pub fn insert(conn: &mut Conn, organization: &Organization) -> Result<()> {
    organization.insert_row(conn)
}

/// Takes the organization for the rest of the transaction, and gives it as it is now. The first statement of every
/// write for it: all of them happen one after the other, on both engines. `None` when there is none with this id.
///
/// # Errors
/// The database fails.
pub fn lock(conn: &mut Conn, id: OrganizationId) -> Result<Option<Organization>> {
    let statement = diesel::update(organizations::table.find(Col(id)))
        .set(organizations::write_sequence.eq(organizations::write_sequence + 1))
        .returning(organizations::all_columns);
    Ok(kept(statement).get_result(conn).optional()?)
}

/// As [`lock`], for a new ticket: takes the next number, which is `ticket_number` of what it gives.
///
/// # Errors
/// The database fails.
pub fn lock_for_ticket(conn: &mut Conn, id: OrganizationId) -> Result<Option<Organization>> {
    let statement = diesel::update(organizations::table.find(Col(id)))
        .set((
            organizations::write_sequence.eq(organizations::write_sequence + 1),
            organizations::ticket_number.eq(organizations::ticket_number + 1),
        ))
        .returning(organizations::all_columns);
    Ok(kept(statement).get_result(conn).optional()?)
}

/// The organization with this id, for reading.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: OrganizationId) -> Result<Option<Organization>> {
    Ok(organizations::table
        .find(Col(id))
        .select(Organization::as_select())
        .first(conn)
        .optional()?)
}

/// These organizations, in no order.
///
/// # Errors
/// The database fails.
pub fn find_many(conn: &mut Conn, ids: &[OrganizationId]) -> Result<Vec<Organization>> {
    let query = organizations::table.filter(one_of(organizations::id, ids.iter().copied()));
    Ok(query.select(Organization::as_select()).load(conn)?)
}

/// The organization with this prefix.
///
/// # Errors
/// The database fails.
pub fn find_by_prefix(conn: &mut Conn, prefix: &str) -> Result<Option<Organization>> {
    let query = organizations::table.filter(organizations::prefix.eq(prefix));
    Ok(query.select(Organization::as_select()).first(conn).optional()?)
}

/// The organization with this word in addresses.
///
/// # Errors
/// The database fails.
pub fn find_by_slug(conn: &mut Conn, slug: &str) -> Result<Option<Organization>> {
    let query = organizations::table.filter(organizations::slug.eq(slug));
    Ok(query.select(Organization::as_select()).first(conn).optional()?)
}

/// All organizations by name, after the last one seen; `only` keeps those with these ids.
///
/// # Errors
/// The database fails.
pub fn page(
    conn: &mut Conn,
    only: Option<&[OrganizationId]>,
    after: Option<(String, OrganizationId)>,
    limit: i64,
) -> Result<crate::Page<Organization>> {
    let mut query = organizations::table.select(Organization::as_select()).into_boxed();
    if let Some(ids) = only {
        query = query.filter(one_of(organizations::id, ids.iter().copied()));
    }
    if let Some((name, id)) = after {
        query = query
            .filter(organizations::name.ge(name.clone()))
            .filter(organizations::name.gt(name).or(organizations::id.gt(Col(id))));
    }
    let rows = query
        .order((organizations::name.asc(), organizations::id.asc()))
        .limit(limit + 1)
        .load(conn)?;
    Ok(crate::Page::cut(rows, limit))
}

/// The ids of all organizations, for jobs that visit each.
///
/// # Errors
/// The database fails.
pub fn ids(conn: &mut Conn) -> Result<Vec<OrganizationId>> {
    Ok(organizations::table
        .order(organizations::created_at.asc())
        .select(organizations::id)
        .load(conn)?)
}

/// Saves what an admin sets; `version` must have been raised by one, under the lock. `false` when it was not the next.
///
/// # Errors
/// A unique violation of `organizations_prefix_key` or `organizations_slug_key`.
pub fn update(conn: &mut Conn, organization: &Organization) -> Result<bool> {
    Ok(organization.save_row(conn)? == 1)
}

/// Writes the counters of the ledger back, under the lock.
///
/// # Errors
/// The database fails.
pub(crate) fn save_counters(conn: &mut Conn, id: OrganizationId, counters: AccountCounters) -> Result<()> {
    let values = (
        organizations::debt_minutes.eq(counters.debt_minutes),
        organizations::movement_sequence.eq(counters.last_sequence),
        organizations::last_effective_at.eq(Col(counters.last_effective_at)),
    );
    let statement = diesel::update(organizations::table.find(Col(id))).set(values);
    kept(statement.returning(each_row())).count(conn)?;
    Ok(())
}

/// Takes so many numbers for events; gives the first of them.
///
/// # Errors
/// The database fails.
pub(crate) fn take_event_sequences(conn: &mut Conn, id: OrganizationId, count: i64) -> Result<i64> {
    let statement = diesel::update(organizations::table.find(Col(id)))
        .set(organizations::event_sequence.eq(organizations::event_sequence + count))
        .returning(organizations::event_sequence);
    let last: i64 = kept(statement).get_result(conn)?;
    Ok(last - count + 1)
}
