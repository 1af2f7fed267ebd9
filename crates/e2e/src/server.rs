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
    jobs,
    payments::PaymentSettings,
    seed::{self, Plan, Told},
    testing::Client,
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
        Self::start_with(clock, PaymentSettings::default())
    }

    /// As [`Server::start_with_clock`], taking payments as these settings say.
    pub fn start_with(clock: Arc<dyn Clock>, payments: PaymentSettings) -> Result<Self> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("daypack-server-{}-{number}", std::process::id()));
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let config = settings(&folder, payments);
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

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The server's state, for what no operation does: demo data, or the first admin.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// A client of its REST operations, signed in with this address and password.
    pub async fn rest(&self, email: &str, password: &str) -> Client {
        let anonymous = Client::new(self.address);
        let body = serde_json::json!({ "email": email, "password": password });
        let session = anonymous.post("/sessions", body).await.created();
        anonymous.with_token(session["access_token"].as_str().unwrap_or_default())
    }

    /// Does everything that is due by the server's clock: mail goes out, summaries are made.
    pub async fn run_jobs(&self) -> Result {
        let app = self.app.clone();
        let ran = tokio::task::spawn_blocking(move || jobs::run_due(&app, app.clock.now())).await?;
        match ran {
            Ok(report) if report.failed == 0 => Ok(()),
            Ok(report) => Err(Failure::new(format!("{} jobs failed", report.failed))),
            Err(failure) => Err(Failure::new(failure.to_string())),
        }
    }

    /// Fills the empty database with the demo data, up to the moment of the server's clock.
    pub async fn seed_demo(&self) -> Result {
        let app = self.app.clone();
        let seeded = tokio::task::spawn_blocking(move || {
            let plan = Plan {
                now: app.clock.now(),
                base_url: app.config.base_url.clone(),
                data_dir: app.config.data_dir.clone(),
            };
            let told: Told = Arc::new(|_, _| {});
            seed::demo(&app.store, &plan, &told)
        });
        seeded
            .await?
            .map(drop)
            .map_err(|failure| Failure::new(failure.to_string()))
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

fn settings(folder: &Path, payments: PaymentSettings) -> Settings {
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
        payments,
    }
}
