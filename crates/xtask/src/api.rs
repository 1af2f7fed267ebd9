//! Calls of the API, by the people of the demo data.

use serde_json::{Value, json};

use crate::Failure;

/// What the API's addresses begin with.
pub const BASE: &str = "/api/v1";
const PASSWORD: &str = "daypack-demo";

/// Somebody who has signed in.
pub struct Person {
    /// Their access token.
    pub token: String,
    /// The organization that they belong to; empty for the staff.
    pub organization: String,
}

impl Person {
    /// Signs somebody of the demo data in.
    pub fn sign_in(base: &str, email: &str) -> Result<Self, Failure> {
        let body = json!({ "email": email, "password": PASSWORD });
        let session = call(base, "POST", "/sessions", "", Some(&body))?;
        Ok(Self {
            token: text(&session["access_token"]),
            organization: text(&session["user"]["memberships"][0]["organization_id"]),
        })
    }
}

/// A request.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// Below the base.
    pub path: &'a str,
    /// Whose access token; empty for nobody's.
    pub token: &'a str,
    /// Makes it safe to send again.
    pub key: Option<&'a str>,
    /// In JSON.
    pub body: Option<&'a Value>,
}

/// Status and body of an answer; nothing when none came, or only a part of it.
pub fn send(base: &str, call: &Call<'_>) -> Option<(u16, String)> {
    let address = format!("{base}{BASE}{}", call.path);
    let mut request = if call.method == "GET" {
        minreq::get(address)
    } else {
        minreq::post(address)
    };
    if !call.token.is_empty() {
        request = request.with_header("Authorization", format!("Bearer {}", call.token));
    }
    if let Some(key) = call.key {
        request = request.with_header("Idempotency-Key", key);
    }
    if let Some(body) = call.body {
        request = request
            .with_header("Content-Type", "application/json")
            .with_body(body.to_string());
    }
    let answer = request.with_timeout(30).send().ok()?;
    // What minreq makes of a connection that ends before the status: the API never answers with nothing.
    if answer.status_code == 503 && answer.as_bytes().is_empty() {
        return None;
    }
    Some((answer.status_code, answer.as_str().ok()?.to_owned()))
}

/// The JSON of an answer that has to come, and to be a success.
pub fn call(base: &str, method: &str, path: &str, token: &str, body: Option<&Value>) -> Result<Value, Failure> {
    let request = Call {
        method,
        path,
        token,
        key: None,
        body,
    };
    let (status, text) = send(base, &request).ok_or_else(|| format!("{method} {path}: no answer"))?;
    if status >= 300 {
        return Err(format!("{method} {path}: {status} {text}"));
    }
    serde_json::from_str(&text).map_err(|error| format!("{method} {path}: {error}"))
}

/// A text of an answer.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
