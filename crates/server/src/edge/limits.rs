//! Requests a minute for each caller: the person when one is signed in, the address otherwise.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
};

use daypack_domain::ids::UserId;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// A signed-in person.
    Person(UserId),
    /// An address; IPv6 by its network of 64 bits, of which one caller has as many addresses as they like.
    Address(IpAddr),
}

impl Counted {
    /// The caller behind an address.
    #[must_use]
    pub fn address(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

type Limiter = RateLimiter<Counted, DefaultKeyedStateStore<Counted>, DefaultClock, StateInformationMiddleware>;

/// Counts callers.
pub struct Limits {
    per_minute: NonZeroU32,
    limiter: Limiter,
    clock: DefaultClock,
    checks: AtomicU64,
}

/// What the limiter says to one request.
#[derive(Debug, Clone, Copy)]
pub struct Decision {
    /// Requests a minute.
    pub per_minute: u32,
    /// How many more fit now.
    pub remaining: u32,
    /// Seconds to wait; nothing when the request is let through.
    pub wait_seconds: Option<u64>,
}

/// Callers that have been quiet are forgotten once in so many requests.
const FORGET_EVERY: u64 = 4096;

impl Limits {
    /// A limiter of so many requests a minute; nothing for `None` and 0.
    #[must_use]
    pub fn new(per_minute: Option<u32>) -> Option<Self> {
        let per_minute = NonZeroU32::new(per_minute?)?;
        let clock = DefaultClock::default();
        let limiter = RateLimiter::dashmap_with_clock(Quota::per_minute(per_minute), clock.clone())
            .with_middleware::<StateInformationMiddleware>();
        Some(Self {
            per_minute,
            limiter,
            clock,
            checks: AtomicU64::new(0),
        })
    }

    /// Counts one request.
    pub fn check(&self, counted: Counted) -> Decision {
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.limiter.retain_recent();
        }
        let per_minute = self.per_minute.get();
        match self.limiter.check_key(&counted) {
            Ok(state) => Decision {
                per_minute,
                remaining: state.remaining_burst_capacity(),
                wait_seconds: None,
            },
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now());
                Decision {
                    per_minute,
                    remaining: 0,
                    wait_seconds: Some(wait.as_secs() + 1),
                }
            }
        }
    }
}

impl Decision {
    /// The value of `RateLimit-Policy`.
    #[must_use]
    pub fn policy(&self) -> String {
        format!("\"caller\";q={};w=60", self.per_minute)
    }

    /// The value of `RateLimit`.
    #[must_use]
    pub fn state(&self) -> String {
        let reset = self.wait_seconds.unwrap_or_else(|| {
            u64::from(self.per_minute - self.remaining.min(self.per_minute)) * 60 / u64::from(self.per_minute)
        });
        format!("\"caller\";r={};t={reset}", self.remaining)
    }
}
