//! Jobs: what is done later, once each, by whichever process takes it first.
//!
//! A process takes a job by a lease: while it lasts nobody else takes it, and when the process dies somebody takes it
//! again after the lease. So a job may run twice, and what it does must bear that.

use crate::expressions::one_of;
use crate::schema::jobs;
use crate::types::{Col, RowId};
use crate::{Conn, Result, each_backend};
use chrono::TimeDelta;
use daypack_domain::Instant;
use daypack_domain::ids::OrganizationId;
use diesel::prelude::*;

/// A job that waits, runs, or has failed for good. One that is done is deleted, or waits for its next turn.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Job {
    /// Made by the context.
    pub id: RowId,
    /// What to do, as a word for people who look at the table.
    pub kind: String,
    /// There is at most one job with this key at a time.
    pub unique_key: String,
    /// For whom.
    pub organization_id: Option<OrganizationId>,
    /// What to do, whole, as JSON.
    pub payload: String,
    /// Not before.
    pub run_at: Instant,
    /// Until when the process that took it has it to itself.
    pub leased_until: Option<Instant>,
    /// How often it was taken since it last succeeded.
    pub attempts: i64,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was given up; somebody has to look.
    pub failed_at: Option<Instant>,
    /// When it was asked for.
    pub created_at: Instant,
}

/// What somebody wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Made by the context.
    pub id: RowId,
    /// What to do, as a word.
    pub kind: String,
    /// Whatever asks for the same has the same key.
    pub unique_key: String,
    /// For whom.
    pub organization_id: Option<OrganizationId>,
    /// What to do, whole, as JSON.
    pub payload: String,
    /// Not before.
    pub run_at: Instant,
}

/// After how long a job that was given up may be asked for anew.
const GIVEN_UP: TimeDelta = TimeDelta::hours(1);

/// Asks for a job. `false` when one with its key is there already; nothing is changed then, unless that one was given up
/// an hour ago or longer, which is then tried anew.
///
/// # Errors
/// The database fails.
pub fn enqueue(conn: &mut Conn, new: &NewJob, now: Instant) -> Result<bool> {
    // Through each engine: Diesel has no `on_conflict` for both at once.
    let added = each_backend!(&mut *conn, c => diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(Col(new.id)),
            jobs::kind.eq(&new.kind),
            jobs::unique_key.eq(&new.unique_key),
            jobs::organization_id.eq(Col(new.organization_id)),
            jobs::payload.eq(&new.payload),
            jobs::run_at.eq(Col(new.run_at)),
            jobs::attempts.eq(0),
            jobs::created_at.eq(Col(now)),
        ))
        .on_conflict(jobs::unique_key)
        .do_nothing()
        .execute(c))?;
    if added == 1 {
        return Ok(true);
    }
    let given_up = jobs::table
        .filter(jobs::unique_key.eq(&new.unique_key))
        .filter(jobs::failed_at.le(Col(Some(now - GIVEN_UP))));
    let anew = (
        jobs::payload.eq(&new.payload),
        jobs::run_at.eq(Col(new.run_at)),
        jobs::attempts.eq(0),
        jobs::failed_at.eq(Col(None::<Instant>)),
    );
    Ok(diesel::update(given_up).set(anew).execute(conn)? == 1)
}

/// How many due jobs are looked at: of several processes that look at once, each finds one that is still free.
const CANDIDATES: i64 = 16;

