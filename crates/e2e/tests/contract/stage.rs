//! The demo data, a browser, a stand-in for the payment provider, and what the API says.

use std::sync::Arc;

use chrono::Utc;
use daypack_domain::Instant;
use daypack_server::{clock::ManualClock, testing::Client};
use e2e::{Browser, Look, Provider, Result, Server, Session};
use serde_json::{Value, json};

const PASSWORD: &str = "daypack-demo";

/// A Thursday morning in Madrid.
const MOMENT: &str = "2026-11-19T09:24:00Z";

pub struct Stage {
    pub server: Server,
    pub provider: Provider,
    browser: Browser,
}

impl Stage {
    pub async fn set() -> Result<Self> {
        let moment: Instant = MOMENT.parse::<chrono::DateTime<Utc>>()?;
        let provider = Provider::start()?;
        let server = Server::start_with(Arc::new(ManualClock::new(moment)), provider.settings())?;
        server.seed_demo().await?;
        Ok(Self {
            server,
            provider,
            browser: Browser::start()?,
        })
    }

    pub async fn sign_in(&self, email: &str, look: Look) -> Result<Session> {
        let session = self.browser.session(look).await?;
        session.expect_refusals("/api/v1/sessions/refresh");
        session.open(&self.server.url("/login")).await?;
        session.sign_in(email, PASSWORD).await?;
        session.settled().await?;
        Ok(session)
    }

    /// Somebody who is not signed in.
    pub async fn visitor(&self, look: Look) -> Result<Session> {
        let session = self.browser.session(look).await?;
        // Whether somebody is signed in is asked at the start.
        session.expect_refusals("/api/v1/sessions/refresh");
        Ok(session)
    }

    pub async fn open(&self, session: &Session, path: &str) -> Result {
        session.open(&self.server.url(path)).await
    }

    pub async fn lead(&self) -> Client {
        self.server.rest("lead@daypack.example", PASSWORD).await
    }

    pub async fn admin(&self) -> Client {
        self.server.rest("admin@daypack.example", PASSWORD).await
    }

    pub async fn owner(&self, organization: &str) -> Client {
        self.server
            .rest(&format!("owner@{organization}.example"), PASSWORD)
            .await
    }

    /// Something of an organization, such as `balance`, as the lead reads it.
    pub async fn of(&self, organization: &str, what: &str) -> Value {
        self.lead()
            .await
            .get(format!("/organizations/{organization}/{what}").trim_end_matches('/'))
            .await
            .ok()
    }

    /// Available, held and owed minutes.
    pub async fn balance(&self, organization: &str) -> (i64, i64, i64) {
        let balance = self.of(organization, "balance").await;
        let [available, held, owed] =
            ["available_minutes", "held_minutes", "debt_minutes"].map(|name| balance[name].as_i64().unwrap_or(0));
        (available, held, owed)
    }

    /// The packs, the one that started last first.
    pub async fn lots(&self, organization: &str) -> Vec<Value> {
        items(&self.of(organization, "lots").await)
    }

    pub async fn order(&self, id: &str) -> Value {
        self.lead().await.get(&format!("/orders/{id}")).await.ok()
    }

    /// The order that was placed last.
    pub async fn newest_order(&self, organization: &str) -> Value {
        let id = text(&self.of(organization, "").await["id"]);
        let orders = self
            .lead()
            .await
            .get(&format!("/orders?organization_id={id}"))
            .await
            .ok();
        orders["items"][0].clone()
    }

    /// One pack of Starter, ordered by the owner through the API.
    pub async fn place_order(&self, organization: &str) -> Value {
        let owner = self.owner(organization).await;
        let terms = items(&owner.get("/terms").await.ok());
        let current = terms
            .iter()
            .find(|terms| terms["current"] == true)
            .expect("current terms");
        let organization = text(&owner.get("/me").await.ok()["memberships"][0]["organization_id"]);
        let order = json!({
            "organization_id": organization, "plan_code": "starter", "packs": 1, "terms_version": current["version"],
        });
        owner.post("/orders", order).await.created()
    }

    /// A request of Acme in scope, and its reference.
    pub async fn request(&self, title: &str, severity: &str) -> Result<String> {
        let lead = self.lead().await;
        let acme = lead.get("/organizations/acme").await.ok();
        let ticket = json!({
            "organization_id": acme["id"], "title": title, "description": "As since this morning.",
            "affected": "Two shops",
        });
        let reference = text(&lead.post("/tickets", ticket).await.created()["reference"]);
        if !severity.is_empty() {
            let triage = json!({ "severity": severity, "kind": "corrective", "scope": "in" });
            lead.post(&format!("/tickets/{reference}/triage"), triage).await.ok();
        }
        Ok(reference)
    }

    pub async fn ticket(&self, reference: &str) -> Value {
        self.lead().await.get(&format!("/tickets/{reference}")).await.ok()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub fn items(page: &Value) -> Vec<Value> {
    page["items"].as_array().cloned().unwrap_or_default()
}

/// Closes the browsers, and fails with everything that was wrong on the way.
pub async fn finish(sessions: impl IntoIterator<Item = Session>) -> Result {
    let mut outcome = Ok(());
    for session in sessions {
        outcome = session.finish().await.and(outcome);
    }
    outcome
}
