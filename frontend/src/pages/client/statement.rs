//! One week: what was done, what it took, and an account that adds up.

use daypack_api_types::statement::Statement;
use daypack_domain::{
    ledger::MovementKind,
    statement::{Account, EntryLine, KindLine, TicketLine},
};
use leptos::prelude::*;

use super::statement_parts;
use crate::{
    api::summaries,
    components::{Card, Count, Remote, Severity, Tag, Tone},
    dom, format,
    format::{dates, minutes, word},
    i18n::{t, t_count, t_with},
    routes::parameter,
};

/// The weekly page.
pub fn statement() -> AnyView {
    dom::name_screen(&t("week.title"));
    let id = parameter("id");
    let statement = Remote::load(move || {
        let id = id.clone();
        async move { summaries::statement(&id).await }
    });
    view! { <article class="week">{statement.view(10, shown)}</article> }.into_any()
}

fn shown(statement: Statement) -> AnyView {
    let Statement {
        summary,
        organization_name,
        hash,
        done_html,
        content,
    } = statement;
    let made = t_with("week.made", &[("time", &format::instant_in_full(summary.made_at))]);
    let preview = summary
        .preview
        .then(|| view! { <Tag text=t("week.preview") tone=Tone::Warning /> });
    let head = view! {
        <div class="top">
            <div class="grow">
                <p class="small-text"><a class="link" href="/statements">{t("nav.weekly")}</a></p>
                <h1>{dates(summary.from, summary.to)}</h1>
                <p class="quiet small-text">{organization_name}" "{preview}</p>
            </div>
            <p class="remaining"><b>{minutes(content.account.available_minutes)}</b>" "<span class="quiet">{t("packs.left")}</span></p>
        </div>
    }
    .into_any();
    let done = if content.quiet {
        view! { <section class="card"><p class="pad">{t("week.quiet")}</p></section> }.into_any()
    } else {
        view! { {tickets(&content.tickets, done_html)} {entries(&content.entries)} }.into_any()
    };
    let seal =
        hash.map(|hash| view! { <p class="clip" title=hash.clone()>{t_with("week.hash", &[("hash", &hash)])}</p> });
    view! {
        {head}
        <div class="cols">
            <div class="stack wide-gap">{done}</div>
            <div class="stack wide-gap">
                <Card title=t("week.account")>{account(&content.account)}</Card>
                {kinds(&content.by_kind)}
                {statement_parts::ahead(&content)}
            </div>
        </div>
        <footer class="quiet small-text"><p>{made}</p>{seal}</footer>
    }
    .into_any()
}

/// `opening + ... = closing`, with the lines that are not nothing.
fn account(account: &Account) -> AnyView {
    let lines = [
        ("+", "week.granted", account.granted_minutes),
        ("+", "week.credited", account.credited_minutes),
        ("+", "week.unrepaid", account.unrepaid_minutes),
        ("−", "week.used", account.used_minutes),
        ("−", "week.debited", account.debited_minutes),
        ("−", "week.expired", account.expired_minutes),
        ("−", "week.refunded", account.refunded_minutes),
        ("−", "week.voided", account.voided_minutes),
        ("−", "week.repaid", account.repaid_minutes),
    ];
    let line = |(sign, key, amount): (&'static str, &str, i64)| {
        let sign = match (sign, amount < 0) {
            ("+", false) | ("−", true) => "+",
            _ => "−",
        };
        view! { <tr><th scope="row">{t(key)}</th><td>{sign}" "{minutes(amount.abs())}</td></tr> }.into_any()
    };
    let lines: Vec<_> = lines.into_iter().filter(|line| line.2 != 0).map(line).collect();
    let debt = (account.debt_minutes != 0)
        .then(|| view! { <tr><th scope="row">{t("week.debt")}</th><td>{minutes(account.debt_minutes)}</td></tr> });
    view! {
        <table class="sums account">
            <tbody>
                <tr><th scope="row">{t("week.opening")}</th><td>{minutes(account.opening_minutes)}</td></tr>
                {lines}
            </tbody>
            <tbody class="sum">
                <tr><th scope="row">{t("week.closing")}</th><td>"= "{minutes(account.closing_minutes)}</td></tr>
            </tbody>
            <tbody>
                <tr><th scope="row">{t("week.held")}</th><td>"− "{minutes(account.held_minutes)}</td></tr>
            </tbody>
            <tbody class="sum">
                <tr><th scope="row">{t("week.available")}</th><td>"= "{minutes(account.available_minutes)}</td></tr>
                {debt}
            </tbody>
        </table>
    }
    .into_any()
}

