//! From the plan chooser to the minutes, and the ways in which a payment goes otherwise.

use e2e::{Result, Session};

use super::stage::{Stage, text};

const TERMS: &str = "I have read the terms and conditions and accept them.";

/// Says how much work is to be expected, and orders what is recommended.
pub async fn chooses(stage: &Stage, owner: &Session) -> Result {
    stage.open(owner, "/packs/order").await?;
    owner.follow("Which plan fits?").await?;
    owner.arrives_at("/plans").await?;
    owner.settled().await?;
    owner.fill("Hours you expect each month", "30").await?;
    owner.sees("15 packs of Pro would suit you: 120 h of work").await?;
    owner.press("Choose this").await?;
    owner.sees("€4,500").await?;
    owner.check("contract-plans").await?;
    owner.follow("Order these packs").await?;
    owner.arrives_at("/packs/order").await?;
    owner.settled().await?;
    owner.press("Place order for €4,500").await?;
    owner.sees("Please accept the terms to order.").await?;
    owner.tick(TERMS).await?;
    owner.press("Read the terms and conditions").await?;
    owner.check("contract-order").await?;
    owner.press("Place order for €4,500").await?;
    owner.sees("Your order is placed.").await?;
    owner.check("contract-ordered").await?;
    let order = stage.newest_order("luma").await;
    assert_eq!((&order["status"], &order["packs"]), (&"placed".into(), &15.into()));
    owner.follow("See the proforma").await?;
    owner
        .sees(&format!("Proforma {}", text(&order["proforma_number"])))
        .await?;
    owner.settled().await?;
    owner.check("contract-proforma").await
}

/// Turns back at the provider, pays, and sees the minutes come once the provider has told of it.
pub async fn pays_online(stage: &Stage, owner: &Session) -> Result {
    let (before, _, _) = stage.balance("luma").await;
    let id = text(&stage.newest_order("luma").await["id"]);
    owner.press("Pay online").await?;
    owner.follow("Back without paying").await?;
    owner.arrives_at("/packs").await?;
    owner.sees("Nothing was paid").await?;
    owner.settled().await?;
    owner.check("contract-unpaid").await?;
    assert_eq!(stage.order(&id).await["status"], "placed");
    owner.press("Pay online").await?;
    owner.follow("Pay by card").await?;
    owner.arrives_at("/packs").await?;
    owner.sees("Thank you: your payment is on its way to us").await?;
    owner.settled().await?;
    owner.check("contract-payment-waits").await?;
    assert_eq!(stage.balance("luma").await.0, before);
    stage.provider.tell_paid(&stage.server).await?;
    owner.sees("Your payment has arrived").await?;
    owner.sees("120 h of 120 h left").await?;
    owner.check("contract-paid").await?;
    assert_eq!(stage.order(&id).await["status"], "activated");
    assert_eq!(stage.balance("luma").await.0, before + 7_200);
    Ok(())
}

/// The order that the demo data left unpaid.
pub async fn confirms_a_transfer(stage: &Stage, lead: &Session) -> Result {
    let (before, _, _) = stage.balance("luma").await;
    stage.open(lead, "/clients/luma/packs").await?;
    lead.press("Confirm payment").await?;
    lead.press("Confirm payment").await?;
    lead.sees("Please fill this in.").await?;
    lead.fill("Payment reference", "SPEI-600001").await?;
    lead.check("contract-confirm").await?;
    lead.press("Confirm payment").await?;
    lead.sees("Payment confirmed. The minutes can be used.").await?;
    lead.dialog_closes().await?;
    assert_eq!(stage.balance("luma").await.0, before + 480);
    Ok(())
}

/// Of the order that was paid online, nothing of which is used.
pub async fn takes_a_payment_back(stage: &Stage, lead: &Session) -> Result {
    let (before, _, _) = stage.balance("luma").await;
    lead.press_in("Pro · 15 packs", "Payment bounced").await?;
    lead.fill("Reason", "The bank took it back.").await?;
    lead.check("contract-bounce").await?;
    lead.press("Payment bounced").await?;
    lead.sees("Noted: unused minutes are taken back, used ones are owed.")
        .await?;
    lead.dialog_closes().await?;
    assert_eq!(stage.balance("luma").await, (before - 7_200, 0, 0));
    assert!(stage.newest_order("luma").await["bounced_at"].is_string());
    assert!(stage.lots("luma").await.iter().any(|lot| lot["status"] == "voided"));
    Ok(())
}

