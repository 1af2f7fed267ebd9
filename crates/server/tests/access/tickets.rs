//! Tickets, conversation, files, estimates.

use serde_json::json;

use super::{
    Expected, Row, World,
    scenes::{attached, offered, opened, triaged},
};

const READ: Expected = Expected {
    staff: [200; 3],
    own: [200; 4],
    foreign: 404,
    anonymous: 401,
};
const STAFF: Expected = Expected {
    staff: [200; 3],
    own: [403; 4],
    foreign: 404,
    anonymous: 401,
};
const MEMBER: Expected = Expected {
    staff: [201; 3],
    own: [201, 201, 201, 403],
    foreign: 404,
    anonymous: 401,
};

fn ticket(world: &World, rest: &str) -> String {
    format!("/tickets/{}{rest}", opened(world).ticket.id)
}

fn estimate(world: &World, rest: &str) -> String {
    format!("/estimates/{}{rest}", offered(world))
}

pub fn rows() -> Vec<Row> {
    vec![
        Row::new("POST /tickets", |_| "/tickets".to_owned(), MEMBER).body(|world| {
            Some(json!({
                "organization_id": world.people.acme, "title": "Export fails", "description": "It fails.",
                "affected": "Accounting"
            }))
        }),
        Row::new("GET /tickets", |_| "/tickets".to_owned(), Expected::signed_in(200)),
        Row::new(
            "GET /tickets/counts",
            |_| "/tickets/counts".to_owned(),
            Expected::signed_in(200),
        ),
        Row::new("GET /tickets/{id}", |world| ticket(world, ""), READ),
        Row::new(
            "PATCH /tickets/{id}",
            |_| "/tickets/ACME-1".to_owned(),
            Expected {
                staff: [200; 3],
                own: [200, 200, 200, 403],
                foreign: 404,
                anonymous: 401,
            },
        )
        .body(|_| Some(json!({ "title": "Export fails at night" }))),
        Row::new("POST /tickets/{id}/triage", |world| ticket(world, "/triage"), STAFF)
            .body(|_| Some(json!({ "severity": "p2", "kind": "corrective", "scope": "in" }))),
        Row::new(
            "POST /tickets/{id}/comments",
            |world| ticket(world, "/comments"),
            MEMBER,
        )
        .body(|_| Some(json!({ "body": "Any news?", "visibility": "public" }))),
        Row::new("GET /tickets/{id}/comments", |world| ticket(world, "/comments"), READ),
        Row::new("GET /tickets/{id}/timeline", |world| ticket(world, "/timeline"), READ),
        Row::new("GET /tickets/{id}/sla", |world| ticket(world, "/sla"), READ),
        Row::new(
            "POST /tickets/{id}/estimates",
            |world| format!("/tickets/{}/estimates", triaged(world).ticket.id),
            Expected {
                staff: [201; 3],
                ..STAFF
            },
        )
        .body(|_| Some(json!({ "minutes": 60, "includes": "All of it." }))),
        Row::new("GET /estimates", |_| "/estimates".to_owned(), Expected::signed_in(200)),
        Row::new("GET /estimates/{id}", |world| estimate(world, ""), READ),
        Row::new("GET /estimates/{id}/preview", |world| estimate(world, "/preview"), READ),
        Row::new(
            "POST /estimates/{id}/withdraw",
            |world| estimate(world, "/withdraw"),
            STAFF,
        )
        .body(|_| Some(json!({ "reason": "A mistake" }))),
        // Those who may hear that there are no minutes.
        Row::new(
            "POST /estimates/{id}/approve",
            |world| estimate(world, "/approve"),
            Expected {
                staff: [403; 3],
                own: [200, 200, 403, 403],
                foreign: 404,
                anonymous: 401,
            },
        )
        .body(|_| Some(json!({}))),
        Row::new(
            "POST /estimates/{id}/reject",
            |world| estimate(world, "/reject"),
            Expected {
                staff: [403; 3],
                own: [200, 200, 403, 403],
                foreign: 404,
                anonymous: 401,
            },
        )
        .body(|_| Some(json!({ "reason": "Too much" }))),
        // Whoever signed in hears that this is no multipart body; who may upload is in tests/api/uploads.rs.
        Row::new("POST /uploads", |_| "/uploads".to_owned(), Expected::signed_in(415)).body(|_| Some(json!({}))),
        Row::new(
            "GET /attachments/{id}",
            |world| format!("/attachments/{}", attached(world)),
            READ,
        ),
    ]
}
