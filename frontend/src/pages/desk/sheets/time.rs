//! Logging time, and taking it back.

use daypack_api_types::work::LogTime;
use daypack_domain::{
    ids::TimeEntryId,
    ticket::Status,
    work::{Activity, check_billable},
};
use leptos::prelude::*;

use super::Around;
use crate::{
    api::{ApiProblem, tickets},
    components::{Form, FormHints, Look, SelectField, TextArea, TextField, sending, use_toasts},
    format,
    i18n::{t, t_with},
    pages::desk::{
        duration,
        parts::{choices, duration_field, submit, text_signal, tick_box},
        ticket::timer::Timer,
    },
    zone,
};

const STEP_MINUTES: i64 = 15;

/// Minutes, day, activity, note, and whether they are deducted, where they can be. What the timer measured is filled in.
pub fn log(timer: Timer, around: Around) -> AnyView {
    let Around { ticket, zone, done, .. } = around;
    let toasts = use_toasts();
    let reference = StoredValue::new(ticket.summary.reference.clone());
    let measured = timer.minutes();
    let minutes = text_signal(measured.map(duration::field_text).unwrap_or_default());
    let worked_on = text_signal(zone::today(&zone).to_string());
    let activity = text_signal(likely_activity(ticket.summary.status).as_str());
    let note = RwSignal::new(String::new());
    let deducts = check_billable(ticket.billable, None, ticket.scope).is_ok();
    let billable = RwSignal::new(deducts);
    let send = sending(move || async move {
        let Some(wanted) = minutes
            .with_untracked(|typed| duration::parse(typed))
            .filter(|wanted| *wanted > 0)
        else {
            return Err(ApiProblem::fields(&[("minutes", "duration")]));
        };
        let words = zone::parse(&worked_on.get_untracked()).zip(activity.get_untracked().parse().ok());
        let Some((day, activity)) = words else {
            return Err(ApiProblem::fields(&[("worked_on", "required")]));
        };
        let body = LogTime {
            minutes: wanted,
            worked_on: day.date(),
            activity,
            note: note.get_untracked().trim().to_owned(),
            billable: billable.get_untracked(),
        };
        let id = tickets::log_time(&reference.get_value(), &body).await?.id;
        if measured.is_some() {
            timer.forget();
        }
        let take_back = move || async move { tickets::reverse_time(id, t("log.undone_reason")).await.map(|_| None) };
        done.undoable(None, ("log.done", "log.reversed"), toasts, take_back)
    });
    let left = if deducts {
        t_with("log.left", &[("time", &format::minutes(ticket.summary.held_minutes))])
    } else {
        t("log.not_deducted")
    };
    let draft = format!("time.{}", ticket.summary.reference);
    view! {
        <p class="quiet small-text">{left}</p>
        <Form send=send draft=draft>
            {duration_field(t("log.minutes"), t("log.minutes_hint"), minutes, STEP_MINUTES)}
            <div class="pair">
                <TextField label=t("log.worked_on") name="worked_on" value=worked_on kind="date" required=true />
                <SelectField
                    label=t("log.activity")
                    name="activity"
                    value=activity
                    options=choices("activity.", Activity::ALL.iter().map(|word| word.as_str()))
                    required=true
                />
            </div>
            <TextArea label=t("log.note") name="note" value=note hint=t("reason.client_reads") rows=2 required=true />
            {deducts.then(|| tick_box(t("log.billable"), billable))}
            {submit(t("log.submit"), Look::Primary)}
            <FormHints />
        </Form>
    }
    .into_any()
}

/// What somebody most likely does while a request stands there.
fn likely_activity(status: Status) -> Activity {
    match status {
        Status::Submitted | Status::NeedsInfo => Activity::Triage,
        Status::Estimating | Status::AwaitingApproval => Activity::Estimating,
        Status::Approved | Status::Diagnosing => Activity::Diagnosis,
        Status::AwaitingValidation => Activity::Testing,
        Status::AwaitingWindow => Activity::Deployment,
        Status::Fixing => Activity::Development,
        _ => Activity::Communication,
    }
}

/// Takes an entry back; what it took from packs comes back.
pub fn reverse(id: TimeEntryId, around: Around) -> AnyView {
    let Around { ticket, done, .. } = around;
    let reason = RwSignal::new(String::new());
    let send = sending(move || async move {
        let outcome = tickets::reverse_time(id, reason.get_untracked().trim().to_owned()).await;
        done.other(outcome, "log.reversed")
    });
    let entry = ticket.time_entries.iter().find(|entry| entry.id == id).map(|entry| {
        let facts = [
            format::minutes(entry.minutes),
            entry.person.name.clone(),
            format::date(entry.worked_on),
            entry.note.clone(),
        ];
        view! { <p class="quiet">{facts.join(" · ")}</p> }
    });
    view! {
        {entry}
        <Form send=send>
            <TextArea
                label=t("reason.label")
                name="reason"
                value=reason
                hint=t("reason.client_reads")
                rows=2
                required=true
            />
            {submit(t("log.reverse"), Look::Danger)}
        </Form>
    }
    .into_any()
}
