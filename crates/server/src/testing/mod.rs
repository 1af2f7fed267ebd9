//! Servers for tests: in this process, on an empty database of either engine, with a clock turned by hand.
//!
//! ```
//! # fn main() {}
//! use daypack_server::{on_both_engines, testing::TestServer};
//!
//! on_both_engines! {
//!     async fn plans_are_public(server: &TestServer) {
//!         let plans = server.anonymous().get("/plans").await.ok();
//!         assert_eq!(plans["items"][0]["code"], "starter");
//!     }
//! }
//! ```

mod client;
mod people;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, mpsc},
    thread::JoinHandle,
};

use actix_web::web::Data;
use chrono::TimeDelta;
pub use client::{Answered, Client};
use daypack_store::testing::{Folder, TestDatabase, beside, postgres, sqlite, start};
pub use daypack_store::{Engine, StoreError, testing::statements::Listening};
pub use people::{PASSWORD, People, Place, Someone};
use tokio::sync::oneshot;

use crate::{
    app::App,
    clock::{Clock, ManualClock},
    config::{Config, MailTarget},
    edge::body::BODY_TIMEOUT,
    ids::IdSource,
    payments::PaymentSettings,
    server,
};

/// Runs the body once on SQLite and once on PostgreSQL, each on a server of its own.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident: &TestServer) $body:block)+) => {$(
        $(#[$meta])*
        async fn $name($server: &TestServer) $body

        mod $name {
            #[actix_web::test]
            async fn sqlite() {
                super::$name(&$crate::testing::TestServer::start($crate::testing::Engine::Sqlite)).await;
            }

            #[actix_web::test]
            async fn postgres() {
                super::$name(&$crate::testing::TestServer::start($crate::testing::Engine::Postgres)).await;
            }
        }
    )+};
}

/// A server for one test; it ends, and its data goes, when it is dropped.
pub struct TestServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// Its state, for what no operation shows.
    pub app: Data<App>,
    folder: Folder,
    database: TestDatabase,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl TestServer {
    /// A server without limits on requests.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(engine: Engine) -> Self {
        Self::start_with(engine, |_| ())
    }

    /// A server with other settings.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start_with(engine: Engine, adjust: impl FnOnce(&mut Config)) -> Self {
        let database = match engine {
            Engine::Sqlite => sqlite(),
            Engine::Postgres => postgres(),
        };
        let clock = Arc::new(ManualClock::new(start()));
        Self::on(database, clock, IdSource::seeded(1), adjust)
    }

    /// One more server on the same database and by the same clock, as another process would be.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn beside(&self) -> Self {
        let ids = IdSource::seeded(u64::MAX / 2);
        Self::on(beside(&self.database), Arc::clone(&self.clock), ids, |_| ())
    }

    fn on(database: TestDatabase, clock: Arc<ManualClock>, ids: IdSource, adjust: impl FnOnce(&mut Config)) -> Self {
        let folder = Folder::new();
        let mut config = config(&database, &folder);
        adjust(&mut config);
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let (store, ticking) = (database.store.clone(), Arc::clone(&clock));
        // actix wants a thread of its own: the server's future does not move between threads.
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let running = server::start_with(config, store, ticking, ids).expect("the server starts");
                tell.send((running.address, running.app.clone()))
                    .expect("the test waits for the server");
                // A dropped sender also means: stop.
                let _ = stopped.await;
                running.abort().await;
            });
        });
        let (address, app) = told.recv().expect("the server starts");
        Self {
            address,
            clock,
            app,
            folder,
            database,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// How its engine would go about a statement that [`TestServer::listen`] heard, line by line.
    #[must_use]
    pub fn plan(&self, statement: &str) -> Vec<String> {
        daypack_store::testing::plans::plan(&self.database.url, statement)
    }

    /// A client that is not signed in.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(self.address)
    }

    /// Listens to what is asked of its database from now on.
    #[must_use]
    pub fn listen(&self) -> Listening {
        Listening::to(&self.database.url)
    }

    /// Lets time pass.
    pub fn wait(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// The time of the server.
    #[must_use]
    pub fn now(&self) -> daypack_domain::Instant {
        self.clock.now()
    }

    /// The mails that were handed over so far, as text, oldest first; waits until there are `count`.
    ///
    /// # Panics
    /// When they do not come.
    pub async fn mails(&self, count: usize) -> Vec<String> {
        for _ in 0..200 {
            let (app, now) = (self.app.clone(), self.now());
            let delivered = tokio::task::spawn_blocking(move || crate::jobs::deliver_mail(&app, now)).await;
            delivered
                .expect("delivering does not panic")
                .expect("the database answers");
            let found = self.read_mails();
            if found.len() >= count {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("{count} mails were expected, {} are there", self.read_mails().len());
    }

    fn read_mails(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.0.join("mail"))
            .into_iter()
            .flatten()
            .flatten();
        let mut files: Vec<_> = entries
            .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "eml"))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        files.sort();
        files
            .into_iter()
            .filter_map(|(_, path)| std::fs::read_to_string(path).ok())
            .filter(|text| !text.is_empty())
            .collect()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the server has been printed; a second one here would hide that of the test.
            let _ = thread.join();
        }
    }
}

/// The settings of a server without limits on requests.
fn config(database: &TestDatabase, folder: &Folder) -> Config {
    Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data_dir: folder.0.clone(),
        database_url: database.url.clone(),
        base_url: "http://127.0.0.1:0".to_owned(),
        signing_key: b"a signing key that only tests use".to_vec(),
        mail: MailTarget::Folder(folder.0.join("mail")),
        rate_limit: None,
        trusted_proxies: Vec::new(),
        metrics_token: None,
        jobs_interval: None,
        payments: PaymentSettings::default(),
        body_timeout: BODY_TIMEOUT,
    }
}
