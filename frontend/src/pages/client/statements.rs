//! Weekly summaries, newest first.

use daypack_api_types::statement::StatementSummary;
use daypack_domain::ids::OrganizationId;
use leptos::prelude::*;

use super::of_organization;
use crate::{
    api::summaries,
    components::{EmptyState, Paged},
    dom,
    format::{dates, minutes},
    i18n::{t, t_count, t_with},
};

/// All of them.
pub fn statements() -> AnyView {
    dom::name_screen(&t("nav.weekly"));
    of_organization(screen)
}

fn screen(organization: OrganizationId) -> AnyView {
    let weeks = Paged::load(move |cursor| summaries::statements(organization, cursor));
    let empty = || view! { <EmptyState title=t("week.none_title") text=t("week.none_text") icon="week" /> }.into_any();
    let around = |rows: AnyView| view! { <ul class="list weeks">{rows}</ul> }.into_any();
    view! {
        <div class="top">
            <div class="grow"><h1>{t("nav.weekly")}</h1><p class="quiet small-text">{t("week.list_text")}</p></div>
        </div>
        <section class="card">{weeks.view(6, empty, row, around)}</section>
    }
    .into_any()
}

fn row(week: StatementSummary) -> AnyView {
    let address = week.id.map(|id| format!("/statements/{id}")).unwrap_or_default();
    let quiet = week.ticket_count == 0 && week.used_minutes == 0;
    let text = if quiet {
        t("week.quiet_short")
    } else {
        t_count(
            "week.used_on",
            week.ticket_count,
            &[("time", &minutes(week.used_minutes))],
        )
    };
    let closing = t_with("week.left", &[("time", &minutes(week.closing_minutes))]);
    view! {
        <li>
            <a class="grow" href=address>
                <span class="title">{dates(week.from, week.to)}</span>
                <span class="facts">{text}</span>
            </a>
            <span class="quiet small-text">{closing}</span>
        </li>
    }
    .into_any()
}
