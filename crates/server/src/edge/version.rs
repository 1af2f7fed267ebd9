//! `If-Match`: the version that the caller has seen.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
};
use daypack_domain::Refusal;
use utoipa::{
    IntoParams, PartialSchema,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::problem::Problem;

/// The version that a change is based on; without `If-Match` the answer is 428. For every `PATCH`.
#[derive(Debug, Clone, Copy)]
pub struct RequiredVersion(pub i64);

/// The version that an action is based on, when the caller says so. For action `POST`s.
#[derive(Debug, Clone, Copy)]
pub struct ExpectedVersion(pub Option<i64>);

impl FromRequest for RequiredVersion {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let needed = || {
            Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                "precondition_required",
                "Send the ETag that you have seen as If-Match.",
            )
        };
        ready(parse(request).and_then(|version| version.map(Self).ok_or_else(needed)))
    }
}

impl FromRequest for ExpectedVersion {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request).map(Self))
    }
}

/// The header in the API document.
impl IntoParams for RequiredVersion {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let header = if_match().required(Required::True).schema(Some(String::schema()));
        vec![header.description(Some("The ETag that the change is based on")).build()]
    }
}

/// The header in the API document.
impl IntoParams for ExpectedVersion {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let header = if_match()
            .required(Required::False)
            .schema(Some(Option::<String>::schema()));
        vec![
            header
                .description(Some("The ETag that the decision is based on"))
                .build(),
        ]
    }
}

fn if_match() -> ParameterBuilder {
    ParameterBuilder::new()
        .name("If-Match")
        .parameter_in(ParameterIn::Header)
}

/// `"7"` as 7; `*` and no header as nothing. An ETag that is not ours cannot match any version.
fn parse(request: &HttpRequest) -> Result<Option<i64>, Problem> {
    let Some(value) = request.headers().get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match inner.and_then(|text| text.parse().ok()) {
        Some(version) => Ok(Some(version)),
        None => Err(stale().into()),
    }
}

fn stale() -> Refusal {
    Refusal::conflict("stale_version", "It has changed since you saw it. Read it again.")
}

/// Says no when the resource has changed since the caller saw it: `check_version(expected, ticket.version)?`.
///
/// # Errors
/// `stale_version`.
pub fn check_version(expected: impl Into<Option<i64>>, current: i64) -> Result<(), Refusal> {
    match expected.into() {
        Some(version) if version != current => Err(stale()),
        _ => Ok(()),
    }
}
