//! From the diagnosis to the confirmation.

use e2e::{Result, Session};

use super::stage::Stage;

/// The agent finds the cause, proves it, fixes it, logs the time and proposes a window.
pub async fn works(stage: &Stage, agent: &Session) -> Result {
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

pub async fn accepts_window(stage: &Stage, approver: &Session) -> Result {
    stage.open(approver, "/").await?;
    approver.sees("No downtime.").await?;
    approver.press("Accept").await?;
    approver.sees("Window accepted").await?;
    let ticket = stage.ticket().await;
    assert_eq!(ticket["windows"][0]["status"], "accepted");
    assert_eq!(ticket["windows"][0]["starts_at"], "2026-03-04T05:00:00Z");
    Ok(())
}

pub async fn resolves(stage: &Stage, agent: &Session) -> Result {
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

pub async fn confirms(stage: &Stage, member: &Session) -> Result {
    stage.open(member, "/tickets/ACME-1").await?;
    member
        .sees("The nightly check reads the export of the running month.")
        .await?;
    member.press("Confirm, it works").await?;
    member.sees("Confirmed. The request is closed.").await?;
    member.settled().await?;
    member.check("story-closed").await
}
