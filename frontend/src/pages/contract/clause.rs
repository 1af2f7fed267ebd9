//! The emergency clause: when work may start before a yes, and how far; and what began under it.

use daypack_api_types::emergency::{ChangeEmergencyClause, EmergencyClause};
use daypack_domain::{policy::Action, ticket::Severity};
use leptos::prelude::*;

use super::side::Side;
use crate::{
    api::{ApiProblem, agreements},
    components::{Button, Card, Dialog, Form, Icon, Look, Remote, Tag, TextField, Tone, sending, use_toasts},
    format::{minutes, word},
    i18n::{t, t_with},
    pages::desk::{
        duration,
        parts::{submit, text_signal, tick_box},
    },
};

/// The clause, and for owners the way to change it. `revision` grows with each change of the organization.
pub fn clause(side: Side, revision: RwSignal<u32>) -> AnyView {
    let changes = side.may(Action::ManageEmergencyClause);
    let clause = Remote::load(move || agreements::clause(side.id));
    side.follow(revision, clause);
    let (open, toasts) = (RwSignal::new(false), use_toasts());
    let done = Callback::new(move |changed: EmergencyClause| {
        open.set(false);
        toasts.say(t("clause.saved"));
        clause.set(changed);
        revision.update(|revision| *revision += 1);
    });
    let form = move || clause.get_untracked().map(|clause| change(side, &clause, done));
    let content = view! {
        {clause.view(3, shown)}
        <Dialog title=t("clause.title") open=open>{form()}</Dialog>
    }
    .into_any();
    if !changes {
        return view! { <Card title=t("clause.title")>{content}</Card> }.into_any();
    }
    let press = Callback::new(move |()| open.set(true));
    let edit = view! { <Button label=t("clause.change") small=true on_click=press /> }.into_any();
    view! { <Card title=t("clause.title") action=edit>{content}</Card> }.into_any()
}

fn shown(clause: EmergencyClause) -> AnyView {
    if !clause.enabled {
        return view! {
            <div class="stack tight small-text">
                <p><Tag text=t("clause.off") /></p>
                <p class="quiet">{t("clause.off_text")}</p>
            </div>
        }
        .into_any();
    }
    let names: Vec<String> = clause
        .severities
        .iter()
        .map(|severity| word("severity.", severity.as_str()))
        .collect();
    let sentence = t_with(
        "clause.sentence",
        &[
            ("severities", &names.join(", ")),
            ("time", &minutes(clause.hold_minutes)),
        ],
    );
    let debt = if clause.debt_limit_minutes > 0 {
        t_with("clause.debt", &[("time", &minutes(clause.debt_limit_minutes))])
    } else {
        t("clause.no_debt")
    };
    view! {
        <div class="stack tight small-text">
            <p><Tag text=t("clause.on") tone=Tone::Good /></p>
            <p>{sentence}</p>
            <p>{debt}</p>
            <p class="quiet row"><Icon name="shield" /><span>{t("clause.afterwards")}</span></p>
        </div>
    }
    .into_any()
}

fn change(side: Side, clause: &EmergencyClause, done: Callback<EmergencyClause>) -> AnyView {
    let version = clause.version;
    let enabled = RwSignal::new(clause.enabled);
    let hold = text_signal(duration::field_text(clause.hold_minutes));
    let debt = text_signal(duration::field_text(clause.debt_limit_minutes));
    let ticks: Vec<(Severity, RwSignal<bool>)> = [Severity::P0, Severity::P1]
        .into_iter()
        .chain(
            clause
                .severities
                .iter()
                .copied()
                .filter(|one| !matches!(one, Severity::P0 | Severity::P1)),
        )
        .map(|severity| (severity, RwSignal::new(clause.severities.contains(&severity))))
        .collect();
    let ticks = StoredValue::new(ticks);
    let send = sending(move || async move {
        let read = |value: RwSignal<String>| value.with_untracked(|typed| duration::parse(typed));
        let (Some(hold_minutes), Some(debt_limit_minutes)) = (read(hold).filter(|time| *time > 0), read(debt)) else {
            let name = if read(debt).is_none() {
                "debt_limit_minutes"
            } else {
                "hold_minutes"
            };
            return Err(ApiProblem::fields(&[(name, "duration")]));
        };
        let severities = ticks.with_value(|ticks| {
            let ticked = ticks.iter().filter(|(_, tick)| tick.get_untracked());
            ticked.map(|(severity, _)| *severity).collect()
        });
        let body = ChangeEmergencyClause {
            enabled: Some(enabled.get_untracked()),
            severities: Some(severities),
            hold_minutes: Some(hold_minutes),
            debt_limit_minutes: Some(debt_limit_minutes),
        };
        done.run(agreements::change_clause(side.id, version, &body).await?);
        Ok(())
    });
    let boxes = move || {
        ticks.with_value(|ticks| {
            ticks
                .iter()
                .map(|(severity, tick)| tick_box(word("severity.", severity.as_str()), *tick))
                .collect_view()
        })
    };
    view! {
        <p class="quiet small-text">{t("clause.text")}</p>
        <Form send=send>
            {tick_box(t("clause.enabled"), enabled)}
            <fieldset class="field">
                <legend>{t("clause.severities")}</legend>
                <div class="ticks">{boxes()}</div>
            </fieldset>
            <TextField
                label=t("clause.hold")
                name="hold_minutes"
                value=hold
                hint=t("clause.hold_hint")
                required=true
            />
            <TextField
                label=t("clause.debt_limit")
                name="debt_limit_minutes"
                value=debt
                hint=t("clause.debt_hint")
                required=true
            />
            {submit(t("action.save"), Look::Primary)}
        </Form>
    }
    .into_any()
}
