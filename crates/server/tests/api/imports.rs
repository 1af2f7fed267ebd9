//! `/imports/contracts`: running contracts from a file, all of them or nothing.

use crate::packs::{at, balance, event_names, ledger, run};

use daypack_domain::policy::ClientRole::Owner;
use daypack_domain::policy::StaffRole::{Admin, Lead};
use daypack_server::on_both_engines;
use daypack_server::testing::{Answered, Client, People, Place, TestServer};
use reqwest::Method;
use serde_json::{Value, json};

pub const HEADING: &str = "client,plan,minutes_left,expires_on,reference,reason\n";

async fn admin(server: &TestServer, people: &People) -> Client {
    at(server, people, Place::Staff(Admin)).await
}

pub async fn send(client: &Client, query: &str, body: impl Into<String>) -> Answered {
    let client = client.header("content-type", "text/csv; charset=utf-8");
    client
        .send(Method::POST, &format!("/imports/contracts{query}"), Some(body.into()))
        .await
}

/// Code of each row, `ok` for those that are fine.
pub fn codes(answer: &Value) -> Vec<String> {
    let rows = answer["rows"].as_array().unwrap().iter();
    rows.map(|row| row["code"].as_str().unwrap_or("ok").to_owned())
        .collect()
}

async fn nothing_there(server: &TestServer, people: &People) {
    assert!(ledger(server, people).await.is_empty());
    for organization in [people.acme, people.nord] {
        assert_eq!(event_names(server, organization).await, [] as [String; 0]);
    }
    let lots = run(server, |conn, _| {
        let all = daypack_store::organizations::ids(conn)?;
        let mut count = 0;
        for id in all {
            count += daypack_store::lots::of_organization(conn, id)?.len();
        }
        Ok(count)
    })
    .await;
    assert_eq!(lots, 0);
}

fn file() -> String {
    format!(
        "{HEADING}acme,starter,475,2026-12-31,C-1,Taken over\nNORD,pro,1,2026-03-04,,\nAcme,flexi,10000000,2027-02-28,C-2,\"One, \"\"two\"\"\"\n"
    )
}

