//! Everything about one client.

use daypack_api_types::{
    Page,
    ledger::{Balance, LotBalance},
    order::Order,
    organization::{Member, Organization, System},
    ticket::TicketSummary,
};
use daypack_domain::{order::OrderStatus, policy::Action};
use leptos::prelude::*;

use super::{forms, summaries};
use crate::{
    api::{contract, tickets},
    components::{Avatar, Button, Card, Dialog, EmptyState, LinkButton, Look, Meter, Remote, Tag, Tone, ticket_row},
    dom,
    format::{self, minutes, word},
    i18n::{t, t_with},
    routes::parameter,
    session::use_session,
    time, zone,
};

/// The client of the address.
pub fn client() -> AnyView {
    let slug = StoredValue::new(parameter("slug"));
    dom::name_screen(&slug.get_value().to_uppercase());
    let remote = Remote::load(move || {
        let slug = slug.get_value();
        async move { contract::organization(&slug).await }
    });
    remote.view(10, |client| untrack(move || page(client)))
}

fn page(client: Organization) -> AnyView {
    dom::document().set_title(&format!("{} · {}", client.name, t("app.name")));
    let id = client.id;
    let may = |action: Action| use_session().may(action.as_str());
    let balance = Remote::load(move || contract::balance(id));
    let members = Remote::load(move || contract::members(id));
    let systems = Remote::load(move || contract::systems(id));
    let orders = Remote::load(move || contract::orders(Some(id), None));
    let open_tickets = Remote::load(move || {
        let filter = tickets::Filter {
            organization_id: Some(id),
            status: Some("open".to_owned()),
            ..tickets::Filter::default()
        };
        tickets::tickets(filter, None)
    });
    let (adds_members, adds_systems, confirms) = (
        may(Action::ManageMembers),
        may(Action::ManageSystems),
        may(Action::ConfirmPayment),
    );
    let ordered = Callback::new(move |()| {
        orders.reload();
        balance.reload();
    });
    let now = time::ticking();
    let zone_name = client.time_zone.clone();
    let local = move || {
        let shown = zone::clock_text(zone::local(now.get(), &zone_name));
        t_with("clients.local", &[("time", &shown), ("zone", &zone_name)])
    };
    let facts = [
        client.prefix.clone(),
        client.currency.clone(),
        client.locale.to_uppercase(),
    ];
    let all_requests = format!("/tickets?q={}-", client.prefix);
    let contract = format!("/clients/{}/packs", client.slug);
    let list_link =
        view! { <LinkButton href=all_requests label=t("client.all_requests") small=true look=Look::Ghost /> };
    view! {
        <div class="top">
            <div class="grow">
                <p class="quiet small-text path"><a class="link" href="/clients">{t("nav.clients")}</a></p>
                <h1>{client.name.clone()}</h1>
                <p class="quiet small-text">{facts.join(" · ")} " · " {local}</p>
            </div>
            <LinkButton href=contract label=t("client.contract") icon="pack" />
        </div>
        <div class="cols">
            <div class="stack wide-gaps">
                <Card title=t("client.packs")>{balance.view(4, packs)}</Card>
                <Card title=t("client.open") action=list_link.into_any() flush=true>
                    {open_tickets.view(4, open_requests)}
                </Card>
                <Card title=t("client.orders") flush=true>
                    {orders.view(3, move |page| order_list(page, confirms, ordered))}
                </Card>
                {summaries::summaries(&client)}
            </div>
            <aside class="stack wide-gaps">
                {people(id, members, adds_members)}
                {system_card(id, systems, adds_systems)}
            </aside>
        </div>
    }
    .into_any()
}

