//! What is added: clients, people, systems; and payments.

use daypack_api_types::{
    order::{ConfirmPayment, Order},
    organization::{AddMember, AddStaff, AddSystem, CreateOrganization, Environment, Organization},
};
use daypack_domain::{
    ids::OrganizationId,
    policy::{ClientRole, StaffRole},
};
use leptos::prelude::*;

use crate::{
    api::{ApiProblem, contract},
    components::{Button, Form, Look, SelectField, TextArea, TextField, sending, use_form, use_toasts},
    format::{self, word},
    i18n::{LANGUAGES, t, t_with},
    pages::desk::duration,
    zone,
};

fn text(field: RwSignal<String>) -> String {
    field.get_untracked().trim().to_owned()
}

fn submit(label: String) -> AnyView {
    let busy = use_form().busy();
    view! { <div class="foot"><Button label=label look=Look::Primary submit=true busy=busy /></div> }.into_any()
}

fn languages() -> Vec<(String, String)> {
    LANGUAGES
        .iter()
        .map(|(code, name)| ((*code).to_owned(), (*name).to_owned()))
        .collect()
}

/// A new client.
pub fn create_organization(created: Callback<Organization>) -> AnyView {
    let toasts = use_toasts();
    let field = || RwSignal::new(String::new());
    let (name, prefix) = (field(), field());
    let time_zone = RwSignal::new("Europe/Madrid".to_owned());
    let locale = RwSignal::new("es".to_owned());
    let currency = RwSignal::new("EUR".to_owned());
    let send = sending(move || async move {
        let body = CreateOrganization {
            name: text(name),
            prefix: text(prefix).to_uppercase(),
            time_zone: text(time_zone),
            locale: text(locale),
            currency: text(currency).to_uppercase(),
        };
        let client = contract::create_organization(&body).await?;
        toasts.say(t_with("clients.created", &[("name", &client.name)]));
        created.run(client);
        Ok(())
    });
    view! {
        <Form send=send>
            <TextField label=t("clients.name") name="name" value=name autocomplete="organization" required=true />
            <TextField label=t("clients.prefix") name="prefix" value=prefix hint=t("clients.prefix_hint") required=true />
            <TextField
                label=t("clients.time_zone")
                name="time_zone"
                value=time_zone
                hint=t("clients.time_zone_hint")
                required=true
            />
            <div class="pair">
                <SelectField label=t("language.choose") name="locale" value=locale options=languages() required=true />
                <TextField label=t("clients.currency") name="currency" value=currency required=true />
            </div>
            {submit(t("clients.create"))}
        </Form>
    }
    .into_any()
}

/// One more person of a client.
pub fn add_member(id: OrganizationId, added: Callback<()>) -> AnyView {
    let toasts = use_toasts();
    let field = || RwSignal::new(String::new());
    let (email, name, hours) = (field(), field(), field());
    let role = RwSignal::new(ClientRole::Member.as_str().to_owned());
    let send = sending(move || async move {
        let Ok(wanted) = role.get_untracked().parse::<ClientRole>() else {
            return Err(ApiProblem::fields(&[("role", "required")]));
        };
        let limit = Some(text(hours)).filter(|hours| !hours.is_empty() && wanted == ClientRole::Approver);
        let limit = match limit.map(|hours| duration::parse(&(hours + "h"))) {
            Some(None) => return Err(ApiProblem::fields(&[("approval_limit_minutes", "number")])),
            minutes => minutes.flatten(),
        };
        let body = AddMember {
            email: text(email),
            name: text(name),
            role: wanted,
            approval_limit_minutes: limit,
            order_limit: None,
        };
        let member = contract::add_member(id, &body).await?;
        toasts.say(t_with("member.added", &[("email", &member.email)]));
        added.run(());
        Ok(())
    });
    let roles = ClientRole::ALL.iter().map(|role| {
        let text = t(&format!("role_text.{}", role.as_str()));
        (role.as_str().to_owned(), text)
    });
    let approver = move || role.with(|role| role == ClientRole::Approver.as_str());
    view! {
        <Form send=send>
            <TextField label=t("member.name") name="name" value=name autocomplete="off" required=true />
            <TextField label=t("login.email") name="email" value=email kind="email" hint=t("member.email_hint") required=true />
            <SelectField label=t("member.role") name="role" value=role options=roles.collect() required=true />
            <div hidden=move || !approver()>
                <TextField
                    label=t("member.limit_label")
                    name="approval_limit_minutes"
                    value=hours
                    kind="number"
                    hint=t("member.limit_hint")
                />
            </div>
            {submit(t("member.add"))}
        </Form>
    }
    .into_any()
}

