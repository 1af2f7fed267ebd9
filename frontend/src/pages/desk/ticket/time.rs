//! The time that was worked.

use daypack_api_types::{ticket::Ticket, work::TimeEntry};
use daypack_domain::policy::Action;
use leptos::prelude::*;

use super::{Desk, timer::Timer};
use crate::{
    components::{Avatar, Button, Card, Look, Tag},
    format::{self, word},
    i18n::{t, t_with},
    pages::desk::sheets::Sheet,
    session::use_session,
};

/// The entries, newest first; nothing while there are none to see and none to make.
pub fn entries(desk: Desk) -> AnyView {
    let session = use_session();
    let me = untrack(move || session.me());
    let me = me.map(|me| {
        (
            me.id,
            me.permissions.iter().any(|word| word == Action::ReassignWork.as_str()),
        )
    });
    desk.part(move |ticket| {
        let reversible = |entry: &TimeEntry| me.is_some_and(|(id, all)| all || entry.person.id == id);
        card(desk, &ticket, &reversible)
    })
}

fn card(desk: Desk, ticket: &Ticket, reversible: &dyn Fn(&TimeEntry) -> bool) -> AnyView {
    let logs = ticket.actions.iter().any(|known| known == Action::LogTime.as_str());
    if ticket.time_entries.is_empty() && !logs {
        return ().into_any();
    }
    let rows: Vec<_> = ticket
        .time_entries
        .iter()
        .map(|entry| row(desk, entry, logs && entry.reversed_at.is_none() && reversible(entry)))
        .collect();
    let content = if rows.is_empty() {
        view! { <p class="quiet small-text pad under-heading">{t("log.none")}</p> }.into_any()
    } else {
        view! { <ul class="entries">{rows}</ul> }.into_any()
    };
    if !logs {
        return view! { <Card title=t("log.card") flush=true>{content}</Card> }.into_any();
    }
    let press = Callback::new(move |()| desk.open(Sheet::LogTime(Timer::idle())));
    let log = view! { <Button label=t("step.log") small=true on_click=press /> }.into_any();
    view! { <Card title=t("log.card") action=log flush=true>{content}</Card> }.into_any()
}

fn row(desk: Desk, entry: &TimeEntry, may_reverse: bool) -> AnyView {
    let reversed = entry.reversed_at.is_some();
    let billed = match (entry.billable, entry.billable_minutes == entry.minutes) {
        (true, true) => None,
        (true, false) => Some(t_with(
            "log.billed",
            &[("time", &format::minutes(entry.billable_minutes))],
        )),
        (false, _) => Some(t("log.not_billed")),
    };
    let waived =
        (entry.waived_minutes > 0).then(|| t_with("log.waived", &[("time", &format::minutes(entry.waived_minutes))]));
    let id = entry.id;
    let undo = may_reverse.then(|| {
        let press = Callback::new(move |()| desk.open(Sheet::ReverseTime(id)));
        view! { <Button label=t("log.reverse") small=true look=Look::Ghost on_click=press /> }
    });
    let facts = [format::day(entry.worked_on), word("activity.", entry.activity.as_str())];
    view! {
        <li class:reversed=reversed>
            <div class="row small">
                <Avatar name=entry.person.name.clone() />
                <b class="tabular">{format::minutes(entry.minutes)}</b>
                <span class="quiet small-text grow">{facts.join(" · ")}</span>
                {[billed, waived].into_iter().flatten().map(|text| view! { <Tag text=text /> }).collect_view()}
            </div>
            <p class="small-text note">{entry.note.clone()}</p>
            {entry.reversal_reason.clone().map(|reason| {
                view! { <p class="small-text">{t("log.reversed_mark")} " " <q>{reason}</q></p> }
            })}
            {undo}
        </li>
    }
    .into_any()
}
