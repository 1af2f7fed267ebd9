//! Who may do what, over HTTP: every operation of the API document × every place a person can stand × own or foreign.
//!
//! An operation without a row fails. A row names the operation and what each place hears; ids in path and body are
//! Acme's, so that Nord's people are the foreigners. Rows are tried each on the same server in the order below: a row
//! that changes what others need comes later. Rows of a resource live in a file of their own beside this one.

mod agreements;
mod approvals;
mod base;
mod catalogue;
mod lots;
mod packs;
mod scenes;
mod statements;
mod tickets;
mod work;

use std::collections::{BTreeMap, BTreeSet};

use daypack_domain::policy::{ClientRole, StaffRole};
use daypack_server::{
    openapi,
    testing::{Client, Engine, People, Place, TestServer},
};
use reqwest::Method;
use serde_json::Value;

/// What each place hears: a status for the staff by role, for Acme by role, for Nord (all of its roles), for nobody.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    /// Admin, lead, agent.
    pub staff: [u16; 3],
    /// Owner, approver, member, viewer of the organization that it is about.
    pub own: [u16; 4],
    /// Every role of another organization.
    pub foreign: u16,
    /// Nobody signed in.
    pub anonymous: u16,
}

impl Expected {
    /// The same for everybody, signed in or not.
    pub const fn everybody(status: u16) -> Self {
        Self {
            staff: [status; 3],
            own: [status; 4],
            foreign: status,
            anonymous: status,
        }
    }

    /// The same for everybody who signed in, of whichever organization: for what is about the caller.
    pub const fn signed_in(status: u16) -> Self {
        Self {
            staff: [status; 3],
            own: [status; 4],
            foreign: status,
            anonymous: 401,
        }
    }

    fn at(&self, place: Option<Place>) -> u16 {
        match place {
            None => self.anonymous,
            Some(Place::Nord(_)) => self.foreign,
            Some(Place::Acme(role)) => match role {
                ClientRole::Owner => self.own[0],
                ClientRole::Approver => self.own[1],
                ClientRole::Member => self.own[2],
                ClientRole::Viewer => self.own[3],
            },
            Some(Place::Staff(role)) => match role {
                StaffRole::Admin => self.staff[0],
                StaffRole::Lead => self.staff[1],
                StaffRole::Agent => self.staff[2],
            },
        }
    }
}

/// What a row may use to make its request.
pub struct World {
    /// The server.
    pub server: TestServer,
    /// Everybody.
    pub people: People,
}

/// One operation.
pub struct Row {
    /// As in the API document: `GET /organizations/{id}`.
    pub operation: &'static str,
    /// The path to call, with ids of Acme.
    pub path: fn(&World) -> String,
    /// The body, new for each call.
    pub body: fn(&World) -> Option<Value>,
    /// A table instead of a body in JSON.
    pub csv: Option<&'static str>,
    /// What each place hears.
    pub expected: Expected,
}

impl Row {
    /// A row for a path without ids and without a body.
    pub const fn new(operation: &'static str, path: fn(&World) -> String, expected: Expected) -> Self {
        Self {
            operation,
            path,
            body: |_| None,
            csv: None,
            expected,
        }
    }

    /// The same with a body.
    pub const fn body(mut self, body: fn(&World) -> Option<Value>) -> Self {
        self.body = body;
        self
    }

    /// The same with a table as its body.
    pub const fn csv(mut self, csv: &'static str) -> Self {
        self.csv = Some(csv);
        self
    }
}

fn rows() -> Vec<Row> {
    let files = [
        base::rows,
        catalogue::rows,
        packs::rows,
        lots::rows,
        statements::rows,
        tickets::rows,
        work::rows,
        // Emergencies take what is left in the packs.
        approvals::rows,
        agreements::rows,
        catalogue::late_rows,
    ];
    files.iter().flat_map(|rows| rows()).collect()
}

#[test]
fn every_operation_has_a_row() {
    let document = openapi::document();
    let mut operations = BTreeSet::new();
    for (path, item) in &document.paths.paths {
        let path = path.strip_prefix("/api/v1").expect("operations are below the base");
        for (method, _) in openapi::operations(item) {
            let method = serde_json::to_value(&method).unwrap();
            operations.insert(format!("{} {path}", method.as_str().unwrap().to_uppercase()));
        }
    }
    let listed: BTreeSet<String> = rows().iter().map(|row| row.operation.to_owned()).collect();
    let missing: Vec<_> = operations.difference(&listed).collect();
    let unknown: Vec<_> = listed.difference(&operations).collect();
    assert!(
        missing.is_empty(),
        "operations without a row in tests/access: {missing:#?}"
    );
    assert!(unknown.is_empty(), "rows without an operation: {unknown:#?}");
}

#[actix_web::test]
async fn everybody_hears_what_the_table_says() {
    let server = TestServer::start(Engine::Sqlite);
    let people = server.people().await;
    let world = World { server, people };
    let mut differences = BTreeMap::new();
    for row in rows() {
        let (method, _) = row.operation.split_once(' ').expect("a method and a path");
        let method: Method = method.parse().expect("a method");
        for place in Place::all().into_iter().map(Some).chain([None]) {
            // A session for each call: some end theirs.
            let client = match place {
                Some(place) => world.server.signed_in(world.people.at(place)).await,
                None => world.server.anonymous(),
            };
            let heard = call(&client, &method, &row, &world).await;
            let expected = row.expected.at(place);
            if heard != expected {
                let place = place.map_or_else(|| "nobody".to_owned(), |place| format!("{place:?}"));
                differences.insert(
                    format!("{} as {place}", row.operation),
                    format!("{heard}, expected {expected}"),
                );
            }
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}

async fn call(client: &Client, method: &Method, row: &Row, world: &World) -> u16 {
    // Once: it may make what it names.
    let path = (row.path)(world);
    // Versions are not what is tested here: each caller gives the one that is there.
    let client = match *method {
        Method::PATCH => {
            let mut seen = client.get(&path).await;
            if let (true, Some((parent, _))) = (seen.header("etag").is_empty(), path.rsplit_once('/')) {
                seen = client.get(parent).await;
            }
            let etag = seen.header("etag");
            client.header("if-match", if etag.is_empty() { "\"1\"" } else { etag })
        }
        _ => client.clone(),
    };
    if let Some(csv) = row.csv {
        let client = client.header("content-type", "text/csv");
        return client
            .send(method.clone(), &path, Some(csv.to_owned()))
            .await
            .status
            .as_u16();
    }
    let body = (row.body)(world).map(|body| body.to_string());
    client.send(method.clone(), &path, body).await.status.as_u16()
}
