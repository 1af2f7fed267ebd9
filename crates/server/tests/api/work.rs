//! `/tickets/{id}/...`, `/windows`, `/time-entries`, `/board`: from the yes to the closure.

use chrono::{NaiveDate, TimeDelta};
use daypack_domain::policy::ClientRole::{Approver, Member};
use daypack_domain::policy::StaffRole::{Agent, Lead};
use daypack_server::on_both_engines;
use daypack_server::testing::{Client, People, Place, TestServer};
use serde_json::{Value, json};

use crate::packs::{at, balance, bought, ledger};

/// A ticket of Acme that the lead triaged, by default a P1 corrective one. Gives its path.
async fn triaged(server: &TestServer, people: &People, severity: &str, kind: &str) -> String {
    let member = at(server, people, Place::Acme(Member)).await;
    let body = json!({
        "organization_id": people.acme, "title": "The accounting export fails", "affected": "Finance, six people",
        "description": "It stops with **an error** since this morning.",
    });
    let ticket = member.post("/tickets", body).await.created();
    let path = format!("/tickets/{}", ticket["id"].as_str().unwrap());
    let lead = at(server, people, Place::Staff(Lead)).await;
    let body = json!({ "severity": severity, "kind": kind, "scope": "in" });
    lead.post(&format!("{path}/triage"), body).await.ok();
    path
}

/// Offers minutes for the ticket as the agent and approves them as the approver.
async fn approved(server: &TestServer, people: &People, path: &str, minutes: i64) {
    let agent = at(server, people, Place::Staff(Agent)).await;
    let body = json!({ "minutes": minutes, "includes": "Find the cause, fix it, deploy it." });
    let offered = agent.post(&format!("{path}/estimates"), body).await.created();
    let approver = at(server, people, Place::Acme(Approver)).await;
    let estimate = format!("/estimates/{}", offered["id"].as_str().unwrap());
    let preview = approver.get(&format!("{estimate}/preview")).await.ok();
    let body = json!({ "preview_token": preview["preview_token"] });
    approver.post(&format!("{estimate}/approve"), body).await.ok();
}

async fn agent(server: &TestServer, people: &People) -> Client {
    at(server, people, Place::Staff(Agent)).await
}

fn time(server: &TestServer, minutes: i64) -> Value {
    let day: NaiveDate = server.now().date_naive();
    json!({ "minutes": minutes, "worked_on": day, "activity": "development", "note": "Worked on it.", "billable": true })
}

fn kinds(movements: &[Value]) -> Vec<String> {
    movements
        .iter()
        .rev()
        .map(|movement| format!("{} {}", movement["kind"].as_str().unwrap(), movement["minutes"]))
        .collect()
}

