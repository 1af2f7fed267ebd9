//! Work that takes no minutes: tickets that are not deducted, and what is out of scope (section 6).

use daypack_server::{on_both_engines, testing::TestServer};
use serde_json::{Value, json};

use super::requests::{Scene, in_scope, of_estimate, path};

fn free(severity: &str) -> Value {
    let mut body = in_scope(severity, "corrective");
    body["billable"] = json!(false);
    body["not_billable_reason"] = json!("A courtesy.");
    body
}

fn out() -> Value {
    json!({ "severity": "p2", "kind": "evolutionary", "scope": "out", "reason": "Clause 4.2: new reports." })
}

fn time(minutes: i64, billable: bool) -> Value {
    json!({
        "minutes": minutes, "worked_on": "2026-03-04", "activity": "development", "note": "Worked.",
        "billable": billable
    })
}

pub async fn resolve(scene: &Scene, ticket: &Value) -> Value {
    let body = json!({
        "what_was_done": "Fixed.", "why_it_happened": "A typo.", "how_to_prevent": "A test.",
        "cause_category": "third_party"
    });
    scene.agent.post(&path(ticket, "/resolve"), body).await.ok()
}

/// A ticket with an approved estimate of 120 minutes at a fixed size.
async fn fixed_price(scene: &Scene) -> Value {
    let ticket = scene.triaged("Export fails").await;
    let offer = json!({ "minutes": 120, "includes": "All.", "kind": "fixed" });
    let estimate = scene.offer(&ticket, offer).await;
    scene
        .owner
        .post(&of_estimate(&estimate, "/approve"), json!({}))
        .await
        .ok();
    scene.ticket(&ticket).await
}

