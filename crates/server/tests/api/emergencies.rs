//! `/organizations/{id}/emergency-clause`, `/tickets/{id}/emergency/...`: work before a yes, on credit, and what the
//! owners say about it.

use chrono::NaiveDate;
use daypack_domain::policy::StaffRole::Admin;
use daypack_server::{
    on_both_engines,
    testing::{Place, TestServer},
};
use serde_json::{Value, json};

use super::packs::{balance, ledger};
use super::requests::{Scene, in_scope, of_estimate, path};
use super::weeks::run_jobs;

const CLAUSE: &str = "/organizations/acme/emergency-clause";

/// Acme, whose owner has switched the clause on.
pub async fn covered(server: &TestServer) -> Scene {
    let scene = Scene::new(server).await;
    scene.agree(json!({ "enabled": true })).await;
    scene
}

/// An admin lets the client owe so many minutes.
pub async fn lend(server: &TestServer, scene: &Scene, minutes: i64) {
    let admin = server.signed_in(scene.people.at(Place::Staff(Admin))).await;
    let etag = admin.get(CLAUSE).await.header("etag").to_owned();
    let body = json!({ "debt_limit_minutes": minutes });
    admin.header("if-match", &etag).patch(CLAUSE, body).await.ok();
}

pub fn time(server: &TestServer, minutes: i64) -> Value {
    let day: NaiveDate = server.now().date_naive();
    json!({ "minutes": minutes, "worked_on": day, "activity": "diagnosis", "note": "Worked on it.", "billable": true })
}

pub async fn log(server: &TestServer, scene: &Scene, ticket: &Value, minutes: i64) -> Value {
    let entries = path(ticket, "/time-entries");
    scene.agent.post(&entries, time(server, minutes)).await.created()
}

/// A ticket that was triaged as P0.
pub async fn down(scene: &Scene) -> Value {
    let ticket = scene.opened("Down").await;
    scene
        .agent
        .post(&path(&ticket, "/triage"), in_scope("p0", "corrective"))
        .await
        .ok()
}

fn kinds(movements: &[Value]) -> Vec<String> {
    let kind = |movement: &Value| format!("{} {}", movement["kind"].as_str().unwrap(), movement["minutes"]);
    movements.iter().rev().map(kind).collect()
}

