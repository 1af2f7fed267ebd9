//! The question to accept a new version of the terms and conditions.

use daypack_api_types::plan::Terms;
use daypack_domain::policy::Action;
use leptos::{prelude::*, task::spawn_local};

use super::side::Side;
use crate::{
    api::{contract, orders},
    components::{Button, Icon, Look, Remote, use_toasts},
    dom,
    i18n::{t, t_with},
    pages::terms_text::terms_text,
    session::{Session, use_session},
};

/// Asks for the acceptance of a new version, where this person is asked.
pub fn asked_terms(side: Side) -> AnyView {
    let asked = untrack(move || use_session().membership())
        .filter(|_| !side.staff && side.may(Action::PlaceOrder))
        .and_then(|membership| membership.asked_terms_version);
    let Some(version) = asked else {
        return ().into_any();
    };
    let open = RwSignal::new(true);
    let terms = Remote::load(contract::terms);
    let question = move |all: Vec<Terms>| match all.into_iter().find(|terms| terms.version == version) {
        Some(terms) => ask(side, &terms, open),
        None => ().into_any(),
    };
    (move || open.get().then(|| terms.view(2, question))).into_any()
}

fn ask(side: Side, terms: &Terms, open: RwSignal<bool>) -> AnyView {
    let (toasts, busy, session) = (use_toasts(), RwSignal::new(false), use_session());
    let version = terms.version;
    let accept = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            match orders::accept_terms(side.id, version).await {
                Ok(()) => {
                    toasts.say(t("terms.accepted"));
                    dom::keep_focus();
                    open.try_set(false);
                    forget(session, side);
                }
                Err(problem) => toasts.fail(&problem),
            }
            busy.try_set(false);
        });
    });
    let title = t_with("terms.asked", &[("version", &version.to_string())]);
    view! {
        <section class="card soft">
            <div class="pad stack">
                <h2 class="row"><Icon name="book" />{title}</h2>
                <p class="small-text">{t("terms.asked_text")}</p>
                {terms_text(terms)}
                <div><Button label=t("terms.accept") look=Look::Primary busy=busy on_click=accept /></div>
            </div>
        </section>
    }
    .into_any()
}

/// Nobody need be asked any more.
fn forget(session: Session, side: Side) {
    let Some(mut me) = session.me_untracked() else { return };
    for membership in me.memberships.iter_mut().filter(|one| one.organization_id == side.id) {
        membership.asked_terms_version = None;
    }
    session.know(me);
}
