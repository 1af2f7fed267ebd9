//! Short messages at the edge of the screen.

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;

use super::{Button, Look};
use crate::{api::ApiProblem, i18n::t};

const SHOWN: Duration = Duration::from_secs(6);
/// Somebody who wants to take it back has to read it first, and to reach the button.
const SHOWN_UNDOABLE: Duration = Duration::from_secs(12);

/// Takes back what a message is about. It may be asked for when the screen that did it is gone.
pub type Undo = Arc<dyn Fn() + Send + Sync>;

/// Messages that are seen at once; one more takes the place of the oldest.
const PLACES: usize = 4;

/// One message.
#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    bad: bool,
    undo: Option<Undo>,
}

/// The messages of the page, in a context of the root: [`use_toasts`].
#[derive(Clone, Copy)]
pub struct Toasts {
    places: [RwSignal<Option<Toast>>; PLACES],
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
            places: [(); PLACES].map(|()| RwSignal::new(None)),
            last: StoredValue::new(0),
        });
    }

    /// Says that something is done.
    pub fn say(self, text: impl Into<String>) {
        self.add(text.into(), false, None, Some(SHOWN));
    }

    /// Says that something is done, and offers to take it back.
    pub fn say_undoable(self, text: impl Into<String>, undo: Undo) {
        self.add(text.into(), false, Some(undo), Some(SHOWN_UNDOABLE));
    }

    /// Says that something did not work. It stays until it is closed.
    pub fn fail(self, problem: &ApiProblem) {
        let number = problem
            .request_id()
            .map(|id| crate::i18n::t_with("problem.request", &[("id", id)]));
        let text = [problem.sentence(), number.unwrap_or_default()].join(" ");
        self.add(text, true, None, None);
    }

    fn add(self, text: String, bad: bool, undo: Option<Undo>, shown: Option<Duration>) {
        let id = self.last.get_value() + 1;
        self.last.set_value(id);
        let age = |place: &RwSignal<Option<Toast>>| place.with_untracked(|toast| toast.as_ref().map(|toast| toast.id));
        // A free place is older than every message.
        if let Some(place) = self.places.into_iter().min_by_key(age) {
            place.set(Some(Toast { id, text, bad, undo }));
        }
        if let Some(shown) = shown {
            set_timeout(move || self.close(id), shown);
        }
    }

    fn close(self, id: u32) {
        for place in self.places {
            if place.with_untracked(|toast| toast.as_ref().is_some_and(|toast| toast.id == id)) {
                place.set(None);
            }
        }
    }
}

/// Where messages appear; they are read out when a screen reader has a moment.
#[component]
pub fn ToastRegion() -> AnyView {
    let toasts = use_toasts();
    // Each place is on its own, so that a message that comes or goes leaves the others, and the focus, as they are.
    let places = toasts
        .places
        .map(|place| (move || place.get().map(|toast| shown(toasts, toast))).into_any());
    view! { <div class="toasts" role="status" aria-live="polite" aria-atomic="false">{Vec::from(places)}</div> }
        .into_any()
}

fn shown(toasts: Toasts, toast: Toast) -> AnyView {
    let id = toast.id;
    let undo = toast.undo.map(|undo| {
        let press = Callback::new(move |()| {
            toasts.close(id);
            undo();
        });
        view! { <Button label=t("action.undo") small=true on_click=press /> }
    });
    let close = Callback::new(move |()| toasts.close(id));
    view! {
        <div class=if toast.bad { "toast bad" } else { "toast" }>
            <span class="grow">{toast.text}</span>
            {undo}
            <Button label=t("dialog.close") icon="close" icon_only=true look=Look::Ghost small=true on_click=close />
        </div>
    }
    .into_any()
}
