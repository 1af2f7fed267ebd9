//! Weekly statements and the dashboard.

use daypack_domain::ids::StatementId;
use daypack_server::{context::Context, error::Failure, flows, ids::IdSource};
use daypack_store::statements;
use serde_json::json;

use super::{Expected, Row, World};

const READ: Expected = Expected {
    staff: [200; 3],
    own: [200; 4],
    foreign: 404,
    anonymous: 401,
};

/// A statement of Acme, made when it is first asked for: of the week before the one that is now.
fn statement(world: &World) -> StatementId {
    let (acme, seed) = (world.people.acme, world.server.app.ids.seed());
    let now = world.server.now();
    let day = now.date_naive() - chrono::Days::new(7);
    let store = world.server.app.store.clone();
    let work = move || {
        store.write_blocking(move |conn| {
            let context = Context::system(now, IdSource::seeded(seed).at(now));
            flows::statements::freeze(conn, &context, acme, day, "http://localhost")?;
            Ok::<_, Failure>(statements::last(conn, acme)?)
        })
    };
    // The thread of the test must not wait for the writer.
    let made = std::thread::spawn(work).join().expect("it does not panic");
    made.unwrap().expect("a statement was made").id
}

pub fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "GET /dashboard",
            |world| format!("/dashboard?organization_id={}", world.people.acme),
            READ,
        ),
        Row::new(
            "GET /statements",
            |world| format!("/statements?organization_id={}", world.people.acme),
            READ,
        ),
        Row::new("POST /statements", |_| "/statements".to_owned(), READ).body(|world| {
            Some(json!({ "organization_id": world.people.acme, "from": "2026-03-02", "to": "2026-03-08" }))
        }),
        Row::new(
            "GET /statements/{id}",
            |world| format!("/statements/{}", statement(world)),
            READ,
        ),
    ]
}
