//! What is asked of a database, for tests that count it: every statement but those that begin and end transactions.

use crate::conn::{Address, Conn};
use diesel::connection::{Connection, InstrumentationEvent};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The statements of one database, while somebody listens.
type Heard = Arc<Mutex<Option<Statements>>>;

/// What was heard of a database.
#[derive(Debug, Default)]
pub struct Statements {
    /// What was asked, in order, with the values.
    pub asked: Vec<String>,
    /// What was prepared on a connection, to stay there.
    pub prepared: Vec<String>,
}

/// By database: tests of one process run beside each other, each on its own.
static DATABASES: Mutex<BTreeMap<Address, Heard>> = Mutex::new(BTreeMap::new());

/// What frames a transaction, and is no question of its own.
const FRAMES: &[&str] = &["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"];

fn heard(address: &Address) -> Heard {
    let mut databases = DATABASES.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(databases.entry(address.clone()).or_default())
}

/// Lets a new connection tell of its statements.
pub(crate) fn noted(mut conn: Conn, address: &Address) -> Conn {
    let heard = heard(address);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(statements) = heard.as_mut() else { return };
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                let text = query.to_string();
                if !FRAMES.iter().any(|frame| text.starts_with(frame)) {
                    statements.asked.push(text);
                }
            }
            InstrumentationEvent::CacheQuery { sql, .. } => statements.prepared.push(sql.to_owned()),
            _ => {}
        }
    });
    conn
}

/// Listens to a database from now on, until dropped.
pub struct Listening(Heard);

impl Listening {
    /// To the database at this address.
    ///
    /// # Panics
    /// For what is no address of a database.
    #[must_use]
    pub fn to(url: &str) -> Self {
        let heard = heard(&Address::parse(url).expect("the address of a database"));
        *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(Statements::default());
        Self(heard)
    }

    /// What was asked since the last time, in order, with the values.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        self.take_all().asked
    }

    /// Everything that was heard since the last time.
    #[must_use]
    pub fn take_all(&self) -> Statements {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.replace(Statements::default()).unwrap_or_default()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