on_both_engines! {
    async fn the_clause_is_the_owner_s_to_change(server: &TestServer) {
        let scene = Scene::new(server).await;
        let seen = scene.viewer.get(CLAUSE).await;
        let etag = seen.header("etag").to_owned();
        let expected = json!({
            "enabled": false, "severities": ["p0"], "hold_minutes": 120, "debt_limit_minutes": 0, "version": 1
        });
        assert_eq!(seen.ok(), expected, "nothing is agreed until an owner agrees to it");
        scene.foreign.get(CLAUSE).await.problem(404, "not_found");
        scene.owner.patch(CLAUSE, json!({ "enabled": true })).await.problem(428, "precondition_required");
        let owner = scene.owner.header("if-match", &etag);
        owner.patch(CLAUSE, json!({ "enabled": true, "severities": [] })).await.invalid(&[("/severities", "required")]);
        owner.patch(CLAUSE, json!({ "severities": ["p3"] })).await.invalid(&[("/severities", "not_urgent")]);
        let wrong = json!({ "hold_minutes": 0, "debt_limit_minutes": -1 });
        let wrong = owner.patch(CLAUSE, wrong).await;
        wrong.invalid(&[("/debt_limit_minutes", "too_small"), ("/hold_minutes", "too_small")]);
        scene.lead.header("if-match", &etag).patch(CLAUSE, json!({ "enabled": true })).await.problem(403, "forbidden");
        let changed = json!({ "enabled": true, "severities": ["p1", "p0", "p1"] });
        let changed = owner.patch(CLAUSE, changed).await.ok();
        assert_eq!((&changed["severities"], &changed["version"]), (&json!(["p0", "p1"]), &json!(2)));
        owner.patch(CLAUSE, json!({ "enabled": false })).await.problem(409, "stale_version");
        assert_eq!(scene.viewer.get(CLAUSE).await.ok()["enabled"], true);
    }

    async fn no_minute_is_taken_before_a_yes_until_the_owner_switches_the_clause_on(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let ticket = down(&scene).await;
        assert_eq!((&ticket["status"], &ticket["emergency"]), (&json!("estimating"), &Value::Null));
        scene.agent.post(&path(&ticket, "/emergency/start"), json!({})).await.problem(409, "no_emergency_clause");
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(server, 60)).await;
        refused.problem(409, "approved_minutes_exhausted");
        assert_eq!(scene.minutes().await, (480, 0));
        scene.agree(json!({ "enabled": true })).await;
        let started = scene.agent.post(&path(&ticket, "/emergency/start"), json!({})).await.ok();
        assert_eq!((&started["status"], &started["held_minutes"]), (&json!("diagnosing"), &json!(120)));
    }

    async fn the_owner_lowers_what_may_be_owed_and_only_an_admin_raises_it(server: &TestServer) {
        let scene = covered(server).await;
        let change = async |body: Value| {
            let etag = scene.owner.get(CLAUSE).await.header("etag").to_owned();
            scene.owner.header("if-match", &etag).patch(CLAUSE, body).await
        };
        let above = [("/debt_limit_minutes", "above_credit")];
        change(json!({ "debt_limit_minutes": 1 })).await.invalid(&above);
        lend(server, &scene, 120).await;
        change(json!({ "debt_limit_minutes": 121, "hold_minutes": 60 })).await.invalid(&above);
        let seen = scene.viewer.get(CLAUSE).await.ok();
        assert_eq!((&seen["debt_limit_minutes"], &seen["hold_minutes"]), (&json!(120), &json!(120)), "nothing was written");
        // What the page sends back unchanged is no raise.
        change(json!({ "debt_limit_minutes": 120, "hold_minutes": 60 })).await.ok();
        change(json!({ "debt_limit_minutes": 30 })).await.ok();
        change(json!({ "debt_limit_minutes": 120 })).await.invalid(&above);
        assert_eq!(scene.viewer.get(CLAUSE).await.ok()["debt_limit_minutes"], 30);
    }

    async fn what_no_pack_has_is_borrowed_within_the_limit_and_repaid_by_the_next_one(server: &TestServer) {
        let scene = covered(server).await;
        lend(server, &scene, 60).await;
        let ticket = down(&scene).await;
        assert_eq!((&ticket["status"], &ticket["held_minutes"]), (&json!("diagnosing"), &json!(0)));
        let emergency = &ticket["emergency"];
        assert_eq!((&emergency["status"], &emergency["left_minutes"]), (&json!("pending"), &json!(60)));
        // Half an hour is free; the rest is owed.
        let entry = log(server, &scene, &ticket, 75).await;
        assert_eq!((&entry["billable_minutes"], &entry["borrowed_minutes"]), (&json!(45), &json!(45)));
        assert_eq!(entry["allocations"], json!([]));
        assert_eq!(balance(server, &scene.people).await["debt_minutes"], 45);
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(server, 30)).await;
        assert_eq!(refused.problem(409, "approved_minutes_exhausted")["shortfall_minutes"], 15);
        assert_eq!(balance(server, &scene.people).await["debt_minutes"], 45, "nothing was written");
        log(server, &scene, &ticket, 15).await;
        let seen = scene.ticket(&ticket).await["emergency"].clone();
        assert_eq!((&seen["borrowed_minutes"], &seen["left_minutes"]), (&json!(60), &json!(0)));
        // Another emergency finds nothing.
        let body = json!({ "severity": "p0", "kind": "corrective", "scope": "in", "emergency": true });
        let second = scene.opened("Down again").await;
        scene.agent.post(&path(&second, "/triage"), body).await.problem(409, "no_minutes_for_emergency");
        assert_eq!(scene.ticket(&second).await["status"], "submitted", "nothing was written");

        scene.buy("starter", 1).await;
        let now = balance(server, &scene.people).await;
        assert_eq!((&now["debt_minutes"], &now["available_minutes"]), (&json!(0), &json!(420)));
        // There are minutes again: up to N they are held, and nothing is borrowed.
        let entry = log(server, &scene, &ticket, 30).await;
        assert_eq!((&entry["billable_minutes"], &entry["borrowed_minutes"]), (&json!(30), &json!(0)));
        assert_eq!(scene.ticket(&ticket).await["emergency"]["left_minutes"], 30);
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(server, 45)).await;
        assert_eq!(refused.problem(409, "approved_minutes_exhausted")["shortfall_minutes"], 15);
        let expected = ["borrow 45", "borrow 15", "grant 480", "repay 60", "hold 30", "consume 30"];
        assert_eq!(kinds(&ledger(server, &scene.people).await), expected);
        let body = json!({ "organization_id": scene.people.acme, "from": "2026-03-01", "to": "2026-03-31" });
        let statement = scene.owner.post("/statements", body).await.ok();
        let line = &statement["content"]["tickets"][0];
        assert_eq!(line["emergency"], true);
        assert_eq!((&line["borrowed_minutes"], &line["minutes"]), (&json!(60), &json!(90)));
    }

    async fn a_dispute_that_is_upheld_gives_everything_back(server: &TestServer) {
        let scene = covered(server).await;
        lend(server, &scene, 60).await;
        let ticket = down(&scene).await;
        log(server, &scene, &ticket, 90).await;
        scene.buy("starter", 1).await;
        log(server, &scene, &ticket, 30).await;
        assert_eq!(scene.minutes().await, (390, 0));
        let to = |part: &str| path(&ticket, &format!("/emergency/{part}"));
        scene.lead.post(&to("uphold"), json!({})).await.problem(409, "not_disputed");
        scene.approver.post(&to("dispute"), json!({ "reason": "x" })).await.problem(403, "forbidden");
        scene.owner.post(&to("dispute"), json!({ "reason": "" })).await.invalid(&[("/reason", "too_short")]);
        scene.owner.post(&to("dispute"), json!({ "reason": "The shop was up." })).await.ok();
        scene.owner.post(&to("dispute"), json!({ "reason": "Still." })).await.problem(409, "already_disputed");
        scene.owner.post(&to("confirm"), json!({})).await.problem(409, "already_disputed");
        scene.agent.post(&to("uphold"), json!({})).await.problem(403, "forbidden");
        let settled = scene.lead.post(&to("uphold"), json!({ "reason": "You are right." })).await.ok();
        assert_eq!((&settled["used_minutes"], &settled["billable"]), (&json!(0), &json!(false)));
        let emergency = &settled["emergency"];
        assert_eq!((&emergency["status"], &emergency["borrowed_minutes"]), (&json!("upheld"), &json!(0)));
        assert!(settled["time_entries"].as_array().unwrap().iter().all(|entry| entry["billable_minutes"] == 0));
        let now = balance(server, &scene.people).await;
        assert_eq!((&now["debt_minutes"], &now["available_minutes"]), (&json!(0), &json!(480)));
        scene.lead.post(&to("reject"), json!({ "reason": "No." })).await.problem(409, "already_settled");
        let body = json!({ "organization_id": scene.people.acme, "from": "2026-03-01", "to": "2026-03-31" });
        let statement = scene.owner.post("/statements", body).await.ok();
        assert_eq!(statement["used_minutes"], 0);
        // What the lead took out of the bill stays out of it.
        let again = scene.agent.post(&path(&ticket, "/triage"), in_scope("p1", "corrective")).await.ok();
        assert_eq!(again["billable"], false);
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(server, 5)).await;
        refused.invalid(&[("/billable", "not_billable")]);
    }

    async fn a_dispute_that_is_rejected_changes_nothing(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let ticket = down(&scene).await;
        log(server, &scene, &ticket, 90).await;
        let to = |part: &str| path(&ticket, &format!("/emergency/{part}"));
        scene.owner.post(&to("dispute"), json!({ "reason": "It could wait." })).await.ok();
        scene.lead.post(&to("reject"), json!({})).await.problem(422, "invalid");
        let settled = scene.lead.post(&to("reject"), json!({ "reason": "Nobody could pay." })).await.ok();
        assert_eq!((&settled["emergency"]["status"], &settled["billable"]), (&json!("rejected"), &json!(true)));
        assert_eq!(scene.minutes().await, (360, 60));
        let told = Scene::story(&scene.viewer, &ticket).await;
        let expected = [
            "ticket.created", "ticket.triaged", "ticket.emergency_started", "ticket.status_changed", "time.logged",
            "ticket.emergency_disputed", "ticket.emergency_settled",
        ];
        assert_eq!(told, expected);
    }

    async fn the_owners_are_told_at_once_and_the_leads_of_a_dispute(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let ticket = down(&scene).await;
        let mails = server.mails(1).await;
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("To: \"Acme owner\"") || mails[0].contains("To: Acme owner"), "{}", mails[0]);
        assert!(mails[0].contains("has begun as an emergency"), "{}", mails[0]);
        let waiting = |dashboard: &Value| dashboard["emergencies"].as_array().unwrap().len();
        let dashboard = format!("/dashboard?organization_id={}", scene.people.acme);
        assert_eq!(waiting(&scene.owner.get(&dashboard).await.ok()), 1);
        assert_eq!(waiting(&scene.approver.get(&dashboard).await.ok()), 0, "only owners answer");
        run_jobs(server).await;
        assert_eq!(server.mails(1).await.len(), 1, "once");
        let dispute = path(&ticket, "/emergency/dispute");
        scene.owner.post(&dispute, json!({ "reason": "It could wait." })).await.ok();
        let mails = server.mails(2).await;
        assert_eq!(mails.len(), 2);
        assert!(mails.iter().any(|mail| mail.contains("disputes the emergency")));
        assert_eq!(waiting(&scene.owner.get(&dashboard).await.ok()), 0);
    }

    async fn work_starts_only_where_the_clause_says_so(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let start = |ticket: &Value| path(ticket, "/emergency/start");
        let untriaged = scene.opened("What is it?").await;
        scene.agent.post(&start(&untriaged), json!({})).await.problem(409, "triage_required");
        let mild = scene.triaged("Not so bad").await;
        scene.agent.post(&start(&mild), json!({})).await.problem(409, "severity_not_named");
        scene.owner.post(&path(&mild, "/emergency/confirm"), json!({})).await.problem(409, "no_emergency");
        let ticket = scene.opened("Down, but it can wait").await;
        let body = json!({ "severity": "p0", "kind": "corrective", "scope": "in", "emergency": false });
        let waits = scene.agent.post(&path(&ticket, "/triage"), body).await.ok();
        assert_eq!((&waits["status"], &waits["emergency"]), (&json!("estimating"), &Value::Null));
        scene.agree(json!({ "enabled": false })).await;
        scene.agent.post(&start(&ticket), json!({})).await.problem(409, "no_emergency_clause");
        scene.agree(json!({ "enabled": true, "hold_minutes": 50 })).await;
        let started = scene.agent.post(&start(&ticket), json!({})).await.ok();
        assert_eq!((&started["status"], &started["held_minutes"]), (&json!("diagnosing"), &json!(50)));
        scene.agent.post(&start(&ticket), json!({})).await.problem(409, "invalid_transition");
        // 30 minutes are free, and what fits is never refused for rounding: it bills what is held.
        let entry = log(server, &scene, &ticket, 80).await;
        assert_eq!(entry["billable_minutes"], 50);
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(server, 1)).await;
        assert_eq!(refused.problem(409, "approved_minutes_exhausted")["shortfall_minutes"], 10);
        scene.owner.post(&path(&ticket, "/emergency/confirm"), json!({})).await.ok();
        scene.owner.post(&path(&ticket, "/emergency/confirm"), json!({})).await.problem(409, "already_confirmed");
        scene.foreign.post(&path(&ticket, "/emergency/confirm"), json!({})).await.problem(404, "not_found");
    }

    async fn an_approved_total_takes_the_place_of_the_emergency(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let ticket = down(&scene).await;
        log(server, &scene, &ticket, 90).await;
        let estimate = scene.offer(&ticket, json!({ "minutes": 90, "includes": "All." })).await;
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        let seen = scene.ticket(&ticket).await;
        assert_eq!((&seen["held_minutes"], &seen["emergency"]["status"]), (&json!(30), &json!("replaced")));
        let confirm = path(&ticket, "/emergency/confirm");
        scene.owner.post(&confirm, json!({})).await.problem(409, "emergency_replaced");
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(server, 45)).await;
        refused.problem(409, "approved_minutes_exhausted");
    }

    async fn only_a_lead_says_that_a_severity_was_a_mistake(server: &TestServer) {
        let scene = covered(server).await;
        let ticket = scene.opened("Slow").await;
        let triage = path(&ticket, "/triage");
        let body = |severity: &str| {
            json!({ "severity": severity, "kind": "corrective", "scope": "in", "misclassified": true })
        };
        scene.lead.post(&triage, body("p1")).await.invalid(&[("/misclassified", "not_reclassified")]);
        scene.agent.post(&triage, in_scope("p0", "corrective")).await.ok();
        server.wait(chrono::TimeDelta::hours(2));
        let scene = scene.again(server).await;
        scene.agent.post(&triage, body("p2")).await.problem(403, "forbidden");
        scene.lead.post(&triage, body("p0")).await.invalid(&[("/misclassified", "not_reclassified")]);
        scene.lead.post(&triage, body("p2")).await.ok();
        let page = scene.viewer.get(&path(&ticket, "/timeline?limit=100")).await.ok();
        let newest = page["items"].as_array().unwrap().iter().find(|event| event["name"] == "ticket.triaged");
        assert_eq!(newest.unwrap()["data"]["data"]["misclassified"], true, "{page:#}");
    }
}
