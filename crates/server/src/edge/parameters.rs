//! What the address of a request says: path segments and query parameters, typed.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use garde::Validate;
use serde::de::DeserializeOwned;

use super::{body::shape_error, validation};
use crate::problem::Problem;

/// Path segments. One that cannot be is answered like one that does not exist.
#[derive(Debug, Clone)]
pub struct FromPath<T>(pub T);

impl<T: DeserializeOwned> FromRequest for FromPath<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // PostgreSQL cannot keep U+0000 in a text, so nothing is named by one.
        if request.path().contains("%00") || request.path().contains('\0') {
            return ready(Err(Problem::not_found()));
        }
        let extracted = web::Path::<T>::from_request(request, payload).into_inner();
        ready(
            extracted
                .map(|path| Self(path.into_inner()))
                .map_err(|_| Problem::not_found()),
        )
    }
}

/// Query parameters, with every value checked at once. Unknown ones are refused.
#[derive(Debug, Clone)]
pub struct FromQuery<T>(pub T);

impl<T: DeserializeOwned + Validate<Context = ()>> FromRequest for FromQuery<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self))
    }
}

fn parse<T: DeserializeOwned + Validate<Context = ()>>(query: &str) -> Result<T, Problem> {
    if query.contains("%00") {
        return Err(Problem::field(
            "",
            "invalid_value",
            "Texts cannot hold the character U+0000.",
        ));
    }
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    let value: T = serde_path_to_error::deserialize(pairs).map_err(|error| {
        let path = error.path().to_string();
        let pointer = if path == "." { String::new() } else { format!("/{path}") };
        Problem::invalid(vec![shape_error(pointer, &error.inner().to_string())])
    })?;
    validation::check(&value)?;
    Ok(value)
}
