//! What tests about tickets share: requests that are opened, triaged, estimated.

use daypack_domain::policy::ClientRole::{Approver, Member, Owner, Viewer};
use daypack_domain::policy::StaffRole::{Agent, Lead};
use daypack_server::testing::{Client, People, Place, TestServer};
use serde_json::{Value, json};

/// A server with people who are signed in now. Tokens live for a quarter of an hour: after a longer wait, again.
pub struct Scene {
    pub people: People,
    pub owner: Client,
    pub approver: Client,
    pub member: Client,
    pub viewer: Client,
    pub foreign: Client,
    pub agent: Client,
    pub lead: Client,
}

impl Scene {
    pub async fn new(server: &TestServer) -> Self {
        Self::of(server, server.people().await).await
    }

    /// The same people, signed in again.
    pub async fn again(self, server: &TestServer) -> Self {
        Self::of(server, self.people).await
    }

    /// These people, signed in now.
    pub async fn of(server: &TestServer, people: People) -> Self {
        let at = async |place| server.signed_in(people.at(place)).await;
        Self {
            owner: at(Place::Acme(Owner)).await,
            approver: at(Place::Acme(Approver)).await,
            member: at(Place::Acme(Member)).await,
            viewer: at(Place::Acme(Viewer)).await,
            foreign: at(Place::Nord(Owner)).await,
            agent: at(Place::Staff(Agent)).await,
            lead: at(Place::Staff(Lead)).await,
            people,
        }
    }

    /// The body of a request of Acme.
    pub fn request(&self, title: &str) -> Value {
        json!({
            "organization_id": self.people.acme, "title": title, "description": "It *fails* since this morning.",
            "affected": "Accounting"
        })
    }

    /// A request of Acme's member.
    pub async fn opened(&self, title: &str) -> Value {
        self.member.post("/tickets", self.request(title)).await.created()
    }

    /// A request that waits for an estimate.
    pub async fn triaged(&self, title: &str) -> Value {
        let ticket = self.opened(title).await;
        self.agent
            .post(&path(&ticket, "/triage"), in_scope("p2", "corrective"))
            .await
            .ok()
    }

    /// A request with an open estimate; gives the estimate.
    pub async fn offered(&self, title: &str, minutes: i64) -> Value {
        let ticket = self.triaged(title).await;
        self.offer(&ticket, json!({ "minutes": minutes, "includes": "Find and fix it." }))
            .await
    }

    /// One more estimate.
    pub async fn offer(&self, ticket: &Value, body: Value) -> Value {
        self.agent.post(&path(ticket, "/estimates"), body).await.created()
    }

    /// Packs of a plan, ordered and paid.
    pub async fn buy(&self, plan: &str, packs: i64) {
        let body = json!({
            "organization_id": self.people.acme, "plan_code": plan, "packs": packs, "terms_version": 1
        });
        let order = self.owner.post("/orders", body).await.created();
        let id = text(&order, "id");
        let payment = json!({ "payment_reference": format!("bank {id}") });
        self.lead
            .post(&format!("/orders/{id}/confirm-payment"), payment)
            .await
            .ok();
    }

    /// The owner changes the emergency clause.
    pub async fn agree(&self, body: Value) {
        let clause = "/organizations/acme/emergency-clause";
        let etag = self.owner.get(clause).await.header("etag").to_owned();
        self.owner.header("if-match", &etag).patch(clause, body).await.ok();
    }

    /// The ticket as the agent sees it.
    pub async fn ticket(&self, ticket: &Value) -> Value {
        self.agent.get(&path(ticket, "")).await.ok()
    }

    /// What Acme has available and held.
    pub async fn minutes(&self) -> (i64, i64) {
        let balance = self.viewer.get("/organizations/acme/balance").await.ok();
        (
            balance["available_minutes"].as_i64().unwrap(),
            balance["held_minutes"].as_i64().unwrap(),
        )
    }

    /// The names of what happened to a ticket, oldest first, as this client sees it.
    pub async fn story(client: &Client, ticket: &Value) -> Vec<String> {
        let page = client.get(&path(ticket, "/timeline?limit=100")).await.ok();
        let mut names: Vec<String> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| text(event, "name"))
            .collect();
        names.reverse();
        names
    }
}

/// The path of something below a ticket.
pub fn path(ticket: &Value, rest: &str) -> String {
    format!("/tickets/{}{rest}", text(ticket, "id"))
}

/// The path of something below an estimate.
pub fn of_estimate(estimate: &Value, rest: &str) -> String {
    format!("/estimates/{}{rest}", text(estimate, "id"))
}

/// A text of an answer.
pub fn text(value: &Value, name: &str) -> String {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} is missing in {value}"))
        .to_owned()
}

/// A triage that keeps the work in the agreement.
pub fn in_scope(severity: &str, kind: &str) -> Value {
    json!({ "severity": severity, "kind": kind, "scope": "in" })
}
