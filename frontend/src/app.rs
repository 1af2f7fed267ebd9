//! The root of the page.

use leptos::prelude::*;

use crate::{
    components::{ToastRegion, Toasts, apply_stored_theme},
    i18n, routes,
    session::Session,
};

/// The whole page. It is built anew when the language changes.
#[component]
pub fn App() -> impl IntoView {
    apply_stored_theme();
    let session = Session::provide();
    Toasts::provide();
    session.watch_expiry();
    let version = i18n::version();
    view! {
        {move || {
            version.track();
            routes::screens()
        }}
        <ToastRegion />
    }
}
