//! Countdowns to a deadline.

use daypack_domain::Instant;
use leptos::prelude::*;

use super::Icon;
use crate::{
    format,
    i18n::{t, t_with},
    time,
};

/// What a clock does.
#[derive(Clone, Copy, PartialEq)]
pub enum ClockState {
    /// It runs towards this deadline, and turns to a warning this many minutes before it.
    Running {
        /// The deadline.
        until: Instant,
        /// Minutes before the deadline.
        warn_minutes: i64,
    },
    /// It stands still, usually because the client has to say something.
    Paused {
        /// Working minutes left when it goes on.
        left_minutes: i64,
    },
    /// It was reached in time.
    Met,
}

/// A countdown. It ticks by the server's time; colour is never the only sign.
#[component]
pub fn Clock(
    /// What it does.
    #[prop(into)]
    state: Signal<ClockState>,
) -> AnyView {
    let now = time::ticking();
    let shown = Memo::new(move |_| match state.get() {
        ClockState::Running { until, warn_minutes } => {
            let now = now.get();
            let left = until - now;
            let class = match left.num_minutes() {
                _ if left.num_seconds() < 0 => "clock bad",
                minutes if minutes < warn_minutes => "clock warning",
                _ => "clock",
            };
            (class, format::deadline(until, now))
        }
        ClockState::Paused { left_minutes } => (
            "clock paused",
            t_with("clock.paused", &[("time", &format::minutes(left_minutes))]),
        ),
        ClockState::Met => ("clock paused", t("clock.met")),
    });
    let title = move || match state.get() {
        ClockState::Running { until, .. } => Some(format::instant_in_full(until)),
        _ => None,
    };
    let icon = move || {
        let name = match shown.get().0 {
            "clock bad" | "clock warning" => "alert",
            "clock paused" if matches!(state.get(), ClockState::Paused { .. }) => "pause",
            _ => return ().into_any(),
        };
        view! { <Icon name=name /> }.into_any()
    };
    view! { <span class=move || shown.get().0 title=title>{icon}{move || shown.get().1}</span> }.into_any()
}
