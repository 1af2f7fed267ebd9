//! What is done to packs, by whom, and how it is explained afterwards.

use e2e::{Result, Session};

use super::stage::{Stage, text};

/// Eight hours for one system, and no hour without a reason.
pub async fn gives(stage: &Stage, lead: &Session) -> Result {
    let (before, held, _) = stage.balance("acme").await;
    stage.open(lead, "/clients/acme/packs").await?;
    lead.press("Give minutes").await?;
    lead.press("Give minutes").await?;
    lead.sees("Please fill this in.").await?;
    lead.set("Last day of use", "2027-01-31").await?;
    lead.fill("Reason", "For the outage of Tuesday").await?;
    lead.tick("Back office").await?;
    lead.check("contract-give").await?;
    lead.press("Give minutes").await?;
    lead.sees("8 h given. They can be used now.").await?;
    lead.dialog_closes().await?;
    assert_eq!(stage.balance("acme").await, (before + 480, held, 0));
    let lot = &stage.lots("acme").await[0];
    assert_eq!(
        (&lot["origin"], &lot["expires_on"]),
        (&"goodwill".into(), &"2027-01-31".into())
    );
    assert_eq!(lot["systems"][0]["name"], "Back office");
    Ok(())
}

/// An hour is taken out of it, after more than it has is refused; and it serves all systems.
pub async fn corrects(stage: &Stage, lead: &Session) -> Result {
    let (before, _, _) = stage.balance("acme").await;
    lead.expect_refusals("/adjust");
    lead.press_in("Goodwill until", "Change").await?;
    lead.press_in("Goodwill until", "Limit to systems").await?;
    lead.press("Close").await?;
    lead.dialog_closes().await?;
    // The menu hides what had the focus before: it takes it.
    lead.visible(".lot summary:focus").await?;
    lead.press_in("Goodwill until", "Change").await?;
    lead.press_in("Goodwill until", "Adjust").await?;
    lead.answer("What to do", "Take away").await?;
    lead.fill("Hours and minutes", "20:00").await?;
    lead.fill("Reason", "One hour too many").await?;
    lead.press("Adjust").await?;
    lead.sees("12 h are missing for that.").await?;
    lead.check("contract-adjust").await?;
    assert_eq!(stage.balance("acme").await.0, before);
    lead.fill("Hours and minutes", "1:00").await?;
    lead.press("Adjust").await?;
    lead.sees("Adjusted.").await?;
    lead.dialog_closes().await?;
    assert_eq!(stage.balance("acme").await.0, before - 60);
    lead.sees("7 h of 8 h left").await?;
    // The row with its buttons was made anew.
    lead.visible("h2:focus").await?;
    lead.press_in("Goodwill until", "Change").await?;
    lead.press_in("Goodwill until", "Limit to systems").await?;
    lead.tick("Back office").await?;
    lead.fill("Reason", "It serves all of them").await?;
    lead.check("contract-limit").await?;
    lead.press("Limit to systems").await?;
    lead.sees("Saved. What is held stays held.").await?;
    lead.dialog_closes().await?;
    assert_eq!(stage.lots("acme").await[0]["systems"].as_array().map(Vec::len), Some(0));
    Ok(())
}

pub async fn takes_back(stage: &Stage, lead: &Session) -> Result {
    let (before, _, _) = stage.balance("acme").await;
    lead.press_in("Goodwill until", "Change").await?;
    lead.press_in("Goodwill until", "Take back").await?;
    lead.fill("Reason", "Given to the wrong client").await?;
    lead.check("contract-void").await?;
    lead.press("Take back").await?;
    lead.sees("Taken back.").await?;
    lead.dialog_closes().await?;
    assert_eq!(stage.balance("acme").await.0, before - 420);
    assert_eq!(stage.lots("acme").await[0]["status"], "voided");
    Ok(())
}

/// A day's price for a day that is not used.
pub async fn pays_back(stage: &Stage, admin: &Session) -> Result {
    let (before, _, _) = stage.balance("acme").await;
    stage.open(admin, "/clients/acme/packs").await?;
    admin.press_in("40 h of 40 h left", "Change").await?;
    admin.press_in("40 h of 40 h left", "Refund").await?;
    admin.sees("That is €2,000 to pay back.").await?;
    admin.fill("Hours and minutes", "8:00").await?;
    admin.sees("That is €400 to pay back.").await?;
    admin.fill("Reason", "Agreed on the phone").await?;
    admin.check("contract-refund").await?;
    admin.press("Refund").await?;
    admin.sees("8 h taken out: €400 to pay back.").await?;
    admin.dialog_closes().await?;
    assert_eq!(stage.balance("acme").await.0, before - 480);
    let lots = stage.lots("acme").await;
    assert!(lots.iter().any(|lot| lot["refunded"]["amount_minor"] == 40_000));
    Ok(())
}

