//! The page of one request, for both sides: what is shown follows from what the server says this person may do.

mod closures;
mod conversation;
mod estimates;
mod facts;
mod header;
mod pictures;
mod reply;
mod sentences;
mod sla;
mod special;
mod time;
pub mod timer;
mod windows;
mod work;

use std::time::Duration;

use daypack_api_types::{organization::StaffMember, sla::Sla, ticket::Ticket};
use daypack_domain::policy::Action;
use leptos::{prelude::*, task::spawn_local};

use super::sheets::{Around, Done, Sheet, Sheets};
use crate::{
    api::{ApiProblem, contract, tickets, tickets::Happening},
    components::{Remote, Toasts, use_toasts},
    dom,
    i18n::t,
    routes::parameter,
    session::use_session,
};

const REFRESH: Duration = Duration::from_secs(30);

/// Everything that the parts of this page share.
#[derive(Clone, Copy)]
pub struct Desk {
    reference: StoredValue<String>,
    loading: Remote<Ticket>,
    /// The request, when it is here; says nothing when a refresh brought the same.
    pub ticket: Memo<Option<Ticket>>,
    /// What happened.
    pub timeline: Remote<Vec<Happening>>,
    /// Its clocks.
    pub sla: Remote<Sla>,
    people: RwSignal<Vec<StaffMember>>,
    /// The client's zone, as soon as it is known.
    pub zone: Signal<Option<String>>,
    sheets: Sheets,
    /// Shows what an operation answered, and asks for the rest.
    changed: Done,
    toasts: Toasts,
    /// Whether the person is on the staff.
    pub staff: bool,
}

impl Desk {
    fn load(reference: String) -> Self {
        let session = use_session();
        let staff = untrack(move || session.is_staff());
        let key = StoredValue::new(reference);
        let loading = Remote::load(move || {
            let key = key.get_value();
            async move { tickets::ticket(&key).await }
        });
        let ticket = Memo::new(move |_| loading.get());
        let timeline = Remote::load(move || {
            let key = key.get_value();
            async move { tickets::timeline(&key).await }
        });
        let sla = Remote::load(move || {
            let key = key.get_value();
            async move { tickets::sla(&key).await }
        });
        let changed = Callback::new(move |(ticket, _): (Option<Ticket>, String)| {
            match ticket {
                Some(ticket) => loading.set(ticket),
                None => loading.reload(),
            }
            timeline.reload();
            sla.reload();
        });
        Self {
            reference: key,
            loading,
            ticket,
            timeline,
            sla,
            people: RwSignal::new(Vec::new()),
            zone: zone(ticket),
            sheets: Sheets::new(),
            changed: Done(changed),
            toasts: use_toasts(),
            staff,
        }
    }

    /// The request's reference.
    pub fn reference(self) -> String {
        self.reference.get_value()
    }

    /// Asks for everything again; what is there stays until the answers come.
    pub fn reload(self) {
        self.loading.reload();
        self.timeline.reload();
        self.sla.reload();
    }

    /// Whether this person may do something with the request now.
    pub fn may(self, action: Action) -> bool {
        let word = action.as_str();
        self.ticket.with(|ticket| {
            ticket
                .as_ref()
                .is_some_and(|ticket| ticket.actions.iter().any(|known| known == word))
        })
    }

    /// Opens a form.
    pub fn open(self, sheet: Sheet) {
        let Some(ticket) = self.ticket.get_untracked() else {
            return;
        };
        let around = Around {
            ticket,
            people: self.people.get_untracked(),
            zone: self.zone.get_untracked().unwrap_or_else(|| "UTC".to_owned()),
            done: self.changed,
        };
        self.sheets.open(sheet, around);
    }

    /// Does something that needs no form, and says so.
    pub fn act(
        self,
        busy: RwSignal<bool>,
        action: impl Future<Output = Result<Option<Ticket>, ApiProblem>> + 'static,
        key: &'static str,
    ) {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            match action.await {
                Ok(ticket) => {
                    self.toasts.say(t(key));
                    // Nobody may look at it any more.
                    self.changed.0.try_run((ticket, String::new()));
                }
                Err(problem) => {
                    self.toasts.fail(&problem);
                    // What was refused may have changed on the other side.
                    self.reload();
                }
            }
            busy.try_set(false);
        });
    }

    /// A part of the page that follows the request.
    pub fn part(self, show: impl Fn(Ticket) -> AnyView + Send + Sync + 'static) -> AnyView {
        (move || self.ticket.get().map(&show)).into_any()
    }
}

/// The zone of the request's organization: a member knows it from the session, the staff ask for it.
fn zone(ticket: Memo<Option<Ticket>>) -> Signal<Option<String>> {
    let session = use_session();
    let slug = Memo::new(move |_| ticket.with(|ticket| Some(ticket.as_ref()?.summary.organization.slug.clone())));
    let asked = RwSignal::new(None::<String>);
    let own = move |slug: &str| {
        let memberships = session.me()?.memberships;
        let own = memberships.into_iter().find(|membership| membership.slug == slug)?;
        Some(own.time_zone)
    };
    Effect::new(move |_| {
        let Some(slug) = slug.get() else { return };
        if let Some(zone) = own(&slug) {
            asked.set(Some(zone));
            return;
        }
        spawn_local(async move {
            if let Ok(organization) = contract::organization(&slug).await {
                asked.try_set(Some(organization.time_zone));
            }
        });
    });
    asked.into()
}

/// The page.
pub fn ticket() -> AnyView {
    let reference = parameter("ref").to_uppercase();
    dom::name_screen(&reference);
    let desk = Desk::load(reference);
    if desk.staff {
        spawn_local(async move {
            if let Ok(people) = contract::staff().await {
                desk.people.try_set(people);
            }
        });
    }
    let refresh = move || {
        if !dom::document().hidden() {
            desk.reload();
        }
    };
    if let Ok(timer) = set_interval_with_handle(refresh, REFRESH) {
        on_cleanup(move || timer.clear());
    }
    let here = Memo::new(move |_| desk.ticket.with(Option::is_some));
    let content = move || {
        if here.get() {
            untrack(move || page(desk))
        } else {
            desk.loading.view(10, |_| ().into_any())
        }
    };
    view! { {content} {desk.sheets.view(!desk.staff)} }.into_any()
}

fn page(desk: Desk) -> AnyView {
    view! {
        {header::header(desk)}
        {sla::strip(desk)}
        <div class="cols ticket-cols">
            <div class="stack talk">{conversation::conversation(desk)} {reply::reply(desk)}</div>
            <aside class="stack panel">
                {special::special(desk)}
                {estimates::estimates(desk)}
                {windows::windows(desk)}
                {work::work(desk)}
                {closures::closures(desk)}
                {facts::facts(desk)}
                {time::entries(desk)}
            </aside>
        </div>
    }
    .into_any()
}
