//! Deciding what a request is, and whose.

use daypack_api_types::ticket::{EditTicket, Ticket, Triage};
use daypack_domain::{
    ids::UserId,
    policy::Action,
    ticket::{Kind, Scope, Severity},
};
use leptos::prelude::*;

use super::Around;
use crate::{
    api::{ApiProblem, tickets},
    components::{Form, FormHints, Look, SelectField, TextArea, TextField, sending, use_toasts},
    format::word,
    i18n::{t, t_count, t_with},
    pages::desk::parts::{choices, filled, people_choices, submit, text_signal, tick_box},
    session::use_session,
};

/// Severity, kind, scope, plans, person, and whether it is deducted.
pub fn triage(around: Around) -> AnyView {
    let Around {
        ticket, people, done, ..
    } = around;
    let reference = StoredValue::new(ticket.summary.reference.clone());
    let decided = ticket.summary.severity.or(ticket.summary.suggested_severity);
    let severity = text_signal(decided.unwrap_or(Severity::P2).as_str());
    let kind = text_signal(ticket.summary.kind.unwrap_or(Kind::Corrective).as_str());
    let scope = text_signal(ticket.scope.unwrap_or(Scope::In).as_str());
    let assignee = text_signal(assignee_of(&ticket));
    let mitigation = text_signal(ticket.mitigation_plan.clone().unwrap_or_default());
    let solution = text_signal(ticket.solution_plan.clone().unwrap_or_default());
    let billable = RwSignal::new(ticket.billable);
    let not_billable_reason = text_signal(ticket.not_billable_reason.clone().unwrap_or_default());
    let reason = RwSignal::new(String::new());
    let (emergency, mistaken) = (text_signal(""), RwSignal::new(false));
    let send = sending(move || async move {
        let words = (|| {
            let severity = severity.get_untracked().parse().ok()?;
            Some((
                severity,
                kind.get_untracked().parse().ok()?,
                scope.get_untracked().parse().ok()?,
            ))
        })();
        let Some((severity, kind, scope)) = words else {
            return Err(ApiProblem::fields(&[("severity", "invalid")]));
        };
        let is_billable = billable.get_untracked();
        let why_not = filled(not_billable_reason).filter(|_| !is_billable);
        if !is_billable && why_not.is_none() {
            return Err(ApiProblem::fields(&[("not_billable_reason", "required")]));
        }
        let body = Triage {
            severity,
            kind,
            scope,
            mitigation_plan: filled(mitigation),
            solution_plan: filled(solution),
            assignee_id: assignee.get_untracked().parse().ok(),
            billable: Some(is_billable),
            not_billable_reason: why_not,
            reason: filled(reason),
            emergency: match emergency.get_untracked().as_str() {
                "start" => Some(true),
                "wait" => Some(false),
                _ => None,
            },
            misclassified: mistaken.get_untracked().then_some(true),
        };
        let outcome = tickets::triage(&reference.get_value(), &body).await;
        done.ticket(outcome, "triage.done")
    });
    let hurried = move || matches!(severity.get().as_str(), "p0" | "p1");
    let again = ticket.summary.severity.is_some() && use_session().may(Action::DecideWarranty.as_str());
    let ways = || {
        ["", "start", "wait"]
            .map(|way| {
                let key = if way.is_empty() { "clause" } else { way };
                (way.to_owned(), word("triage.emergency.", key))
            })
            .to_vec()
    };
    let draft = format!("triage.{}", ticket.summary.reference);
    view! {
        {brief(&ticket)}
        <Form send=send draft=draft>
            <div class="pair">
                <SelectField
                    label=t("triage.severity")
                    name="severity"
                    value=severity
                    options=choices("severity.", Severity::ALL.iter().map(|word| word.as_str()))
                    required=true
                />
                <SelectField
                    label=t("triage.kind")
                    name="kind"
                    value=kind
                    options=choices("kind.", Kind::ALL.iter().map(|word| word.as_str()))
                    required=true
                />
                <SelectField
                    label=t("triage.scope")
                    name="scope"
                    value=scope
                    options=choices("scope.", Scope::ALL.iter().map(|word| word.as_str()))
                    required=true
                />
                <SelectField label=t("triage.assignee") name="assignee_id" value=assignee options=people_choices(&people) />
            </div>
            <div hidden=move || !hurried()>
                <div class="stack">
                    <TextArea label=t("triage.mitigation_plan") name="mitigation_plan" value=mitigation rows=2 />
                    <SelectField
                        label=t("triage.emergency_label")
                        name="emergency"
                        value=emergency
                        options=ways()
                        hint=t("triage.emergency_hint")
                    />
                </div>
            </div>
            {again.then(|| tick_box(t("triage.misclassified"), mistaken))}
            <TextArea label=t("triage.solution_plan") name="solution_plan" value=solution rows=2 />
            {tick_box(t("triage.billable"), billable)}
            <div hidden=move || billable.get()>
                <TextField label=t("triage.not_billable_reason") name="not_billable_reason" value=not_billable_reason />
            </div>
            <TextField
                label=t("triage.reason")
                name="reason"
                value=reason
                hint=t("triage.reason_hint")
            />
            {submit(t("triage.submit"), Look::Primary)}
            <FormHints />
        </Form>
    }
    .into_any()
}

