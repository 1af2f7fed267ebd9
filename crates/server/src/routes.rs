//! Which address goes where.

use actix_web::{
    HttpRequest, HttpResponse,
    http::Method,
    web::{self, Data},
};
use utoipa::openapi::HttpMethod;

use crate::{
    api,
    app::App,
    health, openapi,
    operations::{self, Told},
    problem::Problem,
};

/// Below this address is the API.
pub const BASE: &str = "/api/v1";

/// The operations of the API.
pub fn api(config: &mut web::ServiceConfig) {
    let operations = |config: &mut web::ServiceConfig| operations::answer(config, api::register);
    config.service(web::scope(BASE).configure(operations));
}

/// What the operations of the API tell of themselves, with their shapes or without.
#[must_use]
pub fn told(with_schemas: bool) -> Told {
    let mut told = operations::tell(api::register, with_schemas);
    let paths = std::mem::take(&mut told.paths.paths);
    told.paths.paths = paths
        .into_iter()
        .map(|(path, item)| (format!("{BASE}{path}"), item))
        .collect();
    told
}

/// What is outside of the API, and the answers to everything else.
pub fn rest(config: &mut web::ServiceConfig, allowed: Data<Allowed>) {
    config
        .app_data(allowed)
        .configure(openapi::register)
        .configure(health::register)
        .default_service(web::to(otherwise));
}

/// An operation that does not exist, or a file of the page.
async fn otherwise(app: Data<App>, allowed: Data<Allowed>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    if !is_api(request.path()) {
        return Ok(app.assets.serve(&request));
    }
    match allowed.methods(request.path()) {
        Some(methods) if !methods.contains(request.method()) => {
            let list: Vec<&str> = methods.iter().map(Method::as_str).collect();
            Err(Problem::method_not_allowed(list.join(", ")))
        }
        _ => Err(Problem::not_found()),
    }
}

fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// The methods of each address, to tell 405 from 404.
pub struct Allowed(Vec<(Vec<String>, Vec<Method>)>);

impl Allowed {
    /// Of the operations of the API.
    #[must_use]
    pub fn of_operations() -> Self {
        let segments = |path: &str| path.split('/').map(str::to_owned).collect();
        let entries = openapi::methods(&told(false).paths);
        Self(
            entries
                .iter()
                .map(|(path, methods)| (segments(path), methods.iter().map(method).collect()))
                .collect(),
        )
    }

    fn methods(&self, path: &str) -> Option<Vec<Method>> {
        let segments: Vec<&str> = path.split('/').collect();
        let found: Vec<Method> = self
            .0
            .iter()
            .filter(|(pattern, _)| matches(pattern, &segments))
            .flat_map(|(_, methods)| methods.iter().cloned())
            .collect();
        if found.is_empty() { None } else { Some(found) }
    }
}

fn matches(pattern: &[String], segments: &[&str]) -> bool {
    pattern.len() == segments.len()
        && pattern.iter().zip(segments).all(|(part, segment)| {
            if part.starts_with('{') {
                !segment.is_empty()
            } else {
                part == segment
            }
        })
}

fn method(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Trace => Method::TRACE,
    }
}
