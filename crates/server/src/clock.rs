//! The only place that reads the system's time. Everything else gets `now` as an argument.

use std::{sync::Mutex, time::Duration};

use chrono::TimeDelta;
use daypack_domain::{Instant, time::to_microseconds};

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// The current instant, with the microseconds that both database engines keep.
    fn now(&self) -> Instant;
}

/// The system's clock, for real use.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Instant {
        to_microseconds(chrono::Utc::now())
    }
}

/// How long something takes, for logs and figures: no rule rests on it.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// From now on.
    #[must_use]
    #[allow(
        clippy::disallowed_methods,
        reason = "beside the clock, the only place that measures"
    )]
    pub fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Since it was started.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// A clock turned by hand, for tests and for demo data.
#[derive(Debug)]
pub struct ManualClock(Mutex<Instant>);

impl ManualClock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn new(start: Instant) -> Self {
        Self(Mutex::new(to_microseconds(start)))
    }

    /// Moves forward (or back, when negative) by `delta`.
    pub fn advance(&self, delta: TimeDelta) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now += delta;
    }

    /// Jumps to `instant`.
    pub fn set(&self, instant: Instant) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = to_microseconds(instant);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