on_both_engines! {
    async fn a_trial_changes_nothing_and_the_real_run_does_what_it_said(server: &TestServer) {
        let people = server.people().await;
        let client = admin(server, &people).await;
        let trial = send(&client, "", file()).await.ok();
        assert_eq!((&trial["dry_run"], &trial["accepted"], &trial["refused"]), (&json!(true), &json!(3), &json!(0)));
        assert_eq!(trial["minutes"], 10_000_476);
        let expected = json!({
            "row": 1, "line": 2, "result": "ok", "column": null, "code": null,
            "detail": "475 minutes for Acme, through 2026-12-31.", "organization_id": people.acme,
            "organization_name": "Acme", "plan_code": "starter", "minutes": 475, "expires_on": "2026-12-31",
            "lot_id": null
        });
        assert_eq!(trial["rows"][0], expected);
        nothing_there(server, &people).await;

        let done = send(&client, "?dry_run=false", file()).await.created();
        assert_eq!((&done["dry_run"], &done["accepted"]), (&json!(false), &json!(3)));
        let lot = client.get(&format!("/lots/{}", done["rows"][2]["lot_id"].as_str().unwrap())).await.ok();
        assert_eq!((&lot["origin"], &lot["granted_minutes"]), (&json!("opening"), &json!(10_000_000)));
        assert_eq!((&lot["reason"], &lot["plan_code"]), (&json!("One, \"two\""), &json!("flexi")));
        assert_eq!(balance(server, &people).await["available_minutes"], 10_000_475);
        assert_eq!(event_names(server, people.acme).await, ["lot.given", "lot.given"]);
        assert_eq!(event_names(server, people.nord).await, ["lot.given"]);
        assert_eq!(ledger(server, &people).await[1]["reason"], "Taken over");
    }

    async fn the_same_file_twice_is_once(server: &TestServer) {
        let people = server.people().await;
        let client = admin(server, &people).await;
        let keyed = client.header("Idempotency-Key", "import-1");
        let done = send(&keyed, "?dry_run=false", file()).await.created();
        assert_eq!(send(&keyed, "?dry_run=false", file()).await.created(), done);
        // The same rows from another spreadsheet, in another order.
        let again = "client;plan;minutes_left;expires_on;reference;reason\r\nAcme;flexi;10000000;2027-02-28;C-2;\"One, \"\"two\"\"\"\r\nacme;starter;475;2026-12-31;C-1;Taken over\r\nNORD;pro;1;2026-03-04;;\r\n";
        for same in [file(), format!("\u{feff}{}", file()), again.to_owned()] {
            send(&client, "?dry_run=false", same.clone()).await.problem(409, "already_imported");
            let trial = send(&client, "?dry_run=true", same).await.ok();
            assert_eq!(trial["accepted"], 0);
            assert!(codes(&trial).iter().all(|code| code == "already_imported"));
        }
        // Another file with a reference that is there.
        let overlapping = format!("{HEADING}acme,starter,20,2026-12-31,C-1,\nacme,starter,20,2026-12-31,C-9,\n");
        let trial = send(&client, "", overlapping.clone()).await.ok();
        assert_eq!(codes(&trial), ["already_imported", "ok"]);
        let refused = send(&client, "?dry_run=false", overlapping).await.problem(422, "import_invalid");
        assert_eq!(refused["errors"].as_array().unwrap().len(), 1);
        assert_eq!(refused["errors"][0]["pointer"], "/rows/1/reference");
        // A reference is a client's own.
        send(&client, "?dry_run=false", format!("{HEADING}nord,starter,20,2026-12-31,C-1,\n")).await.created();
        assert_eq!(balance(server, &people).await["available_minutes"], 10_000_475);
    }

    async fn two_at_once_take_a_file_over_once(server: &TestServer) {
        let people = server.people().await;
        let client = admin(server, &people).await;
        let (one, other) = tokio::join!(
            send(&client, "?dry_run=false", file()),
            send(&client, "?dry_run=false", file())
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        assert_eq!(balance(server, &people).await["available_minutes"], 10_000_475);
    }

    async fn a_broken_row_keeps_everything_out(server: &TestServer) {
        let people = server.people().await;
        let client = admin(server, &people).await;
        let rows = [
            "acme,starter,480,2026-12-31,,",
            "nobody,starter,480,2026-12-31,,",
            "acme,gold,480,2026-12-31,,",
            "acme,starter,4.80,2026-12-31,,",
            "acme,starter,-480,2026-12-31,,",
            "acme,starter,0,2026-12-31,,",
            "acme,starter,99999999999999999999,2026-12-31,,",
            "acme,starter,480,31/12/2026,,",
            "acme,starter,480,2026-02-30,,",
            "acme,starter,480,2026-03-03,,",
            "acme,starter,480,2999-01-01,,",
            "acme,starter,480,2026-12-31,R-1,",
            "acme,starter,480,2026-12-31,R-1,",
            "acme,starter,480",
        ];
        let broken = format!("{HEADING}{}\n", rows.join("\n"));
        let trial = send(&client, "?dry_run=true", broken.clone()).await.ok();
        let expected = [
            "ok", "unknown_client", "unknown_plan", "not_a_number", "not_a_number", "range", "not_a_number",
            "not_a_date", "not_a_date", "too_early", "too_late", "ok", "duplicate_reference", "wrong_cell_count",
        ];
        assert_eq!(codes(&trial), expected);
        assert_eq!((&trial["accepted"], &trial["refused"], &trial["minutes"]), (&json!(2), &json!(12), &json!(960)));
        assert_eq!(trial["rows"][3]["column"], "minutes_left");
        let refused = send(&client, "?dry_run=false", broken).await.problem(422, "import_invalid");
        let errors = refused["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 12);
        assert_eq!((&errors[0]["pointer"], &errors[0]["code"]), (&json!("/rows/2/client"), &json!("unknown_client")));
        nothing_there(server, &people).await;
        // Two things wrong in one row are both said.
        let twice = send(&client, "?dry_run=false", format!("{HEADING}x,y,480,2026-12-31,,\n")).await;
        let pointers: Vec<_> = twice.problem(422, "import_invalid")["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
        assert_eq!(pointers, ["/rows/1/client", "/rows/1/plan"]);
        nothing_there(server, &people).await;
    }

    async fn what_is_no_file_of_contracts_is_refused(server: &TestServer) {
        let people = server.people().await;
        let client = admin(server, &people).await;
        for place in [Place::Acme(Owner), Place::Staff(Lead)] {
            send(&at(server, &people, place).await, "", file()).await.problem(403, "forbidden");
        }
        send(&server.anonymous(), "", file()).await.problem(401, "unauthenticated");
        client.post("/imports/contracts", json!({})).await.problem(415, "unsupported_media_type");
        send(&client, "?dry_run=maybe", file()).await.problem(422, "invalid");
        let code = |answer: &Answered| {
            answer.problem(422, "import_invalid")["errors"][0]["code"].as_str().unwrap().to_owned()
        };
        for dry_run in ["?dry_run=true", "?dry_run=false"] {
            assert_eq!(code(&send(&client, dry_run, HEADING).await), "empty");
            assert_eq!(code(&send(&client, dry_run, "").await), "missing_column");
            assert_eq!(code(&send(&client, dry_run, "client,plan,minutes_left,colour\n").await), "unknown_column");
            assert_eq!(code(&send(&client, dry_run, "client\0").await), "wrong_encoding");
            let many = format!("{HEADING}{}", "acme,starter,1,2026-12-31,,\n".repeat(1_001));
            assert_eq!(code(&send(&client, dry_run, many).await), "too_many_rows");
        }
        let huge_cell = format!("{HEADING}acme,starter,1,2026-12-31,,{}\n", "x".repeat(500_000));
        assert_eq!(codes(&send(&client, "", huge_cell).await.ok()), ["too_long"]);
        let huge = format!("{HEADING}{}", "x".repeat(1024 * 1024));
        send(&client, "", huge).await.problem(413, "too_large");
        nothing_there(server, &people).await;
    }

    async fn a_form_carries_a_file_too(server: &TestServer) {
        let people = server.people().await;
        let client = admin(server, &people).await.header("content-type", "multipart/form-data; boundary=b");
        let part = |name: &str, text: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n{text}\r\n")
        };
        let form = async |parts: String| {
            client.send(Method::POST, "/imports/contracts?dry_run=false", Some(format!("{parts}--b--\r\n"))).await
        };
        form(part("other", &file())).await.invalid(&[("/other", "unknown_field")]);
        form(part("file", &file()) + &part("file", &file())).await.invalid(&[("/file", "duplicate_field")]);
        form(String::new()).await.problem(400, "incomplete_body");
        nothing_there(server, &people).await;
        assert_eq!(form(part("file", &file())).await.created()["accepted"], 3);
    }
}
