//! The routes, and who may enter them.

use leptos::prelude::*;
use leptos_router::{
    components::{Redirect, Route, Router, Routes},
    path,
};

use crate::{
    components::{ErrorState, Shell, Skeleton, ToastRegion, Toasts, apply_stored_theme},
    i18n,
    pages::{self, public::PublicFrame},
    session::{Session, Standing, sign_in_address, use_session},
};

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    apply_stored_theme();
    let session = Session::provide();
    Toasts::provide();
    let version = i18n::version();
    view! {
        <Router>
            {move || {
                session.watch_expiry();
                version.track();
                screens()
            }}
            <ToastRegion />
        </Router>
    }
}

fn screens() -> AnyView {
    view! {
        <Routes fallback=|| pages::not_found::NotFound().into_any()>
            <Route path=path!("/") view=|| signed_in(pages::home::home) />
            <Route path=path!("/plans") view=pages::public::plans::Plans />
            <Route path=path!("/login") view=pages::public::login::Login />
            <Route path=path!("/reset") view=pages::public::password::RequestReset />
            <Route path=path!("/reset/:token") view=pages::public::password::Reset />
            <Route path=path!("/invite/:token") view=pages::public::password::Invite />
        </Routes>
    }
    .into_any()
}

/// A screen for people who are signed in, inside the shell. Others go to the sign-in page and come back after it.
pub fn signed_in(screen: fn() -> AnyView) -> AnyView {
    let session = use_session();
    let kind = Memo::new(move |_| match session.standing() {
        Standing::Starting => 0,
        Standing::SignedOut => 1,
        Standing::SignedIn(_) => 2,
        Standing::Unreachable(_) => 3,
    });
    (move || match kind.get() {
        0 => view! { <main class="boot"><Skeleton lines=6 /></main> }.into_any(),
        1 => view! { <Redirect path=sign_in_address() /> }.into_any(),
        2 => view! { <Shell>{screen()}</Shell> }.into_any(),
        _ => match session.problem() {
            Some(problem) => view! {
                <PublicFrame><ErrorState problem=problem retry=Callback::new(move |()| session.start()) /></PublicFrame>
            }
            .into_any(),
            None => ().into_any(),
        },
    })
    .into_any()
}
