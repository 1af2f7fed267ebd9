//! The weekly summary by mail: what happened, what it cost, what is left and what will expire.

use daypack_domain::{
    ids::StatementId,
    lot::LotOrigin,
    statement::{Account, Statement},
    zone::Zone,
};
use daypack_store::users::User;
use serde::Serialize;

use super::{
    Mail,
    layout::{Template, render},
    texts::{Texts, duration},
};
use crate::error::Failure;

#[derive(Serialize)]
struct Values<'a> {
    subject: &'a str,
    preview: String,
    organization: &'a str,
    days: String,
    quiet: bool,
    account: Vec<Line>,
    tickets: Vec<TicketLine<'a>>,
    waiting: Vec<Line>,
    expiring: Vec<Line>,
    ahead: Vec<String>,
    link: String,
    ending: String,
}

#[derive(Serialize)]
struct Line {
    label: String,
    figure: String,
    total: bool,
}

#[derive(Serialize)]
struct TicketLine<'a> {
    reference: &'a str,
    title: &'a str,
    link: String,
    status: String,
    minutes: String,
    what_was_done: Option<&'a str>,
    recorded: bool,
    emergency: bool,
    warranty: bool,
    borrowed: Option<String>,
    disputed: bool,
    standing: String,
}

/// The mail about a frozen statement for one of the organization's people.
///
/// # Errors
/// A template that cannot be filled in: a fault of ours.
pub fn statement_mail(user: &User, id: StatementId, statement: &Statement, base_url: &str) -> Result<Mail, Failure> {
    let texts = Texts::of(&user.locale);
    let organization = statement.organization_name.as_str();
    let (from, to) = (
        texts.date(statement.period.first_day),
        texts.date(statement.period.last_day),
    );
    let days = [
        ("from", from.as_str()),
        ("to", to.as_str()),
        ("organization", organization),
    ];
    let account = &statement.account;
    let (used, available) = (duration(account.used_minutes), duration(account.available_minutes));
    let subject = texts.get("statement.subject", &days);
    let values = Values {
        subject: &subject,
        preview: texts.get("statement.preview", &[("used", &used), ("available", &available)]),
        organization,
        days: texts.get("statement.days", &days),
        quiet: statement.quiet,
        account: account_lines(texts, account),
        tickets: tickets(texts, statement, base_url),
        waiting: waiting(texts, statement),
        expiring: expiring(texts, statement),
        ahead: ahead(texts, statement),
        link: format!("{base_url}/statements/{id}"),
        ending: texts.get("statement.ending", &days),
    };
    let bodies = render(Template::Statement, texts, &values)?;
    Ok(Mail::to(user, subject, bodies))
}

/// Opening and closing, what was used, and everything else that is not nothing.
fn account_lines(texts: &Texts, account: &Account) -> Vec<Line> {
    let line = |key: &str, minutes: i64, total: bool| Line {
        label: texts.get(&format!("statement.account.{key}"), &[]),
        figure: duration(minutes),
        total,
    };
    let taken = |minutes: i64| -minutes;
    let mut lines = vec![line("opening", account.opening_minutes, true)];
    let moved = [
        ("granted", account.granted_minutes),
        ("credited", account.credited_minutes),
        ("unrepaid", account.unrepaid_minutes),
        ("used", taken(account.used_minutes)),
        ("debited", taken(account.debited_minutes)),
        ("expired", taken(account.expired_minutes)),
        ("refunded", taken(account.refunded_minutes)),
        ("voided", taken(account.voided_minutes)),
        ("repaid", taken(account.repaid_minutes)),
    ];
    let shown = moved
        .into_iter()
        .filter(|(key, minutes)| *minutes != 0 || *key == "used");
    lines.extend(shown.map(|(key, minutes)| line(key, minutes, false)));
    lines.push(line("closing", account.closing_minutes, true));
    lines.push(line("held", account.held_minutes, false));
    lines.push(line("available", account.available_minutes, true));
    if account.debt_minutes != 0 {
        lines.push(line("debt", account.debt_minutes, false));
    }
    lines
}

fn tickets<'a>(texts: &Texts, statement: &'a Statement, base_url: &str) -> Vec<TicketLine<'a>> {
    let line = |ticket: &'a daypack_domain::statement::TicketLine| TicketLine {
        reference: &ticket.reference,
        title: &ticket.title,
        link: format!("{base_url}/tickets/{}", ticket.reference),
        status: texts.get(&format!("status.{}", ticket.status), &[]),
        minutes: duration(ticket.minutes),
        what_was_done: ticket.what_was_done.as_deref(),
        recorded: ticket.recorded_approval,
        emergency: ticket.emergency,
        warranty: ticket.warranty,
        borrowed: (ticket.borrowed_minutes != 0).then(|| duration(ticket.borrowed_minutes)),
        disputed: ticket.disputed_approval,
        standing: ticket.standing_approvals.join(", "),
    };
    statement.tickets.iter().map(line).collect()
}

fn waiting(texts: &Texts, statement: &Statement) -> Vec<Line> {
    let zone = Zone::parse(&statement.time_zone);
    let line = |waiting: &daypack_domain::statement::Waiting| {
        let until = zone.map_or_else(
            || waiting.valid_until.date_naive(),
            |zone| zone.date_at(waiting.valid_until),
        );
        let until = texts.date(until);
        let values = [
            ("reference", waiting.reference.as_str()),
            ("title", &waiting.title),
            ("until", &until),
        ];
        Line {
            label: texts.get("statement.waiting_line", &values),
            figure: duration(waiting.minutes),
            total: false,
        }
    };
    statement.waiting.iter().map(line).collect()
}

fn expiring(texts: &Texts, statement: &Statement) -> Vec<Line> {
    let line = |lot: &daypack_domain::statement::Expiring| {
        // Lots that were given have no plan: their origin stands in its place.
        let given = LotOrigin::ALL.iter().any(|origin| origin.as_str() == lot.plan_code);
        let plan = if given {
            texts.get("statement.expiring_gift", &[])
        } else {
            capitalized(&lot.plan_code)
        };
        let on = texts.date(lot.expires_on);
        Line {
            label: texts.get("statement.expiring_line", &[("plan", &plan), ("on", &on)]),
            figure: duration(lot.available_minutes),
            total: false,
        }
    };
    statement.expiring.iter().map(line).collect()
}

/// A word as a name: with a capital first.
pub(super) fn capitalized(code: &str) -> String {
    let mut letters = code.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn ahead(texts: &Texts, statement: &Statement) -> Vec<String> {
    let zone = Zone::parse(&statement.time_zone);
    let mut lines = Vec::new();
    for window in &statement.windows {
        let key = if window.accepted {
            "statement.window_accepted"
        } else {
            "statement.window_proposed"
        };
        let local = zone.map_or_else(|| window.starts_at.naive_utc(), |zone| zone.local(window.starts_at));
        let on = format!("{}, {}", texts.date(local.date()), local.format("%H:%M"));
        lines.push(texts.get(key, &[("reference", &window.reference), ("on", &on)]));
    }
    if let Some(outlook) = &statement.outlook {
        if let Some(day) = outlook.runs_out_on {
            lines.push(texts.get("statement.runs_out", &[("on", &texts.date(day))]));
        }
        if outlook.expires_unused_minutes > 0 {
            let minutes = duration(outlook.expires_unused_minutes);
            lines.push(texts.get("statement.expires_unused", &[("minutes", &minutes)]));
        }
    }
    lines
}
