//! What an emergency leaves behind: an upheld dispute beside approvals, a yes that was none, a severity that went down.

use daypack_domain::policy::ClientRole::Approver;
use daypack_server::{
    on_both_engines,
    testing::{Place, TestServer},
};
use serde_json::{Value, json};

use super::emergencies::{covered, down, lend, log, time};
use super::packs::balance;
use super::requests::{Scene, in_scope, of_estimate, path};
use super::undeducted::resolve;
use super::verify::is_clean;

/// An owner disputes the emergency of a ticket, and the lead agrees.
async fn upheld(scene: &Scene, ticket: &Value) -> Value {
    let to = |part: &str| path(ticket, &format!("/emergency/{part}"));
    scene
        .owner
        .post(&to("dispute"), json!({ "reason": "The shop was up." }))
        .await
        .ok();
    scene.lead.post(&to("uphold"), json!({})).await.ok()
}

/// The agent asks, and the client withdraws the ticket.
async fn given_up(scene: &Scene, ticket: &Value) {
    let transitions = path(ticket, "/transitions");
    let question = json!({ "to": "needs_info", "reason": "Which shop?" });
    scene.agent.post(&transitions, question).await.ok();
    scene.member.post(&transitions, json!({ "to": "declined" })).await.ok();
}

async fn approved(scene: &Scene, ticket: &Value, offer: Value) -> Value {
    let estimate = scene.offer(ticket, offer).await;
    scene
        .owner
        .post(&of_estimate(&estimate, "/approve"), json!({}))
        .await
        .ok()
}

fn further(minutes: i64) -> Value {
    json!({ "minutes": minutes, "includes": "More.", "basis": "further" })
}

/// The approver's own limit for each ticket.
async fn limit_approver(scene: &Scene, minutes: i64) {
    let member = format!(
        "/organizations/acme/members/{}",
        scene.people.at(Place::Acme(Approver)).id
    );
    let owner = scene.owner.header("if-match", "\"1\"");
    owner
        .patch(&member, json!({ "approval_limit_minutes": minutes }))
        .await
        .ok();
}

/// Whether the agent, who sees this ticket, is offered to begin before a yes.
fn offers_to_begin(ticket: &Value) -> bool {
    ticket["transitions"].as_array().unwrap().contains(&json!("diagnosing"))
}

