//! `daypack verify`: a clean database is clean, and every kind of damage is named.

use std::path::Path;
use std::process::{Command, Output};

use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::Owner;
use daypack_server::cli::verify as program;
use daypack_server::flows::verify;
use daypack_server::on_both_engines;
use daypack_server::testing::{Place, StoreError, TestServer};
use daypack_store::testing::change;
use serde_json::json;

use super::packs::{at, bought, lead, run};
use super::weeks::{go_to, in_work, logged, run_jobs, text};

/// What a damage is told by; the damage itself is rolled back with it.
struct Told(Result<(), String>);

impl From<StoreError> for Told {
    fn from(error: StoreError) -> Self {
        panic!("{error}")
    }
}

/// What is said of Acme after this change, which is undone.
async fn told_of(server: &TestServer, damage: String) -> Result<(), String> {
    let rolled_back = server.app.store.write(move |conn| {
        let changed = change(conn, &damage)?;
        assert!(changed > 0, "{damage}: nothing was there to damage");
        let acme = daypack_store::organizations::find_by_slug(conn, "acme")?.expect("it is there");
        let found = verify::organization(conn, &acme).unwrap_or_else(|failure| panic!("{damage}: {failure}"));
        Err::<(), Told>(Told(found.map(drop)))
    });
    rolled_back.await.expect_err("it is rolled back").0
}

/// Acme's books are without a difference.
pub async fn is_clean(server: &TestServer) -> verify::Looked {
    let looked = run(server, |conn, _| {
        let acme = daypack_store::organizations::find_by_slug(conn, "acme")?.expect("it is there");
        verify::organization(conn, &acme)
    });
    looked.await.unwrap()
}

