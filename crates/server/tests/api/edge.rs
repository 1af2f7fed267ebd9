//! What every operation does alike: problem documents, bounds, headers, limits.

use std::{
    io::{Read, Write},
    time::Duration,
};

use actix_web::{App, HttpResponse, middleware::from_fn, test, web};
use daypack_server::{
    on_both_engines,
    testing::{Engine, TestServer},
};
use reqwest::Method;
use serde_json::json;

use crate::requests::{Scene, path};

on_both_engines! {
    async fn every_value_that_cannot_be_accepted_is_named_at_once(server: &TestServer) {
        let client = server.anonymous();
        client.post("/sessions", json!({ "email": "a", "password": "" })).await
            .invalid(&[("/email", "too_short"), ("/password", "too_short")]);
        client.post("/sessions", json!({ "email": "a@b.example", "password": "x", "role": "admin" })).await
            .invalid(&[("/role", "unknown_field")]);
        client.post("/sessions", json!({ "email": 7, "password": "x" })).await.invalid(&[("/email", "wrong_type")]);
        client.post("/sessions", json!({ "email": "a@b.example" })).await.invalid(&[("/password", "required")]);
        client.post("/sessions", json!([])).await.problem(422, "invalid");
    }

    async fn a_body_is_an_object_and_words_are_texts(server: &TestServer) {
        let scene = Scene::new(server).await;
        let fields = json!([scene.people.acme, "Export fails", "It fails.", "Accounting", null, null, null, []]);
        for odd in [fields, json!("x"), json!(7), json!(null), json!(true)] {
            scene.member.post("/tickets", odd).await.invalid(&[("", "wrong_type")]);
        }
        let ticket = scene.opened("Export fails").await;
        let comments = path(&ticket, "/comments");
        for odd in [json!({ "public": null }), json!(["public"]), json!(0), json!(null)] {
            scene.member.post(&comments, json!({ "body": "Hello", "visibility": odd })).await
                .invalid(&[("/visibility", "wrong_type")]);
        }
        scene.member.post(&comments, json!({ "body": "Hello", "visibility": "secret" })).await
            .invalid(&[("/visibility", "unknown_word")]);
        assert_eq!(scene.member.get(&comments).await.ok()["items"], json!([]));
        assert_eq!(scene.member.get("/tickets").await.ok()["items"].as_array().unwrap().len(), 1);
    }

    async fn a_parameter_that_is_not_there_is_refused(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.owner.get("/me?foo=1&b%2Fr=2").await.invalid(&[("/b~1r", "unknown_field"), ("/foo", "unknown_field")]);
        for list in ["members", "systems", "alerts", "standing-approvals"] {
            let at = format!("/organizations/acme/{list}");
            for query in ["limit=1", "cursor=x", "role=owner"] {
                let (name, _) = query.split_once('=').unwrap();
                scene.owner.get(&format!("{at}?{query}")).await.invalid(&[(&format!("/{name}"), "unknown_field")]);
            }
            let whole = scene.owner.get(&at).await.ok();
            assert_eq!(whole.get("next_cursor"), Some(&json!(null)), "{list}");
        }
        for list in ["/users?staff=true", "/plans", "/terms"] {
            assert_eq!(scene.lead.get(list).await.ok().get("next_cursor"), Some(&json!(null)), "{list}");
        }
        scene.owner.get("/tickets?limit=1&foo=1").await.invalid(&[("/foo", "unknown_field")]);
        scene.owner.get("/tickets?limit=1").await.ok();
        scene.owner.post("/orders?foo=1", json!({})).await.invalid(&[("/foo", "unknown_field")]);
    }

    async fn a_text_that_nothing_can_hold_is_refused(server: &TestServer) {
        let client = server.anonymous();
        for odd in ["\u{1}", "\u{8}", "\u{b}", "\u{c}", "\u{1f}", "\u{fffe}", "\u{ffff}"] {
            let email = format!("a{odd}b@acme.example");
            let refused = client.post("/password-resets", json!({ "email": email })).await;
            refused.invalid(&[("", "invalid_value")]);
            let named = format!("U+{:04X}", u32::from(odd.chars().next().unwrap()));
            assert!(refused.text.contains(&named), "{}", refused.text);
        }
        client.post("/sessions", json!({ "email": "a\0b@acme.example", "password": "x" })).await
            .invalid(&[("", "invalid_value")]);
        client.post("/password-resets/a%00b", json!({ "password": "long enough for all" })).await
            .problem(404, "not_found");
    }

    async fn what_does_not_exist_is_said_by_a_problem_document(server: &TestServer) {
        let client = server.anonymous();
        client.get("/nothing").await.problem(404, "not_found");
        client.get("/api/v2/plans").await.problem(404, "not_found");
        let answer = client.delete("/installation").await;
        answer.problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), "GET");
        let several = client.delete("/organizations/acme").await;
        several.problem(405, "method_not_allowed");
        assert_eq!(several.header("allow"), "GET, PATCH");
        client.post("/password-resets/made-up", json!({ "password": "long enough for all" })).await
            .problem(404, "not_found");
    }
}

