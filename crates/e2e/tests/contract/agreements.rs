//! What is agreed once for all: clause, alerts, standing approvals, limits, and what the agency keeps about a client.

use e2e::{Result, Session};
use serde_json::Value;

use super::stage::{Stage, items};

pub async fn changes_the_clause(stage: &Stage, owner: &Session) -> Result {
    stage.open(owner, "/packs/agreements").await?;
    owner.check("contract-agreements").await?;
    owner.press_in("Emergency clause", "Change").await?;
    owner.fill("Most for one request", "a while").await?;
    owner.press("Save").await?;
    owner.sees("Hours and minutes, such as 1:30.").await?;
    owner.fill("Most for one request", "3:00").await?;
    owner.fill("Most that may be owed", "4:00").await?;
    owner.expect_refusals("/emergency-clause");
    owner.press("Save").await?;
    owner.sees("The limit of debt is the agency's credit.").await?;
    owner.check("contract-clause").await?;
    owner.fill("Most that may be owed", "0:00").await?;
    owner.press("Save").await?;
    owner.sees("The emergency clause is saved.").await?;
    owner.dialog_closes().await?;
    let clause = stage.of("acme", "emergency-clause").await;
    assert_eq!(
        (&clause["hold_minutes"], &clause["debt_limit_minutes"]),
        (&180.into(), &0.into())
    );
    Ok(())
}

/// What is wrong is said at its field, and the change before has left a version that this one follows.
pub async fn changes_the_thresholds(stage: &Stage, owner: &Session) -> Result {
    owner.expect_refusals("/alert-thresholds");
    owner.press_in("When you are told", "Change").await?;
    owner.fill("Percent of a pack used", "80, 200").await?;
    owner.press("Save").await?;
    owner.sees("The most is 100.").await?;
    owner.visible("input[name=used_percent][aria-invalid=true]").await?;
    owner.check("contract-thresholds").await?;
    owner.fill("Percent of a pack used", "50, 75").await?;
    owner.press("Save").await?;
    owner.sees("at 50, 75 %").await?;
    owner.dialog_closes().await?;
    let thresholds = stage.of("acme", "alert-thresholds").await;
    assert_eq!(thresholds["used_percent"], serde_json::json!([50, 75]));
    Ok(())
}

pub async fn gives_and_ends_a_standing_approval(stage: &Stage, owner: &Session) -> Result {
    owner.press("Give a standing approval").await?;
    owner.fill("Name", "Small fixes").await?;
    owner.tick("Corrective").await?;
    owner.tick("P2, medium").await?;
    owner.tick("Also for small works").await?;
    owner.check("contract-standing").await?;
    owner.press("Give a standing approval").await?;
    owner.sees("Given. You can end it at any time.").await?;
    owner.dialog_closes().await?;
    owner.sees("P2, medium · up to 2 h").await?;
    let given = small_fixes(stage).await;
    assert_eq!(given["minutes_per_ticket"], 120);
    assert_eq!(
        (&given["kinds"][0], &given["small_works"]),
        (&"corrective".into(), &true.into())
    );
    owner.press_in("Small fixes", "End").await?;
    owner.check("contract-standing-end").await?;
    owner.press("End").await?;
    owner.sees("Ended. From now on everything needs a yes again.").await?;
    owner.dialog_closes().await?;
    assert!(small_fixes(stage).await["ended_at"].is_string());
    Ok(())
}

async fn small_fixes(stage: &Stage) -> Value {
    let given = items(&stage.of("acme", "standing-approvals").await);
    let named = given.into_iter().find(|one| one["name"] == "Small fixes");
    named.expect("the standing approval")
}

/// The last owner stays one.
pub async fn changes_limits(stage: &Stage, owner: &Session) -> Result {
    owner.press_in("Carlos Rey", "Change").await?;
    owner.fill("May approve up to", "4:00").await?;
    owner.fill("May order up to, in EUR", "999,505").await?;
    owner.press("Save").await?;
    owner.sees("An amount, such as 400 or 399.50.").await?;
    owner.fill("May order up to, in EUR", "999,50").await?;
    owner.check("contract-limits").await?;
    owner.press("Save").await?;
    owner.sees("The limits are saved.").await?;
    owner.dialog_closes().await?;
    let members = items(&stage.of("acme", "members").await);
    let approver = members
        .iter()
        .find(|member| member["name"] == "Carlos Rey")
        .expect("the approver");
    assert_eq!(approver["approval_limit_minutes"], 240);
    assert_eq!(approver["order_limit"]["amount_minor"], 99_950);
    owner.expect_refusals("/members/");
    owner.press_in("Laura Marín", "Change").await?;
    owner.choose("Role", "Member").await?;
    owner.press("Save").await?;
    owner.sees("Somebody has to be the owner").await?;
    owner.check("contract-last-owner").await?;
    owner.press("Close").await?;
    owner.dialog_closes().await
}

/// Another zone: packs keep their last day, which ends elsewhere from now on.
pub async fn changes_the_client(stage: &Stage, admin: &Session) -> Result {
    let before = stage.lots("acme").await;
    stage.open(admin, "/clients/acme/agreements").await?;
    admin.expect_refusals("/api/v1/organizations/");
    admin.press_in("About the client", "Change").await?;
    admin.fill("Time zone", "Madrid").await?;
    admin.press("Save").await?;
    admin.visible("input[name=time_zone][aria-invalid=true]").await?;
    admin.fill("Time zone", "America/Mexico_City").await?;
    admin.check("contract-about").await?;
    admin.press("Save").await?;
    admin.dialog_closes().await?;
    admin.sees("America/Mexico_City").await?;
    let after = stage.lots("acme").await;
    assert_eq!(after[0]["expires_on"], before[0]["expires_on"]);
    assert_ne!(after[0]["ends_at"], before[0]["ends_at"]);
    Ok(())
}
