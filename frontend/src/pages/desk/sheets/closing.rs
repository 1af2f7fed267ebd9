//! Moving along the workflow, delivering, and taking a delivery back to work.

use daypack_api_types::work::{Resolve, Transition};
use daypack_domain::{
    closure::{CauseCategory, needs_cause},
    ticket::Status,
    work::WindowStatus,
};
use leptos::prelude::*;

use super::{Around, is_corrective, is_question, is_urgent, move_label};
use crate::{
    api::tickets,
    components::{Form, FormHints, Look, SelectField, TextArea, sending},
    i18n::t,
    pages::desk::parts::{choices, filled, submit, text_signal, tick_box},
    session::use_session,
};

/// A move with nothing but its target.
pub fn plain_move(to: Status) -> Transition {
    Transition {
        to,
        reason: None,
        diagnosis: None,
        reproduction: None,
        reproduction_waiver: None,
        window_waiver: None,
        rollback_note: None,
        test_evidence: None,
    }
}

/// A move with what it needs: a question, a reason, the cause.
pub fn move_to(to: Status, around: Around) -> AnyView {
    let Around { ticket, done, .. } = around;
    let session = use_session();
    let client = !untrack(move || session.is_staff());
    let reference = StoredValue::new(ticket.summary.reference.clone());
    let reason = RwSignal::new(String::new());
    let known = &ticket.evidence;
    let text_of = |piece: &Option<String>| text_signal(piece.clone().unwrap_or_default());
    let diagnosis = text_of(&known.diagnosis);
    let reproduction = text_of(&known.reproduction);
    let waiver = text_of(&known.reproduction_waiver);
    let cause = to == Status::Fixing
        && is_corrective(&ticket)
        && matches!(ticket.summary.status, Status::Approved | Status::Diagnosing);
    let send = sending(move || async move {
        let body = Transition {
            reason: filled(reason),
            diagnosis: filled(diagnosis).filter(|_| cause),
            reproduction: filled(reproduction).filter(|_| cause),
            reproduction_waiver: filled(waiver).filter(|_| cause),
            ..plain_move(to)
        };
        let outcome = tickets::transition(&reference.get_value(), &body).await;
        done.ticket(outcome, "move.done")
    });
    let (label, required) = match to {
        Status::NeedsInfo => (t("move.question"), true),
        _ if is_question(to, &ticket) => (t("move.question"), true),
        Status::Declined => (t("reason.label"), !client),
        _ => (t("reason.label"), false),
    };
    let hint = if client {
        String::new()
    } else {
        t("reason.client_reads")
    };
    // Fields find their form when they are made: within it.
    let found = move || {
        cause.then(|| {
            view! {
                <TextArea label=t("piece.diagnosis") name="diagnosis" value=diagnosis rows=3 required=true />
                <TextArea label=t("piece.reproduction") name="reproduction" value=reproduction rows=2 />
                <TextArea label=t("piece.reproduction_waiver") name="reproduction_waiver" value=waiver rows=2 />
            }
        })
    };
    let why = move || {
        (!cause)
            .then(|| view! { <TextArea label=label name="reason" value=reason hint=hint rows=3 required=required /> })
    };
    let look = if to == Status::Declined {
        Look::Danger
    } else {
        Look::Primary
    };
    let draft = format!("move.{}.{}", ticket.summary.reference, to.as_str());
    let verb = move_label(to, &ticket, client);
    view! { <Form send=send draft=draft>{found()} {why()} {submit(verb, look)} <FormHints /></Form> }.into_any()
}

/// Delivery with its record: what, why, how to prevent, and what a deployment needs.
pub fn resolve(around: Around) -> AnyView {
    let Around { ticket, done, .. } = around;
    let reference = StoredValue::new(ticket.summary.reference.clone());
    let strict = needs_cause(ticket.summary.kind, ticket.summary.severity);
    let known = &ticket.evidence;
    let text_of = |piece: &Option<String>| text_signal(piece.clone().unwrap_or_default());
    let what = RwSignal::new(String::new());
    let why = text_of(&known.diagnosis.clone().filter(|_| strict));
    let prevent = RwSignal::new(String::new());
    let category = RwSignal::new(String::new());
    let agreed = ticket
        .windows
        .iter()
        .any(|window| window.status == WindowStatus::Accepted);
    let deployed = RwSignal::new(agreed);
    let rollback = text_of(&known.rollback_note);
    let tested = text_of(&known.test_evidence);
    let waiver = text_of(&known.window_waiver);
    let send = sending(move || async move {
        let live = deployed.get_untracked();
        let body = Resolve {
            what_was_done: what.get_untracked().trim().to_owned(),
            deployed: Some(live),
            why_it_happened: filled(why),
            how_to_prevent: filled(prevent),
            cause_category: category.get_untracked().parse().ok(),
            diagnosis: None,
            reproduction: None,
            reproduction_waiver: None,
            window_waiver: filled(waiver).filter(|_| live),
            rollback_note: filled(rollback).filter(|_| live),
            test_evidence: filled(tested).filter(|_| live),
        };
        let outcome = tickets::resolve(&reference.get_value(), &body).await;
        done.ticket(outcome, "resolve.done")
    });
    let mut causes = vec![(String::new(), t("cause.choose"))];
    causes.extend(choices("cause.", CauseCategory::ALL.iter().map(|word| word.as_str())));
    let (with_cause, without_window) = (strict || is_corrective(&ticket), !agreed && is_urgent(&ticket));
    let cause = move || {
        with_cause.then(|| {
            view! {
                <TextArea label=t("resolve.why") name="why_it_happened" value=why rows=3 required=strict />
                <SelectField
                    label=t("resolve.cause")
                    name="cause_category"
                    value=category
                    options=causes
                    required=strict
                />
                <TextArea
                    label=t("resolve.prevent")
                    name="how_to_prevent"
                    value=prevent
                    hint=t("resolve.prevent_hint")
                    rows=3
                    required=strict
                />
            }
        })
    };
    let no_window = move || {
        without_window
            .then(|| view! { <TextArea label=t("piece.window_waiver") name="window_waiver" value=waiver rows=2 /> })
    };
    let draft = format!("resolve.{}", ticket.summary.reference);
    view! {
        <Form send=send draft=draft>
            <TextArea
                label=t("resolve.what")
                name="what_was_done"
                value=what
                hint=t("reason.client_reads")
                rows=3
                required=true
            />
            {cause()}
            {tick_box(t("resolve.deployed"), deployed)}
            <div class="stack" hidden=move || !deployed.get()>
                <TextArea label=t("piece.test_evidence") name="test_evidence" value=tested rows=2 />
                <TextArea label=t("piece.rollback_note") name="rollback_note" value=rollback rows=2 />
                {no_window()}
            </div>
            {submit(t("resolve.submit"), Look::Primary)}
            <FormHints />
        </Form>
    }
    .into_any()
}

/// It does not hold: what is still wrong.
pub fn reopen(around: Around) -> AnyView {
    let Around { ticket, done, .. } = around;
    let reference = StoredValue::new(ticket.summary.reference.clone());
    let reason = RwSignal::new(String::new());
    let send = sending(move || async move {
        let outcome = tickets::reopen(&reference.get_value(), filled(reason)).await;
        done.ticket(outcome, "reopen.done")
    });
    let draft = format!("reopen.{}", ticket.summary.reference);
    view! {
        <Form send=send draft=draft>
            <TextArea label=t("reopen.label") name="reason" value=reason hint=t("reopen.hint") rows=3 />
            {submit(t("reopen.submit"), Look::Primary)}
            <FormHints />
        </Form>
    }
    .into_any()
}
