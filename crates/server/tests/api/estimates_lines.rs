//! Optional lines, fixed prices, offers that are revised, lapse or stop the work.

use chrono::TimeDelta;
use daypack_server::{
    on_both_engines,
    testing::{Client, TestServer},
};
use serde_json::{Value, json};

use crate::requests::{Scene, of_estimate, path};
use crate::weeks::run_jobs;

fn with_lines(kind: &str) -> Value {
    json!({
        "minutes": 300, "includes": "The export.", "kind": kind,
        "lines": [
            { "text": "Find and fix", "minutes": 180 },
            { "text": "Manual", "minutes": 60, "optional": true },
            { "text": "Tests", "minutes": 60, "optional": true },
        ]
    })
}

async fn approved(scene: &Scene, estimate: &Value) {
    scene
        .owner
        .post(&of_estimate(estimate, "/approve"), json!({}))
        .await
        .ok();
}

async fn moved(scene: &Scene, ticket: &Value, to: &str) {
    let body = json!({ "to": to, "diagnosis": "The format.", "reproduction": "In staging." });
    scene.agent.post(&path(ticket, "/transitions"), body).await.ok();
}

async fn logged(scene: &Scene, ticket: &Value, minutes: i64) {
    let body = json!({
        "minutes": minutes, "worked_on": "2026-03-04", "activity": "development", "note": "Worked", "billable": true
    });
    scene.agent.post(&path(ticket, "/time-entries"), body).await.created();
}

