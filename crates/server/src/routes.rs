//! Which address goes where.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::{Next, from_fn},
    web::{self, Data},
};
use daypack_domain::problem::FieldProblem;
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
    let scope = web::scope(BASE).wrap(from_fn(known_parameters));
    config.service(scope.configure(operations));
}

/// Refuses query parameters that the operation does not have: somebody who filters by one that is not there would
/// otherwise take the whole list for what they asked for.
async fn known_parameters(
    allowed: Data<Allowed>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if !request.query_string().is_empty()
        && let Some(pattern) = request.match_pattern()
    {
        let unknown = allowed.unknown_parameters(&pattern, request.method(), request.query_string());
        if !unknown.is_empty() {
            return Err(Problem::invalid(unknown).into());
        }
    }
    next.call(request).await
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

/// What each address takes: methods, to tell 405 from 404, and query parameters.
pub struct Allowed {
    paths: Vec<(Vec<String>, Vec<Method>)>,
    /// By the pattern of the address. What an operation has no parameters for is not among them.
    parameters: BTreeMap<String, Vec<(Method, Vec<String>)>>,
}

impl Allowed {
    /// Of the operations of the API.
    #[must_use]
    pub fn of_operations() -> Self {
        let segments = |path: &str| path.split('/').map(str::to_owned).collect();
        let told = told(false).paths;
        let methods = openapi::methods(&told);
        let paths = methods
            .iter()
            .map(|(path, methods)| (segments(path), methods.iter().map(method).collect()));
        let parameters = told.paths.iter().map(|(path, item)| {
            let of_operations = openapi::operations(item)
                .map(|(of, operation)| (method(&of), openapi::query_parameters(operation)))
                .collect();
            (path.clone(), of_operations)
        });
        Self {
            paths: paths.collect(),
            parameters: parameters.collect(),
        }
    }

    /// Which of these query parameters the operation at this pattern does not have; `HEAD` takes those of `GET`.
    fn unknown_parameters(&self, pattern: &str, method: &Method, query: &str) -> Vec<FieldProblem> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let operation = self
            .parameters
            .get(pattern)
            .and_then(|operations| operations.iter().find(|(of, _)| of == method));
        let Some((_, known)) = operation else {
            return Vec::new();
        };
        let names: BTreeSet<String> = form_urlencoded::parse(query.as_bytes())
            .map(|(name, _)| name.into_owned())
            .filter(|name| !known.contains(name))
            .collect();
        names
            .iter()
            .map(|name| {
                let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
                FieldProblem::new(pointer, "unknown_field", "There is no such field here.")
            })
            .collect()
    }

    fn methods(&self, path: &str) -> Option<Vec<Method>> {
        let segments: Vec<&str> = path.split('/').collect();
        let mut found: Vec<Method> = Vec::new();
        let there = self.paths.iter().filter(|(pattern, _)| matches(pattern, &segments));
        for method in there.flat_map(|(_, methods)| methods) {
            if !found.contains(method) {
                found.push(method.clone());
            }
        }
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
