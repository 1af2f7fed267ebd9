//! `/organizations/{id}/ledger` with its filters and its table, and `/organizations/{id}/what-if`.

use crate::packs::tickets::{Deed, act, ticket};
use crate::packs::{at, bought, lead, ledger, owner};

use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::{Owner, Viewer};
use daypack_server::on_both_engines;
use daypack_server::testing::{Place, TestServer};
use serde_json::{Value, json};

fn sequences(page: &Value) -> Vec<i64> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["sequence"].as_i64().unwrap()).collect()
}

fn column(table: &str, name: &str) -> Vec<String> {
    let mut rows = table
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let at = rows.next().unwrap().iter().position(|cell| cell == name).unwrap();
    rows.map(|row| row[at].clone()).collect()
}

on_both_engines! {
    async fn a_ledger_is_filtered_by_lot_ticket_and_days(server: &TestServer) {
        let people = server.people().await;
        let first = bought(server, &people, "starter", 1).await;
        // 23:30 in Madrid on the 4th.
        server.clock.set("2026-03-04T22:30:00Z".parse().unwrap());
        let (one, other) = (ticket(server, &people).await, ticket(server, &people).await);
        assert!(act(server, people.acme, one, Deed::Hold(30)).await);
        server.clock.set("2026-03-04T23:00:00Z".parse().unwrap());
        assert!(act(server, people.acme, other, Deed::Hold(450)).await);
        let second = bought(server, &people, "flexi", 5).await;
        assert!(act(server, people.acme, other, Deed::Hold(10)).await);
        let viewer = at(server, &people, Place::Acme(Viewer)).await;
        let found = async |query: &str| {
            let path = format!("/organizations/acme/ledger?{query}");
            sequences(&viewer.get(&path).await.ok())
        };
        assert_eq!(found(&format!("lot_id={}", first["lot"]["id"].as_str().unwrap())).await, [3, 2, 1]);
        assert_eq!(found(&format!("lot_id={}", second["lot"]["id"].as_str().unwrap())).await, [5, 4]);
        assert_eq!(found(&format!("ticket_id={other}")).await, [5, 3]);
        assert_eq!(found(&format!("ticket_id={other}&kind=hold&from=2026-03-05&to=2026-03-05")).await, [5, 3]);
        assert_eq!(found("to=2026-03-04").await, [2, 1]);
        assert_eq!(found("from=2026-03-05").await, [5, 4, 3]);
        assert_eq!(found("from=2026-03-06").await, [] as [i64; 0]);
        // What is another organization's is not there.
        assert_eq!(found(&format!("lot_id={}", people.nord)).await, [] as [i64; 0]);
        let refused = async |query: &str, pointer: &str, code: &str| {
            let path = format!("/organizations/acme/ledger?{query}");
            viewer.get(&path).await.invalid(&[(pointer, code)]);
            let path = format!("/organizations/acme/ledger.csv?{query}");
            viewer.get(&path).await.invalid(&[(pointer, code)]);
        };
        refused("from=2026-03-05&to=2026-03-04", "/to", "too_early").await;
        refused("from=1999-12-31", "/from", "out_of_range").await;
        refused("to=2026-13-01", "/to", "invalid_value").await;
        refused("before=2026-03-01", "/before", "unknown_field").await;
        // A cursor belongs to its filters.
        let page = viewer.get("/organizations/acme/ledger?from=2026-03-05&limit=1").await.ok();
        let cursor = page["next_cursor"].as_str().unwrap();
        let rest = format!("from=2026-03-05&limit=5&cursor={cursor}");
        assert_eq!(found(&rest).await, [4, 3]);
        viewer.get(&format!("/organizations/acme/ledger?cursor={cursor}")).await.invalid(&[("/cursor", "invalid_cursor")]);
        // Expiries that are due obey the filters too.
        server.clock.set("2026-10-01T00:00:00Z".parse().unwrap());
        let viewer = at(server, &people, Place::Acme(Viewer)).await;
        let page = viewer.get("/organizations/acme/ledger?from=2026-09-05&to=2026-09-05").await.ok();
        assert_eq!((sequences(&page), &page["items"][0]["kind"]), (vec![6], &json!("expire")));
        let page = viewer.get("/organizations/acme/ledger?from=2026-09-06").await.ok();
        assert_eq!(sequences(&page), [] as [i64; 0]);
    }

    async fn a_ledger_is_a_table_for_spreadsheets(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "starter", 1).await;
        let path = format!("/lots/{}/adjust", order["lot"]["id"].as_str().unwrap());
        let staff = lead(server, &people).await;
        staff.post(&path, json!({ "minutes": -30, "reason": "=HYPERLINK(\"http://x\",\"y\")" })).await.ok();
        staff.post(&path, json!({ "minutes": 15, "reason": "Two\nlines, \"quoted\"" })).await.ok();
        let viewer = at(server, &people, Place::Acme(Viewer)).await;
        let table = viewer.get("/organizations/acme/ledger.csv").await;
        assert_eq!(table.status.as_u16(), 200);
        assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(table.header("content-disposition"), "attachment; filename=\"acme-ledger.csv\"");
        assert_eq!(table.header("cache-control"), "no-store");
        let lot = order["lot"]["id"].as_str().unwrap();
        let expected = format!(
            "sequence,effective_at,date,kind,minutes,posted_change_minutes,held_change_minutes,debt_change_minutes,\
             available_after_minutes,lot_id,plan,ticket,by,reason\n\
             1,2026-03-04T09:00:00.000000Z,2026-03-04,grant,480,480,0,0,480,{lot},Starter,,Staff lead,\n\
             2,2026-03-04T09:00:00.000000Z,2026-03-04,debit,30,-30,0,0,450,{lot},Starter,,Staff lead,\
             \"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\n\
             3,2026-03-04T09:00:00.000000Z,2026-03-04,credit,15,15,0,0,465,{lot},Starter,,Staff lead,\
             \"Two\nlines, \"\"quoted\"\"\"\n"
        );
        assert_eq!(table.text, expected);
        let asked = viewer.header("accept", "text/csv").get("/organizations/acme/ledger?kind=debit").await;
        assert_eq!(column(&asked.text, "sequence"), ["2"]);
        let json_first = viewer.header("accept", "application/json, text/csv").get("/organizations/acme/ledger").await;
        assert_eq!(sequences(&json_first.ok()), [3, 2, 1]);
        at(server, &people, Place::Nord(Owner)).await.get("/organizations/acme/ledger.csv").await.problem(404, "not_found");
        server.anonymous().get("/organizations/acme/ledger.csv").await.problem(401, "unauthenticated");
    }

    async fn a_table_has_the_whole_ledger_with_what_is_due(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "pro", 15).await;
        let acme = people.acme;
        // More than are read at a time.
        crate::packs::run(server, move |conn, context| {
            let organization = daypack_server::flows::organizations::lock(conn, acme)?;
            let mut account = daypack_store::ledger::load(conn, &organization, &[], &[])?;
            let lot = account.lots().next().expect("a lot").lot_id;
            let stamp = daypack_domain::ledger::Stamp::system(context.now).because("a test");
            for _ in 0..1_100 {
                account.debit(&stamp, lot, 1)?;
                account.credit(&stamp, lot, 1)?;
            }
            daypack_server::flows::ledger::save(conn, context, acme, &mut account)?;
            Ok(())
        })
        .await;
        server.wait(TimeDelta::days(500));
        let client = owner(server, &people).await;
        let table = client.get("/organizations/acme/ledger.csv").await.text;
        let listed: Vec<i64> = column(&table, "sequence").iter().map(|cell| cell.parse().unwrap()).collect();
        assert_eq!(listed, (1..=2_202).collect::<Vec<i64>>());
        assert_eq!(column(&table, "kind").last().unwrap(), "expire");
        let changes: i64 = column(&table, "posted_change_minutes").iter().map(|cell| cell.parse::<i64>().unwrap()).sum();
        assert_eq!(changes, 0);
        assert_eq!(ledger(server, &people).await[0]["sequence"], 2_202);
    }

    async fn what_if_names_the_lots_and_reserves_nothing(server: &TestServer) {
        let people = server.people().await;
        let flexi = bought(server, &people, "flexi", 5).await;
        let starter = bought(server, &people, "starter", 1).await;
        let viewer = at(server, &people, Place::Acme(Viewer)).await;
        let before = viewer.get("/organizations/acme/balance").await.ok();
        let path = |query: &str| format!("/organizations/acme/what-if?{query}");
        let found = viewer.get(&path("minutes=500")).await.ok();
        let expected = json!([
            { "lot_id": starter["lot"]["id"], "plan_code": "starter", "plan_name": "Starter",
              "expires_on": "2026-06-04", "minutes": 480, "available_before_minutes": 480 },
            { "lot_id": flexi["lot"]["id"], "plan_code": "flexi", "plan_name": "Flexi",
              "expires_on": "2026-09-04", "minutes": 20, "available_before_minutes": 2_400 }
        ]);
        assert_eq!(found["allocations"], expected);
        assert_eq!((&found["available_before_minutes"], &found["available_after_minutes"]), (&json!(2_880), &json!(2_380)));
        assert_eq!((&found["shortfall_minutes"], found.get("covering_order")), (&json!(0), None));
        assert_eq!(before["forecast"]["expiring_unused_minutes"], 2_880);
        assert_eq!(found["forecast"]["expiring_unused_minutes"], 2_380);
        assert_eq!(found["forecast"]["history"], before["forecast"]["history"]);
        let short = viewer.get(&path("minutes=3000")).await.ok();
        assert_eq!((&short["allocations"], &short["shortfall_minutes"]), (&json!([]), &json!(120)));
        assert_eq!(short["covering_order"], json!({ "plan_code": "starter", "packs": 1 }));
        assert_eq!((&short["available_after_minutes"], &short["forecast"]), (&json!(2_880), &before["forecast"]));
        assert_eq!(viewer.get("/organizations/acme/balance").await.ok(), before);
        viewer.get(&path("minutes=0")).await.invalid(&[("/minutes", "too_small")]);
        viewer.get(&path("minutes=10000001")).await.invalid(&[("/minutes", "too_large")]);
        viewer.get(&path("")).await.invalid(&[("/minutes", "required")]);
        let foreign = path(&format!("minutes=5&system_id={}", people.nord));
        viewer.get(&foreign).await.invalid(&[("/system_id", "not_found")]);
        at(server, &people, Place::Nord(Owner)).await.get(&path("minutes=5")).await.problem(404, "not_found");
    }
}
