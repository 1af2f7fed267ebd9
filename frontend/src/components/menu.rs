//! A button that opens a few choices.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// Choices behind a summary. Escape and leaving it close it.
#[component]
pub fn Menu(
    /// What is always to be seen: text, an avatar.
    summary: AnyView,
    /// Its name for a screen reader, where the summary is no text.
    #[prop(optional, into)]
    label: Option<String>,
    /// Opens upwards, as at the foot of the sidebar.
    #[prop(optional)]
    upwards: bool,
    /// Links, buttons, fields.
    children: Children,
) -> AnyView {
    let node = NodeRef::<html::Details>::new();
    let close = move |with_focus: bool| {
        let Some(details) = node.get_untracked() else { return };
        details.set_open(false);
        if with_focus {
            crate::dom::focus(&details, "summary");
        }
    };
    let left = move |event: leptos::ev::FocusEvent| {
        let inside = event
            .related_target()
            .and_then(|target| target.dyn_into::<web_sys::Node>().ok())
            .zip(node.get_untracked())
            .is_some_and(|(target, details)| details.contains(Some(&target)));
        if !inside {
            close(false);
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && node.get_untracked().is_some_and(|details| details.open()) {
            event.stop_propagation();
            close(true);
        }
    };
    view! {
        <details
            class=if upwards { "menu upwards" } else { "menu" }
            node_ref=node
            on:focusout=left
            on:keydown=key
        >
            <summary aria-label=label>{summary}</summary>
            <div class="choices" tabindex="-1">{children()}</div>
        </details>
    }
    .into_any()
}
