//! The page that the link in a mail opens: what is asked, and the yes. Opening it alone approves nothing.

use daypack_api_types::{
    approval::{ApprovalLink, ApproveByLink},
    estimate::Estimate,
};
use daypack_domain::estimate::EstimateStatus;
use leptos::{prelude::*, task::spawn_local};

use super::offer::{LeftOut, amount, decided, foot, head, lines, lots_table};
use crate::{
    api::approvals,
    components::{Button, Dialog, Form, Icon, LinkButton, Look, Remote, TextArea, sending, use_form},
    dom,
    format::minutes,
    i18n::{self, t, t_with},
    pages::public::PublicFrame,
    routes::parameter,
};

/// What the screen is made from.
#[derive(Clone, Copy)]
struct Page {
    token: StoredValue<String>,
    link: Remote<ApprovalLink>,
    left_out: LeftOut,
    answered: RwSignal<Option<Estimate>>,
    notice: RwSignal<Option<String>>,
}

/// What is asked, and the yes.
pub fn approve_link() -> AnyView {
    dom::name_screen(&t("approval.title"));
    let token = StoredValue::new(parameter("token"));
    let left_out: LeftOut = RwSignal::new(Vec::new());
    let link = Remote::load(move || {
        let (token, left_out) = (token.get_value(), left_out.get_untracked());
        async move {
            let link = approvals::link(&token, &left_out).await?;
            speak(&link.locale).await;
            Ok(link)
        }
    });
    Effect::new(move |before: Option<()>| {
        left_out.track();
        if before.is_some() {
            link.reload();
        }
    });
    let page = Page {
        token,
        link,
        left_out,
        answered: RwSignal::new(None),
        notice: RwSignal::new(None),
    };
    view! {
        <PublicFrame narrow=true>
            <article class="approval">
                {move || match page.answered.get() {
                    Some(estimate) => page.done(&estimate),
                    None => link.view(8, move |link| page.asked(&link)),
                }}
            </article>
        </PublicFrame>
    }
    .into_any()
}

/// Shows the page in the language of the mail, where nobody has chosen another in this browser.
pub async fn speak(locale: &str) {
    if dom::stored("language").is_none() {
        i18n::choose(locale).await;
    }
}

impl Page {
    fn asked(self, link: &ApprovalLink) -> AnyView {
        let estimate = &link.estimate;
        let reference = view! { <span class="quiet small-text">{estimate.ticket_reference.clone()}</span> };
        let head = head(estimate, reference.into_any());
        if estimate.status != EstimateStatus::Offered {
            return view! { {head} {decided(estimate)} {sign_in(estimate)} }.into_any();
        }
        let preview = &link.preview;
        let as_whom = t_with(
            "approval.as",
            &[("name", &link.person.name), ("organization", &link.organization_name)],
        );
        let notice = move || {
            self.notice
                .get()
                .map(|text| view! { <p class="notice" role="alert"><Icon name="alert" />{text}</p> })
        };
        let yes = match (preview.shortfall_minutes, &preview.preview_token) {
            (Some(missing), _) => {
                let text = t_with("approval.shortfall", &[("time", &minutes(missing))]);
                view! { <p class="notice"><Icon name="alert" />{text}</p> }.into_any()
            }
            (None, Some(token)) if preview.may_approve => self.yes(link, token.clone()),
            _ => view! { <p class="notice"><Icon name="shield" />{t("approval.not_yours")}</p> }.into_any(),
        };
        view! {
            {head}
            {lines(estimate, self.left_out)}
            {amount(estimate, self.left_out)}
            {notice}
            <section class="card plain"><div class="pad">{lots_table(preview, Vec::new())}</div></section>
            <div class="stack tight wide">{yes} {self.no()} {sign_in(estimate)}</div>
            {foot(estimate, Some(as_whom))}
        }
        .into_any()
    }

    fn yes(self, link: &ApprovalLink, preview_token: String) -> AnyView {
        let busy = RwSignal::new(false);
        let shown = StoredValue::new(link.preview.left_out.clone());
        let behind = move || shown.with_value(|shown| self.left_out.with(|now| now != shown));
        let waiting = Signal::derive(move || busy.get() || behind());
        let label = t_with("approval.approve", &[("time", &minutes(link.preview.minutes))]);
        let approve = Callback::new(move |()| {
            busy.set(true);
            let body = ApproveByLink {
                preview_token: preview_token.clone(),
                left_out: shown.get_value(),
            };
            spawn_local(async move {
                match approvals::approve_by_link(&self.token.get_value(), &body).await {
                    Ok(estimate) => {
                        self.answered.try_set(Some(estimate));
                    }
                    Err(problem) => {
                        let changed = matches!(problem.code(), "balance_changed" | "insufficient_minutes");
                        let text = if changed {
                            t("approval.changed")
                        } else {
                            problem.sentence()
                        };
                        self.notice.try_set(Some(text));
                        self.link.reload();
                    }
                }
                busy.try_set(false);
            });
        });
        view! { <Button label=label look=Look::Primary busy=waiting on_click=approve /> }.into_any()
    }

    /// The no, with its reason.
    fn no(self) -> AnyView {
        let open = RwSignal::new(false);
        let press = Callback::new(move |()| open.set(true));
        view! {
            <Button label=t("approval.decline") on_click=press />
            <Dialog title=t("approval.decline") open=open>{self.decline()}</Dialog>
        }
        .into_any()
    }

    fn decline(self) -> AnyView {
        let reason = RwSignal::new(String::new());
        let send = sending(move || async move {
            let said = reason.get_untracked().trim().to_owned();
            let estimate = approvals::reject_by_link(&self.token.get_value(), said).await?;
            self.answered.try_set(Some(estimate));
            Ok(())
        });
        view! {
            <Form send=send>
                <TextArea
                    label=t("approval.text")
                    name="reason"
                    value=reason
                    rows=4
                    required=true
                    hint=t("approval.text_hint")
                />
                <Decline />
            </Form>
        }
        .into_any()
    }

    fn done(self, estimate: &Estimate) -> AnyView {
        let reference = view! { <span class="quiet small-text">{estimate.ticket_reference.clone()}</span> };
        view! {
            {head(estimate, reference.into_any())}
            <div role="status">{decided(estimate)}</div>
            <div class="stack tight wide">{sign_in(estimate)}</div>
        }
        .into_any()
    }
}

#[component]
fn Decline() -> AnyView {
    let busy = use_form().busy();
    view! { <div class="wide"><Button label=t("approval.decline") look=Look::Danger submit=true busy=busy /></div> }
        .into_any()
}

/// The way to the request for people who want to ask, decline or read more.
fn sign_in(estimate: &Estimate) -> AnyView {
    let href = format!("/approvals/{}", estimate.id);
    view! { <LinkButton href=href label=t("approval.sign_in") /> }.into_any()
}
