//! Calendars and SLA policies that were read before: a version never changes once it is stored, so each is read and
//! checked once for a process, and not for each request.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use daypack_domain::{
    calendar::Calendar,
    ids::{CalendarId, SlaPolicyId},
    sla::SlaPolicy,
};
use daypack_store::{Conn, calendars};

use crate::error::Failure;

/// How many of each are kept; beyond that all are read anew.
const KEPT: usize = 1_000;

/// The versions of one database. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Versions(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    calendars: Mutex<BTreeMap<CalendarId, Calendar>>,
    policies: Mutex<BTreeMap<SlaPolicyId, Arc<SlaPolicy>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keep<K: Ord, V>(known: &Mutex<BTreeMap<K, V>>, key: K, value: V) {
    let mut known = locked(known);
    if known.len() >= KEPT {
        known.clear();
    }
    known.insert(key, value);
}

impl Versions {
    /// This version of a calendar.
    ///
    /// # Errors
    /// The database; it is not there, which is a fault of ours.
    pub fn calendar(&self, conn: &mut Conn, id: CalendarId) -> Result<Calendar, Failure> {
        let known = locked(&self.0.calendars).get(&id).cloned();
        if let Some(calendar) = known {
            return Ok(calendar);
        }
        let version = calendars::find_calendar(conn, id)?
            .ok_or_else(|| Failure::internal(format!("the calendar {id} is not there")))?;
        let calendar = Calendar::new(version.definition.0).map_err(Failure::internal)?;
        keep(&self.0.calendars, id, calendar.clone());
        Ok(calendar)
    }

    /// This version of a policy.
    ///
    /// # Errors
    /// As [`Versions::calendar`].
    pub fn policy(&self, conn: &mut Conn, id: SlaPolicyId) -> Result<Arc<SlaPolicy>, Failure> {
        let known = locked(&self.0.policies).get(&id).cloned();
        if let Some(policy) = known {
            return Ok(policy);
        }
        let version = calendars::find_policy(conn, id)?
            .ok_or_else(|| Failure::internal(format!("the policy {id} is not there")))?;
        let policy = Arc::new(SlaPolicy::new(version.definition.0).map_err(Failure::internal)?);
        keep(&self.0.policies, id, Arc::clone(&policy));
        Ok(policy)
    }
}
