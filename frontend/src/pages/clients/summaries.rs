//! The weekly summaries of a client, and what this week's would say now.

use chrono::{Datelike, TimeDelta};
use daypack_api_types::{
    Page,
    organization::Organization,
    statement::{PreviewStatement, Statement, StatementSummary},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::summaries::{preview_statement, statements},
    components::{Button, Card, Dialog, Remote, use_toasts},
    format::{self, minutes},
    i18n::{t, t_count, t_with},
    zone,
};

const SHOWN: usize = 5;

/// The last summaries.
pub fn summaries(client: &Organization) -> AnyView {
    let id = client.id;
    let kept = Remote::load(move || statements(id, None));
    let today = zone::today(&client.time_zone);
    let monday = today - TimeDelta::days(i64::from(today.weekday().num_days_from_monday()));
    let shown = RwSignal::new(None::<Statement>);
    let (open, busy) = (RwSignal::new(false), RwSignal::new(false));
    let toasts = use_toasts();
    let look = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let body = PreviewStatement {
                organization_id: id,
                from: monday,
                to: monday + TimeDelta::days(6),
            };
            match preview_statement(&body).await {
                Ok(statement) => {
                    shown.try_set(Some(statement));
                    open.try_set(true);
                }
                Err(problem) => toasts.fail(&problem),
            }
            busy.try_set(false);
        });
    });
    let action = view! { <Button label=t("weekly.preview") small=true busy=busy on_click=look /> }.into_any();
    view! {
        <Card title=t("nav.weeks") action=action flush=true>{kept.view(3, list)}</Card>
        <Dialog title=t("weekly.preview") open=open>{move || shown.get().map(preview)}</Dialog>
    }
    .into_any()
}

fn list(page: Page<StatementSummary>) -> AnyView {
    if page.items.is_empty() {
        return view! { <p class="quiet pad under-heading">{t("weekly.none")}</p> }.into_any();
    }
    let rows: Vec<_> = page.items.into_iter().take(SHOWN).map(row).collect();
    view! { <ul class="list">{rows}</ul> }.into_any()
}

fn row(summary: StatementSummary) -> AnyView {
    let period = format::dates(summary.from, summary.to);
    let name = match summary.id {
        Some(id) => view! { <a class="name" href=format!("/statements/{id}")>{period}</a> }.into_any(),
        None => view! { <span class="name">{period}</span> }.into_any(),
    };
    let facts = [
        t_count("week.requests", summary.ticket_count, &[]),
        t_with("meter.used", &[("time", &minutes(summary.used_minutes))]),
        t_with("week.left", &[("time", &minutes(summary.closing_minutes))]),
    ];
    view! { <li><div class="who">{name}<span class="quiet">{facts.join(" · ")}</span></div></li> }.into_any()
}

/// The account and the requests of the week so far.
fn preview(statement: Statement) -> AnyView {
    let account = statement.content.account;
    let sum = |key: &str, amount: i64, always: bool| {
        (always || amount != 0)
            .then(|| view! { <tr><td>{t(key)}</td><td class="number">{minutes(amount)}</td></tr> }.into_any())
    };
    let tickets: Vec<_> = statement
        .content
        .tickets
        .iter()
        .map(|line| {
            view! {
                <li class="row small">
                    <a class="link" href=format!("/tickets/{}", line.reference)>{line.reference.clone()}</a>
                    <span class="grow clip">{line.title.clone()}</span>
                    <span class="tabular">{minutes(line.minutes)}</span>
                </li>
            }
            .into_any()
        })
        .collect();
    let quiet = tickets
        .is_empty()
        .then(|| view! { <p class="quiet">{t("week.quiet")}</p> });
    view! {
        <p class="quiet">{format::dates(statement.summary.from, statement.summary.to)}</p>
        <table>
            <tbody>
                {sum("week.opening", account.opening_minutes, true)}
                {sum("week.granted", account.granted_minutes, false)}
                {sum("week.credited", account.credited_minutes, false)}
                {sum("week.used", -account.used_minutes, true)}
                {sum("week.debited", -account.debited_minutes, false)}
                {sum("week.expired", -account.expired_minutes, false)}
                {sum("week.refunded", -account.refunded_minutes - account.voided_minutes, false)}
                {sum("week.repaid", account.unrepaid_minutes - account.repaid_minutes, false)}
                {sum("week.closing", account.closing_minutes, true)}
            </tbody>
        </table>
        {quiet}
        <ul class="stack">{tickets}</ul>
    }
    .into_any()
}
