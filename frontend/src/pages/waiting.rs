//! What waits on the client, each with the button that answers it. The home and the list of approvals show it.

use daypack_api_types::{
    dashboard::{Offer, Waiting},
    estimate::Preview,
    ticket::TicketSummary,
    work::Window,
};
use daypack_domain::ids::WindowId;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{approvals, tickets},
    components::{Button, LinkButton, Look, Remote, overview::Overview, ticket_severity, use_toasts},
    format::{self, minutes},
    i18n::{t, t_with},
    pages::client,
    routes,
    session::use_session,
};

/// All of it, most urgent first.
pub fn waiting_list(waiting: Vec<Waiting>, overview: Overview) -> AnyView {
    let item = |one: Waiting| match one {
        Waiting::Estimate {
            ticket,
            estimate,
            preview,
        } => offer(ticket, estimate, preview, overview),
        Waiting::Window { ticket, window } => window_proposal(ticket, window, overview),
        Waiting::Question { ticket, question } => {
            let answer = view! { <LinkButton href=address(&ticket) label=t("waiting.answer") look=Look::Primary /> };
            ask(
                &ticket,
                view! { <q class="clip-2">{question}</q> }.into_any(),
                answer.into_any(),
            )
        }
        Waiting::Validation { ticket } => {
            let look = view! { <LinkButton href=address(&ticket) label=t("waiting.try") look=Look::Primary /> };
            ask(&ticket, t("waiting.validation").into_any(), look.into_any())
        }
        Waiting::Confirmation { ticket } => confirmation(ticket, overview),
    };
    view! { <ul class="asks">{waiting.into_iter().map(item).collect_view()}</ul> }.into_any()
}

fn address(ticket: &TicketSummary) -> String {
    format!("/tickets/{}", ticket.reference)
}

/// One thing: the ticket, what is asked, and the buttons.
fn ask(ticket: &TicketSummary, text: AnyView, buttons: AnyView) -> AnyView {
    view! {
        <li class="ask">
            <div class="grow">
                <div class="head">
                    {ticket_severity(ticket)} <a class="title clip" href=address(ticket)>{ticket.title.clone()}</a>
                </div>
                <div class="what">{text}</div>
            </div>
            {buttons}
        </li>
    }
    .into_any()
}

/// Where the minutes would come from and what stays, in one sentence.
pub fn preview_sentence(preview: &Preview) -> AnyView {
    let estimated = view! { <b>{minutes(preview.minutes)}</b> }.into_any();
    if let Some(missing) = preview.shortfall_minutes {
        let missing = t_with("waiting.missing", &[("time", &minutes(missing))]);
        return view! { {estimated} " " {t("waiting.estimated")} " · " <span class="warning">{missing}</span> }
            .into_any();
    }
    let source = match preview.allocations.as_slice() {
        [] => String::new(),
        [only] => {
            let (plan, day) = (
                format::lot_name(&only.plan_code, &only.plan_name),
                format::day(only.expires_on),
            );
            t_with("waiting.all_from", &[("plan", &plan), ("date", &day)])
        }
        several => {
            let parts: Vec<String> = several
                .iter()
                .map(|one| {
                    let values = [
                        ("time", minutes(one.minutes)),
                        ("plan", format::lot_name(&one.plan_code, &one.plan_name)),
                        ("date", format::day(one.expires_on)),
                    ];
                    t_with(
                        "waiting.part_from",
                        &values.each_ref().map(|(name, value)| (*name, value.as_str())),
                    )
                })
                .collect();
            parts.join(", ")
        }
    };
    let left = view! { <b>{minutes(preview.available_after_minutes)}</b> }.into_any();
    view! { {estimated} " " {t("waiting.estimated")} ", " {source} " · " {left} " " {t("waiting.left_after")} }
        .into_any()
}

