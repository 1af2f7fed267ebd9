//! Mails with a link to set a password, in the language of the person.

use daypack_store::users::User;

use super::Mail;

/// Why somebody gets a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFor {
    /// They were added, and set their first password.
    Invitation,
    /// They asked for another password.
    PasswordReset,
}

struct Words {
    subject: &'static str,
    greeting: &'static str,
    invited: &'static str,
    button: &'static str,
    ending: &'static str,
}

impl LinkFor {
    /// The address of the page that the link opens.
    #[must_use]
    pub fn link(self, base_url: &str, token: &str) -> String {
        match self {
            Self::Invitation => format!("{base_url}/invite/{token}"),
            Self::PasswordReset => format!("{base_url}/reset/{token}"),
        }
    }

    fn words(self, locale: &str) -> Words {
        match (self, locale) {
            (Self::Invitation, "es") => Words {
                subject: "Tu acceso a Daypack",
                greeting: "Hola",
                invited: "Tienes una cuenta en Daypack. Elige tu contraseña:",
                button: "Elegir contraseña",
                ending: "El enlace sirve una vez, durante 7 días.",
            },
            (Self::Invitation, "fr") => Words {
                subject: "Votre accès à Daypack",
                greeting: "Bonjour",
                invited: "Vous avez un compte sur Daypack. Choisissez votre mot de passe :",
                button: "Choisir un mot de passe",
                ending: "Le lien fonctionne une seule fois, pendant 7 jours.",
            },
            (Self::Invitation, _) => Words {
                subject: "Your access to Daypack",
                greeting: "Hello",
                invited: "You have an account at Daypack. Choose your password:",
                button: "Choose a password",
                ending: "The link works once, within 7 days.",
            },
            (Self::PasswordReset, "es") => Words {
                subject: "Nueva contraseña para Daypack",
                greeting: "Hola",
                invited: "Alguien, seguramente tú, pidió una nueva contraseña:",
                button: "Elegir contraseña",
                ending: "El enlace sirve una vez, durante una hora. Si no fuiste tú, no hay nada que hacer.",
            },
            (Self::PasswordReset, "fr") => Words {
                subject: "Nouveau mot de passe pour Daypack",
                greeting: "Bonjour",
                invited: "Quelqu’un, sans doute vous, a demandé un nouveau mot de passe :",
                button: "Choisir un mot de passe",
                ending: "Le lien fonctionne une seule fois, pendant une heure. Si ce n’était pas vous, ne faites rien.",
            },
            (Self::PasswordReset, _) => Words {
                subject: "A new password for Daypack",
                greeting: "Hello",
                invited: "Somebody, most likely you, asked for a new password:",
                button: "Choose a password",
                ending: "The link works once, within an hour. If it was not you, there is nothing to do.",
            },
        }
    }
}

/// The mail with the link.
#[must_use]
pub fn link_mail(user: &User, reason: LinkFor, base_url: &str, token: &str) -> Mail {
    let words = reason.words(&user.locale);
    let link = reason.link(base_url, token);
    let text = format!("{} {},\n\n{}\n\n{link}\n\n{}\n", words.greeting, user.name, words.invited, words.ending);
    let html = format!(
        "<!doctype html><html lang=\"{}\"><body><p>{} {},</p><p>{}</p><p><a href=\"{link}\">{}</a></p><p>{}</p></body></html>",
        escape(&user.locale),
        words.greeting,
        escape(&user.name),
        words.invited,
        words.button,
        words.ending,
    );
    Mail {
        to_name: user.name.clone(),
        to_address: user.email.clone(),
        subject: words.subject.to_owned(),
        text,
        html,
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
