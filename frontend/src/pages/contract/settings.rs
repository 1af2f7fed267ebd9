//! What is agreed with a client beyond plans and policies: for the staff to see, for admins to change.

use daypack_api_types::{
    order::Party,
    settings::{EditOrganizationSettings, OrganizationSettings},
};
use daypack_domain::policy::Action;
use leptos::prelude::*;

use super::side::Side;
use crate::{
    api::{ApiProblem, settings},
    components::{Button, Card, Dialog, Form, Look, Remote, TextArea, TextField, sending, use_toasts},
    format::minutes,
    i18n::{t, t_count},
    pages::desk::parts::{fact, submit, text_signal, tick_box},
};

/// The card, for the staff alone. `revision` grows with each change of the organization.
pub fn settings_card(side: Side, revision: RwSignal<u32>) -> AnyView {
    if !side.staff {
        return ().into_any();
    }
    let changes = side.may(Action::ManageSettings);
    let known = Remote::load(move || settings::organization(side.id));
    side.follow(revision, known);
    let (open, toasts) = (RwSignal::new(false), use_toasts());
    let done = Callback::new(move |changed: OrganizationSettings| {
        open.set(false);
        toasts.say(t("settings.saved"));
        known.set(changed);
        revision.update(|revision| *revision += 1);
    });
    let form = move || known.get_untracked().map(|known| change(side, &known, done));
    let content = view! {
        {known.view(4, shown)}
        <Dialog title=t("settings.title") open=open>{form()}</Dialog>
    }
    .into_any();
    if !changes {
        return view! { <Card title=t("settings.title")>{content}</Card> }.into_any();
    }
    let press = Callback::new(move |()| open.set(true));
    let edit = view! { <Button label=t("settings.change") small=true on_click=press /> }.into_any();
    view! { <Card title=t("settings.title") action=edit>{content}</Card> }.into_any()
}

fn shown(known: OrganizationSettings) -> AnyView {
    let before = if known.activation_before_payment {
        t("settings.before_payment_yes")
    } else {
        t("settings.before_payment_no")
    };
    let billing = [
        &known.billing.name,
        &known.billing.address,
        &known.billing.tax_number,
        &known.billing.email,
    ];
    let billing: Vec<&str> = billing
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .collect();
    let billing = billing.join("\n");
    let billed = (!billing.is_empty()).then(|| {
        let lines = view! { <span class="lines">{billing}</span> };
        fact(t("settings.billing"), lines)
    });
    view! {
        <div class="stack tight small-text">
            <p>{before}</p>
            <dl class="facts">
                {fact(t("settings.increment_fact"), minutes(known.increment_minutes))}
                {fact(t("settings.minimum_fact"), minutes(known.minimum_minutes))}
                {fact(t("settings.warranty_fact"), t_count("settings.warranty_days", known.warranty_days, &[]))}
                {billed}
            </dl>
        </div>
    }
    .into_any()
}

fn change(side: Side, known: &OrganizationSettings, done: Callback<OrganizationSettings>) -> AnyView {
    let version = known.version;
    let before = RwSignal::new(known.activation_before_payment);
    let number = |value: i64| text_signal(value.to_string());
    let (increment, minimum, warranty) = (
        number(known.increment_minutes),
        number(known.minimum_minutes),
        number(known.warranty_days),
    );
    let billing = known.billing.clone();
    let [name, address, tax_number, email] =
        [billing.name, billing.address, billing.tax_number, billing.email].map(text_signal);
    let send = sending(move || async move {
        let read = |name: &'static str, value: RwSignal<String>| {
            let typed = value.get_untracked();
            typed
                .trim()
                .parse::<i64>()
                .map_err(|_| ApiProblem::fields(&[(name, "number")]))
        };
        let trimmed = |text: RwSignal<String>| text.get_untracked().trim().to_owned();
        let body = EditOrganizationSettings {
            activation_before_payment: Some(before.get_untracked()),
            increment_minutes: Some(read("increment_minutes", increment)?),
            minimum_minutes: Some(read("minimum_minutes", minimum)?),
            warranty_days: Some(read("warranty_days", warranty)?),
            billing: Some(Party {
                name: trimmed(name),
                address: trimmed(address),
                tax_number: trimmed(tax_number),
                email: trimmed(email),
            }),
        };
        done.run(settings::edit_organization(side.id, version, &body).await?);
        Ok(())
    });
    let field = |key: &str, name: &'static str, value: RwSignal<String>| {
        view! { <TextField label=t(key) name=name value=value kind="number" required=true /> }.into_any()
    };
    view! {
        <Form send=send>
            {tick_box(t("settings.before_payment"), before)}
            <div class="pair">
                {field("settings.increment", "increment_minutes", increment)}
                {field("settings.minimum", "minimum_minutes", minimum)}
                {field("settings.warranty", "warranty_days", warranty)}
            </div>
            <TextField label=t("party.name") name="billing/name" value=name />
            <TextArea label=t("party.address") name="billing/address" value=address rows=3 />
            <div class="pair">
                <TextField label=t("party.tax_number") name="billing/tax_number" value=tax_number />
                <TextField label=t("login.email") name="billing/email" value=email kind="email" />
            </div>
            {submit(t("action.save"), Look::Primary)}
        </Form>
    }
    .into_any()
}
