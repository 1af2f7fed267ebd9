//! The API document: fresh, complete, and browsable without internet.

use std::path::Path;

use daypack_server::{
    openapi,
    testing::{Engine, TestServer},
};
use serde_json::{Value, json};

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

fn parameters<'a>(operation: &'a Value, place: &str) -> Vec<&'a Value> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    all.filter(|parameter| parameter["in"] == place).collect()
}

fn has_header(operation: &Value, name: &str) -> bool {
    parameters(operation, "header")
        .iter()
        .any(|parameter| parameter["name"] == name)
}

#[test]
fn an_operation_says_which_headers_it_reads() {
    let document = serde_json::to_value(openapi::document()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        let post = &item["post"];
        if !post.is_null() {
            // Who has not signed in has no keys, and a preview has nothing to repeat.
            let keyed = post["security"].is_null() && !path.ends_with("/statements");
            assert_eq!(has_header(post, "Idempotency-Key"), keyed, "{path}");
        }
        for method in ["get", "patch", "delete"] {
            assert!(!has_header(&item[method], "Idempotency-Key"), "{method} {path}");
        }
        assert!(
            item["patch"].is_null() || has_header(&item["patch"], "If-Match"),
            "{path}"
        );
    }
    let acts = [
        "/tickets/{id}/triage",
        "/tickets/{id}/estimates",
        "/tickets/{id}/transitions",
        "/estimates/{id}/revise",
        "/estimates/{id}/withdraw",
        "/estimates/{id}/approve",
        "/estimates/{id}/reject",
        "/estimates/{id}/dispute",
        "/estimates/{id}/recorded-approval",
        "/standing-approvals/{id}/end",
        "/windows/{id}/accept",
        "/windows/{id}/decline",
        "/time-entries/{id}/reverse",
    ];
    for path in acts {
        let operation = &document["paths"][format!("/api/v1{path}")]["post"];
        assert!(has_header(operation, "If-Match"), "{path}");
    }
    let member = "/api/v1/organizations/{id}/members/{user_id}";
    assert!(has_header(&document["paths"][member]["delete"], "If-Match"));
}

#[test]
fn bounds_and_headers_are_told() {
    let document = serde_json::to_value(openapi::document()).unwrap();
    let shapes = &document["components"]["schemas"];
    let field = |shape: &str, field: &str| shapes[shape]["properties"][field].clone();
    let name = field("AddMember", "name");
    assert_eq!(
        (&name["minLength"], &name["maxLength"]),
        (&json!(1), &json!(120)),
        "{name}"
    );
    let minutes = field("AddMember", "approval_limit_minutes");
    assert_eq!(
        (&minutes["minimum"], &minutes["maximum"]),
        (&json!(0), &json!(10_000_000)),
        "{minutes}"
    );
    let components = field("AddSystem", "components");
    assert_eq!(
        (&components["maxItems"], &components["items"]["maxLength"]),
        (&json!(100), &json!(120)),
        "{components}"
    );
    let title = field("EditTicket", "title");
    assert_eq!(
        (&title["minLength"], &title["maxLength"]),
        (&json!(3), &json!(200)),
        "{title}"
    );
    let tags = field("EditTicket", "tags");
    assert_eq!(
        (&tags["maxItems"], &tags["items"]["maxLength"]),
        (&json!(20), &json!(40)),
        "{tags}"
    );

    let mut limits = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let counted = status.starts_with('2') || status == "429";
                for header in ["RateLimit", "RateLimit-Policy", "X-Request-Id"] {
                    let told = response["headers"][header]["$ref"].as_str();
                    let described = format!("#/components/headers/{header}");
                    assert_eq!(told, counted.then_some(described.as_str()), "{name} {status}");
                }
                let waits = ["429", "503"].contains(&status.as_str());
                assert_eq!(!response["headers"]["Retry-After"].is_null(), waits, "{name} {status}");
            }
            for limit in parameters(operation, "query")
                .iter()
                .filter(|parameter| parameter["name"] == "limit")
            {
                limits += 1;
                let schema = &limit["schema"];
                assert_eq!(
                    (&schema["minimum"], &schema["maximum"], &schema["default"]),
                    (&json!(1), &json!(100), &json!(25)),
                    "{name}"
                );
            }
        }
    }
    assert!(limits >= 5);
    let answer = |path: &str, method: &str, status: &str| {
        document["paths"][format!("/api/v1{path}")][method]["responses"][status]["headers"]["ETag"].clone()
    };
    for (path, method, status) in [
        ("/tickets/{id}", "get", "200"),
        ("/tickets", "post", "201"),
        ("/me", "patch", "200"),
        ("/orders/{id}", "get", "200"),
    ] {
        assert!(!answer(path, method, status).is_null(), "{method} {path}");
    }
    assert!(answer("/tickets", "get", "200").is_null());
    let body = |path: &str| document["paths"][format!("/api/v1{path}")]["post"]["requestBody"]["required"].clone();
    assert_eq!(
        (body("/estimates/{id}/approve"), body("/tickets")),
        (json!(false), json!(true))
    );
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
