//! The installation of the story, its people, and the clock that it turns.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use daypack_domain::{Instant, policy::StaffRole};
use daypack_server::{
    auth::secrets,
    clock::{Clock, ManualClock},
    context::Context,
    error::Failure as Refused,
    flows::{passwords, people},
    ids::IdSource,
    mail::account::LinkFor,
    testing::Client,
};
use daypack_store::tokens::Purpose;
use e2e::{Browser, Failure, Look, Mail, Result, Server, Session, mails};
use serde_json::Value;

pub const PASSWORD: &str = "correct horse battery";
pub const TITLE: &str = "Accounting export fails since this morning";
pub const ADMIN: &str = "admin@agency.example";
pub const LEAD: &str = "lead@agency.example";
pub const AGENT: &str = "agent@agency.example";
pub const OWNER: &str = "owner@acme.example";
pub const APPROVER: &str = "approver@acme.example";
pub const MEMBER: &str = "member@acme.example";

/// The installation, the browser that everybody has a session in, and what was seen of the balance so far.
pub struct Stage {
    pub server: Server,
    browser: Browser,
    pub clock: Arc<ManualClock>,
    /// Instant, available and held minutes.
    pub seen: Vec<(Instant, i64, i64)>,
}

impl Stage {
    /// An empty installation on a Tuesday at 8:30 in Madrid.
    pub fn set() -> Result<Self> {
        let clock = Arc::new(ManualClock::new(instant("2026-03-03T07:30:00Z")));
        Ok(Self {
            server: Server::start_with_clock(clock.clone())?,
            browser: Browser::start()?,
            clock,
            seen: Vec::new(),
        })
    }

    /// What `daypack user create --role admin` does: an account, and the link that it prints.
    pub async fn create_admin(&self) -> Result<String> {
        let token = secrets::one_time_token();
        let app = self.server.app();
        let (kept, now, seed) = (token.clone(), self.clock.now(), app.ids.seed());
        let made = app.store.write(move |conn| {
            let context = Context::system(now, IdSource::seeded(seed).at(now));
            let person = people::NewPerson {
                email: ADMIN.to_owned(),
                name: "Marta Soler".to_owned(),
                locale: "en".to_owned(),
                staff_role: Some(StaffRole::Admin),
                password_hash: None,
            };
            let user = people::create(conn, &context, &person)?;
            passwords::issue(conn, &context, user.id, Purpose::Invitation, &kept)
        });
        made.await
            .map_err(|refused: Refused| Failure::new(refused.to_string()))?;
        Ok(LinkFor::Invitation.link(&self.server.url(""), &token))
    }

    /// The mails to somebody.
    pub fn mails_to(&self, email: &str) -> Result<Vec<Mail>> {
        Ok(mails(&self.server)?
            .into_iter()
            .filter(|mail| mail.to == email)
            .collect())
    }

    /// Somebody opens the link of their invitation, sets a password and signs in.
    pub async fn joins(&self, email: &str, link: &str, look: Look) -> Result<Session> {
        let session = self.browser.session(look).await?;
        // Who is not signed in; and tokens expire while the clock is turned, and are renewed.
        session.expect_refusals("a status of 401");
        session.open(link).await?;
        session.fill("New password", PASSWORD).await?;
        session.fill("The same again", PASSWORD).await?;
        session.press("Join").await?;
        session.arrives_at("/login").await?;
        session.sign_in(email, PASSWORD).await?;
        session.settled().await?;
        Ok(session)
    }

    /// As [`Stage::joins`], by the link of the mail.
    pub async fn invited(&self, email: &str, look: Look) -> Result<Session> {
        self.server.run_jobs().await?;
        let all = self.mails_to(email)?;
        let link = all.iter().find_map(|mail| mail.link("/invite/"));
        let link = link.ok_or_else(|| Failure::new(format!("there is no invitation for {email}")))?;
        self.joins(email, link, look).await
    }

    pub async fn open(&self, session: &Session, path: &str) -> Result {
        session.open(&self.server.url(path)).await
    }

    pub async fn rest(&self, email: &str) -> Client {
        self.server.rest(email, PASSWORD).await
    }

    pub async fn organization(&self) -> Value {
        self.rest(LEAD).await.get("/organizations/acme").await.ok()
    }

    pub async fn balance(&self, query: &str) -> (i64, i64) {
        let id = self.organization().await["id"].as_str().unwrap_or_default().to_owned();
        let path = format!("/organizations/{id}/balance{query}");
        let balance = self.rest(OWNER).await.get(&path).await.ok();
        (number(&balance["available_minutes"]), number(&balance["held_minutes"]))
    }

    /// Notes the balance of this instant, which has to be this one, and lets time pass.
    pub async fn note(&mut self, available: i64, held: i64, minutes_later: i64) {
        assert_eq!(self.balance("").await, (available, held), "at {}", self.clock.now());
        self.seen.push((self.clock.now(), available, held));
        self.clock.advance(TimeDelta::minutes(minutes_later));
    }

    pub async fn ticket(&self) -> Value {
        self.rest(LEAD).await.get("/tickets/ACME-1").await.ok()
    }
}

pub fn instant(text: &str) -> Instant {
    text.parse::<chrono::DateTime<Utc>>().expect("an instant")
}

pub fn number(value: &Value) -> i64 {
    value.as_i64().expect("a number")
}
