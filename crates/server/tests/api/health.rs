//! `/health` and `/metrics`.

use std::net::{IpAddr, Ipv4Addr};

use daypack_server::{
    on_both_engines,
    testing::{Engine, TestServer},
};
use reqwest::Method;

on_both_engines! {
    async fn a_server_is_alive_and_ready(server: &TestServer) {
        for path in ["/health/live", "/health/ready"] {
            let answer = server.anonymous().get(path).await;
            assert_eq!(answer.status.as_u16(), 200, "{path}");
        }
    }

    async fn what_can_be_read_can_be_asked_for_without_its_body(server: &TestServer) {
        let client = server.anonymous();
        for path in ["/health/live", "/health/ready", "/plans", "/"] {
            let (read, asked) = (client.get(path).await, client.send(Method::HEAD, path, None).await);
            assert_eq!(asked.status, read.status, "{path}");
            assert_eq!(asked.headers.get("content-type"), read.headers.get("content-type"), "{path}");
            assert_eq!(asked.text, "", "{path}");
        }
    }
}

#[actix_web::test]
async fn metrics_are_for_this_machine_or_with_the_token() {
    let server = TestServer::start_with(Engine::Sqlite, |config| {
        // What comes through this proxy comes from elsewhere.
        config.trusted_proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
        config.metrics_token = Some("a token for metrics".to_owned());
    });
    let client = server.anonymous();
    client.get("/plans").await.ok();
    // Anybody can make up methods: they do not grow what is kept.
    let made_up = Method::from_bytes(b"QWERTY").unwrap();
    client.send(made_up, "/plans", None).await;
    let answer = client.get("/metrics").await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(answer.text.contains("http_request_seconds"), "{}", answer.text);
    assert!(answer.text.contains("method=\"other\""), "{}", answer.text);
    assert!(!answer.text.contains("QWERTY"), "{}", answer.text);
    let elsewhere = client.header("x-forwarded-for", "192.0.2.7");
    assert_eq!(elsewhere.get("/metrics").await.status.as_u16(), 404);
    assert_eq!(
        elsewhere
            .clone()
            .with_token("another token")
            .get("/metrics")
            .await
            .status
            .as_u16(),
        404
    );
    assert_eq!(
        elsewhere
            .with_token("a token for metrics")
            .get("/metrics")
            .await
            .status
            .as_u16(),
        200
    );
}
