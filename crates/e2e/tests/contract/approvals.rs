//! Estimates and their answers, a yes by phone, work that begins before a yes, and a fault that comes back.

use e2e::{Result, Session};

use super::stage::{Stage, items, text};

const COUNTS: &str = "Stock counts differ between shops";

/// Two parts, one of which can be left out; then one hour more.
pub async fn offers_and_revises(stage: &Stage, lead: &Session) -> Result {
    let reference = stage.request(COUNTS, "p2").await?;
    stage.open(lead, &format!("/tickets/{reference}")).await?;
    lead.press("Estimate").await?;
    lead.fill("What it includes", "Find the cause and put the counts right.")
        .await?;
    lead.press("Add a part").await?;
    lead.fill("What this part is", "Cause and correction").await?;
    lead.fill("Time of this part", "4:00").await?;
    lead.check("contract-offer").await?;
    lead.press("Send the estimate").await?;
    lead.sees("Estimate sent to the client.").await?;
    lead.dialog_closes().await?;
    lead.press("Revise").await?;
    lead.fill("Time of this part", "5:00").await?;
    lead.tick("optional").await?;
    lead.press("Add a part").await?;
    lead.check("contract-revise").await?;
    lead.press("Remove this part").await?;
    lead.fill("What this part is", "Cause and correction").await?;
    lead.fill("Time of this part", "5:00").await?;
    lead.press("Send the estimate").await?;
    lead.dialog_closes().await?;
    lead.sees("replaced").await?;
    let ticket = stage.ticket(&reference).await;
    let offered = ticket["estimates"].as_array().into_iter().flatten();
    let offered: Vec<_> = offered
        .map(|one| (text(&one["status"]), one["minutes"].clone()))
        .collect();
    assert!(offered.contains(&("offered".to_owned(), 300.into())), "{offered:?}");
    Ok(())
}

/// On the phone, from the list of what waits: without the part that can be left out.
pub async fn approves_a_part(stage: &Stage, owner: &Session) -> Result {
    let lead = stage.lead().await;
    let reference = stage.request("Labels print twice", "p2").await?;
    let offer = serde_json::json!({
        "minutes": 240, "includes": "Print once.",
        "lines": [
            { "text": "Cause and correction", "minutes": 180 },
            { "text": "A report", "minutes": 60, "optional": true },
        ],
    });
    lead.post(&format!("/tickets/{reference}/estimates"), offer)
        .await
        .created();
    let (available, held, _) = stage.balance("acme").await;
    stage.open(owner, "/approvals").await?;
    owner.check("contract-approvals").await?;
    owner.follow_in("Labels print twice", "See details").await?;
    owner.button("Approve 4 h").await?;
    owner.tick("A report").await?;
    owner.button("Approve 3 h").await?;
    owner.check("contract-approval").await?;
    owner.press("Approve 3 h").await?;
    owner.sees("Approved: these minutes are held.").await?;
    owner.check("contract-approved").await?;
    assert_eq!(stage.balance("acme").await, (available - 180, held + 180, 0));
    Ok(())
}

/// A no has a reason, which whoever offered it reads.
pub async fn declines(stage: &Stage, owner: &Session) -> Result {
    let (available, held, _) = stage.balance("acme").await;
    stage.open(owner, "/approvals").await?;
    owner.follow_in(COUNTS, "See details").await?;
    owner.press("Ask or decline").await?;
    owner.answer("What would you like to do?", "Decline").await?;
    owner
        .fill("Your question, or your reason", "We count by hand this year.")
        .await?;
    owner.check("contract-decline").await?;
    owner.press("Send").await?;
    owner.sees("Declined. Nothing was deducted.").await?;
    owner.dialog_closes().await?;
    assert_eq!(stage.balance("acme").await, (available, held, 0));
    Ok(())
}

