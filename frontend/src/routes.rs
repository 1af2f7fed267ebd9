//! Which screen an address shows, and who may enter it.
//!
//! The addresses are one table, matched here; [`place`] does history, links and queries.

use std::cell::RefCell;

use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::{
    api::ApiProblem,
    components::{ErrorState, Remote, Shell, Skeleton},
    dom, i18n,
    pages::{admin, client, clients, contract, desk, home, public, requests},
    place,
    session::{Session, Standing, sign_in_address, use_session},
};

/// Builds a screen.
pub type Screen = fn() -> AnyView;

/// A screen, named by the part of the program it is in; each part is loaded when one of its screens is first shown.
#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    /// The first screen after signing in.
    Home,
    /// One of the screens for clients.
    Client(client::Place),
    /// One of the screens about the agency's clients.
    Clients(clients::Place),
    /// One of the screens of the admins.
    Admin(admin::Place),
    /// One of the screens about a contract: packs, orders, agreements.
    Contract(contract::Place),
    /// The board, or one request.
    Desk(desk::Place),
    /// The list of requests, or asking for one.
    Requests(requests::Place),
    /// One of the public screens.
    Public(public::Place),
}

/// Who may enter.
#[derive(Clone, Copy, PartialEq)]
enum Door {
    /// Everybody.
    Open(Place),
    /// Who is signed in, whatever they are.
    SignedIn(Place),
}

/// All addresses. `:name` stands for any one segment, which [`parameter`] reads.
const ROUTES: &[(&str, Door)] = &[
    ("/", Door::SignedIn(Place::Home)),
    ("/tickets", Door::SignedIn(Place::Requests(requests::Place::List))),
    ("/tickets/new", Door::SignedIn(Place::Requests(requests::Place::New))),
    ("/tickets/:ref", Door::SignedIn(Place::Desk(desk::Place::Ticket))),
    ("/board", Door::SignedIn(Place::Desk(desk::Place::Board))),
    ("/clients", Door::SignedIn(Place::Clients(clients::Place::List))),
    ("/clients/:slug", Door::SignedIn(Place::Clients(clients::Place::Client))),
    ("/admin", Door::SignedIn(Place::Admin(admin::Place::Plans))),
    ("/admin/terms", Door::SignedIn(Place::Admin(admin::Place::Terms))),
    ("/admin/seller", Door::SignedIn(Place::Admin(admin::Place::Seller))),
    ("/admin/import", Door::SignedIn(Place::Admin(admin::Place::Import))),
    ("/admin/staff", Door::SignedIn(Place::Clients(clients::Place::Staff))),
    (
        "/clients/:slug/packs",
        Door::SignedIn(Place::Contract(contract::Place::ClientPacks)),
    ),
    (
        "/clients/:slug/ledger",
        Door::SignedIn(Place::Contract(contract::Place::ClientLedger)),
    ),
    (
        "/clients/:slug/agreements",
        Door::SignedIn(Place::Contract(contract::Place::ClientAgreements)),
    ),
    ("/packs", Door::SignedIn(Place::Contract(contract::Place::Packs))),
    (
        "/packs/ledger",
        Door::SignedIn(Place::Contract(contract::Place::Ledger)),
    ),
    (
        "/packs/agreements",
        Door::SignedIn(Place::Contract(contract::Place::Agreements)),
    ),
    ("/packs/order", Door::SignedIn(Place::Contract(contract::Place::Order))),
    (
        "/packs/orders/:id",
        Door::SignedIn(Place::Contract(contract::Place::Placed)),
    ),
    ("/approvals", Door::SignedIn(Place::Client(client::Place::Approvals))),
    ("/approvals/:id", Door::SignedIn(Place::Client(client::Place::Approval))),
    ("/statements", Door::SignedIn(Place::Client(client::Place::Statements))),
    (
        "/statements/:id",
        Door::SignedIn(Place::Client(client::Place::Statement)),
    ),
    ("/me", Door::SignedIn(Place::Client(client::Place::Me))),
    ("/approve/:token", Door::Open(Place::Client(client::Place::ApproveLink))),
    ("/dispute/:token", Door::Open(Place::Client(client::Place::DisputeLink))),
    ("/plans", Door::Open(Place::Public(public::Place::Plans))),
    ("/login", Door::Open(Place::Public(public::Place::Login))),
    ("/reset", Door::Open(Place::Public(public::Place::RequestReset))),
    ("/reset/:token", Door::Open(Place::Public(public::Place::Reset))),
    ("/invite/:token", Door::Open(Place::Public(public::Place::Invite))),
];

