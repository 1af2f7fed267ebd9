//! Identifiers: UUIDv7 from the context's `now` and a seeded generator, so that demo data and tests repeat exactly.
//!
//! Identifiers are names, never secrets. What must not be guessed comes from [`crate::auth::secrets`].

use std::sync::{Mutex, PoisonError};

use daypack_domain::Instant;
use rand::{RngCore, SeedableRng, rngs::StdRng};
use uuid::Uuid;

/// Where each request's generator comes from.
#[derive(Debug)]
pub struct IdSource(Mutex<StdRng>);

impl IdSource {
    /// Unpredictable, for real use.
    #[must_use]
    pub fn random() -> Self {
        Self(Mutex::new(StdRng::from_os_rng()))
    }

    /// The same sequence for the same seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// A generator for one request, whose identifiers carry `now`.
    #[must_use]
    pub fn at(&self, now: Instant) -> Ids {
        let state = Mutex::new((0, StdRng::seed_from_u64(self.seed())));
        Ids {
            milliseconds: now.timestamp_millis().unsigned_abs(),
            state,
        }
    }

    /// A seed for the generator of one request.
    pub fn seed(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).next_u64()
    }
}

/// Makes the identifiers of one request; within it they sort in the order in which they were made.
#[derive(Debug)]
pub struct Ids {
    milliseconds: u64,
    state: Mutex<(u16, StdRng)>,
}

impl Ids {
    /// The next identifier. The 12 bits after the time count up, the other 62 are random.
    pub fn next<T: From<Uuid>>(&self) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = [0_u8; 10];
        state.1.fill_bytes(&mut bytes);
        bytes[..2].copy_from_slice(&(state.0 & 0x0fff).to_be_bytes());
        state.0 = state.0.wrapping_add(1);
        T::from(uuid::Builder::from_unix_timestamp_millis(self.milliseconds, &bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn identifiers_repeat_for_a_seed_and_sort_within_a_request() {
        let now = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let make = |seed| {
            let ids = IdSource::seeded(seed).at(now);
            (0..100).map(|_| ids.next::<Uuid>()).collect::<Vec<_>>()
        };
        let first = make(7);
        assert_eq!(first, make(7));
        assert_ne!(first, make(8));
        assert!(first.is_sorted());
        assert!(first.iter().all(|id| id.get_version_num() == 7));
    }
}
