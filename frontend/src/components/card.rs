//! Cards, tags and other small surfaces.

use daypack_domain::ticket::Severity as SeverityWord;
use leptos::prelude::*;

use crate::i18n::t;

/// A surface with an optional heading.
#[component]
pub fn Card(
    /// The heading (level 2); none when left out.
    #[prop(optional, into)]
    title: String,
    /// A tag or a count beside the heading.
    #[prop(optional)]
    beside: Option<AnyView>,
    /// A link or a button at the end of the heading's line.
    #[prop(optional)]
    action: Option<AnyView>,
    /// The content touches the edges, as a list does.
    #[prop(optional)]
    flush: bool,
    /// What is on it.
    children: Children,
) -> AnyView {
    let heading = (!title.is_empty())
        .then(|| view! { <header><h2>{title}</h2>{beside}<span class="grow"></span>{action}</header> }.into_any());
    let class = match (flush, heading.is_some()) {
        (true, _) => "flush",
        (false, true) => "pad under-heading",
        (false, false) => "pad",
    };
    view! { <section class="card">{heading}<div class=class>{children()}</div></section> }.into_any()
}

/// What a tag says by its colour, beside its words.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Plain,
    /// It goes well.
    Good,
    /// It needs a look.
    Warning,
    /// It went wrong.
    Bad,
}

/// A short word on a pill.
#[component]
pub fn Tag(
    /// The word.
    #[prop(into)]
    text: String,
    /// Its colour.
    #[prop(optional)]
    tone: Tone,
) -> AnyView {
    let class = match tone {
        Tone::Plain => "tag",
        Tone::Good => "tag good",
        Tone::Warning => "tag warning",
        Tone::Bad => "tag bad",
    };
    view! { <span class=class>{text}</span> }.into_any()
}

/// How bad a request is; `suggested` marks what the client thinks and nobody has confirmed.
#[component]
pub fn Severity(
    /// How bad.
    severity: SeverityWord,
    /// Not confirmed by triage.
    #[prop(optional)]
    suggested: bool,
) -> AnyView {
    let word = severity.as_str();
    let short = word.to_uppercase() + if suggested { "?" } else { "" };
    let mut title = t(&format!("severity.{word}"));
    if suggested {
        title = crate::i18n::t_with("severity.suggested", &[("severity", &title)]);
    }
    let read = title.clone();
    view! {
        <span class=format!("severity {word}") title=title>
            <span aria-hidden="true">{short}</span>
            <span class="for-reader">{read}</span>
        </span>
    }
    .into_any()
}

/// A person's initials on a coloured disc; the name is read and shown on hover.
#[component]
pub fn Avatar(
    /// The person's name.
    #[prop(into)]
    name: String,
    /// The name stands beside it already.
    #[prop(optional)]
    decorative: bool,
) -> AnyView {
    let hue = name
        .bytes()
        .fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
        % 3;
    let class = format!("avatar tint-{hue}");
    let initials = initials(&name);
    if decorative {
        view! { <span class=class aria-hidden="true">{initials}</span> }.into_any()
    } else {
        view! { <span class=class role="img" aria-label=name.clone() title=name>{initials}</span> }.into_any()
    }
}

/// First letters of the first and the last word of a name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    words
        .next()
        .into_iter()
        .chain(words.next_back())
        .flat_map(char::to_uppercase)
        .collect()
}

/// A number on a pill, such as how many things wait.
#[component]
pub fn Count(
    /// How many.
    value: i64,
    /// Somebody waits for this person.
    #[prop(optional)]
    hot: bool,
) -> AnyView {
    view! { <span class=if hot { "count hot" } else { "count" }>{crate::format::number(value as f64)}</span> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("Laura Marín"), "LM");
        assert_eq!(initials("Ana de la Torre"), "AT");
        assert_eq!(initials("émile"), "É");
        assert_eq!(initials("  "), "");
    }
}
