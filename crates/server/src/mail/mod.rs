//! Mail: made from texts here, handed over as files in a folder (`.eml`).

pub mod account;

use std::path::PathBuf;

use lettre::{
    FileTransport, Message, Transport,
    message::{Mailbox, MultiPart},
};

use crate::{config::MailTarget, error::Failure};

/// A mail to one person, in text and HTML.
#[derive(Debug, Clone)]
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
        let address = format!("no-reply@{host}").parse().or_else(|_| "no-reply@daypack.invalid".parse());
        let from = Mailbox::new(Some("Daypack".to_owned()), address.map_err(Failure::internal)?);
        Ok(Self { folder: folder.clone(), from })
    }

    /// Hands one mail over; blocks for the time of writing a file.
    ///
    /// # Errors
    /// The address cannot be written to, or the folder.
    pub fn send(&self, mail: &Mail) -> Result<(), Failure> {
        let to = Mailbox::new(Some(mail.to_name.clone()), mail.to_address.parse().map_err(Failure::internal)?);
        let body = MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone());
        let message = Message::builder().from(self.from.clone()).to(to).subject(&mail.subject).multipart(body);
        let message = message.map_err(Failure::internal)?;
        FileTransport::new(&self.folder).send(&message).map_err(Failure::internal)?;
        Ok(())
    }

    /// Hands one mail over after the answer: for links, whose secret is in the mail alone and never in the database.
    pub fn send_later(&self, mail: Mail) {
        let mailer = self.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = mailer.send(&mail) {
                tracing::error!(%error, "a mail could not be handed over");
            }
        });
    }
}
