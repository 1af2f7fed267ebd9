//! `/lots/{id}` and `/organizations/{id}/lots`: what there is of a lot, and what can be done to it.

use crate::packs::tickets::{Deed, act, ticket};
use crate::packs::{at, balance, bought, event_names, lead, ledger, owner};

use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::{Approver, Owner, Viewer};
use daypack_domain::policy::StaffRole::{Admin, Agent, Lead};
use daypack_server::on_both_engines;
use daypack_server::testing::{Client, People, Place, TestServer};
use serde_json::{Value, json};

async fn admin(server: &TestServer, people: &People) -> Client {
    at(server, people, Place::Staff(Admin)).await
}

fn lot_of(order: &Value, action: &str) -> String {
    format!("/lots/{}{action}", order["lot"]["id"].as_str().unwrap())
}

async fn shown(server: &TestServer, people: &People, order: &Value) -> Value {
    owner(server, people).await.get(&lot_of(order, "")).await.ok()
}

/// What no refusal may change.
async fn everything(server: &TestServer, people: &People, order: &Value) -> (Value, Vec<Value>, Value, Vec<String>) {
    (
        shown(server, people, order).await,
        ledger(server, people).await,
        balance(server, people).await,
        event_names(server, people.acme).await,
    )
}

fn reason() -> Value {
    json!({ "reason": "Agreed by phone" })
}

fn gift(minutes: i64, expires_on: &str) -> Value {
    json!({ "kind": "goodwill", "minutes": minutes, "expires_on": expires_on, "reason": "Sorry for the outage" })
}

