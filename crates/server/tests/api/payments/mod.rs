//! `/orders/{id}/checkout`, `/payment-callbacks/{provider}`: paying through a provider, against a stand-in for it.

pub mod stand_in;
mod under_way;
mod unexpected;

use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::{Approver, Member, Owner, Viewer};
use daypack_domain::policy::StaffRole::{Admin, Agent, Lead};
use daypack_server::on_both_engines;
use daypack_server::testing::{Place, TestServer};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::packs::{at, balance, event_names, lead, ledger, owner, placed};
use crate::weeks::run_jobs;
use stand_in::{CALLBACK, WEBHOOK_SECRET, World, event, with_a_provider};

/// Somebody has gone through the page to pay on.
pub const COMPLETED: &str = "checkout.session.completed";

fn path(order: &Value, action: &str) -> String {
    format!("/orders/{}/{action}", order["id"].as_str().unwrap())
}

/// An order for five packs, and the page to pay it on.
pub async fn sent_to_pay(world: &World) -> (Value, Value) {
    let order = placed(&world.server, &world.people, "flexi", 5).await;
    let client = owner(&world.server, &world.people).await;
    let checkout = client.post(&path(&order, "checkout"), json!({})).await.ok();
    (order, checkout)
}

/// Where an order stands, as its owner reads it.
async fn status(world: &World, order: &Value) -> Value {
    let path = format!("/orders/{}", order["id"].as_str().unwrap());
    owner(&world.server, &world.people).await.get(&path).await.ok()["status"].clone()
}

