//! Short notices: an emergency has begun or is disputed, minutes need attention or are held for long, a payment is due or
//! came for nothing.

use chrono::NaiveDate;
use daypack_domain::{ledger::AlertKind, money::Money};
use daypack_store::{
    emergencies::Emergency, orders::OrderRecord, organizations::Organization, tickets::Ticket, users::User,
};
use serde::Serialize;

use super::{
    Mail,
    layout::{Template, render},
    lots::money,
    statement::capitalized,
    texts::{Texts, duration},
};
use crate::{
    error::Failure,
    flows::alerts::Shown,
    views::{LotNames, orders::proforma_number},
};

#[derive(Serialize)]
struct Values<'a> {
    subject: &'a str,
    preview: String,
    name: &'a str,
    lines: Vec<String>,
    link: String,
    button: String,
    ending: String,
}

/// Which ticket a notice is about, and who did something to it.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Whose it is.
    pub organization: &'a Organization,
    /// The ticket.
    pub ticket: &'a Ticket,
    /// The name of who did it.
    pub who: &'a str,
    /// What links begin with.
    pub base_url: &'a str,
}

impl About<'_> {
    fn reference(&self) -> String {
        format!("{}-{}", self.organization.prefix, self.ticket.number)
    }

    fn link(&self) -> String {
        format!("{}/tickets/{}", self.base_url, self.reference())
    }
}

/// To an owner: work has begun before a yes.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn started_mail(user: &User, about: &About<'_>, emergency: &Emergency) -> Result<Mail, Failure> {
    let (most, held) = (duration(emergency.clause_minutes), duration(emergency.held_minutes));
    let reference = about.reference();
    let values = [
        ("reference", reference.as_str()),
        ("title", &about.ticket.title),
        ("who", about.who),
        ("organization", &about.organization.name),
        ("most", &most),
        ("held", &held),
    ];
    notice(user, "emergency_started", &values, Vec::new(), about.link())
}

/// To a lead: an owner says that it was no emergency.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn disputed_mail(user: &User, about: &About<'_>, emergency: &Emergency) -> Result<Mail, Failure> {
    let reference = about.reference();
    let values = [
        ("reference", reference.as_str()),
        ("title", &about.ticket.title),
        ("who", about.who),
        ("organization", &about.organization.name),
    ];
    let lines = emergency.dispute_reason.iter().cloned().collect();
    notice(user, "emergency_disputed", &values, lines, about.link())
}

/// To a lead: minutes are still held in a lot that ended on this day, for work that does not wait on the client.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn held_mail(user: &User, about: &About<'_>, minutes: i64, expires_on: NaiveDate) -> Result<Mail, Failure> {
    let (minutes, on) = (duration(minutes), Texts::of(&user.locale).date(expires_on));
    let reference = about.reference();
    let values = [
        ("reference", reference.as_str()),
        ("title", &about.ticket.title),
        ("organization", &about.organization.name),
        ("minutes", &minutes),
        ("on", &on),
    ];
    notice(user, "held_long", &values, Vec::new(), about.link())
}

/// To an owner or approver: minutes are low, end soon, or run out.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn alerts_mail(
    user: &User,
    organization: &Organization,
    shown: &[Shown],
    names: &LotNames,
    base_url: &str,
) -> Result<Mail, Failure> {
    let texts = Texts::of(&user.locale);
    let line = |shown: &Shown| {
        let plan = shown.alert.lot_id.map_or_else(String::new, |id| names.plan(id).1);
        let on = shown.expires_on.map_or_else(String::new, |day| texts.date(day));
        let (value, minutes) = (shown.value.to_string(), duration(shown.available_minutes));
        let key = match shown.alert.kind {
            AlertKind::LotUsed => "alerts.lot_used",
            AlertKind::LotExpiring => "alerts.lot_expiring",
            AlertKind::RunningOut if shown.available_minutes == 0 => "alerts.nothing_left",
            AlertKind::RunningOut => "alerts.running_out",
        };
        let values = [
            ("plan", plan.as_str()),
            ("on", &on),
            ("value", &value),
            ("minutes", &minutes),
        ];
        texts.get(key, &values)
    };
    let lines = shown.iter().map(line).collect();
    let values = [("organization", organization.name.as_str())];
    notice(user, "alerts", &values, lines, format!("{base_url}/packs"))
}

/// To an owner: the payment of an order whose minutes started before it is due, or overdue from the second time on.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn payment_mail(
    user: &User,
    organization: &Organization,
    record: &OrderRecord,
    due_on: NaiveDate,
    base_url: &str,
) -> Result<Mail, Failure> {
    let texts = Texts::of(&user.locale);
    let order = &record.order;
    let (number, on) = (proforma_number(record), texts.date(due_on));
    let (packs, amount) = (order.packs.to_string(), money(order.total));
    let values = [
        ("organization", organization.name.as_str()),
        ("number", &number),
        ("plan", &order.plan.name),
        ("packs", &packs),
        ("on", &on),
        ("amount", &amount),
    ];
    let key = if record.payment_reminders > 1 {
        "payment_overdue"
    } else {
        "payment_due"
    };
    let lines = vec![texts.get("payment_due.amount", &values)];
    notice(user, key, &values, lines, format!("{base_url}/packs"))
}

/// Money that came through a provider and does not count.
#[derive(Debug, Clone, Copy)]
pub struct Unexpected<'a> {
    /// The provider's word.
    pub provider: &'a str,
    /// The payment's reference there.
    pub reference: &'a str,
    /// How much, as far as the provider says.
    pub amount: Option<Money>,
    /// Why it does not count, as a code.
    pub code: &'static str,
}

/// To somebody who confirms payments: money came for an order and does not count, why, and what to do about it.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn unexpected_payment_mail(
    user: &User,
    organization: &Organization,
    record: &OrderRecord,
    came: &Unexpected<'_>,
    base_url: &str,
) -> Result<Mail, Failure> {
    let texts = Texts::of(&user.locale);
    let order = &record.order;
    let unknown = || texts.get("payment_unexpected.unknown_amount", &[]);
    let (amount, total) = (came.amount.map_or_else(unknown, money), money(order.total));
    let (number, packs) = (proforma_number(record), order.packs.to_string());
    let provider = capitalized(came.provider);
    let values = [
        ("organization", organization.name.as_str()),
        ("number", &number),
        ("plan", &order.plan.name),
        ("packs", &packs),
        ("total", &total),
        ("amount", &amount),
        ("provider", &provider),
        ("reference", came.reference),
        ("paid_with", order.payment_reference.as_deref().unwrap_or_default()),
    ];
    let to_do = match came.code {
        "already_paid" => "refund",
        "payment_mismatch" => "refund_and_pay",
        _ => "refund_or_order",
    };
    let lines = ["what", &format!("because.{}", came.code), &format!("to_do.{to_do}")]
        .map(|part| texts.get(&format!("payment_unexpected.{part}"), &values));
    let link = format!("{base_url}/clients/{}/packs", organization.slug);
    notice(user, "payment_unexpected", &values, lines.to_vec(), link)
}

fn notice(user: &User, key: &str, values: &[(&str, &str)], lines: Vec<String>, link: String) -> Result<Mail, Failure> {
    let texts = Texts::of(&user.locale);
    let text = |part: &str| texts.get(&format!("{key}.{part}"), values);
    let subject = text("subject");
    let values = Values {
        subject: &subject,
        preview: text("text"),
        name: &user.name,
        lines,
        link,
        button: text("button"),
        ending: text("ending"),
    };
    let bodies = render(Template::Notice, texts, &values)?;
    Ok(Mail::to(user, subject, bodies))
}
