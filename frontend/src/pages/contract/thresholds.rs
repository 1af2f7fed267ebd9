//! When alerts about minutes ring.

use daypack_api_types::alert::{AlertThresholds, ChangeAlertThresholds};
use daypack_domain::policy::Action;
use leptos::prelude::*;

use super::side::Side;
use crate::{
    api::{ApiProblem, agreements},
    components::{Button, Card, Dialog, Form, Look, Remote, TextField, sending, use_toasts},
    i18n::{t, t_with},
    pages::desk::parts::{fact, submit, text_signal},
};

/// The card, and for owners the way to change it. `revision` grows with each change of the organization.
pub fn thresholds(side: Side, revision: RwSignal<u32>) -> AnyView {
    let changes = side.may(Action::ManageAlerts);
    let known = Remote::load(move || agreements::thresholds(side.id));
    side.follow(revision, known);
    let (open, toasts) = (RwSignal::new(false), use_toasts());
    let done = Callback::new(move |changed: AlertThresholds| {
        open.set(false);
        toasts.say(t("thresholds.saved"));
        known.set(changed);
        revision.update(|revision| *revision += 1);
    });
    let form = move || known.get_untracked().map(|known| change(side, &known, done));
    let content = view! {
        {known.view(3, shown)}
        <Dialog title=t("thresholds.title") open=open>{form()}</Dialog>
    }
    .into_any();
    if !changes {
        return view! { <Card title=t("thresholds.title")>{content}</Card> }.into_any();
    }
    let press = Callback::new(move |()| open.set(true));
    let edit = view! { <Button label=t("clause.change") small=true on_click=press /> }.into_any();
    view! { <Card title=t("thresholds.title") action=edit>{content}</Card> }.into_any()
}

fn listed(values: &[i64]) -> String {
    let values: Vec<String> = values.iter().map(i64::to_string).collect();
    values.join(", ")
}

fn shown(known: AlertThresholds) -> AnyView {
    let value = |key: &str, values: &[i64]| match values {
        [] => t("thresholds.never"),
        values => t_with(key, &[("values", &listed(values))]),
    };
    view! {
        <dl class="facts">
            {fact(t("thresholds.used"), value("thresholds.percent", &known.used_percent))}
            {fact(t("thresholds.expiry"), value("thresholds.days_before", &known.days_to_expiry))}
            {fact(t("thresholds.empty"), value("thresholds.days_before", &known.days_until_empty))}
        </dl>
    }
    .into_any()
}

/// Whole numbers with commas between them.
fn parsed(name: &'static str, value: RwSignal<String>) -> Result<Vec<i64>, ApiProblem> {
    let typed = value.get_untracked();
    let parts = typed.split([',', ';', ' ']).filter(|part| !part.is_empty());
    parts
        .map(|part| part.parse().map_err(|_| ApiProblem::fields(&[(name, "number")])))
        .collect()
}

fn change(side: Side, known: &AlertThresholds, done: Callback<AlertThresholds>) -> AnyView {
    let version = known.version;
    let [used, expiry, empty] =
        [&known.used_percent, &known.days_to_expiry, &known.days_until_empty].map(|values| text_signal(listed(values)));
    let send = sending(move || async move {
        let body = ChangeAlertThresholds {
            used_percent: Some(parsed("used_percent", used)?),
            days_to_expiry: Some(parsed("days_to_expiry", expiry)?),
            days_until_empty: Some(parsed("days_until_empty", empty)?),
        };
        done.run(agreements::change_thresholds(side.id, version, &body).await?);
        Ok(())
    });
    view! {
        <p class="quiet small-text">{t("thresholds.text")}</p>
        <Form send=send>
            <TextField label=t("thresholds.used_label") name="used_percent" value=used />
            <TextField label=t("thresholds.expiry_label") name="days_to_expiry" value=expiry />
            <TextField label=t("thresholds.empty_label") name="days_until_empty" value=empty />
            {submit(t("action.save"), Look::Primary)}
        </Form>
    }
    .into_any()
}
