//! Mail: made from templates in the reader's language, kept in the outbox, handed over as files in a folder (`.eml`).

pub mod account;
pub mod approval;
pub(crate) mod layout;
pub mod lots;
pub mod notice;
pub mod outbox;
pub mod statement;
pub mod texts;

use std::{path::PathBuf, time::SystemTime};

use daypack_store::{mails::Mail as Row, users::User};
use lettre::{
    Message,
    message::{Mailbox, MultiPart},
};

use self::layout::Bodies;
use crate::{config::MailTarget, error::Failure};

/// A mail to one person, in text and HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Their name.
    pub to_name: String,
    /// Their address.
    pub to_address: String,
    /// The subject.
    pub subject: String,
    /// The body as text.
    pub text: String,
    /// The body as HTML.
    pub html: String,
}

impl Mail {
    /// To somebody, with the bodies that a template came to.
    #[must_use]
    pub fn to(user: &User, subject: String, bodies: Bodies) -> Self {
        Self {
            to_name: user.name.clone(),
            to_address: user.email.clone(),
            subject,
            text: bodies.text,
            html: bodies.html,
        }
    }
}

/// Why a mail was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum Undelivered {
    /// It never will be: nothing of it is right for a mail.
    #[error("{0}")]
    Malformed(String),
    /// It may be later.
    #[error("{0}")]
    Unavailable(String),
}

/// Hands mail over.
#[derive(Debug, Clone)]
pub struct Mailer {
    folder: PathBuf,
    from: Mailbox,
}

impl Mailer {
    /// To the target of the settings. `host` is the name that the sender's address ends in.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn new(target: &MailTarget, host: &str) -> Result<Self, Failure> {
        let MailTarget::Folder(folder) = target;
        std::fs::create_dir_all(folder).map_err(Failure::internal)?;
        let address = format!("no-reply@{host}")
            .parse()
            .or_else(|_| "no-reply@daypack.invalid".parse());
        let from = Mailbox::new(Some("Daypack".to_owned()), address.map_err(Failure::internal)?);
        Ok(Self {
            folder: folder.clone(),
            from,
        })
    }

    /// Hands one mail over; blocks for the time of writing a file. Twice is the same as once: the message id and the
    /// file's name are the mail's own.
    ///
    /// # Errors
    /// [`Undelivered`].
    pub fn deliver(&self, mail: &Row) -> Result<(), Undelivered> {
        let malformed = |error: &dyn std::fmt::Display| Undelivered::Malformed(error.to_string());
        let to: Mailbox = mail.recipient.parse().map_err(|error| malformed(&error))?;
        let name = mail.id.0;
        let message = Message::builder()
            .message_id(Some(format!("<{name}@{}>", self.from.email.domain())))
            .date(SystemTime::from(mail.created_at))
            .from(self.from.clone())
            .to(to)
            .subject(&mail.subject)
            .multipart(MultiPart::alternative_plain_html(
                mail.body_text.clone(),
                mail.body_html.clone(),
            ))
            .map_err(|error| malformed(&error))?;
        // Whole under another name first: whoever reads the folder never sees half a mail.
        let draft = self.folder.join(format!(".{name}.draft"));
        let written = std::fs::write(&draft, message.formatted())
            .and_then(|()| std::fs::rename(&draft, self.folder.join(format!("{name}.eml"))));
        written.map_err(|error| Undelivered::Unavailable(format!("{}: {error}", self.folder.display())))
    }
}
