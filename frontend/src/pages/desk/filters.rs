//! What the board is narrowed to. It is kept in the address, so that a view can be shared and comes back.

use daypack_api_types::{
    board::Board,
    sla::ClockState,
    ticket::{OrganizationName, TicketSummary},
};
use daypack_domain::{Instant, ids::UserId, ticket::Severity};
use leptos::prelude::*;

use crate::{
    components::Severity as SeverityMark,
    format,
    i18n::t,
    place::{self, Way},
};

/// The narrowing.
#[derive(Clone, Default, PartialEq)]
pub struct Filters {
    client: Option<String>,
    mine: bool,
    today: bool,
    unassigned: bool,
    urgent: bool,
}

impl Filters {
    /// As the address says.
    pub fn from_address() -> Memo<Self> {
        Memo::new(|_| {
            let on = |name: &str| place::query(name).is_some();
            Self {
                client: place::query("client").filter(|client| !client.is_empty()),
                mine: on("mine"),
                today: on("today"),
                unassigned: on("unassigned"),
                urgent: on("urgent"),
            }
        })
    }

    /// Whether anything is left out.
    pub fn narrows(&self) -> bool {
        *self != Self::default()
    }

    /// Whether a card is shown.
    pub fn shows(&self, ticket: &TicketSummary, me: Option<UserId>, now: Instant) -> bool {
        let assignee = ticket.assignee.as_ref().map(|person| person.id);
        let severity = ticket.severity.or(ticket.suggested_severity);
        self.client
            .as_ref()
            .is_none_or(|client| *client == ticket.organization.slug)
            && (!self.mine || assignee == me && me.is_some())
            && (!self.unassigned || assignee.is_none())
            && (!self.urgent || matches!(severity, Some(Severity::P0 | Severity::P1)))
            && (!self.today || breaches_today(ticket, now))
    }

    fn address(&self) -> String {
        let flags = [
            ("mine", self.mine),
            ("today", self.today),
            ("unassigned", self.unassigned),
            ("urgent", self.urgent),
        ];
        let client = self.client.iter().map(|client| format!("client={client}"));
        let flags = flags.iter().filter(|(_, on)| *on).map(|(name, _)| format!("{name}=1"));
        let query: Vec<String> = client.chain(flags).collect();
        if query.is_empty() {
            "/board".to_owned()
        } else {
            format!("/board?{}", query.join("&"))
        }
    }
}

/// Late already, or late before the reader's day ends.
fn breaches_today(ticket: &TicketSummary, now: Instant) -> bool {
    let Some(next) = &ticket.sla.next else {
        return false;
    };
    match next.state {
        ClockState::Breached | ClockState::LateByReclassification => true,
        ClockState::Running | ClockState::OutsideHours => next
            .breaches_at
            .or(next.due_at)
            .is_some_and(|until| until < now || format::same_day(until, now)),
        _ => false,
    }
}

/// The chips above the board.
pub fn chips(filters: Memo<Filters>, board: Memo<Option<Board>>) -> AnyView {
    let go = Callback::new(|filters: Filters| place::go(&filters.address(), Way::Within));
    let chip = move |content: AnyView, on: fn(&Filters) -> bool, toggle: fn(&mut Filters)| {
        let pressed = move || filters.with(on).to_string();
        let press = move |_| {
            let mut wanted = filters.get_untracked();
            toggle(&mut wanted);
            go.run(wanted);
        };
        view! { <button type="button" class="chip" aria-pressed=pressed on:click=press>{content}</button> }.into_any()
    };
    let today = move || {
        let count = board.with(|board| board.as_ref().map_or(0, |board| board.breaching_today));
        (count > 0).then(|| view! { <b class="urgent">{format::number(count as f64)}</b> })
    };
    let clear = move || {
        filters.with(Filters::narrows).then(|| {
            let press = move |_| go.run(Filters::default());
            view! { <button type="button" class="chip plain" on:click=press>{t("board.clear")}</button> }
        })
    };
    let urgent = view! { <SeverityMark severity=Severity::P0 /><SeverityMark severity=Severity::P1 /> }.into_any();
    view! {
        <div class="filters" role="group" aria-label=t("board.filters")>
            {client_choice(filters, board, go)}
            {chip(t("board.mine").into_any(), |filters| filters.mine, |filters| filters.mine = !filters.mine)}
            {chip(
                view! { {t("board.today")} {today} }.into_any(),
                |filters| filters.today,
                |filters| filters.today = !filters.today,
            )}
            {chip(
                t("board.unassigned").into_any(),
                |filters| filters.unassigned,
                |filters| filters.unassigned = !filters.unassigned,
            )}
            {chip(urgent, |filters| filters.urgent, |filters| filters.urgent = !filters.urgent)}
            {clear}
            <span class="grow"></span>
            <span class="quiet small-text">{t("board.order")}</span>
        </div>
    }
    .into_any()
}

/// The clients that have something on the board.
fn client_choice(filters: Memo<Filters>, board: Memo<Option<Board>>, go: Callback<Filters>) -> AnyView {
    let clients = Memo::new(move |_| {
        let mut clients: Vec<OrganizationName> = board.with(|board| {
            let columns = board.iter().flat_map(|board| &board.columns);
            columns
                .flat_map(|column| &column.tickets)
                .map(|ticket| ticket.organization.clone())
                .collect()
        });
        clients.sort_by(|one, other| one.name.cmp(&other.name));
        clients.dedup_by(|one, other| one.id == other.id);
        clients
    });
    let choose = move |event| {
        let chosen = event_target_value(&event);
        let wanted = Filters {
            client: Some(chosen).filter(|chosen| !chosen.is_empty()),
            ..filters.get_untracked()
        };
        go.run(wanted);
    };
    let option = move |client: OrganizationName| {
        let slug = client.slug.clone();
        let selected = move || filters.with(|filters| filters.client.as_ref() == Some(&slug));
        view! { <option value=client.slug selected=selected>{client.name}</option> }.into_any()
    };
    let none = move || filters.with(|filters| filters.client.is_none());
    view! {
        <select class="chip" class:on=move || !none() aria-label=t("board.client") on:change=choose>
            <option value="" selected=none>{t("board.all_clients")}</option>
            {move || clients.get().into_iter().map(option).collect_view()}
        </select>
    }
    .into_any()
}
