//! What a handler answers with: built inside of the transaction, so that it can be kept with an idempotency key.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use daypack_store::Conn;
use serde::Serialize;

use crate::{context::Context, error::Failure, views::resource::Resource};

/// A successful answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// JSON, when there is a body.
    pub body: Option<String>,
    /// The version of the resource, for `ETag`.
    pub version: Option<i64>,
    /// It was given before, to an earlier request with the same idempotency key.
    pub replayed: bool,
}

impl Answer {
    /// 200 with JSON.
    ///
    /// # Errors
    /// The value cannot be written as JSON: a fault of ours.
    pub fn ok<T: Serialize>(value: &T) -> Result<Self, Failure> {
        Self::json(StatusCode::OK, value)
    }

    /// 201 with JSON.
    ///
    /// # Errors
    /// As [`Answer::ok`].
    pub fn created<T: Serialize>(value: &T) -> Result<Self, Failure> {
        Self::json(StatusCode::CREATED, value)
    }

    /// A resource as a whole, with its `ETag`.
    ///
    /// # Errors
    /// Those of its view; as [`Answer::ok`].
    pub fn whole<R: Resource>(
        status: StatusCode,
        resource: R,
        conn: &mut Conn,
        context: &Context,
    ) -> Result<Self, Failure> {
        let version = resource.version();
        let answer = Self::json(status, &resource.view(conn, context)?)?;
        Ok(Self { version, ..answer })
    }

    /// 202 without a body: it is done later, or not; the caller is not told.
    #[must_use]
    pub fn accepted() -> Self {
        Self {
            status: StatusCode::ACCEPTED,
            body: None,
            version: None,
            replayed: false,
        }
    }

    /// 204.
    #[must_use]
    pub fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
            version: None,
            replayed: false,
        }
    }

    fn json<T: Serialize>(status: StatusCode, value: &T) -> Result<Self, Failure> {
        let body = serde_json::to_string(value).map_err(Failure::internal)?;
        Ok(Self {
            status,
            body: Some(body),
            version: None,
            replayed: false,
        })
    }

    /// The same with an `ETag`: `Answer::ok(&ticket)?.version(ticket.version)`.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// As HTTP.
    #[must_use]
    pub fn into_response(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(version) = self.version {
            response.insert_header((header::ETAG, format!("\"{version}\"")));
        }
        if self.replayed {
            response.insert_header(("Idempotency-Replayed", "true"));
        }
        match self.body {
            Some(body) => response.content_type("application/json").body(body),
            None => response.finish(),
        }
    }
}
