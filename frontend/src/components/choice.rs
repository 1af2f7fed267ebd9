//! One of a few answers, all of them to be seen.

use leptos::prelude::*;

use super::use_form;
use crate::{dom::next_id, i18n::t};

/// A question with its answers side by side. Its name is its place in the body, as that of every field.
#[component]
pub fn ChoiceField(
    /// The question.
    #[prop(into)]
    label: String,
    /// Its place in the body.
    name: &'static str,
    /// The chosen value.
    value: RwSignal<String>,
    /// Value and text of each answer.
    options: Vec<(&'static str, String)>,
    /// It cannot be left without an answer.
    #[prop(optional)]
    required: bool,
) -> AnyView {
    let form = use_form();
    form.register(name, value, required, false);
    let (group, error) = (next_id("choice"), next_id("choice-error"));
    let optional = (!required).then(|| view! { <span class="quiet">{t("form.optional")}</span> });
    let described_by = error.clone();
    let option = move |(word, text): (&'static str, String)| {
        let chosen = move || value.with(|value| value == word);
        view! {
            <label>
                <input
                    type="radio"
                    name=group.clone()
                    value=word
                    aria-describedby=described_by.clone()
                    prop:checked=chosen
                    on:change=move |_| value.set(word.to_owned())
                />
                {text}
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="field choice">
            <legend>{label} " " {optional}</legend>
            <div class="answers">{options.into_iter().map(option).collect_view()}</div>
            <p class="field-error" id=error>{move || form.error(name)}</p>
        </fieldset>
    }
    .into_any()
}