/// One more system of a client; it runs in production and staging.
pub fn add_system(id: OrganizationId, added: Callback<()>) -> AnyView {
    let toasts = use_toasts();
    let field = || RwSignal::new(String::new());
    let (name, description, components) = (field(), field(), field());
    let window = RwSignal::new(true);
    let send = sending(move || async move {
        let parts = components.get_untracked();
        let parts = parts.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty());
        let environment = |name: &str, window_required: bool| Environment {
            name: name.to_owned(),
            window_required,
        };
        let body = AddSystem {
            name: text(name),
            description: text(description),
            components: parts.map(str::to_owned).collect(),
            environments: vec![
                environment("production", window.get_untracked()),
                environment("staging", false),
            ],
        };
        let system = contract::add_system(id, &body).await?;
        toasts.say(t_with("system.added", &[("name", &system.name)]));
        added.run(());
        Ok(())
    });
    view! {
        <Form send=send>
            <TextField label=t("system.name") name="name" value=name required=true />
            <TextArea label=t("system.description") name="description" value=description rows=2 />
            <TextField label=t("system.components") name="components" value=components hint=t("system.components_hint") />
            <label class="tick">
                <input
                    type="checkbox"
                    prop:checked=move || window.get()
                    on:change=move |event| window.set(event_target_checked(&event))
                />
                <span>{t("system.window")}</span>
            </label>
            {submit(t("system.add"))}
        </Form>
    }
    .into_any()
}

/// The money came.
pub fn confirm_payment(order: Order, paid: Callback<()>) -> AnyView {
    let toasts = use_toasts();
    let id = order.id;
    let reference = RwSignal::new(String::new());
    let paid_on = RwSignal::new(String::new());
    let send = sending(move || async move {
        let body = ConfirmPayment {
            payment_reference: text(reference),
            paid_on: zone::parse(&text(paid_on)).map(|day| day.date()),
        };
        contract::confirm_payment(id, &body).await?;
        toasts.say(t("payment.confirmed"));
        paid.run(());
        Ok(())
    });
    let sentence = t_with(
        "payment.sentence",
        &[
            ("client", &order.organization_name),
            ("plan", &order.plan_name),
            ("amount", &format::money(order.total)),
            ("time", &format::minutes(order.minutes)),
        ],
    );
    view! {
        <p>{sentence}</p>
        <Form send=send>
            <TextField
                label=t("payment.reference")
                name="payment_reference"
                value=reference
                hint=t("payment.reference_hint")
                required=true
            />
            <TextField label=t("payment.paid_on") name="paid_on" value=paid_on kind="date" />
            {submit(t("payment.confirm"))}
        </Form>
    }
    .into_any()
}

/// One more person on the staff.
pub fn add_staff(added: Callback<()>) -> AnyView {
    let toasts = use_toasts();
    let (email, name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let role = RwSignal::new(StaffRole::Agent.as_str().to_owned());
    let locale = RwSignal::new("en".to_owned());
    let send = sending(move || async move {
        let Ok(staff_role) = role.get_untracked().parse() else {
            return Err(ApiProblem::fields(&[("staff_role", "required")]));
        };
        let body = AddStaff {
            email: text(email),
            name: text(name),
            staff_role,
            locale: Some(text(locale)),
        };
        let person = contract::add_staff(&body).await?;
        toasts.say(t_with("member.added", &[("email", &person.email)]));
        added.run(());
        Ok(())
    });
    let roles = StaffRole::ALL.iter().map(|role| {
        let text = format!(
            "{}: {}",
            word("role.", role.as_str()),
            t(&format!("role_text.{}", role.as_str()))
        );
        (role.as_str().to_owned(), text)
    });
    view! {
        <Form send=send>
            <TextField label=t("member.name") name="name" value=name required=true />
            <TextField label=t("login.email") name="email" value=email kind="email" hint=t("member.email_hint") required=true />
            <SelectField label=t("member.role") name="staff_role" value=role options=roles.collect() required=true />
            <SelectField label=t("language.choose") name="locale" value=locale options=languages() required=true />
            {submit(t("staff.add"))}
        </Form>
    }
    .into_any()
}