#[actix_web::test]
async fn bodies_are_json_and_bounded() {
    let server = TestServer::start(Engine::Sqlite);
    let client = server.anonymous();
    let send = |body: String| client.send(Method::POST, "/sessions", Some(body));
    send("{".to_owned()).await.problem(400, "malformed_json");
    let text = client.header("content-type", "text/plain");
    text.send(Method::POST, "/sessions", Some("{}".to_owned()))
        .await
        .problem(415, "unsupported_media_type");
    send(" ".repeat(1024 * 1024 + 1)).await.problem(413, "too_large");
    let answer = send(" ".repeat(50_000_000)).await;
    answer.problem(413, "too_large");
    assert_eq!(answer.header("connection"), "close");
}

#[actix_web::test]
async fn a_panic_is_a_problem_that_says_nothing_of_its_cause() {
    let server = TestServer::start(Engine::Sqlite);
    async fn boom() -> HttpResponse {
        panic!("the secret cause")
    }
    let app = App::new()
        .app_data(server.app.clone())
        .wrap(from_fn(daypack_server::edge::edge));
    let service = test::init_service(app.route("/api/v1/boom", web::get().to(boom))).await;
    let error = test::try_call_service(&service, test::TestRequest::get().uri("/api/v1/boom").to_request()).await;
    let response = error.expect_err("a panic ends as an error").error_response();
    assert_eq!(response.status().as_u16(), 500);
    let request_id = response
        .headers()
        .get("x-request-id")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
    let document: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (&document["code"], &document["request_id"]),
        (&json!("internal"), &json!(request_id))
    );
    assert!(!String::from_utf8_lossy(&body).contains("secret"));
}

#[actix_web::test]
async fn a_body_without_a_length_is_bounded_too() {
    let server = TestServer::start(Engine::Sqlite);
    let mut stream = std::net::TcpStream::connect(server.address).unwrap();
    let head = "POST /api/v1/sessions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                transfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("{:x}\r\n{}\r\n", 100_000, " ".repeat(100_000));
    for _ in 0..20 {
        stream.write_all(chunk.as_bytes()).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 413 ") && answer.contains("\"too_large\""),
        "{answer}"
    );
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let server = TestServer::start_with(Engine::Sqlite, |config| {
        config.body_timeout = Duration::from_millis(300)
    });
    for framing in ["content-length: 100", "transfer-encoding: chunked"] {
        let mut stream = std::net::TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let begun = if framing.starts_with("transfer") {
            "1\r\n{\r\n"
        } else {
            "{"
        };
        let head = format!(
            "POST /api/v1/sessions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{framing}\r\n\r\n{begun}"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        while !answer.contains('}') {
            let mut part = [0; 4096];
            let count = stream.read(&mut part).unwrap();
            assert!(count > 0, "{answer}");
            answer.push_str(&String::from_utf8_lossy(&part[..count]));
        }
        assert!(
            answer.starts_with("HTTP/1.1 408 ") && answer.contains("\"body_timeout\""),
            "{answer}"
        );
        assert!(answer.contains("connection: close"), "{answer}");
    }
}

#[actix_web::test]
async fn request_ids_come_back_when_they_are_harmless() {
    let server = TestServer::start(Engine::Sqlite);
    let client = server.anonymous();
    assert_eq!(
        client
            .header("x-request-id", "abc-1")
            .get("/plans")
            .await
            .header("x-request-id"),
        "abc-1"
    );
    for odd in ["a b", "", &"x".repeat(65)] {
        let answer = client.header("x-request-id", odd).get("/plans").await;
        assert!(answer.header("x-request-id").len() == 32, "{odd}");
    }
    let one = client.get("/plans").await;
    assert_ne!(
        one.header("x-request-id"),
        client.get("/plans").await.header("x-request-id")
    );
    assert_eq!(one.header("x-content-type-options"), "nosniff");
    assert!(one.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(one.header("strict-transport-security"), "");
}

#[actix_web::test]
async fn large_answers_are_compressed_and_small_ones_are_not() {
    let server = TestServer::start(Engine::Sqlite);
    let client = server.anonymous().header("accept-encoding", "gzip");
    let small = client.get("/installation").await;
    assert_eq!(small.header("content-encoding"), "");
    let large = reqwest::Client::new()
        .get(client.url("/api/openapi.json"))
        .header("accept-encoding", "gzip")
        .send()
        .await
        .unwrap();
    assert_eq!(large.headers()["content-encoding"], "gzip");
    assert_eq!(large.bytes().await.unwrap()[..2], [0x1f, 0x8b]);
}

#[actix_web::test]
async fn callers_are_limited_each_for_themselves() {
    let server = TestServer::start_with(Engine::Sqlite, |config| config.rate_limit = Some(3));
    let people = server.people().await;
    let client = server.anonymous();
    for left in ["2", "1", "0"] {
        let answer = client.get("/plans").await;
        answer.ok();
        assert!(
            answer.header("ratelimit").contains(&format!("r={left};")),
            "{}",
            answer.header("ratelimit")
        );
        assert_eq!(answer.header("ratelimit-policy"), "\"caller\";q=3;w=60");
    }
    let refused = client.get("/plans").await;
    refused.problem(429, "rate_limited");
    assert!((1..=60).contains(&refused.header("retry-after").parse().unwrap()));
    client.get("/health/live").await;
    let person = people.at(daypack_server::testing::Place::all()[0]);
    server.signed_in(person).await.get("/plans").await.ok();
}
