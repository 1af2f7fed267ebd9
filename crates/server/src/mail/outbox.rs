//! The outbox: a mail is written in the transaction of what it tells, and handed over by a job afterwards.

use daypack_domain::ids::OrganizationId;
use daypack_store::{
    Conn, RowId,
    mails::{self, Mail as Row},
};
use lettre::message::Mailbox;

use super::Mail;
use crate::{
    context::Context,
    error::Failure,
    jobs::{Task, enqueue},
};

/// Writes a mail into the outbox, with the job that hands it over.
///
/// # Errors
/// An address that cannot be written to; the database.
pub fn post(conn: &mut Conn, context: &Context, about: Option<OrganizationId>, mail: &Mail) -> Result<RowId, Failure> {
    let address = mail.to_address.parse().map_err(Failure::internal)?;
    let row = Row {
        id: context.id(),
        organization_id: about,
        recipient: Mailbox::new(Some(mail.to_name.clone()), address).to_string(),
        subject: mail.subject.clone(),
        body_text: mail.text.clone(),
        body_html: mail.html.clone(),
        status: mails::QUEUED.to_owned(),
        attempts: 0,
        last_error: None,
        created_at: context.now,
        sent_at: None,
    };
    mails::insert(conn, &row)?;
    enqueue(conn, context, &Task::DeliverMail { mail_id: row.id.0 }, context.now)?;
    Ok(row.id)
}
