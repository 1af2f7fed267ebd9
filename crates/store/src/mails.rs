//! The outbox: mails written in the transaction of what they tell, and handed over later by a job.

use crate::row::row;
use crate::schema::mails;
use crate::types::{Col, RowId};
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::OrganizationId;
use diesel::prelude::*;

row! {
    /// A mail to one person. Its bodies are kept until it was handed over and no longer: they may hold links that
    /// only the reader should have.
    Mail in mails {
        /// Made by the context; its message id, too.
        id: RowId,
        /// About whom.
        organization_id: Option<OrganizationId>,
        /// `Name <address>`.
        recipient: String,
        /// The subject.
        subject: String,
        /// The body as text.
        body_text: String,
        /// The body as HTML.
        body_html: String,
        /// `queued`, `sent` or `failed`.
        status: String,
        /// How often it was handed over in vain.
        attempts: i64,
        /// Why the last attempt failed.
        last_error: Option<String>,
        /// When it was written.
        created_at: Instant,
        /// When it was handed over.
        sent_at: Option<Instant>,
    }
}

/// [`Mail::status`] of a mail that waits.
pub const QUEUED: &str = "queued";
/// [`Mail::status`] of a mail that was handed over.
pub const SENT: &str = "sent";
/// [`Mail::status`] of a mail that was given up.
pub const FAILED: &str = "failed";

/// Adds a mail.
///
/// # Errors
/// The database fails.
pub fn insert(conn: &mut Conn, mail: &Mail) -> Result<()> {
    mail.insert_row(conn)
}

/// The mail with this id.
///
/// # Errors
/// The database fails.
pub fn find(conn: &mut Conn, id: RowId) -> Result<Option<Mail>> {
    Ok(mails::table
        .find(Col(id))
        .select(Mail::as_select())
        .first(conn)
        .optional()?)
}

/// Notes that a mail was handed over, and forgets its bodies.
///
/// # Errors
/// The database fails.
pub fn sent(conn: &mut Conn, id: RowId, at: Instant) -> Result<()> {
    diesel::update(mails::table.find(Col(id)))
        .set((
            mails::status.eq(SENT),
            mails::sent_at.eq(Col(Some(at))),
            mails::body_text.eq(""),
            mails::body_html.eq(""),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes that a mail could not be handed over; with `for_good` it is given up, and its bodies are forgotten.
///
/// # Errors
/// The database fails.
pub fn failed(conn: &mut Conn, id: RowId, error: &str, for_good: bool) -> Result<()> {
    let attempt = (
        mails::attempts.eq(mails::attempts + 1),
        mails::last_error.eq(Col(Some(error.to_owned()))),
    );
    diesel::update(mails::table.find(Col(id))).set(attempt).execute(conn)?;
    if for_good {
        let given_up = (
            mails::status.eq(FAILED),
            mails::body_text.eq(""),
            mails::body_html.eq(""),
        );
        diesel::update(mails::table.find(Col(id))).set(given_up).execute(conn)?;
    }
    Ok(())
}

/// Deletes mails written before `before` that no longer wait; how many they were.
///
/// # Errors
/// The database fails.
pub fn delete_older(conn: &mut Conn, before: Instant) -> Result<usize> {
    let old = mails::table
        .filter(mails::status.ne(QUEUED))
        .filter(mails::created_at.lt(Col(before)));
    Ok(diesel::delete(old).execute(conn)?)
}

/// Mails about an organization, or about none, oldest first.
///
/// # Errors
/// The database fails.
pub fn of_organization(conn: &mut Conn, organization: Option<OrganizationId>) -> Result<Vec<Mail>> {
    let query = mails::table.select(Mail::as_select()).into_boxed();
    let query = match organization {
        Some(id) => query.filter(mails::organization_id.eq(Col(id))),
        None => query.filter(mails::organization_id.is_null()),
    };
    Ok(query.order((mails::created_at.asc(), mails::id.asc())).load(conn)?)
}