fn packs(balance: Balance) -> AnyView {
    let debt = balance.debt_minutes.filter(|debt| *debt > 0).map(|debt| {
        view! { <p><Tag text=t_with("client.debt", &[("time", &minutes(debt))]) tone=Tone::Bad /></p> }
    });
    if balance.lots.is_empty() {
        return view! { {debt} <p class="quiet">{t("client.no_packs")}</p> }.into_any();
    }
    let runs_out = balance
        .forecast
        .runs_out_on
        .map(|day| t_with("client.runs_out", &[("day", &format::date(day))]));
    let pace = t_with("client.pace", &[("time", &minutes(balance.forecast.weekly_minutes))]);
    let unused = balance.forecast.expiring_unused_minutes;
    let rescue = (unused > 0).then(|| {
        let text = t_with("client.expires_unused", &[("time", &minutes(unused))]);
        view! { <p><Tag text=text tone=Tone::Warning /></p> }
    });
    let lots: Vec<_> = balance.lots.iter().map(lot).collect();
    let left = t_with("facts.left", &[("time", &minutes(balance.available_minutes))]);
    view! {
        <div class="stack">
            <p class="big-figure">{left}</p>
            <Meter
                available_minutes=balance.available_minutes
                held_minutes=balance.held_minutes
                used_minutes=balance.used_minutes
            />
            {debt} {rescue}
            <p class="quiet small-text">{[Some(pace), runs_out].into_iter().flatten().collect::<Vec<_>>().join(" · ")}</p>
            <ul class="lots">{lots}</ul>
        </div>
    }
    .into_any()
}

fn lot(lot: &LotBalance) -> AnyView {
    let expires = t_with(
        "client.expires",
        &[
            ("day", &format::date(lot.expires_on)),
            ("distance", &format::relative_days(lot.days_left)),
        ],
    );
    let soon = lot.days_left <= 30;
    let of = t_with(
        "client.lot_left",
        &[
            ("left", &minutes(lot.available_minutes)),
            ("all", &minutes(lot.granted_minutes)),
        ],
    );
    view! {
        <li class="row small">
            <b>{format::lot_name(&lot.plan_code, &lot.plan_name)}</b>
            <span class="grow quiet small-text">{of}</span>
            <Tag text=expires tone=if soon { Tone::Warning } else { Tone::Plain } />
        </li>
    }
    .into_any()
}

fn open_requests(page: Page<TicketSummary>) -> AnyView {
    if page.items.is_empty() {
        return view! { <EmptyState title=t("client.nothing_open") text=t("client.nothing_open_text") icon="check" /> }
            .into_any();
    }
    let rows: Vec<_> = page.items.into_iter().map(|ticket| ticket_row(ticket, false)).collect();
    view! { <ul class="list">{rows}</ul> }.into_any()
}

fn order_list(page: Page<Order>, confirms: bool, changed: Callback<()>) -> AnyView {
    if page.items.is_empty() {
        return view! { <p class="quiet pad under-heading">{t("client.no_orders")}</p> }.into_any();
    }
    let rows: Vec<_> = page
        .items
        .into_iter()
        .map(|order| order_row(order, confirms, changed))
        .collect();
    view! { <ul class="list">{rows}</ul> }.into_any()
}

fn order_row(order: Order, confirms: bool, changed: Callback<()>) -> AnyView {
    let tone = match order.status {
        OrderStatus::Placed => Tone::Warning,
        OrderStatus::Paid | OrderStatus::Activated => Tone::Good,
        OrderStatus::Cancelled | OrderStatus::Lapsed => Tone::Plain,
    };
    let packs = crate::i18n::t_count("plans.pack_count", order.packs, &[]);
    let title = format!("{} · {packs} · {}", order.plan_name, minutes(order.minutes));
    let mut facts = vec![
        format::instant_day_year(order.placed_at),
        order.placed_by.name.clone(),
        format::money(order.total),
    ];
    facts.extend(order.payment_reference.clone());
    let open = RwSignal::new(false);
    let confirm = (confirms && order.status == OrderStatus::Placed).then(|| {
        let press = Callback::new(move |()| open.set(true));
        let order = StoredValue::new(order.clone());
        let paid = Callback::new(move |()| {
            open.set(false);
            changed.run(());
        });
        view! {
            <Button label=t("payment.confirm") small=true look=Look::Primary on_click=press />
            <Dialog title=t("payment.confirm") open=open>{forms::confirm_payment(order.get_value(), paid)}</Dialog>
        }
    });
    view! {
        <li>
            <div class="grow who">
                <span class="name">{title}</span>
                <span class="quiet">{facts.join(" · ")}</span>
            </div>
            <Tag text=word("order.status.", order.status.as_str()) tone=tone />
            {confirm}
        </li>
    }
    .into_any()
}

