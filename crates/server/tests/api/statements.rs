//! `/statements`: weekly summaries that reconcile, made once and frozen.

use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::{Owner, Viewer};
use daypack_domain::policy::StaffRole::Agent;
use daypack_domain::statement::{Statement, Sums};
use daypack_server::{
    auth::secrets,
    flows, on_both_engines,
    testing::{People, Place, TestServer},
};
use daypack_store::{ledger, statements};
use serde_json::{Value, json};

use super::packs::{self, at, event_names, run};
use super::weeks::{go_to, in_work, left_over, logged, offered, resolved, run_jobs, text, triaged};

async fn all(server: &TestServer, people: &People) -> Vec<Value> {
    let viewer = at(server, people, Place::Acme(Viewer)).await;
    let page = viewer
        .get(&format!("/statements?organization_id={}", people.acme))
        .await
        .ok();
    page["items"].as_array().unwrap().clone()
}

async fn show(server: &TestServer, people: &People, id: &str) -> Value {
    at(server, people, Place::Acme(Viewer))
        .await
        .get(&format!("/statements/{id}"))
        .await
        .ok()
}

/// Adds every frozen statement of Acme up again, movement by movement, and checks its hash.
async fn recompute(server: &TestServer, people: &People) -> usize {
    let acme = people.acme;
    run(server, move |conn, _| {
        let rows = statements::page(conn, acme, None, 100)?.items;
        for row in &rows {
            assert_eq!(secrets::hash(&row.content), row.hash);
            let frozen: Statement = serde_json::from_str(&row.content).unwrap();
            assert_eq!(frozen.canonical_json().unwrap(), row.content);
            frozen.reconcile().unwrap();
            let (mut before, mut during) = (Sums::default(), Sums::default());
            for movement in ledger::until(conn, acme, frozen.period.until - TimeDelta::microseconds(1))? {
                let sums = if frozen.period.contains(movement.effective_at) {
                    &mut during
                } else {
                    &mut before
                };
                sums.add(movement.kind, movement.hold_id.is_some(), movement.minutes);
            }
            let account = &frozen.account;
            assert_eq!(account.opening_minutes, before.posted_minutes());
            assert_eq!(account.granted_minutes, during.grant);
            assert_eq!(account.used_minutes, during.net_used_minutes());
            assert_eq!(account.expired_minutes, during.expire);
            assert_eq!(account.closing_minutes, before.plus(&during).posted_minutes());
            assert_eq!(account.held_minutes, before.plus(&during).held_minutes());
            assert_eq!(account.debt_minutes, before.plus(&during).debt_minutes());
        }
        Ok(rows.len())
    })
    .await
}

