//! The bounds of values. The rules stand in `daypack-api-types`, where garde reads them; `build.rs` lists them for here,
//! so that the document says what the server checks.

use std::collections::BTreeMap;

use utoipa::{
    Number,
    openapi::{RefOr, Schema, schema::ArrayItems},
};

/// What a bound counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// The characters of a text.
    Characters,
    /// The items of a list.
    Items,
    /// The number itself.
    Value,
}

/// A bound: the least and the most.
#[derive(Debug, Clone, Copy)]
struct Bound {
    schema: &'static str,
    field: &'static str,
    of: Of,
    min: Option<i64>,
    max: Option<i64>,
}

// `const BOUNDS: &[Bound]`, made by build.rs.
include!(concat!(env!("OUT_DIR"), "/bounds.rs"));

/// Adds the bounds of the fields of these shapes.
pub(super) fn add(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    for bound in BOUNDS {
        let Some(RefOr::T(Schema::Object(object))) = schemas.get_mut(bound.schema) else {
            continue;
        };
        if let Some(RefOr::T(field)) = object.properties.get_mut(bound.field) {
            apply(field, bound);
        }
    }
}

fn apply(schema: &mut Schema, bound: &Bound) {
    let count = |limit: Option<i64>| limit.and_then(|limit| usize::try_from(limit).ok());
    let number = |limit: Option<i64>| limit.and_then(|limit| isize::try_from(limit).ok()).map(Number::Int);
    match (schema, bound.of) {
        (Schema::Object(object), Of::Characters) => {
            object.min_length = count(bound.min);
            object.max_length = count(bound.max);
        }
        (Schema::Object(object), Of::Value) => {
            object.minimum = number(bound.min);
            object.maximum = number(bound.max);
        }
        (Schema::Array(array), Of::Items) => {
            array.min_items = count(bound.min);
            array.max_items = count(bound.max);
        }
        (Schema::Array(array), Of::Characters | Of::Value) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items
                && let RefOr::T(items) = items.as_mut()
            {
                apply(items, bound);
            }
        }
        _ => {}
    }
}
