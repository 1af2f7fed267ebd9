//! What is left of packs: remaining first.

use leptos::prelude::*;

use crate::{
    dom::next_id,
    format::{self, minutes},
    i18n::t_with,
};

/// A bar of available, held and used minutes, with its legend. The bar's text equivalent says the same.
#[component]
pub fn Meter(
    /// Minutes free to approve.
    available_minutes: i64,
    /// Minutes held by approvals.
    held_minutes: i64,
    /// Minutes used.
    used_minutes: i64,
) -> AnyView {
    let [available, held, used] = [available_minutes, held_minutes, used_minutes].map(|part| part.max(0));
    let all = (available + held + used).max(1);
    let share = |part: i64| format::share(part, all);
    let pattern = next_id("held");
    let label = t_with(
        "meter.label",
        &[
            ("available", &minutes(available)),
            ("held", &minutes(held)),
            ("all", &minutes(available + held + used)),
        ],
    );
    let entry = |class: &'static str, key: &str, part: i64| {
        view! { <li><span class=class aria-hidden="true"></span>{t_with(key, &[("time", &minutes(part))])}</li> }
            .into_any()
    };
    view! {
        <svg class="meter" width="100%" height="12" role="img" aria-label=label>
            <pattern id=pattern.clone() width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="hatch-1" width="6" height="6"></rect>
                <rect class="hatch-2" width="3" height="6"></rect>
            </pattern>
            <rect class="available" width=share(available) height="12"></rect>
            <rect x=share(available) width=share(held) height="12" fill=format!("url(#{pattern})")></rect>
        </svg>
        <ul class="legend">
            {entry("swatch available", "meter.available", available)} {entry("swatch held", "meter.held", held)}
            {entry("swatch used", "meter.used", used)}
        </ul>
    }
    .into_any()
}
