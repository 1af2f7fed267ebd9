//! How minutes stood at an earlier moment, as the API has it for that instant.

use chrono::{DateTime, Duration, Timelike, Utc};
use e2e::{Result, Session};
use serde_json::Value;

use super::stage::{Stage, items, text};

/// Madrid's clocks are an hour ahead of UTC in November.
const AHEAD: Duration = Duration::hours(1);

/// The client looks at a day, then at the minute before something moved and at the one after it; the staff open the same
/// address for the client.
pub async fn looks_back(stage: &Stage, owner: &Session, lead: &Session) -> Result {
    let now = balance_at(stage, None).await;
    let day = balance_at(stage, Some("2026-11-18T22:59:59.999999Z".to_owned())).await;
    assert_ne!(figures(&now), figures(&day), "something has moved today");
    stage.open(owner, "/packs/ledger").await?;
    owner.press("How it stood").await?;
    owner.press("Show").await?;
    owner.sees("Please fill this in.").await?;
    owner.set("Day", "2026-11-25").await?;
    owner.press("Show").await?;
    owner.sees("That is too far ahead.").await?;
    owner.check("contract-as-of-ahead").await?;
    owner.set("Day", "2026-11-18").await?;
    owner.press("Show").await?;
    owner.sees("At the end of 18 Nov 2026").await?;
    sees_figures(owner, &day).await?;
    owner.check("contract-as-of-day").await?;
    owner.set("Day", "2020-01-01").await?;
    owner.press("Show").await?;
    owner.sees("No pack had minutes then.").await?;
    owner.check("contract-as-of-nothing").await?;
    let moved = moved_before_today(stage).await;
    let minute = moved.with_second(0).and_then(|minute| minute.with_nanosecond(0));
    let minute = minute.expect("a whole minute");
    let shown = minute + AHEAD;
    let (before, after) = (minute - Duration::minutes(1), minute + Duration::minutes(1));
    let (then, later) = (
        balance_at(stage, Some(before.to_rfc3339())).await,
        balance_at(stage, Some(after.to_rfc3339())).await,
    );
    assert_ne!(figures(&then), figures(&later), "it moved something");
    for (at, expected) in [
        (shown - Duration::minutes(1), &then),
        (shown + Duration::minutes(1), &later),
    ] {
        owner.set("Day", &at.format("%Y-%m-%d").to_string()).await?;
        owner.set("Time", &at.format("%H:%M").to_string()).await?;
        owner.press("Show").await?;
        owner.sees(&at.format("%-d %b %Y, %H:%M").to_string()).await?;
        sees_figures(owner, expected).await?;
    }
    // What narrows the list and what is looked back at do not disturb each other.
    owner.choose("Kind of movement", "Borrowed").await?;
    owner.sees("No movement fits").await?;
    sees_figures(owner, &later).await?;
    owner.press("Clear").await?;
    owner.sees("No movement fits").await?;
    let at = (shown - Duration::minutes(1)).format("%Y-%m-%dT%H:%M");
    stage.open(lead, &format!("/clients/acme/ledger?as_of={at}")).await?;
    sees_figures(lead, &then).await?;
    lead.check("contract-as-of-client").await
}

async fn balance_at(stage: &Stage, instant: Option<String>) -> Value {
    let what = instant.map_or_else(
        || "balance".to_owned(),
        |instant| format!("balance?as_of={}", instant.replace("+00:00", "Z")),
    );
    stage.of("acme", &what).await
}

/// The last movement of a day before today that changed what is available.
async fn moved_before_today(stage: &Stage) -> DateTime<Utc> {
    let ledger = stage.of("acme", "ledger?kind=hold&to=2026-11-18").await;
    let newest = items(&ledger).first().map(|movement| text(&movement["effective_at"]));
    newest.and_then(|at| at.parse().ok()).expect("an approval before today")
}

/// A pack: its name, the year in which it ends, available, held.
type Lot = (String, String, i64, i64);

/// Available, held and owed, and the packs.
fn figures(balance: &Value) -> (i64, i64, i64, Vec<Lot>) {
    let of = |value: &Value, name: &str| value[name].as_i64().unwrap_or(0);
    let lots = balance["lots"].as_array().into_iter().flatten().map(|lot| {
        (
            text(&lot["plan_name"]),
            text(&lot["expires_on"])[..4].to_owned(),
            of(lot, "available_minutes"),
            of(lot, "held_minutes"),
        )
    });
    (
        of(balance, "available_minutes"),
        of(balance, "held_minutes"),
        of(balance, "debt_minutes"),
        lots.collect(),
    )
}

/// The table has the sums, and a row for each pack.
async fn sees_figures(session: &Session, balance: &Value) -> Result {
    let (available, held, owed, lots) = figures(balance);
    session
        .sees(&format!("In all {} {}", hours(available), hours(held)))
        .await?;
    session.sees(&format!("Owed {}", hours(owed))).await?;
    for (name, year, available, held) in lots {
        session.named("row", ".as-of tbody th", &name).await?;
        session
            .sees(&format!("{year} {} {}", hours(available), hours(held)))
            .await?;
    }
    Ok(())
}

/// As the page writes minutes.
fn hours(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest:02}"),
    }
}
