//! Starting and stopping: the same for the program and for tests.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use crate::{
    app::App,
    assets::Assets,
    auth::{Auth, keys::Keys},
    clock::Clock,
    config::Config,
    edge::{self, limits::Limits},
    error::{Failure, StartError},
    health,
    ids::IdSource,
    jobs::Runner,
    mail::Mailer,
    routes::{self, Allowed},
    versions::Versions,
};
use actix_web::{
    App as ActixApp, HttpServer,
    dev::ServerHandle,
    middleware::{Compress, from_fn},
    web::Data,
};
use daypack_store::{Store, StoreOptions};
use tokio::task::JoinHandle;

/// How long running requests may take when the server stops.
const SHUTDOWN_SECONDS: u64 = 10;

/// A server that answers.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its state.
    pub app: Data<App>,
    handle: ServerHandle,
    task: JoinHandle<std::io::Result<()>>,
    /// Looks for due jobs as long as it is there.
    _jobs: Option<Runner>,
}

impl Running {
    /// Stops it: no new requests, and the running ones are finished.
    ///
    /// # Errors
    /// The server ended by itself with an error.
    pub async fn stop(self) -> Result<(), StartError> {
        self.handle.stop(true).await;
        self.ended().await
    }

    /// Stops it at once, whatever is running.
    pub async fn abort(self) {
        self.handle.stop(false).await;
        // How it ended is of no use to somebody who does not wait for it.
        let _ = self.ended().await;
    }

    /// Waits until it ends, by a signal (SIGTERM, SIGINT).
    ///
    /// # Errors
    /// The server ended by itself with an error.
    pub async fn ended(self) -> Result<(), StartError> {
        match self.task.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(StartError::new(format!("the server ended: {error}"))),
            Err(error) => Err(StartError::new(format!("the server ended: {error}"))),
        }
    }
}

/// Opens the database and brings it up to date.
///
/// # Errors
/// One line that says what to do.
pub fn open_store(config: &Config, clock: &dyn Clock) -> Result<Store, StartError> {
    let store =
        Store::open(StoreOptions::new(&config.database_url)).map_err(|error| StartError::new(error.to_string()))?;
    store
        .migrate(clock.now())
        .map_err(|error| StartError::new(error.to_string()))?;
    Ok(store)
}

/// The state of a server.
///
/// # Errors
/// One line that says what to do.
pub fn app(config: Config, store: Store, clock: Arc<dyn Clock>, ids: IdSource) -> Result<App, StartError> {
    let fault = |failure: Failure| StartError::new(failure.to_string());
    let keys = Keys::new(&config.signing_key);
    Ok(App {
        auth: Auth::new(&keys).map_err(fault)?,
        limits: Limits::new(config.rate_limit),
        assets: Assets::embedded(),
        payments: config.payments.provider()?,
        mailer: Mailer::new(&config.mail, config.host()).map_err(fault)?,
        in_flight: edge::idempotency::InFlight::default(),
        versions: Versions::default(),
        store,
        clock,
        ids,
        keys,
        config,
    })
}

/// Starts a server; within an actix system.
///
/// # Errors
/// One line that says what to do: a port in use, a database that is too new, a folder that cannot be written.
pub async fn start(config: Config, clock: Arc<dyn Clock>) -> Result<Running, StartError> {
    let store = open_store(&config, clock.as_ref())?;
    start_with(config, store, clock, IdSource::random())
}

/// As [`start`], on a database that is open, with identifiers from `ids`.
///
/// # Errors
/// As [`start`].
pub fn start_with(
    mut config: Config,
    store: Store,
    clock: Arc<dyn Clock>,
    ids: IdSource,
) -> Result<Running, StartError> {
    let listener = TcpListener::bind(config.listen).map_err(|error| cannot_listen(config.listen, &error))?;
    let address = listener
        .local_addr()
        .map_err(|error| cannot_listen(config.listen, &error))?;
    if config.listen.port() == 0 {
        // Now the port is known.
        config.base_url = config.base_url.trim_end_matches(":0").to_owned() + &format!(":{}", address.port());
        config.listen = address;
    }
    if !config.secure_cookies() {
        tracing::warn!(
            base_url = config.base_url,
            "people reach this server without TLS: passwords and cookies can be read on the way; use https in \
             DAYPACK_BASE_URL"
        );
    }
    health::begin();
    let app = Data::new(app(config, store, clock, ids)?);
    let allowed = Data::new(Allowed::of_operations());
    let state = app.clone();
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(state.clone())
            .wrap(from_fn(edge::shrink_small))
            .wrap(Compress::default())
            .wrap(from_fn(edge::edge))
            .configure(routes::api)
            .configure(|config| routes::rest(config, allowed.clone()))
    })
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .listen(listener)
    .map_err(|error| cannot_listen(address, &error))?
    .run();
    let jobs = app
        .config
        .jobs_interval
        .map(|interval| Runner::start(app.clone(), interval))
        .transpose();
    let jobs = jobs.map_err(|error| StartError::new(format!("no thread for jobs can be started: {error}")))?;
    let handle = server.handle();
    let task = tokio::task::spawn_local(server);
    tracing::info!(%address, "listening");
    Ok(Running {
        address,
        app,
        handle,
        task,
        _jobs: jobs,
    })
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> StartError {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => StartError::new(format!(
            "{address} is in use: stop the program that uses it, or choose another port with DAYPACK_LISTEN"
        )),
        _ => StartError::new(format!(
            "cannot listen on {address}: {error}; choose another address with DAYPACK_LISTEN"
        )),
    }
}
