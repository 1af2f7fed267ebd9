//! The work on a ticket: moves, evidence, windows, time, delivery, clocks, the board.

use chrono::TimeDelta;
use daypack_domain::policy::StaffRole::{self, Agent, Lead};
use serde_json::{Value, json};

use super::{
    Expected, Row, World,
    scenes::{in_work, logged, opened, proposed, resolved},
};

/// The staff.
const STAFF: Expected = Expected {
    staff: [200; 3],
    own: [403; 4],
    foreign: 404,
    anonymous: 401,
};
/// The staff make something.
const STAFF_MAKE: Expected = Expected {
    staff: [201; 3],
    ..STAFF
};
/// The staff, and clients from member on.
const MEMBER: Expected = Expected {
    own: [200, 200, 200, 403],
    ..STAFF
};
/// Clients from approver on, and nobody for them.
const APPROVER: Expected = Expected {
    staff: [403; 3],
    own: [200, 200, 403, 403],
    ..STAFF
};

fn new_ticket(world: &World, part: &str) -> String {
    format!("/tickets/{}{part}", opened(world).ticket.id)
}

fn delivered(world: &World, part: &str) -> String {
    format!("/tickets/{}{part}", resolved(world).ticket.id)
}

pub fn rows() -> Vec<Row> {
    let mut rows = moves();
    rows.extend(time_and_windows());
    rows.extend(delivery());
    rows
}

fn moves() -> Vec<Row> {
    vec![
        Row::new(
            "GET /board",
            |_| "/board".to_owned(),
            Expected { foreign: 403, ..STAFF },
        ),
        // Clients take their requests back; all other moves are the staff's.
        Row::new(
            "POST /tickets/{id}/transitions",
            |world| new_ticket(world, "/transitions"),
            MEMBER,
        )
        .body(|_| Some(json!({ "to": "declined", "reason": "No longer needed." }))),
        Row::new(
            "POST /tickets/{id}/transitions",
            |world| new_ticket(world, "/transitions"),
            STAFF,
        )
        .body(|_| Some(json!({ "to": "needs_info", "reason": "Which month?" }))),
        Row::new(
            "PATCH /tickets/{id}/evidence",
            |world| new_ticket(world, "/evidence"),
            STAFF,
        )
        .body(|_| Some(json!({ "diagnosis": "A typo." }))),
        Row::new(
            "POST /tickets/{id}/mitigation",
            |world| new_ticket(world, "/mitigation"),
            STAFF,
        )
        .body(|_| Some(json!({ "what_was_done": "Switched to the old export." }))),
    ]
}

fn time_and_windows() -> Vec<Row> {
    vec![
        Row::new(
            "POST /tickets/{id}/time-entries",
            |world| new_ticket(world, "/time-entries"),
            STAFF_MAKE,
        )
        .body(|world| {
            let day = world.server.now().date_naive();
            Some(json!({ "minutes": 5, "worked_on": day, "activity": "triage", "note": "Read it.", "billable": false }))
        }),
        // Agents take back their own time; that of others is for leads.
        Row::new(
            "POST /time-entries/{id}/reverse",
            |world| reverse_of(world, Agent),
            STAFF_MAKE,
        )
        .body(wrong_ticket),
        Row::new(
            "POST /time-entries/{id}/reverse",
            |world| reverse_of(world, Lead),
            Expected {
                staff: [201, 201, 403],
                ..STAFF
            },
        )
        .body(wrong_ticket),
        Row::new(
            "POST /tickets/{id}/windows",
            |world| format!("/tickets/{}/windows", in_work(world).ticket.id),
            STAFF_MAKE,
        )
        .body(proposal),
        Row::new(
            "POST /windows/{id}/accept",
            |world| format!("/windows/{}/accept", proposed(world)),
            APPROVER,
        ),
        Row::new(
            "POST /windows/{id}/decline",
            |world| format!("/windows/{}/decline", proposed(world)),
            APPROVER,
        ),
    ]
}

fn delivery() -> Vec<Row> {
    vec![
        Row::new(
            "POST /tickets/{id}/resolve",
            |world| format!("/tickets/{}/resolve", in_work(world).ticket.id),
            STAFF,
        )
        .body(|_| Some(json!({ "what_was_done": "A new column." }))),
        Row::new(
            "POST /tickets/{id}/confirm",
            |world| delivered(world, "/confirm"),
            MEMBER,
        ),
        Row::new("POST /tickets/{id}/reopen", |world| delivered(world, "/reopen"), MEMBER)
            .body(|_| Some(json!({ "reason": "It is back." }))),
    ]
}

fn reverse_of(world: &World, role: StaffRole) -> String {
    format!("/time-entries/{}/reverse", logged(world, role))
}

fn wrong_ticket(_: &World) -> Option<Value> {
    Some(json!({ "reason": "On the wrong ticket." }))
}

fn proposal(world: &World) -> Option<Value> {
    let from = world.server.now() + TimeDelta::days(1);
    Some(json!({ "starts_at": from, "ends_at": from + TimeDelta::hours(1) }))
}
