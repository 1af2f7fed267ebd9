//! The frame of every screen for people who are signed in: navigation, organization, account.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

use super::{Avatar, Brand, Icon, LanguageChoice, Menu, ThemeChoice};
use crate::{
    format::word,
    i18n::t,
    session::{Session, use_session},
};

/// A place in the navigation.
struct Place {
    href: &'static str,
    key: &'static str,
    icon: &'static str,
    /// Among the few at the foot of a phone's screen.
    tab: bool,
}

/// Where a client can go.
const CLIENT: &[Place] = &[
    Place {
        href: "/",
        key: "nav.home",
        icon: "home",
        tab: true,
    },
    Place {
        href: "/plans",
        key: "nav.plans",
        icon: "pack",
        tab: true,
    },
];

/// Where the staff can go.
const STAFF: &[Place] = &[
    Place {
        href: "/",
        key: "nav.home",
        icon: "home",
        tab: true,
    },
    Place {
        href: "/plans",
        key: "nav.plans",
        icon: "pack",
        tab: true,
    },
];

/// The sidebar on a desktop, the bars above and below on a phone, and the screen between them.
#[component]
pub fn Shell(
    /// The screen.
    children: Children,
) -> AnyView {
    let session = use_session();
    let places = if untrack(move || session.is_staff()) {
        STAFF
    } else {
        CLIENT
    };
    view! {
        <a class="skip" href="#main">{t("nav.skip")}</a>
        <div class="app">
            <header class="side">
                <a class="home" href="/"><Brand /></a>
                {organization_choice(session)}
                <nav class="nav" aria-label=t("nav.label")>{links(places, false)}</nav>
                <div class="me">{account(session)}</div>
            </header>
            <main class="main" id="main" tabindex="-1">{offline_note()}{children()}</main>
            <nav class="tabs" aria-label=t("nav.label")>{links(places, true)}</nav>
        </div>
    }
    .into_any()
}

fn links(places: &'static [Place], tabs: bool) -> AnyView {
    let path = use_location().pathname;
    let link = |place: &'static Place| {
        let here = move || {
            path.with(|path| {
                let below =
                    place.href != "/" && path.strip_prefix(place.href).is_some_and(|rest| rest.starts_with('/'));
                (path == place.href || below).then_some("page")
            })
        };
        view! { <a href=place.href aria-current=here><Icon name=place.icon /><span>{t(place.key)}</span></a> }
            .into_any()
    };
    places
        .iter()
        .filter(|place| place.tab || !tabs)
        .map(link)
        .collect_view()
        .into_any()
}

/// A choice for people who belong to several organizations.
fn organization_choice(session: Session) -> AnyView {
    let memberships = untrack(move || session.me())
        .map(|me| me.memberships)
        .unwrap_or_default();
    if memberships.len() < 2 {
        return ().into_any();
    }
    let chosen = untrack(move || session.membership()).map(|membership| membership.organization_id);
    let choose = move |event| {
        if let Ok(id) = event_target_value(&event).parse() {
            session.choose_organization(id);
        }
    };
    let options: Vec<_> = memberships
        .into_iter()
        .map(|one| {
            let selected = Some(one.organization_id) == chosen;
            view! { <option value=one.organization_id.to_string() selected=selected>{one.name}</option> }.into_any()
        })
        .collect();
    view! {
        <label class="compact-select">
            <span class="for-reader">{t("organization.choose")}</span>
            <select on:change=choose>{options}</select>
        </label>
    }
    .into_any()
}

/// The person, and behind it language, theme and the way out.
fn account(session: Session) -> AnyView {
    let Some(me) = untrack(move || session.me()) else {
        return ().into_any();
    };
    let place = move || match (session.me().and_then(|me| me.staff_role), session.membership()) {
        (Some(role), _) => word("role.", role.as_str()),
        (None, Some(membership)) => format!("{} · {}", membership.name, word("role.", membership.role.as_str())),
        (None, None) => String::new(),
    };
    let summary = view! {
        <Avatar name=me.name.clone() decorative=true />
        <span class="who"><span class="name">{me.name.clone()}</span><span class="quiet">{place}</span></span>
    }
    .into_any();
    let sign_out = move |_| spawn_local(session.sign_out());
    view! {
        <Menu summary=summary label=format!("{}: {}", t("account.menu"), me.name) upwards=true>
            <p class="quiet small-text clip">{me.email}</p>
            <LanguageChoice />
            <ThemeChoice />
            <button type="button" class="choice" on:click=sign_out><Icon name="out" />{t("account.sign_out")}</button>
        </Menu>
    }
    .into_any()
}

/// A line above the screen while there is no connection.
fn offline_note() -> AnyView {
    let online = RwSignal::new(window().navigator().on_line());
    for (event, value) in [("online", true), ("offline", false)] {
        let handle = window_event_listener_untyped(event, move |_| online.set(value));
        on_cleanup(move || handle.remove());
    }
    view! {
        <div role="status">
            {move || (!online.get()).then(|| view! { <p class="offline"><Icon name="alert" />{t("state.offline")}</p> })}
        </div>
    }
    .into_any()
}
