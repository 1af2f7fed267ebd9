//! `/sessions`: signing in and out.

use actix_web::{HttpResponse, delete, http::StatusCode, post, web::Data};
use daypack_api_types::session::{Session, SignIn};
use daypack_domain::Instant;
use daypack_store::users;

use super::me;
use crate::{
    app::{App, Reply},
    auth::{
        attempts::{self, AtAddress},
        cookie,
        refresh::RefreshToken,
        token::{Claims, LIFETIME},
    },
    edge::{Answer, Body, Caller, Public},
    error::Failure,
    flows::sessions::{self as flow, Opened},
    operations::ServiceConfig,
    problem::Problem,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(sign_in).service(refresh_session).service(sign_out);
}

/// Signs in. The refresh token goes into a cookie that scripts cannot read.
#[utoipa::path(
    tag = "sessions", security(()), request_body = SignIn,
    responses((status = 201, body = Session))
)]
#[post("/sessions")]
pub async fn sign_in(app: Data<App>, caller: Public, body: Body<SignIn>) -> Reply {
    let SignIn { email, password } = body.0;
    let attempt = attempt(&app, &caller, &email).await?;
    let user = app
        .load(&caller, move |conn, _| Ok(users::find_by_email(conn, &email)?))
        .await?;
    let user = user.filter(|user| user.disabled_at.is_none());
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let right = app.auth.passwords.verify(password, hash).await?;
    // The same answer for a wrong password and for people who do not exist.
    let refused = || Problem::unauthenticated("The address or the password is wrong.");
    let user = user.filter(|_| right).ok_or_else(refused)?;
    let account = attempt.right(&app);
    let user_agent = caller.header("user-agent");
    let work = move |conn: &mut _, context: &_| {
        let opened = flow::open(conn, context, &user, &user_agent)?;
        if opened.is_some() {
            flow::forget_attempts(conn, &account)?;
        }
        Ok(opened)
    };
    answer(&app, &caller, StatusCode::CREATED, work)
        .await?
        .ok_or_else(refused)
}

/// A new access token by the cookie, whose token is replaced at each use.
#[utoipa::path(
    tag = "sessions", security(("refresh_cookie" = [])),
    responses((status = 200, body = Session))
)]
#[post("/sessions/refresh")]
pub async fn refresh_session(app: Data<App>, caller: Public) -> Reply {
    let ended = || Problem::unauthenticated("This session has ended. Sign in again.");
    let presented = cookie::read(caller.request(), &app.config)?.ok_or_else(ended)?;
    let token = RefreshToken::decode(&presented, &app.keys).ok_or_else(ended)?;
    let keys = app.keys.clone();
    let work = move |conn: &mut _, context: &_| flow::refresh(conn, context, &keys, &token);
    answer(&app, &caller, StatusCode::OK, work).await?.ok_or_else(ended)
}

/// Signs out: the session of the cookie, or of the access token, ends at once.
#[utoipa::path(
    tag = "sessions", security(("refresh_cookie" = []), ("bearer" = [])),
    responses((status = 204))
)]
#[delete("/sessions/current")]
pub async fn sign_out(app: Data<App>, caller: Public) -> Reply {
    let by_cookie = cookie::read(caller.request(), &app.config)?;
    let by_cookie = by_cookie
        .and_then(|text| RefreshToken::decode(&text, &app.keys))
        .map(|token| token.session_id);
    let by_token = caller.presented().map(|claims| claims.session_id);
    let session_id = by_cookie
        .or(by_token)
        .ok_or_else(|| Problem::unauthenticated("Nobody is signed in here."))?;
    app.transact(&caller, move |conn, context| flow::close(conn, context, session_id))
        .await?;
    let mut response = Answer::no_content().into_response();
    cookie::clear(&mut response, &app.config);
    Ok(response)
}

/// An attempt to give a password, counted before the password is looked at.
pub(super) struct Attempt {
    account: String,
    at_address: Option<AtAddress>,
}

/// Counts an attempt to give the password of this account.
///
/// # Errors
/// 429 with the seconds to wait; nothing is counted then.
pub(super) async fn attempt(app: &App, caller: &impl Caller, email: &str) -> Result<Attempt, Problem> {
    let now = app.clock.now();
    let counted = caller.address().map(|address| app.auth.attempts.count(address, now));
    let at_address = counted.transpose().map_err(|until| wait(until, now))?;
    let account = attempts::account(&app.keys, email);
    let tried = account.clone();
    let counted = app
        .transact(caller, move |conn, context| flow::attempt(conn, context, &tried))
        .await;
    let attempt = Attempt { account, at_address };
    match counted {
        Ok(None) => Ok(attempt),
        Ok(Some(until)) => {
            attempt.right(app);
            Err(wait(until, now))
        }
        Err(problem) => {
            attempt.right(app);
            Err(problem)
        }
    }
}

impl Attempt {
    /// It does not count at its address: the password was right, or was not looked at. Gives the account, whose
    /// attempts are to be forgotten when it was right.
    pub(super) fn right(self, app: &App) -> String {
        if let Some(at_address) = self.at_address {
            app.auth.attempts.take_back(at_address);
        }
        self.account
    }
}

fn wait(until: Instant, now: Instant) -> Problem {
    let seconds = u64::try_from((until - now).num_seconds()).unwrap_or(0) + 1;
    Problem::rate_limited(seconds, "Too many wrong passwords. Wait a little.")
}

/// The answer with the session that `work` opens or goes on with; nothing when it does neither.
async fn answer<F>(app: &App, caller: &Public, status: StatusCode, work: F) -> Result<Option<HttpResponse>, Problem>
where
    F: Fn(&mut daypack_store::Conn, &crate::context::Context) -> Result<Option<Opened>, Failure> + Send + 'static,
{
    let found = app
        .transact(caller, move |conn, context| {
            let Some(opened) = work(conn, context)? else {
                return Ok(None);
            };
            let user = me::json(conn, &opened.user)?;
            Ok(Some((opened, user)))
        })
        .await?;
    let Some((opened, user)) = found else {
        return Ok(None);
    };
    let claims = Claims {
        user_id: user.id,
        session_id: opened.refresh.session_id,
    };
    let session = Session {
        access_token: app.auth.tokens.issue(claims, app.clock.now())?,
        token_type: "Bearer".to_owned(),
        expires_in: LIFETIME.num_seconds(),
        user,
    };
    let mut response = HttpResponse::build(status)
        .insert_header(("cache-control", "no-store"))
        .json(session);
    cookie::set(&mut response, &app.config, &opened.refresh.encode(&app.keys));
    Ok(Some(response))
}
