//! Screens for everybody, signed in or not.

use leptos::prelude::*;

use crate::{
    components::{Brand, LanguageChoice, LinkButton, ThemeChoice},
    i18n::t,
    session::{Standing, use_session},
};

pub mod login;
pub mod password;
pub mod plans;
mod recommendation;

/// The frame of public screens: sign and name, language, theme, the way in.
#[component]
pub fn PublicFrame(
    /// Narrow, for a form alone.
    #[prop(optional)]
    narrow: bool,
    /// The screen.
    children: Children,
) -> AnyView {
    let session = use_session();
    let way_in = move || match session.standing() {
        Standing::SignedIn(_) => view! { <LinkButton href="/" label=t("nav.home") small=true /> }.into_any(),
        _ if narrow => view! { <LinkButton href="/plans" label=t("nav.plans") small=true /> }.into_any(),
        _ => view! { <LinkButton href="/login" label=t("login.title") small=true /> }.into_any(),
    };
    view! {
        <a class="skip" href="#main">{t("nav.skip")}</a>
        <header class="public-bar">
            <a class="home" href="/"><Brand /></a>
            <span class="grow"></span>
            <LanguageChoice />
            <ThemeChoice />
            {way_in}
        </header>
        <main class=if narrow { "public narrow" } else { "public" } id="main" tabindex="-1">{children()}</main>
    }
    .into_any()
}
