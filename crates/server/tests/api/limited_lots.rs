//! Lots that are limited to systems: approvals, work, emergencies and reopenings take from those that serve the ticket's
//! system, and pass the others over.

use daypack_domain::policy::StaffRole::Admin;
use daypack_server::{
    on_both_engines,
    testing::{Place, TestServer},
};
use serde_json::{Value, json};

use crate::emergencies::{covered, lend, log, time};
use crate::packs::{balance, ledger};
use crate::requests::{Scene, in_scope, of_estimate, path, text};
use crate::verify::is_clean;

/// The ids of two systems of Acme.
async fn shop_and_books(server: &TestServer, scene: &Scene) -> (String, String) {
    let admin = server.signed_in(scene.people.at(Place::Staff(Admin))).await;
    let made = async |name: &str| {
        let body = json!({ "name": name });
        text(&admin.post("/organizations/acme/systems", body).await.created(), "id")
    };
    (made("Shop").await, made("Books").await)
}

/// Minutes for these systems alone, or for all when none is named; gives the lot's id.
async fn given(scene: &Scene, minutes: i64, expires_on: &str, systems: &[&String]) -> String {
    let body = json!({
        "kind": "goodwill", "minutes": minutes, "expires_on": expires_on, "reason": "As agreed", "system_ids": systems
    });
    text(&scene.lead.post("/organizations/acme/lots", body).await.created(), "id")
}

/// The lot serves these systems from now on.
async fn limited(scene: &Scene, lot: &str, systems: &[&String]) {
    let body = json!({ "system_ids": systems, "reason": "As agreed" });
    scene.lead.post(&format!("/lots/{lot}/limit"), body).await.ok();
}

/// A request about this system, or about none, triaged so.
async fn about(scene: &Scene, system: Option<&String>, triage: Value) -> Value {
    let mut body = scene.request("About a system");
    body["system_id"] = json!(system);
    let ticket = scene.member.post("/tickets", body).await.created();
    assert_eq!(ticket["system_id"], json!(system));
    scene.agent.post(&path(&ticket, "/triage"), triage).await.ok()
}

/// An open estimate for such a request.
async fn offered(scene: &Scene, system: Option<&String>, minutes: i64) -> Value {
    let ticket = about(scene, system, in_scope("p2", "evolutionary")).await;
    let body = json!({ "minutes": minutes, "includes": "All." });
    scene.offer(&ticket, body).await
}

/// Lot and minutes of each part.
fn parts(holder: &Value) -> Vec<(String, i64)> {
    let parts = holder["allocations"].as_array().unwrap().iter();
    parts
        .map(|part| (text(part, "lot_id"), part["minutes"].as_i64().unwrap()))
        .collect()
}

/// What moved for the ticket, oldest first: kind and minutes, all of it in this lot.
async fn moved(server: &TestServer, scene: &Scene, ticket: &Value, lot: &str) -> Vec<String> {
    let mut all = ledger(server, &scene.people).await;
    all.retain(|movement| movement["ticket_id"] == ticket["id"]);
    all.reverse();
    let one = |movement: &Value| {
        assert_eq!(movement["lot_id"], lot, "{movement}");
        format!("{} {}", text(movement, "kind"), movement["minutes"])
    };
    all.iter().map(one).collect()
}

