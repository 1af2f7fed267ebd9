//! The headers that answers carry.

use std::collections::{BTreeMap, BTreeSet};

use utoipa::openapi::{
    HeaderBuilder, RefOr, Response, Schema,
    path::Operation,
    schema::{Object, Type},
};

/// What every answer carries.
const EVERYWHERE: &[(&str, &str)] = &[
    ("X-Request-Id", "The request, for questions to whoever runs the server"),
    ("RateLimit-Policy", "How many requests a minute the caller has"),
    ("RateLimit", "How many of them are left, and until when"),
];

/// Adds the headers of an operation's answers; `versioned` are the names of the shapes that have a version.
pub(super) fn add(operation: &mut Operation, versioned: &BTreeSet<String>) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        for (name, description) in EVERYWHERE {
            insert(response, name, Type::String, description);
        }
        match status.as_str() {
            "429" | "503" => insert(
                response,
                "Retry-After",
                Type::Integer,
                "Seconds to wait before the next attempt",
            ),
            "200" | "201" if shows(response, versioned) => {
                insert(response, "ETag", Type::String, "The version, as If-Match takes it");
            }
            _ => {}
        }
    }
}

fn insert(response: &mut Response, name: &str, kind: Type, description: &str) {
    let header = HeaderBuilder::new()
        .schema(Some(Object::with_type(kind)))
        .description(Some(description))
        .build();
    response.headers.insert(name.to_owned(), RefOr::T(header));
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
