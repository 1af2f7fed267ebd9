//! The server's time: countdowns must not depend on a computer whose clock is wrong.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use chrono::DateTime;
use daypack_domain::Instant;
use leptos::prelude::*;

thread_local! {
    /// The server's clock minus this computer's, in milliseconds, and the round trip it was measured with.
    static OFFSET: Cell<(f64, f64)> = const { Cell::new((0.0, f64::INFINITY)) };
    static TICKER: RefCell<Option<ArcRwSignal<Instant>>> = const { RefCell::new(None) };
}

/// This computer's clock, in milliseconds since 1970.
pub fn local_milliseconds() -> f64 {
    js_sys::Date::now()
}

/// Now, by the server's clock as far as it is known.
pub fn now() -> Instant {
    DateTime::from_timestamp_millis((local_milliseconds() + OFFSET.get().0) as i64).unwrap_or_default()
}

/// Learns the server's clock from an answer's `Date` header. The header has whole seconds, so half a second is its
/// mean error; the answer with the shortest round trip is believed.
pub fn heard(date_header: &str, sent: f64, received: f64) {
    let server = js_sys::Date::parse(date_header);
    let round_trip = received - sent;
    if server.is_finite() && round_trip >= 0.0 && round_trip < OFFSET.get().1 {
        let offset = server + 500.0 - (sent + received) / 2.0;
        // Within a second the header cannot tell the two clocks apart.
        OFFSET.set((if offset.abs() < 1_000.0 { 0.0 } else { offset }, round_trip));
    }
}

/// Now, again every second: one timer for all countdowns of the page.
pub fn ticking() -> ArcRwSignal<Instant> {
    TICKER.with_borrow_mut(|ticker| {
        ticker
            .get_or_insert_with(|| {
                let signal = ArcRwSignal::new(now());
                let tick = signal.clone();
                set_interval(move || tick.set(now()), Duration::from_secs(1));
                signal
            })
            .clone()
    })
}
