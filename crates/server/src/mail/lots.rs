//! Mails about what happened to an organization's minutes.

use chrono::NaiveDate;
use daypack_domain::money::Money;
use daypack_store::users::User;
use serde::Serialize;

use super::{
    Mail,
    layout::{Template, render},
    texts::{Texts, duration},
};
use crate::error::Failure;

/// What happened to a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LotNews {
    /// Minutes were given.
    Given {
        /// How many.
        minutes: i64,
        /// Their last day.
        expires_on: NaiveDate,
    },
    /// It lasts longer.
    Extended {
        /// Its last day from now on.
        expires_on: NaiveDate,
    },
    /// It was taken back.
    Voided {
        /// How many minutes are gone.
        minutes: i64,
    },
    /// Unused minutes are paid back.
    Refunded {
        /// How many.
        minutes: i64,
        /// For how much.
        amount: Money,
    },
    /// Minutes were added, or below 0 taken away.
    Adjusted {
        /// How many.
        minutes: i64,
    },
    /// Which systems it serves was changed.
    Limited {
        /// Whether it serves some systems only.
        limited: bool,
    },
}

#[derive(Serialize)]
struct Values<'a> {
    subject: &'a str,
    preview: String,
    name: &'a str,
    reason: Option<String>,
    link: String,
    ending: String,
}

impl LotNews {
    const fn key(&self) -> &'static str {
        match self {
            Self::Given { .. } => "given",
            Self::Extended { .. } => "extended",
            Self::Voided { .. } => "voided",
            Self::Refunded { .. } => "refunded",
            Self::Adjusted { minutes } if *minutes < 0 => "debited",
            Self::Adjusted { .. } => "credited",
            Self::Limited { limited: true } => "limited",
            Self::Limited { limited: false } => "unlimited",
        }
    }

    /// Minutes, day and money, as far as there are any.
    fn figures(&self, texts: &Texts) -> [String; 3] {
        let (minutes, on, amount) = match *self {
            Self::Given { minutes, expires_on } => (minutes, Some(expires_on), None),
            Self::Extended { expires_on } => (0, Some(expires_on), None),
            Self::Voided { minutes } | Self::Adjusted { minutes } => (minutes.abs(), None, None),
            Self::Refunded { minutes, amount } => (minutes, None, Some(amount)),
            Self::Limited { .. } => (0, None, None),
        };
        [
            duration(minutes),
            on.map_or_else(String::new, |day| texts.date(day)),
            amount.map_or_else(String::new, money),
        ]
    }
}

/// The mail for one of the organization's people.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn lot_mail(
    user: &User,
    organization: &str,
    news: &LotNews,
    reason: Option<&str>,
    base_url: &str,
) -> Result<Mail, Failure> {
    let texts = Texts::of(&user.locale);
    let [minutes, on, amount] = news.figures(texts);
    let given = [
        ("organization", organization),
        ("minutes", &minutes),
        ("on", &on),
        ("amount", &amount),
    ];
    let subject = texts.get(&format!("lot.{}.subject", news.key()), &given);
    let values = Values {
        subject: &subject,
        preview: texts.get(&format!("lot.{}.text", news.key()), &given),
        name: &user.name,
        reason: reason.map(|reason| texts.get("lot.reason", &[("reason", reason)])),
        link: format!("{base_url}/packs"),
        ending: texts.get("lot.ending", &given),
    };
    let bodies = render(Template::Lot, texts, &values)?;
    Ok(Mail::to(user, subject, bodies))
}

/// `250.00 EUR`; a few currencies have no minor unit.
pub(super) fn money(amount: Money) -> String {
    const WITHOUT_MINOR: [&str; 4] = ["JPY", "KRW", "CLP", "ISK"];
    let (code, minor) = (amount.currency.as_str(), amount.amount_minor);
    if WITHOUT_MINOR.contains(&code) {
        return format!("{minor} {code}");
    }
    format!("{}.{:02} {code}", minor / 100, minor.abs() % 100)
}