fn tickets(tickets: &[TicketLine], done_html: Vec<Option<String>>) -> AnyView {
    let count = view! { <Count value=i64::try_from(tickets.len()).unwrap_or(0) /> }.into_any();
    let row = |(line, done_html): (&TicketLine, Option<String>)| {
        let severity = line.severity.map(|severity| view! { <Severity severity=severity /> });
        let kind = line.kind.map(|kind| word("kind.", kind.as_str()));
        let facts = [
            Some(line.reference.clone()),
            kind,
            Some(word("status.", line.status.as_str())),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        let fixed = (line.fixed_minutes > 0).then(|| t_with("week.fixed", &[("time", &minutes(line.fixed_minutes))]));
        let recorded = line.recorded_approval.then(|| t("week.recorded"));
        let notes: Vec<String> = [fixed, recorded].into_iter().flatten().collect();
        view! {
            <li class="done">
                <div class="row">
                    {severity}
                    <a class="grow" href=format!("/tickets/{}", line.reference)>
                        <span class="title">{line.title.clone()}</span>
                        <span class="facts">{facts.join(" · ")}</span>
                    </a>
                    <b class="amount">{minutes(line.minutes)}</b>
                </div>
                {done_html.map(|html| view! { <div class="small-text lines markdown" inner_html=html></div> })}
                {(!notes.is_empty()).then(|| view! { <p class="facts">{notes.join(" · ")}</p> })}
            </li>
        }
        .into_any()
    };
    let rows = tickets.iter().zip(done_html).map(row).collect_view();
    view! {
        <Card title=t("week.done") beside=count flush=true>
            <ul class="list">{rows}</ul>
        </Card>
    }
    .into_any()
}

fn entries(entries: &[EntryLine]) -> AnyView {
    if entries.is_empty() {
        return ().into_any();
    }
    let row = |line: &EntryLine| {
        let late = line
            .late
            .then(|| view! { <Tag text=t("week.late") tone=Tone::Warning /> });
        let corrected = (line.actual_minutes < 0).then(|| word("movement.", MovementKind::Unconsume.as_str()));
        let facts = [
            corrected,
            Some(line.person.clone()),
            Some(word("activity.", &line.activity)),
            Some(line.note.clone()),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        view! {
            <tr>
                <td class="when">{format::day(line.worked_on)}" "{late}</td>
                <td>
                    <a class="link" href=format!("/tickets/{}", line.reference)>{line.reference.clone()}</a>
                    <span class="facts">{facts.join(" · ")}</span>
                </td>
                <td>{minutes(line.actual_minutes)}</td>
                <td>{minutes(line.billable_minutes)}</td>
            </tr>
        }
        .into_any()
    };
    let rows = entries.iter().map(row).collect_view();
    view! {
        <Card title=t("week.entries")>
            <div class="scrolls">
                <table class="sums ledger">
                    <thead>
                        <tr>
                            <th scope="col">{t("burn.day")}</th>
                            <th scope="col">{t("week.work")}</th>
                            <th scope="col">{t("week.worked")}</th>
                            <th scope="col">{t("week.deducted")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Card>
    }
    .into_any()
}

fn kinds(kinds: &[KindLine]) -> AnyView {
    if kinds.is_empty() {
        return ().into_any();
    }
    let row = |line: &KindLine| {
        let name = line
            .kind
            .map_or_else(|| t("week.no_kind"), |kind| word("kind.", kind.as_str()));
        let count = t_count("week.requests", line.tickets, &[]);
        view! {
            <tr><th scope="row">{name}<span class="until">{count}</span></th><td>{minutes(line.minutes)}</td></tr>
        }
        .into_any()
    };
    let rows = kinds.iter().map(row).collect_view();
    view! {
        <Card title=t("week.kinds")><table class="sums"><tbody>{rows}</tbody></table></Card>
    }
    .into_any()
}
