//! What a person sets for this browser: language and theme.

use leptos::{prelude::*, task::spawn_local};

use super::Icon;
use crate::{
    dom,
    i18n::{LANGUAGES, language, t},
    session::use_session,
};

const THEME: &str = "theme";

/// Word kept in the browser (the loader reads it too), icon.
const THEMES: [(&str, &str); 3] = [("light", "sun"), ("dark", "moon"), ("system", "screen")];

/// Shows the theme chosen before; `system` follows the computer's.
pub fn apply_stored_theme() {
    let theme = dom::stored(THEME);
    dom::set_root_attribute(
        "data-theme",
        theme.as_deref().filter(|theme| matches!(*theme, "light" | "dark")),
    );
}

/// Chooses light, dark, or as the computer has it.
#[component]
pub fn ThemeChoice() -> AnyView {
    let chosen = dom::stored(THEME).unwrap_or_else(|| "system".to_owned());
    let group = dom::next_id("theme");
    let choice = |(word, icon): (&'static str, &'static str)| {
        let choose = move |_| {
            dom::store(THEME, word);
            apply_stored_theme();
        };
        let label = t(&format!("theme.{word}"));
        let title = label.clone();
        view! {
            <label title=title>
                <input type="radio" name=group.clone() checked=chosen == word on:change=choose />
                <Icon name=icon />
                <span class="for-reader">{label}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="segments">
            <legend class="for-reader">{t("theme.choose")}</legend>
            {THEMES.map(choice).collect_view()}
        </fieldset>
    }
    .into_any()
}

/// Chooses the language; the screens change at once.
#[component]
pub fn LanguageChoice() -> AnyView {
    let session = use_session();
    let choose = move |event| spawn_local(session.choose_language(event_target_value(&event)));
    let option = |(code, name): (&'static str, &'static str)| {
        view! { <option value=code lang=code selected=code == language()>{name}</option> }.into_any()
    };
    view! {
        <label class="compact-select">
            <span class="for-reader">{t("language.choose")}</span>
            <select on:change=choose>{LANGUAGES.map(option).collect_view()}</select>
        </label>
    }
    .into_any()
}