on_both_engines! {
    async fn nothing_is_offered_for_what_is_not_deducted(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.opened("Ours").await;
        let triaged = scene.agent.post(&path(&ticket, "/triage"), free("p2")).await.ok();
        assert_eq!(triaged["status"], "diagnosing");
        let actions = triaged["actions"].as_array().unwrap();
        assert!(!actions.contains(&json!("offer_estimate")), "{actions:?}");
        let before = Scene::story(&scene.agent, &ticket).await;
        for kind in ["up_to", "fixed"] {
            let body = json!({ "minutes": 60, "includes": "All.", "kind": kind });
            scene.agent.post(&path(&ticket, "/estimates"), body).await.problem(409, "not_billable");
        }
        assert_eq!(Scene::story(&scene.agent, &ticket).await, before, "nothing was written");
        assert_eq!(scene.ticket(&ticket).await["estimates"], json!([]));
    }

    async fn an_open_offer_ends_when_the_work_is_not_deducted_any_more(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 240).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        let freed = scene.agent.post(&path(&ticket, "/triage"), free("p2")).await.ok();
        assert_eq!((&freed["status"], &freed["estimates"][0]["status"]), (&json!("diagnosing"), &json!("withdrawn")));
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.problem(409, "estimate_withdrawn");
        assert_eq!(scene.minutes().await, (480, 0));
        let told = Scene::story(&scene.viewer, &ticket).await;
        let expected = ["ticket.triaged", "estimate.withdrawn", "ticket.status_changed", "ticket.status_changed"];
        assert_eq!(told[told.len() - 4..], expected);
    }

    async fn what_is_held_goes_back_and_resolving_consumes_nothing(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let ticket = fixed_price(&scene).await;
        let body = json!({ "minutes": 60, "includes": "More.", "basis": "further" });
        let further = scene.offer(&ticket, body).await;
        scene.agent.post(&path(&ticket, "/transitions"), json!({ "to": "diagnosing" })).await.ok();
        assert_eq!(scene.minutes().await, (360, 120));
        let freed = scene.agent.post(&path(&ticket, "/triage"), free("p2")).await.ok();
        assert_eq!((&freed["status"], &freed["held_minutes"]), (&json!("diagnosing"), &json!(0)));
        assert_eq!(scene.minutes().await, (480, 0));
        assert_eq!(scene.owner.get(&of_estimate(&further, "")).await.ok()["status"], "withdrawn");
        let told = Scene::story(&scene.viewer, &ticket).await;
        let expected = ["ticket.triaged", "estimate.withdrawn", "ticket.minutes_released"];
        assert_eq!(told[told.len() - 3..], expected);
        let resolved = resolve(&scene, &ticket).await;
        assert_eq!((&resolved["used_minutes"], &resolved["closures"][0]["used_minutes"]), (&json!(0), &json!(0)));
        assert_eq!(scene.minutes().await, (480, 0));
    }

    async fn a_fixed_price_is_consumed_of_what_is_deducted(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let ticket = fixed_price(&scene).await;
        scene.agent.post(&path(&ticket, "/transitions"), json!({ "to": "diagnosing" })).await.ok();
        assert_eq!(resolve(&scene, &ticket).await["used_minutes"], 120);
        assert_eq!(scene.minutes().await, (360, 0));
    }

    async fn what_minutes_were_agreed_for_is_not_taken_out_of_scope(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 120).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        let triage = path(&ticket, "/triage");
        let refused = scene.agent.post(&triage, out()).await.problem(409, "cannot_be_quoted");
        assert!(refused["detail"].as_str().unwrap().contains("awaiting approval"), "{refused}");
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        for to in ["diagnosing", "waiting_third_party"] {
            scene.agent.post(&triage, out()).await.problem(409, "cannot_be_quoted");
            scene.agent.post(&path(&ticket, "/transitions"), json!({ "to": to })).await.ok();
        }
        scene.agent.post(&triage, out()).await.problem(409, "cannot_be_quoted");
        let seen = scene.ticket(&ticket).await;
        assert_eq!((&seen["scope"], &seen["kind"]), (&json!("in"), &json!("corrective")), "nothing was written");
        // Another decision about the same ticket is none about its scope.
        scene.agent.post(&triage, in_scope("p1", "corrective")).await.ok();
    }

    async fn what_is_out_of_scope_has_no_open_offer_and_touches_no_lot(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("A new report", 120).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        let question = json!({ "to": "estimating", "reason": "Does it include the export?" });
        scene.owner.post(&path(&ticket, "/transitions"), question).await.ok();
        let quoted = scene.agent.post(&path(&ticket, "/triage"), out()).await.ok();
        assert_eq!((&quoted["status"], &quoted["estimates"][0]["status"]), (&json!("quoted"), &json!("withdrawn")));
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.problem(409, "estimate_withdrawn");
        let entries = path(&ticket, "/time-entries");
        for minutes in [20, 90] {
            let refused = scene.agent.post(&entries, time(minutes, true)).await;
            refused.invalid(&[("/billable", "out_of_scope")]);
        }
        let entry = scene.agent.post(&entries, time(90, false)).await.created();
        assert_eq!(entry["billable_minutes"], 0, "the work is tracked");
        // The severity of what is out can still be decided anew.
        scene.agent.post(&path(&ticket, "/triage"), out()).await.ok();
        assert_eq!(scene.minutes().await, (480, 0));
    }

    async fn an_approval_of_an_earlier_life_pays_for_nothing_that_is_out_of_scope(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let ticket = fixed_price(&scene).await;
        let transitions = path(&ticket, "/transitions");
        scene.agent.post(&transitions, json!({ "to": "needs_info", "reason": "Which month?" })).await.ok();
        scene.member.post(&transitions, json!({ "to": "declined" })).await.ok();
        scene.agent.post(&transitions, json!({ "to": "submitted" })).await.ok();
        let quoted = scene.agent.post(&path(&ticket, "/triage"), out()).await.ok();
        assert_eq!((&quoted["status"], &quoted["approved_minutes"]), (&json!("quoted"), &json!(120)));
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(90, true)).await;
        refused.invalid(&[("/billable", "out_of_scope")]);
        assert_eq!(scene.minutes().await, (480, 0));
    }
}
