//! The thread that looks for due jobs while the server runs.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    time::Duration,
};

use actix_web::web::Data;

use super::run_due;
use crate::app::App;

/// Looks for due jobs until it is dropped; what it is doing then, it finishes.
#[derive(Debug)]
pub struct Runner {
    /// Dropping it wakes the thread up, and ends it.
    _stop: mpsc::Sender<()>,
}

impl Runner {
    /// Begins, with a first look at once.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(app: Data<App>, interval: Duration) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let body = move || {
            loop {
                look(&app);
                match stopped.recv_timeout(interval) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
                }
            }
        };
        std::thread::Builder::new().name("jobs".to_owned()).spawn(body)?;
        Ok(Self { _stop: stop })
    }
}

/// A panic of one job must not end the others: its lease runs out, and it is counted as a failed attempt.
fn look(app: &Data<App>) {
    let run = std::panic::AssertUnwindSafe(|| run_due(app, app.clock.now()));
    match std::panic::catch_unwind(run) {
        Ok(Ok(report)) if report.failed > 0 => {
            tracing::warn!(done = report.done, failed = report.failed, "some jobs failed");
        }
        Ok(Ok(report)) => tracing::debug!(done = report.done, "jobs done"),
        Ok(Err(error)) => tracing::error!(%error, "jobs could not be looked for"),
        Err(_) => tracing::error!("a job panicked"),
    }
}
