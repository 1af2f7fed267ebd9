//! The cookie with the refresh token, and the check that the page itself sent it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};

use crate::{config::Config, problem::Problem};

/// The name of the cookie.
pub const NAME: &str = "daypack_refresh";
const PATH: &str = "/api/v1/sessions";

/// Sets the cookie on an answer.
pub fn set(response: &mut HttpResponse, config: &Config, token: &str) {
    append(response, config, token, super::refresh::LIFETIME.num_seconds());
}

/// Takes the cookie away.
pub fn clear(response: &mut HttpResponse, config: &Config) {
    append(response, config, "", 0);
}

fn append(response: &mut HttpResponse, config: &Config, value: &str, max_age: i64) {
    let secure = if config.secure_cookies() { "; Secure" } else { "" };
    let cookie = format!("{NAME}={value}; Path={PATH}; Max-Age={max_age}; HttpOnly; SameSite=Strict{secure}");
    if let Ok(value) = header::HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The token in the cookie of a request, if there is one. The request must come from the page: browsers say so in
/// `Origin`, which scripts cannot change.
///
/// # Errors
/// 403 for a cookie sent from elsewhere.
pub fn read(request: &HttpRequest, config: &Config) -> Result<Option<String>, Problem> {
    let Some(token) = token(request) else { return Ok(None) };
    let header = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value: &header::HeaderValue| value.to_str().ok())
    };
    let origin = header(header::ORIGIN).unwrap_or_default();
    let same_host = |host: &str| {
        origin
            .split_once("://")
            .is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
    };
    if origin.eq_ignore_ascii_case(&config.base_url) || header(header::HOST).is_some_and(same_host) {
        return Ok(Some(token));
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        "This cookie is for the page of this server alone (Origin).",
    ))
}

fn token(request: &HttpRequest) -> Option<String> {
    let headers = request
        .headers()
        .get_all(header::COOKIE)
        .filter_map(|value| value.to_str().ok());
    let pairs = headers.flat_map(|value| value.split(';'));
    let found = pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == NAME);
    found
        .map(|(_, value)| value.to_owned())
        .filter(|value| !value.is_empty())
}
