//! How a request travels: one function for all of them, without generics, so that it is in the program once.

use std::cell::RefCell;

use daypack_api_types::session::Session;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{AbortSignal, Headers, RequestCredentials, RequestInit, Response};

use super::{ApiProblem, BASE};
use crate::{i18n, time};

/// A server that has not answered after this long is treated as out of reach.
const TIMEOUT_MILLISECONDS: u32 = 30_000;

/// The operation that turns the cookie into a new access token.
const REFRESH: &str = "/sessions/refresh";

/// The method of a request.
#[derive(Clone, Copy, PartialEq)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes, or acts.
    Post,
    /// Changes fields.
    Patch,
    /// Ends or removes.
    Delete,
}

/// One request in the making.
#[derive(Clone)]
pub struct Call {
    method: Method,
    address: String,
    body: Option<String>,
    media_type: &'static str,
    version: Option<i64>,
    of_api: bool,
}

/// What the server said when it did it.
pub struct Answer {
    /// The body; empty for 204.
    pub body: String,
    /// The request's number in the server's log.
    pub request_id: Option<String>,
}

impl Call {
    /// A call of the operation at `path`, below [`BASE`].
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            address: [BASE, path].concat(),
            body: None,
            media_type: "application/json",
            version: None,
            of_api: true,
        }
    }

    /// The reading of a static file.
    pub fn asset(address: &str) -> Self {
        Self {
            method: Method::Get,
            address: address.to_owned(),
            body: None,
            media_type: "application/json",
            version: None,
            of_api: false,
        }
    }

    /// With a JSON body.
    pub fn with_body(mut self, body: String) -> Self {
        self.body = Some(body);
        self
    }

    /// With a table as its body.
    pub fn with_table(mut self, rows: String) -> Self {
        self.body = Some(rows);
        self.media_type = "text/csv; charset=utf-8";
        self
    }

    /// Only if the resource still has this version.
    pub fn at_version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }
}

thread_local! {
    /// Only ever in memory: a script that gets into another page finds nothing in any storage.
    static ACCESS_TOKEN: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The refresh under way, which everybody who needs one awaits, and how the last one ended.
    static REFRESHING: RefCell<Option<js_sys::Promise>> = const { RefCell::new(None) };
    static REFRESHED: RefCell<Option<Result<Session, ApiProblem>>> = const { RefCell::new(None) };
    static ON_EXPIRED: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
    /// Keys of posts whose outcome is unknown, by address and body: who sends the same again, sends the same key.
    static UNANSWERED: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// Sets or drops the access token that requests carry.
pub fn set_access_token(token: Option<String>) {
    ACCESS_TOKEN.set(token);
}

/// The access token that requests carry now.
pub fn access_token() -> Option<String> {
    ACCESS_TOKEN.with_borrow(Clone::clone)
}

/// Says what to do when the session has ended and cannot be refreshed.
pub fn on_expired(action: impl Fn() + 'static) {
    ON_EXPIRED.set(Some(Box::new(action)));
}

/// Sends a request. When the access token has expired, it is refreshed once and the request goes out again; when that
/// fails too, the page is told that the session has ended ([`on_expired`]).
pub async fn send(call: Call) -> Result<Answer, ApiProblem> {
    let key = (call.method == Method::Post).then(|| idempotency_key(&call));
    let mut outcome = once(&call, key.as_deref()).await;
    let had_session = call.of_api && ACCESS_TOKEN.with_borrow(Option::is_some);
    if had_session && outcome.as_ref().is_err_and(|problem| problem.status() == 401) {
        outcome = match refresh().await {
            Ok(_) => once(&call, key.as_deref()).await,
            Err(problem) => {
                if problem.status() == 401 {
                    set_access_token(None);
                    ON_EXPIRED.with_borrow(|action| action.iter().for_each(|action| action()));
                }
                Err(problem)
            }
        };
    }
    if key.is_some() && !outcome.as_ref().is_err_and(ApiProblem::is_unanswered) {
        let fingerprint = fingerprint(&call);
        UNANSWERED.with_borrow_mut(|keys| keys.retain(|(known, _)| *known != fingerprint));
    }
    outcome
}

/// Exchanges the cookie for a new access token. Several who ask at once share one exchange.
pub async fn refresh() -> Result<Session, ApiProblem> {
    let under_way = REFRESHING.with_borrow_mut(|under_way| {
        under_way
            .get_or_insert_with(|| {
                future_to_promise(async {
                    let answer = once(&Call::new(Method::Post, REFRESH), None).await;
                    let session = answer.and_then(|answer| super::decode::<Session>(&answer));
                    if let Ok(session) = &session {
                        set_access_token(Some(session.access_token.clone()));
                    }
                    REFRESHED.set(Some(session));
                    REFRESHING.set(None);
                    Ok(JsValue::UNDEFINED)
                })
            })
            .clone()
    });
    let _ = JsFuture::from(under_way).await;
    REFRESHED
        .with_borrow(Clone::clone)
        .unwrap_or_else(|| Err(ApiProblem::offline()))
}

fn fingerprint(call: &Call) -> String {
    [&call.address, "\n", call.body.as_deref().unwrap_or_default()].concat()
}

/// A new key, or the one of the same request whose answer never came. Sessions have none: they are not replayed.
fn idempotency_key(call: &Call) -> String {
    let fingerprint = fingerprint(call);
    UNANSWERED.with_borrow_mut(|keys| {
        if let Some((_, key)) = keys.iter().find(|(known, _)| *known == fingerprint) {
            return key.clone();
        }
        let key = leptos::prelude::window()
            .crypto()
            .map(|crypto| crypto.random_uuid())
            .unwrap_or_default();
        keys.push((fingerprint, key.clone()));
        key
    })
}

async fn once(call: &Call, idempotency_key: Option<&str>) -> Result<Answer, ApiProblem> {
    let sent = time::local_milliseconds();
    let response = fetch(call, idempotency_key).await.map_err(|_| ApiProblem::offline())?;
    let header = |name: &str| response.headers().get(name).ok().flatten();
    if let Some(date) = header("date").filter(|_| call.of_api) {
        time::heard(&date, sent, time::local_milliseconds());
    }
    let request_id = header("x-request-id");
    let body = response.text().map_err(|_| ApiProblem::offline())?;
    let body = JsFuture::from(body)
        .await
        .map_err(|_| ApiProblem::offline())?
        .as_string()
        .unwrap_or_default();
    if response.ok() {
        Ok(Answer { body, request_id })
    } else {
        Err(ApiProblem::from_answer(response.status(), &body, request_id))
    }
}

async fn fetch(call: &Call, idempotency_key: Option<&str>) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    if call.of_api {
        headers.set("accept", "application/json, application/problem+json")?;
        headers.set("accept-language", i18n::language())?;
        if let Some(token) = access_token() {
            headers.set("authorization", &["Bearer ", &token].concat())?;
        }
        if let Some(key) = idempotency_key.filter(|key| !key.is_empty() && !call.address.contains("/sessions")) {
            headers.set("idempotency-key", key)?;
        }
        if let Some(version) = call.version {
            headers.set("if-match", &format!("\"{version}\""))?;
        }
    }
    let options = RequestInit::new();
    options.set_method(match call.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    });
    if let Some(body) = &call.body {
        headers.set("content-type", call.media_type)?;
        options.set_body(&JsValue::from_str(body));
    }
    options.set_headers(&headers);
    options.set_credentials(RequestCredentials::SameOrigin);
    options.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MILLISECONDS)));
    let promise = leptos::prelude::window().fetch_with_str_and_init(&call.address, &options);
    JsFuture::from(promise).await?.dyn_into()
}
