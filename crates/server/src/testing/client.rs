//! A small client for tests. What it expects and does not get, it prints in full.

use std::{net::SocketAddr, time::Duration};

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::Value;

/// Calls a test server, perhaps as somebody.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    headers: Vec<(String, String)>,
}

/// An answer, whatever it is.
#[derive(Debug)]
pub struct Answered {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    what: String,
}

impl Client {
    /// For a server at this address.
    ///
    /// # Panics
    /// When no client can be made.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        crate::outgoing::prepare_tls();
        let http = reqwest::Client::builder()
            .no_proxy()
            // The server lets go of a connection after 5 s, perhaps in the moment in which it is used again.
            .pool_idle_timeout(Duration::from_secs(2))
            // It speaks plain HTTP: the machine's certificates would take longer to read than most tests.
            .tls_danger_accept_invalid_certs(true)
            .build()
            .expect("a client can be made");
        Self {
            http,
            base: format!("http://{address}"),
            token: None,
            headers: Vec::new(),
        }
    }

    /// The same with this access token.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The same at another server.
    #[must_use]
    pub fn at(&self, address: SocketAddr) -> Self {
        let mut client = self.clone();
        client.base = format!("http://{address}");
        client
    }

    /// The same with one header more, for all its requests: `client.header("If-Match", "\"1\"").patch(...)`.
    #[must_use]
    pub fn header(&self, name: &str, value: impl Into<String>) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.into()));
        client
    }

    /// `GET`. Paths are those below `/api/v1`, except for those that begin with `/api` or `/health` or `/metrics`.
    pub async fn get(&self, path: &str) -> Answered {
        self.send(Method::GET, path, None).await
    }

    /// `POST` with JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answered {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    /// `PATCH` with JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answered {
        self.send(Method::PATCH, path, Some(body.to_string())).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answered {
        self.send(Method::DELETE, path, None).await
    }

    /// Any request; a body goes as `application/json` unless a header says otherwise.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Answered {
        let what = format!("{method} {path}");
        let mut request = self.http.request(method, self.url(path));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            if !self
                .headers
                .iter()
                .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            {
                request = request.header("content-type", "application/json");
            }
            request = request.body(body);
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("{what}: {error:?}"));
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response
            .text()
            .await
            .unwrap_or_else(|error| panic!("{what}: {error:?}"));
        Answered {
            status,
            headers,
            text,
            what,
        }
    }

    /// The whole address of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        let outside = ["/api", "/health", "/metrics"]
            .iter()
            .any(|prefix| path.starts_with(prefix))
            || path == "/";
        if outside {
            format!("{}{path}", self.base)
        } else {
            format!("{}/api/v1{path}", self.base)
        }
    }
}

impl Answered {
    /// The JSON of an answer with this status.
    ///
    /// # Panics
    /// On another status.
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.what, self.text);
        if self.text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{}: {error}: {}", self.what, self.text))
    }

    /// The JSON of a 200.
    ///
    /// # Panics
    /// On another status.
    pub fn ok(&self) -> Value {
        self.json(200)
    }

    /// The JSON of a 201.
    ///
    /// # Panics
    /// On another status.
    pub fn created(&self) -> Value {
        self.json(201)
    }

    /// A 204 or 202 without a body.
    ///
    /// # Panics
    /// On another answer.
    pub fn empty(&self, status: u16) {
        assert_eq!(
            (self.status.as_u16(), self.text.as_str()),
            (status, ""),
            "{}",
            self.what
        );
    }

    /// A problem document with this status and code, complete and with its request id.
    ///
    /// # Panics
    /// On another answer.
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let document = self.json(status);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.what);
        assert_eq!(document["code"], code, "{}: {}", self.what, self.text);
        assert_eq!(document["status"], status, "{}", self.what);
        assert_eq!(document["request_id"], self.header("x-request-id"), "{}", self.what);
        for field in ["type", "title", "detail", "request_id"] {
            assert!(
                document[field].as_str().is_some_and(|text| !text.is_empty()),
                "{}: no {field}",
                self.what
            );
        }
        document
    }

    /// A 422 that names these fields with these codes, in any order.
    ///
    /// # Panics
    /// On another answer.
    pub fn invalid(&self, expected: &[(&str, &str)]) {
        let document = self.problem(422, "invalid");
        let errors = document["errors"].as_array().cloned().unwrap_or_default();
        let text = |error: &Value, name: &str| error[name].as_str().unwrap_or_default().to_owned();
        let mut found: Vec<_> = errors
            .iter()
            .map(|error| (text(error, "pointer"), text(error, "code")))
            .collect();
        let mut expected: Vec<_> = expected
            .iter()
            .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
            .collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{}", self.what);
    }

    /// A header's text; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}
