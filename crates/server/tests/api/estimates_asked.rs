//! Offers and questions that cross: no yes, no and no question leaves a ticket where no work goes on.

use chrono::TimeDelta;
use daypack_server::{on_both_engines, testing::TestServer};
use serde_json::{Value, json};

use super::requests::{Scene, of_estimate, path};
use super::weeks::run_jobs;

async fn moves(client: &daypack_server::testing::Client, ticket: &Value, body: Value) -> Value {
    client.post(&path(ticket, "/transitions"), body).await.ok()
}

/// The client asks about the offer, and then the staff asks the client.
async fn both_ask(scene: &Scene, ticket: &Value) {
    let asked = moves(
        &scene.owner,
        ticket,
        json!({ "to": "estimating", "reason": "With tests?" }),
    )
    .await;
    assert_eq!(
        (&asked["status"], &asked["estimates"][0]["status"]),
        (&json!("estimating"), &json!("offered"))
    );
    moves(
        &scene.agent,
        ticket,
        json!({ "to": "needs_info", "reason": "Which month?" }),
    )
    .await;
}

async fn reply(scene: &Scene, ticket: &Value) -> Value {
    scene
        .member
        .post(
            &path(ticket, "/comments"),
            json!({ "body": "All of them.", "visibility": "public" }),
        )
        .await
        .created();
    scene.ticket(ticket).await
}

on_both_engines! {
    async fn after_a_yes_meanwhile_the_reply_lets_the_work_begin(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 120).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        both_ask(&scene, &ticket).await;
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        let seen = scene.ticket(&ticket).await;
        assert_eq!((&seen["status"], &seen["held_minutes"]), (&json!("needs_info"), &json!(120)));
        assert_eq!(reply(&scene, &ticket).await["status"], "approved");
        assert_eq!(moves(&scene.agent, &ticket, json!({ "to": "diagnosing" })).await["status"], "diagnosing");
    }

    async fn the_staff_takes_it_up_without_a_reply_too(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 120).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        both_ask(&scene, &ticket).await;
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        let back = json!({ "to": "estimating" });
        scene.agent.post(&path(&ticket, "/transitions"), back).await.problem(409, "came_from_elsewhere");
        assert_eq!(moves(&scene.agent, &ticket, json!({ "to": "approved" })).await["status"], "approved");
    }

    async fn after_a_yes_to_a_further_offer_the_reply_leads_back_to_the_work(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let first = scene.offered("Export fails", 60).await;
        let ticket = json!({ "id": first["ticket_id"] });
        scene.owner.post(&of_estimate(&first, "/approve"), json!({})).await.ok();
        moves(&scene.agent, &ticket, json!({ "to": "diagnosing" })).await;
        let body = json!({ "minutes": 60, "includes": "More.", "basis": "further" });
        let further = scene.offer(&ticket, body).await;
        moves(&scene.agent, &ticket, json!({ "to": "needs_info", "reason": "Which month?" })).await;
        scene.owner.post(&of_estimate(&further, "/approve"), json!({})).await.ok();
        let seen = reply(&scene, &ticket).await;
        assert_eq!((&seen["status"], &seen["held_minutes"]), (&json!("diagnosing"), &json!(120)));
    }

    async fn after_a_no_a_withdrawal_or_silence_the_reply_leads_to_estimating(server: &TestServer) {
        let mut scene = Scene::new(server).await;
        for ending in ["reject", "withdraw", "lapse"] {
            let estimate = scene.offered(&format!("To {ending}"), 120).await;
            let ticket = json!({ "id": estimate["ticket_id"] });
            server.wait(TimeDelta::days(6));
            scene = scene.again(server).await;
            both_ask(&scene, &ticket).await;
            match ending {
                "reject" => {
                    let no = json!({ "reason": "Too much." });
                    scene.owner.post(&of_estimate(&estimate, "/reject"), no).await.ok();
                }
                "withdraw" => {
                    scene.agent.post(&of_estimate(&estimate, "/withdraw"), json!({})).await.ok();
                }
                _ => {
                    server.wait(TimeDelta::days(8));
                    run_jobs(server).await;
                    scene = scene.again(server).await;
                    assert_eq!(scene.owner.get(&of_estimate(&estimate, "")).await.ok()["status"], "lapsed");
                }
            }
            assert_eq!(scene.ticket(&ticket).await["status"], "needs_info", "{ending}");
            assert_eq!(reply(&scene, &ticket).await["status"], "estimating", "{ending}");
            scene.offer(&ticket, json!({ "minutes": 60, "includes": "Less." })).await;
            assert_eq!(scene.ticket(&ticket).await["status"], "awaiting_approval");
        }
    }

    async fn a_question_about_a_further_offer_returns_to_the_work_and_leaves_it_open(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let first = scene.offered("Export fails", 60).await;
        let ticket = json!({ "id": first["ticket_id"] });
        scene.owner.post(&of_estimate(&first, "/approve"), json!({})).await.ok();
        moves(&scene.agent, &ticket, json!({ "to": "diagnosing" })).await;
        let body = json!({ "minutes": 60, "includes": "More.", "basis": "further", "blocking": true });
        let further = scene.offer(&ticket, body.clone()).await;
        let waits = scene.owner.get(&path(&ticket, "")).await.ok();
        assert_eq!((&waits["status"], &waits["transitions"]), (&json!("awaiting_approval"), &json!(["diagnosing", "declined"])));
        let at = path(&ticket, "/transitions");
        scene.owner.post(&at, json!({ "to": "diagnosing" })).await.invalid(&[("/reason", "required")]);
        scene.member.post(&at, json!({ "to": "diagnosing", "reason": "Why?" })).await.problem(403, "forbidden");
        let asked = moves(&scene.owner, &ticket, json!({ "to": "diagnosing", "reason": "Why more?" })).await;
        assert_eq!(asked["status"], "diagnosing");
        assert_eq!(scene.owner.get(&of_estimate(&further, "")).await.ok()["status"], "offered");
        let told = Scene::story(&scene.viewer, &ticket).await;
        assert_eq!(told.last().unwrap(), "ticket.status_changed");
        // The yes finds the work going on; an offer again stops it again.
        let revised = scene.offer(&ticket, body).await;
        assert_eq!(scene.ticket(&ticket).await["status"], "awaiting_approval");
        moves(&scene.owner, &ticket, json!({ "to": "diagnosing", "reason": "And now?" })).await;
        scene.owner.post(&of_estimate(&revised, "/approve"), json!({})).await.ok();
        let seen = scene.ticket(&ticket).await;
        assert_eq!((&seen["status"], &seen["held_minutes"]), (&json!("diagnosing"), &json!(120)));
    }
}