/// What the client wrote, so that nobody leaves the board to decide.
fn brief(ticket: &Ticket) -> AnyView {
    let impact = ticket.impact.as_ref().map(|impact| {
        let blocked = if impact.main_operation_blocked {
            "triage.blocked"
        } else {
            "triage.not_blocked"
        };
        let facts = [
            t(blocked),
            word("way_around.", impact.workaround.as_str()),
            t_count("triage.people", impact.people, &[]),
        ];
        view! { <p class="quiet small-text">{facts.join(" · ")}</p> }
    });
    let affected = t_with("triage.affected", &[("who", &ticket.summary.affected)]);
    view! {
        <details class="brief" open=true>
            <summary>{format!("{} · {}", ticket.summary.reference, ticket.summary.title)}</summary>
            <div class="markdown" inner_html=ticket.description_html.clone()></div>
            <p class="quiet small-text">{affected}</p>
            {impact}
        </details>
    }
    .into_any()
}

fn assignee_of(ticket: &Ticket) -> String {
    let assignee = ticket.summary.assignee.as_ref();
    assignee.map(|person| person.id.to_string()).unwrap_or_default()
}

fn assigned_to(id: UserId) -> EditTicket {
    EditTicket {
        assignee_id: Some(id),
        ..EditTicket::default()
    }
}

/// Who works on it.
pub fn assign(around: Around) -> AnyView {
    let Around {
        ticket, people, done, ..
    } = around;
    let session = use_session();
    let me = untrack(move || session.me())
        .map(|me| me.id.to_string())
        .unwrap_or_default();
    let current = assignee_of(&ticket);
    let before = StoredValue::new(current.clone());
    let toasts = use_toasts();
    let assignee = text_signal(if current.is_empty() { me } else { current });
    let target = StoredValue::new((ticket.summary.reference.clone(), ticket.summary.version));
    let send = sending(move || async move {
        let Ok(id) = assignee.get_untracked().parse() else {
            return Err(ApiProblem::fields(&[("assignee_id", "required")]));
        };
        let body = assigned_to(id);
        let (reference, version) = target.get_value();
        let ticket = tickets::edit_ticket(&reference, version, &body).await?;
        // Of somebody who was the first there is nobody to give it back to.
        let Ok(before) = before.get_value().parse() else {
            return done.ticket(Ok(ticket), "assign.done");
        };
        let version = ticket.summary.version;
        let take_back = move || {
            let (reference, body) = (reference.clone(), assigned_to(before));
            async move { tickets::edit_ticket(&reference, version, &body).await.map(Some) }
        };
        done.undoable(Some(ticket), ("assign.done", "assign.taken_back"), toasts, take_back)
    });
    view! {
        <Form send=send>
            <SelectField
                label=t("triage.assignee")
                name="assignee_id"
                value=assignee
                options=people_choices(&people)
                required=true
            />
            {submit(t("assign.submit"), Look::Primary)}
        </Form>
    }
    .into_any()
}
