//! The week that was, its mail, and the books behind it.

use e2e::{Failure, Result, Session};

use super::stage::{OWNER, Stage, TITLE, number};

/// Monday: one page, with what was done and an account that adds up.
pub async fn reads_the_week(stage: &Stage, owner: &Session) -> Result {
    stage.open(owner, "/statements").await?;
    owner.sees("1 h 45 used on 1 request").await?;
    let week = owner.visible("ul.weeks a").await?;
    owner.click(&week).await?;
    owner.heading("").await?;
    owner.settled().await?;
    owner.sees("The form refuses dates that do not exist.").await?;
    for line in [
        "Opening 0 min",
        "bought + 40 h",
        "used − 1 h 45",
        "Closing = 38 h 15",
        "Available = 38 h 15",
    ] {
        owner.sees(line).await?;
    }
    owner.check("story-week").await?;
    stage.open(owner, "/packs").await?;
    owner.sees("38 h 15").await?;
    owner.check("story-packs").await?;
    stage.open(owner, "/").await?;
    owner.check("story-home").await
}

pub fn the_week_was_mailed(stage: &Stage) -> Result {
    let all = stage.mails_to(OWNER)?;
    let summary = all.iter().find(|mail| mail.link("/statements/").is_some());
    let summary = &summary.ok_or_else(|| Failure::new("the summary was not mailed"))?.text;
    for part in ["Content-Type: text/plain", "Content-Type: text/html", TITLE, "<table"] {
        assert!(summary.contains(part), "{part} is not in the mail:\n{summary}");
    }
    Ok(())
}

/// The balance at each instant is what was seen then; the ledger, the summary and the timeline tell the same.
pub async fn the_books_agree(stage: &Stage) {
    for (at, available, held) in &stage.seen {
        let query = format!("?as_of={}", at.format("%Y-%m-%dT%H:%M:%S%.6fZ"));
        assert_eq!(stage.balance(&query).await, (*available, *held), "as of {at}");
    }
    let organization = stage.organization().await;
    let id = organization["id"].as_str().unwrap_or_default();
    let owner = stage.rest(OWNER).await;
    let ledger = owner.get(&format!("/organizations/{id}/ledger")).await.ok();
    let movements = ledger["items"].as_array().expect("movements");
    let kinds: Vec<String> = movements
        .iter()
        .rev()
        .map(|movement| {
            format!(
                "{} {}",
                movement["kind"].as_str().unwrap_or_default(),
                movement["minutes"]
            )
        })
        .collect();
    assert_eq!(kinds, ["grant 2400", "hold 360", "consume 105", "release 255"]);
    assert_eq!(movements[0]["available_after_minutes"], 2_295);

    let weeks = owner.get(&format!("/statements?organization_id={id}")).await.ok();
    let week = weeks["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let account = owner.get(&format!("/statements/{week}")).await.ok()["content"]["account"].clone();
    let [opening, granted, used, closing, held] =
        ["opening", "granted", "used", "closing", "held"].map(|name| number(&account[format!("{name}_minutes")]));
    assert_eq!((opening, granted, used, closing, held), (0, 2_400, 105, 2_295, 0));

    let timeline = owner.get("/tickets/ACME-1/timeline").await.ok();
    let told: Vec<&str> = timeline["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|event| event["name"].as_str())
        .collect();
    let whole = [
        "ticket.created",
        "ticket.triaged",
        "estimate.offered",
        "estimate.approved",
        "ticket.evidence_recorded",
        "time.logged",
        "window.proposed",
        "window.accepted",
        "ticket.resolved",
        "ticket.confirmed",
    ];
    for kind in whole {
        assert!(told.contains(&kind), "{kind} is not in {told:?}");
    }
    let closure = stage.ticket().await["closures"][0].clone();
    assert_eq!(
        (&closure["used_minutes"], &closure["deployed"]),
        (&105.into(), &true.into())
    );
}
