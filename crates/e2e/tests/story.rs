//! The whole story, from an empty installation to the weekly summary, as the people in it see it.

use std::{fs, sync::Arc};

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

const PASSWORD: &str = "correct horse battery";
const TITLE: &str = "Accounting export fails since this morning";
const ADMIN: &str = "admin@agency.example";
const LEAD: &str = "lead@agency.example";
const AGENT: &str = "agent@agency.example";
const OWNER: &str = "owner@acme.example";
const APPROVER: &str = "approver@acme.example";
const MEMBER: &str = "member@acme.example";

/// The installation, the browser that everybody has a session in, and what was seen of the balance so far.
struct Stage {
    server: Server,
    browser: Browser,
    clock: Arc<ManualClock>,
    seen: Vec<(Instant, i64, i64)>,
}

impl Stage {
    /// An empty installation on a Tuesday at 8:30 in Madrid.
    fn set() -> Result<Self> {
        let clock = Arc::new(ManualClock::new(instant("2026-03-03T07:30:00Z")));
        Ok(Self {
            server: Server::start_with_clock(clock.clone())?,
            browser: Browser::start()?,
            clock,
            seen: Vec::new(),
        })
    }

    /// What `daypack user create --role admin` does: an account, and the link that it prints.
    async fn create_admin(&self) -> Result<String> {
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
    fn mails_to(&self, email: &str) -> Result<Vec<Mail>> {
        Ok(mails(&self.server)?
            .into_iter()
            .filter(|mail| mail.to == email)
            .collect())
    }

    /// Somebody opens the link of their invitation, sets a password and signs in.
    async fn joins(&self, email: &str, link: &str, look: Look) -> Result<Session> {
        let session = self.browser.session(look).await?;
        // Who is not signed in; and tokens expire while the clock is turned, and are renewed.
        session.expect_refusals("a status of 401");
        session.open(link).await?;
        session.fill("New password", PASSWORD).await?;
        session.fill("The same again", PASSWORD).await?;
        session.press("Set password").await?;
        session.arrives_at("/login").await?;
        session.fill("Email", email).await?;
        session.fill("Password", PASSWORD).await?;
        session.press("Sign in").await?;
        session.visible(".app main h1").await?;
        session.settled().await?;
        Ok(session)
    }

    /// As [`Stage::joins`], by the link of the mail.
    async fn invited(&self, email: &str, look: Look) -> Result<Session> {
        self.server.run_jobs().await?;
        let all = self.mails_to(email)?;
        let link = all.iter().find_map(|mail| mail.link("/invite/"));
        let link = link.ok_or_else(|| Failure::new(format!("there is no invitation for {email}")))?;
        self.joins(email, link, look).await
    }

    async fn open(&self, session: &Session, path: &str) -> Result {
        session.open(&self.server.url(path)).await
    }

    async fn rest(&self, email: &str) -> Client {
        self.server.rest(email, PASSWORD).await
    }

    async fn organization(&self) -> Value {
        self.rest(LEAD).await.get("/organizations/acme").await.ok()
    }

    async fn balance(&self, query: &str) -> (i64, i64) {
        let id = self.organization().await["id"].as_str().unwrap_or_default().to_owned();
        let path = format!("/organizations/{id}/balance{query}");
        let balance = self.rest(OWNER).await.get(&path).await.ok();
        (number(&balance["available_minutes"]), number(&balance["held_minutes"]))
    }

    /// Notes the balance of this instant, which has to be this one, and lets time pass.
    async fn note(&mut self, available: i64, held: i64, minutes_later: i64) {
        assert_eq!(self.balance("").await, (available, held), "at {}", self.clock.now());
        self.seen.push((self.clock.now(), available, held));
        self.clock.advance(TimeDelta::minutes(minutes_later));
    }

    async fn ticket(&self) -> Value {
        self.rest(LEAD).await.get("/tickets/ACME-1").await.ok()
    }
}

fn instant(text: &str) -> Instant {
    text.parse::<chrono::DateTime<Utc>>().expect("an instant")
}

fn number(value: &Value) -> i64 {
    value.as_i64().expect("a number")
}

#[tokio::test]
async fn from_an_empty_installation_to_the_weekly_summary() -> Result {
    let mut stage = Stage::set()?;
    let link = stage.create_admin().await?;
    let admin = stage.joins(ADMIN, &link, Look::DESKTOP).await?;
    sets_up(&stage, &admin).await?;
    let lead = stage.invited(LEAD, Look::DESKTOP).await?;
    let agent = stage.invited(AGENT, Look::DESKTOP).await?;
    let owner = stage.invited(OWNER, Look::DESKTOP).await?;
    let approver = stage.invited(APPROVER, Look::PHONE).await?;
    let member = stage.invited(MEMBER, Look::DESKTOP).await?;

    stage.note(0, 0, 10).await;
    orders(&stage, &owner).await?;
    stage.note(0, 0, 10).await;
    confirms_payment(&stage, &lead).await?;
    stage.note(2_400, 0, 20).await;
    reports(&stage, &member).await?;
    stage.note(2_400, 0, 10).await;
    triages(&stage, &lead).await?;
    stage.note(2_400, 0, 15).await;
    estimates(&stage, &agent).await?;
    stage.note(2_400, 0, 15).await;
    approves(&stage, &approver).await?;
    stage.note(2_040, 360, 180).await;
    works(&stage, &agent).await?;
    // 130 minutes, of which 30 are free and the rest goes in steps of 15.
    stage.note(2_040, 255, 30).await;
    accepts_window(&stage, &approver).await?;
    stage.note(2_040, 255, 0).await;
    stage.clock.set(instant("2026-03-04T06:30:00Z"));
    resolves(&stage, &agent).await?;
    stage.note(2_295, 0, 150).await;
    confirms(&stage, &member).await?;
    stage.note(2_295, 0, 0).await;

    stage.clock.set(instant("2026-03-09T07:00:00Z"));
    stage.server.run_jobs().await?;
    reads_the_week(&stage, &owner).await?;
    the_week_was_mailed(&stage)?;
    the_books_agree(&stage).await;
    let mut outcome = Ok(());
    for session in [admin, lead, agent, owner, approver, member] {
        outcome = session.finish().await.and(outcome);
    }
    outcome
}

/// The admin adds the client, its people and its system, and the agency's own people.
async fn sets_up(stage: &Stage, admin: &Session) -> Result {
    stage.open(admin, "/admin/staff").await?;
    for (name, email, role) in [("Jordi Vidal", LEAD, "lead"), ("Sofía Ortiz", AGENT, "agent")] {
        admin.press("Add to the team").await?;
        admin.fill("Name", name).await?;
        admin.fill("Email", email).await?;
        admin.choose("Role", role).await?;
        admin.press("Add to the team").await?;
        admin.dialog_closes().await?;
        admin.sees(email).await?;
    }
    stage.open(admin, "/clients").await?;
    admin.check("story-no-clients").await?;
    admin.press("New client").await?;
    admin.fill("Company", "Acme Retail").await?;
    admin.fill("Prefix of references", "ACME").await?;
    admin.choose("Language", "English").await?;
    admin.press("New client").await?;
    admin.heading("Acme Retail").await?;
    admin.settled().await?;
    let people = [
        ("Laura Marín", OWNER, "Owner", ""),
        ("Carlos Rey", APPROVER, "Approver", "10"),
        ("Elena Soto", MEMBER, "Member", ""),
    ];
    for (name, email, role, limit) in people {
        admin.press("Add a person").await?;
        admin.fill("Name", name).await?;
        admin.fill("Email", email).await?;
        admin.choose("Role", role).await?;
        if !limit.is_empty() {
            admin.fill("May approve up to, in hours", limit).await?;
        }
        admin.press("Add a person").await?;
        admin.dialog_closes().await?;
        admin.sees(email).await?;
    }
    admin.press("Add a system").await?;
    admin.fill("Name", "Back office").await?;
    admin
        .fill("What it is for", "Orders, invoices and the export to accounting.")
        .await?;
    admin.fill("Components", "Accounting, Billing").await?;
    admin.press("Add a system").await?;
    admin.dialog_closes().await?;
    admin.sees("Back office").await?;
    admin.check("story-client").await
}

/// The owner orders 5 Flexi packs; without the terms there is no order.
async fn orders(stage: &Stage, owner: &Session) -> Result {
    stage.open(owner, "/packs").await?;
    owner.follow("Order packs").await?;
    owner.arrives_at("/packs/order").await?;
    owner.settled().await?;
    let flexi = owner.field("Flexi").await?;
    owner.click(&flexi).await?;
    owner.press("Place order for").await?;
    owner.sees("Please accept the terms to order.").await?;
    let terms = owner
        .field("I have read the terms and conditions and accept them.")
        .await?;
    owner.click(&terms).await?;
    owner.check("story-order").await?;
    owner.press("Place order for €2,000").await?;
    owner.sees("Your order is placed.").await?;
    owner.check("story-ordered").await
}

async fn confirms_payment(stage: &Stage, lead: &Session) -> Result {
    stage.open(lead, "/clients/acme").await?;
    lead.press("Confirm payment").await?;
    lead.fill("Payment reference", "TRF-1001-ACME").await?;
    lead.check("story-payment").await?;
    lead.press("Confirm payment").await?;
    lead.sees("Payment confirmed. The minutes can be used.").await?;
    lead.sees("40 h left").await
}

async fn reports(stage: &Stage, member: &Session) -> Result {
    stage.open(member, "/tickets/new").await?;
    member.fill("What is happening?", TITLE).await?;
    let text = "I press *Export* for February and get an error. It worked on Friday.";
    member.fill("Tell us more", text).await?;
    member.fill("Who is affected?", "Accounting, four people").await?;
    member.paste_screenshot("Tell us more").await?;
    let log = stage.server.folder().join("export.log");
    fs::write(&log, "2026-03-03 08:41 ERROR line 1842: 31/02/2026 is not a date\n")?;
    member.attach("Screenshots, logs", &log).await?;
    member.has_sent_files(2).await?;
    member.answer("Is your main operation blocked?", "No").await?;
    member.answer("Is there a way around it?", "In part").await?;
    member.fill("How many people?", "4").await?;
    member.sees("A person answers within").await?;
    member.check("story-report").await?;
    member.press("Send request").await?;
    member.arrives_at("/tickets/ACME-1").await?;
    member.heading(TITLE).await?;
    member.settled().await?;
    member.sees("export.log").await?;
    member.check("story-reported").await?;
    let ticket = stage.ticket().await;
    let names: Vec<&str> = ticket["attachments"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|file| file["file_name"].as_str())
        .collect();
    assert!(
        names.contains(&"image.png") && names.contains(&"export.log"),
        "{names:?}"
    );
    assert_eq!(ticket["affected"], "Accounting, four people");
    assert_eq!(ticket["system_name"], "Back office");
    Ok(())
}

async fn triages(stage: &Stage, lead: &Session) -> Result {
    stage.open(lead, "/board").await?;
    let card = lead.link(TITLE).await?;
    assert!(card.is_displayed().await?);
    // Its clock runs.
    lead.visible(".ticket-card .clock").await?;
    lead.check("story-board").await?;
    lead.press("Triage").await?;
    lead.choose("Severity", "P1").await?;
    lead.choose("Kind of work", "Corrective").await?;
    lead.choose("Agreement", "in scope").await?;
    lead.choose("Assigned to", "Sofía Ortiz").await?;
    lead.fill("What is done at once", "Export February by hand.").await?;
    lead.fill(
        "What solves it for good",
        "Find out which line breaks it, and refuse it when it is entered.",
    )
    .await?;
    lead.fill("Reason", "The month is being closed today.").await?;
    lead.check("story-triage").await?;
    lead.press("Decide").await?;
    lead.sees("Triaged.").await?;
    let ticket = stage.ticket().await;
    assert_eq!(
        (&ticket["severity"], &ticket["kind"]),
        (&"p1".into(), &"corrective".into())
    );
    assert_eq!(ticket["assignee"]["name"], "Sofía Ortiz");
    Ok(())
}

async fn estimates(stage: &Stage, agent: &Session) -> Result {
    stage.open(agent, "/tickets/ACME-1").await?;
    agent.press("Estimate").await?;
    agent.fill("Time", "6:00").await?;
    agent
        .fill(
            "What it includes",
            "Find the cause, correct the data, refuse such dates from now on.",
        )
        .await?;
    agent.check("story-estimate").await?;
    agent.press("Send the estimate").await?;
    agent.sees("Estimate sent to the client.").await
}

/// On the phone: what it takes, from which packs, what is left, yes.
async fn approves(stage: &Stage, approver: &Session) -> Result {
    stage.open(approver, "/").await?;
    approver.sees("6 h estimated, all from Flexi").await?;
    approver.check("story-waiting").await?;
    approver.follow("See details").await?;
    approver.sees("Flexi").await?;
    approver.sees("34 h").await?;
    approver.check("story-approval").await?;
    approver.press("Approve 6 h").await?;
    approver.sees("Approved: 6 h held for ACME-1.").await?;
    approver.check("story-approved").await
}

/// The agent finds the cause, proves it, fixes it, logs the time and proposes a window.
async fn works(stage: &Stage, agent: &Session) -> Result {
    stage.open(agent, "/tickets/ACME-1").await?;
    agent.press_in_menu("More", "Start diagnosis").await?;
    agent.sees("finding the cause").await?;
    agent.press_in_menu("More", "Record diagnosis").await?;
    agent
        .fill(
            "Diagnosis and cause",
            "The form of the supplier accepts days that do not exist.",
        )
        .await?;
    agent
        .fill(
            "Reproduction in staging",
            "31/02/2026 in an invoice: the export of its month fails.",
        )
        .await?;
    agent.press("Save evidence").await?;
    agent.sees("Evidence recorded.").await?;
    agent.press_in_menu("More", "Start the fix").await?;
    agent.sees("being fixed").await?;
    agent.press_in_menu("More", "Log time").await?;
    agent.fill("Time worked", "2:10").await?;
    agent.choose("Activity", "Development").await?;
    agent
        .fill("What was done", "Corrected the invoice; the form checks its dates.")
        .await?;
    agent.check("story-log-time").await?;
    agent.press("Log time").await?;
    agent.sees("Time logged.").await?;
    agent.dialog_closes().await?;
    agent.press_in_menu("More", "Propose a window").await?;
    agent.set("From", "2026-03-04T06:00").await?;
    agent.fill("What to expect", "No downtime.").await?;
    agent.check("story-window").await?;
    agent.press("Propose").await?;
    agent.sees("Window proposed to the client.").await?;
    agent.dialog_closes().await?;
    agent.sees("waiting for its window").await?;
    agent.check("story-working").await
}

async fn accepts_window(stage: &Stage, approver: &Session) -> Result {
    stage.open(approver, "/").await?;
    approver.sees("No downtime.").await?;
    approver.press("Accept").await?;
    approver.sees("Window accepted").await?;
    let ticket = stage.ticket().await;
    assert_eq!(ticket["windows"][0]["status"], "accepted");
    assert_eq!(ticket["windows"][0]["starts_at"], "2026-03-04T05:00:00Z");
    Ok(())
}

async fn resolves(stage: &Stage, agent: &Session) -> Result {
    stage.open(agent, "/tickets/ACME-1").await?;
    agent.press_in_menu("More", "Resolve").await?;
    agent
        .fill(
            "What was done",
            "Corrected the invoice. The form refuses dates that do not exist.",
        )
        .await?;
    agent.choose("Kind of cause", "Code").await?;
    agent
        .fill(
            "How to prevent it",
            "The nightly check reads the export of the running month.",
        )
        .await?;
    agent
        .fill(
            "What was tested",
            "February's export is complete, in staging and in production.",
        )
        .await?;
    agent.fill("How to roll back", "Deploy the build before.").await?;
    agent.check("story-resolve").await?;
    agent.press("Resolve").await?;
    agent.sees("Resolved. The client is asked to confirm.").await
}

async fn confirms(stage: &Stage, member: &Session) -> Result {
    stage.open(member, "/tickets/ACME-1").await?;
    member
        .sees("The nightly check reads the export of the running month.")
        .await?;
    member.press("Confirm, it works").await?;
    member.sees("Confirmed. The request is closed.").await?;
    member.settled().await?;
    member.check("story-closed").await
}

/// Monday: one page, with what was done and an account that adds up.
async fn reads_the_week(stage: &Stage, owner: &Session) -> Result {
    stage.open(owner, "/statements").await?;
    owner.sees("1 h 45 used on 1 request").await?;
    let week = owner.visible("ul.weeks a").await?;
    owner.click(&week).await?;
    owner.heading("").await?;
    owner.settled().await?;
    owner.sees("The form refuses dates that do not exist.").await?;
    for line in [
        "Opening 0 min",
        "bought + 40 h",
        "used − 1 h 45",
        "Closing = 38 h 15",
        "Available = 38 h 15",
    ] {
        owner.sees(line).await?;
    }
    owner.check("story-week").await?;
    stage.open(owner, "/packs").await?;
    owner.sees("38 h 15").await?;
    owner.check("story-packs").await?;
    stage.open(owner, "/").await?;
    owner.check("story-home").await
}

fn the_week_was_mailed(stage: &Stage) -> Result {
    let all = stage.mails_to(OWNER)?;
    let summary = all.iter().find(|mail| mail.link("/statements/").is_some());
    let summary = &summary.ok_or_else(|| Failure::new("the summary was not mailed"))?.text;
    for part in ["Content-Type: text/plain", "Content-Type: text/html", TITLE, "<table"] {
        assert!(summary.contains(part), "{part} is not in the mail:\n{summary}");
    }
    Ok(())
}

/// The balance at each instant is what was seen then; the ledger, the summary and the timeline tell the same.
async fn the_books_agree(stage: &Stage) {
    for (at, available, held) in &stage.seen {
        let query = format!("?as_of={}", at.format("%Y-%m-%dT%H:%M:%S%.6fZ"));
        assert_eq!(stage.balance(&query).await, (*available, *held), "as of {at}");
    }
    let organization = stage.organization().await;
    let id = organization["id"].as_str().unwrap_or_default();
    let owner = stage.rest(OWNER).await;
    let ledger = owner.get(&format!("/organizations/{id}/ledger")).await.ok();
    let movements = ledger["items"].as_array().expect("movements");
    let kinds: Vec<String> = movements
        .iter()
        .rev()
        .map(|movement| {
            format!(
                "{} {}",
                movement["kind"].as_str().unwrap_or_default(),
                movement["minutes"]
            )
        })
        .collect();
    assert_eq!(kinds, ["grant 2400", "hold 360", "consume 105", "release 255"]);
    assert_eq!(movements[0]["available_after_minutes"], 2_295);

    let weeks = owner.get(&format!("/statements?organization_id={id}")).await.ok();
    let week = weeks["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let account = owner.get(&format!("/statements/{week}")).await.ok()["content"]["account"].clone();
    let [opening, granted, used, closing, held] =
        ["opening", "granted", "used", "closing", "held"].map(|name| number(&account[format!("{name}_minutes")]));
    assert_eq!((opening, granted, used, closing, held), (0, 2_400, 105, 2_295, 0));

    let timeline = owner.get("/tickets/ACME-1/timeline").await.ok();
    let told: Vec<&str> = timeline["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|event| event["name"].as_str())
        .collect();
    let whole = [
        "ticket.created",
        "ticket.triaged",
        "estimate.offered",
        "estimate.approved",
        "ticket.evidence_recorded",
        "time.logged",
        "window.proposed",
        "window.accepted",
        "ticket.resolved",
        "ticket.confirmed",
    ];
    for kind in whole {
        assert!(told.contains(&kind), "{kind} is not in {told:?}");
    }
    let closure = stage.ticket().await["closures"][0].clone();
    assert_eq!(
        (&closure["used_minutes"], &closure["deployed"]),
        (&105.into(), &true.into())
    );
}
