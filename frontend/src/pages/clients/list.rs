//! All clients.

use daypack_api_types::organization::Organization;
use daypack_domain::policy::Action;
use leptos::prelude::*;

use super::forms;
use crate::{
    api::contract,
    components::{Avatar, Button, Dialog, EmptyState, Look, Paged},
    dom, format,
    i18n::{t, t_with},
    place::{self, Way},
    session::use_session,
    time, zone,
};

/// The list, and the way to one more.
pub fn clients() -> AnyView {
    dom::name_screen(&t("nav.clients"));
    let session = use_session();
    let admin = untrack(move || session.may(Action::CreateOrganization.as_str()));
    let open = RwSignal::new(false);
    let all = Paged::load(contract::organizations);
    let created = Callback::new(move |client: Organization| {
        open.set(false);
        place::go(&format!("/clients/{}", client.slug), Way::On);
    });
    let empty = || {
        view! {
            <section class="card">
                <EmptyState title=t("clients.none") text=t("clients.none_text") icon="person" />
            </section>
        }
        .into_any()
    };
    let around = |rows: AnyView| view! { <section class="card"><ul class="list">{rows}</ul></section> }.into_any();
    let create = admin.then(|| {
        let press = Callback::new(move |()| open.set(true));
        view! { <Button label=t("clients.create") icon="plus" look=Look::Primary on_click=press /> }
    });
    view! {
        <div class="top"><h1>{t("nav.clients")}</h1><span class="grow"></span>{create}</div>
        {all.view(6, empty, row, around)}
        <Dialog title=t("clients.create") open=open>{forms::create_organization(created)}</Dialog>
    }
    .into_any()
}

fn row(client: Organization) -> AnyView {
    let local = zone::clock_text(zone::local(time::now(), &client.time_zone));
    let since = t_with(
        "clients.since",
        &[("day", &format::instant_day_year(client.created_at))],
    );
    let facts = [client.prefix.clone(), since];
    view! {
        <li class="client-row">
            <Avatar name=client.name.clone() decorative=true />
            <a class="grow who" href=format!("/clients/{}", client.slug)>
                <span class="name">{client.name.clone()}</span>
                <span class="quiet">{facts.join(" · ")}</span>
            </a>
            <span class="quiet small-text">{t_with("clients.local", &[("time", &local), ("zone", &client.time_zone)])}</span>
        </li>
    }
    .into_any()
}
