//! Signing in.

use daypack_api_types::installation::DemoPerson;
use leptos::prelude::*;

use super::PublicFrame;
use crate::{
    api::account,
    components::{Avatar, Button, Form, Look, Remote, TextField, sending, use_form},
    dom,
    format::word,
    i18n::t,
    place::{self, Way},
    session::{Standing, place_after_sign_in, use_session},
};

/// The password of everybody in the demo data, which `README.md` prints too.
const DEMO_PASSWORD: &str = "daypack-demo";

/// The sign-in form, and the demo people while the server has demo data.
pub fn login() -> AnyView {
    dom::name_screen(&t("login.title"));
    let session = use_session();
    let next = untrack(|| place::query("next"));
    let expired = next.is_some();
    Effect::new(move |_| {
        if matches!(session.standing(), Standing::SignedIn(_)) {
            place::go(&place_after_sign_in(next.clone()), Way::Instead);
        }
    });
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let send = sending(move || session.sign_in(email.get_untracked().trim().to_owned(), password.get_untracked()));
    let installation = Remote::load(account::installation);
    let fill = Callback::new(move |address: String| {
        email.set(address);
        password.set(DEMO_PASSWORD.to_owned());
        if let Some(root) = dom::document().document_element() {
            dom::focus(&root, "form button[type=submit]");
        }
    });
    view! {
        <PublicFrame narrow=true>
            <section class="card sheet-card">
                <h1>{t("login.title")}</h1>
                {expired.then(|| view! { <p class="quiet">{t("login.to_go_on")}</p> })}
                <Form send=send>
                    <TextField label=t("login.email") name="email" value=email kind="email" autocomplete="username" required=true />
                    <TextField
                        label=t("login.password")
                        name="password"
                        value=password
                        kind="password"
                        autocomplete="current-password"
                        required=true
                    />
                    <SubmitButton label=t("login.submit") />
                    <p class="centered"><a class="link" href="/reset">{t("login.forgot")}</a></p>
                </Form>
            </section>
            {move || installation.get().map(|installation| demo_people(installation.demo_people, fill))}
        </PublicFrame>
    }
    .into_any()
}

/// A wide button that sends the form around it.
#[component]
pub fn SubmitButton(
    /// What it does.
    #[prop(into)]
    label: String,
) -> AnyView {
    let busy = use_form().busy();
    view! { <div class="wide"><Button label=label look=Look::Primary submit=true busy=busy /></div> }.into_any()
}

fn demo_people(people: Vec<DemoPerson>, fill: Callback<String>) -> AnyView {
    if people.is_empty() {
        return ().into_any();
    }
    let person = |person: DemoPerson| {
        let email = person.email.clone();
        let place = match &person.organization {
            Some(organization) => format!("{organization} · {}", word("role.", &person.role)),
            None => format!("{} · {}", t("login.staff"), word("role.", &person.role)),
        };
        view! {
            <li>
                <button type="button" class="person" on:click=move |_| fill.run(email.clone())>
                    <Avatar name=person.name.clone() decorative=true />
                    <span class="who"><span class="name">{person.name}</span><span class="quiet">{place}</span></span>
                    <span class="quiet small-text clip">{person.email}</span>
                </button>
            </li>
        }
        .into_any()
    };
    view! {
        <section class="card demo">
            <header><h2>{t("login.demo_title")}</h2></header>
            <p class="quiet small-text">{t("login.demo_text")}</p>
            <ul>{people.into_iter().map(person).collect_view()}</ul>
        </section>
    }
    .into_any()
}
