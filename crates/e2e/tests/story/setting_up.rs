//! The client, its people and its system; the packs that it orders and pays.

use e2e::{Result, Session};

use super::stage::{AGENT, APPROVER, LEAD, MEMBER, OWNER, Stage};

/// The admin adds the client, its people and its system, and the agency's own people.
pub async fn sets_up(stage: &Stage, admin: &Session) -> Result {
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
pub async fn orders(stage: &Stage, owner: &Session) -> Result {
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

pub async fn confirms_payment(stage: &Stage, lead: &Session) -> Result {
    stage.open(lead, "/clients/acme").await?;
    lead.press("Confirm payment").await?;
    lead.fill("Payment reference", "TRF-1001-ACME").await?;
    lead.check("story-payment").await?;
    lead.press("Confirm payment").await?;
    lead.sees("Payment confirmed. The minutes can be used.").await?;
    lead.sees("40 h left").await
}
