//! Buttons, and links that look like them.

use leptos::prelude::*;

use super::Icon;

/// How much a button stands out.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Look {
    /// One of several.
    #[default]
    Plain,
    /// The one thing to do next; at most one on a screen.
    Primary,
    /// Quiet, beside others.
    Ghost,
    /// Takes something away.
    Danger,
}

impl Look {
    fn class(self, small: bool) -> String {
        let look = match self {
            Self::Plain => "button",
            Self::Primary => "button primary",
            Self::Ghost => "button ghost",
            Self::Danger => "button danger",
        };
        if small {
            [look, " small"].concat()
        } else {
            look.to_owned()
        }
    }
}

/// A button. While `busy`, it keeps its label and the focus and does nothing.
#[component]
pub fn Button(
    /// What it does, as a verb; for the screen reader only when `icon_only`.
    #[prop(into)]
    label: String,
    /// How much it stands out.
    #[prop(optional)]
    look: Look,
    /// An icon before the label.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Shows the icon and hides the label.
    #[prop(optional)]
    icon_only: bool,
    /// Lower, for cards and lists.
    #[prop(optional)]
    small: bool,
    /// Sends the form around it.
    #[prop(optional)]
    submit: bool,
    /// Something is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What happens.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
) -> AnyView {
    let name = icon_only.then(|| label.clone());
    let class = look.class(small) + if icon_only { " icon-only" } else { "" };
    let clicked = move |event: leptos::ev::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(on_click) = on_click {
            on_click.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=class
            aria-busy=move || busy.get().to_string()
            aria-label=name.clone()
            title=name
            on:click=clicked
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            {(!icon_only).then_some(label)}
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// What is there.
    #[prop(into)]
    label: String,
    /// How much it stands out.
    #[prop(optional)]
    look: Look,
    /// An icon before the label.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Lower, for cards and lists.
    #[prop(optional)]
    small: bool,
) -> AnyView {
    view! { <a href=href class=look.class(small)>{icon.map(|name| view! { <Icon name=name /> })} {label}</a> }
        .into_any()
}
