//! A client's name, language and time zone: for the staff to see, for admins to change.

use daypack_api_types::organization::{ChangeOrganization, Organization};
use daypack_domain::policy::Action;
use leptos::prelude::*;

use super::{lot_forms::trimmed, side::Side};
use crate::{
    api::{contract, settings},
    components::{Button, Card, Dialog, Form, Look, Remote, SelectField, TextField, sending, use_toasts},
    i18n::{LANGUAGES, t},
    pages::desk::parts::{fact, submit, text_signal},
};

/// The card, for the staff alone. `revision` grows with each change of the organization.
pub fn about_card(side: Side, revision: RwSignal<u32>) -> AnyView {
    if !side.staff {
        return ().into_any();
    }
    let changes = side.may(Action::ManageSettings);
    let known = Remote::load(move || async move { contract::organization(&side.id.to_string()).await });
    side.follow(revision, known);
    let (open, toasts) = (RwSignal::new(false), use_toasts());
    let done = Callback::new(move |changed: Organization| {
        open.set(false);
        toasts.say(t("about.saved"));
        known.set(changed);
        revision.update(|revision| *revision += 1);
    });
    let form = move || known.get_untracked().map(|known| change(&known, done));
    let content = view! {
        {known.view(3, shown)}
        <Dialog title=t("about.title") open=open>{form()}</Dialog>
    }
    .into_any();
    if !changes {
        return view! { <Card title=t("about.title")>{content}</Card> }.into_any();
    }
    let press = Callback::new(move |()| open.set(true));
    let edit = view! { <Button label=t("about.change") small=true on_click=press /> }.into_any();
    view! { <Card title=t("about.title") action=edit>{content}</Card> }.into_any()
}

fn shown(known: Organization) -> AnyView {
    let language = LANGUAGES
        .iter()
        .find(|(code, _)| *code == known.locale)
        .map_or_else(|| known.locale.clone(), |(_, name)| (*name).to_owned());
    view! {
        <dl class="facts small-text">
            {fact(t("clients.name"), known.name)}
            {fact(t("language.choose"), language)}
            {fact(t("clients.time_zone"), known.time_zone)}
            {fact(t("clients.currency"), known.currency)}
        </dl>
    }
    .into_any()
}

fn change(known: &Organization, done: Callback<Organization>) -> AnyView {
    let (id, version) = (known.id, known.version);
    let [name, locale, time_zone] = [&known.name, &known.locale, &known.time_zone].map(text_signal);
    let languages: Vec<_> = LANGUAGES
        .iter()
        .map(|(code, name)| ((*code).to_owned(), (*name).to_owned()))
        .collect();
    let send = sending(move || async move {
        let body = ChangeOrganization {
            name: Some(trimmed(name)),
            locale: Some(trimmed(locale)),
            time_zone: Some(trimmed(time_zone)),
        };
        done.run(settings::change_client(id, version, &body).await?);
        Ok(())
    });
    view! {
        <Form send=send>
            <TextField label=t("clients.name") name="name" value=name required=true />
            <SelectField
                label=t("language.choose")
                name="locale"
                value=locale
                options=languages.clone()
                hint=t("about.language_hint")
                required=true
            />
            <TextField
                label=t("clients.time_zone")
                name="time_zone"
                value=time_zone
                hint=t("about.time_zone_hint")
                required=true
            />
            {submit(t("action.save"), Look::Primary)}
        </Form>
    }
    .into_any()
}
