//! Asking about an estimate, or saying no to it.

use daypack_api_types::{estimate::Estimate, ticket::AddComment};
use daypack_domain::ticket::Visibility;
use leptos::prelude::*;

use super::{approval::Page, other_time::SendButton};
use crate::{
    api::{approvals, tickets},
    components::{Button, ChoiceField, Dialog, Form, FormHints, TextArea, overview, sending, use_toasts},
    i18n::t,
    session::use_session,
};

/// A button, and behind it one text that is either a question or the reason of a no.
pub fn ask_or_decline(page: Page, estimate: Estimate) -> AnyView {
    let open = RwSignal::new(false);
    let estimate = StoredValue::new(estimate);
    view! {
        <Button label=t("approval.ask_or_decline") on_click=Callback::new(move |()| open.set(true)) />
        <Dialog title=t("approval.ask_or_decline") open=open>
            {answer(page, estimate.get_value(), open)}
        </Dialog>
    }
    .into_any()
}

fn answer(page: Page, estimate: Estimate, open: RwSignal<bool>) -> AnyView {
    let (toasts, overview) = (use_toasts(), overview::known());
    let what = RwSignal::new("ask".to_owned());
    let text = RwSignal::new(String::new());
    let may_reject = use_session().may("reject_estimate");
    let draft = format!("estimate.{}", estimate.id);
    let (id, reference) = (estimate.id, StoredValue::new(estimate.ticket_reference));
    let send = sending(move || async move {
        let text = text.get_untracked();
        if what.get_untracked() == "decline" {
            let estimate = approvals::reject(id, text).await?;
            page.estimate.set(estimate);
            toasts.say(t("approval.declined"));
        } else {
            let body = AddComment {
                body: text,
                visibility: Visibility::Public,
                attachment_ids: Vec::new(),
            };
            tickets::comment(&reference.get_value(), &body).await?;
            toasts.say(t("approval.asked"));
            page.look_again();
        }
        open.try_set(false);
        if let Some(overview) = overview {
            overview.reload();
        }
        Ok(())
    });
    // Made within the form, which a field looks for when it is made.
    let choice = move || {
        let options = vec![("ask", t("approval.ask")), ("decline", t("approval.decline"))];
        view! { <ChoiceField label=t("approval.what") name="what" value=what options=options required=true /> }
    };
    view! {
        <Form send=send draft=draft>
            {may_reject.then(choice)}
            <TextArea label=t("approval.text") name="reason" value=text rows=4 required=true hint=t("approval.text_hint") />
            <SendButton label=t("action.send") />
            <FormHints />
        </Form>
    }
    .into_any()
}
