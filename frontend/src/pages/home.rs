//! The first screen after signing in.

use leptos::prelude::*;

use crate::{
    components::{EmptyState, LinkButton},
    dom, format,
    i18n::{t, t_with},
    session::use_session,
    time,
};

/// A greeting.
pub fn home() -> AnyView {
    dom::name_screen(&t("nav.home"));
    let session = use_session();
    let name = untrack(move || session.me()).map(|me| me.name).unwrap_or_default();
    let first = name.split_whitespace().next().unwrap_or_default().to_owned();
    let key = match format::local_hour(time::now()) {
        5..12 => "home.good_morning",
        12..19 => "home.good_afternoon",
        _ => "home.good_evening",
    };
    view! {
        <div class="top">
            <div class="grow"><h1>{t_with(key, &[("name", &first)])}</h1><p class="quiet small-text">{t("home.text")}</p></div>
        </div>
        <section class="card">
            <EmptyState title=t("home.nothing_title") text=t("home.nothing_text") icon="check">
                <LinkButton href="/plans" label=t("nav.plans") icon="pack" />
            </EmptyState>
        </section>
    }
    .into_any()
}