on_both_engines! {
    async fn a_fix_goes_from_the_yes_to_the_closure_and_the_rest_comes_back(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "flexi", 5).await;
        let path = triaged(server, &people, "p1", "corrective").await;
        approved(server, &people, &path, 360).await;
        assert_eq!(balance(server, &people).await["available_minutes"], 2_400 - 360);
        let agent = agent(server, &people).await;
        let moves = format!("{path}/transitions");

        agent.post(&moves, json!({ "to": "diagnosing" })).await.ok();
        agent.post(&moves, json!({ "to": "fixing" })).await.problem(409, "diagnosis_required");
        let seen = agent.get(&path).await;
        let keyed = agent.header("if-match", seen.header("etag"));
        keyed.patch(&format!("{path}/evidence"), json!({ "diagnosis": "The date format changed." })).await.ok();
        keyed.patch(&format!("{path}/evidence"), json!({ "diagnosis": "Another." })).await.problem(409, "stale_version");
        agent.patch(&format!("{path}/evidence"), json!({ "diagnosis": "x" })).await.problem(428, "precondition_required");
        agent.post(&moves, json!({ "to": "fixing" })).await.problem(409, "reproduction_required");
        let fixing = agent.post(&moves, json!({ "to": "fixing", "reproduction": "Fails in staging with October." })).await.ok();
        assert_eq!(fixing["status"], "fixing");
        assert_eq!(fixing["evidence"]["diagnosis"], "The date format changed.");

        agent.post(&format!("{path}/mitigation"), json!({ "what_was_done": "Exported by hand." })).await.ok();
        // 30 free minutes, then steps of 15 for the ticket as a whole.
        let entry = agent.post(&format!("{path}/time-entries"), time(server, 130)).await.created();
        assert_eq!((&entry["minutes"], &entry["billable_minutes"]), (&json!(130), &json!(105)));
        assert_eq!(entry["allocations"][0]["minutes"], 105);
        let entry = agent.post(&format!("{path}/time-entries"), time(server, 3)).await.created();
        assert_eq!(entry["billable_minutes"], 0, "it fits what the first was rounded up to");

        let from = server.now() + TimeDelta::hours(10);
        let body = json!({ "starts_at": from, "ends_at": from + TimeDelta::hours(1), "note": "No downtime." });
        let window = agent.post(&format!("{path}/windows"), body).await.created();
        assert_eq!(agent.get(&path).await.ok()["status"], "awaiting_window");
        let window = format!("/windows/{}", window["id"].as_str().unwrap());
        agent.post(&format!("{window}/accept"), json!({})).await.problem(403, "forbidden");
        let approver = at(server, &people, Place::Acme(Approver)).await;
        for act in ["accept", "decline"] {
            let late = approver.header("If-Match", "\"1\"").post(&format!("{window}/{act}"), json!({})).await;
            late.problem(409, "stale_version");
        }
        let seen = approver.get(&path).await.header("etag").to_owned();
        approver.header("If-Match", seen).post(&format!("{window}/accept"), json!({})).await.ok();
        approver.post(&format!("{window}/decline"), json!({})).await.problem(409, "already_decided");

        server.wait(TimeDelta::hours(11));
        let agent = self::agent(server, &people).await;
        let deployed = json!({ "what_was_done": "Reads both formats.", "deployed": true });
        agent.post(&format!("{path}/resolve"), deployed.clone()).await.problem(422, "invalid");
        let mut record = deployed;
        record["why_it_happened"] = json!("The new version writes dates otherwise.");
        record["how_to_prevent"] = json!("A contract test with their sample file.");
        record["cause_category"] = json!("third_party");
        agent.post(&format!("{path}/resolve"), record.clone()).await.problem(409, "rollback_note_required");
        record["rollback_note"] = json!("Deploy the build before.");
        record["test_evidence"] = json!("October's export is complete.");
        let resolved = agent.post(&format!("{path}/resolve"), record).await.ok();
        assert_eq!((&resolved["status"], &resolved["held_minutes"]), (&json!("resolved"), &json!(0)));
        assert_eq!(resolved["closures"][0]["used_minutes"], 105);
        assert_eq!(balance(server, &people).await["available_minutes"], 2_400 - 105);
        assert_eq!(kinds(&ledger(server, &people).await), ["grant 2400", "hold 360", "consume 105", "release 255"]);

        let member = at(server, &people, Place::Acme(Member)).await;
        let closed = member.post(&format!("{path}/confirm"), json!({})).await.ok();
        assert_eq!(closed["status"], "closed");
        assert_eq!(closed["closures"][0]["confirmed_by"]["name"], "Acme member");
        member.post(&format!("{path}/reopen"), json!({ "reason": "x" })).await.problem(409, "invalid_transition");
        let clocks = member.get(&format!("{path}/sla")).await.ok();
        for clock in clocks["clocks"].as_array().unwrap() {
            assert_ne!(clock["state"], "running", "{clock}");
        }
    }

    async fn work_beyond_the_yes_is_refused_with_the_shortfall(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "flexi", 5).await;
        let path = triaged(server, &people, "p2", "corrective").await;
        let agent = agent(server, &people).await;
        let entries = format!("{path}/time-entries");
        let refused = agent.post(&entries, time(server, 60)).await.problem(409, "approved_minutes_exhausted");
        assert_eq!(refused["shortfall_minutes"], 30, "half an hour is free, nothing is approved");
        let free = agent.post(&entries, time(server, 30)).await.created();
        assert_eq!(free["billable_minutes"], 0);
        approved(server, &people, &path, 60).await;
        agent.post(&entries, time(server, 55)).await.created();
        let refused = agent.post(&entries, time(server, 20)).await.problem(409, "approved_minutes_exhausted");
        assert_eq!(refused["shortfall_minutes"], 15);
        assert_eq!(agent.get(&path).await.ok()["time_entries"].as_array().unwrap().len(), 2, "nothing was written");

        let tomorrow = json!({ "minutes": 5, "worked_on": server.now().date_naive() + TimeDelta::days(1),
            "activity": "triage", "note": "x", "billable": false });
        agent.post(&entries, tomorrow).await.invalid(&[("/worked_on", "in_the_future")]);
        let mut wrong = time(server, 0);
        wrong["minutes"] = json!(0);
        agent.post(&entries, wrong).await.invalid(&[("/minutes", "too_small")]);
    }

    async fn time_that_is_taken_back_returns_and_the_rest_is_rounded_anew(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "flexi", 5).await;
        let path = triaged(server, &people, "p2", "corrective").await;
        approved(server, &people, &path, 240).await;
        let agent = agent(server, &people).await;
        let entries = format!("{path}/time-entries");
        let first = agent.post(&entries, time(server, 30)).await.created();
        let second = agent.post(&entries, time(server, 40)).await.created();
        assert_eq!((&first["billable_minutes"], &second["billable_minutes"]), (&json!(0), &json!(45)));
        let reverse = format!("/time-entries/{}/reverse", first["id"].as_str().unwrap());
        agent.post(&reverse, json!({ "reason": "" })).await.invalid(&[("/reason", "too_short")]);
        let stale = agent.header("If-Match", "\"1\"").post(&reverse, json!({ "reason": "Another ticket's." })).await;
        stale.problem(409, "stale_version");
        let seen = agent.get(&path).await.header("etag").to_owned();
        agent.header("If-Match", seen).post(&reverse, json!({ "reason": "Another ticket's." })).await.created();
        agent.post(&reverse, json!({ "reason": "Again." })).await.problem(409, "already_reversed");
        let ticket = agent.get(&path).await.ok();
        assert_eq!((&ticket["used_minutes"], &ticket["held_minutes"]), (&json!(15), &json!(225)));
        let shown = ticket["time_entries"].as_array().unwrap();
        assert_eq!((shown.len(), &shown[0]["billable_minutes"]), (2, &json!(15)));
        assert_eq!(
            kinds(&ledger(server, &people).await),
            ["grant 2400", "hold 240", "consume 45", "unconsume 30"]
        );

        // Once it is delivered, minutes go back to the lot.
        agent.post(&format!("{path}/transitions"), json!({ "to": "diagnosing", "diagnosis": "A typo." })).await.ok();
        let record = json!({ "what_was_done": "Nothing to fix.", "why_it_happened": "A typo.", "how_to_prevent": "A hint.",
            "cause_category": "usage" });
        agent.post(&format!("{path}/resolve"), record).await.ok();
        let reverse = format!("/time-entries/{}/reverse", second["id"].as_str().unwrap());
        agent.post(&reverse, json!({ "reason": "Courtesy." })).await.created();
        assert_eq!(balance(server, &people).await["available_minutes"], 2_400);
        let last = &ledger(server, &people).await[0];
        assert_eq!((&last["kind"], &last["minutes"]), (&json!("unconsume"), &json!(15)));

        // A late entry holds again what was approved, without a new yes.
        let late = agent.post(&entries, time(server, 50)).await.created();
        assert_eq!(late["billable_minutes"], 30);
        assert_eq!(balance(server, &people).await["available_minutes"], 2_370);
    }

    async fn a_question_waits_for_the_client_and_its_answer(server: &TestServer) {
        let people = server.people().await;
        let path = triaged(server, &people, "p2", "corrective").await;
        let agent = agent(server, &people).await;
        agent.post(&format!("{path}/transitions"), json!({ "to": "needs_info" })).await.invalid(&[("/reason", "required")]);
        let asked = json!({ "to": "needs_info", "reason": "Which month do you export?" });
        assert_eq!(agent.post(&format!("{path}/transitions"), asked).await.ok()["status"], "needs_info");
        let member = at(server, &people, Place::Acme(Member)).await;
        let comments = member.get(&format!("{path}/comments")).await.ok();
        assert_eq!(comments["items"][0]["body"], "Which month do you export?");
        let paused = member.get(&path).await.ok();
        assert_eq!(paused["sla"]["next"]["state"], "paused");
        assert_eq!(paused["sla"]["next"]["paused_by"], "client");
        let answer = json!({ "body": "October.", "visibility": "public" });
        member.post(&format!("{path}/comments"), answer).await.created();
        assert_eq!(member.get(&path).await.ok()["status"], "estimating");
    }

    async fn what_does_not_hold_is_reopened_with_fresh_clocks(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "flexi", 5).await;
        let path = triaged(server, &people, "p2", "evolutionary").await;
        approved(server, &people, &path, 60).await;
        let agent = agent(server, &people).await;
        agent.post(&format!("{path}/transitions"), json!({ "to": "fixing" })).await.ok();
        agent.post(&format!("{path}/time-entries"), time(server, 60)).await.created();
        agent.post(&format!("{path}/resolve"), json!({ "what_was_done": "A new column." })).await.ok();
        let member = at(server, &people, Place::Acme(Member)).await;
        let again = member.post(&format!("{path}/reopen"), json!({ "reason": "It is empty." })).await.ok();
        assert_eq!(again["status"], "diagnosing");
        assert_eq!(again["held_minutes"], 30, "what was approved and not used is held again");
        assert_eq!(again["closures"].as_array().unwrap().len(), 1, "the first outcome stays in the record");
    }

    async fn the_board_is_in_queue_order_and_the_staff_s_alone(server: &TestServer) {
        let people = server.people().await;
        let calm = triaged(server, &people, "p2", "corrective").await;
        server.wait(TimeDelta::minutes(5));
        let urgent = triaged(server, &people, "p0", "corrective").await;
        let agent = agent(server, &people).await;
        let board = agent.get("/board").await.ok();
        let columns = board["columns"].as_array().unwrap();
        let names: Vec<&str> = columns.iter().map(|column| column["column"].as_str().unwrap()).collect();
        assert_eq!(names, ["new", "estimate", "waiting_on_client", "in_work", "window", "resolved"]);
        let cards: Vec<String> = columns
            .iter()
            .flat_map(|column| column["tickets"].as_array().unwrap())
            .map(|card| format!("/tickets/{}", card["id"].as_str().unwrap()))
            .collect();
        assert_eq!(cards.len(), 2);
        assert!(cards.contains(&urgent) && cards.contains(&calm));
        assert_eq!(cards.iter().position(|card| *card == urgent), Some(0), "an open P0 comes first: {board:#}");
        let member = at(server, &people, Place::Acme(Member)).await;
        member.get("/board").await.problem(403, "forbidden");
    }
}
