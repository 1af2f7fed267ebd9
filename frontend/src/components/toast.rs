//! Short messages at the edge of the screen.

use std::time::Duration;

use leptos::prelude::*;

use super::{Button, Look};
use crate::{api::ApiProblem, i18n::t};

const SHOWN: Duration = Duration::from_secs(6);

/// One message.
#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    bad: bool,
}

/// The messages of the page, in a context of the root: [`use_toasts`].
#[derive(Clone, Copy)]
pub struct Toasts {
    all: RwSignal<Vec<Toast>>,
    last: StoredValue<u32>,
}

/// The messages, anywhere below the root.
pub fn use_toasts() -> Toasts {
    expect_context::<Toasts>()
}

impl Toasts {
    /// Provides the messages to everything below.
    pub fn provide() {
        provide_context(Self {
            all: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
        });
    }

    /// Says that something is done.
    pub fn say(self, text: impl Into<String>) {
        self.add(text.into(), false, Some(SHOWN));
    }

    /// Says that something did not work. It stays until it is closed.
    pub fn fail(self, problem: &ApiProblem) {
        let number = problem
            .request_id()
            .map(|id| crate::i18n::t_with("problem.request", &[("id", id)]));
        self.add([problem.sentence(), number.unwrap_or_default()].join(" "), true, None);
    }

    fn add(self, text: String, bad: bool, shown: Option<Duration>) {
        let id = self.last.get_value() + 1;
        self.last.set_value(id);
        self.all.update(|all| all.push(Toast { id, text, bad }));
        if let Some(shown) = shown {
            set_timeout(move || self.close(id), shown);
        }
    }

    fn close(self, id: u32) {
        self.all.update(|all| all.retain(|toast| toast.id != id));
    }
}

/// Where messages appear; they are read out when a screen reader has a moment.
#[component]
pub fn ToastRegion() -> AnyView {
    let toasts = use_toasts();
    let shown = move |toast: Toast| {
        let id = toast.id;
        view! {
            <div class=if toast.bad { "toast bad" } else { "toast" }>
                <span class="grow">{toast.text}</span>
                <Button
                    label=t("dialog.close")
                    icon="close"
                    icon_only=true
                    look=Look::Ghost
                    small=true
                    on_click=Callback::new(move |()| toasts.close(id))
                />
            </div>
        }
        .into_any()
    };
    view! {
        <div class="toasts" role="status" aria-live="polite" aria-atomic="false">
            <For each=move || toasts.all.get() key=|toast| toast.id children=shown />
        </div>
    }
    .into_any()
}
