//! Where the page is: its address, the links within it, back and forward. (A router for every kind of program takes
//! more bytes than all of this page's screens for clients.)

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent, UrlSearchParams};

use crate::dom;

/// The address as it was last seen.
#[derive(Clone)]
struct Address {
    path: ArcRwSignal<String>,
    /// What follows the path, with its question mark; empty where nothing does.
    search: ArcRwSignal<String>,
}

thread_local! {
    static ADDRESS: Address = Address {
        path: ArcRwSignal::new(window().location().pathname().unwrap_or_default()),
        search: ArcRwSignal::new(window().location().search().unwrap_or_default()),
    };
}

/// How to go somewhere.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    /// One step on, to the top of another screen; Back leads here again.
    On,
    /// Another screen instead of this one: Back leads to the one before.
    Instead,
    /// The same screen seen otherwise, such as a list that is narrowed: it does not scroll, and Back leads out of it.
    Within,
}

/// Follows the links of the page, and Back and Forward, from now on.
pub fn begin() {
    // For as long as the page is open.
    let _ = window_event_listener(leptos::ev::click, clicked);
    let _ = window_event_listener_untyped("popstate", |_| look());
}

/// The path of the address; whoever asks within an effect hears of the next one.
pub fn path() -> String {
    ADDRESS.with(|address| address.path.get())
}

/// A parameter behind the path; whoever asks within an effect hears when any of them changes.
pub fn query(name: &str) -> Option<String> {
    let search = ADDRESS.with(|address| address.search.get());
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// Goes to a place of this page.
pub fn go(to: &str, way: Way) {
    let Ok(history) = window().history() else { return };
    let _ = match way {
        Way::On => history.push_state_with_url(&JsValue::NULL, "", Some(to)),
        Way::Instead | Way::Within => history.replace_state_with_url(&JsValue::NULL, "", Some(to)),
    };
    look();
    if way != Way::Within {
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// A view that leads elsewhere at once.
pub fn elsewhere(to: &str) -> AnyView {
    go(to, Way::Instead);
    ().into_any()
}

/// Learns the address from the browser.
fn look() {
    let location = window().location();
    let Address { path, search } = ADDRESS.with(Clone::clone);
    for (known, now) in [(path, location.pathname()), (search, location.search())] {
        let now = now.unwrap_or_default();
        if known.with_untracked(|known| *known != now) {
            known.set(now);
        }
    }
}

/// Follows a plain click on a link within the page; everything else is the browser's.
fn clicked(event: MouseEvent) {
    let with_key = event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key();
    if event.default_prevented() || event.button() != 0 || with_key {
        return;
    }
    let link = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok()?.closest("a[href]").ok()?)
        .and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    let Some(link) = link else { return };
    let location = window().location();
    let elsewhere =
        !link.target().is_empty() || link.has_attribute("download") || Ok(link.origin()) != location.origin();
    // A place on this very screen: the browser scrolls to it and moves the focus.
    let here =
        !link.hash().is_empty() && Ok(link.pathname()) == location.pathname() && Ok(link.search()) == location.search();
    if !elsewhere && !here {
        event.prevent_default();
        let to = [link.pathname(), link.search(), link.hash()].concat();
        go(&to, Way::On);
        let hash = link.hash();
        if let Some(found) = hash
            .strip_prefix('#')
            .and_then(|id| dom::document().get_element_by_id(id))
        {
            found.scroll_into_view();
        }
    }
}