on_both_engines! {
    async fn a_lot_shows_what_is_left_and_what_can_be_done(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "flexi", 5).await;
        let ticket = ticket(server, &people).await;
        assert!(act(server, people.acme, ticket, Deed::Hold(300)).await);
        assert!(act(server, people.acme, ticket, Deed::Use(100)).await);
        let viewer = at(server, &people, Place::Acme(Viewer)).await;
        let answer = viewer.get(&lot_of(&order, "")).await;
        assert_eq!(answer.header("etag"), "\"1\"");
        let lead = people.at(Place::Staff(Lead));
        let expected = json!({
            "id": order["lot"]["id"], "organization_id": people.acme, "origin": "order", "order_id": order["id"],
            "plan_code": "flexi", "plan_name": "Flexi", "status": "active", "granted_minutes": 2_400,
            "available_minutes": 2_100, "held_minutes": 200, "posted_minutes": 2_300, "used_minutes": 100,
            "price": { "amount_minor": 200_000, "currency": "EUR" },
            "refunded": { "amount_minor": 0, "currency": "EUR" },
            "refundable": { "amount_minor": 175_000, "currency": "EUR" },
            "activated_at": "2026-03-04T09:00:00Z", "expires_on": "2026-09-04", "original_expires_on": "2026-09-04",
            "ends_at": "2026-09-04T22:00:00Z", "extended_at": null, "extension_reason": null,
            "extends_to": "2026-12-04", "systems": [],
            "reason": null, "created_by": { "id": lead.id, "name": "Staff lead", "staff": true }, "version": 1
        });
        assert_eq!(answer.ok(), expected);
        at(server, &people, Place::Nord(Owner)).await.get(&lot_of(&order, "")).await.problem(404, "not_found");
        viewer.get("/lots/nothing").await.problem(404, "not_found");
        let nobody = format!("/lots/{}", people.acme);
        viewer.get(&nobody).await.problem(404, "not_found");

        // A due expiry counts before it is recorded.
        server.clock.set("2026-09-04T22:00:00Z".parse().unwrap());
        let ended = shown(server, &people, &order).await;
        assert_eq!(ended["status"], "expired");
        assert_eq!((&ended["available_minutes"], &ended["held_minutes"]), (&json!(0), &json!(200)));
        assert_eq!((&ended["extends_to"], &ended["refundable"]["amount_minor"]), (&json!(null), &json!(0)));
    }

    async fn lots_are_listed_newest_first_also_those_that_are_over(server: &TestServer) {
        let people = server.people().await;
        let first = bought(server, &people, "starter", 1).await;
        server.wait(TimeDelta::days(1));
        let second = bought(server, &people, "flexi", 5).await;
        lead(server, &people).await.post(&lot_of(&first, "/void"), reason()).await.ok();
        let viewer = at(server, &people, Place::Acme(Viewer)).await;
        let page = viewer.get("/organizations/acme/lots?limit=1").await.ok();
        assert_eq!(page["items"][0]["id"], second["lot"]["id"]);
        let path = format!("/organizations/acme/lots?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
        let page = viewer.get(&path).await.ok();
        assert_eq!((&page["items"][0]["id"], &page["items"][0]["status"]), (&first["lot"]["id"], &json!("voided")));
        assert_eq!(page["next_cursor"], json!(null));
        at(server, &people, Place::Nord(Owner)).await.get("/organizations/acme/lots").await.problem(404, "not_found");
    }

    async fn a_lot_is_extended_once_by_those_who_may(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "flexi", 5).await;
        let starter = bought(server, &people, "starter", 1).await;
        let before = everything(server, &people, &order).await;
        for place in [Place::Acme(Approver), Place::Staff(Lead)] {
            let client = at(server, &people, place).await;
            client.post(&lot_of(&order, "/extend"), json!({})).await.problem(403, "forbidden");
        }
        let foreign = at(server, &people, Place::Nord(Owner)).await;
        foreign.post(&lot_of(&order, "/extend"), json!({})).await.problem(404, "not_found");
        let client = owner(server, &people).await;
        client.post(&lot_of(&starter, "/extend"), json!({})).await.problem(409, "extension_not_allowed");
        client.post(&lot_of(&order, "/extend"), json!({ "months": 6 })).await.invalid(&[("/months", "unknown_field")]);
        let late = client.header("If-Match", "\"7\"");
        late.post(&lot_of(&order, "/extend"), json!({})).await.problem(409, "stale_version");
        assert_eq!(everything(server, &people, &order).await, before);

        // The last instant of the last day, without a body.
        server.clock.set("2026-09-04T21:59:59.999999Z".parse().unwrap());
        let client = owner(server, &people).await.header("Idempotency-Key", "extend-1");
        let extended = client.send(reqwest::Method::POST, &lot_of(&order, "/extend"), None).await;
        assert_eq!(extended.header("etag"), "\"2\"");
        let lot = extended.ok();
        assert_eq!((&lot["expires_on"], &lot["original_expires_on"]), (&json!("2026-12-04"), &json!("2026-09-04")));
        assert_eq!((&lot["ends_at"], &lot["extends_to"]), (&json!("2026-12-04T23:00:00Z"), &json!(null)));
        let again = client.send(reqwest::Method::POST, &lot_of(&order, "/extend"), None).await;
        assert_eq!((again.header("idempotency-replayed"), again.ok()), ("true", lot.clone()));
        let client = owner(server, &people).await;
        client.post(&lot_of(&order, "/extend"), json!({})).await.problem(409, "already_extended");
        server.wait(TimeDelta::microseconds(1));
        let client = owner(server, &people).await;
        assert_eq!(client.get("/organizations/acme/balance").await.ok()["available_minutes"], 2_400);
        server.clock.set("2026-12-04T23:00:00Z".parse().unwrap());
        assert_eq!(balance(server, &people).await["available_minutes"], 0);
        let names = event_names(server, people.acme).await;
        assert_eq!(names.iter().filter(|name| *name == "lot.extended").count(), 1);
    }

    async fn an_ended_or_an_empty_lot_is_not_extended(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "flexi", 5).await;
        let ticket = ticket(server, &people).await;
        assert!(act(server, people.acme, ticket, Deed::Hold(2_400)).await);
        assert!(act(server, people.acme, ticket, Deed::Use(2_400)).await);
        let client = owner(server, &people).await;
        client.post(&lot_of(&order, "/extend"), json!({})).await.problem(409, "lot_exhausted");
        let full = bought(server, &people, "flexi", 5).await;
        server.clock.set("2026-09-04T22:00:00Z".parse().unwrap());
        let before = everything(server, &people, &full).await;
        let client = owner(server, &people).await;
        client.post(&lot_of(&full, "/extend"), json!({})).await.problem(409, "lot_ended");
        assert_eq!(everything(server, &people, &full).await, before);
    }

    async fn only_a_lot_that_nobody_uses_is_voided(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "starter", 1).await;
        let ticket = ticket(server, &people).await;
        assert!(act(server, people.acme, ticket, Deed::Hold(60)).await);
        let before = everything(server, &people, &order).await;
        let client = lead(server, &people).await;
        client.post(&lot_of(&order, "/void"), reason()).await.problem(409, "lot_in_use");
        client.post(&lot_of(&order, "/void"), json!({})).await.invalid(&[("/reason", "required")]);
        client.post(&lot_of(&order, "/void"), json!({ "reason": "  " })).await.invalid(&[("/reason", "required")]);
        at(server, &people, Place::Staff(Agent)).await.post(&lot_of(&order, "/void"), reason()).await.problem(403, "forbidden");
        owner(server, &people).await.post(&lot_of(&order, "/void"), reason()).await.problem(403, "forbidden");
        assert_eq!(everything(server, &people, &order).await, before);
        assert!(act(server, people.acme, ticket, Deed::Release).await);
        let voided = client.post(&lot_of(&order, "/void"), reason()).await.ok();
        assert_eq!((&voided["status"], &voided["posted_minutes"]), (&json!("voided"), &json!(0)));
        let listed = ledger(server, &people).await;
        assert_eq!((&listed[0]["kind"], &listed[0]["minutes"]), (&json!("void"), &json!(480)));
        assert_eq!((&listed[0]["reason"], &listed[0]["actor"]["name"]), (&json!("Agreed by phone"), &json!("Staff lead")));
        client.post(&lot_of(&order, "/void"), reason()).await.problem(409, "lot_ended");
        assert_eq!(balance(server, &people).await["available_minutes"], 0);
        let mails = server.mails(1).await;
        assert!(mails[0].contains("To: \"Acme owner\" <owner@acme.example>"), "{}", mails[0]);
    }

    async fn a_refund_says_the_money_and_is_never_more_than_was_paid(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "flexi", 5).await;
        let ticket = ticket(server, &people).await;
        assert!(act(server, people.acme, ticket, Deed::Hold(400)).await);
        let before = everything(server, &people, &order).await;
        let client = admin(server, &people).await;
        let path = lot_of(&order, "/refund");
        let too_many = client.post(&path, json!({ "minutes": 2_001, "reason": "x" })).await.problem(409, "refund_exceeds_unused");
        assert_eq!(too_many["shortfall_minutes"], 1);
        client.post(&path, json!({ "minutes": 0, "reason": "x" })).await.invalid(&[("/minutes", "too_small")]);
        client.post(&path, json!({ "minutes": -5, "reason": "x" })).await.invalid(&[("/minutes", "too_small")]);
        client.post(&path, json!({ "minutes": "5", "reason": "x" })).await.invalid(&[("/minutes", "wrong_type")]);
        client.post(&path, json!({ "minutes": 5 })).await.invalid(&[("/reason", "required")]);
        lead(server, &people).await.post(&path, reason()).await.problem(403, "forbidden");
        assert_eq!(everything(server, &people, &order).await, before);

        // 200,000 for 2,400 minutes: 83.33 each, rounded down.
        let some = client.post(&path, json!({ "minutes": 100, "reason": "Not needed" })).await.ok();
        assert_eq!((&some["minutes"], &some["amount"]), (&json!(100), &json!({ "amount_minor": 8_333, "currency": "EUR" })));
        assert_eq!((&some["lot"]["refunded"]["amount_minor"], &some["lot"]["available_minutes"]), (&json!(8_333), &json!(1_900)));
        // Minutes that were a gift are worth no more than what is left of the price.
        let adjust = json!({ "minutes": 10_000, "reason": "A gift" });
        client.post(&lot_of(&order, "/adjust"), adjust).await.ok();
        let rest = client.post(&path, reason()).await.ok();
        assert_eq!((&rest["minutes"], &rest["amount"]["amount_minor"]), (&json!(11_900), &json!(191_667)));
        assert_eq!(rest["lot"]["refunded"], rest["lot"]["price"]);
        client.post(&path, reason()).await.problem(409, "lot_exhausted");
        assert_eq!(balance(server, &people).await["held_minutes"], 400);
        let names = event_names(server, people.acme).await;
        assert_eq!(names.iter().filter(|name| *name == "lot.refunded").count(), 2);

        let given = client.post("/organizations/acme/lots", gift(60, "2026-12-31")).await.created();
        let path = format!("/lots/{}/refund", given["id"].as_str().unwrap());
        client.post(&path, reason()).await.problem(409, "lot_not_paid");
        server.clock.set("2026-09-04T22:00:00Z".parse().unwrap());
        let client = admin(server, &people).await;
        client.post(&lot_of(&order, "/refund"), reason()).await.problem(409, "lot_ended");
    }

    async fn an_adjustment_adds_or_takes_what_is_available(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "starter", 1).await;
        let ticket = ticket(server, &people).await;
        assert!(act(server, people.acme, ticket, Deed::Hold(400)).await);
        let path = lot_of(&order, "/adjust");
        let before = everything(server, &people, &order).await;
        let client = lead(server, &people).await;
        let short = client.post(&path, json!({ "minutes": -81, "reason": "x" })).await.problem(409, "insufficient_minutes");
        assert_eq!(short["shortfall_minutes"], 1);
        client.post(&path, json!({ "minutes": 0, "reason": "x" })).await.invalid(&[("/minutes", "too_small")]);
        client.post(&path, json!({ "minutes": i64::MIN, "reason": "x" })).await.invalid(&[("/minutes", "too_small")]);
        client.post(&path, json!({ "minutes": 10_000_001, "reason": "x" })).await.invalid(&[("/minutes", "too_large")]);
        assert_eq!(everything(server, &people, &order).await, before);
        let less = client.header("If-Match", "\"1\"").post(&path, json!({ "minutes": -80, "reason": "A mistake" })).await;
        assert_eq!(less.header("etag"), "\"2\"");
        assert_eq!(less.ok()["available_minutes"], 0);
        let twice = client.header("If-Match", "\"1\"").post(&path, json!({ "minutes": -80, "reason": "A mistake" })).await;
        twice.problem(409, "stale_version");
        client.post(&path, json!({ "minutes": 15, "reason": " Sorry " })).await.ok();
        let listed = ledger(server, &people).await;
        let kinds: Vec<_> = listed[..2].iter().map(|one| (one["kind"].clone(), one["minutes"].clone(), one["reason"].clone())).collect();
        assert_eq!(kinds, [
            (json!("credit"), json!(15), json!("Sorry")),
            (json!("debit"), json!(80), json!("A mistake")),
        ]);
        assert_eq!(server.mails(2).await.len(), 2);
    }

    async fn minutes_are_given_with_a_reason_and_a_date(server: &TestServer) {
        let people = server.people().await;
        let path = "/organizations/acme/lots";
        let client = lead(server, &people).await;
        client.post(path, gift(60, "2026-03-03")).await.invalid(&[("/expires_on", "too_early")]);
        client.post(path, gift(60, "2126-12-31")).await.invalid(&[("/expires_on", "too_late")]);
        client.post(path, gift(60, "2026-02-30")).await.invalid(&[("/expires_on", "invalid_value")]);
        client.post(path, gift(0, "2026-12-31")).await.invalid(&[("/minutes", "too_small")]);
        let with = |field: &str, value: Value| {
            let mut body = gift(60, "2026-12-31");
            body[field] = value;
            body
        };
        client.post(path, with("kind", json!("order"))).await.invalid(&[("/kind", "unknown_word")]);
        client.post(path, with("reason", json!(" "))).await.invalid(&[("/reason", "required")]);
        client.post(path, with("plan_code", json!("gold"))).await.invalid(&[("/plan_code", "unknown_plan")]);
        let foreign = admin(server, &people).await
            .post("/organizations/nord/systems", json!({ "name": "Shop" })).await.created();
        client.post(path, with("system_ids", json!([foreign["id"]]))).await.invalid(&[("/system_ids/0", "not_found")]);
        at(server, &people, Place::Staff(Agent)).await.post(path, gift(60, "2026-12-31")).await.problem(403, "forbidden");
        owner(server, &people).await.post(path, gift(60, "2026-12-31")).await.problem(403, "forbidden");
        at(server, &people, Place::Nord(Owner)).await.post(path, gift(60, "2026-12-31")).await.problem(404, "not_found");
        assert_eq!(event_names(server, people.acme).await, [] as [String; 0]);
        assert!(ledger(server, &people).await.is_empty());

        let today = client.post(path, gift(60, "2026-03-04")).await.created();
        assert_eq!((&today["origin"], &today["plan_name"]), (&json!("goodwill"), &json!("goodwill")));
        assert_eq!(today["ends_at"], "2026-03-04T23:00:00Z");
        let opening = client.post(path, with("plan_code", json!("pro"))).await.created();
        assert_eq!((&opening["plan_code"], &opening["reason"]), (&json!("pro"), &json!("Sorry for the outage")));
        assert_eq!(opening["price"], json!({ "amount_minor": 0, "currency": "EUR" }));
        let extend = format!("/lots/{}/extend", opening["id"].as_str().unwrap());
        owner(server, &people).await.post(&extend, json!({})).await.problem(409, "extension_not_allowed");
        assert_eq!(balance(server, &people).await["available_minutes"], 120);
        assert_eq!(event_names(server, people.acme).await, ["lot.given", "lot.given"]);
        assert_eq!(server.mails(2).await.len(), 2);
    }

    async fn a_lot_limited_to_systems_is_passed_over_for_others(server: &TestServer) {
        let people = server.people().await;
        let staff = admin(server, &people).await;
        let system = async |name: &str| {
            let made = staff.post("/organizations/acme/systems", json!({ "name": name })).await.created();
            made["id"].as_str().unwrap().to_owned()
        };
        let (shop, books) = (system("Shop").await, system("Books").await);
        let mut body = gift(60, "2026-12-31");
        body["system_ids"] = json!([shop]);
        let lot = staff.post("/organizations/acme/lots", body).await.created();
        assert_eq!(lot["systems"], json!([{ "id": shop, "name": "Shop" }]));
        let client = owner(server, &people).await;
        let missing = async |query: &str| {
            let found = client.get(&format!("/organizations/acme/what-if?minutes=60{query}")).await.ok();
            found["shortfall_minutes"].as_i64().unwrap()
        };
        assert_eq!(missing(&format!("&system_id={shop}")).await, 0);
        assert_eq!(missing(&format!("&system_id={books}")).await, 60);
        assert_eq!(missing("").await, 60);
        let path = format!("/lots/{}/limit", lot["id"].as_str().unwrap());
        let staff = lead(server, &people).await;
        let twice = json!({ "system_ids": [books, books], "reason": "x" });
        staff.post(&path, twice).await.invalid(&[("/system_ids/1", "duplicate")]);
        staff.post(&path, json!({ "system_ids": [] })).await.invalid(&[("/reason", "required")]);
        let moved = staff.post(&path, json!({ "system_ids": [books], "reason": "As agreed" })).await.ok();
        assert_eq!((&moved["systems"][0]["name"], &moved["version"]), (&json!("Books"), &json!(2)));
        assert_eq!(missing(&format!("&system_id={shop}")).await, 60);
        let free = staff.post(&path, json!({ "system_ids": [], "reason": "As agreed" })).await.ok();
        assert_eq!(free["systems"], json!([]));
        assert_eq!(missing("").await, 0);
        owner(server, &people).await.post(&path, json!({ "system_ids": [], "reason": "x" })).await.problem(403, "forbidden");
    }

    async fn two_at_once_extend_and_void_once(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "flexi", 5).await;
        let client = owner(server, &people).await;
        let path = lot_of(&order, "/extend");
        let (one, other) = tokio::join!(client.post(&path, json!({})), client.post(&path, json!({})));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let staff = lead(server, &people).await;
        let path = lot_of(&order, "/void");
        let (one, other) = tokio::join!(staff.post(&path, reason()), staff.post(&path, reason()));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let listed = ledger(server, &people).await;
        assert_eq!(listed.iter().filter(|one| one["kind"] == "void").count(), 1);
    }
}