/// The lead withdraws an offer, records a yes to the next one, and the owner says that it was not theirs.
pub async fn records_and_disputes(stage: &Stage, lead: &Session, owner: &Session) -> Result {
    let reference = stage.request("Invoices lack the second page", "p2").await?;
    stage.open(lead, &format!("/tickets/{reference}")).await?;
    for last in [false, true] {
        lead.press("Estimate").await?;
        lead.fill("Time", "2:00").await?;
        lead.fill("What it includes", "Print both pages.").await?;
        lead.press("Send the estimate").await?;
        lead.dialog_closes().await?;
        if !last {
            lead.press("Withdraw the estimate").await?;
            lead.check("contract-withdraw").await?;
            lead.press("Withdraw the estimate").await?;
            lead.sees("Estimate withdrawn.").await?;
            lead.dialog_closes().await?;
        }
    }
    let (available, held, _) = stage.balance("acme").await;
    lead.press("Record approval").await?;
    lead.press("Record the approval").await?;
    lead.sees("Please fill this in.").await?;
    lead.choose("Who said yes", "Laura Marín").await?;
    lead.fill("What was said, when, by which words", "At 10:20: please go on.")
        .await?;
    lead.check("contract-record").await?;
    lead.press("Record the approval").await?;
    lead.sees("Recorded. The approver is told and can say that it was not them.")
        .await?;
    lead.dialog_closes().await?;
    assert_eq!(stage.balance("acme").await, (available - 120, held + 120, 0));
    let estimates = stage.ticket(&reference).await["estimates"].clone();
    let recorded = estimates
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["status"] == "approved");
    let id = text(&recorded.expect("the recorded one")["id"]);
    // What would be taken is asked along with it, and is no question any more.
    owner.expect_refusals("/preview");
    stage.open(owner, &format!("/approvals/{id}")).await?;
    owner.sees("At 10:20: please go on.").await?;
    owner.press("That was not me").await?;
    owner.fill("What should we know about it?", "Nobody called me.").await?;
    owner.check("contract-not-me").await?;
    owner.press("That was not me").await?;
    owner.sees("that this was not them.").await?;
    owner.dialog_closes().await?;
    let estimate = stage.lead().await.get(&format!("/estimates/{id}")).await.ok();
    assert_eq!(estimate["dispute"]["note"], "Nobody called me.");
    Ok(())
}

/// Under the clause; the owner disputes it, and the lead gives the minutes back.
pub async fn starts_at_once_and_settles(stage: &Stage, lead: &Session, owner: &Session) -> Result {
    let reference = stage.request("Nobody can sell since nine", "").await?;
    let path = format!("/tickets/{reference}");
    stage.open(owner, "/approvals").await?;
    let waiting = waiting(owner).await?;
    let (available, held, _) = stage.balance("acme").await;
    stage.open(lead, &path).await?;
    lead.press("Triage").await?;
    lead.choose("Severity", "P0").await?;
    lead.choose("Kind of work", "Corrective").await?;
    lead.choose("Agreement", "in scope").await?;
    lead.fill("Reason", "Every shop stands still.").await?;
    lead.check("contract-triage").await?;
    lead.press("Decide").await?;
    lead.sees("Triaged.").await?;
    lead.dialog_closes().await?;
    assert_eq!(stage.balance("acme").await, (available - 120, held + 120, 0));
    stage.open(owner, "/approvals").await?;
    owner.sees("Emergencies that began without you").await?;
    assert_eq!(
        self::waiting(owner).await?,
        waiting + 1,
        "an emergency waits for an answer, too"
    );
    owner.check("contract-emergency").await?;
    owner.press("It was no emergency").await?;
    owner.fill("Reason", "The second till worked.").await?;
    owner.check("contract-dispute").await?;
    owner.press("It was no emergency").await?;
    owner.sees("Sent. A lead of the agency decides.").await?;
    owner.dialog_closes().await?;
    stage.open(lead, &path).await?;
    lead.press_in("The second till worked.", "Decide").await?;
    lead.check("contract-settle").await?;
    lead.press("Decide").await?;
    lead.sees("Decided. The client is told.").await?;
    lead.dialog_closes().await?;
    assert_eq!(stage.ticket(&reference).await["emergency"]["status"], "upheld");
    assert_eq!(stage.balance("acme").await, (available, held, 0));
    Ok(())
}

/// The number beside "Approvals", which a phone does not show but has.
async fn waiting(owner: &Session) -> Result<i64> {
    let script = "return Number(document.querySelector('.nav a[href=\"/approvals\"] .count')?.textContent ?? 0)";
    Ok(owner
        .driver
        .execute(script, Vec::new())
        .await?
        .json()
        .as_i64()
        .unwrap_or(-1))
}

/// A fault that is back within the days agreed is not deducted.
pub async fn decides_about_warranty(stage: &Stage, lead: &Session) -> Result {
    let closed = items(&stage.lead().await.get("/tickets?status=closed&limit=50").await.ok());
    let original = closed
        .iter()
        .find(|ticket| ticket["kind"] == "corrective" && text(&ticket["reference"]).starts_with("ACME-"))
        .map(|ticket| text(&ticket["reference"]))
        .expect("a closed corrective request");
    let reference = stage.request("It is back again", "p2").await?;
    stage.open(lead, &format!("/tickets/{reference}")).await?;
    lead.press_in("If the same fault is back", "Decide").await?;
    lead.fill("The request in which it was solved before", &original)
        .await?;
    lead.check("contract-warranty").await?;
    lead.press("Decide").await?;
    lead.sees("Decided. The client reads it on the request.").await?;
    lead.dialog_closes().await?;
    let ticket = stage.ticket(&reference).await;
    assert_eq!(
        (&ticket["billable"], &ticket["warranty"]["accepted"]),
        (&false.into(), &true.into())
    );
    Ok(())
}
