//! The API document: fresh, complete, and browsable without internet.

use std::path::Path;

use daypack_server::{
    openapi,
    testing::{Engine, TestServer},
};
use serde_json::Value;

#[test]
fn the_committed_document_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(openapi::COMMITTED);
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let fresh = openapi::text().unwrap();
    assert!(
        committed == fresh,
        "{} is stale: cargo run --bin daypack -- openapi > {}",
        openapi::COMMITTED,
        openapi::COMMITTED
    );
}

#[test]
fn every_operation_says_how_it_refuses() {
    let document = serde_json::to_value(openapi::document()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut operations = 0;
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(path.starts_with("/api/v1/"), "{path}");
        for (method, operation) in item.as_object().unwrap() {
            operations += 1;
            let name = format!("{method} {path}");
            for status in [
                "400", "401", "403", "404", "409", "413", "415", "422", "428", "429", "500", "503",
            ] {
                let content = &operation["responses"][status]["content"]["application/problem+json"];
                assert_eq!(
                    content["schema"]["$ref"], "#/components/schemas/Problem",
                    "{name} {status}"
                );
            }
            let done = ["200", "201", "202", "204"]
                .iter()
                .any(|status| !operation["responses"][status].is_null());
            assert!(done, "{name} says nothing of success");
            for text in ["summary", "operationId"] {
                assert!(
                    operation[text].as_str().is_some_and(|text| !text.is_empty()),
                    "{name}: {text}"
                );
            }
            assert!(
                ids.insert(operation["operationId"].to_string()),
                "{name}: its id is taken"
            );
            let parameters = path.matches('{').count();
            let described = operation["parameters"].as_array().map_or(0, |list| {
                list.iter().filter(|parameter| parameter["in"] == "path").count()
            });
            assert_eq!(parameters, described, "{name}: path parameters");
        }
    }
    assert!(operations >= 10);
    assert_references(&document, &document);
}

/// The words of the API are in `snake_case`, those of permissions and events with dots.
#[test]
fn every_enumeration_names_its_words() {
    let mut words = Vec::new();
    collect_words(&serde_json::to_value(openapi::document()).unwrap(), &mut words);
    let is_word = |word: &str| {
        word.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.".contains(&b))
    };
    let odd: Vec<&String> = words.iter().filter(|word| !is_word(word)).collect();
    assert!(odd.is_empty(), "{odd:?}");
    for known in ["awaiting_approval", "p0", "up_to"] {
        assert!(words.iter().any(|word| word == known), "{known}");
    }
}

fn collect_words(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Array(list)) = map.get("enum") {
                words.extend(list.iter().filter_map(|word| word.as_str().map(str::to_owned)));
            }
            map.values().for_each(|inner| collect_words(inner, words));
        }
        Value::Array(list) => list.iter().for_each(|inner| collect_words(inner, words)),
        _ => {}
    }
}

/// Each `$ref` leads somewhere.
fn assert_references(document: &Value, value: &Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                let pointer = reference.trim_start_matches('#');
                let known = document.pointer(pointer).is_some();
                assert!(
                    known,
                    "nothing describes {reference}; a type of a query parameter needs #[param(inline)]"
                );
            }
            map.values().for_each(|inner| assert_references(document, inner));
        }
        Value::Array(list) => list.iter().for_each(|inner| assert_references(document, inner)),
        _ => {}
    }
}

#[actix_web::test]
async fn the_document_is_served_and_can_be_browsed_without_internet() {
    let server = TestServer::start(Engine::Sqlite);
    let client = server.anonymous();
    let document = client.get("/api/openapi.json").await.ok();
    assert_eq!(document, serde_json::to_value(openapi::document()).unwrap());
    let page = client.get("/api/docs/").await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(
        page.text.contains("swagger-ui") && !page.text.contains("https://"),
        "{}",
        page.text
    );
    assert!(page.header("content-security-policy").contains("default-src 'self'"));
    assert!(client.get("/api/docs/swagger-ui-bundle.js").await.status.is_success());
    let settings = client.get("/api/docs/swagger-initializer.js").await;
    assert!(settings.text.contains("/api/openapi.json"), "{}", settings.text);
}
