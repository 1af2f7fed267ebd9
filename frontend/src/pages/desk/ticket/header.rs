//! What the request is, and the next thing to do with it.

use daypack_api_types::ticket::Ticket;
use daypack_domain::{policy::Action, ticket::Status};
use leptos::prelude::*;

use super::{Desk, timer::Timer};
use crate::{
    api::tickets,
    components::{Button, LinkButton, Look, Menu, Tag, Tone, ticket_severity},
    dom,
    format::word,
    i18n::t,
    pages::desk::sheets::{Sheet, move_asks, move_label, plain_move},
};

/// Reference, title, marks; timer, next step, everything else.
pub fn header(desk: Desk) -> AnyView {
    Effect::new(move |_| {
        let title = desk
            .ticket
            .with(|ticket| ticket.as_ref().map(|ticket| ticket.summary.title.clone()));
        if let Some(title) = title {
            dom::document().set_title(&format!("{} {title} · {}", desk.reference(), t("app.name")));
        }
    });
    let timer = Timer::kept();
    let timer_shown = Memo::new(move |_| desk.staff && desk.may(Action::LogTime));
    let log = Callback::new(move |()| desk.open(Sheet::LogTime(timer)));
    view! {
        <div class="top ticket-top">
            <div class="grow">{desk.part(move |ticket| names(desk, ticket))}</div>
            {move || timer_shown.get().then(|| timer.view(desk.reference(), log))}
            {desk.part(move |ticket| steps(desk, timer, &ticket))}
        </div>
    }
    .into_any()
}

fn names(desk: Desk, ticket: Ticket) -> AnyView {
    let summary = &ticket.summary;
    let organization = if desk.staff {
        let href = format!("/clients/{}", summary.organization.slug);
        view! { <a class="link" href=href>{summary.organization.name.clone()}</a> }.into_any()
    } else {
        view! { <a class="link" href="/tickets">{t("nav.requests")}</a> }.into_any()
    };
    let kind = summary
        .kind
        .map(|kind| view! { <Tag text=word("kind.", kind.as_str()) /> });
    let system = summary.system_name.clone().map(|name| view! { <Tag text=name /> });
    let free = (!ticket.billable).then(|| view! { <Tag text=t("ticket.not_billable") tone=Tone::Warning /> });
    let tags: Vec<_> = ticket
        .tags
        .iter()
        .map(|tag| view! { <Tag text=format!("#{tag}") /> }.into_any())
        .collect();
    view! {
        <p class="quiet small-text path">{organization} " / " <span>{summary.reference.clone()}</span></p>
        <h1>{summary.title.clone()}</h1>
        <div class="marks">
            {ticket_severity(summary)}
            <Tag text=word("status.", summary.status.as_str()) tone=tone(summary.status) />
            {kind} {system} {free} {tags}
        </div>
    }
    .into_any()
}

/// How a status reads at a glance.
const fn tone(status: Status) -> Tone {
    match status {
        Status::NeedsInfo | Status::AwaitingApproval | Status::AwaitingValidation | Status::AwaitingWindow => {
            Tone::Warning
        }
        Status::Approved | Status::Diagnosing | Status::Fixing | Status::Resolved => Tone::Good,
        Status::Declined => Tone::Bad,
        _ => Tone::Plain,
    }
}

