//! The state that every handler gets, and the two ways to the database: [`App::read`] and [`App::write`].

use std::sync::Arc;

use actix_web::{HttpResponse, http::StatusCode};
use daypack_domain::policy::Actor;
use daypack_store::{Conn, Store};

use crate::{
    assets::Assets,
    auth::{self, Auth, keys::Keys, token::Claims},
    clock::Clock,
    config::Config,
    context::Context,
    edge::{
        answer::Answer,
        caller::{Arrival, Caller, arrival},
        idempotency::{InFlight, KeyedRequest},
        limits::Limits,
    },
    error::Failure,
    ids::{IdSource, Ids},
    mail::Mailer,
    payments::PaymentProvider,
    problem::Problem,
    versions::Versions,
    views::resource::Resource,
};

/// What a handler answers with.
pub type Reply = Result<HttpResponse, Problem>;

/// The state of the server; one, shared by all threads.
pub struct App {
    /// The database.
    pub store: Store,
    /// The settings.
    pub config: Config,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes identifiers.
    pub ids: IdSource,
    /// Signs cursors and tokens.
    pub keys: Keys,
    /// Access tokens, passwords, attempts to sign in.
    pub auth: Auth,
    /// Requests a minute; nothing when they are not limited.
    pub limits: Option<Limits>,
    /// The page.
    pub assets: Assets,
    /// Hands mail over.
    pub mailer: Mailer,
    /// Takes payments online, where somebody does.
    pub payments: Option<Box<dyn PaymentProvider>>,
    /// Idempotency keys whose first request is still running.
    pub in_flight: InFlight,
    /// Calendars and policies that were read before.
    pub versions: Versions,
}

/// What a context is made from, once for each attempt of a transaction.
struct Circumstances {
    now: daypack_domain::Instant,
    seed: u64,
    arrival: Arrival,
    claims: Option<Claims>,
    versions: Versions,
}

impl Circumstances {
    fn context(&self, conn: &mut Conn) -> Result<Context, Failure> {
        let actor = match &self.claims {
            None => Actor::Anonymous,
            Some(claims) => auth::actor(conn, claims, self.now)?,
        };
        Ok(Context {
            now: self.now,
            ids: Ids::from_seed(self.seed, self.now),
            actor,
            request_id: self.arrival.request_id.clone(),
            remote_address: self.arrival.remote_address,
            language: self.arrival.language,
            versions: self.versions.clone(),
        })
    }
}

impl App {
    /// Answers from one unchanging view of the data.
    ///
    /// # Errors
    /// The problem to answer with.
    pub async fn read<F>(&self, caller: &impl Caller, work: F) -> Reply
    where
        F: FnOnce(&mut Conn, &Context) -> Result<Answer, Failure> + Send + 'static,
    {
        Ok(self.load(caller, work).await?.into_response())
    }

    /// As [`App::read`], for what is not answered as JSON or not at once.
    ///
    /// # Errors
    /// The problem to answer with.
    pub async fn load<T, F>(&self, caller: &impl Caller, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn, &Context) -> Result<T, Failure> + Send + 'static,
    {
        let circumstances = self.circumstances(caller);
        let done = self.store.read(move |conn| {
            let context = circumstances.context(conn)?;
            work(conn, &context)
        });
        done.await.map_err(|failure: Failure| failure.into())
    }

    /// Does `work` in one transaction and answers once it is on the disk. A request with an `Idempotency-Key` that
    /// was answered before gets the same answer again, and nothing is done.
    ///
    /// `work` may run more than once (it is rolled back in between): it takes its input by reference and has no
    /// effect outside of the database.
    ///
    /// # Errors
    /// The problem to answer with; nothing has changed then.
    pub async fn write<F>(&self, caller: &impl Caller, work: F) -> Reply
    where
        F: Fn(&mut Conn, &Context) -> Result<Answer, Failure> + Send + 'static,
    {
        match KeyedRequest::of(caller)? {
            None => Ok(self.transact(caller, work).await?.into_response()),
            Some(keyed) => {
                let _running = self.in_flight.enter(&keyed)?;
                let keyed = Arc::new(keyed);
                let mine = Arc::clone(&keyed);
                let done = self
                    .transact(caller, move |conn, context| mine.answer_once(conn, context, &work))
                    .await?;
                Ok(done.into_response())
            }
        }
    }

    /// As [`App::read`]: answers with what `work` found, as a whole.
    ///
    /// # Errors
    /// The problem to answer with.
    pub async fn show<R, F>(&self, caller: &impl Caller, work: F) -> Reply
    where
        R: Resource,
        F: FnOnce(&mut Conn, &Context) -> Result<R, Failure> + Send + 'static,
    {
        self.read(caller, move |conn, context| {
            let found = work(conn, context)?;
            Answer::whole(StatusCode::OK, found, conn, context)
        })
        .await
    }

    /// As [`App::write`]: answers with what `work` changed, as a whole.
    ///
    /// # Errors
    /// The problem to answer with; nothing has changed then.
    pub async fn change<R, F>(&self, caller: &impl Caller, work: F) -> Reply
    where
        R: Resource,
        F: Fn(&mut Conn, &Context) -> Result<R, Failure> + Send + 'static,
    {
        self.write(caller, move |conn, context| {
            let changed = work(conn, context)?;
            Answer::whole(StatusCode::OK, changed, conn, context)
        })
        .await
    }

    /// As [`App::write`]: answers 201 with what `work` made, as a whole.
    ///
    /// # Errors
    /// The problem to answer with; nothing has changed then.
    pub async fn create<R, F>(&self, caller: &impl Caller, work: F) -> Reply
    where
        R: Resource,
        F: Fn(&mut Conn, &Context) -> Result<R, Failure> + Send + 'static,
    {
        self.write(caller, move |conn, context| {
            let made = work(conn, context)?;
            Answer::whole(StatusCode::CREATED, made, conn, context)
        })
        .await
    }

    /// As [`App::write`], for what is not answered as JSON; without idempotency keys.
    ///
    /// # Errors
    /// The problem to answer with; nothing has changed then.
    pub async fn transact<T, F>(&self, caller: &impl Caller, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: Fn(&mut Conn, &Context) -> Result<T, Failure> + Send + 'static,
    {
        let circumstances = self.circumstances(caller);
        let done = self.store.write(move |conn| {
            let context = circumstances.context(conn)?;
            work(conn, &context)
        });
        done.await.map_err(|failure: Failure| failure.into())
    }

    /// As [`App::transact`], for what Daypack does by itself because somebody who proved it told us something.
    ///
    /// # Errors
    /// The problem to answer with; nothing has changed then.
    pub async fn transact_as_system<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: Fn(&mut Conn, &Context) -> Result<T, Failure> + Send + 'static,
    {
        let (now, seed) = (self.clock.now(), self.ids.seed());
        let done = self
            .store
            .write(move |conn| work(conn, &Context::system(now, Ids::from_seed(seed, now))));
        done.await.map_err(|failure: Failure| failure.into())
    }

    /// A context for what Daypack does by itself: jobs, and the command line.
    #[must_use]
    pub fn system_context(&self) -> Context {
        let now = self.clock.now();
        Context {
            versions: self.versions.clone(),
            ..Context::system(now, self.ids.at(now))
        }
    }

    fn circumstances(&self, caller: &impl Caller) -> Circumstances {
        Circumstances {
            now: self.clock.now(),
            seed: self.ids.seed(),
            arrival: arrival(caller.request()),
            claims: caller.claims().copied(),
            versions: self.versions.clone(),
        }
    }
}
