//! Wrong passwords of late, by account and by address: each further one has to wait longer, but never long, so that
//! nobody can lock somebody else out. An attempt is counted before its password is looked at, and taken back when the
//! password was right: many at once pass no more than one after the other.
//!
//! What was tried for an account is in the database, for all processes, by a keyed hash of the address: accounts that
//! do not exist are counted like any other ([`crate::flows::sessions::attempt`]). What came from an address is here.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::TimeDelta;
use daypack_domain::Instant;

use super::keys::Keys;
use crate::edge::limits::Counted;

/// Wrong passwords for one account before the next has to wait.
pub const FREE_FOR_ACCOUNT: u32 = 5;
/// Wrong passwords from one address before the next has to wait: many people may share it.
pub const FREE_FOR_ADDRESS: u32 = 20;
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(15);
/// The longest wait.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(5);
/// Wrong passwords are forgotten after this time without another.
pub const MEMORY: TimeDelta = TimeDelta::hours(1);
/// More entries than this are swept.
const MANY: usize = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    failures: u32,
    last: Instant,
}

/// Counts wrong passwords by the address that they come from, in this process.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<Counted, Entry>>);

/// An attempt that was counted at its address.
#[derive(Debug, Clone, Copy)]
pub struct AtAddress {
    address: Counted,
    before: Option<Entry>,
    counted: Entry,
}

impl Attempts {
    /// Counts an attempt from this address.
    ///
    /// # Errors
    /// Until when the address has to wait; nothing is counted then.
    pub fn count(&self, address: IpAddr, now: Instant) -> Result<AtAddress, Instant> {
        let mut entries = self.entries();
        if entries.len() > MANY {
            entries.retain(|_, entry| entry.last + MEMORY > now);
        }
        let address = Counted::address(address);
        let before = entries.get(&address).copied().filter(|entry| entry.last + MEMORY > now);
        let failures = before.map_or(0, |entry| entry.failures);
        let until = before.and_then(|entry| locked_until(failures, FREE_FOR_ADDRESS, entry.last));
        if let Some(until) = until.filter(|until| *until > now) {
            return Err(until);
        }
        let counted = Entry {
            failures: failures.saturating_add(1),
            last: now,
        };
        entries.insert(address, counted);
        Ok(AtAddress {
            address,
            before,
            counted,
        })
    }

    /// Takes an attempt back whose password was right, or was not looked at. Others of its address stay counted: one
    /// account of their own would let somebody try all others.
    pub fn take_back(&self, attempt: AtAddress) {
        let mut entries = self.entries();
        let Some(entry) = entries.get_mut(&attempt.address) else {
            return;
        };
        if *entry != attempt.counted {
            // Others came from there meanwhile.
            entry.failures = entry.failures.saturating_sub(1);
        } else if let Some(before) = attempt.before {
            *entry = before;
        } else {
            entries.remove(&attempt.address);
        }
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Counted, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the database calls the account of an address, whether or not somebody has it.
#[must_use]
pub fn account(keys: &Keys, email: &str) -> String {
    let hash = keys.sign("sign-in-attempts", &[email.trim().to_lowercase().as_bytes()]);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Until when the next attempt has to wait after so many wrong passwords, `free` of which cost nothing.
#[must_use]
pub fn locked_until(failures: u32, free: u32, last: Instant) -> Option<Instant> {
    let beyond = failures.checked_sub(free)?;
    let wait = FIRST_WAIT * 2_i32.pow(beyond.min(10));
    Some(last + wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use std::net::Ipv4Addr;

    const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    #[test]
    fn waits_rise_to_a_bound() {
        let start = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let wait =
            |failures| locked_until(failures, FREE_FOR_ACCOUNT, start).map_or(0, |at| (at - start).num_seconds());
        let waits: Vec<i64> = (1..=12).map(wait).collect();
        assert_eq!(waits, [0, 0, 0, 0, 15, 30, 60, 120, 240, 300, 300, 300]);
    }

    #[test]
    fn an_address_that_tries_many_accounts_has_to_wait_and_is_forgotten() {
        let now = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let attempts = Attempts::default();
        for _ in 0..FREE_FOR_ADDRESS {
            assert!(attempts.count(ADDRESS, now).is_ok());
        }
        assert_eq!(attempts.count(ADDRESS, now).unwrap_err(), now + FIRST_WAIT);
        assert!(attempts.count(IpAddr::V4(Ipv4Addr::LOCALHOST), now).is_ok());
        assert!(attempts.count(ADDRESS, now + FIRST_WAIT).is_ok());
        assert!(attempts.count(ADDRESS, now + FIRST_WAIT).is_err());
        let later = now + FIRST_WAIT + MEMORY;
        assert!(attempts.count(ADDRESS, later).is_ok() && attempts.count(ADDRESS, later).is_ok());
    }

    #[test]
    fn a_right_password_costs_its_address_nothing() {
        let now = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let attempts = Attempts::default();
        for _ in 0..FREE_FOR_ADDRESS {
            attempts.count(ADDRESS, now).unwrap();
        }
        let later = now + LONGEST_WAIT;
        for _ in 0..3 {
            let right = attempts.count(ADDRESS, later).unwrap();
            attempts.take_back(right);
        }
        // Of two at once that begin before the bound, one right and one wrong, the wrong one counts.
        let attempts = Attempts::default();
        let (right, _wrong) = (
            attempts.count(ADDRESS, now).unwrap(),
            attempts.count(ADDRESS, now).unwrap(),
        );
        attempts.take_back(right);
        for _ in 1..FREE_FOR_ADDRESS {
            attempts.count(ADDRESS, now).unwrap();
        }
        assert!(attempts.count(ADDRESS, now).is_err());
    }

    #[test]
    fn an_account_is_named_by_a_keyed_hash_whatever_the_case() {
        let (keys, others) = (Keys::new(b"one key"), Keys::new(b"another key"));
        assert_eq!(account(&keys, " Ann@Example.com "), account(&keys, "ann@example.com"));
        assert_ne!(account(&keys, "ann@example.com"), account(&others, "ann@example.com"));
        assert_ne!(account(&keys, "ann@example.com"), account(&keys, "ben@example.com"));
    }
}
