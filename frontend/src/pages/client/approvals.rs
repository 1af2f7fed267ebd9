//! What waits on the client.

use leptos::prelude::*;

use super::emergencies::emergencies;
use crate::{
    components::{EmptyState, LinkButton, overview},
    dom,
    i18n::t,
    pages::waiting::waiting_list,
    place,
};

/// All of it, most urgent first.
pub fn approvals() -> AnyView {
    let Some(overview) = overview::find() else {
        return place::elsewhere("/board");
    };
    dom::name_screen(&t("nav.approvals"));
    if overview.get_untracked().is_some() {
        overview.reload();
    }
    let list = overview.view(6, move |dashboard| {
        match (dashboard.waiting.is_empty(), dashboard.emergencies.is_empty()) {
            (waits_not, calm) if !waits_not || !calm => {
                let asks = (!waits_not).then(|| waiting_list(dashboard.waiting, overview));
                view! { <div class="stack wide-gap">{emergencies(dashboard.emergencies, overview)} {asks}</div> }
                    .into_any()
            }
            _ => view! {
                <section class="card">
                    <EmptyState title=t("home.nothing_title") text=t("approval.nothing_text") icon="check">
                        <LinkButton href="/tickets" label=t("approval.to_requests") icon="list" />
                    </EmptyState>
                </section>
            }
            .into_any(),
        }
    });
    view! {
        <div class="top">
            <div class="grow"><h1>{t("home.waiting")}</h1><p class="quiet small-text">{t("approval.list_text")}</p></div>
        </div>
        {list}
    }
    .into_any()
}