/// What every other address shows.
const NOWHERE: Door = Door::Open(Place::Public(public::Place::NotFound));

thread_local! {
    /// The loading of what every screen but the first needs besides its part, once one was asked for.
    static LATER: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Loads the part of the program that a screen is in, and the texts and styles that such screens need.
pub async fn load(place: Place) -> Result<Screen, ApiProblem> {
    if place == Place::Home {
        return Ok(home::home);
    }
    let later = later();
    let screen = match place {
        Place::Home => Ok(home::home as Screen),
        Place::Client(place) => client::load(place).await,
        Place::Clients(place) => clients::load(place).await,
        Place::Admin(place) => admin::load(place).await,
        Place::Contract(place) => contract::load(place).await,
        Place::Desk(place) => desk::load(place).await,
        Place::Requests(place) => requests::load(place).await,
        Place::Public(place) => public::load(place).await,
    };
    let later = JsFuture::from(later).await;
    if later.is_err() {
        LATER.take();
    }
    // The browser says why on its console; for the person it is a part of the page that did not arrive.
    match (screen, later) {
        (Ok(screen), Ok(_)) => Ok(screen),
        _ => Err(ApiProblem::offline()),
    }
}

fn later() -> Promise {
    let load = || {
        future_to_promise(async {
            let styles = dom::meta_content("daypack-later-styles").unwrap_or_default();
            let texts = future_to_promise(async {
                i18n::whole().await.map_err(|_| JsValue::UNDEFINED)?;
                Ok(JsValue::UNDEFINED)
            });
            if !dom::add_styles(&styles).await {
                return Err(JsValue::UNDEFINED);
            }
            JsFuture::from(texts).await
        })
    };
    LATER.with_borrow_mut(|later| later.get_or_insert_with(load).clone())
}

/// Begins to load what the address of this moment shows, beside everything else that a start waits for.
pub fn begin() {
    let path = window().location().pathname().unwrap_or_default();
    let (Door::Open(place) | Door::SignedIn(place), _) = find(&path);
    wasm_bindgen_futures::spawn_local(async move {
        let _ = load(place).await;
    });
}

/// The values of the `:name` segments of the address that is shown.
#[derive(Clone)]
struct Parameters(Vec<(&'static str, String)>);

/// The value of a `:name` segment of this screen's address; empty where the address has none.
pub fn parameter(name: &str) -> String {
    use_context::<Parameters>()
        .and_then(|all| all.0.into_iter().find(|(known, _)| *known == name))
        .map_or_else(String::new, |(_, value)| value)
}

/// What is around a screen.
#[derive(Clone, Copy, PartialEq)]
enum Frame {
    /// Nothing: the screen brings its own.
    None,
    /// It is not known yet who this is.
    Starting,
    /// The frame of people who are signed in.
    Shell,
    /// The way to the sign-in page.
    SignIn,
    /// The server cannot be asked who this is.
    Unreachable,
}

/// The screen of the address, and the frame around it. The frame stays while one goes from screen to screen; a screen
/// is built anew when the path or the organization changes, not when only the query does.
pub fn screens() -> AnyView {
    let session = use_session();
    let path = Memo::new(|_| place::path());
    let door = Memo::new(move |_| path.with(|path| find(path).0));
    let frame = Memo::new(move |_| match (door.get(), session.standing()) {
        (Door::Open(_), _) => Frame::None,
        (_, Standing::Starting) => Frame::Starting,
        (_, Standing::SignedOut) => Frame::SignIn,
        (_, Standing::SignedIn(_)) => Frame::Shell,
        (_, Standing::Unreachable(_)) => Frame::Unreachable,
    });
    (move || match frame.get() {
        Frame::None => screen(path, session),
        Frame::Starting => view! { <main class="boot"><Skeleton lines=6 /></main> }.into_any(),
        Frame::Shell => view! { <Shell>{screen(path, session)}</Shell> }.into_any(),
        Frame::SignIn => place::elsewhere(&sign_in_address()),
        Frame::Unreachable => unreachable_server(session),
    })
    .into_any()
}

fn screen(path: Memo<String>, session: Session) -> AnyView {
    let organization = Memo::new(move |_| session.membership().map(|membership| membership.organization_id));
    (move || {
        organization.track();
        let (Door::Open(place) | Door::SignedIn(place), parameters) = path.with(|path| find(path));
        provide_context(parameters);
        let tried = StoredValue::new(false);
        let fetch = move || {
            // A server that has been renewed has other parts than the page that is open: only a new page fits them.
            if tried.get_value() && window().navigator().on_line() {
                let _ = window().location().reload();
            }
            tried.set_value(true);
            load(place)
        };
        Remote::load(fetch).view(6, |screen| untrack(screen))
    })
    .into_any()
}

fn unreachable_server(session: Session) -> AnyView {
    match untrack(move || session.problem()) {
        Some(problem) => {
            let retry = Callback::new(move |()| session.start());
            view! { <main class="boot"><ErrorState problem=problem retry=retry /></main> }.into_any()
        }
        None => ().into_any(),
    }
}

fn find(path: &str) -> (Door, Parameters) {
    let found = ROUTES
        .iter()
        .find_map(|(pattern, door)| Some((*door, matched(pattern, path)?)));
    let (door, parameters) = found.unwrap_or((NOWHERE, Vec::new()));
    (door, Parameters(parameters))
}

/// The values of the pattern's `:name` segments if the path is of this form; a slash at the end does not matter.
fn matched(pattern: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut found = Vec::new();
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    for wanted in pattern.split('/').filter(|segment| !segment.is_empty()) {
        let segment = segments.next()?;
        match wanted.strip_prefix(':') {
            Some(name) => found.push((name, decoded(segment))),
            None if wanted == segment => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(found)
}

/// A segment without its per cent signs; as it is, where they make no sense.
fn decoded(segment: &str) -> String {
    if !segment.contains('%') {
        return segment.to_owned();
    }
    js_sys::decode_uri_component(segment).map_or_else(|_| segment.to_owned(), String::from)
}

#[cfg(test)]
mod tests {
    use super::{ROUTES, matched};

    #[test]
    fn patterns_match_whole_paths_and_name_their_segments() {
        assert_eq!(matched("/", "/"), Some(vec![]));
        assert_eq!(matched("/plans", "/plans/"), Some(vec![]));
        assert_eq!(
            matched("/reset/:token", "/reset/a-b"),
            Some(vec![("token", "a-b".to_owned())])
        );
        for (pattern, path) in [
            ("/", "/plans"),
            ("/reset", "/reset/a"),
            ("/reset/:token", "/reset"),
            ("/plans", "/plan"),
        ] {
            assert_eq!(matched(pattern, path), None, "{pattern} and {path}");
        }
    }

    #[test]
    fn no_address_hides_another() {
        for (index, (pattern, _)) in ROUTES.iter().enumerate() {
            let first = ROUTES.iter().position(|(other, _)| matched(other, pattern).is_some());
            assert_eq!(first, Some(index), "{pattern} is never reached");
        }
    }
}
