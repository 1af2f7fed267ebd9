//! Problem documents (RFC 9457): the one shape of every refusal. A 5xx says nothing about its cause; the log has it
//! under the request id.

use std::{borrow::Cow, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use daypack_api_types::{Problem as ProblemDocument, ProblemField, estimate::CoveringOrder};
use daypack_domain::{Refusal, problem::FieldProblem};

use daypack_store::StoreError;

use crate::error::Failure;

/// The media type of problem documents.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A refusal on its way to the caller. Boxed, so that a `Result` with it stays small.
#[derive(Debug, Clone)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone)]
struct Parts {
    status: StatusCode,
    code: Cow<'static, str>,
    detail: Cow<'static, str>,
    errors: Vec<FieldProblem>,
    shortfall_minutes: Option<i64>,
    covering_order: Option<CoveringOrder>,
    retry_after_seconds: Option<u64>,
    allow: Option<String>,
    close: bool,
    cause: Option<String>,
}

impl Problem {
    /// A problem with a status, a stable code and one sentence for a person.
    pub fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Parts {
            status,
            code: code.into(),
            detail: detail.into(),
            errors: Vec::new(),
            shortfall_minutes: None,
            covering_order: None,
            retry_after_seconds: None,
            allow: None,
            close: false,
            cause: None,
        }))
    }

    /// 401: nobody is signed in, or no longer.
    #[must_use]
    pub fn unauthenticated(detail: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
    }

    /// 404, the same for what does not exist and for what is somebody else's.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing here, or not for you.",
        )
    }

    /// 405: the address exists, but not with this method.
    #[must_use]
    pub fn method_not_allowed(allow: String) -> Self {
        let mut problem = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "This address does not take this method.",
        );
        problem.0.allow = Some(allow);
        problem
    }

    /// 413; the connection closes, since the rest of the body is not read.
    #[must_use]
    pub fn too_large(limit_bytes: usize) -> Self {
        let mut problem = Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("The body is larger than the {limit_bytes} bytes that are accepted here."),
        );
        problem.0.close = true;
        problem
    }

    /// 408; the connection closes, since the rest of the body is not read.
    #[must_use]
    pub fn body_timeout() -> Self {
        let mut problem = Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "body_timeout",
            "The body took too long to arrive. Send it again, faster.",
        );
        problem.0.close = true;
        problem
    }

    /// 422 with every field that cannot be accepted.
    #[must_use]
    pub fn invalid(errors: Vec<FieldProblem>) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "Some values cannot be accepted.",
        );
        problem.0.errors = errors;
        problem
    }

    /// 422 with one field that cannot be accepted.
    pub fn field(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldProblem::new(pointer, code, detail)])
    }

    /// 429, with the seconds to wait.
    #[must_use]
    pub fn rate_limited(retry_after_seconds: u64, detail: &'static str) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail);
        problem.0.retry_after_seconds = Some(retry_after_seconds.max(1));
        problem
    }

    /// 503: trying again in a moment may work. The cause goes to the log.
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The server cannot do this at the moment. Try again in a little while.",
        );
        problem.0.retry_after_seconds = Some(1);
        problem.0.cause = Some(cause.to_string());
        problem
    }

    /// 500. The cause goes to the log, never to the caller.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let mut problem = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on the server. Its people find it by the request id.",
        );
        problem.0.cause = Some(cause.to_string());
        problem
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// What the log should say and the caller should not hear.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The document, with the request id under which the log has more.
    #[must_use]
    pub fn document(&self, request_id: &str) -> ProblemDocument {
        ProblemDocument {
            type_uri: format!("/api/docs#{}", self.0.code),
            title: self.0.status.canonical_reason().unwrap_or("Problem").to_owned(),
            status: self.0.status.as_u16(),
            detail: self.0.detail.to_string(),
            code: self.0.code.to_string(),
            request_id: request_id.to_owned(),
            errors: self.0.errors.iter().map(field).collect(),
            shortfall_minutes: self.0.shortfall_minutes,
            covering_order: self.0.covering_order.clone(),
        }
    }

    /// The response; the edge calls it with the request id.
    #[must_use]
    pub fn response(&self, request_id: &str) -> HttpResponse {
        let mut response = HttpResponse::build(self.0.status);
        response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if self.0.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = self.0.retry_after_seconds {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(allow) = self
            .0
            .allow
            .as_deref()
            .and_then(|allow| HeaderValue::from_str(allow).ok())
        {
            response.insert_header((header::ALLOW, allow));
        }
        if self.0.close {
            response.force_close();
        }
        response.body(serde_json::to_string(&self.document(request_id)).unwrap_or_default())
    }
}

fn field(error: &FieldProblem) -> ProblemField {
    ProblemField {
        pointer: error.pointer.clone(),
        code: error.code.to_owned(),
        detail: error.detail.clone(),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.0.status.as_u16(), self.0.code, self.0.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    /// Without a request id: the edge renders it again with the one it knows.
    fn error_response(&self) -> HttpResponse {
        self.response("")
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(errors) => Self::invalid(errors),
            Refusal::Unacceptable { code, detail, problems } => {
                let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail);
                problem.0.errors = problems;
                problem
            }
            Refusal::NotFound => Self::not_found(),
            Refusal::Forbidden { detail } => Self::new(StatusCode::FORBIDDEN, "forbidden", detail),
            Refusal::OverLimit { detail } => Self::new(StatusCode::FORBIDDEN, "limit_exceeded", detail),
            Refusal::Conflict { code, detail } => Self::new(StatusCode::CONFLICT, code, detail),
            Refusal::Shortfall {
                code,
                detail,
                shortfall_minutes,
                covering,
            } => {
                let mut problem = Self::new(StatusCode::CONFLICT, code, detail);
                problem.0.shortfall_minutes = Some(shortfall_minutes);
                problem.0.covering_order = covering.map(|(plan_code, packs)| CoveringOrder { plan_code, packs });
                problem
            }
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refusal(refusal) => refusal.into(),
            Failure::Unauthenticated => Self::unauthenticated("This session has ended. Sign in again."),
            Failure::KeyReused => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "This Idempotency-Key was used for another request.",
            ),
            Failure::Store(error @ StoreError::Unavailable(_)) => Self::unavailable(error),
            Failure::Store(error) => Self::internal(error),
            Failure::Internal(cause) => Self::internal(cause),
        }
    }
}