on_both_engines! {
    async fn a_lot_serves_its_system_alone_from_the_yes_to_the_reopening(server: &TestServer) {
        let scene = Scene::new(server).await;
        let (shop, books) = shop_and_books(server, &scene).await;
        let lot = given(&scene, 120, "2026-12-31", &[&shop]).await;
        let mut others = Vec::new();
        for system in [None, Some(&books)] {
            let estimate = offered(&scene, system, 60).await;
            let shown = scene.owner.get(&of_estimate(&estimate, "/preview")).await.ok();
            assert_eq!((&shown["shortfall_minutes"], &shown["preview_token"]), (&json!(60), &Value::Null));
            assert_eq!(shown["allocations"], json!([]));
            let refused = scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await;
            assert_eq!(refused.problem(409, "insufficient_minutes")["shortfall_minutes"], 60);
            assert_eq!(scene.minutes().await, (120, 0), "nothing is held");
            others.push(estimate);
        }

        let estimate = offered(&scene, Some(&shop), 60).await;
        let shown = scene.owner.get(&of_estimate(&estimate, "/preview")).await.ok();
        assert_eq!(parts(&shown), [(lot.clone(), 60)]);
        let yes = json!({ "preview_token": shown["preview_token"] });
        let approved = scene.owner.post(&of_estimate(&estimate, "/approve"), yes).await.ok();
        assert_eq!((approved["allocations"] == shown["allocations"], scene.minutes().await), (true, (60, 60)));

        let ticket = json!({ "id": estimate["ticket_id"] });
        scene.agent.post(&path(&ticket, "/transitions"), json!({ "to": "fixing" })).await.ok();
        // Half an hour is free.
        let entry = log(server, &scene, &ticket, 60).await;
        assert_eq!((parts(&entry), scene.minutes().await), (vec![(lot.clone(), 30)], (60, 30)));
        scene.agent.post(&path(&ticket, "/resolve"), json!({ "what_was_done": "Added." })).await.ok();
        assert_eq!(scene.minutes().await, (90, 0));
        let late = log(server, &scene, &ticket, 15).await;
        assert_eq!((parts(&late), scene.minutes().await), (vec![(lot.clone(), 15)], (75, 0)));
        scene.member.post(&path(&ticket, "/reopen"), json!({ "reason": "It is empty." })).await.ok();
        assert_eq!(scene.minutes().await, (60, 15), "what was approved and not used is held again");

        // What is held stays held, whomever the lot serves from now on.
        limited(&scene, &lot, &[&books]).await;
        assert_eq!(scene.minutes().await, (60, 15));
        let more = scene.offer(&ticket, json!({ "minutes": 15, "includes": "More.", "basis": "further" })).await;
        let refused = scene.owner.post(&of_estimate(&more, "/approve"), json!({})).await;
        assert_eq!(refused.problem(409, "insufficient_minutes")["shortfall_minutes"], 15);
        let entry = log(server, &scene, &ticket, 15).await;
        assert_eq!((parts(&entry), scene.minutes().await), (vec![(lot.clone(), 15)], (60, 0)));
        let expected = ["hold 60", "consume 30", "release 30", "hold 15", "consume 15", "hold 15", "consume 15"];
        assert_eq!(moved(server, &scene, &ticket, &lot).await, expected);
        let [nobody_s, of_books] = others.as_slice() else { panic!("{others:?}") };
        scene.owner.post(&of_estimate(nobody_s, "/approve"), json!({})).await.problem(409, "insufficient_minutes");
        let approved = scene.owner.post(&of_estimate(of_books, "/approve"), json!({})).await.ok();
        assert_eq!((parts(&approved), scene.minutes().await), (vec![(lot, 60)], (0, 60)));
        is_clean(server).await;
    }

    async fn of_several_lots_those_of_other_systems_are_passed_over(server: &TestServer) {
        let scene = Scene::new(server).await;
        let (shop, books) = shop_and_books(server, &scene).await;
        let of_shop = given(&scene, 60, "2026-06-30", &[&shop]).await;
        let of_both = given(&scene, 60, "2026-09-30", &[&shop, &books]).await;
        let of_all = given(&scene, 60, "2026-12-31", &[]).await;
        let approve = async |system: Option<&String>, minutes: i64| {
            let estimate = offered(&scene, system, minutes).await;
            scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await
        };
        for (system, minutes) in [(None, 75), (Some(&books), 135)] {
            let refused = approve(system, minutes).await.problem(409, "insufficient_minutes");
            assert_eq!(refused["shortfall_minutes"], 15);
        }
        assert_eq!(parts(&approve(None, 15).await.ok()), [(of_all.clone(), 15)]);
        assert_eq!(parts(&approve(Some(&books), 75).await.ok()), [(of_both, 60), (of_all.clone(), 15)]);
        let refused = approve(Some(&shop), 105).await.problem(409, "insufficient_minutes");
        assert_eq!(refused["shortfall_minutes"], 15);
        assert_eq!(parts(&approve(Some(&shop), 90).await.ok()), [(of_shop, 60), (of_all, 30)]);
        assert_eq!(scene.minutes().await, (0, 180));
        is_clean(server).await;
    }

    async fn the_free_minutes_of_a_plan_are_of_what_its_lots_serve(server: &TestServer) {
        let scene = Scene::new(server).await;
        let (shop, books) = shop_and_books(server, &scene).await;
        let admin = server.signed_in(scene.people.at(Place::Staff(Admin))).await.header("If-Match", "\"1\"");
        admin.patch("/plans/flexi", json!({ "free_minutes": 60 })).await.ok();
        scene.buy("starter", 1).await;
        scene.buy("flexi", 5).await;
        let lots = scene.viewer.get("/organizations/acme/lots").await.ok();
        let flexi = lots["items"].as_array().unwrap().iter().find(|lot| lot["plan_code"] == "flexi").unwrap();
        limited(&scene, &text(flexi, "id"), &[&shop]).await;
        let first_hour = async |system: Option<&String>| {
            let ticket = about(&scene, system, in_scope("p2", "evolutionary")).await;
            scene.agent.post(&path(&ticket, "/time-entries"), time(server, 60)).await
        };
        assert_eq!(first_hour(Some(&shop)).await.created()["billable_minutes"], 0);
        for system in [None, Some(&books)] {
            let refused = first_hour(system).await.problem(409, "approved_minutes_exhausted");
            assert_eq!(refused["shortfall_minutes"], 30, "Starter leaves half an hour free");
        }
    }

    async fn an_emergency_takes_what_serves_its_system_alone(server: &TestServer) {
        let scene = covered(server).await;
        let (shop, books) = shop_and_books(server, &scene).await;
        let lot = given(&scene, 120, "2026-12-31", &[&shop]).await;
        let urgent = || in_scope("p0", "corrective");
        for system in [None, Some(&books)] {
            let waits = about(&scene, system, urgent()).await;
            assert_eq!((&waits["status"], &waits["emergency"]), (&json!("estimating"), &Value::Null));
            let start = scene.agent.post(&path(&waits, "/emergency/start"), json!({})).await;
            start.problem(409, "no_minutes_for_emergency");
        }
        assert_eq!(scene.minutes().await, (120, 0));

        // Half of it is held for something else.
        let other = offered(&scene, Some(&shop), 60).await;
        scene.owner.post(&of_estimate(&other, "/approve"), json!({})).await.ok();
        let ticket = about(&scene, Some(&shop), urgent()).await;
        let begun = &ticket["emergency"];
        assert_eq!((&ticket["status"], &begun["held_minutes"]), (&json!("diagnosing"), &json!(60)));
        assert_eq!((&begun["left_minutes"], scene.minutes().await), (&json!(60), (0, 120)));
        let more = json!({ "minutes": 45, "reason": "Sorry" });
        scene.lead.post(&format!("/lots/{lot}/adjust"), more).await.ok();
        assert_eq!(scene.ticket(&ticket).await["emergency"]["left_minutes"], 105);
        let entry = log(server, &scene, &ticket, 105).await;
        assert_eq!((parts(&entry), scene.minutes().await), (vec![(lot.clone(), 75)], (30, 60)));
        let expected = ["hold 60", "hold 15", "consume 60", "consume 15"];
        assert_eq!(moved(server, &scene, &ticket, &lot).await, expected);

        // What may be borrowed is anybody's; the lot is not.
        lend(server, &scene, 30).await;
        let second = about(&scene, Some(&books), urgent()).await;
        let begun = &second["emergency"];
        assert_eq!((&second["status"], &begun["held_minutes"]), (&json!("diagnosing"), &json!(0)));
        assert_eq!(begun["left_minutes"], 30);
        let entry = log(server, &scene, &second, 60).await;
        assert_eq!((&entry["borrowed_minutes"], &entry["allocations"]), (&json!(30), &json!([])));
        assert_eq!(scene.ticket(&second).await["emergency"]["left_minutes"], 0);
        let now = balance(server, &scene.people).await;
        assert_eq!((&now["debt_minutes"], &now["available_minutes"]), (&json!(30), &json!(30)));
        is_clean(server).await;
    }
}