/// Takes the job that has been due for longest, until `now + lease`; only of these kinds, when some are named. `None`
/// when none is due.
///
/// # Errors
/// The database fails.
pub fn lease(conn: &mut Conn, now: Instant, lease: TimeDelta, kinds: Option<&[&str]>) -> Result<Option<Job>> {
    let free = || jobs::leased_until.is_null().or(jobs::leased_until.le(Col(now)));
    let mut query = jobs::table
        .filter(jobs::failed_at.is_null())
        .filter(jobs::run_at.le(Col(now)))
        .filter(free())
        .select(jobs::id)
        .into_boxed();
    if let Some(kinds) = kinds {
        query = query.filter(one_of(jobs::kind, kinds.iter().map(|kind| (*kind).to_owned())));
    }
    let candidates: Vec<RowId> = query
        .order((jobs::run_at.asc(), jobs::id.asc()))
        .limit(CANDIDATES)
        .load(conn)?;
    for id in candidates {
        // The conditions again: on PostgreSQL another process may have taken or done it since, and an update waits
        // for that process and then looks at the row as it left it.
        let taken = diesel::update(
            jobs::table
                .filter(jobs::id.eq(Col(id)))
                .filter(jobs::failed_at.is_null())
                .filter(jobs::run_at.le(Col(now)))
                .filter(free()),
        )
        .set((
            jobs::leased_until.eq(Col(Some(now + lease))),
            jobs::attempts.eq(jobs::attempts + 1),
        ))
        .returning(jobs::all_columns)
        .get_result::<Job>(conn)
        .optional()?;
        if taken.is_some() {
            return Ok(taken);
        }
    }
    Ok(None)
}

/// Ends a job that is done. `false` when its lease had run out and another process has it now.
///
/// # Errors
/// The database fails.
pub fn done(conn: &mut Conn, job: &Job) -> Result<bool> {
    let mine = jobs::table
        .filter(jobs::id.eq(Col(job.id)))
        .filter(jobs::leased_until.eq(Col(job.leased_until)));
    Ok(diesel::delete(mine).execute(conn)? == 1)
}

/// Lets a job that comes again and again wait for its next turn. `false` when another process has it now.
///
/// # Errors
/// The database fails.
pub fn again_at(conn: &mut Conn, job: &Job, run_at: Instant) -> Result<bool> {
    let mine = jobs::table
        .filter(jobs::id.eq(Col(job.id)))
        .filter(jobs::leased_until.eq(Col(job.leased_until)));
    let waiting = (
        jobs::run_at.eq(Col(run_at)),
        jobs::leased_until.eq(Col(None::<Instant>)),
        jobs::attempts.eq(0),
        jobs::last_error.eq(Col(None::<String>)),
    );
    Ok(diesel::update(mine).set(waiting).execute(conn)? == 1)
}

/// Notes that an attempt failed: the job runs again at `retry_at`, or never when there is no such instant. `false`
/// when another process has it now.
///
/// # Errors
/// The database fails.
pub fn failed(conn: &mut Conn, job: &Job, error: &str, retry_at: Option<Instant>, now: Instant) -> Result<bool> {
    let mine = jobs::table
        .filter(jobs::id.eq(Col(job.id)))
        .filter(jobs::leased_until.eq(Col(job.leased_until)));
    let waiting = (
        jobs::run_at.eq(Col(retry_at.unwrap_or(job.run_at))),
        jobs::leased_until.eq(Col(None::<Instant>)),
        jobs::last_error.eq(Col(Some(error.to_owned()))),
        jobs::failed_at.eq(Col(if retry_at.is_some() { None } else { Some(now) })),
    );
    Ok(diesel::update(mine).set(waiting).execute(conn)? == 1)
}

/// The keys of all jobs of these kinds.
///
/// # Errors
/// The database fails.
pub fn keys_of_kinds(conn: &mut Conn, kinds: &[&str]) -> Result<Vec<String>> {
    let query = jobs::table.filter(one_of(jobs::kind, kinds.iter().map(|kind| (*kind).to_owned())));
    Ok(query.select(jobs::unique_key).load(conn)?)
}

/// Every job there is, the next first: for people who look, and for tests.
///
/// # Errors
/// The database fails.
pub fn all(conn: &mut Conn) -> Result<Vec<Job>> {
    Ok(jobs::table
        .order((jobs::run_at.asc(), jobs::id.asc()))
        .select(Job::as_select())
        .load(conn)?)
}
