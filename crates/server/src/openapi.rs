//! The API document: generated from the handlers, completed with what every operation shares.

mod bounds;
mod headers;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use actix_web::{HttpResponse, http::header, web};
use daypack_api_types::{Problem, ProblemField};
use utoipa::{
    Modify, Number, OpenApi,
    openapi::{
        ContentBuilder, HttpMethod, InfoBuilder, LicenseBuilder, OpenApi as Document, Paths, Ref, RefOr, Required,
        ResponseBuilder, Schema, ServerBuilder,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{Object, Type},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use crate::{edge::pages, problem::MEDIA_TYPE, routes};

/// Where the document is committed.
pub const COMMITTED: &str = "openapi/openapi.json";

#[derive(OpenApi)]
#[openapi(components(schemas(Problem, ProblemField)), modifiers(&Shared))]
struct Base;

/// The whole document.
#[must_use]
pub fn document() -> Document {
    let told = routes::told(true);
    let mut whole = Base::openapi();
    whole.paths.merge(told.paths);
    let components = whole.components.get_or_insert_default();
    components.schemas.extend(told.schemas.unwrap_or_default());
    Shared.modify(&mut whole);
    whole
}

/// The document as it is committed: pretty, with a newline at the end.
///
/// # Errors
/// It cannot be written as JSON: a fault of ours.
pub fn text() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&document())? + "\n")
}

/// The methods of each path, for 405 and `Allow`.
#[must_use]
pub fn methods(paths: &Paths) -> BTreeMap<String, Vec<HttpMethod>> {
    paths
        .paths
        .iter()
        .map(|(path, item)| {
            let methods = operations(item).map(|(method, _)| method).collect();
            (path.clone(), methods)
        })
        .collect()
}

/// The operations of a path.
pub fn operations(item: &utoipa::openapi::PathItem) -> impl Iterator<Item = (HttpMethod, &Operation)> {
    let all = [
        (HttpMethod::Get, &item.get),
        (HttpMethod::Put, &item.put),
        (HttpMethod::Post, &item.post),
        (HttpMethod::Delete, &item.delete),
        (HttpMethod::Patch, &item.patch),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// The names of an operation's query parameters.
#[must_use]
pub fn query_parameters(operation: &Operation) -> Vec<String> {
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let name = |parameter: &RefOr<Parameter>| match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter.name.clone()),
        _ => None,
    };
    parameters.iter().filter_map(name).collect()
}

/// What every operation shares: problem documents, security, headers.
struct Shared;

impl Modify for Shared {
    fn modify(&self, document: &mut Document) {
        document.info = InfoBuilder::new()
            .title("Daypack")
            .version(env!("CARGO_PKG_VERSION"))
            .description(Some(
                "Prepaid software maintenance: requests, approvals, packs and weekly summaries. Times are RFC 3339 in \
                 UTC, durations are integers with their unit in the name, errors are problem documents (RFC 9457) with a \
                 stable `code`.",
            ))
            .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
            .build();
        document.servers = Some(vec![ServerBuilder::new().url("/").build()]);
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build();
        let cookie = ApiKey::Cookie(ApiKeyValue::new(crate::auth::cookie::NAME));
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        components.add_security_scheme("refresh_cookie", SecurityScheme::ApiKey(cookie));
        document.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new())]);
        bounds::add(&mut components.schemas);
        components.headers = headers::described();
        let versioned = headers::versioned(&components.schemas);
        let needs_nothing = shapes_without_needs(&components.schemas);
        for item in document.paths.paths.values_mut() {
            for operation in [&mut item.get, &mut item.put, &mut item.patch, &mut item.delete]
                .into_iter()
                .flatten()
            {
                complete(operation, &versioned);
            }
            if let Some(operation) = &mut item.post {
                complete(operation, &versioned);
                leave_out_body(operation, &needs_nothing);
                if keeps_answers(operation) {
                    add_parameter(operation, idempotency_key());
                }
            }
        }
    }
}

/// The statuses that any operation may refuse with, and what they mean.
const PROBLEMS: &[(&str, &str)] = &[
    ("400", "The request cannot be read"),
    ("401", "Nobody is signed in, or no longer"),
    ("403", "The right is missing"),
    ("404", "It does not exist, or not for the caller"),
    ("408", "The body took too long to arrive"),
    ("409", "The state of things does not allow it now"),
    ("413", "The body is too large"),
    ("415", "The body is of another media type"),
    ("422", "Some values cannot be accepted"),
    ("428", "If-Match is needed"),
    ("429", "Too many requests"),
    ("500", "Something went wrong on the server"),
    ("503", "The server cannot do this at the moment"),
];

