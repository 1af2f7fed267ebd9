//! `/orders`: placing, paying, cancelling, lapsing.

use crate::packs::{at, balance, bought, event_names, lead, ledger, order, owner, paid, placed, run};
use std::collections::BTreeSet;

use chrono::TimeDelta;
use daypack_domain::ids::OrderId;
use daypack_domain::policy::ClientRole::{Approver, Member, Owner, Viewer};
use daypack_domain::policy::StaffRole::{Admin, Agent, Lead};
use daypack_server::flows;
use daypack_server::on_both_engines;
use daypack_server::testing::{Place, TestServer};
use daypack_store::catalogue;
use futures_util::future::join_all;
use serde_json::json;

on_both_engines! {
    async fn an_order_keeps_what_was_agreed(server: &TestServer) {
        let people = server.people().await;
        let owner = owner(server, &people).await;
        let answer = owner.post("/orders", order(people.acme, "flexi", 5)).await;
        assert_eq!(answer.header("etag"), "\"1\"");
        let placed = answer.created();
        let terms = server.anonymous().get("/terms").await.ok();
        for (field, value) in [
            ("organization_id", json!(people.acme)),
            ("organization_name", json!("Acme")),
            ("status", json!("placed")),
            ("plan_code", json!("flexi")),
            ("plan_name", json!("Flexi")),
            ("packs", json!(5)),
            ("minutes", json!(2_400)),
            ("price", json!({ "amount_minor": 40_000, "currency": "EUR" })),
            ("total", json!({ "amount_minor": 200_000, "currency": "EUR" })),
            ("validity_months", json!(6)),
            ("extension_months", json!(3)),
            ("terms_version", json!(1)),
            ("terms_hash", terms["items"][0]["hash"].clone()),
            ("placed_at", json!("2026-03-04T09:00:00Z")),
            ("lapses_at", json!("2026-04-03T09:00:00Z")),
            ("proforma_number", json!("PF-000001")),
            ("activated_at", json!(null)),
            ("payment_due_on", json!(null)),
            ("bounced_at", json!(null)),
            ("lot", json!(null)),
        ] {
            assert_eq!(placed[field], value, "{field}");
        }
        assert_eq!(placed["placed_by"]["name"], "Acme owner");

        // The plan changes; what was sold does not.
        run(server, |conn, context| {
            let mut record = catalogue::newest_plan(conn, "flexi")?.expect("it ships");
            record.plan.version += 1;
            record.plan.price_minor = 1;
            record.plan.minutes_per_pack = 60;
            record.plan.validity_months = 1;
            record.plan.extension_months = None;
            record.published_at = context.now;
            Ok(catalogue::publish_plan(conn, &record)?)
        })
        .await;
        let path = format!("/orders/{}", placed["id"].as_str().unwrap());
        assert_eq!(owner.get(&path).await.ok(), placed);
        let started = paid(server, &people, &placed).await;
        assert_eq!((&started["lot"]["minutes"], &started["lot"]["expires_on"]), (&json!(2_400), &json!("2026-09-04")));
        assert_eq!(started["total"], placed["total"]);

        // From where the terms were accepted is kept, though nobody is shown it.
        let id: OrderId = placed["id"].as_str().unwrap().parse().unwrap();
        let kept = run(server, move |conn, _| Ok(daypack_store::orders::find(conn, id)?.expect("it is there"))).await;
        assert_eq!(kept.accepted_address, "127.0.0.1");
        assert_eq!(kept.order.terms.accepted_by, people.at(Place::Acme(Owner)).id);
        assert_eq!(kept.order.terms.accepted_at, kept.order.placed_at);
        let expected = ["order.placed", "order.paid", "order.activated", "lot.granted"];
        assert_eq!(event_names(server, people.acme).await, expected);
    }

    async fn an_order_that_cannot_be_accepted_names_its_fields(server: &TestServer) {
        let people = server.people().await;
        let owner = owner(server, &people).await;
        let body = |plan: &str, packs: i64, terms: i64| {
            json!({ "organization_id": people.acme, "plan_code": plan, "packs": packs, "terms_version": terms })
        };
        owner.post("/orders", body("flexi", 4, 2)).await.invalid(&[("/packs", "below_minimum"), ("/terms_version", "terms_out_of_date")]);
        owner.post("/orders", body("gold", 5, 2)).await.invalid(&[("/plan_code", "unknown_plan"), ("/terms_version", "terms_out_of_date")]);
        owner.post("/orders", body("flexi", 0, 1)).await.invalid(&[("/packs", "too_small")]);
        owner.post("/orders", body("flexi", 10_001, 1)).await.invalid(&[("/packs", "too_large")]);
        owner.post("/orders", json!({ "organization_id": people.acme, "plan_code": "flexi", "packs": 5 })).await
            .invalid(&[("/terms_version", "required")]);
        assert_eq!(owner.get("/orders").await.ok()["items"], json!([]));
        assert_eq!(event_names(server, people.acme).await, Vec::<String>::new());
    }

    async fn only_who_may_orders_within_the_limit(server: &TestServer) {
        let people = server.people().await;
        server.anonymous().post("/orders", order(people.acme, "flexi", 5)).await.problem(401, "unauthenticated");
        for place in [Place::Acme(Viewer), Place::Acme(Member), Place::Staff(Agent), Place::Staff(Lead), Place::Staff(Admin)] {
            let client = at(server, &people, place).await;
            client.post("/orders", order(people.acme, "flexi", 5)).await.problem(403, "forbidden");
        }
        let stranger = at(server, &people, Place::Nord(Owner)).await;
        stranger.post("/orders", order(people.acme, "flexi", 5)).await.problem(404, "not_found");

        // The limit is 5,000.00: 16 packs of Pro are 4,800.00, 17 are 5,100.00.
        let approver = at(server, &people, Place::Acme(Approver)).await;
        approver.post("/orders", order(people.acme, "pro", 17)).await.problem(403, "limit_exceeded");
        approver.post("/orders", order(people.acme, "pro", 16)).await.created();
        owner(server, &people).await.post("/orders", order(people.acme, "pro", 17)).await.created();
    }

    async fn a_retried_order_is_one_order(server: &TestServer) {
        let people = server.people().await;
        let owner = owner(server, &people).await;
        let keyed = owner.header("Idempotency-Key", "order-1");
        let first = keyed.post("/orders", order(people.acme, "flexi", 5)).await;
        let again = keyed.post("/orders", order(people.acme, "flexi", 5)).await;
        assert_eq!(first.created(), again.created());
        assert_eq!(again.header("idempotency-replayed"), "true");
        keyed.post("/orders", order(people.acme, "flexi", 6)).await.problem(422, "idempotency_key_reused");
        assert_eq!(owner.get("/orders").await.ok()["items"].as_array().unwrap().len(), 1);
    }

    async fn a_payment_starts_the_minutes_once(server: &TestServer) {
        let people = server.people().await;
        let order = placed(server, &people, "flexi", 5).await;
        let path = format!("/orders/{}/confirm-payment", order["id"].as_str().unwrap());
        let body = json!({ "payment_reference": " INV-77 ", "paid_on": "2026-03-03" });
        server.anonymous().post(&path, body.clone()).await.problem(401, "unauthenticated");
        for place in [Place::Acme(Owner), Place::Acme(Approver), Place::Staff(Agent)] {
            at(server, &people, place).await.post(&path, body.clone()).await.problem(403, "forbidden");
        }
        at(server, &people, Place::Nord(Owner)).await.post(&path, body.clone()).await.problem(404, "not_found");

        // 00:30 on 5 March in Madrid.
        server.wait(TimeDelta::minutes(14 * 60 + 30));
        let lead = lead(server, &people).await;
        lead.post(&path, json!({ "payment_reference": "" })).await.invalid(&[("/payment_reference", "too_short")]);
        lead.post(&path, json!({ "payment_reference": "  " })).await.invalid(&[("/payment_reference", "length")]);
        lead.header("If-Match", "\"7\"").post(&path, body.clone()).await.problem(409, "stale_version");
        let answer = lead.header("If-Match", "\"1\"").post(&path, body.clone()).await;
        assert_eq!(answer.header("etag"), "\"2\"");
        let paid = answer.ok();
        assert_eq!(
            (&paid["status"], &paid["payment_reference"], &paid["paid_on"], &paid["paid_at"]),
            (&json!("activated"), &json!("INV-77"), &json!("2026-03-03"), &json!("2026-03-04T23:30:00Z"))
        );
        let lot = &paid["lot"];
        assert_eq!((&lot["status"], &lot["minutes"]), (&json!("active"), &json!(2_400)));
        assert_eq!((&lot["plan_code"], &lot["expires_on"]), (&json!("flexi"), &json!("2026-09-05")));

        server.wait(TimeDelta::hours(1));
        let lead = crate::packs::lead(server, &people).await;
        // The same reference again has the same effect, whatever version was seen.
        assert_eq!(lead.header("If-Match", "\"1\"").post(&path, body).await.ok(), paid);
        let other = json!({ "payment_reference": "INV-78" });
        lead.post(&path, other).await.problem(409, "already_paid");
        let movements = ledger(server, &people).await;
        assert_eq!(movements.len(), 1);
        assert_eq!((&movements[0]["kind"], &movements[0]["minutes"]), (&json!("grant"), &json!(2_400)));
        assert_eq!(movements[0]["actor"]["name"], "Staff lead");
        assert_eq!(balance(server, &people).await["available_minutes"], 2_400);
    }

    async fn payments_confirmed_at_once_start_one_lot(server: &TestServer) {
        let people = server.people().await;
        let order = placed(server, &people, "flexi", 5).await;
        let path = format!("/orders/{}/confirm-payment", order["id"].as_str().unwrap());
        let lead = lead(server, &people).await;
        let body = |reference: usize| json!({ "payment_reference": format!("INV-{}", reference % 2) });
        let answers = join_all((0..12).map(|caller| lead.post(&path, body(caller))));
        let (mut lots, mut refused) = (BTreeSet::new(), 0);
        for answer in answers.await {
            if answer.status.is_success() {
                lots.insert(answer.ok()["lot"]["id"].as_str().unwrap().to_owned());
            } else {
                answer.problem(409, "already_paid");
                refused += 1;
            }
        }
        assert_eq!((lots.len(), refused), (1, 6));
        assert_eq!(ledger(server, &people).await.len(), 1);
    }

    async fn what_is_cancelled_cannot_be_paid_and_the_reverse(server: &TestServer) {
        let people = server.people().await;
        let (first, second) = (placed(server, &people, "starter", 1).await, placed(server, &people, "starter", 2).await);
        let path = |order: &serde_json::Value, action: &str| format!("/orders/{}/{action}", order["id"].as_str().unwrap());
        let cancel = path(&first, "cancel");
        for place in [Place::Acme(Approver), Place::Acme(Member), Place::Staff(Agent)] {
            at(server, &people, place).await.post(&cancel, json!({})).await.problem(403, "forbidden");
        }
        at(server, &people, Place::Nord(Owner)).await.post(&cancel, json!({})).await.problem(404, "not_found");
        let lead = lead(server, &people).await;
        lead.post(&cancel, json!({ "because": "x" })).await.invalid(&[("/because", "unknown_field")]);
        lead.header("If-Match", "\"2\"").post(&cancel, json!({})).await.problem(409, "stale_version");
        // Nothing has to be said.
        let cancelled = lead.send(reqwest::Method::POST, &cancel, None).await.ok();
        assert_eq!((&cancelled["status"], &cancelled["version"]), (&json!("cancelled"), &json!(2)));
        lead.post(&cancel, json!({ "reason": "twice" })).await.problem(409, "order_cancelled");
        let payment = json!({ "payment_reference": "X" });
        lead.post(&path(&first, "confirm-payment"), payment).await.problem(409, "order_cancelled");

        paid(server, &people, &second).await;
        lead.post(&path(&second, "cancel"), json!({})).await.problem(409, "invalid_transition");
        assert_eq!(balance(server, &people).await["posted_minutes"], 960);
        let expected =
            ["order.placed", "order.placed", "order.cancelled", "order.paid", "order.activated", "lot.granted"];
        assert_eq!(event_names(server, people.acme).await, expected);
    }

    async fn an_unpaid_order_lapses_after_thirty_days(server: &TestServer) {
        let people = server.people().await;
        let order = placed(server, &people, "starter", 1).await;
        let id: OrderId = order["id"].as_str().unwrap().parse().unwrap();
        let path = format!("/orders/{id}");
        server.wait(TimeDelta::days(30) - TimeDelta::microseconds(1));
        assert_eq!(owner(server, &people).await.get(&path).await.ok()["status"], "placed");
        assert_eq!(run(server, flows::orders::due_to_lapse).await, []);
        assert!(!run(server, move |conn, context| flows::orders::lapse(conn, context, id)).await);

        // Whoever reads sees it before any job has run.
        server.wait(TimeDelta::microseconds(1));
        let owner = owner(server, &people).await;
        assert_eq!(owner.get(&path).await.ok()["status"], "lapsed");
        let listed = |status: &str| format!("/orders?status={status}");
        assert_eq!(owner.get(&listed("placed")).await.ok()["items"], json!([]));
        assert_eq!(owner.get(&listed("lapsed")).await.ok()["items"][0]["id"], order["id"]);
        let payment = json!({ "payment_reference": "late" });
        let lead = lead(server, &people).await;
        lead.post(&format!("{path}/confirm-payment"), payment).await.problem(409, "order_lapsed");
        lead.post(&format!("{path}/cancel"), json!({})).await.problem(409, "order_lapsed");

        server.wait(TimeDelta::days(2));
        assert_eq!(run(server, flows::orders::due_to_lapse).await, [id]);
        for first in [true, false] {
            assert_eq!(run(server, move |conn, context| flows::orders::lapse(conn, context, id)).await, first);
        }
        assert_eq!(run(server, flows::orders::due_to_lapse).await, []);
        assert_eq!(event_names(server, people.acme).await, ["order.placed", "order.lapsed"]);
        let owner = crate::packs::owner(server, &people).await;
        assert_eq!(owner.get(&listed("lapsed")).await.ok()["items"][0]["status"], "lapsed");
    }

    async fn lists_follow_each_other_and_end_at_the_organization(server: &TestServer) {
        let people = server.people().await;
        let mut ids = Vec::new();
        for packs in 1..=3 {
            ids.push(placed(server, &people, "starter", packs).await["id"].clone());
            server.wait(TimeDelta::minutes(1));
        }
        let nord = at(server, &people, Place::Nord(Owner)).await;
        let foreign = nord.post("/orders", order(people.nord, "starter", 9)).await.created();
        bought(server, &people, "flexi", 5).await;

        let owner = owner(server, &people).await;
        let first = owner.get("/orders?limit=2").await.ok();
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = owner.get(&format!("/orders?limit=2&cursor={cursor}")).await.ok();
        assert_eq!(second["next_cursor"], json!(null));
        let shown: Vec<_> = [&first, &second].iter().flat_map(|page| page["items"].as_array().unwrap().clone()).collect();
        let packs: Vec<_> = shown.iter().map(|order| order["packs"].as_i64().unwrap()).collect();
        assert_eq!(packs, [5, 3, 2, 1]);
        assert_eq!(shown[3]["id"], ids[0]);
        assert_eq!(shown[0]["lot"]["minutes"], 2_400);
        owner.get(&format!("/orders?status=placed&cursor={cursor}")).await.invalid(&[("/cursor", "invalid_cursor")]);
        owner.get("/orders?status=open").await.problem(422, "invalid");
        owner.get("/orders?limit=0").await.invalid(&[("/limit", "too_small")]);

        let waiting = lead(server, &people).await.get("/orders?status=placed").await.ok();
        assert_eq!(waiting["items"].as_array().unwrap().len(), 4);
        let of_nord = format!("/orders?organization_id={}", people.nord);
        assert_eq!(lead(server, &people).await.get(&of_nord).await.ok()["items"][0], foreign);
        owner.get(&of_nord).await.problem(404, "not_found");
        owner.get(&format!("/orders/{}", foreign["id"].as_str().unwrap())).await.problem(404, "not_found");
        owner.get("/orders/0198a000-0000-7000-8000-000000000000").await.problem(404, "not_found");
        owner.get("/orders/no-id").await.problem(404, "not_found");
        let nobody = "/orders?organization_id=0198a000-0000-7000-8000-000000000000";
        lead(server, &people).await.get(nobody).await.problem(404, "not_found");
        server.anonymous().get("/orders").await.problem(401, "unauthenticated");
    }
}
