//! Writing to the other side, or a note for the staff.

use daypack_api_types::ticket::AddComment;
use daypack_domain::{policy::Action, ticket::Visibility};
use leptos::prelude::*;

use super::Desk;
use crate::{
    api::{ApiProblem, tickets},
    components::{Button, Form, FormHints, Look, TextArea, UploadField, Uploads, sending, use_form},
    i18n::{t, t_with},
    session::use_session,
};

/// The box below the conversation.
pub fn reply(desk: Desk) -> AnyView {
    let shown = Memo::new(move |_| desk.may(Action::Comment));
    (move || shown.get().then(|| untrack(move || form(desk)))).into_any()
}

fn form(desk: Desk) -> AnyView {
    let internal = RwSignal::new(false);
    let body = RwSignal::new(String::new());
    let session = use_session();
    let person = untrack(move || session.me())
        .map(|me| me.id.to_string())
        .unwrap_or_default();
    let uploads = Uploads::new(Some(format!("{person}.reply.{}", desk.reference())));
    let send = sending(move || async move {
        if uploads.is_busy() {
            return Err(ApiProblem::fields(&[("attachment_ids", "still_sending")]));
        }
        let visibility = if internal.get_untracked() {
            Visibility::Internal
        } else {
            Visibility::Public
        };
        let comment = AddComment {
            body: body.get_untracked().trim().to_owned(),
            visibility,
            attachment_ids: uploads.ids(),
        };
        tickets::comment(&desk.reference(), &comment).await?;
        body.try_set(String::new());
        uploads.clear();
        desk.reload();
        Ok(())
    });
    let notes = Memo::new(move |_| desk.staff && desk.may(Action::WriteInternalNotes));
    let tab = move |key: &str, value: bool| {
        let pressed = move || (internal.get() == value).to_string();
        view! {
            <button type="button" class="chip" aria-pressed=pressed on:click=move |_| internal.set(value)>{t(key)}</button>
        }
        .into_any()
    };
    let tabs = move || {
        notes.get().then(|| {
            view! {
                <div class="row small" role="group" aria-label=t("reply.kind")>
                    {tab("reply.to_client", false)} {tab("reply.note", true)}
                </div>
            }
        })
    };
    let hint = move || {
        let name = desk
            .ticket
            .with(|ticket| ticket.as_ref().map(|ticket| ticket.summary.reporter.name.clone()));
        match (desk.staff, internal.get(), name) {
            (true, true, _) => t("reply.hint_note"),
            (true, false, Some(name)) => t_with("reply.hint_client", &[("name", &name)]),
            _ => t("reply.hint_staff"),
        }
    };
    let label = if desk.staff {
        t("reply.to_client")
    } else {
        t("reply.label")
    };
    let draft = format!("reply.{}", desk.reference());
    view! {
        <section class="card reply" class:internal=move || internal.get()>
            <div class="pad">
                <Form send=send draft=draft>
                    {tabs}
                    <TextArea label=label name="body" value=body rows=3 required=true />
                    <p class="quiet small-text" aria-live="polite">{hint}</p>
                    <UploadField uploads=uploads label=t("reply.files") />
                    <div class="row">
                        <div class="grow"><FormHints /></div>
                        {send_button(internal)}
                    </div>
                </Form>
            </div>
        </section>
    }
    .into_any()
}

fn send_button(internal: RwSignal<bool>) -> AnyView {
    let busy = use_form().busy();
    (move || {
        let key = if internal.get() { "reply.add_note" } else { "reply.send" };
        view! { <Button label=t(key) look=Look::Primary submit=true busy=busy /> }
    })
    .into_any()
}
