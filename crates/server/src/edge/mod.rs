//! The edge: what happens to every request before its handler and to every answer after it. Request ids, limits,
//! headers, problem documents, panics, one line in the log.

pub mod answer;
pub mod body;
pub mod caller;
mod headers;
pub mod idempotency;
pub mod limits;
pub mod pages;
pub mod parameters;
mod validation;
pub mod version;

use std::{net::IpAddr, panic::AssertUnwindSafe};

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method, StatusCode,
        header::{AcceptLanguage, Header, HeaderMap, HeaderName, HeaderValue, Preference},
    },
    middleware::Next,
    web::Data,
};
use futures_util::FutureExt;

pub use answer::Answer;
pub use body::{Body, OptionalBody};
pub use caller::{Caller, Public, SignedIn};
pub use headers::shrink_small;
pub use pages::{ByStatus, PageQuery, PageRequest};
pub use parameters::{FromPath, FromQuery};
pub use version::{ExpectedVersion, RequiredVersion, check_version};

use crate::{
    app::App,
    clock::Stopwatch,
    edge::{
        caller::{Arrival, Presented},
        limits::{Counted, Decision},
    },
    mail::texts::LANGUAGES,
    problem::Problem,
};

/// The name of the header that carries the request id.
pub const REQUEST_ID: &str = "x-request-id";

/// The outermost middleware.
///
/// # Errors
/// Only after a panic, with the finished answer in it.
pub async fn edge(
    app: Data<App>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Stopwatch::start();
    let arrival = arrive(&app, &request);
    let method = request.method().clone();
    if method == Method::HEAD {
        // Whatever can be read can be asked for without its body, which is left out when the answer is written.
        request.head_mut().method = Method::GET;
    }
    let path = request.path().to_owned();
    request.extensions_mut().insert(arrival.clone());
    let decision = limit(&app, &arrival, &path);

    let outcome = match decision.and_then(|decision| decision.wait_seconds) {
        Some(seconds) => {
            let problem = Problem::rate_limited(seconds, "Too many requests. Wait a little.");
            Ok(Ok(request.error_response(problem)))
        }
        None => {
            let called = AssertUnwindSafe(next.call(request)).catch_unwind().await;
            called.map(|result| result.map(ServiceResponse::map_into_boxed_body))
        }
    };
    let record = |status: StatusCode, pattern: Option<String>, cause: Option<&str>| {
        let line = Line {
            arrival: &arrival,
            method: method.as_str(),
            pattern,
            status,
            began,
        };
        line.record(cause);
    };
    let finish = |headers: &mut HeaderMap| headers::finish(headers, &app, &path, &arrival.request_id, decision);

    match outcome {
        Ok(Ok(response)) => {
            let pattern = response.request().match_pattern();
            let (mut response, cause) = with_request_id(response, &arrival.request_id, &path);
            record(response.status(), pattern, cause.as_deref());
            finish(response.headers_mut());
            Ok(response)
        }
        Ok(Err(error)) => {
            let problem = problem_of(&error, error.as_response_error().status_code());
            record(problem.status(), None, problem.cause());
            Err(finished(&problem, &arrival.request_id, finish))
        }
        Err(panic) => {
            let problem = Problem::internal(panic_message(panic.as_ref()));
            record(problem.status(), None, problem.cause());
            Err(finished(&problem, &arrival.request_id, finish))
        }
    }
}

fn finished(problem: &Problem, request_id: &str, finish: impl Fn(&mut HeaderMap)) -> Error {
    let mut response = problem.response(request_id);
    finish(response.headers_mut());
    InternalError::from_response(problem.to_string(), response).into()
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_else(|| "without a message".to_owned()))
}

/// A problem is written again, now with the request id; other errors under `/api` become problems.
fn with_request_id(
    response: ServiceResponse<BoxBody>,
    request_id: &str,
    path: &str,
) -> (ServiceResponse<BoxBody>, Option<String>) {
    let problem = match response.response().error() {
        Some(error) => problem_of(error, response.status()),
        None if is_foreign_error(&response, path) => by_status(response.status()),
        None => return (response, None),
    };
    let cause = problem.cause().map(str::to_owned);
    (response.into_response(problem.response(request_id)), cause)
}

/// An error under `/api` that the framework made without telling us.
fn is_foreign_error(response: &ServiceResponse<BoxBody>, path: &str) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error())
        && path.starts_with("/api/v1")
        && response
            .headers()
            .get("content-type")
            .is_none_or(|value| value != crate::problem::MEDIA_TYPE)
}

fn problem_of(error: &Error, status: StatusCode) -> Problem {
    match error.as_error::<Problem>() {
        Some(problem) => problem.clone(),
        None if status.is_server_error() => Problem::internal(error),
        None => by_status(status),
    }
}

