//! "That was not me": an approval that a lead recorded in somebody's name, on the page and from the link in a mail.

use daypack_api_types::{
    approval::{DisputeApproval, DisputeLink},
    estimate::Estimate,
};
use daypack_domain::estimate::EstimateStatus;
use leptos::prelude::*;

use super::{
    approval::Page,
    approve_link::speak,
    offer::{decided, head},
};
use crate::{
    api::approvals,
    components::{
        Button, Dialog, Form, Icon, Look, Remote, Sending, TextArea, overview, sending, use_form, use_toasts,
    },
    dom,
    i18n::{t, t_with},
    pages::public::PublicFrame,
    routes::parameter,
    session::use_session,
};

/// The button for the person in whose name it was recorded, as long as they have not said it.
pub fn not_me(page: Page, estimate: &Estimate) -> AnyView {
    let me = untrack(move || use_session().me()).map(|me| me.id);
    let mine = estimate.decided_by.as_ref().map(|person| person.id) == me && me.is_some();
    let recorded = estimate.channel.is_some_and(|channel| channel.is_recorded());
    if !mine || !recorded || estimate.dispute.is_some() || estimate.status != EstimateStatus::Approved {
        return ().into_any();
    }
    let open = RwSignal::new(false);
    let (toasts, overview) = (use_toasts(), overview::known());
    let id = estimate.id;
    let form = move || {
        dispute_form(Callback::new(move |body: DisputeApproval| -> Sending {
            Box::pin(async move {
                let estimate = approvals::dispute(id, &body).await?;
                toasts.say(t("dispute.done"));
                open.try_set(false);
                page.estimate.set(estimate);
                if let Some(overview) = overview {
                    overview.reload();
                }
                Ok(())
            })
        }))
    };
    view! {
        <div class="stack tight wide">
            <Button label=t("dispute.not_me") icon="alert" on_click=Callback::new(move |()| open.set(true)) />
        </div>
        <Dialog title=t("dispute.not_me") open=open>{form()}</Dialog>
    }
    .into_any()
}

/// Says it with what there is to say about it.
fn dispute_form(send: Callback<DisputeApproval, Sending>) -> AnyView {
    let note = RwSignal::new(String::new());
    let send = sending(move || {
        let note = note.get_untracked().trim().to_owned();
        send.run(DisputeApproval {
            note: Some(note).filter(|note| !note.is_empty()),
        })
    });
    view! {
        <p>{t("dispute.text")}</p>
        <Form send=send>
            <TextArea label=t("dispute.note") name="note" value=note rows=3 />
            <Say />
        </Form>
    }
    .into_any()
}

#[component]
fn Say() -> AnyView {
    let busy = use_form().busy();
    view! { <div class="wide"><Button label=t("dispute.not_me") look=Look::Danger submit=true busy=busy /></div> }
        .into_any()
}

/// The page that the link in the mail opens.
pub fn dispute_link() -> AnyView {
    dom::name_screen(&t("dispute.title"));
    let token = StoredValue::new(parameter("token"));
    let link = Remote::load(move || {
        let token = token.get_value();
        async move {
            let link = approvals::dispute_link(&token).await?;
            speak(&link.locale).await;
            Ok(link)
        }
    });
    let said = RwSignal::new(false);
    view! {
        <PublicFrame narrow=true>
            <article class="approval">{link.view(8, move |link| asked(link, token, said))}</article>
        </PublicFrame>
    }
    .into_any()
}

fn asked(link: DisputeLink, token: StoredValue<String>, said: RwSignal<bool>) -> AnyView {
    let reference = view! { <span class="quiet small-text">{link.estimate.ticket_reference.clone()}</span> };
    let for_whom = t_with(
        "dispute.recorded_for",
        &[("name", &link.person.name), ("organization", &link.organization_name)],
    );
    let disputed = link.estimate.dispute.is_some();
    let answer = move || {
        if said.get() {
            return view! {
                <section class="card soft" role="status">
                    <div class="pad row"><Icon name="check" /><b>{t("dispute.done")}</b></div>
                </section>
            }
            .into_any();
        }
        if disputed {
            return ().into_any();
        }
        dispute_form(Callback::new(move |body: DisputeApproval| -> Sending {
            Box::pin(async move {
                approvals::dispute_by_link(&token.get_value(), &body).await?;
                said.try_set(true);
                Ok(())
            })
        }))
    };
    view! {
        {head(&link.estimate, reference.into_any())}
        <p>{for_whom}</p>
        {decided(&link.estimate)}
        {answer}
    }
    .into_any()
}
