//! Lots, the ledger's table, what-if, imports, and what an admin changes of an organization.

use daypack_api_types::lot::{GiveLot, GivenAs};
use daypack_api_types::order::{ConfirmPayment, PlaceOrder};
use daypack_domain::ids::LotId;
use daypack_domain::policy::{ClientRole, StaffRole};
use daypack_server::{flows, testing::Place};
use serde_json::json;

use super::scenes::as_person;
use super::{Expected, Row, World};

const READ: Expected = Expected {
    staff: [200; 3],
    own: [200; 4],
    foreign: 404,
    anonymous: 401,
};
const LEAD: Expected = Expected {
    staff: [200, 200, 403],
    own: [403; 4],
    ..READ
};
const ADMIN: Expected = Expected {
    staff: [200, 403, 403],
    own: [403; 4],
    ..READ
};
const OWNER: Expected = Expected {
    staff: [200, 403, 403],
    own: [200, 403, 403, 403],
    ..READ
};

fn acme(world: &World, part: &str) -> String {
    format!("/organizations/{}{part}", world.people.acme)
}

/// A lot of Acme that was given just now.
fn given(world: &World, action: &str) -> String {
    let organization_id = world.people.acme;
    let input = GiveLot {
        kind: GivenAs::Goodwill,
        minutes: 60,
        expires_on: world.server.now().date_naive(),
        reason: "For the outage".to_owned(),
        plan_code: None,
        system_ids: Vec::new(),
    };
    let record = as_person(world, Place::Staff(StaffRole::Lead), move |conn, context| {
        flows::lots::give(conn, context, organization_id, &input, "http://localhost")
    });
    format!("/lots/{}{action}", record.lot.id)
}

/// A lot of Acme that was bought and paid just now, with a plan that can be extended.
fn bought(world: &World, action: &str) -> String {
    let order = PlaceOrder {
        organization_id: world.people.acme,
        plan_code: "flexi".to_owned(),
        packs: 5,
        terms_version: 1,
    };
    let placed = as_person(world, Place::Acme(ClientRole::Owner), move |conn, context| {
        flows::orders::place(conn, context, &order)
    });
    let id = placed.order.id;
    let lot_id: LotId = as_person(world, Place::Staff(StaffRole::Lead), move |conn, context| {
        let payment = ConfirmPayment {
            payment_reference: format!("bank {id}"),
            paid_on: None,
        };
        flows::orders::confirm_payment(conn, context, id, &payment, None)?;
        Ok(daypack_store::lots::of_order(conn, id)?.expect("it was paid").lot.id)
    });
    format!("/lots/{lot_id}{action}")
}

pub fn rows() -> Vec<Row> {
    vec![
        Row::new("PATCH /organizations/{id}", |world| acme(world, ""), ADMIN)
            .body(|_| Some(json!({ "name": "Acme", "time_zone": "Europe/Madrid" }))),
        Row::new("GET /organizations/{id}/lots", |world| acme(world, "/lots"), READ),
        Row::new(
            "POST /organizations/{id}/lots",
            |world| acme(world, "/lots"),
            Expected {
                staff: [201, 201, 403],
                ..LEAD
            },
        )
        .body(|world| {
            let today = world.server.now().date_naive();
            Some(json!({ "kind": "opening", "minutes": 5, "expires_on": today, "reason": "x" }))
        }),
        Row::new("GET /lots/{id}", |world| given(world, ""), READ),
        Row::new("POST /lots/{id}/extend", |world| bought(world, "/extend"), OWNER)
            .body(|_| Some(json!({ "reason": "As agreed" }))),
        Row::new("POST /lots/{id}/void", |world| given(world, "/void"), LEAD).body(|_| Some(json!({ "reason": "x" }))),
        Row::new("POST /lots/{id}/refund", |world| bought(world, "/refund"), ADMIN)
            .body(|_| Some(json!({ "minutes": 5, "reason": "x" }))),
        Row::new("POST /lots/{id}/adjust", |world| given(world, "/adjust"), LEAD)
            .body(|_| Some(json!({ "minutes": 5, "reason": "x" }))),
        Row::new("POST /lots/{id}/limit", |world| given(world, "/limit"), LEAD)
            .body(|_| Some(json!({ "system_ids": [], "reason": "x" }))),
        Row::new(
            "GET /organizations/{id}/ledger.csv",
            |world| acme(world, "/ledger.csv"),
            READ,
        ),
        Row::new(
            "GET /organizations/{id}/what-if",
            |world| acme(world, "/what-if?minutes=60"),
            READ,
        ),
        Row::new(
            "POST /imports/contracts",
            |_| "/imports/contracts".to_owned(),
            Expected { foreign: 403, ..ADMIN },
        )
        .csv("client,plan,minutes_left,expires_on\nacme,starter,5,2026-12-31\n"),
    ]
}
