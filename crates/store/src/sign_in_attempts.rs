//! Wrong passwords of late, by a keyed hash of the address that was tried: of people who exist and of those who do not.

use crate::schema::sign_in_attempts as attempts;
use crate::types::Col;
use crate::{Conn, Result, StoreError, each_backend};
use daypack_domain::Instant;
use diesel::prelude::*;

/// What was tried for one account.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = attempts)]
pub struct SignInAttempts {
    /// Keyed hash of the address.
    pub account: String,
    /// Wrong passwords, and those that are being checked, since the last right one.
    pub failures: i64,
    /// When the last of them came.
    pub last_failed_at: Instant,
}

/// How often a row is looked for that somebody else forgets at the same time.
const TRIES: usize = 8;

/// What was tried for this account, locked for the rest of the transaction; made, with no failure, when there is none.
///
/// # Errors
/// The database fails.
pub fn lock(conn: &mut Conn, account: &str, now: Instant) -> Result<SignInAttempts> {
    let row = SignInAttempts {
        account: account.to_owned(),
        failures: 0,
        last_failed_at: now,
    };
    for _ in 0..TRIES {
        let values = (
            attempts::account.eq(account),
            attempts::failures.eq(0),
            attempts::last_failed_at.eq(Col(now)),
        );
        // Through each engine: Diesel has no `on_conflict` for both at once.
        let made = each_backend!(&mut *conn, c => diesel::insert_into(attempts::table)
            .values(values)
            .on_conflict_do_nothing()
            .execute(c))?;
        if made == 1 {
            return Ok(row);
        }
        // Writing to it keeps others away until this transaction ends.
        let locked = diesel::update(attempts::table.find(account))
            .set(attempts::failures.eq(attempts::failures))
            .execute(conn)?;
        if locked == 1 {
            let query = attempts::table.find(account).select(SignInAttempts::as_select());
            return Ok(query.first(conn)?);
        }
    }
    Err(StoreError::Unavailable(
        "others forget what this account tried as fast as it is noted".to_owned(),
    ))
}

/// Saves what was tried for an account that is locked.
///
/// # Errors
/// The database fails.
pub fn save(conn: &mut Conn, tried: &SignInAttempts) -> Result<()> {
    let values = (
        attempts::failures.eq(tried.failures),
        attempts::last_failed_at.eq(Col(tried.last_failed_at)),
    );
    diesel::update(attempts::table.find(&tried.account))
        .set(values)
        .execute(conn)?;
    Ok(())
}

/// Forgets what was tried for an account.
///
/// # Errors
/// The database fails.
pub fn forget(conn: &mut Conn, account: &str) -> Result<()> {
    diesel::delete(attempts::table.find(account)).execute(conn)?;
    Ok(())
}

/// Deletes what was tried last before `before`.
///
/// # Errors
/// The database fails.
pub fn delete_older(conn: &mut Conn, before: Instant) -> Result<usize> {
    Ok(diesel::delete(attempts::table.filter(attempts::last_failed_at.lt(Col(before)))).execute(conn)?)
}
