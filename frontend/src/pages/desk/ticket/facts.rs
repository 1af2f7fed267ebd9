//! Who it is for, and what is good to know about them.

use daypack_api_types::{ledger::Balance, ticket::Ticket};
use daypack_domain::ids::OrganizationId;
use leptos::{prelude::*, task::spawn_local};

use super::Desk;
use crate::{
    api::contract,
    components::Card,
    format::{self, word},
    i18n::{t, t_count, t_with},
    pages::desk::parts::fact,
    time, zone,
};

/// The client for the staff, the request for the client.
pub fn facts(desk: Desk) -> AnyView {
    let balance = RwSignal::new(None::<Balance>);
    let organization = Memo::new(move |_| {
        desk.ticket
            .with(|ticket| Some(ticket.as_ref()?.summary.organization.id))
    });
    let used = Memo::new(move |_| {
        desk.ticket.with(|ticket| {
            ticket
                .as_ref()
                .map(|ticket| (ticket.summary.used_minutes, ticket.summary.held_minutes))
        })
    });
    Effect::new(move |_| {
        used.track();
        if let Some(id) = organization.get().filter(|_| desk.staff) {
            load(id, balance);
        }
    });
    desk.part(move |ticket| card(desk, &ticket, balance))
}

fn load(id: OrganizationId, into: RwSignal<Option<Balance>>) {
    spawn_local(async move {
        if let Ok(balance) = contract::balance(id).await {
            into.try_set(Some(balance));
        }
    });
}

fn card(desk: Desk, ticket: &Ticket, balance: RwSignal<Option<Balance>>) -> AnyView {
    let summary = &ticket.summary;
    let impact = ticket.impact.as_ref().map(|impact| {
        let people = t_count("triage.people", impact.people, &[]);
        let workaround = word("way_around.", impact.workaround.as_str());
        fact(t("facts.impact"), format!("{people} · {workaround}"))
    });
    let assignee = summary
        .assignee
        .as_ref()
        .map_or_else(|| t("ticket.nobody"), |person| person.name.clone());
    let plans = [
        ("facts.mitigation_plan", &ticket.mitigation_plan),
        ("facts.solution_plan", &ticket.solution_plan),
        ("facts.not_billable", &ticket.not_billable_reason),
    ];
    let plans: Vec<_> = plans
        .into_iter()
        .filter_map(|(key, text)| Some(fact(t(key), text.clone()?)))
        .collect();
    let title = if desk.staff {
        t("facts.client")
    } else {
        t("facts.request")
    };
    let client = desk.staff.then(|| client(desk, ticket, balance));
    let people = [
        fact(t("facts.reporter"), summary.reporter.name.clone()),
        fact(t("facts.assignee"), assignee),
        fact(t("facts.affected"), summary.affected.clone()),
    ];
    view! {
        <Card title=title>
            <dl class="facts">
                {client}
                {people.into_iter().collect_view()}
                {impact}
                {plans}
            </dl>
        </Card>
    }
    .into_any()
}

/// Plan and queue, minutes left, and what time it is there.
fn client(desk: Desk, ticket: &Ticket, balance: RwSignal<Option<Balance>>) -> AnyView {
    let queue = word("queue.", ticket.summary.queue_level.as_str());
    let plan = move || {
        let name = balance.with(|balance| Some(balance.as_ref()?.lots.first()?.plan_name.clone()));
        name.map_or_else(|| queue.clone(), |name| format!("{name}, {queue}"))
    };
    let href = format!("/clients/{}", ticket.summary.organization.slug);
    let left = move || {
        balance.with(|balance| {
            let minutes = balance.as_ref()?.available_minutes;
            Some(t_with("facts.left", &[("time", &format::minutes(minutes))]))
        })
    };
    let now = time::ticking();
    let local = Memo::new(move |_| {
        let zone = desk.zone.get()?;
        let city = zone.rsplit('/').next().unwrap_or_default().replace('_', " ");
        Some(format!("{}, {city}", zone::clock_text(zone::local(now.get(), &zone))))
    });
    view! {
        {fact(t("facts.plan"), plan)}
        {fact(t("facts.packs"), view! { <a class="link" href=href>{left}</a> })}
        {fact(t("facts.local_time"), move || local.get())}
    }
    .into_any()
}
