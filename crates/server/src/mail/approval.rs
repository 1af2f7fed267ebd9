//! Mails about approvals: one that is asked for, one that was recorded, one that is disputed.

use daypack_domain::{Instant, estimate::ApprovalChannel, zone::Zone};
use daypack_store::{estimates::Estimate, organizations::Organization, tickets::Ticket, users::User};
use serde::Serialize;

use super::{
    Mail,
    layout::{Template, render},
    texts::{Texts, duration},
};
use crate::error::Failure;

/// What all of them are about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The client.
    pub organization: &'a Organization,
    /// The request.
    pub ticket: &'a Ticket,
    /// The offer.
    pub estimate: &'a Estimate,
    /// What links begin with.
    pub base_url: &'a str,
}

#[derive(Serialize)]
struct Values<'a> {
    subject: &'a str,
    preview: String,
    name: &'a str,
    lines: Vec<Line>,
    quote: Option<&'a str>,
    link: String,
    button: String,
    ending: String,
}

#[derive(Serialize)]
struct Line {
    label: String,
    figure: String,
}

/// What differs from mail to mail.
struct Told<'a> {
    /// The group of its texts.
    group: &'a str,
    /// What its texts name.
    values: Vec<(&'a str, String)>,
    lines: Vec<Line>,
    quote: Option<&'a str>,
    link: String,
}

impl About<'_> {
    /// What people call the request.
    fn reference(&self) -> String {
        format!("{}-{}", self.organization.prefix, self.ticket.number)
    }

    /// Its title on one line: it stands in subjects.
    fn title(&self) -> String {
        self.ticket.title.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A day and time in the organization's zone.
    fn local(&self, texts: &Texts, at: Instant) -> String {
        let zone = Zone::parse(&self.organization.time_zone);
        let local = zone.map_or_else(|| at.naive_utc(), |zone| zone.local(at));
        format!("{}, {}", texts.date(local.date()), local.format("%H:%M"))
    }
}

/// Asks for an answer to an open offer, with the link to give it; again as a reminder.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn asked_mail(user: &User, about: &About<'_>, token: &str, reminder: bool) -> Result<Mail, Failure> {
    let texts = Texts::of(&user.locale);
    let estimate = about.estimate;
    let optional: i64 = estimate
        .lines
        .iter()
        .filter(|line| line.optional)
        .map(|line| line.minutes)
        .sum();
    let until = about.local(texts, estimate.valid_until);
    let mut lines = vec![line(texts, "minutes", duration(estimate.minutes))];
    if optional > 0 {
        lines.push(line(texts, "optional", duration(optional)));
    }
    lines.push(line(texts, "until", until.clone()));
    let told = Told {
        group: if reminder { "approval_reminder" } else { "approval" },
        values: vec![("minutes", duration(estimate.minutes)), ("until", until)],
        lines,
        quote: Some(&estimate.includes),
        link: format!("{}/approve/{token}", about.base_url),
    };
    mail(user, texts, about, told)
}

/// Tells an approver of the approval that `lead` recorded in their name, with the link to dispute it.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn recorded_mail(user: &User, about: &About<'_>, lead: &str, token: &str, until: Instant) -> Result<Mail, Failure> {
    let texts = Texts::of(&user.locale);
    let estimate = about.estimate;
    let minutes = duration(estimate.approved_minutes.unwrap_or(estimate.minutes));
    let channel = match estimate.channel {
        Some(ApprovalChannel::RecordedMail) => "approval_recorded.by_mail",
        _ => "approval_recorded.by_phone",
    };
    let told = Told {
        group: "approval_recorded",
        values: vec![
            ("minutes", minutes.clone()),
            ("lead", lead.to_owned()),
            ("channel", texts.get(channel, &[])),
            ("until", about.local(texts, until)),
        ],
        lines: vec![line(texts, "minutes", minutes)],
        quote: estimate.channel_note.as_deref(),
        link: format!("{}/dispute/{token}", about.base_url),
    };
    mail(user, texts, about, told)
}

/// Tells a lead that `person` disputes an approval that was recorded.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn disputed_mail(user: &User, about: &About<'_>, person: &str, released_minutes: i64) -> Result<Mail, Failure> {
    let texts = Texts::of(&user.locale);
    let estimate = about.estimate;
    let minutes = duration(estimate.approved_minutes.unwrap_or(estimate.minutes));
    let told = Told {
        group: "approval_disputed",
        values: vec![("minutes", minutes.clone()), ("person", person.to_owned())],
        lines: vec![
            line(texts, "minutes", minutes),
            line(texts, "released", duration(released_minutes)),
        ],
        quote: estimate.dispute_note.as_deref(),
        link: format!("{}/tickets/{}", about.base_url, about.reference()),
    };
    mail(user, texts, about, told)
}

fn line(texts: &Texts, key: &str, figure: String) -> Line {
    Line {
        label: texts.get(&format!("approval.label.{key}"), &[]),
        figure,
    }
}

fn mail(user: &User, texts: &'static Texts, about: &About<'_>, told: Told<'_>) -> Result<Mail, Failure> {
    let (reference, title) = (about.reference(), about.title());
    let mut values: Vec<(&str, &str)> = vec![
        ("reference", reference.as_str()),
        ("title", title.as_str()),
        ("organization", about.organization.name.as_str()),
    ];
    values.extend(told.values.iter().map(|(name, value)| (*name, value.as_str())));
    let text = |part: &str| texts.get(&format!("{}.{part}", told.group), &values);
    let subject = text("subject");
    let filled = Values {
        subject: &subject,
        preview: text("text"),
        name: &user.name,
        lines: told.lines,
        quote: told.quote,
        link: told.link,
        button: text("button"),
        ending: text("ending"),
    };
    let bodies = render(Template::Approval, texts, &filled)?;
    Ok(Mail::to(user, subject, bodies))
}
