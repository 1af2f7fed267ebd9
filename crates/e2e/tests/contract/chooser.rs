//! Choosing a plan when an admin sells others than those that ship.

use e2e::{Result, Session};
use serde_json::{Value, json};

use super::stage::{Stage, items, text};

/// Packs of an hour for little money, a plan of the same size as Starter that costs more, one in another currency, and
/// one for very large orders: every one of them can be chosen.
pub async fn chooses_among_all(stage: &Stage, visitor: &Session) -> Result {
    let admin = stage.admin().await;
    for (name, minutes, minimum, amount, currency) in [
        ("Hours", 60, 1, 7_000, "EUR"),
        ("Premium", 480, 1, 60_000, "EUR"),
        ("Overseas", 480, 1, 20_000, "USD"),
        ("Fleet", 480, 2_000, 25_000, "EUR"),
    ] {
        let plan = json!({
            "code": name.to_lowercase(), "name": name, "description": "Made by the agency.", "minutes_per_pack": minutes,
            "minimum_packs": minimum, "price": { "amount_minor": amount, "currency": currency }, "validity_months": 6,
            "queue": "standard", "shown_hours": 1,
        });
        admin.post("/plans", plan).await.created();
    }
    stage.open(visitor, "/plans").await?;
    let plans = items(&admin.get("/plans").await.ok());
    assert_eq!(plans.len(), 7);
    for plan in &plans {
        let (name, least) = (text(&plan["name"]), plan["minimum_packs"].as_i64().unwrap_or(0));
        visitor.tick(&name).await?;
        visitor.sees(&format!("of {name} at ")).await?;
        assert_eq!(quantity(visitor).await?, (least, least), "{name}");
    }
    visitor.sees("€500,000").await?;
    visitor.check("contract-plans-all").await?;
    visitor.tick("Pro").await?;
    set_quantity(visitor, "3").await?;
    visitor.sees("Pro is sold from 15 packs.").await?;
    assert_eq!(quantity(visitor).await?, (15, 15));
    shows_quantity(visitor).await?;
    visitor.check("contract-plans-least").await?;
    // What costs less is told where it can be compared, and taken by one press.
    visitor.tick("Premium").await?;
    set_quantity(visitor, "3").await?;
    visitor.sees("With 3 packs, Starter costs €300 less.").await?;
    shows_quantity(visitor).await?;
    visitor.check("contract-plans-cheaper").await?;
    visitor.press("Choose Starter").await?;
    visitor.sees("3 packs of Starter at €500").await?;
    visitor.tick("Hours").await?;
    set_quantity(visitor, "30").await?;
    visitor.sees("30 packs of Hours at €70: 30 h of work").await?;
    let shown = visitor
        .driver
        .execute("return document.body.innerText", Vec::new())
        .await?;
    assert!(
        !shown.convert::<String>()?.contains("costs"),
        "an hour is not compared with a day"
    );
    // Advice brings its plan, too.
    visitor.fill("Hours you expect each month", "30").await?;
    visitor.sees("15 packs of Pro would suit you").await?;
    visitor.press("Choose this").await?;
    visitor.sees("15 packs of Pro at €300").await
}

/// The order form offers what the client pays in, takes the largest minimum, and says so where nothing is left.
pub async fn orders_in_its_currency(stage: &Stage, owner: &Session) -> Result {
    stage.open(owner, "/packs/order?plan=fleet&packs=20").await?;
    owner.sees("€500,000").await?;
    owner.check("contract-order-fleet").await?;
    assert_eq!(
        names_offered(owner)
            .await?
            .iter()
            .filter(|name| *name == "Overseas")
            .count(),
        0
    );
    stage.open(owner, "/packs/order?plan=overseas&packs=2").await?;
    owner.sees("Overseas is not sold in EUR").await?;
    owner.check("contract-order-elsewhere").await?;
    let admin = stage.admin().await;
    for plan in items(&admin.get("/plans").await.ok()) {
        if plan["price"]["currency"] == "EUR" {
            let path = format!("/plans/{}/retire", text(&plan["code"]));
            admin.post(&path, json!({})).await.ok();
        }
    }
    stage.open(owner, "/packs/order").await?;
    owner.sees("Nothing is sold in EUR at the moment").await?;
    owner.check("contract-order-none").await
}

/// What the slider and the field have.
async fn quantity(session: &Session) -> Result<(i64, i64)> {
    let script = "return ['range', 'number'].map((kind) => Number(document.querySelector(`.quantity input[type=${kind}]`).value))";
    let values: Vec<i64> = session.driver.execute(script, Vec::new()).await?.convert()?;
    Ok((values[0], values[1]))
}

/// Scrolls to the sum.
async fn shows_quantity(session: &Session) -> Result {
    let script = "document.querySelector('.total').scrollIntoView({ block: 'center' })";
    session.driver.execute(script, Vec::new()).await?;
    Ok(())
}

/// The number is typed, and the field left.
async fn set_quantity(session: &Session, packs: &str) -> Result {
    let script = "const field = document.querySelector('.quantity input[type=number]');
        field.value = arguments[0];
        field.dispatchEvent(new Event('change', { bubbles: true }));";
    session.driver.execute(script, vec![Value::from(packs)]).await?;
    Ok(())
}

async fn names_offered(session: &Session) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('.plan-option b:first-child')].map((each) => each.innerText)";
    Ok(session.driver.execute(script, Vec::new()).await?.convert()?)
}
