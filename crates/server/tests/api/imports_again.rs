//! `/imports/contracts`: what keeps a contract from being taken over a second time where no reference names it, and
//! contracts of plans that are not sold any more.

use crate::packs::{at, balance, event_names, ledger, owner};

use daypack_domain::policy::StaffRole::{Admin, Lead};
use daypack_server::on_both_engines;
use daypack_server::testing::{Answered, Client, People, Place, TestServer};
use reqwest::Method;
use serde_json::{Value, json};

const A: &str = "acme,starter,480,2026-12-31,,\n";
const B: &str = "nord,flexi,600,2026-12-31,,\n";
const C: &str = "acme,pro,300,2026-11-30,,\n";

async fn admin(server: &TestServer, people: &People) -> Client {
    at(server, people, Place::Staff(Admin)).await
}

async fn send(client: &Client, query: &str, rows: &[&str]) -> Answered {
    let client = client.header("content-type", "text/csv; charset=utf-8");
    let heading = "client,plan,minutes_left,expires_on,reference,reason\n";
    let body = format!("{heading}{}", rows.concat());
    client
        .send(Method::POST, &format!("/imports/contracts{query}"), Some(body))
        .await
}

/// Takes these rows over.
async fn take_over(client: &Client, rows: &[&str]) -> Value {
    send(client, "?dry_run=false", rows).await.created()
}

