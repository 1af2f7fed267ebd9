//! How far the work is: minutes, and the steps from triage to closure.

use daypack_api_types::ticket::Ticket;
use daypack_domain::{
    policy::Action,
    ticket::{Scope, Status},
    work::WindowStatus,
};
use leptos::prelude::*;

use super::Desk;
use crate::{
    components::{Button, Card, Look},
    format,
    i18n::{t, t_with},
    pages::desk::{
        parts::work_meter,
        sheets::{Sheet, is_corrective, is_reproduced},
    },
};

/// The card.
pub fn work(desk: Desk) -> AnyView {
    desk.part(move |ticket| card(desk, &ticket))
}

fn card(desk: Desk, ticket: &Ticket) -> AnyView {
    if matches!(
        ticket.summary.status,
        Status::Declined | Status::Backlog | Status::Quoted
    ) && ticket.summary.used_minutes == 0
    {
        return ().into_any();
    }
    let summary = &ticket.summary;
    let meter = (summary.approved_minutes > 0 || summary.used_minutes > 0)
        .then(|| work_meter(summary.used_minutes, summary.held_minutes));
    let steps = steps(ticket);
    let ended = matches!(summary.status, Status::Closed | Status::Declined);
    let current = steps.iter().position(|(_, done)| !done).filter(|_| !ended);
    let rows: Vec<_> = steps
        .into_iter()
        .enumerate()
        .map(|(index, (text, done))| row(text, done, current == Some(index)))
        .collect();
    let mitigation = ticket.mitigation.as_ref().map(|mitigation| {
        view! {
            <div class="noted">
                <p class="quiet small-text">{t("work.mitigated")}</p>
                <p>{mitigation.what_was_done.clone()}</p>
            </div>
        }
    });
    let evidence = evidence(desk, ticket);
    view! {
        <Card title=t("work.title")>
            <div class="stack">{meter} <ol class="checklist">{rows}</ol> {mitigation} {evidence}</div>
        </Card>
    }
    .into_any()
}

fn row(text: String, done: bool, current: bool) -> AnyView {
    let (class, mark, read) = match (done, current) {
        (true, _) => ("tag good", "✓".to_owned(), t("work.done")),
        (false, true) => ("tag warning", t("work.now"), t("work.now")),
        (false, false) => ("tag", "–".to_owned(), t("work.to_come")),
    };
    view! {
        <li class:quiet=!done && !current>
            <span class=class aria-hidden="true">{mark}</span>
            <span>{text}</span>
            <span class="for-reader">{read}</span>
        </li>
    }
    .into_any()
}

/// The steps that this request has, and whether each is done.
fn steps(ticket: &Ticket) -> Vec<(String, bool)> {
    let summary = &ticket.summary;
    let evidence = &ticket.evidence;
    let solved = matches!(summary.status, Status::Resolved | Status::Closed);
    let triaged = match ticket.scope {
        Some(Scope::In) => t("work.triaged_in"),
        Some(Scope::Out) => t("work.triaged_out"),
        None => t("work.triaged"),
    };
    let mut steps = vec![(triaged, summary.severity.is_some())];
    if ticket.billable {
        let text = if summary.approved_minutes > 0 {
            t_with(
                "work.approved_minutes",
                &[("time", &format::minutes(summary.approved_minutes))],
            )
        } else {
            t("work.approved")
        };
        steps.push((text, summary.approved_minutes > 0 || solved));
    } else {
        steps.push((t("work.not_billable"), true));
    }
    if is_corrective(ticket) {
        steps.push((t("work.diagnosis"), evidence.diagnosis.is_some() || solved));
        let waived = evidence.reproduction.is_none() && evidence.reproduction_waiver.is_some();
        let key = if waived {
            "work.reproduction_waived"
        } else {
            "work.reproduction"
        };
        steps.push((t(key), is_reproduced(ticket) || solved));
    }
    let proven = evidence.test_evidence.is_some() && evidence.rollback_note.is_some();
    steps.push((t("work.fix"), proven || solved));
    let accepted = ticket
        .windows
        .iter()
        .any(|window| window.status == WindowStatus::Accepted);
    if accepted || evidence.window_waiver.is_some() || !solved {
        let waived = !accepted && evidence.window_waiver.is_some();
        let key = if waived { "work.window_waived" } else { "work.window" };
        steps.push((t(key), accepted || waived));
    }
    steps.push((t("work.closed"), solved));
    steps
}

/// What is recorded so far, behind a line, and the way to add to it.
fn evidence(desk: Desk, ticket: &Ticket) -> AnyView {
    let known = &ticket.evidence;
    let pieces = [
        ("piece.diagnosis", &known.diagnosis),
        ("piece.reproduction", &known.reproduction),
        ("piece.reproduction_waiver", &known.reproduction_waiver),
        ("piece.test_evidence", &known.test_evidence),
        ("piece.rollback_note", &known.rollback_note),
        ("piece.window_waiver", &known.window_waiver),
    ];
    let recorded: Vec<_> = pieces
        .into_iter()
        .filter_map(|(key, text)| {
            let text = text.clone()?;
            Some(view! { <dt>{t(key)}</dt><dd>{text}</dd> }.into_any())
        })
        .collect();
    let details = (!recorded.is_empty()).then(|| {
        view! { <details class="recorded"><summary>{t("evidence.recorded")}</summary><dl>{recorded}</dl></details> }
    });
    let may = |action: Action| ticket.actions.iter().any(|known| known == action.as_str());
    let add = (may(Action::RecordEvidence) && ticket.summary.status.is_open()).then(|| {
        let press = Callback::new(move |()| desk.open(Sheet::Evidence));
        view! { <Button label=t("step.evidence") small=true on_click=press /> }
    });
    let contain = (may(Action::RecordMitigation)
        && ticket.summary.status.is_open()
        && is_corrective(ticket)
        && ticket.mitigation.is_none())
    .then(|| {
        let press = Callback::new(move |()| desk.open(Sheet::Mitigation));
        view! { <Button label=t("step.mitigate") small=true look=Look::Ghost on_click=press /> }
    });
    view! { {details} <div class="row small wrap">{add} {contain}</div> }.into_any()
}
