//! Thresholds of minutes that are passed (section 3, "Alerts"): a row for each crossing, until it is cleared.

use crate::expressions::one_of;
use crate::row::row;
use crate::schema::minute_alerts;
use crate::types::Col;
use crate::{Conn, Result, RowId};
use daypack_domain::Instant;
use daypack_domain::ids::{LotId, OrganizationId};
use daypack_domain::ledger::{Alert, AlertKind};
use diesel::prelude::*;

row! {
    /// A threshold that was passed.
    Raised in minute_alerts {
        /// Made by the context.
        id: RowId,
        /// Whose minutes.
        organization_id: OrganizationId,
        /// What it is about.
        kind: AlertKind,
        /// The lot, or none when it is about all of them.
        lot_id: Option<LotId>,
        /// Percent or days.
        threshold: i64,
        /// When it was told.
        raised_at: Instant,
        /// When it was no longer passed: it rings at its next crossing.
        cleared_at: Option<Instant>,
    }
}

impl Raised {
    /// What was passed.
    #[must_use]
    pub fn alert(&self) -> Alert {
        Alert {
            kind: self.kind,
            lot_id: self.lot_id,
            threshold: self.threshold,
        }
    }
}

/// What an organization has passed and was told of, oldest first.
///
/// # Errors
/// The database fails.
pub fn passed(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<Raised>> {
    let query = minute_alerts::table
        .filter(minute_alerts::organization_id.eq(Col(organization)))
        .filter(minute_alerts::cleared_at.is_null());
    Ok(query
        .order((minute_alerts::raised_at, minute_alerts::id))
        .select(Raised::as_select())
        .load(conn)?)
}

/// Adds a crossing.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, raised: &Raised) -> Result<()> {
    raised.insert_row(conn)
}

/// These are no longer passed.
///
/// # Errors
/// The database fails.
pub fn clear(conn: &mut Conn, ids: &[RowId], now: Instant) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let rows = minute_alerts::table.filter(one_of(minute_alerts::id, ids.iter().copied()));
    diesel::update(rows)
        .set(minute_alerts::cleared_at.eq(Col(Some(now))))
        .execute(conn)?;
    Ok(())
}
