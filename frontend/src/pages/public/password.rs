//! Setting a password: after an invitation, or because the old one is forgotten.

use leptos::prelude::*;

use super::{PublicFrame, login::SubmitButton};
use crate::{
    api::{ApiProblem, account},
    components::{EmptyState, Form, LinkButton, Look, TextField, sending, use_toasts},
    dom,
    i18n::{t, t_with},
    place::{self, Way},
    routes::parameter,
};

/// The server's rule, in characters.
const SHORTEST_PASSWORD: usize = 10;

/// Asks for a mail with a link.
pub fn request_reset() -> AnyView {
    dom::name_screen(&t("reset.title"));
    let email = RwSignal::new(String::new());
    let sent = RwSignal::new(false);
    let send = sending(move || async move {
        account::request_password_reset(email.get_untracked().trim().to_owned()).await?;
        sent.set(true);
        Ok(())
    });
    let content = move || {
        if sent.get() {
            let text = email.with_untracked(|email| t_with("reset.sent_text", &[("email", email.trim())]));
            return view! {
                <h1 class="for-reader">{t("reset.title")}</h1>
                <div role="status">
                    <EmptyState title=t("reset.sent_title") text=text icon="check">
                        <LinkButton href="/login" label=t("reset.back") />
                    </EmptyState>
                </div>
            }
            .into_any();
        }
        view! {
            <h1>{t("reset.title")}</h1>
            <p class="quiet">{t("reset.text")}</p>
            <Form send=send>
                <TextField label=t("login.email") name="email" value=email kind="email" autocomplete="username" required=true />
                <SubmitButton label=t("reset.submit") />
                <p class="centered"><a class="link" href="/login">{t("reset.back")}</a></p>
            </Form>
        }
        .into_any()
    };
    view! { <PublicFrame narrow=true><section class="card sheet-card">{content}</section></PublicFrame> }.into_any()
}

/// Sets a new password with the token of a mail.
pub fn reset() -> AnyView {
    set_password(
        t("password.reset_title"),
        t("password.reset_text"),
        t("password.submit"),
    )
}

/// Joins with the token of an invitation: by a first password, or the one that an account has.
pub fn invite() -> AnyView {
    set_password(
        t("password.invite_title"),
        t("password.invite_text"),
        t("password.invite_submit"),
    )
}

fn set_password(title: String, text: String, submit: String) -> AnyView {
    dom::name_screen(&title);
    let token = parameter("token");
    let (password, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let toasts = use_toasts();
    let send = sending(move || {
        let token = token.clone();
        async move {
            let chosen = password.get_untracked();
            if chosen.chars().count() < SHORTEST_PASSWORD {
                return Err(ApiProblem::fields(&[("password", "password_too_short")]));
            }
            if chosen != again.get_untracked() {
                return Err(ApiProblem::fields(&[("again", "passwords_differ")]));
            }
            account::set_password(&token, chosen).await?;
            toasts.say(t("password.done"));
            place::go("/login", Way::Instead);
            Ok(())
        }
    });
    let hint = t_with("password.hint", &[("count", &SHORTEST_PASSWORD.to_string())]);
    view! {
        <PublicFrame narrow=true>
            <section class="card sheet-card">
                <h1>{title}</h1>
                <p class="quiet">{text}</p>
                <Form send=send>
                    <TextField
                        label=t("password.new")
                        name="password"
                        value=password
                        kind="password"
                        autocomplete="new-password"
                        hint=hint
                        required=true
                    />
                    <TextField
                        label=t("password.again")
                        name="again"
                        value=again
                        kind="password"
                        autocomplete="new-password"
                        required=true
                    />
                    <SubmitButton label=submit />
                    <p class="centered"><LinkButton href="/reset" label=t("password.new_link") look=Look::Ghost small=true /></p>
                </Form>
            </section>
        </PublicFrame>
    }
    .into_any()
}