fn people(id: daypack_domain::ids::OrganizationId, members: Remote<Vec<Member>>, adds: bool) -> AnyView {
    let open = RwSignal::new(false);
    let added = Callback::new(move |()| {
        open.set(false);
        members.reload();
    });
    let list = |members: Vec<Member>| {
        if members.is_empty() {
            return view! { <p class="quiet pad under-heading">{t("member.none")}</p> }.into_any();
        }
        view! { <ul class="list">{members.into_iter().map(member).collect_view()}</ul> }.into_any()
    };
    let content = members.view(3, list);
    let dialog = view! { <Dialog title=t("member.add") open=open>{forms::add_member(id, added)}</Dialog> };
    card_with_add(
        t("client.people"),
        adds,
        t("member.add"),
        open,
        content,
        dialog.into_any(),
    )
}

fn member(member: Member) -> AnyView {
    let role = word("role.", member.role.as_str());
    let limit = member
        .approval_limit_minutes
        .map(|limit| t_with("member.limit", &[("time", &minutes(limit))]));
    let facts = [Some(role), limit, Some(member.email)];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let invited = member
        .invited
        .then(|| view! { <Tag text=t("member.invited") tone=Tone::Warning /> });
    view! {
        <li>
            <Avatar name=member.name.clone() decorative=true />
            <div class="who"><span class="name">{member.name}</span><span class="quiet">{facts.join(" · ")}</span></div>
            {invited}
        </li>
    }
    .into_any()
}

fn system_card(id: daypack_domain::ids::OrganizationId, systems: Remote<Vec<System>>, adds: bool) -> AnyView {
    let open = RwSignal::new(false);
    let added = Callback::new(move |()| {
        open.set(false);
        systems.reload();
    });
    let list = |systems: Vec<System>| {
        if systems.is_empty() {
            return view! { <p class="quiet pad under-heading">{t("system.none")}</p> }.into_any();
        }
        view! { <ul class="list">{systems.into_iter().map(system).collect_view()}</ul> }.into_any()
    };
    let content = systems.view(2, list);
    let dialog = view! { <Dialog title=t("system.add") open=open>{forms::add_system(id, added)}</Dialog> };
    card_with_add(
        t("client.systems"),
        adds,
        t("system.add"),
        open,
        content,
        dialog.into_any(),
    )
}

fn system(system: System) -> AnyView {
    let windows: Vec<String> = system
        .environments
        .iter()
        .map(|environment| {
            if environment.window_required {
                t_with("system.with_window", &[("name", &environment.name)])
            } else {
                environment.name.clone()
            }
        })
        .collect();
    let description = Some(system.description).filter(|text| !text.is_empty());
    let components = (!system.components.is_empty()).then(|| system.components.join(", "));
    view! {
        <li>
            <div class="who wrapping">
                <span class="name">{system.name}</span>
                {description.map(|text| view! { <span class="quiet">{text}</span> })}
                {components.map(|text| view! { <span class="quiet">{text}</span> })}
                <span class="quiet">{windows.join(" · ")}</span>
            </div>
        </li>
    }
    .into_any()
}

/// A card whose heading has a button that opens a dialog, for those who may.
fn card_with_add(
    title: String,
    adds: bool,
    label: String,
    open: RwSignal<bool>,
    content: AnyView,
    dialog: AnyView,
) -> AnyView {
    if !adds {
        return view! { <Card title=title flush=true>{content}</Card> }.into_any();
    }
    let press = Callback::new(move |()| open.set(true));
    let add = view! { <Button label=label icon="plus" small=true on_click=press /> }.into_any();
    view! { <Card title=title action=add flush=true>{content} {dialog}</Card> }.into_any()
}
