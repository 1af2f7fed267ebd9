//! The outbox: a mail is written in the transaction of what it tells, and handed over by a job afterwards.

use std::fmt::Write;

use daypack_api_types::texts::is_control;
use daypack_domain::ids::OrganizationId;
use daypack_store::{
    Conn, RowId,
    mails::{self, Mail as Row},
};
use lettre::{Address, message::Mailbox};

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
        recipient: recipient(&mail.to_name, &address),
        subject: in_one_line(&mail.subject),
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

/// Whom a mail is to, as its header says it; a name that no header can say is left out.
fn recipient(name: &str, address: &Address) -> String {
    let mut written = String::new();
    let named = Mailbox::new(Some(in_one_line(name)), address.clone());
    match write!(written, "{named}") {
        Ok(()) if written.parse::<Mailbox>().is_ok() => written,
        _ => address.to_string(),
    }
}

/// A text as headers take it, whatever was kept: spaces for what would break the line.
fn in_one_line(text: &str) -> String {
    text.replace(is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_somebody_is_called_the_mail_names_them_or_their_address() {
        let address: Address = "ana@example.com".parse().unwrap();
        let table = [
            ("Ana Gómez", "Ana Gómez <ana@example.com>"),
            (
                "Ana\r\nBcc: eva@example.com",
                "\"Ana  Bcc: eva@example.com\" <ana@example.com>",
            ),
            ("Ana\u{b}\u{85}Gómez", "Ana  Gómez <ana@example.com>"),
            (" \n ", "ana@example.com"),
            ("", "ana@example.com"),
        ];
        for (name, expected) in table {
            assert_eq!(recipient(name, &address), expected, "{name:?}");
        }
        for odd in [
            "\"",
            "\\",
            "\\\"\\",
            "<>",
            "(a",
            "a, b;",
            "=?utf-8?b?w6k=?=",
            "\u{fffe}",
            "\u{202e}x",
            "a.9",
            "@:[]",
        ] {
            let written = recipient(odd, &address);
            assert_eq!(written.parse::<Mailbox>().unwrap().email, address, "{odd:?}: {written}");
        }
    }
}
