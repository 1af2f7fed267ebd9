//! Who is signed in, and for which organization they look at things.

use daypack_api_types::session::{EditMe, Me, Membership, Session as Signed};
use daypack_domain::ids::OrganizationId;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{self, ApiProblem, account},
    dom, i18n,
    place::{self, Way},
};

/// Where the page stands with its person.
#[derive(Clone, PartialEq)]
pub enum Standing {
    /// It is not known yet whether there is a session.
    Starting,
    /// Nobody is signed in.
    SignedOut,
    /// This person is.
    SignedIn(Me),
    /// There may be a session, but the server cannot be asked.
    Unreachable(ApiProblem),
}

/// The session of this page, in a context of the root: [`use_session`].
#[derive(Clone, Copy)]
pub struct Session {
    standing: RwSignal<Standing>,
    organization: RwSignal<Option<OrganizationId>>,
}

/// The session, anywhere below the root.
pub fn use_session() -> Session {
    expect_context::<Session>()
}

/// A visitor who never signed in here spares the server, and the console, a refresh that must fail.
const HINT: &str = "signed-in";
const ORGANIZATION: &str = "organization";

/// Starts the exchange of the cookie while the texts are still on their way.
pub fn begin() {
    if dom::stored(HINT).is_some() {
        // Nothing is mounted yet, so Leptos's own executor is not there.
        wasm_bindgen_futures::spawn_local(async {
            let _ = api::refresh().await;
        });
    }
}

impl Session {
    /// Provides the session to everything below, and finds out who it is.
    pub fn provide() -> Self {
        let session = Self {
            standing: RwSignal::new(Standing::Starting),
            organization: RwSignal::new(None),
        };
        provide_context(session);
        session.start();
        session
    }

    /// Finds out by the cookie whether somebody is signed in; also the way on from [`Standing::Unreachable`].
    pub fn start(self) {
        if dom::stored(HINT).is_none() {
            self.standing.set(Standing::SignedOut);
            return;
        }
        self.standing.set(Standing::Starting);
        spawn_local(async move {
            match api::refresh().await {
                Ok(signed) => self.enter(signed),
                Err(problem) if problem.is_unanswered() || problem.status() == 429 => {
                    self.standing.set(Standing::Unreachable(problem));
                }
                Err(_) => self.leave(),
            }
        });
    }

    /// Goes to the sign-in page when the session ends in the middle of something, and keeps the place.
    pub fn watch_expiry(self) {
        api::on_expired(move || {
            self.leave();
            place::go(&sign_in_address(), Way::Instead);
        });
    }

    /// Signs in.
    pub async fn sign_in(self, email: String, password: String) -> Result<(), ApiProblem> {
        let signed = account::sign_in(email, password).await?;
        let locale = signed.user.locale.clone();
        self.enter(signed);
        if dom::stored("language").is_none() {
            i18n::choose(&locale).await;
        }
        Ok(())
    }

    /// Signs out, and forgets the drafts that this person left in the browser.
    pub async fn sign_out(self) {
        // A session that the server has forgotten already has ended too.
        let _ = account::sign_out().await;
        dom::forget_all("draft.");
        dom::forget(ORGANIZATION);
        self.leave();
    }

    /// Shows another language from now on, and remembers it for the mails as well.
    pub async fn choose_language(self, code: String) {
        i18n::choose(&code).await;
        let Standing::SignedIn(me) = self.standing.get_untracked() else {
            return;
        };
        let changes = EditMe {
            locale: Some(code),
            ..EditMe::default()
        };
        if let Ok(me) = account::edit_me(me.version, &changes).await {
            self.standing.set(Standing::SignedIn(me));
        }
    }

    /// Where the page stands.
    pub fn standing(self) -> Standing {
        self.standing.get()
    }

    /// The person, when somebody is signed in.
    pub fn me(self) -> Option<Me> {
        match self.standing.get() {
            Standing::SignedIn(me) => Some(me),
            _ => None,
        }
    }

    /// As [`Self::me`], for a look that need not be repeated.
    pub fn me_untracked(self) -> Option<Me> {
        untrack(move || self.me())
    }

    /// Shows what the server says about the person from now on.
    pub fn know(self, me: Me) {
        self.standing.set(Standing::SignedIn(me));
    }

    /// Why the server cannot be asked who this is.
    pub fn problem(self) -> Option<ApiProblem> {
        match self.standing.get() {
            Standing::Unreachable(problem) => Some(problem),
            _ => None,
        }
    }

    /// The membership that the page shows now: the one chosen, else the first.
    pub fn membership(self) -> Option<Membership> {
        let chosen = self.organization.get();
        let memberships = self.me()?.memberships;
        let found = memberships
            .iter()
            .find(|membership| Some(membership.organization_id) == chosen);
        found.or(memberships.first()).cloned()
    }

    /// Shows another organization from now on.
    pub fn choose_organization(self, id: OrganizationId) {
        dom::store(ORGANIZATION, &id.to_string());
        self.organization.set(Some(id));
    }

    /// Whether this person is on the agency's staff.
    pub fn is_staff(self) -> bool {
        self.me().is_some_and(|me| me.staff_role.is_some())
    }

    /// Whether this person may do something: in the organization chosen for clients, anywhere for staff. What the
    /// server says counts; this only spares people buttons that would be refused.
    pub fn may(self, permission: &str) -> bool {
        let holds = |words: &[String]| words.iter().any(|word| word == permission);
        match self.membership() {
            Some(membership) if !self.is_staff() => holds(&membership.permissions),
            _ => self.me().is_some_and(|me| holds(&me.permissions)),
        }
    }

    fn enter(self, signed: Signed) {
        dom::store(HINT, "yes");
        self.organization
            .set(dom::stored(ORGANIZATION).and_then(|id| id.parse().ok()));
        self.standing.set(Standing::SignedIn(signed.user));
    }

    fn leave(self) {
        dom::forget(HINT);
        api::set_access_token(None);
        self.standing.set(Standing::SignedOut);
    }
}

/// The sign-in page, with the way back to where the person is now.
pub fn sign_in_address() -> String {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let place = path.clone() + &location.search().unwrap_or_default();
    if matches!(path.as_str(), "/" | "/login") {
        return "/login".to_owned();
    }
    format!("/login?next={}", String::from(js_sys::encode_uri_component(&place)))
}

/// Where to go after signing in: a place of this page and nothing else, whatever an address from outside says.
pub fn place_after_sign_in(next: Option<String>) -> String {
    let inside = |place: &String| {
        place.starts_with('/') && !place.starts_with("//") && !place.contains('\\') && !place.starts_with("/login")
    };
    next.filter(inside).unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::place_after_sign_in;

    #[test]
    fn only_places_of_this_page_are_gone_to() {
        let after = |next: &str| place_after_sign_in(Some(next.to_owned()));
        assert_eq!(after("/tickets/ACME-1?tab=work"), "/tickets/ACME-1?tab=work");
        for outside in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/login",
        ] {
            assert_eq!(after(outside), "/");
        }
    }
}
