//! What was ordered, where each order stands, and what is to be done about it.

use chrono::TimeDelta;
use daypack_api_types::order::Order;
use daypack_domain::{order::OrderStatus, policy::Action};
use leptos::prelude::*;

use super::{
    order_forms::{self, Act},
    side::Side,
};
use crate::{
    api::contract,
    components::{Button, Dialog, EmptyState, LinkButton, Look, Menu, Paged, Tag, Tone, use_toasts},
    format::{self, minutes, money, word},
    i18n::{t, t_count, t_with},
    time,
};

/// The list. `changed` hears when minutes have moved.
pub fn orders(side: Side, changed: Callback<()>) -> AnyView {
    let orders = Paged::load(move |cursor| contract::orders(Some(side.id), cursor));
    let toasts = use_toasts();
    let (doing, open) = (RwSignal::new(None::<(Act, Order)>), RwSignal::new(false));
    let done = Callback::new(move |sentence: String| {
        open.set(false);
        toasts.say(sentence);
        orders.restart();
        changed.run(());
    });
    let begin = Callback::new(move |what: (Act, Order)| {
        doing.set(Some(what));
        open.set(true);
    });
    let dialog = move || {
        let (act, order) = doing.get()?;
        let title = act.title();
        let content = move || order_forms::form(act, order.clone(), done);
        Some(view! { <Dialog title=title open=open>{content()}</Dialog> })
    };
    let empty =
        || view! { <EmptyState title=t("order.none_title") text=t("order.none_text") icon="pack" /> }.into_any();
    let around = |rows: AnyView| view! { <ul class="list">{rows}</ul> }.into_any();
    view! {
        <section class="card">
            <header><h2>{t("order.list")}</h2></header>
            {orders.view(3, empty, move |order| row(side, order, begin), around)}
        </section>
        {dialog}
    }
    .into_any()
}

/// How a status reads at a glance.
pub const fn tone(status: OrderStatus) -> Tone {
    match status {
        OrderStatus::Activated => Tone::Good,
        OrderStatus::Placed => Tone::Warning,
        OrderStatus::Paid | OrderStatus::Cancelled | OrderStatus::Lapsed => Tone::Plain,
    }
}

/// Where an order stands, in a few words.
pub fn standing(order: &Order) -> Option<String> {
    let now = time::now();
    if let Some(at) = order.bounced_at {
        return Some(t_with("order.bounced", &[("time", &format::instant_near(at, now))]));
    }
    if let Some(due) = order.payment_due_on.filter(|_| order.paid_at.is_none()) {
        return Some(t_with("order.due", &[("date", &format::date(due))]));
    }
    if let Some(lot) = &order.lot {
        return Some(t_with("order.runs_until", &[("date", &format::date(lot.expires_on))]));
    }
    pay_by(order).map(|day| t_with("order.lapses", &[("date", &day)]))
}

/// Whether it waits for its payment, be its minutes there or not.
pub fn payable(order: &Order) -> bool {
    let open = matches!(order.status, OrderStatus::Placed | OrderStatus::Activated);
    open && order.paid_at.is_none() && order.bounced_at.is_none()
}

/// The last whole day on which it can be paid, as its proforma has it; nothing once that no longer matters.
pub fn pay_by(order: &Order) -> Option<String> {
    let lapses = order.lapses_at.filter(|_| order.status == OrderStatus::Placed)?;
    Some(format::instant_day_year(lapses - TimeDelta::days(1)))
}

fn row(side: Side, order: Order, begin: Callback<(Act, Order)>) -> AnyView {
    let placed = t_with(
        "order.placed_by",
        &[
            ("name", &order.placed_by.name),
            ("time", &format::instant_near(order.placed_at, time::now())),
        ],
    );
    let facts: Vec<String> = [Some(placed), standing(&order), order.payment_reference.clone()]
        .into_iter()
        .flatten()
        .collect();
    let what = t_count("plans.pack_count", order.packs, &[]);
    let title = format!("{} · {what} · {}", order.plan_name, minutes(order.minutes));
    let tag = view! { <Tag text=word("order.status.", order.status.as_str()) tone=tone(order.status) /> };
    let amount = money(order.total);
    view! {
        <li class="order-row">
            <a class="grow" href=format!("/packs/orders/{}", order.id)>
                <span class="title">{title}</span>
                <span class="facts">{facts.join(" · ")}</span>
            </a>
            {tag}
            <b class="amount">{amount}</b>
            {acts(side, order, begin)}
        </li>
    }
    .into_any()
}

/// What the staff can do to it now; clients do theirs on the order's own screen, to which the way is shorter while it is
/// to be paid.
fn acts(side: Side, order: Order, begin: Callback<(Act, Order)>) -> AnyView {
    if !side.staff {
        let pay = payable(&order) && side.may(Action::PlaceOrder);
        let href = format!("/packs/orders/{}", order.id);
        return pay
            .then(|| view! { <LinkButton href=href label=t("order.pay") small=true /> })
            .into_any();
    }
    let possible = possible_acts(&order);
    let button = |act: Act, look: Look| {
        let order = order.clone();
        let press = Callback::new(move |()| begin.run((act, order.clone())));
        view! { <Button label=act.title() small=true look=look on_click=press /> }.into_any()
    };
    match possible.as_slice() {
        [] => ().into_any(),
        [only] => button(*only, Look::Plain),
        [first, rest @ ..] => {
            let rest: Vec<_> = rest.iter().map(|act| button(*act, Look::Ghost)).collect();
            let summary = view! { <span class="button small">{t("step.more")}</span> }.into_any();
            view! {
                {button(*first, Look::Primary)}
                <Menu summary=summary><div class="menu-list">{rest}</div></Menu>
            }
            .into_any()
        }
    }
}

/// What this person can do to an order now, the likeliest first.
pub fn possible_acts(order: &Order) -> Vec<Act> {
    let session = crate::session::use_session();
    let me = session.me_untracked().map(|me| me.id);
    let may = |action: Action| untrack(move || session.may(action.as_str()));
    // Whoever placed an order may cancel it, too.
    let own = |act: Act| act == Act::Cancel && me == Some(order.placed_by.id);
    Act::ALL
        .into_iter()
        .filter(|act| act.possible(order) && (own(*act) || may(act.right())))
        .collect()
}
