//! The emergency clause, emergencies, links and warranty; alerts and the rescue.

use serde_json::{Value, json};

use super::{
    Expected, Row, World,
    scenes::{debt_limit, disputed, emergency, linked, opened, recurrence, startable},
};

const READ: Expected = Expected {
    staff: [200; 3],
    own: [200; 4],
    foreign: 404,
    anonymous: 401,
};
const STAFF: Expected = Expected { own: [403; 4], ..READ };
const LEAD: Expected = Expected {
    staff: [200, 200, 403],
    ..STAFF
};
/// Owners, and nobody for them.
const OWNER: Expected = Expected {
    staff: [403; 3],
    own: [200, 403, 403, 403],
    ..READ
};
const OWNER_OR_ADMIN: Expected = Expected {
    staff: [200, 403, 403],
    own: [200, 403, 403, 403],
    ..READ
};

fn acme(world: &World, part: &str) -> String {
    format!("/organizations/{}{part}", world.people.acme)
}

fn why(_: &World) -> Option<Value> {
    Some(json!({ "reason": "As agreed by phone." }))
}

pub fn rows() -> Vec<Row> {
    let mut rows = settings();
    rows.extend(tickets());
    rows.push(credit());
    rows
}

fn settings() -> Vec<Row> {
    vec![
        Row::new(
            "GET /organizations/{id}/emergency-clause",
            |world| acme(world, "/emergency-clause"),
            READ,
        ),
        Row::new(
            "PATCH /organizations/{id}/emergency-clause",
            |world| acme(world, "/emergency-clause"),
            OWNER_OR_ADMIN,
        )
        .body(|_| Some(json!({ "hold_minutes": 60 }))),
        Row::new("GET /organizations/{id}/alerts", |world| acme(world, "/alerts"), READ),
        Row::new(
            "GET /organizations/{id}/alert-thresholds",
            |world| acme(world, "/alert-thresholds"),
            READ,
        ),
        Row::new(
            "PATCH /organizations/{id}/alert-thresholds",
            |world| acme(world, "/alert-thresholds"),
            OWNER_OR_ADMIN,
        )
        .body(|_| Some(json!({ "used_percent": [90] }))),
        Row::new("GET /organizations/{id}/rescue", |world| acme(world, "/rescue"), READ),
    ]
}

/// The limit of debt is the agency's credit: owners change the clause, but raise this no further than it is.
fn credit() -> Row {
    let raised = Expected {
        own: [422, 403, 403, 403],
        ..OWNER_OR_ADMIN
    };
    Row::new(
        "PATCH /organizations/{id}/emergency-clause",
        |world| acme(world, "/emergency-clause"),
        raised,
    )
    .body(|world| Some(json!({ "debt_limit_minutes": debt_limit(world) + 15 })))
}

fn tickets() -> Vec<Row> {
    vec![
        Row::new(
            "POST /tickets/{id}/emergency/start",
            |world| format!("/tickets/{}/emergency/start", startable(world).ticket.id),
            STAFF,
        ),
        Row::new(
            "POST /tickets/{id}/emergency/confirm",
            |world| format!("/tickets/{}/emergency/confirm", emergency(world).ticket.id),
            OWNER,
        ),
        Row::new(
            "POST /tickets/{id}/emergency/dispute",
            |world| format!("/tickets/{}/emergency/dispute", emergency(world).ticket.id),
            OWNER,
        )
        .body(why),
        Row::new(
            "POST /tickets/{id}/emergency/uphold",
            |world| format!("/tickets/{}/emergency/uphold", disputed(world).ticket.id),
            LEAD,
        )
        .body(why),
        Row::new(
            "POST /tickets/{id}/emergency/reject",
            |world| format!("/tickets/{}/emergency/reject", disputed(world).ticket.id),
            LEAD,
        )
        .body(why),
        Row::new(
            "POST /tickets/{id}/links",
            |world| format!("/tickets/{}/links", opened(world).ticket.id),
            STAFF,
        )
        .body(|world| Some(json!({ "other_id": opened(world).ticket.id, "kind": "relates_to" }))),
        Row::new(
            "DELETE /tickets/{id}/links/{kind}/{other_id}",
            |world| {
                let (ticket, other) = linked(world);
                format!("/tickets/{ticket}/links/relates_to/{other}")
            },
            STAFF,
        ),
        Row::new(
            "POST /tickets/{id}/warranty",
            |world| format!("/tickets/{}/warranty", recurrence(world).ticket.id),
            LEAD,
        )
        .body(|_| Some(json!({ "accepted": true }))),
    ]
}
