//! The catalogue's edits, terms and their acceptance, settings, proformas, payments through a provider.

use serde_json::json;

use super::packs::{acme, order, unique};
use super::{Expected, Row};

const READ: Expected = Expected {
    staff: [200; 3],
    own: [200; 4],
    foreign: 404,
    anonymous: 401,
};
/// In the installation.
const ADMIN: Expected = Expected {
    staff: [200, 403, 403],
    own: [403; 4],
    foreign: 403,
    anonymous: 401,
};
const ADMIN_CREATES: Expected = Expected {
    staff: [201, 403, 403],
    ..ADMIN
};
const ADMIN_OF_CLIENT: Expected = Expected { foreign: 404, ..ADMIN };

pub fn rows() -> Vec<Row> {
    let mut rows = plans();
    rows.extend(terms());
    rows.extend(settings());
    rows
}

fn plans() -> Vec<Row> {
    vec![
        Row::new(
            "GET /plans/{code}",
            |_| "/plans/pro".to_owned(),
            Expected::everybody(200),
        ),
        Row::new(
            "GET /plans/recommendation",
            |_| "/plans/recommendation?hours_per_month=8".to_owned(),
            Expected::everybody(200),
        ),
        Row::new(
            "GET /plans/{code}/versions",
            |_| "/plans/pro/versions".to_owned(),
            ADMIN,
        ),
        Row::new("POST /plans", |_| "/plans".to_owned(), ADMIN_CREATES).body(|world| {
            Some(json!({
                "code": format!("p{}", unique(world)), "name": "P", "price": { "amount_minor": 1, "currency": "EUR" },
                "minimum_packs": 1, "validity_months": 1, "queue": "standard", "shown_hours": 1,
            }))
        }),
        Row::new("PATCH /plans/{code}", |_| "/plans/pro".to_owned(), ADMIN)
            .body(|world| Some(json!({ "shown_hours": unique(world) % 1000 }))),
        Row::new("POST /plans/{code}/retire", |_| "/plans/pro/retire".to_owned(), ADMIN),
        Row::new("POST /plans/{code}/restore", |_| "/plans/pro/restore".to_owned(), ADMIN),
    ]
}

fn terms() -> Vec<Row> {
    let accept = Expected {
        staff: [403; 3],
        own: [201, 201, 403, 403],
        foreign: 404,
        anonymous: 401,
    };
    vec![
        Row::new(
            "GET /terms/{version}",
            |_| "/terms/1".to_owned(),
            Expected::everybody(200),
        ),
        Row::new(
            "GET /organizations/{id}/terms-acceptances",
            |world| acme(world, "/terms-acceptances"),
            READ,
        ),
        Row::new(
            "POST /organizations/{id}/terms-acceptances",
            |world| acme(world, "/terms-acceptances"),
            accept,
        )
        .body(|_| Some(json!({ "version": 1 }))),
    ]
}

/// What comes after everything that needs the terms that ship.
pub fn late_rows() -> Vec<Row> {
    vec![
        Row::new("POST /terms", |_| "/terms".to_owned(), ADMIN_CREATES).body(|world| {
            Some(json!({ "body_markdown": format!("Terms {}", unique(world)), "requires_acceptance": true }))
        }),
    ]
}

fn settings() -> Vec<Row> {
    vec![
        Row::new("GET /settings/seller", |_| "/settings/seller".to_owned(), ADMIN),
        Row::new("PATCH /settings/seller", |_| "/settings/seller".to_owned(), ADMIN)
            .body(|_| Some(json!({ "tax_note": "None" }))),
        Row::new(
            "GET /organizations/{id}/settings",
            |world| acme(world, "/settings"),
            READ,
        ),
        Row::new(
            "PATCH /organizations/{id}/settings",
            |world| acme(world, "/settings"),
            ADMIN_OF_CLIENT,
        )
        .body(|_| Some(json!({ "activation_before_payment": true }))),
    ]
}

/// What comes after there are orders.
pub fn order_rows() -> Vec<Row> {
    let pay = Expected {
        staff: [403; 3],
        own: [409, 409, 403, 403],
        foreign: 404,
        anonymous: 401,
    };
    vec![
        Row::new(
            "GET /orders/{id}/proforma",
            |world| format!("/orders/{}/proforma", order(world, false)),
            READ,
        ),
        Row::new(
            "GET /orders/{id}/proforma.html",
            |world| format!("/orders/{}/proforma.html", order(world, false)),
            READ,
        ),
        Row::new(
            "GET /orders/{id}/proforma.pdf",
            |world| format!("/orders/{}/proforma.pdf", order(world, false)),
            READ,
        ),
        // No provider takes payments for this server.
        Row::new(
            "POST /orders/{id}/checkout",
            |world| format!("/orders/{}/checkout", order(world, true)),
            pay,
        ),
        Row::new(
            "POST /payment-callbacks/{provider}",
            |_| "/payment-callbacks/stripe".to_owned(),
            Expected::everybody(404),
        )
        .body(|_| Some(json!({}))),
    ]
}
