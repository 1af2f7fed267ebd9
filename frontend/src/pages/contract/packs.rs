//! Packs: what is left, how long it lasts, what would be lost and how to keep it, every pack, and what was ordered.

use daypack_api_types::ledger::Balance;
use leptos::prelude::*;

use super::{
    burn_down::burn_down,
    lots::lots,
    online::returned,
    orders::orders,
    rescue::rescue,
    side::{Side, Tab},
    terms::asked_terms,
    what_if::what_if,
};
use crate::{
    api::contract,
    components::{Card, Icon, Remote},
    format::minutes,
    i18n::{t, t_with},
    pages::packs_card::packs_card,
};

/// Everything about the own minutes.
pub fn packs() -> AnyView {
    Side::own(Tab::Packs, screen)
}

/// The same of a client, for the staff.
pub fn client_packs() -> AnyView {
    Side::of_client(Tab::Packs, screen)
}

fn screen(side: Side) -> AnyView {
    // A payment that arrives while the screen is open changes everything on it.
    let revision = RwSignal::new(0);
    let content = move || {
        revision.track();
        untrack(move || content(side))
    };
    view! { <div class="stack wide-gap">{returned(side, revision)} {content}</div> }.into_any()
}

fn content(side: Side) -> AnyView {
    let balance = Remote::load(move || contract::balance(side.id));
    let changed = Callback::new(move |()| balance.reload());
    view! {
        <div class="stack wide-gap">
            {asked_terms(side)}
            {balance.view(8, move |balance| standing(&balance))}
            {rescue(side)}
            <div class="cols">
                <div class="stack wide-gap">{lots(side, changed)} {orders(side, changed)}</div>
                <aside class="stack wide-gap">{what_if(side)}</aside>
            </div>
        </div>
    }
    .into_any()
}

fn standing(balance: &Balance) -> AnyView {
    let (left, chart) = (packs_card(balance, false), burn_down(balance));
    view! {
        {debt(balance)}
        <div class="cols mirrored">
            {left}
            <Card title=t("burn.title")>{chart}</Card>
        </div>
    }
    .into_any()
}

/// Minutes that are owed, where they come from, and what will become of them.
fn debt(balance: &Balance) -> AnyView {
    let Some(owed) = balance.debt_minutes.filter(|owed| *owed > 0) else {
        return ().into_any();
    };
    view! {
        <section class="notice">
            <Icon name="alert" />
            <div>
                <p>{t_with("packs.debt", &[("time", &minutes(owed))])}</p>
                <p class="small-text plain">{t("packs.debt_text")}</p>
            </div>
        </section>
    }
    .into_any()
}
