//! Agreeing on a time for a deployment.

use chrono::TimeDelta;
use daypack_api_types::{estimate::OptionalReason, work::ProposeWindow};
use daypack_domain::ids::WindowId;
use leptos::prelude::*;

use super::Around;
use crate::{
    api::{ApiProblem, tickets},
    components::{Form, Look, TextArea, TextField, sending},
    i18n::{t, t_with},
    pages::desk::parts::{filled, submit},
    time, zone,
};

/// From when until when, by the client's clocks.
pub fn propose(around: Around) -> AnyView {
    let Around { ticket, zone, done, .. } = around;
    let reference = StoredValue::new(ticket.summary.reference.clone());
    let there = zone::clock_text(zone::local(time::now(), &zone));
    let explained = t_with("window.zone", &[("zone", &zone), ("time", &there)]);
    let zone = StoredValue::new(zone);
    let (starts, ends) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let note = RwSignal::new(String::new());
    // An hour is what most deployments take.
    Effect::new(move |_| {
        if let Some(start) = zone::parse(&starts.get()).filter(|_| ends.with_untracked(String::is_empty)) {
            ends.set(zone::field_text(start + TimeDelta::hours(1)));
        }
    });
    let send = sending(move || async move {
        let instant_of = |field: RwSignal<String>| {
            let shown = zone::parse(&field.get_untracked())?;
            Some(zone.with_value(|zone| zone::instant(shown, zone)))
        };
        let Some((starts_at, ends_at)) = instant_of(starts).zip(instant_of(ends)) else {
            return Err(ApiProblem::fields(&[("starts_at", "required")]));
        };
        let body = ProposeWindow {
            starts_at,
            ends_at,
            note: filled(note),
        };
        let outcome = tickets::propose_window(&reference.get_value(), &body).await;
        done.other(outcome, "window.proposed")
    });
    view! {
        <Form send=send>
            <p class="quiet small-text">{explained}</p>
            <div class="pair">
                <TextField label=t("window.starts") name="starts_at" value=starts kind="datetime-local" required=true />
                <TextField label=t("window.ends") name="ends_at" value=ends kind="datetime-local" required=true />
            </div>
            <TextArea label=t("window.note") name="note" value=note hint=t("window.note_hint") rows=2 />
            {submit(t("window.submit"), Look::Primary)}
        </Form>
    }
    .into_any()
}

/// No, and why not.
pub fn decline(id: WindowId, around: Around) -> AnyView {
    let done = around.done;
    let reason = RwSignal::new(String::new());
    let send = sending(move || async move {
        let body = OptionalReason { reason: filled(reason) };
        let outcome = tickets::decline_window(id, &body).await;
        done.other(outcome, "window.declined")
    });
    view! {
        <Form send=send>
            <TextArea label=t("reason.label") name="reason" value=reason hint=t("window.decline_hint") rows=2 />
            {submit(t("window.decline"), Look::Danger)}
        </Form>
    }
    .into_any()
}
