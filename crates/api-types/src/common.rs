//! What every resource shares: lists, pages, people and problem documents.

use daypack_domain::ids::UserId;
use serde::{Deserialize, Deserializer, Serialize};

/// One page of a list. Pages follow each other by `next_cursor`; there are no total counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Opaque and signed; give it as `cursor` for the next page. `null` on the last one.
    pub next_cursor: Option<String>,
}

/// A short list that always comes whole, in the shape of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Items<T> {
    /// The items, all of them.
    pub items: Vec<T>,
    /// Always `null`: there is no further page.
    #[serde(default)]
    pub next_cursor: Option<String>,
}

impl<T> Items<T> {
    /// The whole list.
    #[must_use]
    pub fn new(items: Vec<T>) -> Self {
        Self {
            items,
            next_cursor: None,
        }
    }
}

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// On the agency's staff, not on the client's side.
    pub staff: bool,
}

/// A problem document (RFC 9457): why a request was refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI that names the kind of problem.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// The kind of problem, for people.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// One sentence about this very case.
    pub detail: String,
    /// Stable code, such as `insufficient_minutes`.
    pub code: String,
    /// The request, for questions to whoever runs the server.
    pub request_id: String,
    /// Which fields cannot be accepted, all of them at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
    /// How many minutes are missing, where minutes are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall_minutes: Option<i64>,
    /// An order that would cover them, where buying helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covering_order: Option<crate::estimate::CoveringOrder>,
}

/// One field that cannot be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProblemField {
    /// JSON pointer into the body.
    pub pointer: String,
    /// Stable code, such as `too_short`.
    pub code: String,
    /// One sentence.
    pub detail: String,
}

/// Tells `null` from nothing: a field that is there is `Some`, whatever it holds. For `deserialize_with`, beside
/// `default`.
///
/// # Errors
/// The value has the wrong shape.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
