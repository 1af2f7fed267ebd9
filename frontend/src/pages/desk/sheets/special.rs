//! Work outside the usual yes: emergencies that an owner disputes or a lead settles, and recurrences under warranty.

use daypack_api_types::emergency::{DecideWarranty, LinkTicket};
use daypack_domain::ticket::LinkKind;
use leptos::prelude::*;

use super::Around;
use crate::{
    api::{ApiProblem, special},
    components::{ChoiceField, Form, Look, TextArea, TextField, sending},
    format,
    i18n::{t, t_with},
    pages::desk::parts::{filled, submit, text_signal},
};

/// An owner says that it was no emergency.
pub fn dispute(around: Around) -> AnyView {
    let Around { ticket, done, .. } = around;
    let reference = StoredValue::new(ticket.summary.reference);
    let reason = text_signal("");
    let send = sending(move || async move {
        let said = reason.get_untracked().trim().to_owned();
        let outcome = special::dispute_emergency(&reference.get_value(), said).await;
        done.ticket(outcome, "emergency.disputed_now")
    });
    view! {
        <p class="quiet small-text">{t("emergency.dispute_text")}</p>
        <Form send=send>
            <TextArea label=t("reason.label") name="reason" value=reason rows=3 required=true />
            {submit(t("emergency.dispute"), Look::Danger)}
        </Form>
    }
    .into_any()
}

/// A lead decides about the dispute.
pub fn settle(around: Around) -> AnyView {
    let Around { ticket, done, .. } = around;
    let reference = StoredValue::new(ticket.summary.reference);
    let (answer, reason) = (text_signal("uphold"), text_signal(""));
    let said = ticket.emergency.and_then(|emergency| emergency.dispute_reason);
    let send = sending(move || async move {
        let upheld = answer.with_untracked(|answer| answer == "uphold");
        let (reference, said) = (reference.get_value(), filled(reason));
        let outcome = match (upheld, said) {
            (true, said) => special::uphold_dispute(&reference, said).await,
            (false, Some(said)) => special::reject_dispute(&reference, said).await,
            (false, None) => return Err(ApiProblem::fields(&[("reason", "required")])),
        };
        done.ticket(outcome, "emergency.settled_now")
    });
    let answers = || vec![("uphold", t("emergency.uphold")), ("reject", t("emergency.reject"))];
    view! {
        {said.map(|said| view! { <p><q>{said}</q></p> })}
        <Form send=send>
            <ChoiceField label=t("emergency.decision") name="upheld" value=answer options=answers() required=true />
            <TextArea
                label=t("reason.label")
                name="reason"
                value=reason
                hint=t("reason.client_reads")
                rows=3
            />
            {submit(t("emergency.settle"), Look::Primary)}
        </Form>
    }
    .into_any()
}

/// A lead decides whether the same fault is back within the warranty.
pub fn warranty(around: Around) -> AnyView {
    let Around { ticket, done, .. } = around;
    let reference = StoredValue::new(ticket.summary.reference.clone());
    let known = ticket
        .links
        .iter()
        .find(|link| link.kind == LinkKind::RecurrenceOf && !link.incoming)
        .cloned();
    let linked = known.is_some();
    let (other, answer, reason) = (text_signal(""), text_signal("yes"), text_signal(""));
    let send = sending(move || async move {
        let accepted = answer.with_untracked(|answer| answer == "yes");
        if !accepted && filled(reason).is_none() {
            return Err(ApiProblem::fields(&[("reason", "required")]));
        }
        let reference = reference.get_value();
        if !linked {
            let body = LinkTicket {
                other_id: other.get_untracked().trim().to_uppercase(),
                kind: LinkKind::RecurrenceOf,
            };
            special::link(&reference, &body).await?;
        }
        let body = DecideWarranty {
            accepted,
            reason: filled(reason),
        };
        let outcome = special::warranty(&reference, &body).await;
        done.ticket(outcome, "warranty.decided_now")
    });
    let original = match known {
        Some(link) => {
            let closed = link.closed_at.map(format::instant_day_year).unwrap_or_default();
            let values = [("reference", link.reference), ("title", link.title), ("date", closed)];
            let text = t_with(
                "warranty.original",
                &values.each_ref().map(|(name, text)| (*name, text.as_str())),
            );
            view! { <p>{text}</p> }.into_any()
        }
        None => ().into_any(),
    };
    let earlier = move || {
        (!linked).then(|| {
            view! {
                <TextField
                    label=t("warranty.other")
                    name="other_id"
                    value=other
                    hint=t("warranty.other_hint")
                    required=true
                />
            }
        })
    };
    let answers = || vec![("yes", t("warranty.yes")), ("no", t("warranty.no"))];
    view! {
        <p class="quiet small-text">{t("warranty.text")}</p>
        {original}
        <Form send=send>
            {earlier()}
            <ChoiceField label=t("warranty.question") name="accepted" value=answer options=answers() required=true />
            <TextArea label=t("reason.label") name="reason" value=reason hint=t("reason.client_reads") rows=2 />
            {submit(t("warranty.submit"), Look::Primary)}
        </Form>
    }
    .into_any()
}
