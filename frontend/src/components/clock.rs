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
    state: ClockState,
) -> AnyView {
    let (until, warn_minutes) = match state {
        ClockState::Running { until, warn_minutes } => (until, warn_minutes),
        ClockState::Paused { left_minutes } => {
            let text = t_with("clock.paused", &[("time", &format::minutes(left_minutes))]);
            return view! { <span class="clock paused"><Icon name="pause" />{text}</span> }.into_any();
        }
        ClockState::Met => return view! { <span class="clock paused">{t("clock.met")}</span> }.into_any(),
    };
    let now = time::ticking();
    let shown = Memo::new(move |_| {
        let now = now.get();
        let left = until - now;
        let class = match left.num_minutes() {
            _ if left.num_seconds() < 0 => "clock bad",
            minutes if minutes < warn_minutes => "clock warning",
            _ => "clock",
        };
        (class, format::deadline(until, now))
    });
    let content = move || {
        let (class, text) = shown.get();
        let icon = (class != "clock").then(|| view! { <Icon name="alert" /> }.into_any());
        view! { <span class=class title=format::instant_in_full(until)>{icon}{text}</span> }.into_any()
    };
    content.into_any()
}
