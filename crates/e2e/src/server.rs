//! A server in the test's own process: an empty database in a folder of its own, any clock.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread::JoinHandle,
};

use daypack_server::{
    app::App,
    clock::{Clock, SystemClock},
    config::{Config, Settings},
};
use tokio::sync::oneshot;

use crate::{Failure, Result};

/// A running server. It stops, and its folder goes, when this value goes.
pub struct Server {
    address: SocketAddr,
    app: actix_web::web::Data<App>,
    folder: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

type Started = std::result::Result<(SocketAddr, actix_web::web::Data<App>), String>;

impl Server {
    /// A server that goes by the system's clock.
    pub fn start() -> Result<Self> {
        Self::start_with_clock(Arc::new(SystemClock))
    }

    /// A server that goes by this clock, such as a `ManualClock` that the test turns.
    pub fn start_with_clock(clock: Arc<dyn Clock>) -> Result<Self> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("daypack-server-{}-{number}", std::process::id()));
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let config = settings(&folder);
        // actix needs a thread of its own: the server's future is not `Send`.
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(serve(config, clock, &tell, stopped));
        });
        let (address, app) = told
            .recv()
            .map_err(|_| Failure::new("the server panicked while it started"))?
            .map_err(|error| Failure::new(format!("the server does not start: {error}")))?;
        Ok(Self {
            address,
            app,
            folder,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The full address of a path, such as `/login`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The server's state, for what no operation does: demo data, or the first admin.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The folder with the server's files, such as `mail`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

async fn serve(
    settings: Settings,
    clock: Arc<dyn Clock>,
    tell: &mpsc::Sender<Started>,
    stopped: oneshot::Receiver<()>,
) {
    let started = async { daypack_server::start(Config::prepare(settings)?, clock).await }.await;
    let running = match started {
        Ok(running) => running,
        Err(error) => {
            // The test waits for this answer; if it is gone, there is nobody to tell.
            let _ = tell.send(Err(error.to_string()));
            return;
        }
    };
    let _ = tell.send(Ok((running.address, running.app.clone())));
    // Either way, the value is gone.
    let _ = stopped.await;
    let _ = running.stop().await;
}

fn settings(folder: &Path) -> Settings {
    Settings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data_dir: folder.to_owned(),
        database_url: None,
        base_url: None,
        signing_key: None,
        mail: None,
        log: "warn".to_owned(),
        rate_limit: "off".to_owned(),
        trusted_proxies: Vec::new(),
        metrics_token: None,
        jobs: "off".to_owned(),
    }
}