on_both_engines! {
    async fn every_damage_is_named(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "starter", 1).await;
        let work = in_work(server, &people, "Export by region", 300).await;
        logged(server, &people, &work, 60, "2026-03-04").await;
        let entry = logged(server, &people, &work, 30, "2026-03-04").await;
        let path = format!("/time-entries/{}/reverse", text(&entry["id"]));
        crate::weeks::agent(server, &people).await.post(&path, json!({ "reason": "Twice" })).await.created();
        let order = bought(server, &people, "flexi", 5).await;
        let adjust = format!("/lots/{}/adjust", text(&order["lot"]["id"]));
        lead(server, &people).await.post(&adjust, json!({ "minutes": -15, "reason": "A mistake" })).await.ok();
        go_to(server, "2026-03-09T12:00:00Z");
        run_jobs(server).await;
        let looked = is_clean(server).await;
        assert!(looked.movements >= 7 && looked.statements == 1, "{looked:?}");

        let acme = people.acme;
        let damages = [
            ("UPDATE lots SET posted_minutes = posted_minutes + 1", "posted_minutes"),
            ("UPDATE lots SET used_minutes = used_minutes + 1", "used_minutes"),
            ("UPDATE lots SET held_minutes = held_minutes + 1", "held_minutes"),
            ("UPDATE lots SET granted_minutes = granted_minutes + 1", "granted_minutes"),
            ("UPDATE lots SET status = 'expired'", "it is expired, but"),
            ("UPDATE lots SET refunded_minor = price_minor + 1", "refunded_minor"),
            ("UPDATE hold_parts SET held_minutes = held_minutes + 1", "hold "),
            ("DELETE FROM hold_parts", "hold "),
            ("UPDATE organizations SET debt_minutes = debt_minutes + 1", "debt_minutes"),
            ("UPDATE organizations SET movement_sequence = movement_sequence + 1", "last sequence"),
            ("UPDATE organizations SET last_effective_at = '2020-01-01T00:00:00.000000Z'", "last effective instant"),
            ("UPDATE organizations SET ticket_number = ticket_number + 1", "tickets: "),
            ("UPDATE organizations SET event_sequence = event_sequence + 1", "events: "),
            ("DELETE FROM events WHERE sequence = 2", "events: "),
            ("UPDATE movements SET available_after_minutes = available_after_minutes + 1 WHERE sequence = 3", "movement 3: available_after_minutes"),
            ("UPDATE movements SET minutes = minutes + 1 WHERE sequence = 1", "movement 1: available_after_minutes"),
            ("UPDATE movements SET kind = 'credit' WHERE sequence = 1", "granted_minutes"),
            ("UPDATE movements SET effective_at = '2020-01-01T00:00:00.000000Z' WHERE sequence = 2", "movement 2: "),
            ("DELETE FROM movements WHERE sequence = 2", "movement 2 is missing"),
            ("DELETE FROM movements WHERE kind = 'debit'", "the last sequence"),
            ("UPDATE movements SET minutes = 100000 WHERE kind = 'consume'", "overdrawn"),
            ("UPDATE time_entries SET billable_minutes = billable_minutes + 15 WHERE reversed_at IS NULL", "billable_minutes"),
            ("UPDATE time_entries SET reversed_at = NULL", "billable_minutes"),
            ("UPDATE ticket_work SET used_minutes = used_minutes + 1", "used_minutes: "),
            ("UPDATE ticket_work SET billed_minutes = billed_minutes + 1", "billed_minutes: "),
            ("UPDATE ticket_work SET actual_minutes = actual_minutes + 1", "actual_minutes: "),
            ("UPDATE ticket_work SET approved_minutes = approved_minutes + 1", "approved_minutes: 301 is stored, its approvals come to 300"),
            ("UPDATE time_entries SET actual_minutes = actual_minutes + 1 WHERE reversed_at IS NULL", "actual_minutes: "),
            ("UPDATE estimates SET approved_minutes = approved_minutes - 1", "approved_minutes: "),
            ("UPDATE statements SET content = replace(content, '\"account\":{', '\"account\": {')", "hashed"),
            ("UPDATE statements SET hash = 'x'", "hashed"),
        ];
        for (damage, expected) in damages {
            let told = told_of(server, damage.to_owned()).await.expect_err(damage);
            assert!(told.contains(expected) && !told.contains('\n'), "{damage}: {told}");
        }
        // A statement that was forged with its hash is found by the movements.
        let forged = run(server, move |conn, _| {
            let row = daypack_store::statements::last(conn, acme)?.expect("it is there");
            let content = row.content.replace("\"granted_minutes\":2880,", "\"granted_minutes\":2879,");
            let content = content.replace("\"credited_minutes\":0,", "\"credited_minutes\":1,");
            assert_ne!(content, row.content);
            let hash = daypack_server::auth::secrets::hash(&content);
            Ok(format!("UPDATE statements SET content = '{}', hash = '{hash}'", content.replace('\'', "''")))
        })
        .await;
        let told = told_of(server, forged).await.expect_err("forged");
        assert!(told.starts_with("statement of 2026-03-02 to 2026-03-08: granted"), "{told}");
        let clean = "UPDATE organizations SET name = 'Acme'".to_owned();
        assert_eq!(told_of(server, clean).await, Ok(()));
    }

    async fn a_long_life_stays_clean(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "starter", 1).await;
        let order = bought(server, &people, "flexi", 5).await;
        let path = |action: &str| format!("/lots/{}/{action}", text(&order["lot"]["id"]));
        let work = in_work(server, &people, "Export by region", 300).await;
        for day in 0..40 {
            server.wait(TimeDelta::days(7));
            if day % 4 == 0 {
                run_jobs(server).await;
            }
            let owner = at(server, &people, Place::Acme(Owner)).await;
            let staff = lead(server, &people).await;
            match day {
                1 => drop(logged(server, &people, &work, 200, "2026-03-10").await),
                5 => drop(owner.post(&path("extend"), json!({})).await.ok()),
                10 => drop(staff.post(&path("adjust"), json!({ "minutes": 100, "reason": "x" })).await.ok()),
                20 => {
                    let gift = json!({ "kind": "opening", "minutes": 60, "expires_on": "2026-12-31", "reason": "x" });
                    staff.post("/organizations/acme/lots", gift).await.created();
                }
                _ => {}
            }
            let store = server.app.store.clone();
            let found = tokio::task::spawn_blocking(move || program::check(&store, Some("ACME"))).await.unwrap();
            assert_eq!(found.map(|looked| looked.organizations).map_err(|error| error.to_string()), Ok(1), "week {day}");
        }
        let store = server.app.store.clone();
        let unknown = tokio::task::spawn_blocking(move || program::check(&store, Some("nobody"))).await.unwrap();
        assert!(unknown.unwrap_err().to_string().contains("there is no organization nobody"));
    }
}

fn daypack(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_daypack"))
        .args(arguments)
        .env_clear()
        .env("DAYPACK_DATA_DIR", folder)
        .output()
        .expect("the program runs")
}

#[actix_web::test]
async fn the_program_names_the_difference_in_one_line_and_ends_with_1() {
    let server = TestServer::start(daypack_server::testing::Engine::Sqlite);
    let people = server.people().await;
    bought(&server, &people, "starter", 1).await;
    let url = server.app.config.database_url.clone();
    let folder = server.app.config.data_dir.clone();
    let arguments = ["verify", "--database-url", url.as_str()];
    let clean = daypack(&folder, &arguments);
    let said = String::from_utf8_lossy(&clean.stdout).into_owned();
    assert_eq!(
        clean.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&clean.stderr)
    );
    assert_eq!(said, "No difference: 2 organizations, 1 movements, 0 statements.\n");
    run(&server, |conn, _| {
        change(conn, "UPDATE lots SET posted_minutes = 481")?;
        Ok(())
    })
    .await;
    let damaged = daypack(&folder, &arguments);
    let said = String::from_utf8_lossy(&damaged.stderr).into_owned();
    assert_eq!(damaged.status.code(), Some(1), "{said}");
    assert!(
        said.starts_with("daypack: acme: lot ") && said.trim_end().lines().count() == 1,
        "{said}"
    );
    assert!(
        said.contains("posted_minutes: 481 is stored, the movements come to 480"),
        "{said}"
    );
    let other = daypack(
        &folder,
        &["verify", "--database-url", url.as_str(), "--organization", "nord"],
    );
    assert_eq!(
        other.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&other.stderr)
    );
}
