//! The list of requests. What narrows it is in the address, so that it can be kept, shared and gone back to.

use std::time::Duration;

use daypack_domain::ticket::{Kind, Severity, Status};
use leptos::prelude::*;

use crate::{
    api::tickets::{self, Filter},
    components::{EmptyState, Icon, LinkButton, Look, Paged, ticket_row},
    dom,
    format::word,
    i18n::t,
    place::{self, Way},
    session::use_session,
};

/// How long a person may pause while typing before the list follows.
const PAUSE: Duration = Duration::from_millis(250);
/// What the list shows when the address does not say.
const OPEN: &str = "open";
const SORTS: [&str; 4] = ["newest", "updated", "oldest", "deadline"];

/// What narrows the list, by its names in the address.
#[derive(Clone, Default, PartialEq)]
struct Wanted {
    q: String,
    status: String,
    severity: String,
    kind: String,
    sort: String,
    mine: bool,
}

impl Wanted {
    /// The address of the list narrowed like this.
    fn address(&self) -> String {
        let mine = if self.mine { "yes" } else { "" };
        let pairs = [
            ("q", self.q.as_str()),
            ("status", &self.status),
            ("severity", &self.severity),
            ("kind", &self.kind),
            ("sort", &self.sort),
            ("mine", mine),
        ];
        let pairs: Vec<String> = pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| [*name, "=", &String::from(js_sys::encode_uri_component(value))].concat())
            .collect();
        if pairs.is_empty() {
            "/tickets".to_owned()
        } else {
            ["/tickets?", &pairs.join("&")].concat()
        }
    }

    fn is_narrow(&self) -> bool {
        !(self.q.is_empty() && self.severity.is_empty() && self.kind.is_empty() && self.status.is_empty() && !self.mine)
    }
}

/// All requests that this person may see.
pub fn list() -> AnyView {
    dom::name_screen(&t("nav.requests"));
    let session = use_session();
    let staff = untrack(move || session.is_staff());
    let wanted = Memo::new(move |_| {
        let value = |name: &str| place::query(name).unwrap_or_default();
        Wanted {
            q: value("q"),
            status: value("status"),
            severity: value("severity"),
            kind: value("kind"),
            sort: value("sort"),
            mine: !value("mine").is_empty(),
        }
    });
    let organization_id = untrack(move || session.membership()).map(|membership| membership.organization_id);
    let organization_id = organization_id.filter(|_| !staff);
    let me = session.me_untracked().map(|me| me.id.to_string());
    let found = Paged::load(move |cursor| {
        let wanted = wanted.get_untracked();
        let some = |text: String| Some(text).filter(|text| !text.is_empty() && text != "all");
        let status = if wanted.status.is_empty() {
            OPEN.to_owned()
        } else {
            wanted.status
        };
        let filter = Filter {
            organization_id,
            status: some(status),
            severity: some(wanted.severity),
            kind: some(wanted.kind),
            assignee_id: me.clone().filter(|_| wanted.mine),
            q: some(wanted.q),
            sort: some(wanted.sort),
        };
        tickets::tickets(filter, cursor)
    });
    Effect::new(move |before: Option<Wanted>| {
        let now = wanted.get();
        if before.is_some_and(|before| before != now) {
            found.restart();
        }
        now
    });
    let new = session
        .may("open_ticket")
        .then(|| view! { <LinkButton href="/tickets/new" label=t("ticket.new") icon="plus" look=Look::Primary /> });
    let row = move |ticket| ticket_row(ticket, staff);
    let around = |rows: AnyView| view! { <ul class="list">{rows}</ul> }.into_any();
    view! {
        <div class="top"><div class="grow"><h1>{t("nav.requests")}</h1></div>{new}</div>
        {filters(wanted, staff)}
        <section class="card" aria-live="polite">{found.view(8, move || empty(wanted), row, around)}</section>
    }
    .into_any()
}

/// Nothing fits, or nothing is there at all.
fn empty(wanted: Memo<Wanted>) -> AnyView {
    if untrack(move || wanted.get()).is_narrow() {
        return view! {
            <EmptyState title=t("list.nothing_title") text=t("list.nothing_text") icon="search">
                <LinkButton href="/tickets?status=all" label=t("list.show_all") />
            </EmptyState>
        }
        .into_any();
    }
    let ask = use_session().may("open_ticket");
    view! {
        <EmptyState title=t("home.no_requests_title") text=t("home.no_requests_text") icon="list">
            {ask.then(|| view! { <LinkButton href="/tickets/new" label=t("ticket.new") icon="plus" look=Look::Primary /> })}
            <LinkButton href="/tickets?status=all" label=t("list.show_all") />
        </EmptyState>
    }
    .into_any()
}