/// Only where that is agreed with the client.
pub async fn starts_before_payment(stage: &Stage, admin: &Session) -> Result {
    let (before, _, _) = stage.balance("luma").await;
    let id = text(&stage.place_order("luma").await["id"]);
    let path = format!("/packs/orders/{id}");
    stage.open(admin, &path).await?;
    admin.expect_refusals(&format!("/orders/{id}/activate"));
    admin.press("Start before payment").await?;
    admin.press("Start before payment").await?;
    admin.sees("With this client minutes start when they are paid.").await?;
    admin.check("contract-not-before-payment").await?;
    assert_eq!(stage.order(&id).await["status"], "placed");
    stage.open(admin, "/clients/luma/agreements").await?;
    admin.press_in("Agreed with the client", "Change").await?;
    admin.tick("Minutes may start before they are paid").await?;
    admin.check("contract-settings").await?;
    admin.press("Save").await?;
    admin.sees("Saved. What was approved before keeps its own.").await?;
    stage.open(admin, &path).await?;
    admin.press("Start before payment").await?;
    admin.press("Start before payment").await?;
    admin.sees("Started. The minutes can be used.").await?;
    admin.dialog_closes().await?;
    admin.sees("The payment of €500 is due on 19 Dec 2026").await?;
    admin.check("contract-started").await?;
    let order = stage.order(&id).await;
    assert_eq!(order["status"], "activated");
    assert_eq!(order["payment_due_on"], "2026-12-19");
    assert_eq!(stage.balance("luma").await.0, before + 480);
    Ok(())
}

/// From the list of orders to the provider: the minutes are there, the payment comes after them.
pub async fn pays_what_has_started(stage: &Stage, owner: &Session) -> Result {
    let before = stage.balance("luma").await;
    let id = text(&stage.newest_order("luma").await["id"]);
    stage.open(owner, "/packs").await?;
    owner.follow_in("payment due on 19 Dec 2026", "Pay").await?;
    owner.arrives_at(&format!("/packs/orders/{id}")).await?;
    owner
        .sees("These packs are running already. The payment of €500 is due on 19 Dec 2026")
        .await?;
    owner.settled().await?;
    owner.check("contract-to-be-paid").await?;
    owner.press("Pay online").await?;
    owner.follow("Back without paying").await?;
    owner.arrives_at("/packs").await?;
    owner
        .sees("Your order of Starter for €500 is still to be paid: the payment is due on 19 Dec 2026.")
        .await?;
    owner.settled().await?;
    owner.check("contract-still-unpaid").await?;
    owner.press("Pay online").await?;
    owner.follow("Pay by card").await?;
    owner.arrives_at("/packs").await?;
    owner
        .sees("The order counts as paid when the payment provider confirms the €500")
        .await?;
    assert!(stage.order(&id).await["paid_at"].is_null());
    stage.provider.tell_paid(&stage.server).await?;
    owner.sees("Your payment has arrived").await?;
    owner.check("contract-paid-later").await?;
    let order = stage.order(&id).await;
    assert!(order["paid_at"].is_string());
    assert_eq!(order["status"], "activated");
    assert_eq!(stage.balance("luma").await, before, "the minutes were there before");
    // It asks for nothing more.
    stage.open(owner, &format!("/packs/orders/{id}")).await?;
    owner.sees("Confirmed").await?;
    let text = owner
        .driver
        .execute("return document.body.innerText", Vec::new())
        .await?;
    assert!(!text.convert::<String>()?.contains("Pay online"));
    Ok(())
}

/// Whoever placed an order can take it back.
pub async fn cancels(stage: &Stage, owner: &Session) -> Result {
    let (before, _, _) = stage.balance("luma").await;
    let id = text(&stage.place_order("luma").await["id"]);
    stage.open(owner, &format!("/packs/orders/{id}")).await?;
    owner.press("Cancel the order").await?;
    owner.fill("Reason", "One pack more than we need.").await?;
    owner.check("contract-cancel").await?;
    owner.press("Cancel the order").await?;
    owner.sees("The order is cancelled.").await?;
    owner.dialog_closes().await?;
    assert_eq!(stage.order(&id).await["status"], "cancelled");
    assert_eq!(stage.balance("luma").await.0, before);
    Ok(())
}