on_both_engines! {
    async fn optional_lines_can_be_left_out_and_the_token_covers_the_choice(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let ticket = scene.triaged("Export fails").await;
        let estimate = scene.offer(&ticket, with_lines("up_to")).await;
        assert_eq!(estimate["lines"][1]["optional"], true);
        let at = |rest: &str| of_estimate(&estimate, rest);
        let whole = scene.owner.get(&at("/preview")).await.ok();
        assert_eq!((&whole["minutes"], &whole["left_out"]), (&json!(300), &json!([])));
        let chosen = scene.owner.get(&at("/preview?left_out=2,1,1")).await.ok();
        assert_eq!((&chosen["minutes"], &chosen["left_out"]), (&json!(180), &json!([1, 2])));
        assert_eq!(chosen["available_after_minutes"], 300);
        for (wrong, code) in [("0", "not_optional"), ("3", "not_optional"), ("x", "invalid_format"), ("-1", "invalid_format")] {
            let refused = scene.owner.get(&at(&format!("/preview?left_out={wrong}"))).await;
            refused.invalid(&[("/left_out", code)]);
        }
        // Each of the two is 60 minutes: the token knows which one.
        let one = scene.owner.get(&at("/preview?left_out=1")).await.ok();
        let other = json!({ "preview_token": one["preview_token"], "left_out": [2] });
        scene.owner.post(&at("/approve"), other).await.problem(409, "balance_changed");
        let none = json!({ "preview_token": one["preview_token"] });
        scene.owner.post(&at("/approve"), none).await.problem(409, "balance_changed");
        let required = scene.owner.post(&at("/approve"), json!({ "left_out": [0] })).await;
        required.invalid(&[("/left_out", "not_optional")]);
        assert_eq!(scene.minutes().await, (480, 0));
        let yes = json!({ "preview_token": one["preview_token"], "left_out": [1] });
        let approved = scene.owner.post(&at("/approve"), yes).await.ok();
        assert_eq!((&approved["approved_minutes"], &approved["left_out"]), (&json!(240), &json!([1])));
        assert_eq!((&approved["channel"], &approved["minutes"]), (&json!("portal"), &json!(300)));
        assert_eq!(scene.minutes().await, (240, 240));
        assert_eq!(scene.ticket(&ticket).await["approved_minutes"], 240);
    }

    async fn a_limit_counts_what_was_chosen(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 2).await;
        let ticket = scene.triaged("Export fails").await;
        let body = json!({
            "minutes": 660, "includes": "All.",
            "lines": [{ "text": "Fix", "minutes": 600 }, { "text": "Manual", "minutes": 60, "optional": true }]
        });
        let estimate = scene.offer(&ticket, body).await;
        let at = |rest: &str| of_estimate(&estimate, rest);
        assert_eq!(scene.approver.get(&at("/preview")).await.ok()["may_approve"], false);
        assert_eq!(scene.approver.get(&at("/preview?left_out=1")).await.ok()["may_approve"], true);
        scene.approver.post(&at("/approve"), json!({})).await.problem(403, "limit_exceeded");
        scene.approver.post(&at("/approve"), json!({ "left_out": [1] })).await.ok();
        // A smaller total in between, once the time is used, opens no way around the limit.
        moved(&scene, &ticket, "diagnosing").await;
        logged(&scene, &ticket, 630).await;
        let less = scene.offer(&ticket, json!({ "minutes": 15, "includes": "Less." })).await;
        scene.approver.post(&of_estimate(&less, "/approve"), json!({})).await.ok();
        let more = scene.offer(&ticket, json!({ "minutes": 15, "includes": "More.", "basis": "further" })).await;
        let refused = scene.approver.post(&of_estimate(&more, "/approve"), json!({})).await;
        refused.problem(403, "limit_exceeded");
        assert_eq!(scene.minutes().await, (360, 0));
    }

    async fn a_fixed_price_is_used_whole_without_what_was_left_out(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let ticket = scene.triaged("Export fails").await;
        let estimate = scene.offer(&ticket, with_lines("fixed")).await;
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({ "left_out": [1] })).await.ok();
        moved(&scene, &ticket, "diagnosing").await;
        logged(&scene, &ticket, 90).await;
        assert_eq!(scene.minutes().await, (240, 180));
        let record = json!({
            "what_was_done": "Fixed.", "why_it_happened": "A format.", "how_to_prevent": "A test.",
            "cause_category": "code"
        });
        scene.agent.post(&path(&ticket, "/resolve"), record).await.ok();
        assert_eq!(scene.minutes().await, (240, 0));
        assert_eq!(scene.ticket(&ticket).await["used_minutes"], 240);
    }

    async fn an_open_offer_is_revised_by_name(server: &TestServer) {
        let scene = Scene::new(server).await;
        let first = scene.offered("Export fails", 240).await;
        let at = of_estimate(&first, "/revise");
        let body = json!({ "minutes": 120, "includes": "Less." });
        scene.owner.post(&at, body.clone()).await.problem(403, "forbidden");
        scene.foreign.post(&at, body.clone()).await.problem(404, "not_found");
        let stale = scene.agent.header("If-Match", "\"7\"");
        stale.post(&at, body.clone()).await.problem(409, "stale_version");
        scene.agent.post(&at, json!({ "minutes": 7, "includes": "x" })).await.invalid(&[("/minutes", "not_a_multiple")]);
        assert_eq!(scene.viewer.get(&of_estimate(&first, "")).await.ok()["status"], "offered");
        let second = scene.agent.post(&at, body.clone()).await.created();
        assert_eq!((&second["status"], &second["minutes"]), (&json!("offered"), &json!(120)));
        assert_eq!(scene.viewer.get(&of_estimate(&first, "")).await.ok()["status"], "revised");
        scene.agent.post(&at, body).await.problem(409, "estimate_revised");
    }

    async fn an_offer_that_nobody_answered_lapses_and_the_request_can_be_revived(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 240).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        server.wait(TimeDelta::days(14));
        run_jobs(server).await;
        let scene = scene.again(server).await;
        assert_eq!(scene.viewer.get(&of_estimate(&estimate, "")).await.ok()["status"], "lapsed");
        assert_eq!(scene.ticket(&ticket).await["status"], "declined");
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.problem(409, "estimate_lapsed");
        scene.owner.post(&path(&ticket, "/transitions"), json!({ "to": "submitted" })).await.problem(403, "forbidden");
        scene.agent.post(&path(&ticket, "/transitions"), json!({ "to": "submitted" })).await.ok();
        scene.agent.post(&path(&ticket, "/transitions"), json!({ "to": "estimating" })).await.ok();
        let again = scene.offer(&ticket, json!({ "minutes": 120, "includes": "Again." })).await;
        approved(&scene, &again).await;
        assert_eq!(scene.ticket(&ticket).await["status"], "approved");
    }

    async fn an_offer_over_a_lapsed_one_notes_that_it_lapsed(server: &TestServer) {
        let scene = Scene::new(server).await;
        let first = scene.offered("Export fails", 240).await;
        let ticket = json!({ "id": first["ticket_id"] });
        server.wait(TimeDelta::days(14));
        let scene = scene.again(server).await;
        scene.offer(&ticket, json!({ "minutes": 120, "includes": "Again." })).await;
        run_jobs(server).await;
        assert_eq!(scene.viewer.get(&of_estimate(&first, "")).await.ok()["status"], "lapsed");
        let told = Scene::story(&scene.viewer, &ticket).await;
        assert_eq!(told[told.len() - 2..], ["estimate.lapsed", "estimate.offered"]);
        assert_eq!(scene.ticket(&ticket).await["status"], "awaiting_approval");
    }

    async fn a_blocking_one_stops_the_work_and_returns_it_whatever_the_answer(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 2).await;
        let estimate = scene.offered("Export fails", 240).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        approved(&scene, &estimate).await;
        moved(&scene, &ticket, "diagnosing").await;
        let body = json!({ "minutes": 60, "includes": "More.", "basis": "further", "blocking": true });
        for answer in ["withdraw", "reject", "approve"] {
            let further = scene.offer(&ticket, body.clone()).await;
            assert_eq!(scene.ticket(&ticket).await["status"], "awaiting_approval");
            let client = if answer == "withdraw" { &scene.agent } else { &scene.owner };
            let said = if answer == "approve" { json!({}) } else { json!({ "reason": "No" }) };
            client.post(&of_estimate(&further, &format!("/{answer}")), said).await.ok();
            assert_eq!(scene.ticket(&ticket).await["status"], "diagnosing", "{answer}");
        }
        let further = scene.offer(&ticket, body).await;
        server.wait(TimeDelta::days(14));
        run_jobs(server).await;
        let scene = scene.again(server).await;
        assert_eq!(scene.ticket(&ticket).await["status"], "diagnosing");
        assert_eq!(scene.viewer.get(&of_estimate(&further, "")).await.ok()["status"], "lapsed");
        assert_eq!(scene.minutes().await, (660, 300));
    }

    async fn after_a_question_the_offer_can_still_be_approved(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 240).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        let question = json!({ "to": "estimating", "reason": "With the manual?" });
        scene.approver.post(&path(&ticket, "/transitions"), question).await.ok();
        assert_eq!(scene.ticket(&ticket).await["status"], "estimating");
        approved(&scene, &estimate).await;
        assert_eq!(scene.ticket(&ticket).await["status"], "approved");
        assert_eq!(scene.minutes().await, (240, 240));
    }

    async fn a_question_about_a_blocking_one_lets_the_work_go_on_and_the_offer_stand(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 2).await;
        let estimate = scene.offered("Export fails", 240).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        approved(&scene, &estimate).await;
        moved(&scene, &ticket, "diagnosing").await;
        let body = json!({ "minutes": 60, "includes": "More.", "basis": "further", "blocking": true });
        let further = scene.offer(&ticket, body).await;
        // Besides ending it, the only way is back to the work, by a question of somebody who may approve.
        let moves = async |client: &Client| client.get(&path(&ticket, "")).await.ok()["transitions"].clone();
        assert_eq!(moves(&scene.owner).await, json!(["diagnosing", "declined"]));
        for without in [&scene.member, &scene.agent] {
            assert_eq!(moves(without).await, json!(["declined"]));
        }
        let at = path(&ticket, "/transitions");
        scene.owner.post(&at, json!({ "to": "diagnosing" })).await.invalid(&[("/reason", "required")]);
        let question = json!({ "to": "diagnosing", "reason": "With the manual?" });
        scene.owner.post(&at, question).await.ok();
        assert_eq!(scene.ticket(&ticket).await["status"], "diagnosing");
        approved(&scene, &further).await;
        assert_eq!(scene.minutes().await, (660, 300));
    }

    async fn approvers_are_reminded_at_half_and_a_day_before_once_each(server: &TestServer) {
        let scene = Scene::new(server).await;
        let estimate = scene.offered("Export fails", 240).await;
        let mails = async |subject: &str| {
            run_jobs(server).await;
            let all = server.mails(0).await;
            all.iter().filter(|mail| mail.contains(&format!("Subject: {subject}: ACME-1"))).count()
        };
        // The owner and the approver, once asked and twice reminded.
        for (days, reminders) in [(0, 0), (6, 0), (1, 2), (1, 2), (5, 4), (0, 4)] {
            server.wait(TimeDelta::days(days));
            assert_eq!(mails("Still waiting for your approval").await, reminders, "{days} more days");
        }
        assert_eq!(mails("Your approval is needed").await, 2);
        let scene = scene.again(server).await;
        let seen = scene.viewer.get(&of_estimate(&estimate, "")).await.ok();
        assert_eq!((&seen["status"], &seen["version"]), (&json!("offered"), &json!(1)), "previews stay valid");
    }
}
