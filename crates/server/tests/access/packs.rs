//! Organizations, their people and systems, the staff; orders, balance and ledger.

use daypack_api_types::organization::AddMember;
use daypack_domain::ids::OrderId;
use daypack_domain::order::OrderStatus;
use daypack_domain::policy::ClientRole;
use daypack_server::{context::Context, error::Failure, flows::members, ids::IdSource};
use daypack_store::{Conn, StoreError, orders};
use serde_json::{Value, json};

use super::{Expected, Row, World};

const READ: Expected = Expected {
    staff: [200; 3],
    own: [200; 4],
    foreign: 404,
    anonymous: 401,
};
const ADMIN_OF_CLIENT: Expected = Expected {
    staff: [201, 403, 403],
    own: [403; 4],
    foreign: 404,
    anonymous: 401,
};
const ADMIN: Expected = Expected {
    foreign: 403,
    ..ADMIN_OF_CLIENT
};
const LEAD: Expected = Expected {
    staff: [200, 200, 403],
    own: [403; 4],
    foreign: 404,
    anonymous: 401,
};

const OWNER: Expected = Expected {
    staff: [200, 403, 403],
    own: [200, 403, 403, 403],
    foreign: 404,
    anonymous: 401,
};

const GONE: Expected = Expected {
    staff: [204, 403, 403],
    own: [204, 403, 403, 403],
    ..OWNER
};

pub fn acme(world: &World, part: &str) -> String {
    format!("/organizations/{}{part}", world.people.acme)
}

/// An order of Acme: the oldest, or the newest that nobody paid.
pub fn order(world: &World, unpaid: bool) -> OrderId {
    let organization = world.people.acme;
    let found = world.server.app.store.read_blocking::<_, StoreError>(|conn| {
        let mut all = orders::page(conn, Some(&[organization]), None, 100)?.items;
        all.retain(|record| !unpaid || record.order.status == OrderStatus::Placed);
        Ok(if unpaid {
            all.into_iter().next()
        } else {
            all.into_iter().last()
        })
    });
    found
        .unwrap()
        .map_or_else(|| uuid::Uuid::nil().into(), |record| record.order.id)
}

/// An order of Acme whose minutes started before its payment, and that has not bounced.
fn credited(world: &World) -> OrderId {
    let organization = world.people.acme;
    let found = world.server.app.store.read_blocking::<_, StoreError>(|conn| {
        let all = orders::page(conn, Some(&[organization]), None, 100)?.items;
        let credited = all.into_iter().find(|record| {
            let order = &record.order;
            order.activated_at.is_some() && order.paid_at.is_none() && order.bounced_at.is_none()
        });
        Ok(credited.map(|record| record.order.id))
    });
    found.unwrap().unwrap_or_else(|| uuid::Uuid::nil().into())
}

pub fn unique(world: &World) -> u64 {
    world.server.app.ids.seed()
}

/// Somebody who has just become a viewer at Acme.
fn newcomer(world: &World) -> String {
    let (organization, number, now) = (world.people.acme, unique(world), world.server.now());
    let input = AddMember {
        email: format!("{number}@acme.example"),
        name: "Somebody".to_owned(),
        role: ClientRole::Viewer,
        approval_limit_minutes: None,
        order_limit: None,
    };
    let store = world.server.app.store.clone();
    let add = move |conn: &mut Conn| {
        let context = Context::system(now, IdSource::seeded(number).at(now));
        members::join(conn, &context, organization, &input)
    };
    // On a thread of its own: the rows are tried on one that may not wait.
    let added: Result<members::Added, Failure> = std::thread::spawn(move || store.write_blocking(add))
        .join()
        .expect("the flow does not panic");
    acme(world, &format!("/members/{}", added.unwrap().user.id))
}

fn packs(world: &World) -> Option<Value> {
    Some(json!({ "organization_id": world.people.acme, "plan_code": "starter", "packs": 1, "terms_version": 1 }))
}

fn place() -> Row {
    let expected = Expected {
        staff: [403; 3],
        own: [201, 201, 403, 403],
        foreign: 404,
        anonymous: 401,
    };
    Row::new("POST /orders", |_| "/orders".to_owned(), expected).body(packs)
}

