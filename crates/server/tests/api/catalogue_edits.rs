//! `/plans`: edited in versions, retired, restored, recommended.

use crate::packs::{at, event_names, order, owner, paid, placed, run};
use daypack_domain::policy::ClientRole::Owner;
use daypack_domain::policy::StaffRole::{Admin, Agent, Lead};
use daypack_server::on_both_engines;
use daypack_server::testing::{Client, People, Place, TestServer};
use futures_util::future::join_all;
use serde_json::{Value, json};

async fn admin(server: &TestServer, people: &People) -> Client {
    at(server, people, Place::Staff(Admin)).await
}

fn team() -> Value {
    json!({
        "code": "team", "name": "Team", "description": "For teams", "price": { "amount_minor": 35_000, "currency": "EUR" },
        "minimum_packs": 8, "validity_months": 9, "queue": "priority", "shown_hours": 64,
    })
}

/// The names of what happened to the installation, in their order.
async fn told(server: &TestServer) -> Vec<String> {
    run(server, |conn, _| {
        let events = daypack_store::events::after(conn, None, 0, 1000)?;
        Ok(events.iter().map(|event| event.name().to_owned()).collect())
    })
    .await
}

on_both_engines! {
    async fn a_plan_in_another_currency_is_not_sold(server: &TestServer) {
        let people = server.people().await;
        let dollars = json!({ "price": { "amount_minor": 42_000, "currency": "USD" } });
        let admin = admin(server, &people).await;
        admin.header("If-Match", "\"1\"").patch("/plans/flexi", dollars).await.ok();
        let client = owner(server, &people).await;
        let refused = client.post("/orders", order(people.acme, "flexi", 4)).await;
        refused.invalid(&[("/plan_code", "currency_mismatch"), ("/packs", "below_minimum")]);
        let refused = client.post("/orders", order(people.acme, "flexi", 5)).await;
        refused.invalid(&[("/plan_code", "currency_mismatch")]);
        assert_eq!(client.get("/orders").await.ok()["items"], json!([]));
        assert_eq!(event_names(server, people.acme).await, Vec::<String>::new());
        client.post("/orders", order(people.acme, "starter", 1)).await.created();
    }

    async fn an_edit_is_another_version_and_what_was_sold_stays(server: &TestServer) {
        let people = server.people().await;
        let sold = placed(server, &people, "flexi", 5).await;
        let admin = admin(server, &people).await;
        let shown = admin.get("/plans/flexi").await;
        assert_eq!(shown.header("etag"), "\"1\"");
        let edit = json!({
            "price": { "amount_minor": 42_000, "currency": "EUR" }, "minimum_packs": 6, "extension_months": 0,
            "minutes_per_pack": 420, "validity_months": 5, "queue": "standard", "free_minutes": 15, "shown_hours": 41,
        });
        admin.patch("/plans/flexi", edit.clone()).await.problem(428, "precondition_required");
        let answer = admin.header("If-Match", "\"1\"").patch("/plans/flexi", edit.clone()).await;
        assert_eq!(answer.header("etag"), "\"2\"");
        let edited = answer.ok();
        assert_eq!(edited["price"]["amount_minor"], 42_000);
        assert_eq!((&edited["extension_months"], &edited["version"]), (&json!(null), &json!(2)));
        // What ships stays translated as long as nobody writes another text.
        assert_eq!(edited["description"], "Medium projects and recurring support.");
        admin.header("If-Match", "\"1\"").patch("/plans/flexi", edit.clone()).await.problem(409, "stale_version");
        // Nothing differs: no version.
        assert_eq!(admin.header("If-Match", "\"2\"").patch("/plans/flexi", edit).await.ok()["version"], 2);

        let client = owner(server, &people).await;
        let path = format!("/orders/{}", sold["id"].as_str().unwrap());
        assert_eq!(client.get(&path).await.ok(), sold);
        let started = paid(server, &people, &sold).await;
        assert_eq!((&started["lot"]["minutes"], &started["extension_months"]), (&json!(2_400), &json!(3)));
        client.post("/orders", order(people.acme, "flexi", 5)).await.invalid(&[("/packs", "below_minimum")]);
        let newer = client.post("/orders", order(people.acme, "flexi", 6)).await.created();
        assert_eq!((&newer["total"]["amount_minor"], &newer["minutes"]), (&json!(252_000), &json!(2_520)));

        let versions = admin.get("/plans/flexi/versions").await.ok();
        let versions = versions["items"].as_array().unwrap();
        assert_eq!(versions.len(), 2);
        assert_eq!((&versions[0]["plan"]["version"], &versions[0]["plan"]["on_sale"]), (&json!(2), &json!(true)));
        assert_eq!(versions[0]["published_by"]["name"], "Staff admin");
        assert_eq!((&versions[1]["plan"]["on_sale"], &versions[1]["published_by"]), (&json!(false), &json!(null)));
        assert_eq!(versions[1]["plan"]["price"]["amount_minor"], 40_000);
        assert_eq!(told(server).await, ["plan.changed"]);
    }

    async fn a_plan_is_added_and_its_fields_are_checked(server: &TestServer) {
        let people = server.people().await;
        let admin = admin(server, &people).await;
        let mut bad = team();
        for (field, value) in [
            ("code", json!("Team!")), ("name", json!("   ")), ("minimum_packs", json!(0)), ("shown_hours", json!(-1)),
            ("validity_months", json!(0)), ("minutes_per_pack", json!(0)), ("extension_months", json!(121)),
            ("free_minutes", json!(-1)), ("price", json!({ "amount_minor": -1, "currency": "EUR" })),
        ] {
            bad[field] = value;
        }
        admin.post("/plans", bad).await.invalid(&[
            ("/code", "pattern"), ("/name", "length"), ("/minimum_packs", "range"), ("/shown_hours", "range"),
            ("/validity_months", "range"), ("/minutes_per_pack", "range"), ("/extension_months", "range"),
            ("/free_minutes", "range"), ("/price", "range"),
        ]);
        for (field, value, code) in [
            ("queue", json!("first"), "unknown_word"), ("validity_months", json!(-1), "invalid_value"),
            ("position", json!(0), "too_small"), ("code", json!("recommendation"), "reserved"),
        ] {
            let mut bad = team();
            bad[field] = value;
            admin.post("/plans", bad).await.invalid(&[(&format!("/{field}"), code)]);
        }
        let mut bad = team();
        bad["price"]["currency"] = json!("euro");
        admin.post("/plans", bad).await.problem(422, "invalid");
        assert_eq!(server.anonymous().get("/plans").await.ok()["items"].as_array().unwrap().len(), 3);

        let added = admin.post("/plans", team()).await.created();
        assert_eq!(
            added,
            json!({
                "code": "team", "name": "Team", "price": { "amount_minor": 35_000, "currency": "EUR" },
                "minimum_packs": 8, "minutes_per_pack": 480, "shown_hours": 64, "validity_months": 9,
                "extension_months": null, "queue": "priority", "free_minutes": 30, "description": "For teams",
                "position": 4, "on_sale": true, "version": 1,
            })
        );
        admin.post("/plans", team()).await.problem(409, "plan_code_taken");
        admin.post("/plans", json!({ "code": "x" })).await.invalid(&[("/name", "required")]);
        // A place in the list is an edit like any other.
        let edit = json!({ "position": 1, "name": "Teams" });
        assert_eq!(admin.header("If-Match", "\"1\"").patch("/plans/team", edit).await.ok()["version"], 2);
        let listed = server.anonymous().get("/plans").await.ok();
        let codes: Vec<_> = listed["items"].as_array().unwrap().iter().map(|plan| plan["code"].clone()).collect();
        assert_eq!(codes, ["starter", "team", "flexi", "pro"]);
        let bad = json!({ "minimum_packs": 0, "name": " " });
        let refused = admin.header("If-Match", "\"2\"").patch("/plans/team", bad).await;
        refused.invalid(&[("/minimum_packs", "range"), ("/name", "length")]);
        admin.header("If-Match", "\"1\"").patch("/plans/none", json!({})).await.problem(404, "not_found");
        assert_eq!(server.anonymous().get("/plans/team").await.ok()["version"], 2);
    }

    async fn a_retired_plan_cannot_be_ordered_until_it_is_restored(server: &TestServer) {
        let people = server.people().await;
        let admin = admin(server, &people).await;
        let sold = placed(server, &people, "flexi", 5).await;
        admin.header("If-Match", "\"2\"").post("/plans/flexi/retire", json!({})).await.problem(409, "stale_version");
        for _ in 0..2 {
            assert_eq!(admin.post("/plans/flexi/retire", json!({})).await.ok()["on_sale"], false);
        }
        let public = server.anonymous();
        let codes = |list: Value| -> Vec<Value> {
            list["items"].as_array().unwrap().iter().map(|plan| plan["code"].clone()).collect()
        };
        assert_eq!(codes(public.get("/plans").await.ok()), ["starter", "pro"]);
        assert_eq!(codes(public.get("/plans?include_retired=true").await.ok()), ["starter", "flexi", "pro"]);
        assert_eq!(public.get("/plans/flexi").await.ok()["on_sale"], false);
        let client = owner(server, &people).await;
        client.post("/orders", order(people.acme, "flexi", 5)).await.invalid(&[("/plan_code", "unknown_plan")]);
        // What was sold is paid and used as ever.
        assert_eq!(paid(server, &people, &sold).await["lot"]["minutes"], 2_400);
        // It can be edited, and stays retired.
        let edited = admin.header("If-Match", "\"1\"").patch("/plans/flexi", json!({ "minimum_packs": 4 })).await.ok();
        assert_eq!((&edited["version"], &edited["on_sale"]), (&json!(2), &json!(false)));
        for _ in 0..2 {
            assert_eq!(admin.post("/plans/flexi/restore", json!({})).await.ok()["on_sale"], true);
        }
        client.post("/orders", order(people.acme, "flexi", 4)).await.created();
        admin.post("/plans/none/retire", json!({})).await.problem(404, "not_found");
        assert_eq!(told(server).await, ["plan.retired", "plan.changed", "plan.restored"]);
    }

    async fn edits_at_once_lose_nothing(server: &TestServer) {
        let people = server.people().await;
        let admin = admin(server, &people).await.header("If-Match", "\"1\"");
        let edits = (1..=8).map(|packs| admin.patch("/plans/pro", json!({ "minimum_packs": 20 + packs })));
        let answers = join_all(edits).await;
        let (done, stale): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status.is_success());
        assert_eq!((done.len(), stale.len()), (1, 7));
        for answer in stale {
            answer.problem(409, "stale_version");
        }
        assert_eq!(told(server).await, ["plan.changed"]);
    }

    async fn only_admins_edit_the_catalogue(server: &TestServer) {
        let people = server.people().await;
        for place in [Place::Staff(Lead), Place::Staff(Agent), Place::Acme(Owner)] {
            let client = at(server, &people, place).await;
            client.post("/plans", team()).await.problem(403, "forbidden");
            client.header("If-Match", "\"1\"").patch("/plans/pro", json!({ "name": "X" })).await.problem(403, "forbidden");
            client.post("/plans/pro/retire", json!({})).await.problem(403, "forbidden");
            client.get("/plans/pro/versions").await.problem(403, "forbidden");
        }
        server.anonymous().post("/plans", team()).await.problem(401, "unauthenticated");
        assert_eq!(told(server).await, Vec::<String>::new());
    }

    async fn advice_says_what_and_why(server: &TestServer) {
        let public = server.anonymous();
        let advice = async |hours: i64| public.get(&format!("/plans/recommendation?hours_per_month={hours}")).await;
        assert_eq!(
            advice(10).await.ok(),
            json!({
                "plan_code": "pro", "packs": 15, "minutes": 7_200, "total": { "amount_minor": 450_000, "currency": "EUR" },
                "lasts_months": 12, "reason": "lowest_price",
            })
        );
        let little = advice(1).await.ok();
        assert_eq!((&little["plan_code"], &little["reason"]), (&json!("starter"), &json!("smallest_order")));
        assert_eq!(advice(0).await.ok()["lasts_months"], json!(null));
        advice(-1).await.invalid(&[("/hours_per_month", "too_small")]);
        advice(10_001).await.invalid(&[("/hours_per_month", "too_large")]);
        public.get("/plans/recommendation").await.invalid(&[("/hours_per_month", "required")]);
    }
}
