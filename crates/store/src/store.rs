//! The store: opens a database of either engine, and runs reads and writes in transactions off the async threads.

use crate::conn::{Access, Address, Begin, Conn, Maker, begin, connect, finish};
use crate::error::{OpenError, StoreError, forget_transient, was_transient};
use crate::migrate;
use crate::writer::Writer;
use daypack_domain::Instant;
use diesel::r2d2::{Pool, PooledConnection};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// How a database is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/NAME`.
    pub url: String,
    /// Connections at most: readers on SQLite, readers and writers on PostgreSQL.
    pub connections: u32,
    /// How long an operation waits for a free connection before it is unavailable.
    pub wait: Duration,
}

impl StoreOptions {
    /// The defaults for this address.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 8,
            wait: Duration::from_secs(10),
        }
    }
}

/// Which engine answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, inside of this process.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// An open database. Clones share it; the last one closes it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    address: Address,
    pool: Pool<Maker>,
    /// SQLite only: the pool holds its readers then.
    writer: Option<Writer>,
}

/// PostgreSQL asks to repeat what it could not serialize; after so many attempts the caller hears of it.
const ATTEMPTS: u32 = 12;

impl Store {
    /// Opens a database. It is not migrated by this: see [`Store::pending`] and [`Store::migrate`].
    ///
    /// # Errors
    /// [`OpenError`], one line that says what to do: an unknown scheme, a folder that cannot be written, a server
    /// that does not answer, a database that a newer program has migrated.
    pub fn open(options: StoreOptions) -> Result<Self, OpenError> {
        let address = Address::parse(&options.url)?;
        if let Address::Sqlite(path) = &address
            && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(|error| OpenError::NotWritable {
                path: path.display().to_string(),
                reason: error.to_string(),
            })?;
        }
        let mut first = connect(&address, Access::Write)?;
        migrate::check_sqlite_version(&mut first)?;
        migrate::check_writable(&mut first, &address)?;
        migrate::check_not_too_new(&mut first)?;
        let (writer, access) = match &address {
            Address::Sqlite(path) => {
                let writer = Writer::start(address.clone(), first).map_err(|error| OpenError::NotWritable {
                    path: path.display().to_string(),
                    reason: error.to_string(),
                })?;
                (Some(writer), Access::Read)
            }
            Address::Postgres(_) => (None, Access::Write),
        };
        let pool = Pool::builder()
            .max_size(options.connections.max(1))
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(options.wait)
            .build(Maker {
                address: address.clone(),
                access,
            })
            .map_err(|error| OpenError::Connect(error.to_string()))?;
        Ok(Self(Arc::new(Inner { address, pool, writer })))
    }

    /// Which engine answers.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.0.address {
            Address::Sqlite(_) => Engine::Sqlite,
            Address::Postgres(_) => Engine::Postgres,
        }
    }

    /// Names of the migrations that this database lacks.
    ///
    /// # Errors
    /// The database does not answer.
    pub fn pending(&self) -> Result<Vec<String>, OpenError> {
        migrate::pending(&mut connect(&self.0.address, Access::Write)?)
    }

    /// Runs the migrations that this database lacks, all or none, and puts the shipped plans and terms into an empty
    /// catalogue. Several processes may do so at once. Gives the names of what ran.
    ///
    /// # Errors
    /// The database does not answer, or a migration fails.
    pub fn migrate(&self, now: Instant) -> Result<Vec<String>, OpenError> {
        migrate::migrate(&mut connect(&self.0.address, Access::Write)?, now)
    }

    /// Runs `work` on one unchanging view of the data, on a thread that may block.
    ///
    /// # Errors
    /// Those of `work`, and [`StoreError`].
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let store = self.clone();
        let done = tokio::task::spawn_blocking(move || store.read_blocking(work)).await;
        done.unwrap_or_else(|error| Err(E::from(StoreError::Unavailable(error.to_string()))))
    }

    /// As [`Store::read`], on the calling thread, which it blocks.
    ///
    /// # Errors
    /// Those of `work`, and [`StoreError`].
    pub fn read_blocking<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        answered(|| {
            let mut conn = self.begun(Begin::Read)?;
            finish(&mut conn, work)
        })
    }

    /// Runs `work` in one transaction and answers once it is on the disk; an error of `work` leaves nothing behind.
    /// On PostgreSQL `work` runs again after a deadlock or a serialization failure, so it must have no other effect.
    ///
    /// # Errors
    /// Those of `work`, and [`StoreError`].
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if let Some(writer) = &self.0.writer {
            let answer = writer.submit(work)?.await;
            return answer.unwrap_or_else(|_| Err(E::from(gone())));
        }
        let store = self.clone();
        let done = tokio::task::spawn_blocking(move || store.write_postgres(work)).await;
        done.unwrap_or_else(|error| Err(E::from(StoreError::Unavailable(error.to_string()))))
    }

    /// As [`Store::write`], on the calling thread, which it blocks. Not for async code.
    ///
    /// # Errors
    /// Those of `work`, and [`StoreError`].
    pub fn write_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if let Some(writer) = &self.0.writer {
            let answer = writer.submit(work)?.blocking_recv();
            return answer.unwrap_or_else(|_| Err(E::from(gone())));
        }
        answered(|| self.write_postgres(work))
    }

    fn write_postgres<T, E: From<StoreError>>(&self, work: impl Fn(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut attempt = 1;
        loop {
            forget_transient();
            let result = finish(&mut *self.begun(Begin::Write)?, &work);
            if result.is_ok() || !was_transient() || attempt == ATTEMPTS {
                return result;
            }
            // Different for each thread, so that the same two do not meet again.
            let spread = u64::from(std::process::id().wrapping_mul(attempt) % 7) + u64::from(attempt);
            std::thread::sleep(Duration::from_millis(spread));
            attempt += 1;
        }
    }

    /// A connection with a transaction that has begun. The pool does not ask its connections whether they are still
    /// there: beginning the transaction tells. Those that the server has closed meanwhile (it was started again) are
    /// dropped, and others opened.
    fn begun(&self, kind: Begin) -> Result<PooledConnection<Maker>, StoreError> {
        let mut left = self.0.pool.max_size();
        loop {
            let mut conn = self
                .0
                .pool
                .get()
                .map_err(|error| StoreError::Unavailable(error.to_string()))?;
            match begin(&mut conn, kind) {
                Ok(()) => return Ok(conn),
                Err(_) if left > 0 => left -= 1,
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// What `work` comes to; a panic is an answer too, on the calling thread as on any other. The connection goes with it.
fn answered<T, E: From<StoreError>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let panicked = || StoreError::Unavailable("an operation panicked".to_owned());
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(E::from(panicked())))
}

fn gone() -> StoreError {
    StoreError::Unavailable("the writer has ended".to_owned())
}
