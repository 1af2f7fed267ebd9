//! The first screen after signing in: for clients what waits on them and how things stand; the staff work on the board.

use daypack_api_types::dashboard::{Dashboard, Figures};
use leptos::prelude::*;

use super::{packs_card::packs_card, waiting::waiting_list};
use crate::{
    components::{
        Card, Count, EmptyState, LinkButton, Look, Tag,
        overview::{self, Overview},
        ticket_row,
    },
    dom, format,
    i18n::{t, t_count, t_with},
    place,
    session::use_session,
    time,
};

/// The dashboard. It is in the main part: nearly everybody begins here.
pub fn home() -> AnyView {
    let Some(overview) = overview::find() else {
        return place::elsewhere("/board");
    };
    dom::name_screen(&t("nav.home"));
    let session = use_session();
    let name = untrack(move || session.me()).map(|me| me.name).unwrap_or_default();
    let first = name.split_whitespace().next().unwrap_or_default().to_owned();
    let key = match format::local_hour(time::now()) {
        5..12 => "home.good_morning",
        12..19 => "home.good_afternoon",
        _ => "home.good_evening",
    };
    // What was seen before is shown at once; what happened since comes a moment later.
    if overview.get_untracked().is_some() {
        overview.reload();
    }
    let order = session.may("place_order");
    let ask = session.may("open_ticket");
    view! {
        <div class="top">
            <div class="grow"><h1>{t_with(key, &[("name", &first)])}</h1><p class="quiet small-text">{t("home.text")}</p></div>
            {order.then(|| view! { <LinkButton href="/packs/order" label=t("packs.order") /> })}
            {ask.then(|| view! { <LinkButton href="/tickets/new" label=t("ticket.new") icon="plus" look=Look::Primary /> })}
        </div>
        {overview.view(10, move |dashboard| shown(dashboard, overview))}
    }
    .into_any()
}

fn shown(dashboard: Dashboard, overview: Overview) -> AnyView {
    let Dashboard {
        waiting,
        balance,
        active_tickets,
        active_count,
        figures: month,
        last_statement,
        emergencies,
        rescue,
        ..
    } = dashboard;
    let begun = i64::try_from(emergencies.len()).unwrap_or(0);
    let count = i64::try_from(waiting.len()).unwrap_or(0) + begun;
    let begun = (begun > 0).then(|| pointer("/approvals", t_count("home.emergencies", begun, &[])));
    let lost = rescue.filter(|rescue| rescue.unused_minutes > 0).map(|rescue| {
        let days = rescue.lots.first().map_or(0, |lot| lot.days_left);
        let values = [("time", format::minutes(rescue.unused_minutes))];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        pointer("/packs", t_count("home.rescue", days, &values))
    });
    let asks = match waiting.len() {
        0 if count > 0 => ().into_any(),
        0 => view! { <p class="nothing">{t("home.nothing_title")}" "<span class="quiet">{t("home.nothing_text")}</span></p> }
            .into_any(),
        _ => waiting_list(waiting, overview),
    };
    let active = match active_tickets.is_empty() {
        true => view! { <EmptyState title=t("home.no_requests_title") text=t("home.no_requests_text") icon="list" /> }
            .into_any(),
        false => {
            let rows: Vec<_> = active_tickets.into_iter().map(|one| ticket_row(one, false)).collect();
            view! { <ul class="list">{rows}</ul> }.into_any()
        }
    };
    let see_all = view! { <a class="link small-text" href="/tickets">{t("home.see_all")}</a> }.into_any();
    let week = last_statement.map(|statement| {
        let address = statement
            .id
            .map_or_else(|| "/statements".to_owned(), |id| format!("/statements/{id}"));
        let open = view! { <a class="link small-text" href=address>{t("action.open")}</a> }.into_any();
        let values = [
            ("used", format::minutes(statement.used_minutes)),
            ("opening", format::minutes(statement.opening_minutes)),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let text = t_count("home.week", statement.ticket_count, &values);
        let tag = view! { <Tag text=format::dates(statement.from, statement.to) /> }.into_any();
        view! {
            <Card title=t("home.last_week") beside=tag action=open>
                <p class="small-text quiet">{text}" "<b>{format::minutes(statement.closing_minutes)}</b>"."</p>
            </Card>
        }
        .into_any()
    });
    let (hot, active_count) = (
        view! { <Count value=count hot=true /> }.into_any(),
        view! { <Count value=active_count /> }.into_any(),
    );
    view! {
        <div class="cols">
            <div class="stack wide-gap">
                <section class="waiting">
                    <h2 class="row">{t("home.waiting")}{(count > 0).then_some(hot)}</h2>
                    {begun}
                    {asks}
                </section>
                {figures(&month)}
                <Card title=t("home.active") beside=active_count action=see_all flush=true>{active}</Card>
                {week}
            </div>
            <div class="stack wide-gap">{lost}{packs_card(&balance, true)}</div>
        </div>
    }
    .into_any()
}

/// One sentence that leads to where more of it is.
fn pointer(href: &'static str, text: String) -> AnyView {
    view! { <a class="card soft pad" href=href><b>{text}</b></a> }.into_any()
}

/// The month in figures.
fn figures(month: &Figures) -> AnyView {
    let mean = month
        .mean_p1_resolution_minutes
        .map_or_else(|| "–".to_owned(), format::minutes);
    let number = |value: i64| format::number(value as f64);
    let class = if month.open_p0 > 0 { "bad" } else { "good" };
    let figure = |class: &'static str, value: String, key: &str| {
        view! { <div><dd class=class>{value}</dd><dt>{t(key)}</dt></div> }.into_any()
    };
    view! {
        <dl class="figures">
            {figure(class, number(month.open_p0), "figures.open_p0")}
            {figure("", number(month.resolved_this_month), "figures.resolved")}
            {figure("", mean, "figures.mean_p1")}
            {figure("", number(month.improvements_this_month), "figures.improvements")}
        </dl>
    }
    .into_any()
}
