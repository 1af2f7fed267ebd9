//! Says when a deployment would suit better than at the time proposed.

use daypack_api_types::estimate::OptionalReason;
use leptos::prelude::*;

use crate::{
    api::tickets,
    components::{Button, Dialog, Form, Look, TextArea, sending, use_form, use_toasts},
    i18n::t,
    pages::waiting::OtherTime,
};

/// The dialog with the form; what it is about is in its context.
pub fn other_time() -> AnyView {
    let OtherTime { window, open, overview } = expect_context();
    let toasts = use_toasts();
    let reason = RwSignal::new(String::new());
    let send = sending(move || async move {
        let body = OptionalReason {
            reason: Some(reason.get_untracked()),
        };
        tickets::decline_window(window, &body).await?;
        toasts.say(t("waiting.window_declined"));
        open.set(false);
        overview.reload();
        Ok(())
    });
    view! {
        <Dialog title=t("waiting.other_time") open=open>
            <Form send=send>
                <TextArea label=t("waiting.when_better") name="reason" value=reason rows=3 required=true />
                <SendButton label=t("action.send") />
            </Form>
        </Dialog>
    }
    .into_any()
}

/// Sends the form around it.
#[component]
pub fn SendButton(
    /// What it does.
    #[prop(into)]
    label: String,
) -> AnyView {
    let busy = use_form().busy();
    view! { <div class="wide"><Button label=label look=Look::Primary submit=true busy=busy /></div> }.into_any()
}
