//! Wrong passwords of late, by account and by address: each further one has to wait longer, but never long, so that
//! nobody can lock somebody else out. Addresses of accounts that do not exist are counted like any other.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::TimeDelta;
use daypack_domain::Instant;

use super::secrets;
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

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(String),
    Address(Counted),
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    failures: u32,
    last: Instant,
}

/// Counts wrong passwords in this process; those of people who exist are in the database too.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<Key, Entry>>);

impl Attempts {
    /// Until when this account and this address have to wait, if they do.
    pub fn wait_until(&self, email: &str, address: Option<IpAddr>, now: Instant) -> Option<Instant> {
        let entries = self.entries();
        let until = |key: Key, free: u32| {
            let entry = entries.get(&key).filter(|entry| entry.last + MEMORY > now)?;
            locked_until(entry.failures, free, entry.last)
        };
        let by_account = until(account(email), FREE_FOR_ACCOUNT);
        let by_address = address.and_then(|address| until(Key::Address(Counted::address(address)), FREE_FOR_ADDRESS));
        by_account.max(by_address).filter(|until| *until > now)
    }

    /// Notes a wrong password.
    pub fn fail(&self, email: &str, address: Option<IpAddr>, now: Instant) {
        let mut entries = self.entries();
        if entries.len() > MANY {
            entries.retain(|_, entry| entry.last + MEMORY > now);
        }
        let keys = [
            Some(account(email)),
            address.map(|address| Key::Address(Counted::address(address))),
        ];
        for key in keys.into_iter().flatten() {
            let entry = entries.entry(key).or_insert(Entry { failures: 0, last: now });
            entry.failures = if entry.last + MEMORY > now {
                entry.failures.saturating_add(1)
            } else {
                1
            };
            entry.last = now;
        }
    }

    /// Forgets the wrong passwords of an account after a right one. Its address stays counted: one account of their
    /// own would let somebody try all others.
    pub fn forget(&self, email: &str) {
        self.entries().remove(&account(email));
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Key, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn account(email: &str) -> Key {
    Key::Account(secrets::hash(&email.trim().to_lowercase()))
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

    #[test]
    fn waits_rise_to_a_bound_and_are_forgotten() {
        let start = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let attempts = Attempts::default();
        let mut waits = Vec::new();
        for _ in 0..12 {
            attempts.fail("Ann@example.com ", None, start);
            let until = attempts.wait_until("ann@example.com", None, start);
            waits.push(until.map_or(0, |until| (until - start).num_seconds()));
        }
        assert_eq!(waits, [0, 0, 0, 0, 15, 30, 60, 120, 240, 300, 300, 300]);
        assert_eq!(attempts.wait_until("ann@example.com", None, start + LONGEST_WAIT), None);
        assert_eq!(attempts.wait_until("ben@example.com", None, start), None);
        attempts.fail("ann@example.com", None, start + MEMORY);
        assert_eq!(attempts.wait_until("ann@example.com", None, start + MEMORY), None);
    }

    #[test]
    fn an_address_that_tries_many_accounts_has_to_wait() {
        let now = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let attempts = Attempts::default();
        let address = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
        for number in 0..FREE_FOR_ADDRESS {
            assert_eq!(attempts.wait_until("new@example.com", address, now), None);
            attempts.fail(&format!("{number}@example.com"), address, now);
        }
        assert!(attempts.wait_until("new@example.com", address, now).is_some());
        assert_eq!(
            attempts.wait_until("new@example.com", Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), now),
            None
        );
    }
}
