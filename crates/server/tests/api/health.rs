//! `/health` and `/metrics`.

use std::net::{IpAddr, Ipv4Addr};

use daypack_server::{
    on_both_engines,
    testing::{Engine, TestServer},
};

on_both_engines! {
    async fn a_server_is_alive_and_ready(server: &TestServer) {
        for path in ["/health/live", "/health/ready"] {
            let answer = server.anonymous().get(path).await;
            assert_eq!(answer.status.as_u16(), 200, "{path}");
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
    let answer = client.get("/metrics").await;
    assert_eq!(answer.status.as_u16(), 200);
    assert!(answer.text.contains("http_request_seconds"), "{}", answer.text);
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
