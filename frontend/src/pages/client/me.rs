//! The own account.

use daypack_api_types::session::EditMe;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{ApiProblem, account},
    components::{Button, Card, Form, LanguageChoice, Look, TextField, ThemeChoice, sending, use_form, use_toasts},
    dom,
    i18n::{t, t_with},
    session::{Session, use_session},
};

/// The fewest characters of a password.
const SHORTEST_PASSWORD: usize = 10;

/// Name, language, theme, password, and the way out.
pub fn me() -> AnyView {
    dom::name_screen(&t("account.title"));
    let session = use_session();
    let email = untrack(move || session.me()).map(|me| me.email).unwrap_or_default();
    let sign_out = Callback::new(move |()| spawn_local(session.sign_out()));
    view! {
        <div class="top"><div class="grow"><h1>{t("account.title")}</h1><p class="quiet small-text">{email}</p></div></div>
        <div class="stack wide-gap column">
            <Card title=t("account.you")>{name_form()}</Card>
            <Card title=t("account.looks")>
                <div class="settings">
                    <span>{t("language.choose")}</span>
                    <LanguageChoice />
                    <span>{t("theme.choose")}</span>
                    <ThemeChoice />
                </div>
            </Card>
            <Card title=t("account.password")>{password_form()}</Card>
            <div><Button label=t("account.sign_out") icon="out" on_click=sign_out /></div>
        </div>
    }
    .into_any()
}

fn name_form() -> AnyView {
    let (session, toasts) = (use_session(), use_toasts());
    let me = untrack(move || session.me());
    let name = RwSignal::new(me.map(|me| me.name).unwrap_or_default());
    let send = sending(move || async move {
        let changes = EditMe {
            name: Some(name.get_untracked().trim().to_owned()),
            ..EditMe::default()
        };
        save(session, &changes).await?;
        toasts.say(t("account.saved"));
        Ok(())
    });
    view! {
        <Form send=send>
            <TextField label=t("account.name") name="name" value=name autocomplete="name" required=true />
            <Save label=t("action.save") />
        </Form>
    }
    .into_any()
}

fn password_form() -> AnyView {
    let (session, toasts) = (use_session(), use_toasts());
    let [current, password, again] = [(); 3].map(|()| RwSignal::new(String::new()));
    let send = sending(move || async move {
        let chosen = password.get_untracked();
        if chosen.chars().count() < SHORTEST_PASSWORD {
            return Err(ApiProblem::fields(&[("password", "password_too_short")]));
        }
        if chosen != again.get_untracked() {
            return Err(ApiProblem::fields(&[("again", "passwords_differ")]));
        }
        let changes = EditMe {
            password: Some(chosen),
            current_password: Some(current.get_untracked()),
            ..EditMe::default()
        };
        save(session, &changes).await?;
        for field in [current, password, again] {
            field.set(String::new());
        }
        toasts.say(t("account.password_saved"));
        Ok(())
    });
    let hint = t_with("password.hint", &[("count", &SHORTEST_PASSWORD.to_string())]);
    view! {
        <Form send=send>
            <TextField
                label=t("account.current_password")
                name="current_password"
                value=current
                kind="password"
                autocomplete="current-password"
                required=true
            />
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
            <Save label=t("account.change_password") />
        </Form>
    }
    .into_any()
}

/// Sends changes of the account as it is known here, and shows what came of them everywhere.
async fn save(session: Session, changes: &EditMe) -> Result<(), ApiProblem> {
    let version = session.me_untracked().map_or(0, |me| me.version);
    session.know(account::edit_me(version, changes).await?);
    Ok(())
}

#[component]
fn Save(#[prop(into)] label: String) -> AnyView {
    let busy = use_form().busy();
    view! { <div><Button label=label look=Look::Primary submit=true busy=busy /></div> }.into_any()
}