/// What a trial says of these rows, code by code; a real run with a row that is not fine says the same and is refused.
async fn codes(client: &Client, rows: &[&str]) -> Vec<String> {
    let trial = send(client, "", rows).await.ok();
    let codes: Vec<String> = trial["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["code"].as_str().unwrap_or("ok").to_owned())
        .collect();
    if codes.iter().any(|code| code != "ok") {
        let refused = send(client, "?dry_run=false", rows)
            .await
            .problem(422, "import_invalid");
        let errors = refused["errors"].as_array().unwrap().iter();
        let said: Vec<&str> = errors.map(|error| error["code"].as_str().unwrap()).collect();
        let expected: Vec<&str> = codes.iter().map(String::as_str).filter(|code| *code != "ok").collect();
        assert_eq!(said, expected);
    }
    codes
}

on_both_engines! {
    async fn a_file_with_a_forgotten_row_takes_nothing_over_twice(server: &TestServer) {
        let people = server.people().await;
        let client = admin(server, &people).await;
        take_over(&client, &[A, B]).await;
        let trial = send(&client, "", &[A, B, C]).await.ok();
        assert_eq!((&trial["accepted"], &trial["refused"], &trial["minutes"]), (&json!(1), &json!(2), &json!(300)));
        let first = &trial["rows"][0];
        assert_eq!((&first["column"], &first["code"]), (&json!("reference"), &json!("already_imported")));
        assert!(first["detail"].as_str().unwrap().contains("give it a reference to tell them apart"), "{first}");
        assert_eq!(codes(&client, &[A, B, C]).await, ["already_imported", "already_imported", "ok"]);
        let refused = send(&client, "?dry_run=false", &[A, B, C]).await.problem(422, "import_invalid");
        assert_eq!(refused["errors"][1]["pointer"], "/rows/2/reference");
        assert_eq!(balance(server, &people).await["available_minutes"], 480);
        assert_eq!(event_names(server, people.nord).await, ["lot.given"]);

        take_over(&client, &[C]).await;
        assert_eq!(balance(server, &people).await["available_minutes"], 780);
        // The same written otherwise is the same.
        let otherwise = "ACME;Starter ; 480;2026-12-31;;Another reason\n".replace(';', ",");
        assert_eq!(codes(&client, &[&otherwise]).await, ["already_imported"]);
        // What differs in anything is another contract, and so is what is called otherwise.
        let others = [
            "nord,starter,480,2026-12-31,,\n",
            "acme,flexi,480,2026-12-31,,\n",
            "acme,starter,481,2026-12-31,,\n",
            "acme,starter,480,2026-12-30,,\n",
            "acme,starter,480,2026-12-31,S-2,\n",
        ];
        assert_eq!(codes(&client, &others).await, ["ok"; 5]);
        take_over(&client, &others).await;
        // Of another file that has some of them again.
        assert_eq!(codes(&client, &others[1..]).await, ["already_imported"; 4]);
    }

    async fn equal_rows_of_a_file_need_references(server: &TestServer) {
        let people = server.people().await;
        let client = admin(server, &people).await;
        assert_eq!(codes(&client, &[A, B, A, A]).await, ["ok", "ok", "duplicate_row", "duplicate_row"]);
        let trial = send(&client, "", &[A, A]).await.ok();
        assert_eq!((&trial["minutes"], &trial["rows"][1]["column"]), (&json!(480), &json!("reference")));
        let sentence = "Another row says the same. Give each of two equal contracts a reference to tell them apart.";
        assert_eq!(trial["rows"][1]["detail"], sentence);
        let named = ["acme,starter,480,2026-12-31,S-1,\n", "acme,starter,480,2026-12-31,S-2,\n"];
        assert_eq!(codes(&client, &[named[0], A]).await, ["ok", "duplicate_row"]);
        assert!(ledger(server, &people).await.is_empty());
        take_over(&client, &named).await;
        assert_eq!(balance(server, &people).await["available_minutes"], 960);
        assert_eq!(codes(&client, &[A]).await, ["already_imported"]);
    }

    async fn a_contract_that_was_taken_back_can_be_taken_over_again(server: &TestServer) {
        let people = server.people().await;
        let client = admin(server, &people).await;
        let lead = at(server, &people, Place::Staff(Lead)).await;
        // A running contract that was entered by hand is there; a gift is not one.
        let by_hand = |kind: &str| json!({
            "kind": kind, "minutes": 480, "expires_on": "2026-12-31", "reason": "As before", "plan_code": "starter",
        });
        lead.post("/organizations/acme/lots", by_hand("goodwill")).await.created();
        assert_eq!(codes(&client, &[A]).await, ["ok"]);
        let lot = lead.post("/organizations/acme/lots", by_hand("opening")).await.created();
        assert_eq!(codes(&client, &[A]).await, ["already_imported"]);
        // Minutes that were used, added or taken away meanwhile do not make it another one.
        let path = format!("/lots/{}", lot["id"].as_str().unwrap());
        lead.post(&format!("{path}/adjust"), json!({ "minutes": -60, "reason": "A mistake" })).await.ok();
        assert_eq!(codes(&client, &[A]).await, ["already_imported"]);
        lead.post(&format!("{path}/void"), json!({ "reason": "The wrong client" })).await.ok();
        take_over(&client, &[A]).await;
        assert_eq!(balance(server, &people).await["available_minutes"], 960);
    }

    async fn two_files_at_once_take_an_equal_contract_over_once(server: &TestServer) {
        let people = server.people().await;
        let client = admin(server, &people).await;
        let (one, other) = tokio::join!(
            send(&client, "?dry_run=false", &[A, B]),
            send(&client, "?dry_run=false", &[A, C])
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422]);
        let openings = owner(server, &people).await.get("/organizations/acme/lots").await.ok();
        let openings = openings["items"].as_array().unwrap().iter();
        assert_eq!(openings.filter(|lot| lot["granted_minutes"] == 480).count(), 1);
    }

    async fn contracts_of_a_retired_plan_run_on(server: &TestServer) {
        let people = server.people().await;
        let client = admin(server, &people).await;
        client.post("/plans/pro/retire", json!({})).await.ok();
        assert_eq!(codes(&client, &[C, "acme,gold,480,2026-12-31,,\n"]).await, ["ok", "unknown_plan"]);
        let done = take_over(&client, &[C]).await;
        let lot = client.get(&format!("/lots/{}", done["rows"][0]["lot_id"].as_str().unwrap())).await.ok();
        assert_eq!((&lot["plan_code"], &lot["granted_minutes"]), (&json!("pro"), &json!(300)));

        // So does one that is entered by hand; gifts count as what is on sale.
        let given = async |kind: &str, plan: &str| {
            let body = json!({
                "kind": kind, "minutes": 60, "expires_on": "2026-12-31", "reason": "As agreed", "plan_code": plan,
            });
            client.post("/organizations/acme/lots", body).await
        };
        assert_eq!(given("opening", "pro").await.created()["plan_code"], "pro");
        given("goodwill", "pro").await.invalid(&[("/plan_code", "unknown_plan")]);
        given("opening", "gold").await.invalid(&[("/plan_code", "unknown_plan")]);
        assert_eq!(balance(server, &people).await["available_minutes"], 360);
    }
}
