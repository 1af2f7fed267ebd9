//! Packs: what is left, how long it lasts, what was ordered, and every movement.

use daypack_api_types::{ledger::Balance, order::Order};
use daypack_domain::{ids::OrganizationId, order::OrderStatus};
use leptos::prelude::*;

use super::{burn_down::burn_down, ledger::ledger, of_organization};
use crate::{
    api::contract,
    components::{Card, EmptyState, LinkButton, Look, Paged, Remote, Tag, Tone},
    dom, format,
    format::{minutes, money, word},
    i18n::{t, t_count, t_with},
    pages::packs_card::packs_card,
    session::use_session,
    time,
};

/// Everything about the minutes of the organization.
pub fn packs() -> AnyView {
    dom::name_screen(&t("nav.packs"));
    of_organization(screen)
}

fn screen(organization: OrganizationId) -> AnyView {
    let balance = Remote::load(move || contract::balance(organization));
    let orders = Paged::load(move |cursor| contract::orders(Some(organization), cursor));
    let may_order = use_session().may("place_order");
    let order = may_order
        .then(|| view! { <LinkButton href="/packs/order" label=t("packs.order") icon="plus" look=Look::Primary /> });
    view! {
        <div class="top">
            <div class="grow"><h1>{t("nav.packs")}</h1><p class="quiet small-text">{t("packs.text")}</p></div>
            {order}
        </div>
        <div class="stack wide-gap">
            {balance.view(8, |balance| standing(&balance))}
            {orders_card(orders)}
            {ledger(organization)}
        </div>
    }
    .into_any()
}

fn standing(balance: &Balance) -> AnyView {
    let (left, chart) = (packs_card(balance, false), burn_down(balance));
    view! {
        <div class="cols mirrored">
            {left}
            <Card title=t("burn.title")>{chart}</Card>
        </div>
    }
    .into_any()
}

fn orders_card(orders: Paged<Order>) -> AnyView {
    let empty =
        || view! { <EmptyState title=t("order.none_title") text=t("order.none_text") icon="pack" /> }.into_any();
    let around = |rows: AnyView| view! { <ul class="list">{rows}</ul> }.into_any();
    view! {
        <section class="card">
            <header><h2>{t("order.list")}</h2></header>
            {orders.view(3, empty, order_row, around)}
        </section>
    }
    .into_any()
}

fn order_row(order: Order) -> AnyView {
    let now = time::now();
    let tone = match order.status {
        OrderStatus::Activated => Tone::Good,
        OrderStatus::Placed => Tone::Warning,
        _ => Tone::Plain,
    };
    let placed = t_with(
        "order.placed_by",
        &[
            ("name", &order.placed_by.name),
            ("time", &format::instant_near(order.placed_at, now)),
        ],
    );
    let state = match (&order.lot, order.status) {
        (Some(lot), _) => t_with("order.runs_until", &[("date", &format::date(lot.expires_on))]),
        (None, OrderStatus::Placed) => t("order.waits_for_payment"),
        (None, _) => String::new(),
    };
    let facts: Vec<String> = [placed, state].into_iter().filter(|text| !text.is_empty()).collect();
    let what = t_count("plans.pack_count", order.packs, &[]);
    view! {
        <li class="order-row">
            <span class="grow">
                <span class="title">{format!("{} · {what} · {}", order.plan_name, minutes(order.minutes))}</span>
                <span class="facts">{facts.join(" · ")}</span>
            </span>
            <Tag text=word("order.status.", order.status.as_str()) tone=tone />
            <b class="amount">{money(order.total)}</b>
        </li>
    }
    .into_any()
}
