//! Identifiers: UUIDv7 from the context's `now` and a seeded generator, so that demo data and tests repeat exactly.
//!
//! Identifiers are names, never secrets. What must not be guessed comes from [`crate::auth::secrets`].

use std::sync::{Arc, Mutex, PoisonError};

use daypack_domain::Instant;
use rand::{RngCore, SeedableRng, rngs::StdRng};
use uuid::Uuid;

/// Where each request's generator comes from.
#[derive(Debug)]
pub struct IdSource(Mutex<(u16, StdRng)>);

impl IdSource {
    /// Unpredictable, for real use.
    #[must_use]
    pub fn random() -> Self {
        Self(Mutex::new((0, StdRng::from_os_rng())))
    }

    /// The same sequence for the same seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new((0, StdRng::seed_from_u64(seed))))
    }

    /// A generator for one request, whose identifiers carry `now`.
    #[must_use]
    pub fn at(&self, now: Instant) -> Ids {
        Ids::from_seed(self.seed(), now)
    }

    /// A seed for the generator of one request. Its first 12 bits count up, so that identifiers of the same
    /// millisecond sort in the order of their requests.
    pub fn seed(&self) -> u64 {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let request = u64::from(state.0) << REQUEST_SHIFT;
        state.0 = (state.0 + 1) & REQUEST_MASK;
        request | (state.1.next_u64() >> (u64::BITS - REQUEST_SHIFT))
    }
}

/// Where the number of the request begins in a seed.
const REQUEST_SHIFT: u32 = 52;
const REQUEST_MASK: u16 = 0x0fff;
/// How many identifiers of one request are in order.
const ITEM_MASK: u16 = 0x3fff;

/// Makes the identifiers of one request; they sort in the order in which they were made. Clones share one sequence.
#[derive(Debug, Clone)]
pub struct Ids {
    milliseconds: u64,
    request: u16,
    state: Arc<Mutex<(u16, StdRng)>>,
}

impl Ids {
    /// The generator of a seed: the same identifiers for the same seed and `now`.
    #[must_use]
    pub fn from_seed(seed: u64, now: Instant) -> Self {
        Self {
            milliseconds: now.timestamp_millis().unsigned_abs(),
            request: u16::try_from(seed >> REQUEST_SHIFT).unwrap_or(0),
            state: Arc::new(Mutex::new((0, StdRng::seed_from_u64(seed)))),
        }
    }

    /// The next identifier. After the time come 12 bits for the request, 14 that count up in it, and 48 random ones.
    pub fn next<T: From<Uuid>>(&self) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = [0_u8; 10];
        state.1.fill_bytes(&mut bytes);
        bytes[..2].copy_from_slice(&self.request.to_be_bytes());
        bytes[2..4].copy_from_slice(&state.0.to_be_bytes());
        state.0 = (state.0 + 1) & ITEM_MASK;
        T::from(uuid::Builder::from_unix_timestamp_millis(self.milliseconds, &bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn identifiers_repeat_for_a_seed_and_sort_as_they_were_made() {
        let now = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let make = |seed| {
            let source = IdSource::seeded(seed);
            let requests = (0..20).map(|_| source.at(now)).collect::<Vec<_>>();
            requests
                .iter()
                .flat_map(|ids| [ids.next(), ids.next(), ids.next()])
                .collect::<Vec<Uuid>>()
        };
        let first = make(7);
        assert_eq!(first, make(7));
        assert_ne!(first, make(8));
        assert!(first.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(first.iter().all(|id| id.get_version_num() == 7));
    }
}
