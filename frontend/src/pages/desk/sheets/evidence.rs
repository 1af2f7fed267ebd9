//! What was found and proven, and what was done at once.

use daypack_api_types::work::Evidence;
use leptos::prelude::*;

use super::{Around, is_corrective, is_urgent};
use crate::{
    api::tickets,
    components::{Form, FormHints, Look, TextArea, sending},
    i18n::t,
    pages::desk::parts::{filled, submit, text_signal},
};

/// All pieces of evidence; what is written stays, what is emptied stays as it was.
pub fn evidence(around: Around) -> AnyView {
    let Around { ticket, done, .. } = around;
    let target = StoredValue::new((ticket.summary.reference.clone(), ticket.summary.version));
    let known = ticket.evidence.clone();
    let before = StoredValue::new(known.clone());
    let text_of = |piece: &Option<String>| text_signal(piece.clone().unwrap_or_default());
    let diagnosis = text_of(&known.diagnosis);
    let reproduction = text_of(&known.reproduction);
    let reproduction_waiver = text_of(&known.reproduction_waiver);
    let window_waiver = text_of(&known.window_waiver);
    let rollback_note = text_of(&known.rollback_note);
    let test_evidence = text_of(&known.test_evidence);
    let send = sending(move || async move {
        let before = before.get_value();
        let changed = |field: RwSignal<String>, before: Option<String>| {
            filled(field).filter(|text| Some(text) != before.as_ref())
        };
        let body = Evidence {
            diagnosis: changed(diagnosis, before.diagnosis),
            reproduction: changed(reproduction, before.reproduction),
            reproduction_waiver: changed(reproduction_waiver, before.reproduction_waiver),
            window_waiver: changed(window_waiver, before.window_waiver),
            rollback_note: changed(rollback_note, before.rollback_note),
            test_evidence: changed(test_evidence, before.test_evidence),
        };
        let (reference, version) = target.get_value();
        let outcome = tickets::record_evidence(&reference, version, &body).await;
        done.ticket(outcome, "evidence.done")
    });
    // Fields find their form when they are made: within it.
    let (corrective, urgent) = (is_corrective(&ticket), is_urgent(&ticket));
    let waiver = move || {
        corrective.then(|| {
            view! {
                <TextArea
                    label=t("piece.reproduction_waiver")
                    name="reproduction_waiver"
                    value=reproduction_waiver
                    rows=2
                />
            }
        })
    };
    let window = move || {
        urgent.then(
            || view! { <TextArea label=t("piece.window_waiver") name="window_waiver" value=window_waiver rows=2 /> },
        )
    };
    view! {
        <Form send=send>
            <TextArea label=t("piece.diagnosis") name="diagnosis" value=diagnosis rows=3 />
            <TextArea label=t("piece.reproduction") name="reproduction" value=reproduction rows=3 />
            {waiver()}
            <TextArea label=t("piece.test_evidence") name="test_evidence" value=test_evidence rows=2 />
            <TextArea label=t("piece.rollback_note") name="rollback_note" value=rollback_note rows=2 />
            {window()}
            {submit(t("evidence.submit"), Look::Primary)}
            <FormHints />
        </Form>
    }
    .into_any()
}

/// What contained the damage before the cause was removed.
pub fn mitigation(around: Around) -> AnyView {
    let Around { ticket, done, .. } = around;
    let reference = StoredValue::new(ticket.summary.reference.clone());
    let what = RwSignal::new(String::new());
    let send = sending(move || async move {
        let outcome = tickets::mitigate(&reference.get_value(), what.get_untracked().trim().to_owned()).await;
        done.ticket(outcome, "mitigation.done")
    });
    let draft = format!("mitigation.{}", ticket.summary.reference);
    view! {
        <Form send=send draft=draft>
            <TextArea
                label=t("mitigation.label")
                name="what_was_done"
                value=what
                hint=t("mitigation.hint")
                required=true
            />
            {submit(t("mitigation.submit"), Look::Primary)}
            <FormHints />
        </Form>
    }
    .into_any()
}
