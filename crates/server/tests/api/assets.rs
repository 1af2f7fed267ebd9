//! What is served outside of the API.

use daypack_server::testing::{Engine, TestServer};
use reqwest::Method;

#[actix_web::test]
async fn pages_are_served_with_a_strict_policy() {
    let server = TestServer::start(Engine::Sqlite);
    for path in ["/", "/login", "/tickets/ACME-1"] {
        let url = format!("http://{}{path}", server.address);
        let response = reqwest::get(url).await.unwrap();
        assert_eq!(response.status().as_u16(), 200, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("'wasm-unsafe-eval'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }
    let missing = reqwest::get(format!("http://{}/assets/nothing-0.js", server.address))
        .await
        .unwrap();
    assert_eq!(missing.status().as_u16(), 404);
    let posted = server.anonymous().send(Method::POST, "/", None).await;
    assert_eq!((posted.status.as_u16(), posted.header("allow")), (405, "GET, HEAD"));
}
