//! Small parts that the forms and cards of this part share.

use daypack_api_types::organization::StaffMember;
use leptos::prelude::*;

use super::duration;
use crate::{
    components::{Button, Look, TextField, use_form},
    dom,
    format::{self, word},
    i18n::{t, t_count},
};

/// The text of a field that may stay empty.
pub fn filled(text: RwSignal<String>) -> Option<String> {
    Some(text.get_untracked().trim().to_owned()).filter(|text| !text.is_empty())
}

/// A text to begin with.
pub fn text_signal(text: impl Into<String>) -> RwSignal<String> {
    RwSignal::new(text.into())
}

/// The words of an enumeration as choices of a select.
pub fn choices(group: &str, words: impl IntoIterator<Item = &'static str>) -> Vec<(String, String)> {
    let choice = |stable: &'static str| (stable.to_owned(), word(group, stable));
    words.into_iter().map(choice).collect()
}

/// The staff as choices of a select, with how much each of them has in work, and nobody first.
pub fn people_choices(people: &[StaffMember]) -> Vec<(String, String)> {
    let nobody = (String::new(), t("ticket.nobody"));
    let person = |person: &StaffMember| {
        let load = t_count("assign.in_work", person.in_work, &[]);
        (person.id.to_string(), format!("{} · {load}", person.name))
    };
    std::iter::once(nobody).chain(people.iter().map(person)).collect()
}

/// A box to tick, with its label beside it.
pub fn tick_box(label: String, value: RwSignal<bool>) -> AnyView {
    view! {
        <label class="tick">
            <input
                type="checkbox"
                prop:checked=move || value.get()
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// A field for hours and minutes, with buttons that add and take a step.
pub fn duration_field(label: String, hint: String, value: RwSignal<String>, step: i64) -> AnyView {
    let shift = move |by: i64| {
        let now = duration::parse(&value.get_untracked()).unwrap_or(0);
        // A value between two steps goes to the next one in that direction.
        let next = if by > 0 {
            (now / step + 1) * step
        } else {
            (now - 1).max(0) / step * step
        };
        value.set(duration::field_text(next));
    };
    let button = move |label: String, by: i64| {
        view! { <Button label=label look=Look::Plain on_click=Callback::new(move |()| shift(by)) /> }.into_any()
    };
    view! {
        <div class="duration">
            <TextField label=label name="minutes" value=value hint=hint required=true />
            <div class="step-buttons">
                {button(format!("−{step}"), -step)}
                {button(format!("+{step}"), step)}
            </div>
        </div>
    }
    .into_any()
}

/// The buttons at the foot of a form.
pub fn submit(label: String, look: Look) -> AnyView {
    let busy = use_form().busy();
    view! { <div class="foot"><Button label=label look=look submit=true busy=busy /></div> }.into_any()
}

/// A fact with its name, for a `<dl class="facts">`.
pub fn fact(name: String, value: impl IntoView + 'static) -> AnyView {
    view! { <dt>{name}</dt><dd>{value}</dd> }.into_any()
}

/// How much of the approved minutes is used, with a legend.
pub fn work_meter(used_minutes: i64, held_minutes: i64) -> AnyView {
    let (used, held) = (used_minutes.max(0), held_minutes.max(0));
    let all = (used + held).max(1);
    let share = |part: i64| format::share(part, all);
    let pattern = dom::next_id("held");
    let [used_text, held_text] = [("meter.used", used), ("meter.held", held)]
        .map(|(key, part)| crate::i18n::t_with(key, &[("time", &format::minutes(part))]));
    view! {
        <svg class="meter" width="100%" height="12" role="img" aria-label=format!("{used_text}, {held_text}")>
            <pattern id=pattern.clone() width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="hatch-1" width="6" height="6"></rect>
                <rect class="hatch-2" width="3" height="6"></rect>
            </pattern>
            <rect class="available" width=share(used) height="12"></rect>
            <rect x=share(used) width=share(held) height="12" fill=format!("url(#{pattern})")></rect>
        </svg>
        <ul class="legend">
            <li><span class="swatch available" aria-hidden="true"></span>{used_text}</li>
            <li><span class="swatch held" aria-hidden="true"></span>{held_text}</li>
        </ul>
    }
    .into_any()
}
