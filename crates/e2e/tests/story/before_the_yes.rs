//! From the report to the approval.

use std::fs;

use e2e::{Result, Session};

use super::stage::{Stage, TITLE};

pub async fn reports(stage: &Stage, member: &Session) -> Result {
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

pub async fn triages(stage: &Stage, lead: &Session) -> Result {
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

pub async fn estimates(stage: &Stage, agent: &Session) -> Result {
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
pub async fn approves(stage: &Stage, approver: &Session) -> Result {
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
