//! What tests about statements, jobs and the dashboard share: a week with work in it, and jobs at the server's time.

use daypack_domain::Instant;
use daypack_domain::policy::ClientRole::{Approver, Member};
use daypack_domain::policy::StaffRole::{Agent, Lead};
use daypack_server::jobs::{self, Report};
use daypack_server::testing::{Client, People, Place, TestServer};
use serde_json::{Value, json};

use super::packs::{at, bought};

/// Sets the server's clock.
pub fn go_to(server: &TestServer, instant: &str) {
    server.clock.set(instant.parse::<Instant>().expect("an instant"));
}

/// Does what is due at the server's time.
pub async fn run_jobs(server: &TestServer) -> Report {
    let (app, now) = (server.app.clone(), server.now());
    let done = tokio::task::spawn_blocking(move || jobs::run_due(&app, now)).await;
    done.expect("jobs do not panic").expect("the database answers")
}

/// Jobs that wait for something else than their next turn.
pub async fn left_over(server: &TestServer) -> Vec<String> {
    super::packs::run(server, |conn, _| {
        let sweeps = jobs::Sweep::ALL.map(jobs::Sweep::as_str);
        let all = daypack_store::jobs::all(conn)?;
        Ok(all
            .into_iter()
            .map(|job| job.unique_key)
            .filter(|key| !sweeps.contains(&key.as_str()))
            .collect())
    })
    .await
}

/// A ticket on its way through a week.
pub struct Working {
    /// Its id.
    pub id: String,
    /// Its reference.
    pub reference: String,
}

/// The agent.
pub async fn agent(server: &TestServer, people: &People) -> Client {
    at(server, people, Place::Staff(Agent)).await
}

/// The approver of Acme, whose limit is 600 minutes a ticket.
pub async fn approver(server: &TestServer, people: &People) -> Client {
    at(server, people, Place::Acme(Approver)).await
}

/// The member of Acme.
pub async fn member(server: &TestServer, people: &People) -> Client {
    at(server, people, Place::Acme(Member)).await
}

/// A member of Acme opens a ticket, a lead triages it.
pub async fn triaged(server: &TestServer, people: &People, title: &str, severity: &str, kind: &str) -> Working {
    let body = json!({
        "organization_id": people.acme, "title": title, "description": "Since this morning.", "affected": "Accounting",
    });
    let ticket = member(server, people).await.post("/tickets", body).await.created();
    let id = text(&ticket["id"]);
    let body = json!({ "severity": severity, "kind": kind, "scope": "in" });
    let lead = at(server, people, Place::Staff(Lead)).await;
    lead.post(&format!("/tickets/{id}/triage"), body).await.ok();
    Working {
        id,
        reference: text(&ticket["reference"]),
    }
}

/// The agent offers minutes.
pub async fn offered(server: &TestServer, people: &People, ticket: &Working, minutes: i64) -> Value {
    let body = json!({ "minutes": minutes, "includes": "Everything." });
    agent(server, people)
        .await
        .post(&format!("/tickets/{}/estimates", ticket.id), body)
        .await
        .created()
}

/// A ticket with approved minutes that is being worked on; buys five packs of Flexi when there are none.
pub async fn in_work(server: &TestServer, people: &People, title: &str, minutes: i64) -> Working {
    let lead = at(server, people, Place::Staff(Lead)).await;
    let balance = lead.get("/organizations/acme/balance").await.ok();
    if balance["available_minutes"].as_i64() < Some(minutes) {
        bought(server, people, "flexi", 5).await;
    }
    let ticket = triaged(server, people, title, "p2", "evolutionary").await;
    let estimate = offered(server, people, &ticket, minutes).await;
    let path = format!("/estimates/{}/approve", text(&estimate["id"]));
    approver(server, people).await.post(&path, json!({})).await.ok();
    let path = format!("/tickets/{}/transitions", ticket.id);
    agent(server, people)
        .await
        .post(&path, json!({ "to": "fixing" }))
        .await
        .ok();
    ticket
}

/// The agent logs time; gives the entry.
pub async fn logged(server: &TestServer, people: &People, ticket: &Working, minutes: i64, day: &str) -> Value {
    let body = json!({
        "minutes": minutes, "worked_on": day, "activity": "development", "note": "Made the change", "billable": true,
    });
    agent(server, people)
        .await
        .post(&format!("/tickets/{}/time-entries", ticket.id), body)
        .await
        .created()
}

/// The agent delivers it.
pub async fn resolved(server: &TestServer, people: &People, ticket: &Working, what: &str) {
    let path = format!("/tickets/{}/resolve", ticket.id);
    agent(server, people)
        .await
        .post(&path, json!({ "what_was_done": what }))
        .await
        .ok();
}

/// A JSON string.
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
        .to_owned()
}