fn offer(ticket: TicketSummary, estimate: Offer, preview: Preview, overview: Overview) -> AnyView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let may_say_yes = preview.may_approve && preview.shortfall_minutes.is_none();
    let (id, reference, amount) = (estimate.id, ticket.reference.clone(), minutes(preview.minutes));
    let label = t_with("approval.approve", &[("time", &amount)]);
    let token = preview.preview_token.clone();
    let approve = Callback::new(move |()| {
        busy.set(true);
        let (token, reference, amount) = (token.clone(), reference.clone(), amount.clone());
        spawn_local(async move {
            match approvals::approve(id, token, Vec::new()).await {
                Ok(()) => toasts.say(t_with("approval.done", &[("time", &amount), ("ticket", &reference)])),
                Err(problem) => toasts.fail(&problem),
            }
            busy.try_set(false);
            overview.reload();
        });
    });
    let details = format!("/approvals/{id}");
    let buttons = view! {
        <LinkButton href=details label=t("waiting.details") look=if may_say_yes { Look::Plain } else { Look::Primary } />
        {may_say_yes.then(|| view! { <Button label=label look=Look::Primary busy=busy on_click=approve /> })}
    };
    ask(&ticket, preview_sentence(&preview), buttons.into_any())
}

fn window_proposal(ticket: TicketSummary, window: Window, overview: Overview) -> AnyView {
    let (toasts, session) = (use_toasts(), use_session());
    let (busy, other) = (RwSignal::new(false), RwSignal::new(false));
    let id = window.id;
    let period = format::window(window.starts_at, window.ends_at);
    let said = period.clone();
    let accept = Callback::new(move |()| {
        busy.set(true);
        let said = said.clone();
        spawn_local(async move {
            match tickets::accept_window(id).await {
                Ok(()) => toasts.say(t_with("waiting.window_accepted", &[("time", &said)])),
                Err(problem) => toasts.fail(&problem),
            }
            busy.try_set(false);
            overview.reload();
        });
    });
    let text = t_with("waiting.window", &[("time", &period)]);
    let text = [Some(text), window.note]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    let buttons = match session.may("answer_window") {
        true => view! {
            <Button label=t("waiting.other_time") on_click=Callback::new(move |()| other.set(true)) />
            <Button label=t("waiting.accept") look=Look::Primary busy=busy on_click=accept />
            {move || other.get().then(|| other_time(OtherTime { window: id, open: other, overview }))}
        }
        .into_any(),
        false => view! { <LinkButton href=address(&ticket) label=t("waiting.details") /> }.into_any(),
    };
    ask(&ticket, text.into_any(), buttons)
}

/// What the form asks about that says when a deployment would suit better, in its context.
#[derive(Clone, Copy)]
pub struct OtherTime {
    /// The proposal.
    pub window: WindowId,
    /// To close it.
    pub open: RwSignal<bool>,
    /// What changes with the answer.
    pub overview: Overview,
}

/// The form, in a dialog. It is loaded when it is asked for: few answer so, and everybody sees this list.
fn other_time(asked: OtherTime) -> AnyView {
    provide_context(asked);
    let form = Remote::load(|| routes::load(routes::Place::Client(client::Place::OtherTime)));
    form.view(1, |form| untrack(form))
}

fn confirmation(ticket: TicketSummary, overview: Overview) -> AnyView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let reference = ticket.reference.clone();
    let confirm = Callback::new(move |()| {
        busy.set(true);
        let reference = reference.clone();
        spawn_local(async move {
            match tickets::confirm_only(&reference).await {
                Ok(()) => toasts.say(t_with("waiting.confirmed", &[("ticket", &reference)])),
                Err(problem) => toasts.fail(&problem),
            }
            busy.try_set(false);
            overview.reload();
        });
    });
    let buttons = view! {
        <LinkButton href=address(&ticket) label=t("waiting.details") />
        <Button label=t("waiting.confirm") look=Look::Primary busy=busy on_click=confirm />
    };
    ask(&ticket, t("waiting.confirmation").into_any(), buttons.into_any())
}
