//! The texts of the page. They are not in the program: each language is one JSON file (`frontend/locales`) with flat
//! keys, `{name}` placeholders and `.one`/`.other` forms, of which the page loads the one it shows: at once what the
//! main part names, the rest with the first screen that is in another part ([`whole`]).
//!
//! A change of language builds the screens anew ([`version`]), so that [`t`] can return plain text and costs no
//! subscription for each word on a screen.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;

use crate::{
    api::{self, ApiProblem},
    dom, format,
};

/// The languages of the page: code, and name in the language itself.
pub const LANGUAGES: [(&str, &str); 3] = [("en", "English"), ("es", "Español"), ("fr", "Français")];

/// Texts by their keys, which are in order.
type Texts = Vec<(String, String)>;

thread_local! {
    /// What has been loaded of the language: the first texts, and later the rest.
    static TEXTS: RefCell<Vec<Texts>> = RefCell::default();
    static WHOLE: Cell<bool> = const { Cell::new(false) };
    static LANGUAGE: Cell<&'static str> = const { Cell::new("en") };
    static VERSION: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// The code of the language that the page shows, such as `es`.
pub fn language() -> &'static str {
    LANGUAGE.get()
}

/// Grows with each change of language; the root of the screens follows it.
pub fn version() -> ArcRwSignal<u32> {
    VERSION.with(Clone::clone)
}

/// Settles on the language chosen before, else the browser's, else English.
pub fn begin() {
    let chosen = dom::stored("language").and_then(|code| known(&code));
    let preferred = || {
        let languages = window().navigator().languages();
        languages.iter().find_map(|language| known(&language.as_string()?))
    };
    LANGUAGE.set(chosen.or_else(preferred).unwrap_or("en"));
}

/// Loads the first texts of the language.
pub async fn start() {
    load(language()).await;
}

/// Loads the texts that screens outside the main part have, once.
pub async fn whole() -> Result<(), ApiProblem> {
    while !WHOLE.get() {
        let code = language();
        let rest = fetch("later", code).await?;
        // Meanwhile another language may have been chosen.
        if code == language() && !WHOLE.replace(true) {
            TEXTS.with_borrow_mut(|texts| texts.push(rest));
        }
    }
    Ok(())
}

/// Shows another language from now on, in this browser.
pub async fn choose(code: &str) {
    if let Some(code) = known(code).filter(|code| *code != language()) {
        dom::store("language", code);
        load(code).await;
    }
}

/// The page's language for a tag such as `fr-CA`.
fn known(tag: &str) -> Option<&'static str> {
    let primary = tag.split('-').next().unwrap_or(tag);
    LANGUAGES
        .iter()
        .map(|(code, _)| *code)
        .find(|code| primary.eq_ignore_ascii_case(code))
}

async fn load(code: &'static str) {
    let Ok(first) = fetch("locale", code).await else { return };
    let mut texts = vec![first];
    if WHOLE.get() && code != language() {
        let Ok(rest) = fetch("later", code).await else { return };
        texts.push(rest);
    }
    TEXTS.with_borrow_mut(|known| {
        // At the start the rest may have come before the first.
        if code != language() {
            known.clear();
        }
        known.append(&mut texts);
    });
    LANGUAGE.set(code);
    format::forget_language();
    dom::set_root_attribute("lang", Some(code));
    version().update(|version| *version += 1);
}

async fn fetch(kind: &str, code: &str) -> Result<Texts, ApiProblem> {
    let address = dom::meta_content(&["daypack-", kind, "-", code].concat());
    api::texts(&address.unwrap_or_default()).await
}

/// The text of a key. A key without a text shows as itself, and `cargo xtask test` finds it.
pub fn t(key: &str) -> String {
    text(key).unwrap_or_else(|| key.to_owned())
}

/// The text of a key that may be missing, such as one made from a code of the server.
pub fn text(key: &str) -> Option<String> {
    let within = |texts: &Texts| {
        let found = texts.binary_search_by(|(known, _)| known.as_str().cmp(key)).ok()?;
        texts.get(found).map(|(_, text)| text.clone())
    };
    TEXTS.with_borrow(|all| all.iter().find_map(within))
}

/// The text of a key with each `{name}` replaced by its value.
pub fn t_with(key: &str, values: &[(&str, &str)]) -> String {
    fill(t(key), values)
}

/// The text of `key.one`, `key.other` and so on, by the language's plural rule for `count`; `{count}` is the number.
pub fn t_count(key: &str, count: i64, values: &[(&str, &str)]) -> String {
    let category = format::plural_category(count);
    let form = text(&format!("{key}.{category}"))
        .or_else(|| text(&format!("{key}.other")))
        .unwrap_or_else(|| key.to_owned());
    fill(fill(form, &[("count", &format::number(count as f64))]), values)
}

fn fill(mut text: String, values: &[(&str, &str)]) -> String {
    for (name, value) in values {
        text = text.replace(&["{", name, "}"].concat(), value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{fill, known};

    #[test]
    fn language_tags_find_their_language() {
        assert_eq!(known("fr-CA"), Some("fr"));
        assert_eq!(known("ES"), Some("es"));
        assert_eq!(known("de"), None);
        assert_eq!(known("enx"), None);
    }

    #[test]
    fn placeholders_are_replaced_by_name() {
        let text = "{hours} left of {all}, {hours}".to_owned();
        assert_eq!(fill(text, &[("hours", "7 h"), ("all", "8 h")]), "7 h left of 8 h, 7 h");
    }
}
