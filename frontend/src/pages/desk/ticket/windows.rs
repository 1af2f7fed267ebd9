//! Times agreed, or to be agreed, for a deployment.

use daypack_api_types::{ticket::Ticket, work::Window};
use daypack_domain::{policy::Action, work::WindowStatus};
use leptos::prelude::*;

use super::Desk;
use crate::{
    api::tickets,
    components::{Button, Card, Look, Tag, Tone},
    format::{self, word},
    i18n::t,
    pages::desk::sheets::Sheet,
};

/// The windows, newest first; nothing while there is none.
pub fn windows(desk: Desk) -> AnyView {
    desk.part(move |ticket| card(desk, &ticket))
}

fn card(desk: Desk, ticket: &Ticket) -> AnyView {
    if ticket.windows.is_empty() {
        return ().into_any();
    }
    let answers = ticket
        .actions
        .iter()
        .any(|known| known == Action::AnswerWindow.as_str());
    let rows: Vec<_> = ticket.windows.iter().map(|window| row(desk, window, answers)).collect();
    view! { <Card title=t("window.card") flush=true><ul class="entries">{rows}</ul></Card> }.into_any()
}

fn row(desk: Desk, window: &Window, answers: bool) -> AnyView {
    let tone = match window.status {
        WindowStatus::Accepted => Tone::Good,
        WindowStatus::Proposed => Tone::Warning,
        WindowStatus::Declined => Tone::Bad,
        WindowStatus::Superseded => Tone::Plain,
    };
    let id = window.id;
    let buttons = (answers && window.status == WindowStatus::Proposed).then(|| {
        let busy = RwSignal::new(false);
        let accept = Callback::new(move |()| {
            desk.act(
                busy,
                async move { tickets::accept_window(id).await.map(|()| None) },
                "window.accepted",
            );
        });
        let decline = Callback::new(move |()| desk.open(Sheet::DeclineWindow(id)));
        view! {
            <div class="row small">
                <Button label=t("window.accept") small=true look=Look::Primary busy=busy on_click=accept />
                <Button label=t("window.decline") small=true on_click=decline />
            </div>
        }
    });
    let who = window.decided_by.as_ref().unwrap_or(&window.proposed_by).name.clone();
    view! {
        <li>
            <div class="row small">
                <b class="grow">{format::window(window.starts_at, window.ends_at)}</b>
                <Tag text=word("window_status.", window.status.as_str()) tone=tone />
            </div>
            {window.note.clone().map(|note| view! { <p class="small-text">{note}</p> })}
            {window.reason.clone().map(|reason| view! { <p class="small-text"><q>{reason}</q></p> })}
            <p class="quiet small-text">{who}</p>
            {buttons}
        </li>
    }
    .into_any()
}
