//! Forms: what is sent, what the server found wrong with it, and drafts that survive.

use std::{future::Future, pin::Pin};

use leptos::{context::Provider, html, prelude::*, task::spawn_local};

use super::Icon;
use crate::{
    api::ApiProblem,
    dom,
    i18n::{t, t_with},
    session::Session,
};

/// What a form does when it is sent.
pub type Sending = Pin<Box<dyn Future<Output = Result<(), ApiProblem>>>>;

/// Makes the callback of a form out of an async function: `sending(move || async move { ... })`.
pub fn sending<F>(send: impl Fn() -> F + Send + Sync + 'static) -> Callback<(), Sending>
where
    F: Future<Output = Result<(), ApiProblem>> + 'static,
{
    Callback::new(move |()| -> Sending { Box::pin(send()) })
}

/// A field that its form knows.
#[derive(Clone, Copy)]
struct Known {
    name: &'static str,
    value: RwSignal<String>,
    required: bool,
}

/// The form around a field, in a context: whether it is being sent and what was wrong with it.
#[derive(Clone, Copy)]
pub struct FormState {
    problem: RwSignal<Option<ApiProblem>>,
    busy: RwSignal<bool>,
    fields: StoredValue<Vec<Known>>,
    draft: StoredValue<Option<String>>,
    draft_kept: RwSignal<bool>,
}

/// The form around this part.
pub fn use_form() -> FormState {
    expect_context::<FormState>()
}

impl FormState {
    fn new(draft: Option<String>) -> Self {
        Self {
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
            fields: StoredValue::new(Vec::new()),
            draft: StoredValue::new(draft),
            draft_kept: RwSignal::new(false),
        }
    }

    /// It is being sent.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// What is wrong with a field, by its name.
    pub fn error(self, name: &str) -> Option<String> {
        self.problem.with(|problem| problem.as_ref()?.field(name))
    }

    /// A field is being written anew: what was wrong with it before is no longer said.
    pub fn mend(self, name: &str) {
        if self
            .problem
            .with_untracked(|problem| problem.as_ref().and_then(|problem| problem.field(name)).is_some())
        {
            self.problem.update(|problem| {
                *problem = problem.take().and_then(|mut rest| {
                    rest.forget(name);
                    rest.has_fields().then_some(rest)
                });
            });
        }
    }

    /// Whether text of this form is kept in the browser.
    pub fn draft_kept(self) -> Signal<bool> {
        self.draft_kept.into()
    }

    /// Makes a field known: its draft comes back and is kept from now on, and an empty required field is found before
    /// anything is sent. A secret is never kept.
    pub fn register(self, name: &'static str, value: RwSignal<String>, required: bool, secret: bool) {
        self.fields
            .update_value(|fields| fields.push(Known { name, value, required }));
        let Some(draft) = self.draft.get_value().filter(|_| !secret) else {
            return;
        };
        let key = format!("{draft}.{name}");
        if let Some(kept) = dom::stored(&key).filter(|_| value.with_untracked(String::is_empty)) {
            value.set(kept);
            self.draft_kept.set(true);
        }
        Effect::new(move |before: Option<String>| {
            let text = value.get();
            if before.is_some_and(|before| before != text) {
                if text.is_empty() {
                    dom::forget(&key);
                } else {
                    dom::store(&key, &text);
                    self.draft_kept.set(true);
                }
            }
            text
        });
    }

    /// Names of required fields without a value.
    fn missing(self) -> Vec<(&'static str, &'static str)> {
        let empty = |field: &&Known| field.required && field.value.with_untracked(|text| text.trim().is_empty());
        self.fields.with_value(|fields| {
            fields
                .iter()
                .filter(empty)
                .map(|field| (field.name, "required"))
                .collect()
        })
    }

    fn finish(self, outcome: Result<(), ApiProblem>) {
        // After a success the screen with this form is often gone.
        if self.busy.try_set(false).is_some() {
            return;
        }
        match outcome {
            Ok(()) => {
                self.draft_kept.set(false);
                self.problem.set(None);
            }
            Err(problem) => self.problem.set(Some(problem)),
        }
    }
}

/// A form. It sends by its submit button and by Ctrl+Enter; what the server refuses is said at the fields by their
/// pointers, the rest above them; the first field with an error gets the focus.
#[component]
pub fn Form(
    /// Sends it: see [`sending`].
    send: Callback<(), Sending>,
    /// Keeps a draft in the browser under this name, for the person who is signed in.
    #[prop(optional, into)]
    draft: Option<String>,
    /// Fields and buttons.
    children: Children,
) -> AnyView {
    let draft = draft.map(|name| {
        let me = use_context::<Session>().and_then(|session| untrack(move || session.me()));
        let person = me.map_or_else(|| "nobody".to_owned(), |me| me.id.to_string());
        format!("draft.{person}.{name}")
    });
    let state = FormState::new(draft);
    let node = NodeRef::<html::Form>::new();
    let show_errors = move || {
        request_animation_frame(move || {
            let Some(form) = node.try_get_untracked().flatten() else {
                return;
            };
            if !dom::focus(&form, "[aria-invalid=true]") {
                dom::focus(&form, ".form-problem");
            }
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if state.busy.get_untracked() {
            return;
        }
        let missing = state.missing();
        if !missing.is_empty() {
            state.problem.set(Some(ApiProblem::fields(&missing)));
            show_errors();
            return;
        }
        state.problem.set(None);
        state.busy.set(true);
        let sent = send.run(());
        // Looked up before: after a success the screen with this form may be gone, its draft must be too.
        let draft = state.draft.get_value();
        spawn_local(async move {
            let outcome = sent.await;
            let failed = outcome.is_err();
            if let Some(draft) = draft.filter(|_| !failed) {
                dom::forget_all(&[&draft, "."].concat());
            }
            state.finish(outcome);
            if failed {
                show_errors();
            }
        });
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            if let Some(form) = node.get_untracked() {
                let _ = form.request_submit();
            }
        }
    };
    view! {
        <Provider value=state>
            <form class="form" node_ref=node novalidate on:submit=submit on:keydown=key>
                {move || general_problem(state)} {children()}
            </form>
        </Provider>
    }
    .into_any()
}

/// What is wrong with the form as a whole, or with something that has no field here.
fn general_problem(state: FormState) -> AnyView {
    let Some(problem) = state.problem.get() else {
        return ().into_any();
    };
    let names: Vec<_> = state
        .fields
        .with_value(|fields| fields.iter().map(|field| field.name).collect());
    let others = problem.other_fields(&names);
    if problem.has_fields() && others.is_empty() {
        return view! { <p class="for-reader" role="alert">{t("form.look_at_fields")}</p> }.into_any();
    }
    let text = if others.is_empty() {
        problem.sentence()
    } else {
        others.join(" ")
    };
    let number = problem.request_id().map(|id| t_with("problem.request", &[("id", id)]));
    view! {
        <div class="form-problem" role="alert" tabindex="-1">
            <Icon name="alert" />
            <div>
                <p>{text}</p>
                {number.map(|number| view! { <p class="small-text">{number}</p> })}
            </div>
        </div>
    }
    .into_any()
}

/// Says that the text of the form around it is kept in the browser, and how to send it by keyboard.
#[component]
pub fn FormHints() -> AnyView {
    let form = use_form();
    let kept = move || {
        form.draft_kept()
            .get()
            .then(|| view! { <span>{t("form.draft_kept")}</span> })
    };
    view! { <p class="form-hints"><span><kbd>"Ctrl"</kbd> <kbd>"Enter"</kbd> {t("form.sends")}</span>{kept}</p> }
        .into_any()
}
