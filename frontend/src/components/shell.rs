//! The frame of every screen for people who are signed in: navigation, organization, account.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::{Avatar, Brand, Count, Icon, LanguageChoice, Menu, ThemeChoice, overview};
use crate::{
    format::word,
    i18n::t,
    place,
    session::{Session, use_session},
};

/// How long after a screen has come the counts of the navigation are looked up, where nothing else needs them.
const LATER: Duration = Duration::from_millis(900);

/// A place in the navigation.
struct Place {
    href: &'static str,
    key: &'static str,
    icon: &'static str,
    /// Only for people who may do this.
    permission: Option<&'static str>,
    /// In the sidebar of a desktop.
    side: bool,
    /// Among the few at the foot of a phone's screen.
    tab: bool,
    /// What is counted beside it.
    count: Counted,
}

#[derive(Clone, Copy, PartialEq)]
enum Counted {
    Nothing,
    Active,
    Waiting,
}

const PLACE: Place = Place {
    href: "/",
    key: "nav.home",
    icon: "home",
    permission: None,
    side: true,
    tab: true,
    count: Counted::Nothing,
};

/// Where a client can go.
const CLIENT: &[Place] = &[
    PLACE,
    Place {
        href: "/tickets",
        key: "nav.requests",
        icon: "list",
        permission: Some("read_tickets"),
        count: Counted::Active,
        ..PLACE
    },
    Place {
        href: "/tickets/new",
        key: "nav.new",
        icon: "plus",
        permission: Some("open_ticket"),
        side: false,
        ..PLACE
    },
    Place {
        href: "/approvals",
        key: "nav.approvals",
        icon: "check",
        tab: false,
        count: Counted::Waiting,
        ..PLACE
    },
    Place {
        href: "/packs",
        key: "nav.packs",
        icon: "pack",
        permission: Some("read_packs"),
        ..PLACE
    },
    Place {
        href: "/statements",
        key: "nav.weekly",
        icon: "week",
        permission: Some("read_statements"),
        tab: false,
        ..PLACE
    },
    Place {
        href: "/statements",
        key: "nav.weeks",
        icon: "week",
        permission: Some("read_statements"),
        side: false,
        ..PLACE
    },
];

/// Where the staff can go.
const STAFF: &[Place] = &[
    Place {
        href: "/board",
        key: "nav.board",
        icon: "board",
        ..PLACE
    },
    Place {
        href: "/tickets",
        key: "nav.requests",
        icon: "list",
        ..PLACE
    },
    Place {
        href: "/clients",
        key: "nav.clients",
        icon: "person",
        ..PLACE
    },
    Place {
        href: "/admin",
        key: "admin.title",
        icon: "settings",
        permission: Some("manage_plans"),
        ..PLACE
    },
];

/// The sidebar on a desktop, the bars above and below on a phone, and the screen between them.
#[component]
pub fn Shell(
    /// The screen.
    children: Children,
) -> AnyView {
    let session = use_session();
    let staff = untrack(move || session.is_staff());
    let places = if staff { STAFF } else { CLIENT };
    if !staff {
        overview::provide(session);
        // A screen that shows the dashboard asks for it at once; after any other its counts are looked up in quiet.
        let owner = Owner::current();
        let ask = move || {
            let _ = owner.map(|owner| owner.with(overview::find));
        };
        if let Ok(asking) = set_timeout_with_handle(ask, LATER) {
            on_cleanup(move || asking.clear());
        }
    }
    view! {
        <a class="skip" href="#main">{t("nav.skip")}</a>
        <div class="app">
            <header class="side">
                <a class="home" href="/"><Brand /></a>
                {organization_choice(session)}
                <nav class="nav" aria-label=t("nav.label")>{links(session, places, false)}</nav>
                <div class="me">{account(session)}</div>
            </header>
            <main class="main" id="main" tabindex="-1">{offline_note()}{children()}</main>
            <nav class="tabs" aria-label=t("nav.label")>{links(session, places, true)}</nav>
        </div>
    }
    .into_any()
}

fn links(session: Session, places: &'static [Place], tabs: bool) -> AnyView {
    let path = Memo::new(|_| place::path());
    // Of two places that hold the address, the longer one is where the person is: /tickets/new, not /tickets.
    let here = Memo::new(move |_| {
        path.with(|path| {
            let holds = |place: &&Place| {
                let below =
                    place.href != "/" && path.strip_prefix(place.href).is_some_and(|rest| rest.starts_with('/'));
                (path == place.href || below) && (!tabs || place.tab) && (tabs || place.side)
            };
            places
                .iter()
                .filter(holds)
                .map(|place| place.href)
                .max_by_key(|href| href.len())
        })
    });
    let link = move |place: &'static Place| {
        let current = move || (here.get() == Some(place.href)).then_some("page");
        let count = (!tabs).then_some(move || count(place.count));
        view! {
            <a href=place.href aria-current=current><Icon name=place.icon /><span>{t(place.key)}</span>{count}</a>
        }
        .into_any()
    };
    let shown = move |place: &&Place| {
        let in_place = if tabs { place.tab } else { place.side };
        in_place && place.permission.is_none_or(|permission| session.may(permission))
    };
    (move || places.iter().filter(shown).map(link).collect_view()).into_any()
}

fn count(counted: Counted) -> AnyView {
    let value = match counted {
        Counted::Nothing => 0,
        Counted::Waiting => overview::counts().waiting,
        Counted::Active => overview::counts().active,
    };
    (value > 0)
        .then(|| view! { <Count value=value hot=counted == Counted::Waiting /> })
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
    let name = move || session.me().map(|me| me.name);
    let summary = view! {
        <span class="for-reader">{t("account.menu")}": "</span>
        <Avatar name=me.name.clone() decorative=true />
        <span class="who"><span class="name">{name}</span><span class="quiet">{place}</span></span>
    }
    .into_any();
    let sign_out = move |_| spawn_local(session.sign_out());
    view! {
        <Menu summary=summary upwards=true>
            <p class="quiet small-text clip">{me.email}</p>
            <LanguageChoice />
            <ThemeChoice />
            <a class="choice" href="/me"><Icon name="person" />{t("account.title")}</a>
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
