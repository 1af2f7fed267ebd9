//! Signing in, oneself, the catalogue.

use super::{Expected, Row};
use serde_json::json;

pub fn rows() -> Vec<Row> {
    vec![
        Row::new("GET /plans", |_| "/plans".to_owned(), Expected::everybody(200)),
        Row::new("GET /terms", |_| "/terms".to_owned(), Expected::everybody(200)),
        Row::new(
            "GET /installation",
            |_| "/installation".to_owned(),
            Expected::everybody(200),
        ),
        Row::new("GET /me", |_| "/me".to_owned(), Expected::signed_in(200)),
        Row::new("PATCH /me", |_| "/me".to_owned(), Expected::signed_in(200)).body(|_| Some(json!({ "locale": "fr" }))),
        Row::new("POST /sessions", |_| "/sessions".to_owned(), Expected::everybody(401)).body(|world| {
            Some(json!({ "email": format!("{}@example.com", world.server.app.ids.seed()), "password": "x" }))
        }),
        Row::new(
            "POST /sessions/refresh",
            |_| "/sessions/refresh".to_owned(),
            Expected::everybody(401),
        ),
        Row::new(
            "DELETE /sessions/current",
            |_| "/sessions/current".to_owned(),
            Expected::signed_in(204),
        ),
        Row::new(
            "POST /password-resets",
            |_| "/password-resets".to_owned(),
            Expected::everybody(202),
        )
        .body(|_| Some(json!({ "email": "nobody@example.com" }))),
        Row::new(
            "POST /password-resets/{token}",
            |_| "/password-resets/made-up".to_owned(),
            Expected::everybody(404),
        )
        .body(|_| Some(json!({ "password": "long enough for all" }))),
    ]
}
