//! What admins sell, and on which conditions.

use e2e::{Result, Session};

use super::stage::{Stage, items, text};

/// Another version of a plan, and a plan in a currency that has no cents.
pub async fn edits_plans(stage: &Stage, admin: &Session) -> Result {
    stage.open(admin, "/clients").await?;
    admin.follow("Settings").await?;
    admin.arrives_at("/admin").await?;
    admin.settled().await?;
    admin.press_in("Medium projects and recurring support.", "Edit").await?;
    admin.fill("Price of a pack", "free").await?;
    admin.press("Publish this version").await?;
    admin.sees("An amount, such as 400 or 399.50.").await?;
    admin.fill("Price of a pack", "420,50").await?;
    admin.check("contract-plan").await?;
    admin.press("Publish this version").await?;
    admin.sees("Version 2 is on sale now.").await?;
    admin.dialog_closes().await?;
    admin.press("New plan").await?;
    admin.fill("Code", "nippon").await?;
    admin.fill("Name", "Nippon").await?;
    admin.fill("Price of a pack", "60000").await?;
    admin.fill("Currency", "JPY").await?;
    admin.press("New plan").await?;
    admin.sees("Nippon is on sale.").await?;
    admin.dialog_closes().await?;
    let plans = items(&stage.lead().await.get("/plans").await.ok());
    let price = |code: &str| {
        let plan = plans.iter().find(|plan| plan["code"] == code).expect("a plan on sale");
        plan["price"]["amount_minor"].clone()
    };
    assert_eq!((price("flexi"), price("nippon")), (42_050.into(), 60_000.into()));
    let sold = stage.newest_order("acme").await;
    assert_eq!(sold["price"]["amount_minor"], 40_000, "what was sold keeps its terms");
    admin.press_in("Nippon", "Take off sale").await?;
    admin.sees("It is no longer on sale.").await?;
    admin.check("contract-catalogue").await
}

/// The same text is no new version; another one asks the clients.
pub async fn publishes_terms(stage: &Stage, admin: &Session) -> Result {
    stage.open(admin, "/admin/terms").await?;
    admin.expect_refusals("/api/v1/terms");
    admin.press("Publish").await?;
    admin.sees("This is the text of the current version.").await?;
    let current = text(&items(&stage.lead().await.get("/terms").await.ok())[0]["body_markdown"]);
    admin
        .set(
            "Text, in Markdown",
            &format!("{current}\n9. **Late.** Payment is due in 30 days.\n"),
        )
        .await?;
    admin.tick("Show what it looks like").await?;
    admin.tick("Ask clients with a running contract to accept it").await?;
    admin.check("contract-terms").await?;
    admin.press("Publish").await?;
    admin.sees("Version 2 is in force now.").await?;
    let terms = items(&stage.lead().await.get("/terms").await.ok());
    assert!(
        terms
            .iter()
            .any(|terms| terms["version"] == 2 && terms["current"] == true)
    );
    Ok(())
}

/// The owner reads what has changed and accepts it; nobody is asked again.
pub async fn accepts_them(stage: &Stage, owner: &Session) -> Result {
    stage.open(owner, "/packs").await?;
    owner
        .sees("Please accept version 2 of the terms and conditions")
        .await?;
    owner.press("Read the terms and conditions").await?;
    owner.sees("Payment is due in 30 days.").await?;
    owner.check("contract-terms-asked").await?;
    owner.press("Accept the terms").await?;
    owner.sees("Accepted. Thank you.").await?;
    let acceptances = stage.owner("acme").await;
    let organization = text(&stage.of("acme", "").await["id"]);
    let accepted = acceptances
        .get(&format!("/organizations/{organization}/terms-acceptances"))
        .await
        .ok();
    assert_eq!(items(&accepted)[0]["version"], 2);
    stage.open(owner, "/packs").await?;
    owner.check("contract-terms-accepted").await
}
