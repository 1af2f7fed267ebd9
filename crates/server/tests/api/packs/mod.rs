//! What tests about packs share: people at every place, and orders that are placed and paid.

pub mod tickets;

use daypack_domain::ids::OrganizationId;
use daypack_domain::policy::ClientRole::Owner;
use daypack_domain::policy::StaffRole::Lead;
use daypack_server::context::Context;
use daypack_server::error::Failure;
use daypack_server::ids::IdSource;
use daypack_server::testing::{Client, People, Place, TestServer};
use daypack_store::Conn;
use daypack_store::testing::start;
use serde_json::{Value, json};

/// A client for the person at this place, with a token of now.
pub async fn at(server: &TestServer, people: &People, place: Place) -> Client {
    server.signed_in(people.at(place)).await
}

/// The owner of Acme.
pub async fn owner(server: &TestServer, people: &People) -> Client {
    at(server, people, Place::Acme(Owner)).await
}

/// A lead of the staff.
pub async fn lead(server: &TestServer, people: &People) -> Client {
    at(server, people, Place::Staff(Lead)).await
}

/// The body of an order.
pub fn order(organization: OrganizationId, plan: &str, packs: i64) -> Value {
    json!({ "organization_id": organization, "plan_code": plan, "packs": packs, "terms_version": 1 })
}

/// Places an order as the owner of Acme.
pub async fn placed(server: &TestServer, people: &People, plan: &str, packs: i64) -> Value {
    owner(server, people)
        .await
        .post("/orders", order(people.acme, plan, packs))
        .await
        .created()
}

/// Confirms the payment of an order as a lead.
pub async fn paid(server: &TestServer, people: &People, order: &Value) -> Value {
    let id = order["id"].as_str().unwrap();
    let path = format!("/orders/{id}/confirm-payment");
    let body = json!({ "payment_reference": format!("bank {id}") });
    lead(server, people).await.post(&path, body).await.ok()
}

/// Places and pays; gives the order.
pub async fn bought(server: &TestServer, people: &People, plan: &str, packs: i64) -> Value {
    let order = placed(server, people, plan, packs).await;
    paid(server, people, &order).await
}

/// The balance of Acme as its owner reads it.
pub async fn balance(server: &TestServer, people: &People) -> Value {
    owner(server, people)
        .await
        .get("/organizations/acme/balance")
        .await
        .ok()
}

/// The first page of Acme's ledger as its owner reads it.
pub async fn ledger(server: &TestServer, people: &People) -> Vec<Value> {
    let page = owner(server, people)
        .await
        .get("/organizations/acme/ledger?limit=100")
        .await
        .ok();
    page["items"].as_array().unwrap().clone()
}

/// Runs a flow by itself, as jobs do: in one transaction, as the system, at the server's time.
pub async fn run<T: Send + 'static>(
    server: &TestServer,
    flow: impl Fn(&mut Conn, &Context) -> Result<T, Failure> + Send + 'static,
) -> T {
    let (now, seed) = (server.now(), server.app.ids.seed());
    let done = server
        .app
        .store
        .write(move |conn| flow(conn, &Context::system(now, IdSource::seeded(seed).at(now))));
    done.await.unwrap_or_else(|failure| panic!("{failure}"))
}

/// The names of an organization's events since the test began, in their order.
pub async fn event_names(server: &TestServer, organization: OrganizationId) -> Vec<String> {
    run(server, move |conn, _| {
        let events = daypack_store::events::after(conn, organization, 0, 1000)?;
        let since = events.iter().filter(|event| event.at >= start());
        Ok(since.map(|event| event.name().to_owned()).collect())
    })
    .await
}
