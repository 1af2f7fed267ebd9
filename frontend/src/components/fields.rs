//! Fields of a [`Form`](super::Form): label, control, hint, error. A field's name is its place in the body
//! (`title`, `impact/people`), by which problems find it.

use leptos::prelude::*;

use super::use_form;
use crate::{dom::next_id, i18n::t};

/// What a control and the parts around it have in common.
#[derive(Clone)]
struct Parts {
    id: String,
    described_by: String,
    invalid: Signal<bool>,
}

/// Registers a field with its form and names its parts.
fn parts(name: &'static str, value: RwSignal<String>, required: bool, secret: bool) -> Parts {
    let form = use_form();
    form.register(name, value, required, secret);
    let id = next_id("field");
    let described_by = format!("{id}-hint {id}-error");
    Parts {
        id,
        described_by,
        invalid: Signal::derive(move || form.error(name).is_some()),
    }
}

/// The control with its label, hint and error.
fn field(name: &'static str, label: String, hint: String, required: bool, parts: &Parts, control: AnyView) -> AnyView {
    let form = use_form();
    let id = &parts.id;
    let optional = (!required).then(|| view! { <span class="quiet">{t("form.optional")}</span> });
    view! {
        <div class="field">
            <label for=id.clone()>{label} " " {optional}</label>
            {control}
            <p class="field-hint" id=format!("{id}-hint")>{hint}</p>
            <p class="field-error" id=format!("{id}-error")>{move || form.error(name)}</p>
        </div>
    }
    .into_any()
}

/// What was typed or pasted, without the characters that no text can hold: breaks of lines and pages that other programs
/// write are breaks here.
fn lines(text: &str) -> String {
    let unwritable = |character: char| {
        let breaks = matches!(character, '\n' | '\r' | '\t');
        (character.is_control() && !breaks) || matches!(character, '\u{fffe}' | '\u{ffff}')
    };
    text.replace(['\u{b}', '\u{c}'], "\n").replace(unwritable, "")
}

/// The same in one line, also where it comes from two cells of a table.
fn one_line(text: &str) -> String {
    lines(text).replace(['\n', '\r', '\t'], " ")
}

/// One line of text.
#[component]
pub fn TextField(
    /// Its label.
    #[prop(into)]
    label: String,
    /// Its place in the body.
    name: &'static str,
    /// The text.
    value: RwSignal<String>,
    /// `text`, `email`, `password`, `number`, `date`, ...
    #[prop(default = "text")]
    kind: &'static str,
    /// What a browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// One more sentence below.
    #[prop(optional, into)]
    hint: String,
    /// It cannot be left empty.
    #[prop(optional)]
    required: bool,
) -> AnyView {
    let form = use_form();
    let parts = parts(name, value, required, kind == "password");
    let invalid = parts.invalid;
    let control = view! {
        <input
            id=parts.id.clone()
            name=name
            type=kind
            autocomplete=autocomplete
            required=required
            aria-describedby=parts.described_by.clone()
            aria-invalid=move || invalid.get().to_string()
            prop:value=move || value.get()
            on:input=move |event| {
                form.mend(name);
                let typed = event_target_value(&event);
                value.set(if kind == "password" { typed } else { one_line(&typed) });
            }
        />
    };
    field(name, label, hint, required, &parts, control.into_any())
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// Its label.
    #[prop(into)]
    label: String,
    /// Its place in the body.
    name: &'static str,
    /// The text.
    value: RwSignal<String>,
    /// How many lines are seen; it grows with the text.
    #[prop(default = 4)]
    rows: u32,
    /// One more sentence below.
    #[prop(optional, into)]
    hint: String,
    /// It cannot be left empty.
    #[prop(optional)]
    required: bool,
) -> AnyView {
    let form = use_form();
    let parts = parts(name, value, required, false);
    let invalid = parts.invalid;
    let control = view! {
        <textarea
            id=parts.id.clone()
            name=name
            rows=rows
            required=required
            aria-describedby=parts.described_by.clone()
            aria-invalid=move || invalid.get().to_string()
            prop:value=move || value.get()
            on:input=move |event| {
                form.mend(name);
                value.set(lines(&event_target_value(&event)));
            }
        ></textarea>
    };
    field(name, label, hint, required, &parts, control.into_any())
}

/// One of a few.
#[component]
pub fn SelectField(
    /// Its label.
    #[prop(into)]
    label: String,
    /// Its place in the body.
    name: &'static str,
    /// The chosen value.
    value: RwSignal<String>,
    /// Value and text of each choice.
    options: Vec<(String, String)>,
    /// One more sentence below.
    #[prop(optional, into)]
    hint: String,
    /// It cannot be left empty.
    #[prop(optional)]
    required: bool,
) -> AnyView {
    let form = use_form();
    let parts = parts(name, value, required, false);
    let invalid = parts.invalid;
    let option = |(word, text): (String, String)| {
        let chosen = {
            let word = word.clone();
            move || value.with(|value| *value == word)
        };
        view! { <option value=word selected=chosen>{text}</option> }.into_any()
    };
    let control = view! {
        <select
            id=parts.id.clone()
            name=name
            required=required
            aria-describedby=parts.described_by.clone()
            aria-invalid=move || invalid.get().to_string()
            on:change=move |event| {
                form.mend(name);
                value.set(event_target_value(&event));
            }
        >
            {options.into_iter().map(option).collect_view()}
        </select>
    };
    field(name, label, hint, required, &parts, control.into_any())
}

#[cfg(test)]
mod tests {
    use super::{lines, one_line};

    #[test]
    fn what_is_pasted_from_other_programs_can_be_sent() {
        assert_eq!(
            lines("one\u{b}two\u{c}three\tfour\u{1}\u{fffe}"),
            "one\ntwo\nthree\tfour"
        );
        assert_eq!(one_line("a\tb\nc"), "a b c");
        assert_eq!(lines("Straße — “ok” 🎒\r\n"), "Straße — “ok” 🎒\r\n");
    }
}
