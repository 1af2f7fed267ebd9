//! The Daypack page: one Leptos application, rendered in the browser, for clients and staff.
//!
//! [`api`] holds all HTTP, [`session`] who is signed in, [`i18n`] the texts, [`components`] the parts that screens are
//! made of and [`pages`] the screens, one file each.

mod amount;
mod api;
mod app;
mod components;
mod dom;
mod format;
mod i18n;
mod pages;
mod place;
mod routes;
mod session;
mod time;
mod zone;

fn main() {
    session::begin();
    place::begin();
    i18n::begin();
    routes::begin();
    // Leptos has no executor of its own before something is mounted.
    wasm_bindgen_futures::spawn_local(async {
        i18n::start().await;
        leptos::mount::mount_to_body(app::App);
    });
}
