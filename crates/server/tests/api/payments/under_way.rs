//! Payments that take days: while one is under way, nobody is sent to pay the same order on another page.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::stand_in::{World, with_a_provider};
use super::{COMPLETED, path, sent_to_pay, status};
use crate::packs::{balance, event_names, lead, owner, placed};
use crate::weeks::run_jobs;
use crate::witness::{Witness, marked};

const SUCCEEDED: &str = "checkout.session.async_payment_succeeded";
const FAILED: &str = "checkout.session.async_payment_failed";

/// The session with this id, as the stand-in has it.
fn session(world: &World, id: &str) -> Value {
    let state = world.state.lock().unwrap();
    let mut all = state.sessions.values().map(|(_, session)| session.clone());
    all.find(|session| session["id"] == id).unwrap()
}

with_a_provider! {
    async fn nobody_is_sent_to_pay_while_a_payment_is_under_way(world: &World) {
        let (server, people) = (&world.server, &world.people);
        let (order, _) = sent_to_pay(world).await;
        world.tell("evt_1", COMPLETED, &world.last_session()).await.empty(204);
        // Told again, also under another id.
        world.tell("evt_1", COMPLETED, &world.last_session()).await.empty(204);
        world.tell("evt_2", COMPLETED, &world.last_session()).await.empty(204);
        let checkout = path(&order, "checkout");
        for days in [0, 2] {
            server.wait(TimeDelta::days(days));
            world.tick();
            run_jobs(server).await;
            let client = owner(server, people).await;
            let witness = Witness::of(server).await;
            let refused = marked(&client).post(&checkout, json!({})).await;
            let problem = witness.refused(&refused, 409, "payment_pending").await;
            let sentence = "A payment of this order is under way at the provider; it can take days.";
            assert_eq!(problem["detail"], sentence);
        }
        assert_eq!(world.state.lock().unwrap().requests, 1);
        assert_eq!(world.state.lock().unwrap().ends, 0);
        assert_eq!(status(world, &order).await, "placed");

        // It does not come: the order can be paid again, on another page.
        world.tell("evt_3", FAILED, &world.last_session()).await.empty(204);
        let client = owner(server, people).await;
        let page = client.post(&checkout, json!({})).await.ok();
        assert_eq!(page["url"], "https://checkout.stripe.test/c/pay/cs_test_2");
        assert_eq!(client.post(&checkout, json!({})).await.ok(), page);
        world.tell("evt_4", COMPLETED, &world.paid_session("pi_2")).await.empty(204);
        assert_eq!(status(world, &order).await, "activated");
        let expected = ["order.placed", "order.paid", "order.activated", "lot.granted"];
        assert_eq!(event_names(server, people.acme).await, expected);
    }

    async fn a_payment_under_way_keeps_nobody_from_anything_else(world: &World) {
        let (server, people) = (&world.server, &world.people);
        // It comes after days, and pays.
        let (order, _) = sent_to_pay(world).await;
        world.tell("evt_1", COMPLETED, &world.last_session()).await.empty(204);
        server.wait(TimeDelta::days(5));
        world.tell("evt_2", SUCCEEDED, &world.paid_session("pi_1")).await.empty(204);
        assert_eq!(status(world, &order).await, "activated");
        assert_eq!(balance(server, people).await["available_minutes"], 2_400);

        // Another order is paid meanwhile, and this one confirmed by hand, cancelled, or left to lapse.
        world.tick();
        let mut waiting = Vec::new();
        for number in 0..3 {
            server.wait(TimeDelta::minutes(1));
            world.tick();
            waiting.push(sent_to_pay(world).await.0);
            world.tell(&format!("evt_1{number}"), COMPLETED, &world.last_session()).await.empty(204);
        }
        server.wait(TimeDelta::minutes(1));
        world.tick();
        let (free, _) = sent_to_pay(world).await;
        world.tell("evt_20", COMPLETED, &world.paid_session("pi_2")).await.empty(204);
        assert_eq!(status(world, &free).await, "activated");
        let by_transfer = json!({ "payment_reference": "transfer" });
        lead(server, people).await.post(&path(&waiting[0], "confirm-payment"), by_transfer).await.ok();
        owner(server, people).await.post(&path(&waiting[1], "cancel"), json!({})).await.ok();
        server.wait(TimeDelta::days(30));
        let client = owner(server, people).await;
        for (order, (stands, code)) in waiting.iter().zip([
            ("activated", "already_paid"), ("cancelled", "order_cancelled"), ("lapsed", "order_lapsed"),
        ]) {
            assert_eq!(status(world, order).await, stands);
            client.post(&path(order, "checkout"), json!({})).await.problem(409, code);
        }
    }

    async fn what_is_told_in_another_order_comes_to_the_same(world: &World) {
        let (server, people) = (&world.server, &world.people);
        // That it failed comes before that it was begun.
        let (order, _) = sent_to_pay(world).await;
        let first = world.last_session();
        world.tell("evt_1", FAILED, &first).await.empty(204);
        world.tell("evt_2", COMPLETED, &first).await.empty(204);
        let client = owner(server, people).await;
        let page = client.post(&path(&order, "checkout"), json!({})).await.ok();
        assert_eq!(page["url"], "https://checkout.stripe.test/c/pay/cs_test_2");
        // That it was paid comes before that it was begun.
        let mut paid = session(world, "cs_test_2");
        world.tell("evt_4", COMPLETED, &paid.clone()).await.empty(204);
        paid["payment_intent"] = json!("pi_2");
        paid["payment_status"] = json!("paid");
        world.tell("evt_3", SUCCEEDED, &paid).await.empty(204);
        world.tell("evt_5", COMPLETED, &session(world, "cs_test_2")).await.empty(204);
        assert_eq!(status(world, &order).await, "activated");
        client.post(&path(&order, "checkout"), json!({})).await.problem(409, "already_paid");
        assert_eq!(balance(server, people).await["available_minutes"], 2_400);
    }

    async fn another_page_ends_once_a_payment_is_under_way(world: &World) {
        let (server, people) = (&world.server, &world.people);
        let order = placed(server, people, "flexi", 5).await;
        let checkout = path(&order, "checkout");
        let pay = async || owner(server, people).await.post(&checkout, json!({})).await;
        pay().await.ok();
        // Its time is nearly over, so that there is another one, and then somebody pays on the first one after all.
        server.wait(TimeDelta::minutes(24 * 60 - 5));
        world.tick();
        assert_eq!(pay().await.ok()["url"], "https://checkout.stripe.test/c/pay/cs_test_2");
        world.tell("evt_1", COMPLETED, &session(world, "cs_test_1")).await.empty(204);
        pay().await.problem(409, "payment_pending");
        run_jobs(server).await;
        let stands = |id: &str| session(world, id)["status"].clone();
        assert_eq!((stands("cs_test_1"), stands("cs_test_2")), (json!("open"), json!("expired")));

        // The page that was ended is not given again.
        server.wait(TimeDelta::minutes(10));
        world.tick();
        world.tell("evt_2", FAILED, &session(world, "cs_test_1")).await.empty(204);
        assert_eq!(pay().await.ok()["url"], "https://checkout.stripe.test/c/pay/cs_test_3");
        assert_eq!(stands("cs_test_3"), "open");
    }
}
