//! Headers that every answer carries, and which answers are worth compressing.

use actix_web::{
    Error,
    body::{BodySize, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue},
    middleware::Next,
};

use super::{REQUEST_ID, limits::Decision, set};
use crate::app::App;

/// Answers below this size go as they are: compressing them costs more than it saves.
const WORTH_COMPRESSING_BYTES: u64 = 4096;

const CSP_API: &str = "default-src 'none'; frame-ancestors 'none'";
/// Swagger UI writes inline styles; it loads nothing from elsewhere.
const CSP_DOCS: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

/// Completes the headers of an answer.
pub(super) fn finish(headers: &mut HeaderMap, app: &App, path: &str, request_id: &str, decision: Option<Decision>) {
    set(headers, REQUEST_ID, request_id);
    // The page counts by it: it has to be the clock that everything else goes by.
    set(
        headers,
        "date",
        &app.clock.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
    );
    set(headers, "x-content-type-options", "nosniff");
    set(headers, "referrer-policy", "same-origin");
    set(headers, "x-frame-options", "DENY");
    set(headers, "cross-origin-opener-policy", "same-origin");
    if !headers.contains_key("content-security-policy") {
        let policy = match path {
            docs if docs.starts_with("/api/docs") => CSP_DOCS,
            api if api.starts_with("/api/") => CSP_API,
            _ => app.assets.content_security_policy(),
        };
        set(headers, "content-security-policy", policy);
    }
    if app.config.is_https() {
        set(headers, "strict-transport-security", "max-age=31536000");
    }
    if let Some(decision) = decision {
        set(headers, "ratelimit-policy", &decision.policy());
        set(headers, "ratelimit", &decision.state());
    }
    if headers.get(CONTENT_ENCODING).is_some_and(|value| value == "identity") {
        headers.remove(CONTENT_ENCODING);
    }
}

/// Keeps the compressor away from answers that are small or of another kind than text. (It leaves alone what has a
/// `Content-Encoding`; the edge takes the mark off again.)
///
/// # Errors
/// Those of the inner service.
pub async fn shrink_small<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let small = match response.response().body().size() {
        BodySize::None => true,
        BodySize::Sized(size) => size < WORTH_COMPRESSING_BYTES,
        BodySize::Stream => false,
    };
    let kind = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let text = kind.contains("json") || kind.starts_with("text/") || kind.contains("javascript");
    if (small || !text) && !response.headers().contains_key(CONTENT_ENCODING) {
        response
            .headers_mut()
            .insert(CONTENT_ENCODING, HeaderValue::from_static("identity"));
    }
    Ok(response)
}
