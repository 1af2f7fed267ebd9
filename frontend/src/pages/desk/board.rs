//! The staff's board: columns by status, cards in the order of the queue, refreshed while one looks at it.

use std::time::Duration;

use daypack_api_types::{
    board::{Board, BoardColumn, ColumnKey},
    organization::StaffMember,
    ticket::TicketSummary,
};
use daypack_domain::ids::TicketId;
use leptos::{prelude::*, task::spawn_local};

use super::{
    card,
    filters::{self, Filters},
    sheets::{Around, Done, Sheet, Sheets},
};
use crate::{
    api::{contract, tickets},
    components::{Avatar, Count, EmptyState, LinkButton, Look, Remote, use_toasts},
    dom, format,
    i18n::{t, t_count},
    session::use_session,
    time,
};

const REFRESH: Duration = Duration::from_secs(30);

/// What a card of the board can open.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Opens a form for the request with this reference.
    pub open: Callback<(Sheet, String)>,
}

/// The board.
pub fn board() -> AnyView {
    dom::name_screen(&t("nav.board"));
    let remote = Remote::load(tickets::board);
    let seen = Memo::new(move |_| remote.get());
    let staff = Remote::load(contract::staff);
    let sheets = Sheets::new();
    if let Ok(timer) = set_interval_with_handle(move || refresh(remote), REFRESH) {
        on_cleanup(move || timer.clear());
    }
    let here = Memo::new(move |_| seen.with(Option::is_some));
    let filters = Filters::from_address();
    let desk = Desk {
        open: opener(sheets, staff, remote),
    };
    let content = move || {
        if here.get() {
            view! { {filters::chips(filters, seen)} {columns(seen, filters, desk)} }.into_any()
        } else {
            remote.view(8, |_| ().into_any())
        }
    };
    view! {
        <div class="board-screen">
            <div class="top">
                <h1>{t("nav.board")}</h1>
                <span class="grow"></span>
                {move || staff.get().map(team)}
                <LinkButton href="/tickets/new" label=t("nav.new") icon="plus" look=Look::Primary />
            </div>
            {content}
            {sheets.view(false)}
        </div>
    }
    .into_any()
}

/// Asks again, unless nobody looks.
fn refresh(remote: Remote<Board>) {
    if !dom::document().hidden() {
        remote.reload();
    }
}

/// Opens a form with what it needs to know of the request: the board only has its summary.
fn opener(sheets: Sheets, staff: Remote<Vec<StaffMember>>, remote: Remote<Board>) -> Callback<(Sheet, String)> {
    let toasts = use_toasts();
    Callback::new(move |(sheet, reference): (Sheet, String)| {
        spawn_local(async move {
            let ticket = match tickets::ticket(&reference).await {
                Ok(ticket) => ticket,
                Err(problem) => return toasts.fail(&problem),
            };
            let slug = ticket.summary.organization.slug.clone();
            let zone = contract::organization(&slug).await.map(|found| found.time_zone);
            let around = Around {
                ticket,
                people: untrack(move || staff.get()).unwrap_or_default(),
                zone: zone.unwrap_or_else(|_| "UTC".to_owned()),
                done: Done(Callback::new(move |_| remote.reload())),
            };
            sheets.open(sheet, around);
        });
    })
}

fn team(staff: Vec<StaffMember>) -> AnyView {
    let avatars: Vec<_> = staff
        .into_iter()
        .map(|person| {
            let title = format!("{}: {}", person.name, t_count("assign.in_work", person.in_work, &[]));
            view! { <li title=title><Avatar name=person.name /></li> }.into_any()
        })
        .collect();
    view! { <ul class="team" aria-label=t("board.team")>{avatars}</ul> }.into_any()
}

fn columns(seen: Memo<Option<Board>>, filters: Memo<Filters>, desk: Desk) -> AnyView {
    let session = use_session();
    let me = untrack(move || session.me()).map(|me| me.id);
    let shown = Memo::new(move |_| {
        let now = time::now();
        let filters = filters.get();
        let mut columns = seen.get().map(|board| board.columns).unwrap_or_default();
        for column in &mut columns {
            column.tickets.retain(|ticket| filters.shows(ticket, me, now));
        }
        columns
    });
    let keys = Memo::new(move |_| shown.with(|columns| columns.iter().map(|column| column.column).collect::<Vec<_>>()));
    let nothing = move || {
        let empty = shown.with(|columns| columns.iter().all(|column| column.tickets.is_empty()));
        empty.then(|| {
            let (title, text) = if filters.with(Filters::narrows) {
                (t("board.nothing_matches"), t("board.nothing_matches_text"))
            } else {
                (t("board.nothing"), t("board.nothing_text"))
            };
            view! { <section class="card"><EmptyState title=title text=text icon="check" /></section> }
        })
    };
    view! {
        <div class="board">
            {move || keys.get().into_iter().map(|key| column(key, shown, desk)).collect_view()}
        </div>
        {nothing}
    }
    .into_any()
}

fn column(key: ColumnKey, shown: Memo<Vec<BoardColumn>>, desk: Desk) -> AnyView {
    let word = column_word(key);
    let tickets = Memo::new(move |_| {
        shown.with(|columns| {
            let found = columns.iter().find(|column| column.column == key);
            found.map(|column| column.tickets.clone()).unwrap_or_default()
        })
    });
    let ids = move || tickets.with(|tickets| tickets.iter().map(|ticket| ticket.id).collect::<Vec<TicketId>>());
    // A card stays in the page as long as its ticket stays in the column, so it keeps the focus through a refresh.
    let card = move |id: TicketId| {
        let ticket: Memo<Option<TicketSummary>> =
            Memo::new(move |_| tickets.with(|tickets| tickets.iter().find(|ticket| ticket.id == id).cloned()));
        card::card(key, ticket, desk)
    };
    let heading = dom::next_id("column");
    view! {
        <section class="column" aria-labelledby=heading.clone()>
            <header>
                <h2 id=heading.clone()>{format::word("column.", word)}</h2>
                {move || {
                    let count = tickets.with(Vec::len);
                    view! { <Count value=i64::try_from(count).unwrap_or(0) /> }
                }}
            </header>
            <ul><For each=ids key=|id| *id children=card /></ul>
        </section>
    }
    .into_any()
}

const fn column_word(key: ColumnKey) -> &'static str {
    match key {
        ColumnKey::New => "new",
        ColumnKey::Estimate => "estimate",
        ColumnKey::WaitingOnClient => "waiting_on_client",
        ColumnKey::InWork => "in_work",
        ColumnKey::Window => "window",
        ColumnKey::Resolved => "resolved",
    }
}
