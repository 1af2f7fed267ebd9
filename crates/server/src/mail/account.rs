//! Mails with a link to set a password, or to join with the one that there is.

use daypack_store::users::User;
use serde::Serialize;

use super::{
    Mail,
    layout::{Template, render},
    texts::Texts,
};
use crate::error::Failure;

/// Why somebody gets a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFor<'a> {
    /// They were added, and set their first password.
    Invitation,
    /// They have an account, and are invited to an organization of this name.
    Joining {
        /// The organization's name.
        organization: &'a str,
    },
    /// They asked for another password.
    PasswordReset,
}

#[derive(Serialize)]
struct Values<'a> {
    subject: &'a str,
    preview: String,
    name: &'a str,
    link: String,
    button: String,
    ending: String,
}

impl LinkFor<'_> {
    /// The address of the page that the link opens.
    #[must_use]
    pub fn link(self, base_url: &str, token: &str) -> String {
        match self {
            Self::Invitation | Self::Joining { .. } => format!("{base_url}/invite/{token}"),
            Self::PasswordReset => format!("{base_url}/reset/{token}"),
        }
    }

    fn key(self, part: &str) -> String {
        match self {
            Self::Invitation => format!("invitation.{part}"),
            Self::Joining { .. } => format!("joining.{part}"),
            Self::PasswordReset => format!("password_reset.{part}"),
        }
    }
}

/// The mail with the link.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn link_mail(user: &User, reason: LinkFor<'_>, base_url: &str, token: &str) -> Result<Mail, Failure> {
    let texts = Texts::of(&user.locale);
    let organization = match reason {
        LinkFor::Joining { organization } => organization,
        LinkFor::Invitation | LinkFor::PasswordReset => "",
    };
    let text = |part| texts.get(&reason.key(part), &[("organization", organization)]);
    let subject = text("subject");
    let values = Values {
        subject: &subject,
        preview: text("text"),
        name: &user.name,
        link: reason.link(base_url, token),
        button: text("button"),
        ending: text("ending"),
    };
    let bodies = render(Template::Account, texts, &values)?;
    Ok(Mail::to(user, subject, bodies))
}
