//! The headers that answers carry. Each is described once, among the document's components.

use std::collections::{BTreeMap, BTreeSet};

use utoipa::openapi::{
    Header, HeaderBuilder, Ref, RefOr, Response, Schema,
    path::Operation,
    schema::{Object, Type},
};

const REQUEST: &str = "X-Request-Id";
const POLICY: &str = "RateLimit-Policy";
const LEFT: &str = "RateLimit";
const WAIT: &str = "Retry-After";
const VERSION: &str = "ETag";

/// The headers, described.
pub(super) fn described() -> BTreeMap<String, RefOr<Header>> {
    let headers = [
        (
            REQUEST,
            Type::String,
            "The request, for questions to whoever runs the server",
        ),
        (POLICY, Type::String, "How many requests a minute the caller has"),
        (LEFT, Type::String, "How many of them are left, and until when"),
        (WAIT, Type::Integer, "Seconds to wait before the next attempt"),
        (VERSION, Type::String, "The version, as If-Match takes it"),
    ];
    let header = |kind, text: &str| {
        HeaderBuilder::new()
            .schema(Some(Object::with_type(kind)))
            .description(Some(text))
            .build()
    };
    headers
        .into_iter()
        .map(|(name, kind, text)| (name.to_owned(), RefOr::T(header(kind, text))))
        .collect()
}

/// Names the headers of an operation's answers; `versioned` are the names of the shapes that have a version.
pub(super) fn add(operation: &mut Operation, versioned: &BTreeSet<String>) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let mut names = Vec::new();
        if status.starts_with('2') || status == "429" {
            names.extend([REQUEST, POLICY, LEFT]);
        }
        if matches!(status.as_str(), "429" | "503") {
            names.push(WAIT);
        }
        if matches!(status.as_str(), "200" | "201") && shows(response, versioned) {
            names.push(VERSION);
        }
        for name in names {
            let described = Ref::new(format!("#/components/headers/{name}"));
            response.headers.insert(name.to_owned(), RefOr::Ref(described));
        }
    }
}

fn shows(response: &Response, versioned: &BTreeSet<String>) -> bool {
    response.content.values().any(|content| match content {
        RefOr::T(content) => content.schema.as_ref().is_some_and(|schema| refers(schema, versioned)),
        RefOr::Ref(_) => false,
    })
}

fn refers(schema: &RefOr<Schema>, names: &BTreeSet<String>) -> bool {
    match schema {
        RefOr::Ref(reference) => reference
            .ref_location
            .rsplit('/')
            .next()
            .is_some_and(|name| names.contains(name)),
        RefOr::T(_) => false,
    }
}

/// The names of the shapes with a version of their own, and of those that they are a part of.
pub(super) fn versioned(schemas: &BTreeMap<String, RefOr<Schema>>) -> BTreeSet<String> {
    let own = |schema: &RefOr<Schema>| match schema {
        RefOr::T(Schema::Object(object)) => object.properties.contains_key("version"),
        _ => false,
    };
    let direct: BTreeSet<String> = schemas
        .iter()
        .filter(|(_, schema)| own(schema))
        .map(|(name, _)| name.clone())
        .collect();
    let whole = |schema: &RefOr<Schema>| match schema {
        RefOr::T(Schema::AllOf(all)) => all.items.iter().any(|part| own(part) || refers(part, &direct)),
        _ => false,
    };
    let composed = schemas.iter().filter(|(_, schema)| whole(schema));
    let composed: BTreeSet<String> = composed.map(|(name, _)| name.clone()).collect();
    direct.union(&composed).cloned().collect()
}