fn filters(wanted: Memo<Wanted>, staff: bool) -> AnyView {
    let go = Callback::new(|wanted: Wanted| place::go(&wanted.address(), Way::Within));
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let typed = move |event| {
        let q: String = event_target_value(&event);
        if let Some(earlier) = timer.get_value() {
            earlier.clear();
        }
        let later = move || {
            let wanted = wanted.get_untracked();
            go.run(Wanted { q, ..wanted });
        };
        timer.set_value(set_timeout_with_handle(later, PAUSE).ok());
    };
    on_cleanup(move || {
        if let Some(earlier) = timer.get_value() {
            earlier.clear();
        }
    });
    let statuses = [OPEN, "all"]
        .map(|word| {
            (
                if word == OPEN { String::new() } else { word.to_owned() },
                t(&format!("list.in.{word}")),
            )
        })
        .into_iter()
        .chain(
            Status::ALL
                .iter()
                .map(|one| (one.as_str().to_owned(), word("status.", one.as_str()))),
        )
        .collect();
    let severities = words(
        "list.any_severity",
        Severity::ALL.iter().map(|one| one.as_str()),
        "severity.",
    );
    let kinds = words("list.any_kind", Kind::ALL.iter().map(|one| one.as_str()), "kind.");
    let sorts = SORTS
        .iter()
        .enumerate()
        .map(|(index, one)| {
            let value = if index == 0 { String::new() } else { (*one).to_owned() };
            (value, word("list.by.", one))
        })
        .collect();
    let get = |field: fn(&Wanted) -> &String| Signal::derive(move || wanted.with(|wanted| field(wanted).clone()));
    let set = move |change: fn(&mut Wanted, String)| {
        Callback::new(move |value: String| {
            let mut wanted = wanted.get_untracked();
            change(&mut wanted, value);
            go.run(wanted);
        })
    };
    let mine = staff.then(|| {
        let options = vec![(String::new(), t("list.anybody")), ("yes".to_owned(), t("list.mine"))];
        let value = Signal::derive(move || wanted.with(|wanted| if wanted.mine { "yes" } else { "" }.to_owned()));
        select(
            "list.assignee",
            value,
            options,
            set(|wanted, value| wanted.mine = !value.is_empty()),
        )
    });
    view! {
        <search class="filters">
            <label class="search">
                <Icon name="search" />
                <span class="for-reader">{t("list.search")}</span>
                <input type="search" placeholder=t("list.search") prop:value=get(|wanted| &wanted.q) on:input=typed />
            </label>
            {select("list.status", get(|wanted| &wanted.status), statuses, set(|wanted, value| wanted.status = value))}
            {select("list.severity", get(|wanted| &wanted.severity), severities, set(|wanted, value| wanted.severity = value))}
            {select("list.kind", get(|wanted| &wanted.kind), kinds, set(|wanted, value| wanted.kind = value))}
            {mine}
            {select("list.sort", get(|wanted| &wanted.sort), sorts, set(|wanted, value| wanted.sort = value))}
        </search>
    }
    .into_any()
}

/// "Any", then each word with its text.
fn words(any: &str, all: impl Iterator<Item = &'static str>, group: &str) -> Vec<(String, String)> {
    let any = (String::new(), t(any));
    [any]
        .into_iter()
        .chain(all.map(|one| (one.to_owned(), word(group, one))))
        .collect()
}

fn select(label: &str, value: Signal<String>, options: Vec<(String, String)>, choose: Callback<String>) -> AnyView {
    let option = |(word, text): (String, String)| {
        let own = word.clone();
        let chosen = move || value.with(|value| *value == own);
        view! { <option value=word selected=chosen>{text}</option> }.into_any()
    };
    view! {
        <label class="compact-select">
            <span class="for-reader">{t(label)}</span>
            <select on:change=move |event| choose.run(event_target_value(&event))>
                {options.into_iter().map(option).collect_view()}
            </select>
        </label>
    }
    .into_any()
}
