//! `/tickets/{id}/sla`, and that what is stored for lists says the same as the replay.

use chrono::TimeDelta;
use daypack_domain::policy::StaffRole;
use daypack_server::{
    on_both_engines,
    testing::{Place, TestServer},
};
use serde_json::{Value, json};

use crate::requests::{Scene, in_scope, path};

/// The clock of the explained ones that the summary speaks of: the last cycle of its kind.
fn same_clock(sla: &Value, next: &Value) -> Value {
    let clocks = sla["clocks"].as_array().unwrap();
    clocks
        .iter()
        .rev()
        .find(|clock| clock["clock"] == next["clock"])
        .unwrap()
        .clone()
}

on_both_engines! {
    async fn what_is_promised_is_what_a_ticket_gets(server: &TestServer) {
        let mut scene = Scene::new(server).await;
        let mut first_responses = Vec::new();
        for level in ["standard", "fast_track"] {
            if level == "fast_track" {
                scene.buy("pro", 15).await;
                scene = scene.again(server).await;
            }
            let promised = scene.viewer.get("/organizations/acme/sla-targets").await.ok();
            assert_eq!(promised["queue_level"], level);
            for severity in ["p0", "p1", "p2", "p3"] {
                let target = promised["targets"].as_array().unwrap().iter();
                let mut target = target.filter(|target| target["severity"] == severity);
                let target = target.find(|target| target["clock"] == "first_response").unwrap();
                let mut body = scene.request("How soon?");
                body["suggested_severity"] = json!(severity);
                let ticket = scene.member.post("/tickets", body).await.created();
                let sla = scene.member.get(&path(&ticket, "/sla")).await.ok();
                let mut clocks = sla["clocks"].as_array().unwrap().iter();
                let clock = clocks.find(|clock| clock["clock"] == "first_response").unwrap();
                assert_eq!(clock["target_minutes"], target["target_minutes"], "{level} {severity}");
                first_responses.push(target["target_minutes"].as_i64().unwrap());
            }
        }
        assert!(first_responses[4] < first_responses[0], "{first_responses:?}");
        scene.foreign.get("/organizations/acme/sla-targets").await.problem(404, "not_found");
    }

    async fn what_is_stored_says_what_a_replay_says(server: &TestServer) {
        let scene = Scene::new(server).await;
        let admin = server.signed_in(scene.people.at(Place::Staff(StaffRole::Admin))).await;
        // Wednesday, 10:00 there; open Monday to Friday.
        let body = json!({
            "name": "Zeta", "prefix": "ZETA", "time_zone": "Europe/Madrid", "locale": "es", "currency": "EUR"
        });
        let organization = admin.post("/organizations", body).await.created();
        let mut scene = scene;
        let mut tickets = Vec::new();
        for (severity, offered) in [("p0", false), ("p1", false), ("p2", true), ("p3", false)] {
            let mut body = scene.request(&format!("One of {severity}"));
            body["organization_id"] = organization["id"].clone();
            let ticket = scene.agent.post("/tickets", body).await.created();
            server.wait(TimeDelta::minutes(2));
            scene.agent.post(&path(&ticket, "/triage"), in_scope(severity, "corrective")).await.ok();
            if offered {
                scene.offer(&ticket, json!({ "minutes": 60, "includes": "All of it." })).await;
            }
            tickets.push(ticket);
        }
        let mut breached = 0;
        for _ in 0..24 {
            server.wait(TimeDelta::minutes(197));
            scene = scene.again(server).await;
            for ticket in &tickets {
                let shown = scene.agent.get(&path(ticket, "")).await.ok();
                let sla = scene.agent.get(&path(ticket, "/sla")).await.ok();
                let next = &shown["sla"]["next"];
                if next.is_null() {
                    continue;
                }
                let clock = same_clock(&sla, next);
                for field in ["state", "paused_by", "due_at", "remaining_minutes", "target_minutes"] {
                    assert_eq!(next[field], clock[field], "{field} of {clock} at {}", sla["now"]);
                }
                let late = sla["clocks"].as_array().unwrap().iter().any(|clock| !clock["breached_at"].is_null());
                assert_eq!(shown["sla"]["breached"], late, "{sla}");
                breached += i64::from(late);
            }
        }
        assert!(breached > 10, "{breached}");
    }

    async fn a_breach_goes_only_where_the_severity_was_a_mistake(server: &TestServer) {
        let mut scene = Scene::new(server).await;
        let (late, mistaken) = (scene.opened("Slow").await, scene.opened("Slow, too").await);
        for ticket in [&late, &mistaken] {
            scene.agent.post(&path(ticket, "/triage"), in_scope("p0", "corrective")).await.ok();
        }
        // In the standard queue P0 hears something new every two hours, P2 every twenty-four.
        server.wait(TimeDelta::hours(5));
        scene = scene.again(server).await;
        let update = async |scene: &Scene, ticket: &Value| {
            let sla = scene.viewer.get(&path(ticket, "/sla")).await.ok();
            let clock = same_clock(&sla, &json!({ "clock": "next_update" }));
            let late = scene.viewer.get(&path(ticket, "")).await.ok()["sla"]["breached"].clone();
            (clock["state"].clone(), clock["target_minutes"].clone(), clock["breached_at"].clone(), late)
        };
        let breached = (json!("breached"), json!(120), json!("2026-03-04T11:00:00Z"), json!(true));
        for ticket in [&late, &mistaken] {
            assert_eq!(update(&scene, ticket).await, breached);
        }
        scene.lead.post(&path(&late, "/triage"), in_scope("p2", "corrective")).await.ok();
        let body = json!({ "severity": "p2", "kind": "corrective", "scope": "in", "misclassified": true });
        scene.lead.post(&path(&mistaken, "/triage"), body).await.ok();
        assert_eq!(update(&scene, &late).await, breached);
        let forgiven = (json!("running"), json!(1440), Value::Null, json!(false));
        assert_eq!(update(&scene, &mistaken).await, forgiven);
    }

    async fn every_minute_is_explained(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.triaged("Export fails").await;
        server.wait(TimeDelta::minutes(10));
        let sla = scene.viewer.get(&path(&ticket, "/sla")).await.ok();
        assert_eq!((&sla["time_zone"], &sla["open_intervals"]), (&json!("Europe/Madrid"), &Value::Null));
        let update = same_clock(&sla, &json!({ "clock": "next_update" }));
        assert_eq!((&update["elapsed_minutes"], &update["segments"][0]["minutes"]), (&json!(10), &json!(10)));
        let first = same_clock(&sla, &json!({ "clock": "first_response" }));
        assert_eq!((&first["state"], &first["met_at"]), (&json!("met"), &json!("2026-03-04T09:00:00Z")));
        scene.foreign.get(&path(&ticket, "/sla")).await.problem(404, "not_found");
    }
}
