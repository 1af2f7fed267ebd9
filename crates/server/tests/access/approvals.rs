//! Standing and recorded approvals, links in mails.

use daypack_api_types::approval::GiveStandingApproval;
use daypack_domain::{
    estimate::RecordedChannel,
    policy::{ClientRole, StaffRole},
};
use daypack_server::{
    flows::{
        estimates::recorded::{self, Recorded},
        standing_approvals,
    },
    testing::Place,
};
use serde_json::{Value, json};

use super::{
    Expected, Row, World,
    scenes::{as_person, offered},
};

const READ: Expected = Expected {
    staff: [200; 3],
    own: [200; 4],
    foreign: 404,
    anonymous: 401,
};
const OWNER: Expected = Expected {
    staff: [200, 403, 403],
    own: [200, 403, 403, 403],
    foreign: 404,
    anonymous: 401,
};

/// So small that no other row's offer falls under it.
fn terms() -> GiveStandingApproval {
    GiveStandingApproval {
        name: "Very small things".to_owned(),
        kinds: Vec::new(),
        severities: Vec::new(),
        minutes_per_ticket: 1,
        minutes_per_month: 1,
        small_works: None,
    }
}

fn given(world: &World) -> String {
    let acme = world.people.acme;
    let (_, approval) = as_person(world, Place::Acme(ClientRole::Owner), move |conn, context| {
        standing_approvals::give(conn, context, acme, &terms())
    });
    format!("/standing-approvals/{}/end", approval.id)
}

/// The estimate of an approval that a lead recorded in the name of Acme's approver.
fn recorded(world: &World) -> String {
    let id = offered(world);
    let approver_id = world.people.at(Place::Acme(ClientRole::Approver)).id;
    as_person(world, Place::Staff(StaffRole::Lead), move |conn, context| {
        let said = Recorded {
            approver_id,
            channel: RecordedChannel::Phone,
            note: "Called at nine.",
            left_out: &[],
            token: None,
        };
        recorded::record(conn, context, id, None, &said)
    });
    format!("/estimates/{id}/dispute")
}

fn said(world: &World) -> Option<Value> {
    let approver_id = world.people.at(Place::Acme(ClientRole::Approver)).id;
    Some(json!({ "approver_id": approver_id, "channel": "phone", "note": "Called at nine." }))
}

pub fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "POST /estimates/{id}/revise",
            |world| format!("/estimates/{}/revise", offered(world)),
            Expected {
                staff: [201; 3],
                own: [403; 4],
                foreign: 404,
                anonymous: 401,
            },
        )
        .body(|_| Some(json!({ "minutes": 30, "includes": "More of it." }))),
        Row::new(
            "POST /estimates/{id}/recorded-approval",
            |world| format!("/estimates/{}/recorded-approval", offered(world)),
            Expected {
                staff: [200, 200, 403],
                own: [403; 4],
                foreign: 404,
                anonymous: 401,
            },
        )
        .body(said),
        Row::new(
            "POST /estimates/{id}/dispute",
            recorded,
            Expected {
                staff: [403; 3],
                own: [200, 200, 403, 403],
                foreign: 404,
                anonymous: 401,
            },
        )
        .body(|_| Some(json!({}))),
        Row::new(
            "GET /organizations/{id}/standing-approvals",
            |_| "/organizations/acme/standing-approvals".to_owned(),
            READ,
        ),
        Row::new(
            "POST /organizations/{id}/standing-approvals",
            |_| "/organizations/acme/standing-approvals".to_owned(),
            Expected {
                staff: [201, 403, 403],
                own: [201, 403, 403, 403],
                ..OWNER
            },
        )
        .body(|_| serde_json::to_value(terms()).ok()),
        Row::new("POST /standing-approvals/{id}/end", given, OWNER),
        Row::new(
            "GET /approval-links/{token}",
            |_| "/approval-links/made-up".to_owned(),
            Expected::everybody(404),
        ),
        Row::new(
            "POST /approval-links/{token}/approve",
            |_| "/approval-links/made-up/approve".to_owned(),
            Expected::everybody(404),
        )
        .body(|_| Some(json!({ "preview_token": "made-up" }))),
        Row::new(
            "POST /approval-links/{token}/reject",
            |_| "/approval-links/made-up/reject".to_owned(),
            Expected::everybody(404),
        )
        .body(|_| Some(json!({ "reason": "Too much" }))),
        Row::new(
            "GET /approval-disputes/{token}",
            |_| "/approval-disputes/made-up".to_owned(),
            Expected::everybody(404),
        ),
        Row::new(
            "POST /approval-disputes/{token}",
            |_| "/approval-disputes/made-up".to_owned(),
            Expected::everybody(404),
        )
        .body(|_| Some(json!({}))),
    ]
}