/// One thing that can be done now.
#[derive(Clone, PartialEq)]
enum Step {
    /// A form, with the key of its verb.
    Open(Sheet, &'static str),
    /// A move along the workflow.
    Move(Status),
    /// The client's yes to what was delivered.
    Confirm,
    /// The place where an offer is answered.
    Approve(String),
}

/// What can be done, the likeliest first.
fn possible(desk: Desk, timer: Timer, ticket: &Ticket) -> Vec<Step> {
    let may = |action: Action| ticket.actions.iter().any(|known| known == action.as_str());
    let status = ticket.summary.status;
    let mut steps = Vec::new();
    let mut offer = |possible: bool, step: Step| {
        if possible && !steps.contains(&step) {
            steps.push(step);
        }
    };
    let triage = Step::Open(Sheet::Triage, "card.triage");
    let estimate = Step::Open(Sheet::Estimate, "card.estimate");
    let evidence = Step::Open(Sheet::Evidence, "step.evidence");
    let resolve = Step::Open(Sheet::Resolve, "step.resolve");
    let window = Step::Open(Sheet::Window, "step.window");
    let open_offer = ticket.estimates.iter().find(|one| one.status.as_str() == "offered");
    if let Some(open) = open_offer {
        offer(may(Action::ApproveEstimate), Step::Approve(open.id.to_string()));
    }
    offer(may(Action::ConfirmResolution) && !desk.staff, Step::Confirm);
    offer(may(Action::Triage) && ticket.summary.severity.is_none(), triage.clone());
    offer(
        may(Action::OfferEstimate) && status == Status::Estimating,
        estimate.clone(),
    );
    if status == Status::Diagnosing && ticket.evidence.diagnosis.is_none() {
        offer(may(Action::RecordEvidence), evidence.clone());
    }
    for next in [Status::Diagnosing, Status::Fixing] {
        let forward = matches!(status, Status::Approved | Status::Diagnosing);
        offer(forward && ticket.transitions.contains(&next), Step::Move(next));
    }
    offer(
        may(Action::ResolveTicket) && status != Status::Submitted,
        resolve.clone(),
    );
    let in_repair = matches!(
        status,
        Status::Fixing | Status::AwaitingValidation | Status::AwaitingWindow
    );
    offer(may(Action::ProposeWindow) && in_repair, window);
    for to in &ticket.transitions {
        offer(true, Step::Move(*to));
    }
    offer(may(Action::OfferEstimate), estimate);
    offer(may(Action::LogTime), Step::Open(Sheet::LogTime(timer), "step.log"));
    offer(may(Action::RecordEvidence), evidence);
    offer(
        may(Action::RecordMitigation) && status.is_open(),
        Step::Open(Sheet::Mitigation, "step.mitigate"),
    );
    offer(may(Action::AssignTicket), Step::Open(Sheet::Assign, "card.assign"));
    offer(may(Action::Triage), triage);
    offer(may(Action::ResolveTicket), resolve);
    offer(may(Action::ConfirmResolution), Step::Confirm);
    offer(may(Action::ReopenTicket), Step::Open(Sheet::Reopen, "step.reopen"));
    steps
}

fn steps(desk: Desk, timer: Timer, ticket: &Ticket) -> AnyView {
    let mut all = possible(desk, timer, ticket).into_iter();
    let Some(first) = all.next() else {
        return ().into_any();
    };
    // What is always possible is not the next thing to do.
    let forward = !matches!(
        first,
        Step::Open(Sheet::LogTime(_) | Sheet::Assign | Sheet::Mitigation, _)
    );
    let primary = button(desk, first, ticket, forward);
    // A client has few choices, and sees them all.
    let rest: Vec<_> = all.map(|step| button(desk, step, ticket, false)).collect();
    if rest.len() < 2 {
        return view! { {rest} {primary} }.into_any();
    }
    let summary = view! { <span class="button">{t("step.more")}</span> }.into_any();
    view! { {primary} <Menu summary=summary><div class="menu-list">{rest}</div></Menu> }.into_any()
}

fn button(desk: Desk, step: Step, ticket: &Ticket, primary: bool) -> AnyView {
    let look = if primary { Look::Primary } else { Look::Plain };
    let client = !desk.staff;
    let busy = RwSignal::new(false);
    match step {
        Step::Approve(id) => {
            view! { <LinkButton href=format!("/approvals/{id}") label=t("step.approve") look=look /> }.into_any()
        }
        Step::Open(sheet, key) => {
            let press = Callback::new(move |()| desk.open(sheet));
            view! { <Button label=t(key) look=look on_click=press /> }.into_any()
        }
        Step::Move(to) if move_asks(to, ticket) => {
            let press = Callback::new(move |()| desk.open(Sheet::Move(to)));
            view! { <Button label=move_label(to, ticket, client) look=look on_click=press /> }.into_any()
        }
        Step::Move(to) => {
            let press = Callback::new(move |()| {
                let reference = desk.reference();
                let moved = async move { tickets::transition(&reference, &plain_move(to)).await.map(Some) };
                desk.act(busy, moved, "move.done");
            });
            view! { <Button label=move_label(to, ticket, client) look=look busy=busy on_click=press /> }.into_any()
        }
        Step::Confirm => {
            let press = Callback::new(move |()| {
                let reference = desk.reference();
                desk.act(
                    busy,
                    async move { tickets::confirm(&reference).await.map(Some) },
                    "confirm.done",
                );
            });
            view! { <Button label=t("step.confirm") look=look icon="check" busy=busy on_click=press /> }.into_any()
        }
    }
}