with_a_provider! {
    async fn an_order_has_one_page_to_pay_on(world: &World) {
        let (server, people) = (&world.server, &world.people);
        let (order, first) = sent_to_pay(world).await;
        assert_eq!(first["url"], "https://checkout.stripe.test/c/pay/cs_test_1");
        assert_eq!(first["expires_at"], "2026-03-05T09:00:00Z");
        let id = order["id"].as_str().unwrap();
        let (key, form) = {
            let state = world.state.lock().unwrap();
            let (key, (form, _)) = state.sessions.iter().next().unwrap();
            (key.clone(), form.clone())
        };
        assert_eq!(key, format!("daypack-{id}-0"));
        let fields: std::collections::BTreeMap<String, String> = serde_urlencoded::from_str(&form).unwrap();
        for (name, value) in [
            ("mode", "payment"),
            ("client_reference_id", id),
            ("payment_intent_data[metadata][order_id]", id),
            ("line_items[0][quantity]", "5"),
            ("line_items[0][price_data][currency]", "eur"),
            ("line_items[0][price_data][unit_amount]", "40000"),
            ("line_items[0][price_data][product_data][name]", "Flexi (Acme)"),
        ] {
            assert_eq!(fields[name], value, "{name}");
        }
        assert!(fields["success_url"].starts_with(&server.app.config.base_url));

        let again = at(server, people, Place::Acme(Approver)).await;
        assert_eq!(again.post(&path(&order, "checkout"), json!({})).await.ok(), first);
        assert_eq!(world.state.lock().unwrap().requests, 1);
        for place in [Place::Acme(Viewer), Place::Acme(Member), Place::Staff(Agent), Place::Staff(Lead), Place::Staff(Admin)] {
            at(server, people, place).await.post(&path(&order, "checkout"), json!({})).await.problem(403, "forbidden");
        }
        let foreign = at(server, people, Place::Nord(Owner)).await;
        foreign.post(&path(&order, "checkout"), json!({})).await.problem(404, "not_found");

        // The page ends; another one is made.
        server.wait(TimeDelta::hours(24));
        world.tick();
        let second = owner(server, people).await.post(&path(&order, "checkout"), json!({})).await.ok();
        assert_eq!(second["url"], "https://checkout.stripe.test/c/pay/cs_test_2");
        // Nothing is paid by being sent to pay.
        assert_eq!(status(world, &order).await, "placed");
        assert_eq!(event_names(server, people.acme).await, ["order.placed"]);
    }

    async fn who_asks_at_once_gets_the_same_page(world: &World) {
        let order = placed(&world.server, &world.people, "flexi", 5).await;
        let client = owner(&world.server, &world.people).await;
        let path = path(&order, "checkout");
        let answers = join_all((0..8).map(|_| client.post(&path, json!({})))).await;
        let urls: std::collections::BTreeSet<_> = answers.iter().map(|answer| answer.ok()["url"].to_string()).collect();
        assert_eq!(urls.len(), 1);
    }

    async fn a_payment_that_the_provider_tells_counts_once(world: &World) {
        let (server, people) = (&world.server, &world.people);
        let (order, _) = sent_to_pay(world).await;
        let session = world.paid_session("pi_1");
        world.tell("evt_1", COMPLETED, &session).await.empty(204);
        let shown = owner(server, people).await.get(&format!("/orders/{}", order["id"].as_str().unwrap())).await.ok();
        assert_eq!((&shown["status"], &shown["payment_reference"]), (&json!("activated"), &json!("pi_1")));
        assert_eq!(shown["lot"]["minutes"], 2_400);

        // The same event, another event about the same payment, and staff naming the same payment: no further effect.
        world.tell("evt_1", COMPLETED, &session).await.empty(204);
        world.tell("evt_2", "checkout.session.async_payment_succeeded", &session).await.empty(204);
        let lead = lead(server, people).await;
        lead.post(&path(&order, "confirm-payment"), json!({ "payment_reference": "pi_1" })).await.ok();
        let other = json!({ "payment_reference": "bank 7" });
        lead.post(&path(&order, "confirm-payment"), other).await.problem(409, "already_paid");
        owner(server, people).await.post(&path(&order, "checkout"), json!({})).await.problem(409, "already_paid");
        assert_eq!(ledger(server, people).await.len(), 1);
        assert_eq!(balance(server, people).await["available_minutes"], 2_400);
        let expected = ["order.placed", "order.paid", "order.activated", "lot.granted"];
        assert_eq!(event_names(server, people.acme).await, expected);
    }

    async fn an_event_that_comes_many_times_at_once_counts_once(world: &World) {
        sent_to_pay(world).await;
        let session = world.paid_session("pi_1");
        let answers = join_all((0..12).map(|call| {
            let (session, id) = (session.clone(), format!("evt_{}", call % 3));
            async move { world.tell(&id, COMPLETED, &session).await }
        }));
        for answer in answers.await {
            answer.empty(204);
        }
        assert_eq!(ledger(&world.server, &world.people).await.len(), 1);
    }

    async fn what_is_not_genuine_or_old_is_not_believed(world: &World) {
        let (order, _) = sent_to_pay(world).await;
        let body = event("evt_1", COMPLETED, &world.paid_session("pi_1"));
        let genuine = world.signed(WEBHOOK_SECRET, &body);
        let without = world.server.anonymous().send(reqwest::Method::POST, CALLBACK, Some(body.clone())).await;
        without.problem(400, "signature_invalid");
        for header in [String::new(), "t=1,v1=00".to_owned(), world.signed("whsec_other", &body)] {
            world.send(&header, body.clone()).await.problem(400, "signature_invalid");
        }
        let changed = body.replace("pi_1", "pi_2");
        world.send(&genuine, changed).await.problem(400, "signature_invalid");
        world.send(&genuine, format!("{body} ")).await.problem(400, "signature_invalid");
        let nonsense = "{}".to_owned();
        world.send(&world.signed(WEBHOOK_SECRET, &nonsense), nonsense).await.problem(400, "malformed_event");
        let large = " ".repeat(300_000);
        world.send(&world.signed(WEBHOOK_SECRET, &large), large).await.problem(413, "too_large");

        // Genuine, and kept by somebody for too long.
        world.server.wait(TimeDelta::seconds(301));
        world.send(&genuine, body.clone()).await.problem(400, "signature_expired");
        world.server.wait(TimeDelta::seconds(-602));
        world.send(&genuine, body.clone()).await.problem(400, "signature_expired");
        world.server.wait(TimeDelta::seconds(301));
        assert_eq!(status(world, &order).await, "placed");
        assert_eq!(event_names(&world.server, world.people.acme).await, ["order.placed"]);

        // The secret is being replaced: one of two signatures fits.
        let both = format!("{},{}", world.signed("whsec_other", &body), genuine.split_once(',').unwrap().1);
        world.send(&both, body).await.empty(204);
        assert_eq!(status(world, &order).await, "activated");
        let elsewhere = world.server.anonymous().post("/payment-callbacks/paypal", json!({})).await;
        elsewhere.problem(404, "not_found");
    }

    async fn another_amount_currency_or_order_pays_nothing(world: &World) {
        let (server, people) = (&world.server, &world.people);
        let (order, _) = sent_to_pay(world).await;
        let other = placed(server, people, "starter", 1).await;
        let changes = [
            ("amount_total", json!(199_999)),
            ("amount_total", json!(null)),
            ("currency", json!("usd")),
            ("client_reference_id", other["id"].clone()),
            ("client_reference_id", json!(null)),
        ];
        for (number, (field, value)) in changes.into_iter().enumerate() {
            let mut session = world.paid_session("pi_1");
            session[field] = value;
            world.tell(&format!("evt_{number}"), COMPLETED, &session).await.empty(204);
        }
        // Sessions that are not ours, events that concern nothing, sessions whose money is still to come.
        let mut foreign = world.paid_session("pi_1");
        foreign["id"] = json!("cs_test_somebody_elses");
        world.tell("evt_10", COMPLETED, &foreign).await.empty(204);
        world.tell("evt_11", "customer.created", &json!({ "id": "cus_1" })).await.empty(204);
        world.tell("evt_12", COMPLETED, &world.last_session()).await.empty(204);
        assert_eq!((status(world, &order).await, status(world, &other).await), (json!("placed"), json!("placed")));
        // It is one payment, whatever is said of it: the staff are told once.
        let names = event_names(server, people.acme).await;
        assert_eq!(names, ["order.placed", "order.placed", "order.payment_unexpected"]);
        assert_eq!(ledger(server, people).await, Vec::<Value>::new());
        // What did not count does not stand in the way of what is right.
        world.tell("evt_13", COMPLETED, &world.paid_session("pi_1")).await.empty(204);
        assert_eq!(status(world, &order).await, "activated");
    }

    async fn money_for_an_order_that_has_ended_starts_nothing(world: &World) {
        let (server, people) = (&world.server, &world.people);
        let (order, _) = sent_to_pay(world).await;
        let client = owner(server, people).await;
        client.post(&path(&order, "cancel"), json!({})).await.ok();
        client.post(&path(&order, "checkout"), json!({})).await.problem(409, "order_cancelled");
        let session = world.paid_session("pi_1");
        world.tell("evt_1", COMPLETED, &session).await.empty(204);
        assert_eq!(status(world, &order).await, "cancelled");

        server.wait(TimeDelta::minutes(1));
        world.tick();
        let (late, _) = sent_to_pay(world).await;
        let session = world.paid_session("pi_2");
        server.wait(TimeDelta::days(30));
        world.tick();
        world.tell("evt_2", COMPLETED, &session).await.empty(204);
        assert_eq!(status(world, &late).await, "lapsed");
        let client = owner(server, people).await;
        client.post(&path(&late, "checkout"), json!({})).await.problem(409, "order_lapsed");
        assert_eq!(ledger(server, people).await, Vec::<Value>::new());
    }

    async fn pages_end_with_what_could_be_paid_on_them(world: &World) {
        let (server, people) = (&world.server, &world.people);
        let standing = || {
            let state = world.state.lock().unwrap();
            let mut all: Vec<(String, String)> = state
                .sessions
                .values()
                .map(|(_, session)| [&session["id"], &session["status"]].map(|text| text.as_str().unwrap().to_owned()))
                .map(|[id, status]| (id, status))
                .collect();
            all.sort();
            all.into_iter().map(|(_, status)| status).collect::<Vec<_>>()
        };
        let (cancelled, _) = sent_to_pay(world).await;
        run_jobs(server).await;
        assert_eq!((standing(), world.state.lock().unwrap().ends), (vec!["open".to_owned()], 0));
        // The provider is away at first: the order is cancelled all the same, and the page ends later.
        world.state.lock().unwrap().broken = true;
        owner(server, people).await.post(&path(&cancelled, "cancel"), json!({})).await.ok();
        assert_eq!(run_jobs(server).await.failed, 1);
        assert_eq!(standing(), ["open"]);
        world.state.lock().unwrap().broken = false;
        server.wait(TimeDelta::minutes(5));
        world.tick();
        assert_eq!(run_jobs(server).await.failed, 0);
        assert_eq!((standing(), world.state.lock().unwrap().ends), (vec!["expired".to_owned()], 2));

        // Paid by transfer meanwhile: nobody pays it twice.
        let (paid, _) = sent_to_pay(world).await;
        let payment = json!({ "payment_reference": "by transfer" });
        lead(server, people).await.post(&path(&paid, "confirm-payment"), payment).await.ok();
        run_jobs(server).await;
        run_jobs(server).await;
        assert_eq!((standing(), world.state.lock().unwrap().ends), (vec!["expired".to_owned(); 2], 3));

        // What lapses after its page has ended by itself asks for nothing.
        server.wait(TimeDelta::minutes(1));
        world.tick();
        sent_to_pay(world).await;
        server.wait(TimeDelta::days(30));
        world.tick();
        run_jobs(server).await;
        assert_eq!(world.state.lock().unwrap().ends, 3);
        let late = owner(server, people).await.get("/orders?status=lapsed").await.ok();
        assert_eq!(late["items"].as_array().unwrap().len(), 1);
    }

    async fn a_payment_that_takes_days_may_fail_or_be_taken_back(world: &World) {
        let (server, people) = (&world.server, &world.people);
        let (order, _) = sent_to_pay(world).await;
        let mut session = world.last_session();
        session["payment_intent"] = json!("pi_1");
        world.tell("evt_1", COMPLETED, &session).await.empty(204);
        world.tell("evt_2", "checkout.session.async_payment_failed", &session).await.empty(204);
        // Nothing had been paid: it can still be.
        assert_eq!(status(world, &order).await, "placed");
        world.tell("evt_3", "checkout.session.async_payment_succeeded", &world.paid_session("pi_1")).await.empty(204);
        assert_eq!(status(world, &order).await, "activated");

        let dispute = |status: &str| json!({
            "id": "dp_1", "object": "dispute", "charge": "ch_1", "payment_intent": "pi_1", "status": status,
            "reason": "fraudulent", "amount": 200_000, "currency": "eur",
        });
        world.tell("evt_4", "charge.dispute.created", &dispute("needs_response")).await.empty(204);
        world.tell("evt_5", "charge.dispute.closed", &dispute("won")).await.empty(204);
        assert_eq!(balance(server, people).await["available_minutes"], 2_400);
        world.tell("evt_6", "charge.dispute.closed", &dispute("lost")).await.empty(204);
        for again in ["evt_6", "evt_7"] {
            world.tell(again, "charge.dispute.closed", &dispute("lost")).await.empty(204);
        }
        let shown = owner(server, people).await.get(&format!("/orders/{}", order["id"].as_str().unwrap())).await.ok();
        assert_eq!(shown["bounced_at"], "2026-03-04T09:00:00Z");
        assert_eq!(shown["lot"]["status"], "voided");
        assert_eq!(balance(server, people).await["available_minutes"], 0);
        let names = event_names(server, people.acme).await;
        assert_eq!(names.iter().filter(|name| *name == "order.bounced").count(), 1);
        // The payment comes back from the dead: it is not believed twice.
        let session = world.paid_session("pi_1");
        world.tell("evt_8", COMPLETED, &session).await.empty(204);
        assert_eq!(balance(server, people).await["available_minutes"], 0);
        let names = event_names(server, people.acme).await;
        assert_eq!(names.last().unwrap(), "order.payment_unexpected");
    }

    async fn a_provider_that_fails_leaves_everything_as_it_was(world: &World) {
        let order = placed(&world.server, &world.people, "flexi", 5).await;
        let client = owner(&world.server, &world.people).await;
        world.state.lock().unwrap().broken = true;
        let path = path(&order, "checkout");
        client.post(&path, json!({})).await.problem(503, "payment_provider_unavailable");
        world.state.lock().unwrap().broken = false;
        client.post(&path, json!({})).await.ok();
        assert_eq!(world.server.anonymous().get("/installation").await.ok()["online_payment"], true);
    }
}

on_both_engines! {
    async fn without_a_provider_nothing_is_paid_online(server: &TestServer) {
        let people = server.people().await;
        let order = placed(server, &people, "flexi", 5).await;
        let client = owner(server, &people).await;
        client.post(&path(&order, "checkout"), json!({})).await.problem(409, "payment_provider_missing");
        server.anonymous().post(CALLBACK, json!({})).await.problem(404, "not_found");
        assert_eq!(server.anonymous().get("/installation").await.ok()["online_payment"], false);
    }
}
