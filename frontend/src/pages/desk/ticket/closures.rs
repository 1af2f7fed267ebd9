//! The record: what was done, why it happened, how to prevent it.

use daypack_api_types::{ticket::Ticket, work::ClosureRecord};
use leptos::prelude::*;

use super::Desk;
use crate::{
    components::{Card, Tag, Tone},
    format::{self, word},
    i18n::{t, t_with},
    time,
};

/// One card for each time it was delivered, the last one first.
pub fn closures(desk: Desk) -> AnyView {
    desk.part(|ticket| cards(&ticket))
}

fn cards(ticket: &Ticket) -> AnyView {
    let several = ticket.closures.len() > 1;
    ticket
        .closures
        .iter()
        .map(|record| card(record, several))
        .collect_view()
        .into_any()
}

fn card(record: &ClosureRecord, several: bool) -> AnyView {
    let title = if several {
        t_with("closure.title_cycle", &[("cycle", &record.cycle.to_string())])
    } else {
        t("closure.title")
    };
    let part = |key: &str, text: &Option<String>| {
        text.clone()
            .map(|text| view! { <div><dt>{t(key)}</dt><dd>{text}</dd></div> }.into_any())
    };
    let parts = [
        part("closure.what", &Some(record.what_was_done.clone())),
        part("closure.why", &record.why_it_happened),
        part("closure.prevent", &record.how_to_prevent),
    ];
    let cause = record
        .cause_category
        .map(|cause| view! { <Tag text=word("cause.", cause.as_str()) /> });
    let deployed = record
        .deployed
        .then(|| view! { <Tag text=t("closure.deployed") tone=Tone::Good /> });
    let minutes = [
        ("estimated", record.estimated_minutes),
        ("approved", record.approved_minutes),
        ("used", record.used_minutes),
    ]
    .map(|(name, minutes)| (name, format::minutes(minutes)));
    let values: Vec<(&str, &str)> = minutes.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let spent = t_with("closure.minutes", &values);
    let when = format::moment(record.resolved_at, time::now());
    let by = t_with("closure.by", &[("name", &record.resolved_by.name), ("time", &when)]);
    let confirmed = match (&record.confirmed_by, record.closed_at) {
        (Some(person), _) => Some(t_with("closure.confirmed", &[("name", &person.name)])),
        (None, Some(_)) => Some(t("closure.itself")),
        (None, None) => None,
    };
    view! {
        <Card title=title>
            <dl class="record">
                {parts.into_iter().collect_view()}
            </dl>
            <div class="row small wrap marks">{cause} {deployed}</div>
            <p class="quiet small-text">{spent}</p>
            <p class="quiet small-text">{by}</p>
            {confirmed.map(|text| view! { <p class="quiet small-text">{text}</p> })}
        </Card>
    }
    .into_any()
}
