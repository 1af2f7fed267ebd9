//! The work on a ticket: moves, evidence, windows, time, delivery, clocks, the board.

use chrono::TimeDelta;
use daypack_domain::ids::TicketId;
use daypack_domain::work::WindowStatus;
use daypack_store::{Conn, StoreError, tickets, time_entries, windows};
use serde_json::{Value, json};

use super::{Expected, Row, World};

const READ: Expected = Expected {
    staff: [200; 3],
    own: [200; 4],
    foreign: 404,
    anonymous: 401,
};
/// Allowed for the staff alone, and refused for another reason than who asks.
const STAFF_TOO_EARLY: Expected = Expected {
    staff: [409; 3],
    own: [403; 4],
    foreign: 404,
    anonymous: 401,
};
/// Allowed for the staff and from member on, and refused for another reason than who asks.
const MEMBER_TOO_EARLY: Expected = Expected {
    staff: [409; 3],
    own: [409, 409, 409, 403],
    foreign: 404,
    anonymous: 401,
};

/// Looks something up in the database of the world.
fn look<T: Send + 'static>(
    world: &World,
    find: impl Fn(&mut Conn) -> Result<Option<T>, StoreError> + Send,
) -> Option<T> {
    world
        .server
        .app
        .store
        .read_blocking::<_, StoreError>(|conn| find(conn))
        .unwrap()
}

/// The first ticket of Acme.
fn ticket(world: &World) -> TicketId {
    let organization = world.people.acme;
    look(world, move |conn| tickets::find_by_number(conn, organization, 1))
        .map_or_else(|| uuid::Uuid::nil().into(), |ticket| ticket.id)
}

fn of_ticket(world: &World, part: &str) -> String {
    format!("/tickets/{}{part}", ticket(world))
}

/// The newest time entry that was not taken back.
fn entry(world: &World) -> String {
    let id = ticket(world);
    let found = look(world, move |conn| {
        Ok(time_entries::of_ticket(conn, id)?
            .into_iter()
            .rev()
            .find(|entry| entry.reversed_at.is_none()))
    });
    let id = found.map_or_else(uuid::Uuid::nil, |entry| entry.id.into());
    format!("/time-entries/{id}/reverse")
}

/// A proposed window, else the newest.
fn window(world: &World, answer: &str) -> String {
    let id = ticket(world);
    let found = look(world, move |conn| {
        let all = windows::of_ticket(conn, id)?;
        let proposed = all
            .iter()
            .find(|window| window.status == WindowStatus::Proposed)
            .cloned();
        Ok(proposed.or_else(|| all.into_iter().next()))
    });
    let id = found.map_or_else(uuid::Uuid::nil, |window| window.id.into());
    format!("/windows/{id}/{answer}")
}

pub fn rows() -> Vec<Row> {
    vec![
        Row::new("GET /tickets/{id}/sla", |world| of_ticket(world, "/sla"), READ),
        Row::new(
            "GET /board",
            |_| "/board".to_owned(),
            Expected {
                staff: [200; 3],
                own: [403; 4],
                foreign: 403,
                anonymous: 401,
            },
        ),
        Row::new(
            "POST /tickets/{id}/transitions",
            |world| of_ticket(world, "/transitions"),
            MEMBER_TOO_EARLY,
        )
        .body(|_| Some(json!({ "to": "closed" }))),
        Row::new(
            "PATCH /tickets/{id}/evidence",
            |world| of_ticket(world, "/evidence"),
            Expected {
                staff: [200; 3],
                own: [403; 4],
                foreign: 404,
                anonymous: 401,
            },
        )
        .body(|world| Some(json!({ "diagnosis": format!("Seen {} times.", world.server.app.ids.seed()) }))),
        Row::new(
            "POST /tickets/{id}/mitigation",
            |world| of_ticket(world, "/mitigation"),
            Expected {
                staff: [200; 3],
                own: [403; 4],
                foreign: 404,
                anonymous: 401,
            },
        )
        .body(|_| Some(json!({ "what_was_done": "Switched to the old export." }))),
        Row::new(
            "POST /tickets/{id}/time-entries",
            |world| of_ticket(world, "/time-entries"),
            Expected {
                staff: [201; 3],
                own: [403; 4],
                foreign: 404,
                anonymous: 401,
            },
        )
        .body(|world| {
            let day = world.server.now().date_naive();
            Some(json!({ "minutes": 5, "worked_on": day, "activity": "triage", "note": "Read it.", "billable": false }))
        }),
        // Three entries by admin, lead and agent: the newest first is taken back; agents only take back their own.
        Row::new(
            "POST /time-entries/{id}/reverse",
            entry,
            Expected {
                staff: [201, 201, 403],
                own: [403; 4],
                foreign: 404,
                anonymous: 401,
            },
        )
        .body(|_| Some(json!({ "reason": "On the wrong ticket." }))),
        Row::new(
            "POST /tickets/{id}/windows",
            |world| of_ticket(world, "/windows"),
            STAFF_TOO_EARLY,
        )
        .body(proposal),
        Row::new(
            "POST /windows/{id}/accept",
            |world| window(world, "accept"),
            Expected {
                staff: [404; 3],
                own: [404; 4],
                foreign: 404,
                anonymous: 401,
            },
        ),
        Row::new(
            "POST /windows/{id}/decline",
            |world| window(world, "decline"),
            Expected {
                staff: [404; 3],
                own: [404; 4],
                foreign: 404,
                anonymous: 401,
            },
        ),
        Row::new(
            "POST /tickets/{id}/resolve",
            |world| of_ticket(world, "/resolve"),
            STAFF_TOO_EARLY,
        )
        .body(|_| Some(json!({ "what_was_done": "Nothing yet.", "deployed": true }))),
        Row::new(
            "POST /tickets/{id}/confirm",
            |world| of_ticket(world, "/confirm"),
            MEMBER_TOO_EARLY,
        ),
        Row::new(
            "POST /tickets/{id}/reopen",
            |world| of_ticket(world, "/reopen"),
            MEMBER_TOO_EARLY,
        )
        .body(|_| Some(json!({ "reason": "It is back." }))),
    ]
}

fn proposal(world: &World) -> Option<Value> {
    let from = world.server.now() + TimeDelta::days(1);
    Some(json!({ "starts_at": from, "ends_at": from + TimeDelta::hours(1) }))
}
