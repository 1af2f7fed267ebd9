//! Settings of the installation: text by key.

use crate::each_backend;
use crate::schema::settings;
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use diesel::prelude::*;

/// The value of a setting, if it was set.
///
/// # Errors
/// The database fails.
pub fn get(conn: &mut Conn, key: &str) -> Result<Option<String>> {
    Ok(settings::table
        .find(key)
        .select(settings::value)
        .first(conn)
        .optional()?)
}

/// Sets a value, whether or not it was set before.
///
/// # Errors
/// The database fails.
pub fn set(conn: &mut Conn, key: &str, value: &str, now: Instant) -> Result<()> {
    let row = (
        settings::key.eq(key),
        settings::value.eq(value),
        settings::updated_at.eq(Col(now)),
    );
    each_backend!(conn, c => diesel::insert_into(settings::table)
        .values(row)
        .on_conflict(settings::key)
        .do_update()
        .set((settings::value.eq(value), settings::updated_at.eq(Col(now))))
        .execute(c))?;
    Ok(())
}
