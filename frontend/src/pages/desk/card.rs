//! One card of the board.

use daypack_api_types::{board::ColumnKey, sla::ClockState, ticket::TicketSummary};
use daypack_domain::ticket::Status;
use leptos::prelude::*;

use super::{board::Desk, sheets::Sheet};
use crate::{
    components::{
        Avatar, Button, ClockState as ClockShown, Icon, Look, Tag, Tone, clock_state, ticket_clock, ticket_severity,
    },
    format::{self, word},
    i18n::{t, t_with},
};

/// A card. What it shows follows the ticket; the card itself stays.
pub fn card(column: ColumnKey, ticket: Memo<Option<TicketSummary>>, desk: Desk) -> AnyView {
    let late = Memo::new(move |_| ticket.with(|ticket| ticket.as_ref().is_some_and(is_late)));
    let content = move || ticket.get().map(|ticket| content(column, ticket));
    let reference = move || ticket.with_untracked(|ticket| ticket.as_ref().map(|ticket| ticket.reference.clone()));
    let action = move |key: &str, sheet: Sheet| {
        let press = Callback::new(move |()| {
            if let Some(reference) = reference() {
                desk.open.run((sheet, reference));
            }
        });
        view! { <Button label=t(key) small=true look=Look::Ghost on_click=press /> }.into_any()
    };
    let untriaged =
        Memo::new(move |_| ticket.with(|ticket| ticket.as_ref().is_some_and(|ticket| ticket.severity.is_none())));
    let actions = move || {
        let estimates = matches!(column, ColumnKey::Estimate) && !untriaged.get();
        view! {
            {action("card.triage", Sheet::Triage)}
            {action("card.assign", Sheet::Assign)}
            {estimates.then(|| action("card.estimate", Sheet::Estimate))}
        }
    };
    view! {
        <li class="ticket-card" class:late=move || late.get()>
            {content}
            <div class="card-actions">{actions}</div>
        </li>
    }
    .into_any()
}

fn is_late(ticket: &TicketSummary) -> bool {
    let state = ticket.sla.next.as_ref().map(|next| next.state);
    matches!(state, Some(ClockState::Breached | ClockState::LateByReclassification))
}

fn content(column: ColumnKey, ticket: TicketSummary) -> AnyView {
    let assignee = ticket
        .assignee
        .as_ref()
        .map(|person| view! { <Avatar name=person.name.clone() /> });
    let mut facts = vec![ticket.organization.name.clone()];
    if column == ColumnKey::New {
        facts.push(word("channel.", ticket.channel.as_str()));
    }
    if column == ColumnKey::InWork && ticket.approved_minutes > 0 {
        let minutes = [("used", ticket.used_minutes), ("approved", ticket.approved_minutes)]
            .map(|(name, minutes)| (name, format::minutes(minutes)));
        let values: Vec<(&str, &str)> = minutes.iter().map(|(name, text)| (*name, text.as_str())).collect();
        // The reference names the client already.
        facts = vec![t_with("card.used_of", &values)];
    }
    view! {
        <div class="row small">
            {ticket_severity(&ticket)}
            <span class="quiet small-text reference">{ticket.reference.clone()}</span>
            <span class="grow"></span>
            {clock(&ticket)}
        </div>
        <a class="title" href=format!("/tickets/{}", ticket.reference)>{ticket.title.clone()}</a>
        <div class="row small quiet small-text">
            {tag(column, &ticket)} <span class="grow clip">{facts.join(" · ")}</span> {assignee}
        </div>
    }
    .into_any()
}

/// The clock; on a card, a pause is a sign and what is left.
fn clock(ticket: &TicketSummary) -> AnyView {
    let Some(ClockShown::Paused { left_minutes }) = clock_state(&ticket.sla) else {
        let agreed = ticket.agreed_on.filter(|_| clock_state(&ticket.sla).is_none());
        return match agreed {
            Some(day) => view! { <span class="clock paused">{format::day(day)}</span> }.into_any(),
            None => ticket_clock(ticket),
        };
    };
    let left = format::minutes(left_minutes);
    let title = t_with("clock.paused", &[("time", &left)]);
    view! {
        <span class="clock paused" title=title.clone()>
            <Icon name="pause" />
            <span aria-hidden="true">{left}</span>
            <span class="for-reader">{title.clone()}</span>
        </span>
    }
    .into_any()
}

/// The one word that matters in this column.
fn tag(column: ColumnKey, ticket: &TicketSummary) -> AnyView {
    let (text, tone) = match (column, ticket.status, ticket.offered_minutes) {
        (ColumnKey::WaitingOnClient, Status::AwaitingApproval, Some(minutes)) => (
            t_with("card.offered", &[("time", &format::minutes(minutes))]),
            Tone::Plain,
        ),
        (ColumnKey::WaitingOnClient, status, _) => (word("short.", status.as_str()), Tone::Plain),
        (ColumnKey::InWork, Status::WaitingThirdParty, _) => (t("short.waiting_third_party"), Tone::Warning),
        (ColumnKey::InWork, status, _) => (word("short.", status.as_str()), Tone::Good),
        _ => (word("level.", ticket.queue_level.as_str()), Tone::Plain),
    };
    view! { <Tag text=text tone=tone /> }.into_any()
}
