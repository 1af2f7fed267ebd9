//! Calendars and SLA policies (section 7), in versions: a ticket keeps the ones it was opened with.

use crate::row::row;
use crate::schema::{calendars, sla_policies};
use crate::types::{Col, Json};
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::calendar::CalendarDefinition;
use daypack_domain::ids::{CalendarId, SlaPolicyId};
use daypack_domain::sla::SlaPolicyDefinition;
use diesel::prelude::*;

row! {
    /// One version of a calendar.
    CalendarVersion in calendars {
        /// Of this version.
        id: CalendarId,
        /// What the versions have in common.
        name: String,
        /// From 1 on.
        version: i64,
        /// Whether it is the newest.
        current: bool,
        /// As it was saved, so that it is valid.
        definition: Json<CalendarDefinition>,
        /// When it was saved.
        created_at: Instant,
    }
}

row! {
    /// One version of an SLA policy.
    SlaPolicyVersion in sla_policies {
        /// Of this version.
        id: SlaPolicyId,
        /// What the versions have in common.
        name: String,
        /// From 1 on.
        version: i64,
        /// Whether it is the newest.
        current: bool,
        /// As it was saved, so that it is valid.
        definition: Json<SlaPolicyDefinition>,
        /// When it was saved.
        created_at: Instant,
    }
}

/// This version of a calendar.
///
/// # Errors
/// The database fails.
pub fn find_calendar(conn: &mut Conn, id: CalendarId) -> Result<Option<CalendarVersion>> {
    Ok(calendars::table
        .find(Col(id))
        .select(CalendarVersion::as_select())
        .first(conn)
        .optional()?)
}

/// The newest version of a calendar.
///
/// # Errors
/// The database fails.
pub fn find_current_calendar(conn: &mut Conn, name: &str) -> Result<Option<CalendarVersion>> {
    let query = calendars::table
        .filter(calendars::name.eq(name))
        .filter(calendars::current.eq(true));
    Ok(query.select(CalendarVersion::as_select()).first(conn).optional()?)
}

/// Adds a version, in the place of the one before.
///
/// # Errors
/// A unique violation of `calendars_name_version_key` when somebody else added this version.
pub fn insert_calendar(conn: &mut Conn, calendar: &CalendarVersion) -> Result<()> {
    let before = calendars::table
        .filter(calendars::name.eq(&calendar.name))
        .filter(calendars::current.eq(true));
    diesel::update(before).set(calendars::current.eq(false)).execute(conn)?;
    calendar.insert_row(conn)
}

/// This version of a policy.
///
/// # Errors
/// The database fails.
pub fn find_policy(conn: &mut Conn, id: SlaPolicyId) -> Result<Option<SlaPolicyVersion>> {
    Ok(sla_policies::table
        .find(Col(id))
        .select(SlaPolicyVersion::as_select())
        .first(conn)
        .optional()?)
}

/// The newest version of a policy.
///
/// # Errors
/// The database fails.
pub fn find_current_policy(conn: &mut Conn, name: &str) -> Result<Option<SlaPolicyVersion>> {
    let query = sla_policies::table
        .filter(sla_policies::name.eq(name))
        .filter(sla_policies::current.eq(true));
    Ok(query.select(SlaPolicyVersion::as_select()).first(conn).optional()?)
}

/// Adds a version, in the place of the one before.
///
/// # Errors
/// A unique violation of `sla_policies_name_version_key` when somebody else added this version.
pub fn insert_policy(conn: &mut Conn, policy: &SlaPolicyVersion) -> Result<()> {
    let before = sla_policies::table
        .filter(sla_policies::name.eq(&policy.name))
        .filter(sla_policies::current.eq(true));
    diesel::update(before)
        .set(sla_policies::current.eq(false))
        .execute(conn)?;
    policy.insert_row(conn)
}