/// Amounts do not break across lines.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// How long it lasts: drawn, said in a sentence, and told point by point in a table.
pub async fn reads_how_long_it_lasts(stage: &Stage, owner: &Session) -> Result {
    let balance = stage.of("acme", "balance").await;
    stage.open(owner, "/packs").await?;
    let drawing = owner.visible("figure.burn svg.plot").await?;
    let sentence = plain(&owner.visible("figure.burn figcaption").await?.text().await?);
    let label = drawing.attr("aria-label").await?;
    assert_eq!(label.as_deref().map(plain), Some(sentence.clone()));
    let weekly = balance["forecast"]["weekly_minutes"].as_i64().unwrap_or_default();
    assert!(
        weekly > 0 && sentence.contains(&format!("{} h", weekly / 60)),
        "{sentence}"
    );
    let places = async |line: &str| -> Result<Vec<String>> {
        let drawn = owner.visible(&format!("figure.burn polyline.{line}")).await?;
        let points = drawn.attr("points").await?.unwrap_or_default();
        Ok(points.split(' ').map(str::to_owned).collect())
    };
    let (past, ahead) = (places("past").await?, places("ahead").await?);
    let weeks = balance["forecast"]["history"].as_array().map_or(0, Vec::len);
    assert!(
        past.len() >= weeks && past[0].starts_with("0,"),
        "{weeks} weeks: {past:?}"
    );
    assert_eq!(past.last(), ahead.first(), "the forecast goes on from today");
    let end = ahead.last().expect("where the pace leads");
    assert!(end.starts_with("6000,"), "to the edge: {ahead:?}");
    owner.press("The same as a table").await?;
    let rows = plain(&owner.visible("figure.burn tbody").await?.text().await?);
    // Today is on both lines.
    assert_eq!(rows.lines().count(), past.len() + ahead.len() - 1, "{rows}");
    let posted = balance["posted_minutes"].as_i64().unwrap_or_default();
    let today = rows.lines().find(|row| row.ends_with("today")).expect("today");
    assert!(today.contains(&format!("{} h", posted / 60)), "{today}");
    owner.check("contract-how-long").await
}

/// The owner keeps minutes that would end soon: once.
pub async fn extends(stage: &Stage, owner: &Session) -> Result {
    let before = stage.lots("acme").await;
    let ending = before
        .iter()
        .find(|lot| lot["held_minutes"].as_i64() > Some(0))
        .expect("a pack that is in use");
    let id = text(&ending["id"]);
    stage.open(owner, "/packs").await?;
    // What the line ends with is said.
    owner
        .sees("the 6 h at the end of the line are held for work that is agreed")
        .await?;
    owner.check("contract-packs").await?;
    owner.press_in("· held", "Extend").await?;
    owner.check("contract-extend").await?;
    owner.press("Extend until").await?;
    owner.sees("Extended until").await?;
    owner.dialog_closes().await?;
    let after = stage.lots("acme").await;
    let extended = after.iter().find(|lot| text(&lot["id"]) == id).expect("the same pack");
    assert_eq!(extended["expires_on"], ending["extends_to"]);
    assert!(extended["extends_to"].is_null(), "once is all");
    Ok(())
}

/// What a yes would take, and what is missing for a bigger one.
pub async fn asks_what_if(stage: &Stage, owner: &Session) -> Result {
    let (available, _, _) = stage.balance("acme").await;
    owner.fill("Hours and minutes", "4:00").await?;
    owner.press("Look").await?;
    owner.sees("left after").await?;
    owner.check("contract-what-if").await?;
    owner.fill("Hours and minutes", "200:00").await?;
    owner.press("Look").await?;
    owner.sees("are missing in your packs.").await?;
    owner.link("Order").await?;
    assert_eq!(stage.balance("acme").await.0, available, "asking reserves nothing");
    Ok(())
}

/// Each movement with its reason; narrowed by kind, and all of it again.
pub async fn reads_the_ledger(stage: &Stage, owner: &Session) -> Result {
    stage.open(owner, "/packs/ledger").await?;
    owner.sees("Refunded").await?;
    owner.sees("Given to the wrong client").await?;
    owner.check("contract-ledger").await?;
    owner.choose("Kind of movement", "Borrowed").await?;
    owner.sees("No movement fits").await?;
    owner.choose("Kind of movement", "Refunded").await?;
    owner.sees("Agreed on the phone").await?;
    owner.check("contract-ledger-narrowed").await?;
    owner.press("Show all").await?;
    owner.sees("Given to the wrong client").await?;
    // The button that had the focus is gone.
    owner.visible("h1:focus").await.map(drop)
}

/// First what would become of each row, then all of them or none.
pub async fn takes_contracts_over(stage: &Stage, admin: &Session) -> Result {
    let (before, _, _) = stage.balance("acme").await;
    stage.open(admin, "/admin/import").await?;
    let heading = "client,plan,minutes_left,expires_on,reference";
    let broken = format!("{heading}\nacme,flexi,600,2027-03-01,A1\nnobody,pro,90,2027-01-01,A2\n");
    admin.set("Rows", &broken).await?;
    admin.press("Check the rows").await?;
    admin.sees("1 row cannot be taken over").await?;
    admin.check("contract-import-refused").await?;
    let good = format!("{heading}\nacme,flexi,600,2027-03-01,A1\nnord,pro,90,2027-01-01,A2\n");
    admin.set("Rows", &good).await?;
    admin.press("Check the rows").await?;
    admin.sees("2 rows are fine").await?;
    assert_eq!(stage.balance("acme").await.0, before, "a dry run changes nothing");
    admin.press("Take 2 contracts over").await?;
    admin.sees("2 contracts taken over.").await?;
    admin.check("contract-imported").await?;
    assert_eq!(stage.balance("acme").await.0, before + 600);
    assert_eq!(stage.lots("acme").await[0]["origin"], "opening");
    Ok(())
}