on_both_engines! {
    async fn a_week_is_told_on_monday_at_eight(server: &TestServer) {
        let people = server.people().await;
        // Wednesday to Friday.
        let ticket = in_work(server, &people, "Export by region", 300).await;
        logged(server, &people, &ticket, 100, "2026-03-04").await;
        server.wait(TimeDelta::days(1));
        logged(server, &people, &ticket, 90, "2026-03-05").await;
        resolved(server, &people, &ticket, "The export can be filtered by *region*.").await;
        let other = triaged(server, &people, "Second language", "p2", "evolutionary").await;
        offered(server, &people, &other, 240).await;

        go_to(server, "2026-03-09T06:59:00Z");
        run_jobs(server).await;
        assert_eq!(all(server, &people).await, [] as [Value; 0]);
        go_to(server, "2026-03-09T07:00:00Z");
        run_jobs(server).await;
        let made = all(server, &people).await;
        assert_eq!(made.len(), 1);
        let summary = &made[0];
        assert_eq!((&summary["from"], &summary["to"]), (&json!("2026-03-02"), &json!("2026-03-08")));
        assert_eq!(summary["opening_minutes"], 0);
        // 190 minutes, less 30 free ones, in quarters of an hour.
        assert_eq!(summary["used_minutes"], 165);
        assert_eq!(summary["closing_minutes"], 2400 - 165);
        assert_eq!(summary["preview"], false);

        let statement = show(server, &people, &text(&summary["id"])).await;
        let content = &statement["content"];
        assert_eq!(statement["hash"].as_str().unwrap().len(), 64);
        assert_eq!(content["account"]["granted_minutes"], 2400);
        assert_eq!(content["account"]["held_minutes"], 0);
        assert_eq!(content["quiet"], false);
        let lines = content["tickets"].as_array().unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!((&lines[0]["reference"], &lines[0]["minutes"]), (&json!(ticket.reference), &json!(165)));
        assert_eq!(lines[0]["what_was_done"], "The export can be filtered by *region*.");
        let html = "<p>The export can be filtered by <em>region</em>.</p>\n";
        assert_eq!(statement["done_html"], json!([html, null]));
        assert_eq!(lines[0]["status"], "resolved");
        assert_eq!((&lines[1]["reference"], &lines[1]["status"]), (&json!(other.reference), &json!("awaiting_approval")));
        assert_eq!(content["entries"].as_array().unwrap().len(), 2);
        assert_eq!(content["by_kind"][0]["kind"], "evolutionary");
        assert_eq!(content["waiting"][0]["minutes"], 240);
        let answered = content["sla"].as_array().unwrap().iter().find(|line| line["clock"] == "first_response");
        assert_eq!(answered.unwrap()["met"], 2);
        assert_eq!(recompute(server, &people).await, 1);
        assert!(event_names(server, people.acme).await.contains(&"statement.made".to_owned()));
        assert_eq!(left_over(server).await, [] as [String; 0]);
    }

    async fn there_is_one_for_each_week_whatever_runs_twice(server: &TestServer) {
        let people = server.people().await;
        let ticket = in_work(server, &people, "Export by region", 300).await;
        logged(server, &people, &ticket, 60, "2026-03-04").await;
        // Three weeks without jobs are made up, the quiet ones too.
        go_to(server, "2026-03-24T12:00:00Z");
        let (first, second) = tokio::join!(run_jobs(server), run_jobs(server));
        assert_eq!((first.failed, second.failed), (0, 0));
        run_jobs(server).await;
        let made = all(server, &people).await;
        let days: Vec<&str> = made.iter().map(|statement| statement["from"].as_str().unwrap()).collect();
        assert_eq!(days, ["2026-03-16", "2026-03-09", "2026-03-02"]);
        let quiet = show(server, &people, &text(&made[0]["id"])).await;
        assert_eq!(quiet["content"]["quiet"], true);
        assert_eq!((&made[0]["opening_minutes"], &made[0]["closing_minutes"]), (&made[1]["closing_minutes"], &made[1]["closing_minutes"]));
        let acme = people.acme;
        let again = run(server, move |conn, context| {
            flows::statements::freeze(conn, context, acme, "2026-03-11".parse().unwrap(), "http://localhost")
        })
        .await;
        assert!(again.is_none());
        assert_eq!(recompute(server, &people).await, 3);
        let made = event_names(server, people.acme).await.iter().filter(|name| *name == "statement.made").count();
        assert_eq!(made, 3);
    }

    async fn what_is_corrected_or_logged_late_shows_in_the_week_it_happens(server: &TestServer) {
        let people = server.people().await;
        let ticket = in_work(server, &people, "Export by region", 300).await;
        let entry = logged(server, &people, &ticket, 120, "2026-03-04").await;
        go_to(server, "2026-03-09T08:00:00Z");
        run_jobs(server).await;
        let before = show(server, &people, &text(&all(server, &people).await[0]["id"])).await;

        let path = format!("/time-entries/{}/reverse", text(&entry["id"]));
        let agent = at(server, &people, Place::Staff(Agent)).await;
        agent.post(&path, json!({ "reason": "It was another ticket." })).await.created();
        logged(server, &people, &ticket, 60, "2026-03-06").await;
        go_to(server, "2026-03-16T08:00:00Z");
        run_jobs(server).await;
        let made = all(server, &people).await;
        assert_eq!(made.len(), 2);
        let second = show(server, &people, &text(&made[0]["id"])).await;
        let entries = second["content"]["entries"].as_array().unwrap();
        let figures: Vec<(i64, i64, bool)> = entries
            .iter()
            .map(|line| {
                let figure = |name: &str| line[name].as_i64().unwrap();
                (figure("actual_minutes"), figure("billable_minutes"), line["late"].as_bool().unwrap())
            })
            .collect();
        assert_eq!(figures, [(-120, -90, true), (60, 30, true)]);
        assert_eq!(second["content"]["account"]["used_minutes"], -60);
        // What was frozen has not changed.
        assert_eq!(show(server, &people, &text(&made[1]["id"])).await, before);
        assert_eq!(recompute(server, &people).await, 2);
    }

    async fn a_week_in_which_a_payment_bounced_is_told(server: &TestServer) {
        let people = server.people().await;
        let order = packs::bought(server, &people, "starter", 1).await;
        let ticket = in_work(server, &people, "Export by region", 300).await;
        logged(server, &people, &ticket, 90, "2026-03-04").await;
        let bounce = format!("/orders/{}/bounce", text(&order["id"]));
        let lead = packs::lead(server, &people).await;
        lead.post(&bounce, json!({ "reason": "The bank took it back." })).await.ok();
        go_to(server, "2026-03-09T07:00:00Z");
        assert_eq!(run_jobs(server).await.failed, 0);
        let summary = &all(server, &people).await[0];
        let account = show(server, &people, &text(&summary["id"])).await["content"]["account"].clone();
        // The pack paid for 60 minutes of work; the 240 that are held of it are owed when they are used.
        let figures = ["used_minutes", "borrowed_minutes", "bounced_minutes", "debt_minutes"].map(|name| account[name].as_i64());
        assert_eq!(figures, [Some(60), Some(0), Some(60), Some(60)], "{account}");
        assert_eq!(recompute(server, &people).await, 1);
    }

    async fn a_preview_shows_any_days_and_is_not_kept(server: &TestServer) {
        let people = server.people().await;
        let ticket = in_work(server, &people, "Export by region", 300).await;
        logged(server, &people, &ticket, 60, "2026-03-04").await;
        let owner = at(server, &people, Place::Acme(Owner)).await;
        let body = |from: &str, to: &str| json!({ "organization_id": people.acme, "from": from, "to": to });
        let preview = owner.post("/statements", body("2026-03-01", "2026-03-31")).await.ok();
        assert_eq!((&preview["preview"], &preview["id"], &preview["hash"]), (&json!(true), &Value::Null, &Value::Null));
        assert_eq!((&preview["used_minutes"], &preview["closing_minutes"]), (&json!(30), &json!(2370)));
        assert_eq!(preview["content"]["account"]["held_minutes"], 270);
        owner.post("/statements", body("2026-03-03", "2026-03-02")).await.invalid(&[("/to", "out_of_range")]);
        owner.post("/statements", body("2026-01-01", "2026-04-03")).await.invalid(&[("/to", "out_of_range")]);
        owner.post("/statements", body("2026-03-05", "2026-03-06")).await.invalid(&[("/from", "out_of_range")]);
        owner.post("/statements", body("0001-01-01", "0001-01-02")).await.invalid(&[("/from", "out_of_range"), ("/to", "out_of_range")]);
        assert_eq!(all(server, &people).await, [] as [Value; 0]);

        // What has expired shows, whether or not a job has recorded it.
        go_to(server, "2026-09-10T08:00:00Z");
        let owner = at(server, &people, Place::Acme(Owner)).await;
        let late = owner.post("/statements", body("2026-08-31", "2026-09-06")).await.ok();
        assert_eq!(late["content"]["account"]["expired_minutes"], 2100);
        assert_eq!(late["closing_minutes"], 270);
        run_jobs(server).await;
        let owner = at(server, &people, Place::Acme(Owner)).await;
        let frozen = owner.get(&format!("/statements?organization_id={}&limit=1", people.acme)).await.ok();
        assert!(frozen["next_cursor"].is_string());
        assert_eq!(frozen["items"][0]["from"], "2026-08-31");
        assert_eq!(frozen["items"][0]["closing_minutes"], 270);
        assert!(recompute(server, &people).await >= 26);
    }

    async fn a_preview_of_today_tells_nothing_later_than_its_own_now(server: &TestServer) {
        let people = server.people().await;
        let ticket = in_work(server, &people, "Export by region", 300).await;
        logged(server, &people, &ticket, 60, "2026-03-04").await;
        let owner = at(server, &people, Place::Acme(Owner)).await;
        let today = json!({ "organization_id": people.acme, "from": "2026-03-04", "to": "2026-03-04" });
        let before = owner.post("/statements", today.clone()).await.ok();
        assert_eq!(before["used_minutes"], 30);
        // What others commit after this request has taken its time, and before it reads: here it has, for the clock of
        // the request stands a second before them.
        server.wait(TimeDelta::seconds(1));
        let entry = logged(server, &people, &ticket, 45, "2026-03-04").await;
        packs::bought(server, &people, "starter", 1).await;
        let reverse = format!("/time-entries/{}/reverse", text(&entry["id"]));
        let agent = at(server, &people, Place::Staff(Agent)).await;
        agent.post(&reverse, json!({ "reason": "It was another ticket." })).await.created();
        logged(server, &people, &ticket, 90, "2026-03-04").await;
        server.wait(TimeDelta::seconds(-1));
        let after = owner.post("/statements", today.clone()).await.ok();
        // The outlook looks ahead, from the lots that there are.
        for part in ["account", "tickets", "entries", "by_kind", "sla", "quiet"] {
            assert_eq!(after["content"][part], before["content"][part], "{part}");
        }
        server.wait(TimeDelta::seconds(1));
        assert_eq!(owner.post("/statements", today).await.ok()["used_minutes"], 120);
    }

    async fn foreigners_and_made_up_ids_find_nothing(server: &TestServer) {
        let people = server.people().await;
        packs::bought(server, &people, "starter", 1).await;
        go_to(server, "2026-03-10T08:00:00Z");
        run_jobs(server).await;
        let id = text(&all(server, &people).await[0]["id"]);
        let foreign = at(server, &people, Place::Nord(Owner)).await;
        foreign.get(&format!("/statements/{id}")).await.problem(404, "not_found");
        foreign.get(&format!("/statements?organization_id={}", people.acme)).await.problem(404, "not_found");
        let agent = at(server, &people, Place::Staff(Agent)).await;
        agent.get(&format!("/statements/{id}")).await.ok();
        agent.get("/statements/01890000-0000-7000-8000-000000000000").await.problem(404, "not_found");
        let nobody = "/statements?organization_id=01890000-0000-7000-8000-000000000000";
        agent.get(nobody).await.problem(404, "not_found");
    }
}