on_both_engines! {
    async fn what_was_approved_on_top_stays_and_the_rest_goes_back(server: &TestServer) {
        let scene = covered(server).await;
        lend(server, &scene, 120).await;
        let ticket = down(&scene).await;
        let gift = json!({ "kind": "goodwill", "minutes": 60, "expires_on": "2026-12-31", "reason": "Sorry." });
        scene.lead.post("/organizations/acme/lots", gift).await.created();
        approved(&scene, &ticket, further(60)).await;
        // Half an hour is free; 60 were approved, 120 are owed.
        let entry = log(server, &scene, &ticket, 210).await;
        assert_eq!((&entry["billable_minutes"], &entry["borrowed_minutes"]), (&json!(180), &json!(120)));
        let settled = upheld(&scene, &ticket).await;
        assert_eq!((&settled["used_minutes"], &settled["billable"]), (&json!(60), &json!(true)));
        let entry = &settled["time_entries"][0];
        assert_eq!((&entry["billable_minutes"], &entry["borrowed_minutes"]), (&json!(60), &json!(0)));
        assert_eq!((&entry["minutes"], &entry["waived_minutes"]), (&json!(210), &json!(120)));
        let now = balance(server, &scene.people).await;
        assert_eq!((&now["debt_minutes"], &now["available_minutes"]), (&json!(0), &json!(0)));
        // What went back is not billed with the next entry.
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(server, 15)).await;
        assert_eq!(refused.problem(409, "approved_minutes_exhausted")["shortfall_minutes"], 15);
        approved(&scene, &ticket, json!({ "minutes": 60, "includes": "All." })).await;
        is_clean(server).await;
    }

    async fn what_was_worked_before_the_yes_goes_back_and_what_it_holds_stays(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let ticket = down(&scene).await;
        log(server, &scene, &ticket, 90).await;
        approved(&scene, &ticket, further(60)).await;
        assert_eq!(scene.minutes().await, (300, 120), "60 used; 60 of the emergency and 60 of the yes are held");
        let settled = upheld(&scene, &ticket).await;
        assert_eq!((&settled["used_minutes"], &settled["held_minutes"]), (&json!(0), &json!(60)));
        assert_eq!(scene.minutes().await, (420, 60));
        log(server, &scene, &ticket, 90).await;
        assert_eq!(scene.minutes().await, (420, 0));
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(server, 15)).await;
        refused.problem(409, "approved_minutes_exhausted");
        is_clean(server).await;
    }

    async fn a_total_that_nobody_approved_leaves_the_emergency_to_the_owners(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let ticket = down(&scene).await;
        log(server, &scene, &ticket, 90).await;
        let estimate = scene.offer(&ticket, json!({ "minutes": 240, "includes": "All." })).await;
        let approver = scene.people.at(Place::Acme(Approver)).id;
        let said = json!({ "approver_id": approver, "channel": "phone", "note": "Called at nine." });
        scene.lead.post(&of_estimate(&estimate, "/recorded-approval"), said).await.ok();
        assert_eq!(scene.ticket(&ticket).await["emergency"]["status"], "replaced");
        assert_eq!(scene.minutes().await, (240, 180), "60 of the emergency were held, and 120 more");
        scene.approver.post(&of_estimate(&estimate, "/dispute"), json!({})).await.ok();
        let seen = scene.ticket(&ticket).await;
        assert_eq!((&seen["held_minutes"], scene.minutes().await), (&json!(60), (360, 60)));
        assert_eq!((&seen["emergency"]["status"], &seen["emergency"]["left_minutes"]), (&json!("pending"), &json!(60)));
        assert_eq!((&seen["approved_minutes"], &seen["used_minutes"]), (&json!(0), &json!(60)));
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(server, 75)).await;
        refused.problem(409, "approved_minutes_exhausted");
        let settled = upheld(&scene, &ticket).await;
        assert_eq!((&settled["used_minutes"], &settled["billable"]), (&json!(0), &json!(false)));
        assert_eq!(scene.minutes().await, (480, 0));
        is_clean(server).await;
    }

    async fn nothing_more_is_taken_once_the_ticket_is_less_severe(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let ticket = down(&scene).await;
        log(server, &scene, &ticket, 60).await;
        assert_eq!(scene.minutes().await, (360, 90));
        let triage = path(&ticket, "/triage");
        let milder = scene.agent.post(&triage, in_scope("p2", "corrective")).await.ok();
        assert_eq!((&milder["status"], &milder["used_minutes"]), (&json!("diagnosing"), &json!(30)));
        assert_eq!(milder["emergency"]["left_minutes"], 0);
        assert_eq!(scene.minutes().await, (450, 0), "what was held and not used is back");
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(server, 15)).await;
        refused.problem(409, "approved_minutes_exhausted");
        let told = Scene::story(&scene.viewer, &ticket).await;
        assert!(told.contains(&"ticket.minutes_released".to_owned()), "{told:?}");
        // The owners still say whether it was right, for what it took.
        scene.owner.post(&path(&ticket, "/emergency/confirm"), json!({})).await.ok();
        scene.agent.post(&triage, in_scope("p0", "corrective")).await.ok();
        let entry = log(server, &scene, &ticket, 15).await;
        assert_eq!(entry["billable_minutes"], 15, "it goes on when it is as severe again");
        is_clean(server).await;
    }

    async fn it_is_offered_where_the_clause_covers_it(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = down(&scene).await;
        assert!(!offers_to_begin(&ticket), "there is no clause");
        scene.agree(json!({ "enabled": true })).await;
        assert!(offers_to_begin(&scene.ticket(&ticket).await));
        let mild = scene.triaged("Not so bad").await;
        assert!(!offers_to_begin(&mild), "its severity is not named");
    }

    async fn no_other_begins_where_an_owner_disputed_one(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let ticket = down(&scene).await;
        let dispute = path(&ticket, "/emergency/dispute");
        scene.owner.post(&dispute, json!({ "reason": "The shop was up." })).await.ok();
        given_up(&scene, &ticket).await;
        scene.agent.post(&path(&ticket, "/transitions"), json!({ "to": "submitted" })).await.ok();
        let start = path(&ticket, "/emergency/start");
        scene.agent.post(&start, json!({})).await.problem(409, "emergency_disputed");
        let again = scene.agent.post(&path(&ticket, "/triage"), in_scope("p0", "corrective")).await.ok();
        assert_eq!((&again["status"], &again["emergency"]["status"]), (&json!("estimating"), &json!("disputed")));
        assert!(!offers_to_begin(&again), "{}", again["transitions"]);
        let mut body = in_scope("p0", "corrective");
        body["emergency"] = json!(true);
        scene.agent.post(&path(&ticket, "/triage"), body).await.problem(409, "emergency_disputed");
        scene.lead.post(&path(&ticket, "/emergency/uphold"), json!({})).await.ok();
        assert_eq!(scene.minutes().await, (480, 0));
        is_clean(server).await;
    }

    async fn no_other_begins_where_somebody_answered_for_one(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let ticket = down(&scene).await;
        log(server, &scene, &ticket, 90).await;
        scene.owner.post(&path(&ticket, "/emergency/confirm"), json!({})).await.ok();
        given_up(&scene, &ticket).await;
        scene.agent.post(&path(&ticket, "/transitions"), json!({ "to": "submitted" })).await.ok();
        let again = scene.agent.post(&path(&ticket, "/triage"), in_scope("p0", "corrective")).await.ok();
        assert_eq!((&again["status"], &again["emergency"]["status"]), (&json!("estimating"), &json!("confirmed")));
        scene.agent.post(&path(&ticket, "/emergency/start"), json!({})).await.problem(409, "emergency_answered");
        assert_eq!(scene.minutes().await, (420, 0), "what was confirmed stays so");
        is_clean(server).await;
    }

    async fn a_standing_approval_is_no_answer_to_it(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let standing = json!({ "name": "Anything", "minutes_per_ticket": 400, "minutes_per_month": 400 });
        scene.owner.post("/organizations/acme/standing-approvals", standing).await.created();
        let ticket = down(&scene).await;
        log(server, &scene, &ticket, 150).await;
        let offer = json!({ "minutes": 15, "includes": "All." });
        assert_eq!(scene.offer(&ticket, offer.clone()).await["status"], "offered", "the owners have not said a word");
        let dispute = path(&ticket, "/emergency/dispute");
        scene.owner.post(&dispute, json!({ "reason": "The shop was up." })).await.ok();
        let estimate = scene.offer(&ticket, offer).await;
        assert_eq!(estimate["status"], "offered", "nor the lead");
        // A yes to less than was used is a yes to what was used as far as limits go.
        limit_approver(&scene, 60).await;
        let yes = of_estimate(&estimate, "/approve");
        scene.approver.post(&yes, json!({})).await.problem(403, "limit_exceeded");
        scene.owner.post(&yes, json!({})).await.ok();
        assert_eq!(scene.ticket(&ticket).await["emergency"]["status"], "disputed", "the lead decides all the same");
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(server, 15)).await;
        refused.problem(409, "approved_minutes_exhausted");
        let settled = scene.lead.post(&path(&ticket, "/emergency/uphold"), json!({})).await.ok();
        assert_eq!((&settled["approved_minutes"], &settled["used_minutes"]), (&json!(15), &json!(15)));
        assert_eq!(scene.minutes().await, (465, 0));
        is_clean(server).await;
    }

    async fn a_total_that_an_owner_approves_since_covers_what_was_used(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 2).await;
        // All that it holds anyway, and more than that.
        for (minutes, held) in [(120, 60), (135, 75)] {
            let ticket = down(&scene).await;
            log(server, &scene, &ticket, 90).await;
            let dispute = path(&ticket, "/emergency/dispute");
            scene.owner.post(&dispute, json!({ "reason": "The shop was up." })).await.ok();
            approved(&scene, &ticket, json!({ "minutes": minutes, "includes": "All." })).await;
            let settled = scene.lead.post(&path(&ticket, "/emergency/uphold"), json!({})).await.ok();
            assert_eq!((&settled["approved_minutes"], &settled["used_minutes"]), (&json!(minutes), &json!(60)));
            assert_eq!((&settled["held_minutes"], &settled["billable"]), (&json!(held), &json!(true)));
        }
        is_clean(server).await;
    }

    async fn an_emergency_ends_with_its_ticket(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let ticket = down(&scene).await;
        log(server, &scene, &ticket, 60).await;
        given_up(&scene, &ticket).await;
        assert_eq!(scene.ticket(&ticket).await["emergency"]["left_minutes"], 0);
        let refused = scene.agent.post(&path(&ticket, "/time-entries"), time(server, 30)).await;
        refused.problem(409, "approved_minutes_exhausted");
        assert_eq!(scene.minutes().await, (450, 0));
    }

    async fn what_was_approved_beside_it_can_be_deducted_again(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let ticket = down(&scene).await;
        approved(&scene, &ticket, further(60)).await;
        upheld(&scene, &ticket).await;
        let mut free = in_scope("p0", "corrective");
        free["billable"] = json!(false);
        free["not_billable_reason"] = json!("By mistake.");
        scene.agent.post(&path(&ticket, "/triage"), free).await.ok();
        let triaged = scene.agent.post(&path(&ticket, "/triage"), in_scope("p0", "corrective")).await.ok();
        assert_eq!(triaged["billable"], true);
        log(server, &scene, &ticket, 90).await;
        assert_eq!(scene.minutes().await, (420, 0));
        is_clean(server).await;
    }

    async fn a_fixed_price_stays_owed_when_borrowed_time_is_taken_back(server: &TestServer) {
        let scene = covered(server).await;
        lend(server, &scene, 120).await;
        let ticket = down(&scene).await;
        log(server, &scene, &ticket, 75).await;
        let second = log(server, &scene, &ticket, 75).await;
        assert_eq!(second["borrowed_minutes"], 75);
        approved(&scene, &ticket, json!({ "minutes": 120, "includes": "All.", "kind": "fixed" })).await;
        resolve(&scene, &ticket).await;
        let reverse = format!("/time-entries/{}/reverse", second["id"].as_str().unwrap());
        scene.agent.post(&reverse, json!({ "reason": "Another ticket's." })).await.created();
        assert_eq!(scene.ticket(&ticket).await["used_minutes"], 120);
        assert_eq!(balance(server, &scene.people).await["debt_minutes"], 120);
        is_clean(server).await;
        scene.buy("starter", 1).await;
        assert_eq!(scene.minutes().await, (360, 0), "the pack repays it");
        is_clean(server).await;
    }

    async fn what_an_owner_agrees_to_later_changes_nothing_of_what_has_begun(server: &TestServer) {
        let scene = covered(server).await;
        scene.buy("starter", 1).await;
        let ticket = down(&scene).await;
        scene.agree(json!({ "severities": ["p1"] })).await;
        assert_eq!(scene.ticket(&ticket).await["emergency"]["left_minutes"], 120);
        scene.agent.post(&path(&ticket, "/triage"), in_scope("p1", "corrective")).await.ok();
        assert_eq!(scene.ticket(&ticket).await["emergency"]["left_minutes"], 0);
    }
}
