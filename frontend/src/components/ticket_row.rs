//! A ticket in lists, with the clock that matters now.

use daypack_api_types::{
    sla::{ClockState as SlaState, SlaSummary},
    ticket::TicketSummary,
};
use daypack_domain::ticket::Severity as SeverityWord;
use leptos::prelude::*;

use super::{Avatar, Clock, ClockState, Severity};
use crate::{
    format::{self, word},
    i18n::t,
    time,
};

/// What [`Clock`] shows of a ticket's clocks; nothing when none counts.
pub fn clock_state(sla: &SlaSummary) -> Option<ClockState> {
    let next = sla.next.as_ref()?;
    match next.state {
        SlaState::Running | SlaState::OutsideHours | SlaState::Breached | SlaState::LateByReclassification => {
            // Due at closing time and late only after the next opening: between the two nothing is late.
            let due = next.due_at.filter(|due| *due > time::now());
            let until = due.or(next.breaches_at).or(next.due_at)?;
            let warn_minutes = (next.target_minutes / 4).max(15);
            Some(ClockState::Running { until, warn_minutes })
        }
        SlaState::Paused => Some(ClockState::Paused {
            left_minutes: next.remaining_minutes,
        }),
        SlaState::Met => Some(ClockState::Met),
        SlaState::Cancelled | SlaState::NotApplicable => None,
    }
}

/// The clock of a ticket, else the day agreed for it.
pub fn ticket_clock(ticket: &TicketSummary) -> AnyView {
    if let Some(state) = clock_state(&ticket.sla) {
        return view! { <Clock state=state /> }.into_any();
    }
    let agreed = ticket.agreed_on.map(format::date);
    view! { <span class="clock paused">{agreed}</span> }.into_any()
}

/// The severity as it was decided, else as the client sees it.
pub fn ticket_severity(ticket: &TicketSummary) -> AnyView {
    let severity = ticket
        .severity
        .or(ticket.suggested_severity)
        .unwrap_or(SeverityWord::P2);
    view! { <Severity severity=severity suggested=ticket.severity.is_none() /> }.into_any()
}

/// One line of a list of tickets. `with_organization` names the client, for lists over several of them.
pub fn ticket_row(ticket: TicketSummary, with_organization: bool) -> AnyView {
    let href = format!("/tickets/{}", ticket.reference);
    let place = if with_organization {
        Some(ticket.organization.name.clone())
    } else {
        ticket.system_name.clone()
    };
    let facts = [
        Some(ticket.reference.clone()),
        place,
        Some(word("status.", ticket.status.as_str())),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    let assignee = match &ticket.assignee {
        Some(person) => view! { <Avatar name=person.name.clone() /> }.into_any(),
        None => view! { <span class="avatar nobody" role="img" aria-label=t("ticket.nobody") title=t("ticket.nobody")></span> }
            .into_any(),
    };
    view! {
        <li class="ticket-row">
            {ticket_severity(&ticket)}
            <a class="grow" href=href>
                <span class="title clip">{ticket.title.clone()}</span>
                <span class="facts clip">{facts.join(" · ")}</span>
            </a>
            {assignee}
            {ticket_clock(&ticket)}
        </li>
    }
    .into_any()
}
