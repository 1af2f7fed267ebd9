//! What is left of the packs: the card that the home and the packs show.

use daypack_api_types::ledger::{Balance, LotBalance};
use leptos::prelude::*;

use crate::{
    components::{Card, Meter, Tag, Tone},
    format::{date, lot_name, minutes},
    i18n::{t, t_count, t_with},
};

/// Days before its end from which a pack is shown as expiring.
const SOON_DAYS: i64 = 30;

/// Remaining first, then the meter, then each pack with its expiry.
pub fn packs_card(balance: &Balance, with_link: bool) -> AnyView {
    let action =
        with_link.then(|| view! { <a class="link small-text" href="/packs">{t("packs.ledger")}</a> }.into_any());
    let debt = balance.debt_minutes.filter(|debt| *debt > 0).map(|debt| {
        view! { <p><Tag text=t_with("packs.debt", &[("time", &minutes(debt))]) tone=Tone::Warning /></p> }
    });
    let lots = match balance.lots.is_empty() {
        true => view! { <p class="quiet small-text">{t("packs.none")}</p> }.into_any(),
        false => view! { <ul class="lots">{balance.lots.iter().map(lot).collect_view()}</ul> }.into_any(),
    };
    let card = |content: AnyView| match action {
        Some(action) => view! { <Card title=t("nav.packs") action=action>{content}</Card> }.into_any(),
        None => view! { <Card title=t("packs.left_title")>{content}</Card> }.into_any(),
    };
    card(
        view! {
            <div class="stack tight">
                <p class="remaining"><b>{minutes(balance.available_minutes)}</b>" "<span class="quiet">{t("packs.left")}</span></p>
                <div>
                    <Meter
                        available_minutes=balance.available_minutes
                        held_minutes=balance.held_minutes
                        used_minutes=balance.used_minutes
                    />
                </div>
                {debt}
                {lots}
            </div>
        }
        .into_any(),
    )
}

fn lot(lot: &LotBalance) -> AnyView {
    let tag = if lot.days_left <= SOON_DAYS && lot.available_minutes > 0 {
        let values = [("time", minutes(lot.available_minutes))];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let text = match lot.days_left {
            ..=0 => t_with("packs.expire_today", &values),
            days => t_count("packs.expire_in", days, &values),
        };
        view! { <Tag text=text tone=Tone::Warning /> }
    } else {
        view! { <Tag text=t_with("packs.until", &[("date", &date(lot.expires_on))]) /> }
    };
    view! {
        <li title=date(lot.expires_on)>
            <b>{lot_name(&lot.plan_code, &lot.plan_name)}</b>
            {tag}
            <span class="grow"></span>
            <span class="quiet">{minutes(lot.posted_minutes)}</span>
        </li>
    }
    .into_any()
}
