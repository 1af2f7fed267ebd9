//! A witness of refusals: each is one problem document and one line in the log, and nothing of what is stored changes.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use daypack_server::testing::{Answered, Client, StoreError, TestServer};
use daypack_store::testing::contents::contents;
use serde_json::Value;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt};

/// What the servers of this program wrote into their log.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct ToLog;

impl Write for ToLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for ToLog {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

/// Listens to the log from now on, as it is in real use: from `info` on.
fn listen() {
    static LISTENING: OnceLock<()> = OnceLock::new();
    LISTENING.get_or_init(|| {
        let lines = tracing_subscriber::fmt::layer().with_writer(|| ToLog).with_ansi(false);
        let _ = tracing_subscriber::registry()
            .with(LevelFilter::INFO)
            .with(lines)
            .try_init();
    });
}

fn lines_about(request_id: &str) -> Vec<String> {
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    let text = String::from_utf8_lossy(&log);
    text.lines()
        .filter(|line| line.contains(request_id))
        .map(str::to_owned)
        .collect()
}

/// Every row of every table.
async fn stored(server: &TestServer) -> BTreeMap<String, Vec<String>> {
    let read = server.app.store.read::<_, StoreError, _>(contents);
    let stored = read.await.unwrap();
    assert!(
        !stored["organizations"].is_empty(),
        "people are there before anything is refused"
    );
    stored
}

/// Everything that is stored, and how a refusal is looked at.
pub struct Witness<'a> {
    server: &'a TestServer,
    before: BTreeMap<String, Vec<String>>,
}

impl<'a> Witness<'a> {
    /// Of what is stored now.
    pub async fn of(server: &'a TestServer) -> Self {
        listen();
        let before = stored(server).await;
        Self { server, before }
    }

    /// One problem document, one line, nothing changed.
    pub async fn refused(&self, answer: &Answered, status: u16, code: &str) -> Value {
        let problem = answer.problem(status, code);
        let request_id = problem["request_id"].as_str().unwrap();
        let mut lines = lines_about(request_id);
        // The line is written beside the answer.
        for _ in 0..100 {
            if !lines.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            lines = lines_about(request_id);
        }
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains(&format!("status={status}")), "{}", lines[0]);
        assert!(lines[0].contains(" INFO "), "no fault of ours: {}", lines[0]);
        self.nothing_changed(code).await;
        problem
    }

    /// Every row of every table is as it was.
    pub async fn nothing_changed(&self, what: &str) {
        for (table, rows) in stored(self.server).await {
            assert_eq!(self.before.get(&table), Some(&rows), "{what} changed {table}");
        }
    }
}

/// The same client, whose next request can be found in the log: servers of tests give the same ids.
pub fn marked(client: &Client) -> Client {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    client.header(
        "x-request-id",
        format!("refused-{}.", NEXT.fetch_add(1, Ordering::Relaxed)),
    )
}
