//! Screens for everybody, signed in or not.

use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};

use crate::{
    components::{Brand, LanguageChoice, LinkButton, ThemeChoice},
    i18n::t,
    routes::Screen,
    session::{Standing, use_session},
};

pub mod choice;
mod login;
mod not_found;
mod password;
mod plans;
mod recommendation;

/// The screens of this part.
#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    /// Plans, and what a quantity costs.
    Plans,
    /// Signing in.
    Login,
    /// Asking for a mail to set a new password.
    RequestReset,
    /// Setting a new password.
    Reset,
    /// Setting the first password.
    Invite,
    /// An address that leads nowhere.
    NotFound,
}

/// Loads this part of the program.
#[wasm_split(public, wasm_split_path = leptos::wasm_split, fallible)]
pub fn load(place: Place) -> Result<Screen, SplitLoaderError> {
    Ok(match place {
        Place::Plans => plans::plans,
        Place::Login => login::login,
        Place::RequestReset => password::request_reset,
        Place::Reset => password::reset,
        Place::Invite => password::invite,
        Place::NotFound => not_found::not_found,
    })
}

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
