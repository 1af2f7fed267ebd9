//! `/tickets/{id}/estimates` and `/estimates`.

use chrono::TimeDelta;
use daypack_server::{on_both_engines, testing::TestServer};
use reqwest::Method;
use serde_json::{Value, json};

use crate::requests::{Scene, in_scope, of_estimate, path, text};

async fn preview(scene: &Scene, estimate: &Value) -> Value {
    scene.owner.get(&of_estimate(estimate, "/preview")).await.ok()
}

on_both_engines! {
    async fn a_yes_needs_no_body(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 30).await;
        let text = scene.owner.header("content-type", "text/plain");
        text.send(Method::POST, &of_estimate(&estimate, "/approve"), Some("yes".to_owned())).await
            .problem(415, "unsupported_media_type");
        let yes = scene.owner.send(Method::POST, &of_estimate(&estimate, "/approve"), None).await.ok();
        assert_eq!(yes["status"], "approved");
        let other = scene.offered("Import fails", 30).await;
        let gone = scene.agent.send(Method::POST, &of_estimate(&other, "/withdraw"), None).await.ok();
        assert_eq!(gone["status"], "withdrawn");
    }

    async fn from_offer_to_yes(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 240).await;
        assert_eq!((&estimate["status"], &estimate["version"]), (&json!("offered"), &json!(1)));
        assert_eq!((&estimate["basis"], &estimate["kind"]), (&json!("total"), &json!("up_to")));
        assert_eq!(estimate["ticket_reference"], "ACME-1");
        assert_eq!(estimate["valid_until"], "2026-03-18T09:00:00Z");
        let ticket = json!({ "id": estimate["ticket_id"] });
        let waiting = scene.ticket(&ticket).await;
        assert_eq!((&waiting["status"], &waiting["offered_minutes"]), (&json!("awaiting_approval"), &json!(240)));

        let shown = preview(&scene, &estimate).await;
        assert_eq!((&shown["minutes"], &shown["available_after_minutes"]), (&json!(240), &json!(240)));
        assert_eq!((&shown["may_approve"], &shown["available_before_minutes"]), (&json!(true), &json!(480)));
        let part = &shown["allocations"][0];
        assert_eq!((&part["plan_code"], &part["plan_name"]), (&json!("starter"), &json!("Starter")));
        assert_eq!((&part["minutes"], &part["available_before_minutes"]), (&json!(240), &json!(480)));
        assert_eq!(scene.minutes().await, (480, 0), "nothing is reserved by looking");

        let yes = json!({ "preview_token": shown["preview_token"] });
        let approved = scene.owner.post(&of_estimate(&estimate, "/approve"), yes).await.ok();
        assert_eq!((&approved["status"], &approved["allocations"]), (&json!("approved"), &shown["allocations"]));
        assert_eq!(approved["decided_by"]["name"], "Acme owner");
        assert_eq!(scene.minutes().await, (240, 240));
        let ticket = scene.ticket(&ticket).await;
        assert_eq!((&ticket["status"], &ticket["approved_minutes"]), (&json!("approved"), &json!(240)));
        assert_eq!((&ticket["held_minutes"], &ticket["offered_minutes"]), (&json!(240), &Value::Null));
        let ledger = scene.viewer.get("/organizations/acme/ledger?kind=hold").await.ok();
        assert_eq!(ledger["items"][0]["ticket_id"], ticket["id"]);
        let again = scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await;
        again.problem(409, "estimate_approved");
    }

    async fn an_offer_is_checked(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.opened("Not triaged").await;
        let at = path(&ticket, "/estimates");
        let good = json!({ "minutes": 60, "includes": "All of it." });
        scene.agent.post(&at, good.clone()).await.problem(409, "triage_required");
        scene.agent.post(&path(&ticket, "/triage"), in_scope("p2", "corrective")).await.ok();
        scene.owner.post(&at, good.clone()).await.problem(403, "forbidden");
        scene.foreign.post(&at, good.clone()).await.problem(404, "not_found");
        let bad = json!({
            "minutes": 50, "includes": " ", "valid_until": "2026-03-04T09:00:00Z",
            "lines": [{ "text": "Analysis", "minutes": 30 }, { "text": "Fix", "minutes": 30 }]
        });
        scene.agent.post(&at, bad).await.invalid(&[
            ("/minutes", "not_a_multiple"), ("/includes", "required"), ("/lines", "sum_differs"),
            ("/valid_until", "in_the_past"),
        ]);
        let out = scene.opened("Out of scope").await;
        let verdict = json!({ "severity": "p2", "kind": "evolutionary", "scope": "out", "reason": "4.2" });
        scene.agent.post(&path(&out, "/triage"), verdict).await.ok();
        scene.agent.post(&path(&out, "/estimates"), good).await.problem(409, "out_of_scope");
    }

    async fn a_newer_offer_replaces_the_open_one(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let first = scene.offered("Export fails", 240).await;
        let ticket = json!({ "id": first["ticket_id"] });
        let shown = preview(&scene, &first).await;
        let second = scene.offer(&ticket, json!({ "minutes": 120, "includes": "Less." })).await;
        assert_eq!(scene.viewer.get(&of_estimate(&first, "")).await.ok()["status"], "revised");
        let yes = json!({ "preview_token": shown["preview_token"] });
        scene.owner.post(&of_estimate(&first, "/approve"), yes.clone()).await.problem(409, "estimate_revised");
        scene.owner.post(&of_estimate(&second, "/approve"), yes).await.problem(409, "balance_changed");
        let garbage = json!({ "preview_token": "x" });
        let answer = scene.owner.post(&of_estimate(&second, "/approve"), garbage).await;
        answer.invalid(&[("/preview_token", "invalid_token")]);
        let listed = scene.approver.get("/estimates?status=offered").await.ok();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        assert_eq!(listed["items"][0]["id"], second["id"]);
        assert_eq!(scene.foreign.get("/estimates").await.ok()["items"], json!([]));
        scene.foreign.get(&of_estimate(&second, "")).await.problem(404, "not_found");
        scene.foreign.get(&of_estimate(&second, "/preview")).await.problem(404, "not_found");
    }

    async fn a_yes_holds_what_was_shown_or_nothing(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let (one, other) = (scene.offered("One", 300).await, scene.offered("Other", 120).await);
        let shown = preview(&scene, &one).await;
        scene.owner.post(&of_estimate(&other, "/approve"), json!({})).await.ok();
        let yes = json!({ "preview_token": shown["preview_token"] });
        scene.owner.post(&of_estimate(&one, "/approve"), yes).await.problem(409, "balance_changed");
        assert_eq!(scene.minutes().await, (360, 120));
        let shown = preview(&scene, &one).await;
        assert_eq!(shown["available_after_minutes"], 60);
        let stale = scene.owner.header("If-Match", "\"7\"");
        stale.post(&of_estimate(&one, "/approve"), json!({})).await.problem(409, "stale_version");
        let yes = json!({ "preview_token": shown["preview_token"] });
        scene.owner.post(&of_estimate(&one, "/approve"), yes).await.ok();
        assert_eq!(scene.minutes().await, (60, 420));
    }

    async fn missing_minutes_are_named_with_the_order_that_covers_them(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Large", 1020).await;
        let shown = preview(&scene, &estimate).await;
        assert_eq!((&shown["shortfall_minutes"], &shown["allocations"]), (&json!(540), &json!([])));
        assert_eq!((&shown["preview_token"], &shown["available_after_minutes"]), (&Value::Null, &json!(480)));
        let covering = &shown["covering_order"];
        let packs = covering["packs"].as_i64().unwrap();
        let answer = scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await;
        let problem = answer.problem(409, "insufficient_minutes");
        assert_eq!((&problem["shortfall_minutes"], &problem["covering_order"]), (&json!(540), covering));
        assert_eq!(scene.minutes().await, (480, 0));
        scene.buy(&text(covering, "plan_code"), packs).await;
        let shown = preview(&scene, &estimate).await;
        assert_eq!((&shown["shortfall_minutes"], &shown["covering_order"]), (&Value::Null, &Value::Null));
        scene.owner.header("Idempotency-Key", "a").post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        let replay = scene.owner.header("Idempotency-Key", "a").post(&of_estimate(&estimate, "/approve"), json!({})).await;
        assert_eq!(replay.ok()["status"], "approved");
        assert_eq!(scene.minutes().await.1, 1020, "held once");
    }

    async fn who_may_say_yes(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 3).await;
        let estimate = scene.offered("Export fails", 450).await;
        let at = of_estimate(&estimate, "/approve");
        for client in [&scene.agent, &scene.lead, &scene.member, &scene.viewer] {
            client.post(&at, json!({})).await.problem(403, "forbidden");
        }
        scene.foreign.post(&at, json!({})).await.problem(404, "not_found");
        let shown = scene.member.get(&of_estimate(&estimate, "/preview")).await.ok();
        assert_eq!(shown["may_approve"], false);
        let shown = scene.approver.get(&of_estimate(&estimate, "/preview")).await.ok();
        assert_eq!((&shown["may_approve"], &shown["limit_minutes"]), (&json!(true), &json!(600)));
        scene.approver.post(&at, json!({})).await.ok();

        // The limit counts all of the ticket together; owners have none.
        let ticket = json!({ "id": estimate["ticket_id"] });
        let body = json!({ "minutes": 165, "includes": "More.", "basis": "further" });
        let further = scene.offer(&ticket, body).await;
        assert_eq!(scene.ticket(&ticket).await["status"], "approved", "it does not stop the work");
        let at = of_estimate(&further, "/approve");
        scene.approver.post(&at, json!({})).await.problem(403, "limit_exceeded");
        assert_eq!(scene.minutes().await.1, 450, "nothing is held");
        scene.owner.post(&at, json!({})).await.ok();
        let ticket = scene.ticket(&ticket).await;
        assert_eq!((&ticket["approved_minutes"], &ticket["held_minutes"]), (&json!(615), &json!(615)));
    }

    async fn of_two_answers_at_once_one_wins(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let (one, other) = (scene.offered("One", 300).await, scene.offered("Other", 300).await);
        let (one, other) = (of_estimate(&one, "/approve"), of_estimate(&other, "/approve"));
        let (first, second) = tokio::join!(scene.owner.post(&one, json!({})), scene.approver.post(&other, json!({})));
        let mut heard = [first.status.as_u16(), second.status.as_u16()];
        heard.sort_unstable();
        assert_eq!(heard, [200, 409], "{} {}", first.text, second.text);
        assert_eq!(scene.minutes().await, (180, 300));

        let same = scene.offered("Same", 60).await;
        let at = of_estimate(&same, "/approve");
        let (first, second) = tokio::join!(scene.owner.post(&at, json!({})), scene.approver.post(&at, json!({})));
        let mut heard = [first.status.as_u16(), second.status.as_u16()];
        heard.sort_unstable();
        assert_eq!(heard, [200, 409]);
        assert_eq!(scene.minutes().await, (120, 360));
    }

    async fn no_and_taken_back(server: &TestServer) {
        let scene = Scene::new(server).await;
        let estimate = scene.offered("Export fails", 240).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        let at = of_estimate(&estimate, "/reject");
        scene.member.post(&at, json!({ "reason": "No" })).await.problem(403, "forbidden");
        scene.agent.post(&at, json!({ "reason": "No" })).await.problem(403, "forbidden");
        scene.approver.post(&at, json!({ "reason": " " })).await.invalid(&[("/reason", "required")]);
        let rejected = scene.approver.post(&at, json!({ "reason": "Too much" })).await.ok();
        assert_eq!((&rejected["status"], &rejected["reason"]), (&json!("rejected"), &json!("Too much")));
        assert_eq!(scene.ticket(&ticket).await["status"], "estimating");
        scene.approver.post(&at, json!({ "reason": "Again" })).await.problem(409, "estimate_rejected");

        let second = scene.offer(&ticket, json!({ "minutes": 120, "includes": "Less." })).await;
        let at = of_estimate(&second, "/withdraw");
        scene.owner.post(&at, json!({})).await.problem(403, "forbidden");
        scene.foreign.post(&at, json!({})).await.problem(404, "not_found");
        let withdrawn = scene.agent.post(&at, json!({ "reason": "A mistake" })).await.ok();
        assert_eq!(withdrawn["status"], "withdrawn");
        assert_eq!(scene.ticket(&ticket).await["status"], "estimating");
        scene.owner.post(&of_estimate(&second, "/approve"), json!({})).await.problem(409, "estimate_withdrawn");
        let told = Scene::story(&scene.viewer, &ticket).await;
        assert_eq!(told[4..], [
            "ticket.status_changed", "estimate.rejected", "ticket.status_changed", "estimate.offered",
            "ticket.status_changed", "estimate.withdrawn", "ticket.status_changed",
        ]);
    }

    async fn an_offer_lapses_at_its_last_instant(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 240).await;
        server.wait(TimeDelta::days(14));
        let scene = scene.again(server).await;
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.problem(409, "estimate_lapsed");
        scene.owner.get(&of_estimate(&estimate, "/preview")).await.problem(409, "estimate_lapsed");
        assert_eq!(scene.viewer.get(&of_estimate(&estimate, "")).await.ok()["status"], "lapsed");
        assert_eq!(scene.owner.get("/estimates?status=offered").await.ok()["items"], json!([]));
    }

    async fn a_total_replaces_what_an_emergency_held(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.agree(json!({ "enabled": true })).await;
        scene.buy("starter", 1).await;
        let ticket = scene.opened("Down").await;
        scene.agent.post(&path(&ticket, "/triage"), in_scope("p0", "corrective")).await.ok();
        let estimate = scene.offer(&ticket, json!({ "minutes": 180, "includes": "All." })).await;
        let shown = preview(&scene, &estimate).await;
        assert_eq!((&shown["minutes"], &shown["available_after_minutes"]), (&json!(180), &json!(300)));
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        assert_eq!(scene.minutes().await, (300, 180));
        assert_eq!(scene.ticket(&ticket).await["status"], "diagnosing");
    }
}
