//! A modal dialog: the browser's own, with its focus and its Escape key.

use leptos::{html, prelude::*};

use super::{Button, Look};
use crate::{
    dom::{self, next_id},
    i18n::t,
};

/// A dialog that is there while `open`. Escape, its close button and a click beside it set `open` to false.
#[component]
pub fn Dialog(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// Whether it is there.
    open: RwSignal<bool>,
    /// What is in it; made anew each time.
    children: ChildrenFn,
) -> AnyView {
    let node = NodeRef::<html::Dialog>::new();
    let heading = next_id("dialog");
    let opener = StoredValue::new_local(None);
    Effect::new(move |_| {
        let (Some(dialog), open) = (node.get(), open.get()) else {
            return;
        };
        if open && !dialog.open() {
            opener.set_value(dom::focused());
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let beside = move |event: leptos::ev::MouseEvent| {
        let on_backdrop = event
            .target()
            .zip(node.get_untracked())
            .is_some_and(|(target, dialog)| {
                let dialog: &web_sys::EventTarget = dialog.as_ref();
                target == *dialog
            });
        if on_backdrop {
            open.set(false);
        }
    };
    let closed = move |_| {
        open.set(false);
        // The browser gives the focus back, but not to what a menu hides again.
        dom::give_focus_back(opener.try_get_value().flatten());
    };
    let content = move || open.get().then(|| children().into_any());
    view! {
        <dialog node_ref=node aria-labelledby=heading.clone() on:close=closed on:click=beside>
            <div class="sheet">
                <header>
                    <h2 id=heading.clone()>{title}</h2>
                    <Button
                        label=t("dialog.close")
                        icon="close"
                        icon_only=true
                        look=Look::Ghost
                        small=true
                        on_click=Callback::new(move |()| open.set(false))
                    />
                </header>
                {content}
            </div>
        </dialog>
    }
    .into_any()
}
