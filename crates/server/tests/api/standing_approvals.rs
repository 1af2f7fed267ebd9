//! `/organizations/{id}/standing-approvals`: one yes to every offer within limits.

use daypack_domain::policy::StaffRole::Admin;
use daypack_server::{
    on_both_engines,
    testing::{Place, TestServer},
};
use serde_json::{Value, json};

use crate::requests::{Scene, in_scope, of_estimate, path, text};
use crate::weeks::go_to;

const AT: &str = "/organizations/acme/standing-approvals";

fn terms(per_ticket: i64, per_month: i64) -> Value {
    json!({
        "name": "Small corrections", "kinds": ["corrective"], "severities": ["p2"],
        "minutes_per_ticket": per_ticket, "minutes_per_month": per_month
    })
}

async fn used(scene: &Scene) -> Value {
    scene.viewer.get(AT).await.ok()["items"][0]["used_this_month_minutes"].clone()
}

on_both_engines! {
    async fn an_offer_within_it_is_approved_at_once_and_names_it(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 2).await;
        let given = scene.owner.post(AT, terms(120, 200)).await.created();
        assert_eq!((&given["given_by"]["name"], &given["month"]), (&json!("Acme owner"), &json!("2026-03-01")));
        let first = scene.offered("Export fails", 120).await;
        assert_eq!((&first["status"], &first["channel"]), (&json!("approved"), &json!("standing")));
        assert_eq!(first["standing_approval"], json!({ "id": given["id"], "name": "Small corrections" }));
        assert_eq!((&first["decided_by"], &first["approved_minutes"]), (&Value::Null, &json!(120)));
        let ticket = json!({ "id": first["ticket_id"] });
        assert_eq!(scene.ticket(&ticket).await["status"], "approved");
        assert_eq!(scene.minutes().await, (840, 120));
        let page = scene.viewer.get(&path(&ticket, "/timeline?limit=100")).await.ok();
        let told = page["items"].as_array().unwrap().iter().find(|event| event["name"] == "estimate.approved");
        assert_eq!(told.unwrap()["data"]["data"]["standing_approval"], "Small corrections");
        assert_eq!(used(&scene).await, 120);

        // 81 do not fit the month any more, and 15 above the ticket do not either; the rest of the month does.
        let beyond = scene.offered("Beyond the month", 90).await;
        assert_eq!((&beyond["status"], &beyond["standing_approval"]), (&json!("offered"), &Value::Null));
        let further = json!({ "minutes": 15, "includes": "More.", "basis": "further" });
        assert_eq!(scene.offer(&ticket, further).await["status"], "offered");
        assert_eq!(scene.offered("Within the month", 75).await["status"], "approved");
        assert_eq!((used(&scene).await, scene.minutes().await), (json!(195), (765, 195)));

        let sunday = json!({ "organization_id": scene.people.acme, "from": "2026-03-02", "to": "2026-03-04" });
        let statement = scene.owner.post("/statements", sunday).await;
        assert!(statement.text.contains("\"standing_approvals\":[\"Small corrections\"]"), "{}", statement.text);
    }

    async fn it_covers_kinds_and_severities_that_it_names_while_it_stands(server: &TestServer) {
        let scene = Scene::new(server).await;
        let given = scene.owner.post(AT, terms(120, 1200)).await.created();
        let early = scene.offered("No minutes yet", 60).await;
        assert_eq!(early["status"], "offered", "nothing is approved that is not there");
        scene.buy("starter", 2).await;
        let ticket = scene.opened("Another kind").await;
        scene.agent.post(&path(&ticket, "/triage"), in_scope("p2", "evolutionary")).await.ok();
        let body = json!({ "minutes": 60, "includes": "All." });
        assert_eq!(scene.offer(&ticket, body.clone()).await["status"], "offered");
        let ticket = scene.opened("Another severity").await;
        scene.agent.post(&path(&ticket, "/triage"), in_scope("p1", "corrective")).await.ok();
        assert_eq!(scene.offer(&ticket, body).await["status"], "offered");
        assert_eq!(scene.minutes().await, (960, 0));

        let end = format!("/standing-approvals/{}/end", text(&given, "id"));
        let ended = scene.owner.send(reqwest::Method::POST, &end, None).await.ok();
        assert_eq!(ended["ended_by"]["name"], "Acme owner");
        scene.owner.send(reqwest::Method::POST, &end, None).await.problem(409, "standing_approval_ended");
        assert_eq!(scene.offered("After its end", 60).await["status"], "offered");
    }

    async fn of_two_offers_at_once_the_month_has_room_for_one(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 2).await;
        scene.owner.post(AT, terms(120, 120)).await.created();
        let (one, other) = (scene.triaged("One").await, scene.triaged("Other").await);
        let body = || json!({ "minutes": 120, "includes": "All." });
        let (first, second) = tokio::join!(scene.offer(&one, body()), scene.offer(&other, body()));
        let mut heard = [text(&first, "status"), text(&second, "status")];
        heard.sort();
        assert_eq!(heard, ["approved", "offered"]);
        assert_eq!((used(&scene).await, scene.minutes().await), (json!(120), (840, 120)));
    }

    async fn a_month_is_one_of_the_organizations_calendar(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 2).await;
        scene.owner.post(AT, terms(120, 120)).await.created();
        assert_eq!(scene.offered("March", 120).await["status"], "approved");
        // The last minute of March in Madrid, where summer time has begun.
        go_to(server, "2026-03-31T21:59:00Z");
        let scene = scene.again(server).await;
        assert_eq!(scene.offered("Still March", 120).await["status"], "offered");
        go_to(server, "2026-03-31T22:00:00Z");
        assert_eq!(used(&scene).await, 0);
        assert_eq!(scene.offered("April", 120).await["status"], "approved");
    }

    async fn small_works_are_solved_without_an_estimate(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let ticket = scene.opened("A new column").await;
        let work = |minutes: i64| json!({
            "minutes": minutes, "worked_on": "2026-03-04", "activity": "development", "note": "Done", "billable": true
        });
        let at = path(&ticket, "/time-entries");
        let refused = scene.agent.post(&at, work(60)).await.problem(409, "approved_minutes_exhausted");
        assert_eq!(refused["shortfall_minutes"], 30);
        let body = json!({
            "name": "Small works", "minutes_per_ticket": 60, "minutes_per_month": 60, "small_works": true
        });
        scene.owner.post(AT, body).await.created();
        let entry = scene.agent.post(&at, work(60)).await.created();
        assert_eq!(entry["billable_minutes"], 30);
        let seen = scene.ticket(&ticket).await;
        assert_eq!((&seen["status"], &seen["used_minutes"]), (&json!("submitted"), &json!(30)));
        assert_eq!(seen["estimates"][0]["standing_approval"]["name"], "Small works");
        // 45 more would be 75 of 60.
        scene.agent.post(&at, work(45)).await.problem(409, "approved_minutes_exhausted");
        assert_eq!((used(&scene).await, scene.minutes().await), (json!(30), (450, 0)));
        scene.agent.post(&at, work(30)).await.created();
        let solved = scene.agent.post(&path(&ticket, "/resolve"), json!({ "what_was_done": "Added." })).await.ok();
        assert_eq!((&solved["status"], scene.minutes().await), (&json!("resolved"), (420, 0)));

        let other = scene.opened("Another column").await;
        let late = scene.agent.post(&path(&other, "/time-entries"), work(45)).await;
        late.problem(409, "approved_minutes_exhausted");
    }

    async fn small_works_stay_billed_as_they_were_counted_whatever_lot_they_are_taken_from(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let admin = server.signed_in(scene.people.at(Place::Staff(Admin))).await;
        // The later pack leaves more of each ticket free; the earlier one is used first.
        let better = json!({ "queue": "priority", "free_minutes": 90 });
        admin.header("If-Match", "\"1\"").patch("/plans/starter", better).await.ok();
        go_to(server, "2026-03-05T09:00:00Z");
        let scene = scene.again(server).await;
        scene.buy("starter", 1).await;
        let body = json!({
            "name": "Small works", "minutes_per_ticket": 60, "minutes_per_month": 60, "small_works": true
        });
        scene.owner.post(AT, body).await.created();
        let ticket = scene.opened("A new column").await;
        let work = |minutes: i64| json!({
            "minutes": minutes, "worked_on": "2026-03-04", "activity": "development", "note": "Done", "billable": true
        });
        let logged = scene.agent.post(&path(&ticket, "/time-entries"), work(120)).await.created();
        assert_eq!(logged["billable_minutes"], 30);
        let logged = scene.agent.post(&path(&ticket, "/time-entries"), work(30)).await.created();
        assert_eq!(logged["billable_minutes"], 30, "150 worked, 90 of them free");
        let lots = scene.owner.get("/organizations/acme/lots").await.ok();
        let mut left: Vec<&Value> = lots["items"].as_array().unwrap().iter().map(|lot| &lot["available_minutes"]).collect();
        left.sort_by_key(|minutes| minutes.as_i64());
        assert_eq!(left, [&json!(420), &json!(480)], "of one lot: the one that ends first");
    }

    async fn owners_and_admins_give_and_end_them(server: &TestServer) {
        let scene = Scene::new(server).await;
        for client in [&scene.approver, &scene.member, &scene.agent, &scene.lead] {
            client.post(AT, terms(60, 60)).await.problem(403, "forbidden");
        }
        scene.foreign.post(AT, terms(60, 60)).await.problem(404, "not_found");
        scene.foreign.get(AT).await.problem(404, "not_found");
        scene.owner.post(AT, terms(60, 59)).await.invalid(&[("/minutes_per_month", "too_small")]);
        let wrong = json!({ "name": "", "minutes_per_ticket": 0, "minutes_per_month": 0, "more": 1 });
        scene.owner.post(AT, wrong).await.problem(422, "invalid");
        assert_eq!(scene.viewer.get(AT).await.ok()["items"], json!([]));
        let admin = server.signed_in(scene.people.at(Place::Staff(Admin))).await;
        let given = admin.post(AT, terms(60, 60)).await.created();
        let end = format!("/standing-approvals/{}/end", text(&given, "id"));
        scene.foreign.post(&end, json!({})).await.problem(404, "not_found");
        let stale = scene.owner.header("If-Match", "\"7\"");
        stale.send(reqwest::Method::POST, &end, None).await.problem(409, "stale_version");
        scene.owner.send(reqwest::Method::POST, &end, None).await.ok();
    }

    async fn a_person_may_approve_what_it_does_not_cover(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        scene.owner.post(AT, terms(60, 60)).await.created();
        let estimate = scene.offered("Larger", 120).await;
        let approved = scene.approver.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        assert_eq!((&approved["channel"], used(&scene).await), (&json!("portal"), json!(0)));
    }
}
