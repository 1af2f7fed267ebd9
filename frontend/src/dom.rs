//! Small doors to the browser: storage, ids, focus, the document's title and attributes.

use std::cell::Cell;

use wasm_bindgen::JsCast;

/// The value kept in the browser under `daypack.<key>`; none where storage is forbidden.
pub fn stored(key: &str) -> Option<String> {
    storage()?.get_item(&full(key)).ok()?
}

/// Keeps a value in the browser under `daypack.<key>`. A full or forbidden storage keeps nothing: what is kept here is
/// a comfort, never the only copy.
pub fn store(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&full(key), value);
    }
}

/// Forgets what is kept under `daypack.<key>`.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&full(key));
    }
}

/// Forgets everything kept under keys that begin with `prefix`.
pub fn forget_all(prefix: &str) {
    let Some(storage) = storage() else { return };
    let prefix = full(prefix);
    let keys: Vec<String> = (0..storage.length().unwrap_or(0))
        .filter_map(|index| storage.key(index).ok().flatten())
        .collect();
    for key in keys.iter().filter(|key| key.starts_with(&prefix)) {
        let _ = storage.remove_item(key);
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn full(key: &str) -> String {
    ["daypack.", key].concat()
}

/// An id for an element, unlike every other in this page.
pub fn next_id(stem: &str) -> String {
    thread_local! {
        static LAST: Cell<u32> = const { Cell::new(0) };
    }
    LAST.set(LAST.get() + 1);
    format!("{stem}-{}", LAST.get())
}

/// The document.
pub fn document() -> web_sys::Document {
    leptos::prelude::document()
}

/// Sets or removes an attribute of the root element.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    let Some(root) = document().document_element() else {
        return;
    };
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

/// The `content` of the `<meta>` with this name.
pub fn meta_content(name: &str) -> Option<String> {
    document()
        .query_selector(&format!("meta[name=\"{name}\"]"))
        .ok()??
        .get_attribute("content")
}

/// Adds a style sheet and waits until it counts; false when it did not arrive.
pub async fn add_styles(address: &str) -> bool {
    let (Ok(link), Some(head)) = (document().create_element("link"), document().head()) else {
        return false;
    };
    let link: web_sys::HtmlElement = link.unchecked_into();
    let _ = link.set_attribute("rel", "stylesheet");
    let _ = link.set_attribute("href", address);
    let arrived = js_sys::Promise::new(&mut |resolve, reject| {
        link.set_onload(Some(&resolve));
        link.set_onerror(Some(&reject));
    });
    let _ = head.append_child(&link);
    let arrived = wasm_bindgen_futures::JsFuture::from(arrived).await.is_ok();
    if !arrived {
        link.remove();
    }
    arrived
}

/// Moves the focus to the first element that matches, if there is one.
pub fn focus(root: &web_sys::Element, selector: &str) -> bool {
    let Ok(Some(found)) = root.query_selector(selector) else {
        return false;
    };
    found
        .dyn_ref::<web_sys::HtmlElement>()
        .is_some_and(|element| element.focus().is_ok())
}

/// What has the focus, if anything but the page itself has.
pub fn focused() -> Option<web_sys::Element> {
    let element = document().active_element()?;
    (element.tag_name() != "BODY").then_some(element)
}

/// Gives the focus to what had it before a dialog was opened, unless it has gone elsewhere: to the menu that hides it,
/// or where it is gone, to the main landmark.
pub fn give_focus_back(before: Option<web_sys::Element>) {
    // What is in a dialog that has closed keeps the focus for a moment; then nothing has it.
    let has_gone = |now: web_sys::Element| now.closest("dialog:not([open])").ok().flatten().is_none();
    let Some(before) = before.filter(|_| !focused().is_some_and(has_gone)) else {
        return;
    };
    let menu = before.closest("details").ok().flatten();
    let found = before.is_connected() && menu.is_some_and(|menu| focus(&menu, "summary"));
    if !found && let Some(root) = document().document_element() {
        focus_still(&root, "main");
    }
}

/// Keeps the place of the focus while a part of the screen is made anew: when what has it is gone afterwards, the
/// heading of the card around it takes it, and if that is gone too, the heading of the screen.
pub fn keep_focus() {
    let Some(before) = focused() else { return };
    let card = before.closest("section").ok().flatten();
    leptos::prelude::request_animation_frame(move || {
        if before.is_connected() || focused().is_some() {
            return;
        }
        let kept = card.filter(|card| card.is_connected());
        let found = kept.is_some_and(|card| focus_still(&card, "h2"));
        if !found && let Some(root) = document().document_element() {
            focus_still(&root, "main h1");
        }
    });
}

/// As [`focus`], also for what is not made to have it, and without scrolling there.
fn focus_still(root: &web_sys::Element, selector: &str) -> bool {
    let Ok(Some(found)) = root.query_selector(selector) else {
        return false;
    };
    let Ok(element) = found.dyn_into::<web_sys::HtmlElement>() else {
        return false;
    };
    if element.tab_index() < 0 && !element.has_attribute("tabindex") {
        let _ = element.set_attribute("tabindex", "-1");
    }
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    element.focus_with_options(&options).is_ok()
}

/// Names the screen: sets the document's title and, after a navigation, moves the focus to the main landmark, so that
/// a screen reader starts at the new content.
pub fn name_screen(title: &str) {
    thread_local! {
        static FIRST: Cell<bool> = const { Cell::new(true) };
    }
    document().set_title(&format!("{title} · {}", crate::i18n::t("app.name")));
    if !FIRST.replace(false) {
        leptos::prelude::request_animation_frame(|| {
            if let Some(root) = document().document_element() {
                focus(&root, "main");
            }
        });
    }
}
