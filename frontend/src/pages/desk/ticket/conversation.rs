//! What was said and what happened, in one order.

use daypack_api_types::{Person, attachment::Attachment, ticket::Ticket};
use daypack_domain::{Instant, ticket::Visibility};
use leptos::prelude::*;

use super::{Desk, pictures, sentences};
use crate::{
    api::tickets::Happening,
    components::{Avatar, Tag, Tone},
    format::{self, word},
    i18n::t,
    time,
};

/// The first message, then messages and events as they came.
pub fn conversation(desk: Desk) -> AnyView {
    let happened = Memo::new(move |_| desk.timeline.get());
    let names = Memo::new(move |_| {
        let assignee = desk
            .ticket
            .with(|ticket| ticket.as_ref().and_then(|ticket| ticket.summary.assignee.clone()));
        let acted = happened
            .get()
            .unwrap_or_default()
            .into_iter()
            .filter_map(|happening| happening.actor);
        assignee.into_iter().chain(acted).collect::<Vec<Person>>()
    });
    let rows = move || happened.with(|all| all.as_deref().map(told).unwrap_or_default());
    let here = Memo::new(move |_| happened.with(Option::is_some));
    let rest = move || {
        if here.get() {
            view! { <For each=rows key=|happening| happening.id children=move |happening| shown(happening, names) /> }
                .into_any()
        } else {
            desk.timeline.view(6, |_| ().into_any())
        }
    };
    view! { <div class="conversation">{desk.part(first)} {rest}</div> }.into_any()
}

/// What is worth a line. A change of status that only follows from what stands beside it is not.
fn told(all: &[Happening]) -> Vec<Happening> {
    let tells = |happening: &Happening| {
        let by_itself = match happening.name.split_once('.') {
            Some(("ticket", "created" | "attachment_added")) => false,
            Some(("ticket", "status_changed")) => {
                let explained = |other: &&Happening| other.at == happening.at && explains(other);
                let question = happening.particular("reason").as_str();
                let asked = |other: &Happening| {
                    other
                        .comment
                        .as_ref()
                        .is_some_and(|comment| Some(comment.body.trim()) == question)
                };
                !all.iter().any(|other| explained(&other) || asked(other))
            }
            Some(("ticket", "commented")) => happening.comment.is_some(),
            _ => true,
        };
        by_itself && (happening.comment.is_some() || sentences::sentence(happening, &[]).is_some())
    };
    all.iter().filter(|happening| tells(happening)).cloned().collect()
}

/// Whether it says why the status changed at the same instant.
fn explains(happening: &Happening) -> bool {
    !matches!(
        happening.name.split_once('.'),
        Some((
            "ticket",
            "status_changed" | "evidence_recorded" | "attachment_added" | "edited" | "assigned" | "created"
        )) | Some(("time", _))
    )
}

/// What the reporter wrote at the beginning.
fn first(ticket: Ticket) -> AnyView {
    let summary = &ticket.summary;
    let channel = word("channel.", summary.channel.as_str());
    bubble(
        &summary.reporter,
        summary.created_at,
        Some(channel),
        false,
        ticket.description_html.clone(),
        ticket.attachments.clone(),
    )
}

fn shown(happening: Happening, names: Memo<Vec<Person>>) -> AnyView {
    if let Some(comment) = happening.comment {
        let internal = comment.visibility == Visibility::Internal;
        return bubble(
            &comment.author,
            comment.created_at,
            None,
            internal,
            comment.body_html,
            comment.attachments,
        );
    }
    let Some(sentence) = names.with_untracked(|names| sentences::sentence(&happening, names)) else {
        return ().into_any();
    };
    let who = happening
        .actor
        .as_ref()
        .map_or_else(|| t("app.name"), |person| person.name.clone());
    let internal = (happening.visibility == Visibility::Internal)
        .then(|| view! { <Tag text=t("note.internal") tone=Tone::Warning /> });
    let quote = sentences::quote(&happening).map(|text| view! { <q>{text}</q> });
    view! {
        <div class="happening">
            <p><b>{who}</b> " " {sentence} " " {internal} <span class="when">"· " {when(happening.at)}</span></p>
            {quote}
        </div>
    }
    .into_any()
}

/// A message.
fn bubble(
    author: &Person,
    at: Instant,
    channel: Option<String>,
    internal: bool,
    body_html: String,
    attachments: Vec<Attachment>,
) -> AnyView {
    let mark = internal.then(|| view! { <Tag text=t("note.internal") tone=Tone::Warning /> });
    let channel = channel.map(|channel| view! { <span>" · " {channel}</span> });
    view! {
        <article class="message" class:internal=internal class:staff=author.staff>
            <Avatar name=author.name.clone() decorative=true />
            <div class="bubble">
                <p class="said">
                    <b>{author.name.clone()}</b> " " {mark} <span class="when">{when(at)} {channel}</span>
                </p>
                <div class="markdown" inner_html=body_html></div>
                {pictures::files(attachments)}
            </div>
        </article>
    }
    .into_any()
}

fn when(at: Instant) -> AnyView {
    let full = format::instant_in_full(at);
    view! { <time datetime=at.to_rfc3339() title=full>{format::moment(at, time::now())}</time> }.into_any()
}
