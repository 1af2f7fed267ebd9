//! `/tickets/{id}/triage`.

use daypack_server::{on_both_engines, testing::TestServer};
use serde_json::{Value, json};

use crate::requests::{Scene, in_scope, path};

on_both_engines! {
    async fn triage_decides_and_answers_first(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.opened("Export fails").await;
        let at = path(&ticket, "/triage");
        scene.member.post(&at, in_scope("p1", "corrective")).await.problem(403, "forbidden");
        scene.foreign.post(&at, in_scope("p1", "corrective")).await.problem(404, "not_found");
        let mut body = in_scope("p1", "corrective");
        body["mitigation_plan"] = json!("Export by hand.");
        let triaged = scene.agent.header("If-Match", "\"1\"").post(&at, body.clone()).await.ok();
        assert_eq!((&triaged["status"], &triaged["severity"]), (&json!("estimating"), &json!("p1")));
        assert_eq!((&triaged["kind"], &triaged["scope"]), (&json!("corrective"), &json!("in")));
        assert_eq!((&triaged["billable"], &triaged["mitigation_plan"]), (&json!(true), &json!("Export by hand.")));
        assert_eq!(triaged["sla"]["next"]["clock"], "next_update", "the first response is met");
        scene.agent.header("If-Match", "\"1\"").post(&at, body).await.problem(409, "stale_version");
        let told = ["ticket.created", "ticket.triaged", "ticket.status_changed"];
        assert_eq!(Scene::story(&scene.viewer, &ticket).await, told);

        // A reclassification later changes the severity, not the status.
        let again = scene.agent.post(&at, in_scope("p2", "corrective")).await.ok();
        assert_eq!((&again["status"], &again["severity"]), (&json!("estimating"), &json!("p2")));
        assert_eq!(again["mitigation_plan"], "Export by hand.", "what is left out stays");
    }

    async fn scope_and_severity_say_where_it_goes(server: &TestServer) {
        let scene = Scene::new(server).await;
        let table = [
            (in_scope("p3", "evolutionary"), "backlog"),
            (in_scope("p2", "evolutionary"), "estimating"),
            (json!({ "severity": "p2", "kind": "evolutionary", "scope": "out", "reason": "4.2" }), "quoted"),
            (json!({ "severity": "p2", "kind": "corrective", "scope": "in", "billable": false,
                "not_billable_reason": "Our mistake" }), "diagnosing"),
        ];
        for (body, expected) in table {
            let ticket = scene.opened("Something").await;
            let triaged = scene.agent.post(&path(&ticket, "/triage"), body).await.ok();
            assert_eq!(triaged["status"], expected);
        }
        let ticket = scene.opened("Reasons are missing").await;
        let body = json!({ "severity": "p2", "kind": "corrective", "scope": "out", "billable": false });
        let answer = scene.agent.post(&path(&ticket, "/triage"), body).await;
        answer.invalid(&[("/reason", "required"), ("/not_billable_reason", "required")]);
    }

    async fn an_emergency_starts_with_what_is_available(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.agree(json!({ "enabled": true })).await;
        let without = scene.opened("Down, and no packs").await;
        let triaged = scene.agent.post(&path(&without, "/triage"), in_scope("p0", "corrective")).await.ok();
        assert_eq!(triaged["status"], "estimating", "nothing to work with");
        scene.buy("starter", 1).await;
        let ticket = scene.opened("Down").await;
        let triaged = scene.agent.post(&path(&ticket, "/triage"), in_scope("p0", "corrective")).await.ok();
        assert_eq!((&triaged["status"], &triaged["held_minutes"]), (&json!("diagnosing"), &json!(120)));
        assert_eq!(triaged["approved_minutes"], 0, "nobody said yes to it");
        assert_eq!(scene.minutes().await, (360, 120));
    }

    async fn what_is_over_is_not_triaged(server: &TestServer) {
        let scene = Scene::new(server).await;
        let estimate = scene.offered("Nobody answers", 60).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        server.wait(chrono::TimeDelta::days(15));
        let scene = scene.again(server).await;
        let lapsed = crate::packs::run(server, |conn, context| {
            use daypack_server::flows::tickets::time;
            let due = time::due(conn, context)?;
            let mut happened = Vec::new();
            for ticket_id in due {
                happened.push(time::pass(conn, context, ticket_id)?);
            }
            Ok(happened)
        });
        assert_eq!(lapsed.await, [true]);
        let seen = scene.ticket(&ticket).await;
        assert_eq!((&seen["status"], &seen["estimates"][0]["status"]), (&json!("declined"), &json!("lapsed")));
        assert_eq!(seen["sla"]["next"], Value::Null);
        let answer = scene.agent.post(&path(&ticket, "/triage"), in_scope("p1", "corrective")).await;
        answer.problem(409, "invalid_transition");
        let told = Scene::story(&scene.viewer, &ticket).await;
        assert_eq!(told[told.len() - 2..], ["estimate.lapsed", "ticket.status_changed"]);
    }
}