fn complete(operation: &mut Operation, versioned: &BTreeSet<String>) {
    for (status, description) in PROBLEMS {
        let content = ContentBuilder::new()
            .schema(Some(RefOr::Ref(Ref::from_schema_name("Problem"))))
            .build();
        let response = ResponseBuilder::new()
            .description(*description)
            .content(MEDIA_TYPE, content)
            .build();
        operation
            .responses
            .responses
            .entry((*status).to_owned())
            .or_insert(RefOr::T(response));
    }
    headers::add(operation, versioned);
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && parameter.parameter_in == ParameterIn::Query
            && parameter.name == "limit"
            && let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
        {
            schema.minimum = Some(Number::Int(1));
            schema.maximum = isize::try_from(pages::MAXIMUM_LIMIT).ok().map(Number::Int);
            schema.default = Some(pages::DEFAULT_LIMIT.into());
        }
    }
}

/// The names of the shapes of which nothing needs to be said.
fn shapes_without_needs(schemas: &BTreeMap<String, RefOr<Schema>>) -> BTreeSet<String> {
    let optional = |schema: &RefOr<Schema>| matches!(schema, RefOr::T(Schema::Object(it)) if it.required.is_empty());
    let found = schemas.iter().filter(|(_, schema)| optional(schema));
    found.map(|(name, _)| name.clone()).collect()
}

/// An action that needs to be told nothing needs no body.
fn leave_out_body(operation: &mut Operation, needs_nothing: &BTreeSet<String>) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    let is_one = |schema: &RefOr<Schema>| {
        matches!(schema, RefOr::Ref(reference)
            if reference.ref_location.rsplit('/').next().is_some_and(|name| needs_nothing.contains(name)))
    };
    let all_optional = body.content.values().all(|content| match content {
        RefOr::T(content) => content.schema.as_ref().is_some_and(is_one),
        RefOr::Ref(_) => false,
    });
    if all_optional {
        body.required = Some(Required::False);
    }
}

fn add_parameter(operation: &mut Operation, parameter: Parameter) {
    let parameters = operation.parameters.get_or_insert_default();
    let known = parameters
        .iter()
        .any(|known| matches!(known, RefOr::T(known) if known.name == parameter.name));
    if !known {
        parameters.push(RefOr::T(parameter));
    }
}

/// A `POST` that anybody can make has nobody whose key it could be, and one that only looks has nothing to repeat.
fn keeps_answers(operation: &Operation) -> bool {
    const ONLY_LOOKS: &[&str] = &["preview_statement"];
    let id = operation.operation_id.as_deref().unwrap_or_default();
    operation.security.is_none() && !ONLY_LOOKS.contains(&id)
}

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name(crate::edge::idempotency::HEADER)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "The same key and body give the first answer again, for 24 hours. With another body the key is refused \
             (`idempotency_key_reused`), while the first request runs too (`request_in_flight`). Refusals are not \
             kept. Keys are each caller's own; somebody who lost a role since gets no answer of before \
             (`idempotency_key_outdated`)",
        ))
        .schema(Some(RefOr::T(Object::with_type(Type::String).into())))
        .build()
}

/// The document and its browsable page, below `/api`.
pub fn register(config: &mut web::ServiceConfig) {
    // Made once, when somebody first asks: making it takes time and memory that most servers never need.
    static WRITTEN: OnceLock<web::Bytes> = OnceLock::new();
    let written = || async {
        let json = WRITTEN.get_or_init(|| serde_json::to_vec(&document()).unwrap_or_default().into());
        HttpResponse::Ok().content_type("application/json").body(json.clone())
    };
    config.route("/api/openapi.json", web::get().to(written));
    let to_page = || async {
        HttpResponse::MovedPermanently()
            .insert_header((header::LOCATION, "/api/docs/"))
            .finish()
    };
    config.route("/api/docs", web::get().to(to_page));
    config.service(
        utoipa_swagger_ui::SwaggerUi::new("/api/docs/{_:.*}")
            .config(utoipa_swagger_ui::Config::from("/api/openapi.json").validator_url("none")),
    );
}
