//! Why there are so many minutes: every movement, with what was available after it, narrowed as the address says.

use daypack_api_types::{ledger::Movement, lot::LotDetail};
use daypack_domain::{ids::LotId, ledger::MovementKind, lot::LotOrigin};
use leptos::{prelude::*, task::spawn_local};

use super::{
    as_of::as_of,
    side::{Side, Tab},
};
use crate::{
    api::{
        download,
        packs::{self, LedgerFilter},
    },
    components::{Button, EmptyState, Look, Paged, Remote, use_toasts},
    dom,
    format::{self, minutes, word},
    i18n::{t, t_with, text},
    place::{self, Way},
    time,
};

/// The own movements.
pub fn ledger() -> AnyView {
    Side::own(Tab::Ledger, screen)
}

/// The same of a client, for the staff.
pub fn client_ledger() -> AnyView {
    Side::of_client(Tab::Ledger, screen)
}

fn screen(side: Side) -> AnyView {
    let filter = Memo::new(|_| LedgerFilter {
        kind: place::query("kind"),
        lot_id: place::query("lot"),
        from: place::query("from"),
        to: place::query("to"),
    });
    let lots = Remote::load(move || async move { packs::lots(side.id, None).await.map(|page| page.items) });
    let movements = Paged::load(move |cursor| {
        let filter = filter.get_untracked();
        async move { packs::ledger(side.id, &filter, cursor).await }
    });
    Effect::new(move |before: Option<LedgerFilter>| {
        let now = filter.get();
        if before.is_some_and(|before| before != now) {
            movements.restart();
        }
        now
    });
    let empty = move || {
        let (title, text) = if untrack(move || filter.get()) == LedgerFilter::default() {
            ("ledger.none_title", "ledger.none_text")
        } else {
            ("ledger.nothing_title", "ledger.nothing_text")
        };
        view! { <EmptyState title=t(title) text=t(text) icon="list" /> }.into_any()
    };
    let find = move |lot: LotId| lots.get()?.into_iter().find(|other| other.id == lot);
    let ask = Callback::new(move |moment: Option<String>| show(side, filter.get_untracked(), moment));
    view! {
        {as_of(side, ask)}
        {filters(side, filter, lots)}
        <section class="card">{movements.view(10, empty, move |movement| row(movement, find), around)}</section>
    }
    .into_any()
}

fn lot_name(lot: &LotDetail) -> String {
    let until = t_with("packs.until", &[("date", &format::date(lot.expires_on))]);
    format!("{}, {until}", format::lot_name(&lot.plan_code, &lot.plan_name))
}

/// Shows the movements that are wanted, and what there was at a moment: both are in the address, so that they can be
/// sent to somebody.
fn show(side: Side, wanted: LedgerFilter, as_of: Option<String>) {
    let wanted = [
        ("kind", wanted.kind),
        ("lot", wanted.lot_id),
        ("from", wanted.from),
        ("to", wanted.to),
        ("as_of", as_of),
    ];
    let query: Vec<String> = wanted
        .into_iter()
        .filter_map(|(name, value)| {
            value
                .filter(|value| !value.is_empty())
                .map(|value| format!("{name}={value}"))
        })
        .collect();
    let path = side.address(Tab::Ledger);
    let address = if query.is_empty() {
        path
    } else {
        format!("{path}?{}", query.join("&"))
    };
    place::go(&address, Way::Within);
}