fn by_status(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::UNAUTHORIZED => Problem::unauthenticated("Sign in first."),
        status if status.is_server_error() => Problem::internal("the framework answered with an error"),
        status => Problem::new(status, "bad_request", "The request cannot be understood."),
    }
}

fn arrive(app: &App, request: &ServiceRequest) -> Arrival {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let request_id = match given {
        Some(id) if is_request_id(id) => id.to_owned(),
        _ => app.ids.at(app.clock.now()).next::<uuid::Uuid>().simple().to_string(),
    };
    Arrival {
        request_id,
        remote_address: remote_address(app, request),
        language: language(request),
        token: presented(app, request),
    }
}

/// The one of our languages that the caller likes best.
fn language(request: &ServiceRequest) -> &'static str {
    let ranked = AcceptLanguage::parse(request).map(|accepted| accepted.ranked());
    let liked = ranked.into_iter().flatten().find_map(|preference| match preference {
        Preference::Any => Some(LANGUAGES[0]),
        Preference::Specific(tag) => LANGUAGES
            .into_iter()
            .find(|language| *language == tag.primary_language()),
    });
    liked.unwrap_or(LANGUAGES[0])
}

/// An id of the caller's own, short and harmless in a log.
fn is_request_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Where the request comes from. A proxy's word counts only when the proxy is one of ours.
fn remote_address(app: &App, request: &ServiceRequest) -> Option<IpAddr> {
    let mut address = request.peer_addr()?.ip().to_canonical();
    let trusted = &app.config.trusted_proxies;
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok());
    let mut hops: Vec<IpAddr> = forwarded
        .flat_map(|value| value.split(','))
        .filter_map(|hop| hop.trim().parse().ok())
        .collect();
    while trusted.contains(&address) {
        let Some(hop) = hops.pop() else { break };
        address = hop.to_canonical();
    }
    Some(address)
}

fn presented(app: &App, request: &ServiceRequest) -> Presented {
    let Some(header) = request.headers().get("authorization") else {
        return Presented::None;
    };
    let token = header.to_str().ok().and_then(|value| value.split_once(' '));
    let token = token
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let Some(token) = token else {
        return Presented::Refused("Use `Authorization: Bearer` with an access token.");
    };
    match app.auth.tokens.read(token, app.clock.now()) {
        Ok(claims) => Presented::Valid(claims),
        Err(why) => Presented::Refused(why),
    }
}

/// Only the API is counted: the page's files and the health checks are not.
fn limit(app: &App, arrival: &Arrival, path: &str) -> Option<Decision> {
    let limits = app.limits.as_ref().filter(|_| path.starts_with("/api/v1"))?;
    let counted = match (&arrival.token, arrival.remote_address) {
        (Presented::Valid(claims), _) => Counted::Person(claims.user_id),
        (_, Some(address)) => Counted::address(address),
        (_, None) => return None,
    };
    Some(limits.check(counted))
}

/// The one line that the log has of a request. The address is given by its pattern: it may hold a token.
struct Line<'a> {
    arrival: &'a Arrival,
    method: &'a str,
    pattern: Option<String>,
    status: StatusCode,
    began: Stopwatch,
}

impl Line<'_> {
    fn record(self, cause: Option<&str>) {
        let path = self.pattern.as_deref().unwrap_or("(unmatched)");
        let status = self.status.as_u16();
        let took = self.began.elapsed();
        let request_id = self.arrival.request_id.as_str();
        let user_id = match &self.arrival.token {
            Presented::Valid(claims) => Some(claims.user_id.to_string()),
            _ => None,
        };
        let milliseconds = took.as_secs_f64() * 1000.0;
        if self.status.is_server_error() {
            tracing::error!(
                request_id,
                method = self.method,
                path,
                status,
                milliseconds,
                user_id,
                cause,
                "failed"
            );
        } else {
            tracing::info!(
                request_id,
                method = self.method,
                path,
                status,
                milliseconds,
                user_id,
                "answered"
            );
        }
        let labels = [
            ("method", known_method(self.method).to_owned()),
            ("path", path.to_owned()),
            ("status", status.to_string()),
        ];
        metrics::histogram!("http_request_seconds", &labels).record(took.as_secs_f64());
    }
}

/// What is counted under its own name: anybody can make up further methods.
fn known_method(method: &str) -> &str {
    match method {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method,
        _ => "other",
    }
}

/// The value of a header from text of ours.
fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

fn set(headers: &mut HeaderMap, name: &'static str, text: &str) {
    headers.insert(HeaderName::from_static(name), header_value(text));
}

/// An answer outside of the API with one line of text.
#[must_use]
pub fn plain(status: StatusCode, line: &str) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/plain; charset=utf-8")
        .body(format!("{line}\n"))
}