pub fn rows() -> Vec<Row> {
    let mut rows = organizations();
    rows.extend(orders());
    rows
}

fn organizations() -> Vec<Row> {
    vec![
        Row::new(
            "GET /organizations",
            |_| "/organizations".to_owned(),
            Expected::signed_in(200),
        ),
        Row::new("POST /organizations", |_| "/organizations".to_owned(), ADMIN).body(|world| {
            let prefix = format!("X{:06}", unique(world) % 1_000_000);
            Some(json!({ "name": "X", "prefix": prefix, "time_zone": "UTC", "locale": "en", "currency": "EUR" }))
        }),
        Row::new("GET /organizations/{id}", |world| acme(world, ""), READ),
        Row::new("GET /organizations/{id}/members", |world| acme(world, "/members"), READ),
        Row::new(
            "POST /organizations/{id}/members",
            |world| acme(world, "/members"),
            Expected {
                staff: [201, 403, 403],
                own: [201, 403, 403, 403],
                foreign: 404,
                anonymous: 401,
            },
        )
        .body(|world| {
            let email = format!("{}@acme.example", unique(world));
            Some(json!({ "email": email, "name": "Somebody", "role": "viewer" }))
        }),
        Row::new("PATCH /organizations/{id}/members/{user_id}", newcomer, OWNER)
            .body(|_| Some(json!({ "approval_limit_minutes": 480 }))),
        Row::new("DELETE /organizations/{id}/members/{user_id}", newcomer, GONE),
        Row::new(
            "GET /organizations/{id}/sla-targets",
            |world| acme(world, "/sla-targets"),
            READ,
        ),
        Row::new("GET /organizations/{id}/systems", |world| acme(world, "/systems"), READ),
        Row::new(
            "POST /organizations/{id}/systems",
            |world| acme(world, "/systems"),
            ADMIN_OF_CLIENT,
        )
        .body(|world| Some(json!({ "name": format!("System {}", unique(world)) }))),
        Row::new("GET /organizations/{id}/balance", |world| acme(world, "/balance"), READ),
        Row::new("GET /organizations/{id}/ledger", |world| acme(world, "/ledger"), READ),
        Row::new(
            "GET /users",
            |_| "/users?staff=true".to_owned(),
            Expected {
                staff: [200; 3],
                own: [403; 4],
                foreign: 403,
                anonymous: 401,
            },
        ),
        Row::new("POST /users", |_| "/users".to_owned(), ADMIN).body(|world| {
            let email = format!("{}@agency.example", unique(world));
            Some(json!({ "email": email, "name": "Somebody", "staff_role": "agent" }))
        }),
    ]
}

fn orders() -> Vec<Row> {
    let cancel = Expected {
        own: [200, 403, 403, 403],
        ..LEAD
    };
    // One order for each who may pay, activate or cancel.
    let mut rows = vec![place(), place(), place(), place()];
    rows.extend([
        Row::new("GET /orders", |_| "/orders".to_owned(), Expected::signed_in(200)),
        Row::new(
            "GET /orders/{id}",
            |world| format!("/orders/{}", order(world, false)),
            READ,
        ),
    ]);
    rows.extend(super::catalogue::order_rows());
    rows.extend([
        Row::new(
            "POST /orders/{id}/confirm-payment",
            |world| format!("/orders/{}/confirm-payment", order(world, false)),
            LEAD,
        )
        .body(|_| Some(json!({ "payment_reference": "INV-1" }))),
        Row::new(
            "POST /orders/{id}/activate",
            |world| format!("/orders/{}/activate", order(world, true)),
            LEAD,
        ),
        Row::new(
            "POST /orders/{id}/cancel",
            |world| format!("/orders/{}/cancel", order(world, true)),
            cancel,
        )
        .body(|_| Some(json!({}))),
        Row::new(
            "POST /orders/{id}/bounce",
            |world| format!("/orders/{}/bounce", credited(world)),
            LEAD,
        )
        .body(|_| Some(json!({ "reason": "It did not come." }))),
    ]);
    rows
}