/// What narrows the list.
fn filters(side: Side, filter: Memo<LedgerFilter>, lots: Remote<Vec<LotDetail>>) -> AnyView {
    let show = Callback::new(move |wanted| show(side, wanted, untrack(move || place::query("as_of"))));
    let change = move |set: fn(&mut LedgerFilter, String)| {
        move |event| {
            let mut wanted = filter.get_untracked();
            set(&mut wanted, event_target_value(&event));
            show.run(wanted);
        }
    };
    let kinds: Vec<_> = MovementKind::ALL
        .iter()
        .map(|kind| {
            let stable = kind.as_str();
            let chosen = move || filter.with(|filter| filter.kind.as_deref() == Some(stable));
            view! { <option value=stable selected=chosen>{word("movement.", stable)}</option> }.into_any()
        })
        .collect();
    let choices = move || {
        let option = |lot: LotDetail| {
            let id = lot.id.to_string();
            let chosen = filter.with_untracked(|filter| filter.lot_id.as_deref() == Some(id.as_str()));
            view! { <option value=id selected=chosen>{lot_name(&lot)}</option> }.into_any()
        };
        lots.get().unwrap_or_default().into_iter().map(option).collect_view()
    };
    let date = |label: String, value: fn(&LedgerFilter) -> Option<String>, set: fn(&mut LedgerFilter, String)| {
        view! {
            <label class="compact-date">
                <span>{label}</span>
                <input type="date" prop:value=move || filter.with(value).unwrap_or_default() on:change=change(set) />
            </label>
        }
        .into_any()
    };
    let narrowed = move || filter.with(|filter| *filter != LedgerFilter::default());
    let clear = Callback::new(move |()| {
        dom::keep_focus();
        show.run(LedgerFilter::default());
    });
    view! {
        <div class="filters">
            <label class="compact-select">
                <span class="for-reader">{t("ledger.kind")}</span>
                <select on:change=change(|filter, value| filter.kind = Some(value))>
                    <option value="" selected=move || filter.with(|filter| filter.kind.is_none())>{t("ledger.all_kinds")}</option>
                    {kinds}
                </select>
            </label>
            <label class="compact-select">
                <span class="for-reader">{t("ledger.lot")}</span>
                <select on:change=change(|filter, value| filter.lot_id = Some(value))>
                    <option value="" selected=move || filter.with(|filter| filter.lot_id.is_none())>{t("ledger.all_lots")}</option>
                    {choices}
                </select>
            </label>
            {date(t("ledger.from"), |filter| filter.from.clone(), |filter, value| filter.from = Some(value))}
            {date(t("ledger.to"), |filter| filter.to.clone(), |filter, value| filter.to = Some(value))}
            {move || narrowed().then(|| {
                view! { <Button label=t("ledger.clear") look=Look::Ghost small=true on_click=clear /> }
            })}
            <span class="grow"></span>
            {csv(side, filter)}
        </div>
    }
    .into_any()
}

/// The same movements as a table for a spreadsheet.
fn csv(side: Side, filter: Memo<LedgerFilter>) -> AnyView {
    let (toasts, busy) = (use_toasts(), RwSignal::new(false));
    let save = Callback::new(move |()| {
        busy.set(true);
        let path = filter
            .get_untracked()
            .address(&format!("/organizations/{}/ledger.csv", side.id), None);
        spawn_local(async move {
            if let Err(problem) = download::save(&path, "ledger.csv").await {
                toasts.fail(&problem);
            }
            busy.try_set(false);
        });
    });
    view! { <Button label=t("ledger.csv") small=true busy=busy on_click=save /> }.into_any()
}

fn around(rows: AnyView) -> AnyView {
    view! {
        <div class="pad scrolls" tabindex="0" role="region" aria-label=t("packs.ledger")>
            <table class="sums ledger">
                <thead>
                    <tr>
                        <th scope="col" class="when">{t("ledger.when")}</th>
                        <th scope="col">{t("ledger.what")}</th>
                        <th scope="col">{t("ledger.minutes")}</th>
                        <th scope="col">{t("ledger.after")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A reason in the reader's words where the server gave it, else as somebody wrote it.
fn because(reason: String) -> String {
    let key = reason.to_lowercase().replace(", ", "_").replace(' ', "_");
    text(&["ledger.because.", &key].concat()).unwrap_or(reason)
}

fn row(movement: Movement, find: impl Fn(LotId) -> Option<LotDetail> + Copy + Send + Sync + 'static) -> AnyView {
    // What a movement does to the minutes that can be approved. Use takes from what was held before.
    let sign = match movement.kind {
        MovementKind::Grant | MovementKind::Credit | MovementKind::Release => "+",
        MovementKind::Hold
        | MovementKind::Debit
        | MovementKind::Expire
        | MovementKind::Refund
        | MovementKind::Void
        | MovementKind::Repay => "−",
        _ => "",
    };
    let class = if sign == "+" { "plus" } else { "" };
    let ticket = movement
        .ticket_reference
        .map(|reference| view! { <a class="link" href=format!("/tickets/{reference}")>{reference.clone()}</a>" " });
    let who = movement.actor.map(|person| person.name);
    let why: Vec<String> = [Some(because(movement.reason)), who]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect();
    let (lot, kind) = (movement.lot_id, movement.kind);
    // Not every minute that came was bought.
    let what = move || {
        let given = lot
            .filter(|_| kind == MovementKind::Grant)
            .and_then(find)
            .filter(|lot| lot.origin != LotOrigin::Order);
        match given {
            Some(lot) => word("lot.origin.", lot.origin.as_str()),
            None => word("movement.", kind.as_str()),
        }
    };
    let (near, full) = (
        format::instant_near(movement.effective_at, time::now()),
        format::instant_in_full(movement.effective_at),
    );
    view! {
        <tr>
            <td class="when" title=full>{near}</td>
            <td>
                <b>{what}</b>" "{ticket}
                <span class="facts">{why.join(" · ")}</span>
                <span class="facts">{move || lot.and_then(find).map(|lot| lot_name(&lot))}</span>
            </td>
            <td class=class>{sign}{minutes(movement.minutes)}</td>
            <td>{minutes(movement.available_after_minutes)}</td>
        </tr>
    }
    .into_any()
}
