//! Work that began under the emergency clause: an owner says afterwards whether that was right.

use daypack_api_types::emergency::OpenEmergency;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::special,
    components::{
        Button, Dialog, Form, Look, TextArea, overview::Overview, sending, ticket_severity, use_form, use_toasts,
    },
    format::{self, minutes},
    i18n::{t, t_with},
    time,
};

/// Those that wait for the person's word; nothing where none does.
pub fn emergencies(all: Vec<OpenEmergency>, overview: Overview) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let items: Vec<_> = all.into_iter().map(|one| item(one, overview)).collect();
    view! {
        <section class="stack tight">
            <h2>{t("emergency.waiting")}</h2>
            <ul class="asks">{items}</ul>
        </section>
    }
    .into_any()
}

fn item(one: OpenEmergency, overview: Overview) -> AnyView {
    let OpenEmergency { ticket, emergency } = one;
    let (toasts, busy, disputing) = (use_toasts(), RwSignal::new(false), RwSignal::new(false));
    let reference = StoredValue::new(ticket.reference.clone());
    let who = emergency.started_by.map(|person| person.name).unwrap_or_default();
    let values = [
        ("name", who),
        ("time", format::instant_near(emergency.started_at, time::now())),
        ("held", minutes(emergency.held_minutes)),
    ];
    let text = t_with(
        "emergency.began",
        &values.each_ref().map(|(name, text)| (*name, text.as_str())),
    );
    let borrowed = (emergency.borrowed_minutes > 0).then(|| {
        t_with(
            "emergency.borrowed_so_far",
            &[("time", &minutes(emergency.borrowed_minutes))],
        )
    });
    let text: Vec<String> = [Some(text), borrowed].into_iter().flatten().collect();
    let confirm = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            match special::confirm_emergency(&reference.get_value()).await {
                Ok(_) => toasts.say(t("emergency.confirmed_now")),
                Err(problem) => toasts.fail(&problem),
            }
            busy.try_set(false);
            overview.reload();
        });
    });
    let dispute = Callback::new(move |()| disputing.set(true));
    let address = format!("/tickets/{}", ticket.reference);
    view! {
        <li class="ask">
            <div class="grow">
                <div class="head">
                    {ticket_severity(&ticket)} <a class="title clip" href=address>{ticket.title.clone()}</a>
                </div>
                <div class="what">{text.join(" ")}</div>
            </div>
            <Button label=t("emergency.dispute") on_click=dispute />
            <Button label=t("emergency.confirm") look=Look::Primary busy=busy on_click=confirm />
            <Dialog title=t("emergency.dispute") open=disputing>{form(reference, disputing, overview)}</Dialog>
        </li>
    }
    .into_any()
}

/// Why it was no emergency.
fn form(reference: StoredValue<String>, open: RwSignal<bool>, overview: Overview) -> AnyView {
    let toasts = use_toasts();
    let reason = RwSignal::new(String::new());
    let send = sending(move || async move {
        let said = reason.get_untracked().trim().to_owned();
        special::dispute_emergency(&reference.get_value(), said).await?;
        toasts.say(t("emergency.disputed_now"));
        open.try_set(false);
        overview.reload();
        Ok(())
    });
    view! {
        <p class="quiet small-text">{t("emergency.dispute_text")}</p>
        <Form send=send>
            <TextArea label=t("reason.label") name="reason" value=reason rows=3 required=true />
            <Say />
        </Form>
    }
    .into_any()
}

#[component]
fn Say() -> AnyView {
    let busy = use_form().busy();
    view! { <div class="wide"><Button label=t("emergency.dispute") look=Look::Danger submit=true busy=busy /></div> }
        .into_any()
}
