//! The one writer of SQLite: a thread with a connection of its own that commits in groups.
//!
//! Whatever waits when the writer is free goes into one transaction, each job in a savepoint, and every job is
//! answered only after the commit has reached the disk: refusals too, for they may rest on what a sibling wrote.
//! A job that fails leaves its siblings intact. When the state of the connection is no longer sure (a panic, a depth
//! other than the group's, SQLite rolling back by itself because the disk is full or fails), the group is rolled
//! back, the connection dropped, and all are answered as unavailable.

use crate::conn::{Access, Address, Begin, Conn, begin, commit, connect, depth, rollback, savepoint};
use crate::error::StoreError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// The most jobs in one transaction: a bound on how long the first of them waits for the last.
const GROUP: usize = 64;
/// The most jobs that wait; more are refused at once rather than kept waiting.
const QUEUE: usize = 4096;
/// The depth of the group's transaction, outside of the savepoints.
const GROUP_DEPTH: u32 = 1;

/// Whether the connection can still be trusted after a job.
enum Ran {
    Sound,
    Broken(String),
}

trait Job: Send {
    /// Runs inside of a savepoint and keeps its result.
    fn run(&mut self, conn: &mut Conn) -> Ran;
    /// Sends the result, or what became of the group.
    fn answer(self: Box<Self>, lost: Option<&str>);
}

struct TypedJob<T, E, F> {
    work: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for TypedJob<T, E, F>
where
    F: Fn(&mut Conn) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Ran {
        if let Err(error) = savepoint(conn) {
            return Ran::Broken(error.to_string());
        }
        let work = &self.work;
        let Ok(result) = catch_unwind(AssertUnwindSafe(|| work(conn))) else {
            return Ran::Broken("an operation panicked".to_owned());
        };
        let ended = if result.is_ok() { commit(conn) } else { rollback(conn) };
        if let Err(error) = ended {
            return Ran::Broken(error.to_string());
        }
        if depth(conn) != Some(GROUP_DEPTH) {
            return Ran::Broken("an operation left a transaction open".to_owned());
        }
        self.result = Some(result);
        Ran::Sound
    }

    fn answer(self: Box<Self>, lost: Option<&str>) {
        let reason = lost.unwrap_or("the operation did not run");
        let result = match (lost, self.result) {
            (None, Some(result)) => result,
            _ => Err(E::from(StoreError::Unavailable(reason.to_owned()))),
        };
        // Whoever asked may be gone; the effect stays all the same.
        let _ = self.reply.send(result);
    }
}

/// Where jobs are handed in. Dropping it lets the thread finish what waits, and closes the database.
pub(crate) struct Writer {
    jobs: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on a connection that is open already.
    pub(crate) fn start(address: Address, first: Conn) -> std::io::Result<Self> {
        let (jobs, queue) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                WriterThread {
                    address,
                    conn: Some(first),
                }
                .serve(&queue);
            })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Queues a job; the answer comes after the commit.
    pub(crate) fn submit<T, E, F>(&self, work: F) -> Result<oneshot::Receiver<Result<T, E>>, StoreError>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, receiver) = oneshot::channel();
        let job = Box::new(TypedJob {
            work,
            result: None,
            reply,
        });
        let jobs = self
            .jobs
            .as_ref()
            .ok_or_else(|| StoreError::Unavailable("the database is closed".to_owned()))?;
        match jobs.try_send(job) {
            Ok(()) => Ok(receiver),
            Err(TrySendError::Full(_)) => Err(StoreError::Unavailable("too many writes are waiting".to_owned())),
            Err(TrySendError::Disconnected(_)) => Err(StoreError::Unavailable("the writer has ended".to_owned())),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        let Some(thread) = self.thread.take() else { return };
        // The last handle may be dropped by a job, on the writer's own thread.
        if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
            tracing::error!("the writer of the database panicked");
        }
    }
}

struct WriterThread {
    address: Address,
    conn: Option<Conn>,
}

impl WriterThread {
    fn serve(&mut self, queue: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = queue.recv() {
            let mut group = vec![first];
            while group.len() < GROUP {
                let Ok(next) = queue.try_recv() else { break };
                group.push(next);
            }
            let lost = self.run(&mut group).err();
            if let Some(reason) = &lost {
                tracing::error!(%reason, jobs = group.len(), "a group of writes was rolled back");
                self.conn = None;
            }
            for job in group {
                job.answer(lost.as_deref());
            }
        }
        if let Some(conn) = &mut self.conn
            && let Err(error) = diesel::connection::SimpleConnection::batch_execute(conn, "PRAGMA optimize")
        {
            tracing::debug!(%error, "the statistics of the database were not refreshed");
        }
    }

    /// One transaction with all jobs of the group; an error means that nothing of it is kept.
    fn run(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), String> {
        let conn = match &mut self.conn {
            Some(conn) => conn,
            none => none.insert(connect(&self.address, Access::Write).map_err(|error| error.to_string())?),
        };
        begin(conn, Begin::Write).map_err(|error| error.to_string())?;
        for job in group {
            if let Ran::Broken(reason) = job.run(conn) {
                return Err(reason);
            }
        }
        commit(conn).map_err(|error| error.to_string())
    }
}
