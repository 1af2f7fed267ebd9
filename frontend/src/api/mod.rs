//! All HTTP of the page. [`get`], [`post`], [`patch`] and [`delete`] are thin and generic; what happens to a request
//! (bearer, idempotency, the refresh of an expired session, problem documents) is in [`send`](transport::send), once.
//!
//! One file for each area of operations; a screen calls those and never builds a request.

pub mod account;
pub mod agreements;
pub mod approvals;
pub mod attachments;
pub mod catalogue;
pub mod contract;
pub mod download;
pub mod imports;
pub mod json;
pub mod orders;
pub mod packs;
mod problem;
pub mod settings;
pub mod special;
pub mod summaries;
pub mod tickets;
mod transport;
pub mod uploads;

use serde::{Serialize, de::DeserializeOwned};

pub use problem::ApiProblem;
pub use transport::{on_expired, refresh, set_access_token};

use transport::{Answer, Call, Method, send};

/// Below this lies every operation.
pub const BASE: &str = "/api/v1";

/// Reads a resource.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ApiProblem> {
    decode(&send(Call::new(Method::Get, path)).await?)
}

/// Makes something, or does an action. A retry after a lost answer has the same `Idempotency-Key`.
pub async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, ApiProblem> {
    decode(&send(Call::new(Method::Post, path).with_body(encode(body)?)).await?)
}

/// As [`post`], for an operation that answers with nothing, or with what the page does not need.
pub async fn post_only(path: &str, body: &impl Serialize) -> Result<(), ApiProblem> {
    send(Call::new(Method::Post, path).with_body(encode(body)?))
        .await
        .map(drop)
}

/// Changes fields of a resource that still has this version; else the problem's code is `stale_version`.
pub async fn patch<T: DeserializeOwned>(path: &str, version: i64, body: &impl Serialize) -> Result<T, ApiProblem> {
    decode(
        &send(
            Call::new(Method::Patch, path)
                .with_body(encode(body)?)
                .at_version(version),
        )
        .await?,
    )
}

/// Ends or removes something.
pub async fn delete(path: &str) -> Result<(), ApiProblem> {
    send(Call::new(Method::Delete, path)).await.map(drop)
}

/// Reads a static file of the page with texts by their keys.
pub async fn texts(address: &str) -> Result<Vec<(String, String)>, ApiProblem> {
    let answer = send(Call::asset(address)).await?;
    json::read_texts(&answer.body).map_err(|what| ApiProblem::unreadable(what.to_owned(), None))
}

/// A path with the parameters that have a value.
fn address(path: &str, parameters: &[(&str, Option<String>)]) -> String {
    let mut address = path.to_owned();
    let mut joint = '?';
    for (name, value) in parameters {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            address.push(joint);
            address.push_str(name);
            address.push('=');
            address.push_str(&String::from(js_sys::encode_uri_component(value)));
            joint = '&';
        }
    }
    address
}

fn encode(body: &impl Serialize) -> Result<String, ApiProblem> {
    serde_json::to_string(body).map_err(|error| ApiProblem::unreadable(error.to_string(), None))
}

fn decode<T: DeserializeOwned>(answer: &Answer) -> Result<T, ApiProblem> {
    json::read(&answer.body).map_err(|what| ApiProblem::unreadable(what.to_owned(), answer.request_id.clone()))
}
