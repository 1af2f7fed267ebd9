//! Answers from the links in mails, by people who are not signed in.

use std::sync::Arc;

use chrono::Utc;
use daypack_domain::Instant;
use daypack_server::{clock::ManualClock, testing::Client};
use e2e::{Browser, Failure, Look, Result, Server, mails};
use serde_json::{Value, json};

const PASSWORD: &str = "daypack-demo";
const OWNER: &str = "owner@acme.example";

/// A Thursday morning in Madrid.
const MOMENT: &str = "2026-11-19T09:24:00Z";

async fn demo() -> Result<Server> {
    let moment: Instant = MOMENT.parse::<chrono::DateTime<Utc>>()?;
    let server = Server::start_with_clock(Arc::new(ManualClock::new(moment)))?;
    server.seed_demo().await?;
    Ok(server)
}

/// A request of Acme, and an offer of five hours for it, one of which can be left out.
async fn offer(lead: &Client) -> Value {
    let acme = lead.get("/organizations/acme").await.ok();
    let ticket = json!({
        "organization_id": acme["id"], "title": "Stock counts differ between shops",
        "description": "Since the last delivery the shops show other counts than the store.", "affected": "Two shops",
    });
    let ticket = lead.post("/tickets", ticket).await.created();
    let path = format!("/tickets/{}", ticket["reference"].as_str().unwrap_or_default());
    let triage = json!({ "severity": "p2", "kind": "corrective", "scope": "in" });
    lead.post(&format!("{path}/triage"), triage).await.ok();
    let estimate = json!({
        "minutes": 300, "includes": "Find the cause and put the counts right.",
        "lines": [
            { "text": "Cause and correction", "minutes": 240 },
            { "text": "A report of the differences", "minutes": 60, "optional": true },
        ],
    });
    lead.post(&format!("{path}/estimates"), estimate).await.created()
}

/// The first link of this kind in the mails to somebody that names this estimate's request last.
async fn link(server: &Server, path: &str) -> Result<String> {
    server.run_jobs().await?;
    let found = mails(server)?
        .into_iter()
        .filter(|mail| mail.to == OWNER)
        .find_map(|mail| {
            let about = mail.text.contains("Stock counts differ between shops");
            mail.link(path).filter(|_| about).map(str::to_owned)
        });
    found.ok_or_else(|| Failure::new(format!("no mail to {OWNER} has a link to {path}")))
}

#[tokio::test]
async fn an_offer_is_approved_from_a_mail_without_the_part_that_can_be_left_out() -> Result {
    let server = demo().await?;
    let lead = server.rest("lead@daypack.example", PASSWORD).await;
    let estimate = offer(&lead).await;
    let path = format!("/estimates/{}", estimate["id"].as_str().unwrap_or_default());
    let address = link(&server, "/approve/").await?;
    let browser = Browser::start()?;
    let session = browser.session(Look::PHONE).await?;
    session.open(&address).await?;
    session.button("Approve 5 h").await?;
    session.check("approve-link").await?;
    assert_eq!(
        lead.get(&path).await.ok()["status"],
        "offered",
        "opening alone approves nothing"
    );
    let report = session.field("A report of the differences").await?;
    session.click(&report).await?;
    session.button("Approve 4 h").await?;
    session.press("Approve 4 h").await?;
    session.sees("Approved: these minutes are held.").await?;
    session.check("approved-by-link").await?;
    let approved = lead.get(&path).await.ok();
    assert_eq!(approved["approved_minutes"], 240);
    assert_eq!(approved["channel"], "email");
    session.finish().await
}

#[tokio::test]
async fn somebody_says_from_a_mail_that_a_recorded_approval_was_not_theirs() -> Result {
    let server = demo().await?;
    let lead = server.rest("lead@daypack.example", PASSWORD).await;
    let estimate = offer(&lead).await;
    let path = format!("/estimates/{}", estimate["id"].as_str().unwrap_or_default());
    let members = lead.get("/organizations/acme/members").await.ok();
    let mut members = members["items"].as_array().into_iter().flatten();
    let owner = members.find(|member| member["email"] == OWNER).expect("the owner");
    let recorded = json!({ "approver_id": owner["user_id"], "channel": "phone", "note": "At 10:20: please go on." });
    lead.post(&format!("{path}/recorded-approval"), recorded).await.ok();
    let address = link(&server, "/dispute/").await?;
    let browser = Browser::start()?;
    let session = browser.session(Look::PHONE).await?;
    session.open(&address).await?;
    session.sees("At 10:20: please go on.").await?;
    session.check("dispute-link").await?;
    session
        .fill("What should we know about it?", "Nobody called me.")
        .await?;
    session.press("That was not me").await?;
    session.sees("Thank you: the agency knows, and looks into it.").await?;
    assert_eq!(lead.get(&path).await.ok()["dispute"]["note"], "Nobody called me.");
    session.finish().await
}
