//! Tickets, conversation, files, estimates.

use daypack_domain::{
    estimate::{Basis, EstimateKind, Offer},
    ids::{AttachmentId, EstimateId},
    policy::{Actor, ClientRole, Membership, Person, StaffRole},
    ticket::{Kind, Scope, Severity, Visibility},
};
use daypack_server::{
    context::Context,
    error::Failure,
    files::Files,
    flows::{
        attachments,
        estimates::offer,
        tickets::{Case, comment, open, triage},
    },
    ids::IdSource,
    testing::Place,
};
use daypack_store::Conn;
use serde_json::json;

use super::{Expected, Row, World};

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

/// Runs flows as Acme's member, or as the agent.
fn as_person<T: Send + 'static>(
    world: &World,
    place: Place,
    flow: impl Fn(&mut Conn, &Context) -> Result<T, Failure> + Send + 'static,
) -> T {
    let (now, seed) = (world.server.now(), world.server.app.ids.seed());
    let user_id = world.people.at(place).id;
    let membership = |role| Membership {
        organization_id: world.people.acme,
        role,
        approval_limit_minutes: None,
        order_limit: None,
    };
    let person = match place {
        Place::Staff(role) => Person {
            user_id,
            staff_role: Some(role),
            memberships: Vec::new(),
        },
        Place::Acme(role) | Place::Nord(role) => Person {
            user_id,
            staff_role: None,
            memberships: vec![membership(role)],
        },
    };
    let store = world.server.app.store.clone();
    let write = move |conn: &mut Conn| {
        let context = Context {
            now,
            ids: IdSource::seeded(seed).at(now),
            actor: Actor::Person(person.clone()),
            request_id: String::new(),
            remote_address: None,
        };
        flow(conn, &context)
    };
    // On a thread of its own: the rows are tried on one that may not wait.
    let done = std::thread::spawn(move || store.write_blocking(write))
        .join()
        .expect("the flow does not panic");
    done.unwrap_or_else(|failure: Failure| panic!("{failure}"))
}

const MEMBER_OF_ACME: Place = Place::Acme(ClientRole::Member);
const AGENT: Place = Place::Staff(StaffRole::Agent);

/// A ticket of Acme that waits for triage.
pub(super) fn opened(world: &World) -> Case {
    let organization_id = world.people.acme;
    as_person(world, MEMBER_OF_ACME, move |conn, context| {
        let input = open::OpenTicket {
            organization_id,
            title: "Export fails".to_owned(),
            description: "It fails.".to_owned(),
            affected: "Accounting".to_owned(),
            system_id: None,
            impact: None,
            suggested_severity: None,
            attachment_ids: Vec::new(),
            channel: None,
        };
        open::open(conn, context, &input)
    })
}

/// A ticket of Acme that waits for an estimate.
pub(super) fn triaged(world: &World) -> Case {
    let id = opened(world).ticket.id;
    as_person(world, AGENT, move |conn, context| {
        let decided = triage::Triage {
            severity: Severity::P2,
            kind: Kind::Corrective,
            scope: Scope::In,
            mitigation_plan: None,
            solution_plan: None,
            assignee_id: None,
            billable: true,
            not_billable_reason: None,
            reason: None,
        };
        triage::triage(conn, context, &id.into(), None, &decided)
    })
}

/// An open estimate of Acme.
pub(super) fn offered(world: &World) -> EstimateId {
    let id = triaged(world).ticket.id;
    as_person(world, AGENT, move |conn, context| {
        let input = Offer {
            minutes: 15,
            includes: "All of it.".to_owned(),
            basis: Basis::Total,
            kind: EstimateKind::UpTo,
            lines: Vec::new(),
            blocking: false,
            valid_until: None,
        };
        Ok(offer::offer(conn, context, &id.into(), None, &input)?.1.id)
    })
}

/// A file on a public comment.
fn attached(world: &World) -> AttachmentId {
    let id = opened(world).ticket.id;
    let files = Files::new(&world.server.app.config.data_dir);
    let mut incoming = files.begin("errors.log").expect("the folder is there");
    assert!(incoming.write(b"timeout").expect("the disk has room"));
    let kept = files.keep(incoming).expect("the disk has room");
    as_person(world, MEMBER_OF_ACME, move |conn, context| {
        let file = attachments::add(conn, context, "errors.log", &kept)?;
        let input = comment::NewComment {
            body: "See the file".to_owned(),
            visibility: Visibility::Public,
            attachment_ids: vec![file.id],
        };
        comment::add(conn, context, &id.into(), &input)?;
        Ok(file.id)
    })
}

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
