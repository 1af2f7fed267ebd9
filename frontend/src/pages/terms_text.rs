//! The text of terms and conditions, as far as terms need Markdown.

use daypack_api_types::plan::Terms;
use leptos::prelude::*;

use crate::{
    components::Icon,
    i18n::{t, t_with},
};

/// The text, folded away until it is read.
pub fn terms_text(terms: &Terms) -> AnyView {
    let version = t_with("order.terms_version", &[("version", &terms.version.to_string())]);
    view! {
        <details class="terms">
            <summary><Icon name="more" />{t("order.terms_read")}" "<span class="quiet small-text">{version}</span></summary>
            <div class="terms-text" tabindex="0">{paragraphs(&terms.body_markdown)}</div>
        </details>
    }
    .into_any()
}

/// The terms as headings, list items and paragraphs: as much of Markdown as terms have.
pub fn paragraphs(markdown: &str) -> AnyView {
    let mut blocks = Vec::<String>::new();
    let mut goes_on = false;
    for line in markdown.lines().map(str::trim) {
        let begins = line.starts_with(['#', '-', '*']) && !line.starts_with("**")
            || line.split_once(". ").is_some_and(|(number, _)| is_number(number));
        match blocks.last_mut().filter(|_| goes_on && !begins && !line.is_empty()) {
            Some(block) => {
                block.push(' ');
                block.push_str(line);
            }
            None if line.is_empty() => {}
            None => blocks.push(line.to_owned()),
        }
        goes_on = !line.is_empty() && !line.starts_with('#');
    }
    let block = |block: String| match block.strip_prefix('#') {
        Some(heading) => {
            let heading = heading.trim_start_matches('#').trim().to_owned();
            view! { <h3>{words(&heading)}</h3> }.into_any()
        }
        None => match block.strip_prefix("- ").or_else(|| block.strip_prefix("* ")) {
            Some(item) => view! { <p class="item">"• "{words(item)}</p> }.into_any(),
            None => view! { <p>{words(&block)}</p> }.into_any(),
        },
    };
    blocks.into_iter().map(block).collect_view().into_any()
}

/// Words between two pairs of stars stand out.
fn words(text: &str) -> AnyView {
    let piece = |(index, part): (usize, &str)| {
        let part = part.to_owned();
        if index % 2 == 1 {
            view! { <strong>{part}</strong> }.into_any()
        } else {
            part.into_any()
        }
    };
    text.split("**").enumerate().map(piece).collect_view().into_any()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_digit())
}
