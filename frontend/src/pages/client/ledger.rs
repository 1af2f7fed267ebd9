//! Why there are so many minutes: every movement, with what was available after it.

use daypack_api_types::ledger::Movement;
use daypack_domain::{ids::OrganizationId, ledger::MovementKind};
use leptos::prelude::*;

use crate::{
    api::contract,
    components::{EmptyState, Paged},
    format,
    format::{minutes, word},
    i18n::t,
    time,
};

/// The ledger, newest first.
pub fn ledger(organization: OrganizationId) -> AnyView {
    let movements = Paged::load(move |cursor| contract::ledger(organization, cursor));
    let empty =
        || view! { <EmptyState title=t("ledger.none_title") text=t("ledger.none_text") icon="list" /> }.into_any();
    view! {
        <section class="card">
            <header><h2>{t("packs.ledger")}</h2></header>
            {movements.view(6, empty, row, around)}
        </section>
    }
    .into_any()
}

fn around(rows: AnyView) -> AnyView {
    view! {
        <div class="pad under-heading scrolls">
            <table class="sums ledger">
                <thead>
                    <tr>
                        <th scope="col">{t("ledger.when")}</th>
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

fn row(movement: Movement) -> AnyView {
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
    let why: Vec<String> = [Some(movement.reason), who]
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect();
    view! {
        <tr>
            <td class="when" title=format::instant_in_full(movement.effective_at)>
                {format::instant_near(movement.effective_at, time::now())}
            </td>
            <td>
                <b>{word("movement.", movement.kind.as_str())}</b>" "{ticket}
                <span class="facts">{why.join(" · ")}</span>
            </td>
            <td class=class>{sign}{minutes(movement.minutes)}</td>
            <td>{minutes(movement.available_after_minutes)}</td>
        </tr>
    }
    .into_any()
}
