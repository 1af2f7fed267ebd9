//! Bad input, as a hostile or an unlucky caller sends it: one problem document each, nothing changed, and one line in
//! the log.

use chrono::TimeDelta;
use daypack_server::{
    files::LIMIT_BYTES,
    on_both_engines,
    testing::{Answered, Client, TestServer},
};
use reqwest::Method;
use serde_json::json;

use crate::requests::{Scene, of_estimate, path, text};
use crate::witness::{Witness, marked};

/// Sends a file that says to be of this type.
async fn upload(client: &Client, media_type: &str, content: &str) -> Answered {
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\
         Content-Type: {media_type}\r\n\r\n{content}\r\n--b--\r\n"
    );
    let client = marked(client).header("content-type", "multipart/form-data; boundary=b");
    client.send(Method::POST, "/uploads", Some(body)).await
}

on_both_engines! {
    async fn minutes_that_nobody_has_or_approved(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let large = scene.offered("Too large", 1_020).await;
        let small = scene.offered("Small", 60).await;
        let work = path(&json!({ "id": small["ticket_id"] }), "/time-entries");
        let witness = Witness::of(server).await;
        let more_than_left = marked(&scene.owner).post(&of_estimate(&large, "/approve"), json!({})).await;
        let problem = witness.refused(&more_than_left, 409, "insufficient_minutes").await;
        assert_eq!(problem["shortfall_minutes"], 540);
        let beyond = json!({ "minutes": 75, "worked_on": server.now().date_naive(), "activity": "development",
            "note": "Worked on it.", "billable": true });
        let unapproved = marked(&scene.agent).post(&work, beyond.clone()).await;
        let problem = witness.refused(&unapproved, 409, "approved_minutes_exhausted").await;
        assert_eq!(problem["shortfall_minutes"], 45, "30 of 75 are free");

        scene.owner.post(&of_estimate(&small, "/approve"), json!({})).await.ok();
        let mut beyond = beyond;
        beyond["minutes"] = json!(105);
        let witness = Witness::of(server).await;
        let beyond = marked(&scene.agent).post(&work, beyond).await;
        let problem = witness.refused(&beyond, 409, "approved_minutes_exhausted").await;
        assert_eq!(problem["shortfall_minutes"], 15);
    }

    async fn approving_twice_at_once_from_two_browsers(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let at = of_estimate(&scene.offered("Export fails", 240).await, "/approve");
        let (first, second) = (marked(&scene.owner), marked(&scene.owner));
        let (one, other) = tokio::join!(first.post(&at, json!({})), second.post(&at, json!({})));
        let refused = if one.status.as_u16() == 200 { &other } else { &one };
        let witness = Witness::of(server).await;
        witness.refused(refused, 409, "estimate_approved").await;
        assert_eq!(scene.minutes().await, (240, 240), "held once");
    }

    async fn moves_fields_and_cursors_that_do_not_exist(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.triaged("Export fails").await;
        let witness = Witness::of(server).await;
        let moves = path(&ticket, "/transitions");
        let no_row = marked(&scene.agent).post(&moves, json!({ "to": "fixing", "diagnosis": "x", "reproduction": "x" })).await;
        witness.refused(&no_row, 409, "invalid_transition").await;
        let no_status = marked(&scene.agent).post(&moves, json!({ "to": "done" })).await;
        witness.refused(&no_status, 422, "invalid").await;
        let mut body = scene.request("One field more");
        body["priority"] = json!("high");
        let unknown = marked(&scene.member).post("/tickets", body).await;
        unknown.invalid(&[("/priority", "unknown_field")]);
        witness.refused(&unknown, 422, "invalid").await;
        let unknown = marked(&scene.member).get("/tickets?colour=red").await;
        witness.refused(&unknown, 422, "invalid").await;
        for list in ["/tickets", "/orders", "/estimates", "/organizations", "/organizations/acme/ledger"] {
            let made_up = marked(&scene.lead).get(&format!("{list}?cursor=bm90LWEtY3Vyc29yLW9mLW91cnM")).await;
            made_up.invalid(&[("/cursor", "invalid_cursor")]);
            witness.refused(&made_up, 422, "invalid").await;
        }
    }

    async fn ids_of_others(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 60).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        let witness = Witness::of(server).await;
        let stranger = &scene.foreign;
        for path in [
            path(&ticket, ""), path(&ticket, "/timeline"), path(&ticket, "/sla"), of_estimate(&estimate, "/preview"),
            "/tickets/ACME-1".to_owned(), "/organizations/acme/balance".to_owned(),
            format!("/organizations/{}/ledger", scene.people.acme), format!("/tickets/{}", uuid::Uuid::nil()),
            // In the query.
            format!("/tickets?organization_id={}", scene.people.acme),
            format!("/orders?organization_id={}", scene.people.acme),
            format!("/statements?organization_id={}", scene.people.acme),
            format!("/dashboard?organization_id={}", scene.people.acme),
        ] {
            witness.refused(&marked(stranger).get(&path).await, 404, "not_found").await;
        }
        // In the path of an act, and in the body.
        let yes = marked(stranger).post(&of_estimate(&estimate, "/approve"), json!({})).await;
        witness.refused(&yes, 404, "not_found").await;
        let order = json!({ "organization_id": scene.people.acme, "plan_code": "starter", "packs": 1, "terms_version": 1 });
        witness.refused(&marked(stranger).post("/orders", order).await, 404, "not_found").await;
        let request = marked(stranger).post("/tickets", scene.request("Mine, in the name of others")).await;
        witness.refused(&request, 404, "not_found").await;
        let mut with_system = scene.request("Whose system?");
        with_system["system_id"] = json!(uuid::Uuid::nil());
        let foreign_system = marked(&scene.member).post("/tickets", with_system).await;
        foreign_system.invalid(&[("/system_id", "not_found")]);
        witness.refused(&foreign_system, 422, "invalid").await;
        let mut with_file = scene.request("Whose file?");
        with_file["attachment_ids"] = json!([uuid::Uuid::nil()]);
        let foreign_file = marked(&scene.member).post("/tickets", with_file).await;
        witness.refused(&foreign_file, 422, "invalid").await;
    }

    async fn days_that_no_calendar_has(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 60).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        let order = scene.lead.get("/orders?limit=1").await.ok()["items"][0].clone();
        let witness = Witness::of(server).await;
        for day in ["+10000-01-01", "-262143-01-01", "1999-12-31"] {
            let (instant, in_address) = (format!("{day}T00:00:00Z"), day.replace('+', "%2B"));
            let entry = json!({ "minutes": 15, "worked_on": day, "activity": "development", "note": "Worked.", "billable": true });
            let offer = json!({ "minutes": 60, "includes": "The export.", "valid_until": instant });
            let gift = json!({ "kind": "goodwill", "minutes": 60, "expires_on": day, "reason": "Sorry." });
            for (path, body, pointer) in [
                (path(&ticket, "/windows"), json!({ "starts_at": instant, "ends_at": "2026-12-01T00:00:00Z" }), "/starts_at"),
                (path(&ticket, "/windows"), json!({ "starts_at": "2026-12-01T00:00:00Z", "ends_at": instant }), "/ends_at"),
                (path(&ticket, "/time-entries"), entry, "/worked_on"),
                (path(&ticket, "/estimates"), offer, "/valid_until"),
                (format!("/orders/{}/confirm-payment", text(&order, "id")), json!({ "payment_reference": "R-1", "paid_on": day }), "/paid_on"),
                ("/organizations/acme/lots".to_owned(), gift, "/expires_on"),
            ] {
                let answer = marked(&scene.lead).post(&path, body).await;
                answer.invalid(&[(pointer, "out_of_range")]);
                witness.refused(&answer, 422, "invalid").await;
            }
            for (path, pointer) in [
                (format!("/organizations/acme/balance?as_of={in_address}T00:00:00Z"), "/as_of"),
                (format!("/organizations/acme/ledger?from={in_address}"), "/from"),
                (format!("/organizations/acme/ledger?to={in_address}"), "/to"),
            ] {
                let answer = marked(&scene.lead).get(&path).await;
                answer.invalid(&[(pointer, "out_of_range")]);
                witness.refused(&answer, 422, "invalid").await;
            }
        }
    }

    async fn files_that_are_too_large_or_lie(server: &TestServer) {
        let scene = Scene::new(server).await;
        let witness = Witness::of(server).await;
        let large = upload(&scene.member, "text/plain", &"x".repeat(LIMIT_BYTES + 1)).await;
        witness.refused(&large, 413, "too_large").await;
        let lying = upload(&scene.member, "image/png", "no picture").await;
        witness.refused(&lying, 415, "unsupported_media_type").await;
        let body = " ".repeat(50_000_000);
        let huge = marked(&scene.member).send(Method::POST, "/tickets", Some(body)).await;
        witness.refused(&huge, 413, "too_large").await;
    }

    async fn a_token_that_has_expired(server: &TestServer) {
        let scene = Scene::new(server).await;
        let old = scene.member.clone();
        server.wait(TimeDelta::minutes(16));
        let scene = scene.again(server).await;
        let witness = Witness::of(server).await;
        let late = marked(&old).post("/tickets", scene.request("Too late")).await;
        witness.refused(&late, 401, "unauthenticated").await;
        assert_eq!(text(&late.json(401), "detail"), text(&old.get("/me").await.json(401), "detail"));
    }
}
