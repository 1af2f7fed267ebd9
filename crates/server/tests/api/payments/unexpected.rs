//! Money that comes for nothing: the order stays as it is, and one event and a mail to those who confirm payments say so.

use chrono::TimeDelta;
use daypack_domain::event::EventKind;
use daypack_domain::ids::OrderId;
use daypack_domain::money::{Currency, Money};
use serde_json::{Value, json};

use super::stand_in::{World, with_a_provider};
use super::{COMPLETED, path, sent_to_pay, status};
use crate::packs::{balance, event_names, lead, ledger, owner, run};
use crate::weeks::run_jobs;
use crate::witness::Witness;

const SUCCEEDED: &str = "checkout.session.async_payment_succeeded";

/// What was told of money that came for nothing: order, payment, amount, and why.
async fn told(world: &World) -> Vec<(OrderId, String, Option<Money>, String)> {
    let organization = world.people.acme;
    run(&world.server, move |conn, _| {
        let events = daypack_store::events::after(conn, organization, 0, 1000)?.into_iter();
        let kinds = events.filter_map(|event| match event.kind {
            EventKind::PaymentUnexpected {
                order_id,
                provider,
                payment_reference,
                amount,
                code,
            } => {
                assert_eq!(provider, "stripe");
                Some((order_id, payment_reference, amount, code))
            }
            _ => None,
        });
        Ok(kinds.collect())
    })
    .await
}

/// The mails about money that came for nothing.
async fn mails_about(world: &World) -> Vec<String> {
    let mut mails = world.server.mails(0).await;
    mails.retain(|mail| mail.contains("does not count"));
    mails
}

fn euros(amount_minor: i64) -> Option<Money> {
    let currency = Currency::EUR;
    Some(Money { amount_minor, currency })
}

fn id(order: &Value) -> OrderId {
    order["id"].as_str().unwrap().parse().unwrap()
}

/// Everything about an order and what it led to.
async fn shown(world: &World, order: &Value) -> Value {
    let client = owner(&world.server, &world.people).await;
    let order = client
        .get(&format!("/orders/{}", order["id"].as_str().unwrap()))
        .await
        .ok();
    let lots = client.get("/organizations/acme/lots").await.ok();
    json!([order, lots, ledger(&world.server, &world.people).await])
}

with_a_provider! {
    async fn money_that_comes_after_the_order_lapsed_is_kept_and_told(world: &World) {
        let (server, people) = (&world.server, &world.people);
        let (order, _) = sent_to_pay(world).await;
        world.tell("evt_1", COMPLETED, &world.last_session()).await.empty(204);
        server.wait(TimeDelta::days(32));
        run_jobs(server).await;
        assert_eq!(status(world, &order).await, "lapsed");
        let before = shown(world, &order).await;
        let session = world.paid_session("pi_late");
        world.tell("evt_2", SUCCEEDED, &session).await.empty(204);

        assert_eq!(shown(world, &order).await, before);
        let mut names = event_names(server, people.acme).await;
        names.retain(|name| name.starts_with("order."));
        assert_eq!(names, ["order.placed", "order.lapsed", "order.payment_unexpected"]);
        let came = (id(&order), "pi_late".to_owned(), euros(200_000), "order_lapsed".to_owned());
        assert_eq!(told(world).await, [came]);
        let mails = mails_about(world).await;
        let mut readers: Vec<&str> = mails
            .iter()
            .map(|mail| mail.lines().find(|line| line.starts_with("To: ")).unwrap())
            .collect();
        readers.sort_unstable();
        assert_eq!(readers.len(), 2, "{readers:?}");
        assert!(readers[0].contains("admin@") && readers[1].contains("lead@"), "{readers:?}");
        for part in ["PF-000001", "2000.00 EUR, payment pi_late", "had lapsed", "refund it at Stripe", "/clients/acme/packs"] {
            assert!(mails[0].contains(part), "{part} is not in {}", mails[0]);
        }

        // The same event again changes nothing at all, another one about the same payment tells nobody anew.
        run_jobs(server).await;
        let witness = Witness::of(server).await;
        world.tell("evt_2", SUCCEEDED, &session).await.empty(204);
        witness.nothing_changed("an event that came before").await;
        world.tell("evt_3", SUCCEEDED, &session).await.empty(204);
        run_jobs(server).await;
        assert_eq!((told(world).await.len(), mails_about(world).await.len()), (1, 2));
        // Another payment does.
        world.tell("evt_4", SUCCEEDED, &world.paid_session("pi_later")).await.empty(204);
        assert_eq!((told(world).await.len(), mails_about(world).await.len()), (2, 4));
    }

    async fn money_for_an_order_that_was_paid_by_transfer_is_told(world: &World) {
        let (server, people) = (&world.server, &world.people);
        let (order, _) = sent_to_pay(world).await;
        let by_transfer = json!({ "payment_reference": "transfer 7" });
        lead(server, people).await.post(&path(&order, "confirm-payment"), by_transfer).await.ok();
        let before = shown(world, &order).await;
        world.tell("evt_1", COMPLETED, &world.paid_session("pi_1")).await.empty(204);
        assert_eq!(shown(world, &order).await, before);
        assert_eq!(balance(server, people).await["available_minutes"], 2_400);
        assert_eq!(told(world).await, [(id(&order), "pi_1".to_owned(), euros(200_000), "already_paid".to_owned())]);
        let mails = mails_about(world).await;
        assert!(mails.iter().all(|mail| mail.contains("with the payment transfer 7")), "{mails:?}");

        // They tell it again, and in other words too.
        run_jobs(server).await;
        let witness = Witness::of(server).await;
        world.tell("evt_1", COMPLETED, &world.paid_session("pi_1")).await.empty(204);
        witness.nothing_changed("an event that came before").await;
        world.tell("evt_4", SUCCEEDED, &world.paid_session("pi_1")).await.empty(204);
        assert_eq!((told(world).await.len(), mails_about(world).await.len()), (1, 2));

        // That this money is taken back does not touch what was paid by transfer.
        let dispute = json!({ "id": "dp_1", "payment_intent": "pi_1", "status": "lost", "reason": "duplicate" });
        world.tell("evt_2", "charge.dispute.closed", &dispute).await.empty(204);
        world.tell("evt_3", "checkout.session.async_payment_failed", &world.last_session()).await.empty(204);
        assert_eq!(shown(world, &order).await, before);
    }

    async fn another_amount_is_told_and_the_order_can_be_paid_anew(world: &World) {
        let (server, people) = (&world.server, &world.people);
        let (order, page) = sent_to_pay(world).await;
        let before = shown(world, &order).await;
        let mut session = world.paid_session("pi_1");
        session["amount_total"] = json!(199_999);
        world.tell("evt_1", COMPLETED, &session).await.empty(204);
        assert_eq!(shown(world, &order).await, before);
        let came = (id(&order), "pi_1".to_owned(), euros(199_999), "payment_mismatch".to_owned());
        assert_eq!(told(world).await, [came]);
        let mails = mails_about(world).await;
        assert_eq!(mails.len(), 2);
        assert!(mails[0].contains("1999.99 EUR, payment pi_1") && mails[0].contains("for 2000.00 EUR"), "{}", mails[0]);

        let client = owner(server, people).await;
        let other = client.post(&path(&order, "checkout"), json!({})).await.ok();
        assert_ne!(other["url"], page["url"], "the page was used");
        server.wait(TimeDelta::minutes(1));
        let mut unnamed = world.paid_session("pi_2");
        unnamed["amount_total"] = Value::Null;
        world.tell("evt_2", COMPLETED, &unnamed).await.empty(204);
        assert_eq!(told(world).await[1].2, None);
        world.tell("evt_3", COMPLETED, &world.paid_session("pi_3")).await.empty(204);
        assert_eq!(status(world, &order).await, "activated");
    }

    async fn money_that_is_told_many_times_at_once_is_told_once(world: &World) {
        let (server, people) = (&world.server, &world.people);
        let (order, _) = sent_to_pay(world).await;
        owner(server, people).await.post(&path(&order, "cancel"), json!({})).await.ok();
        let session = world.paid_session("pi_1");
        let answers = futures_util::future::join_all((0..12).map(|call| {
            let (session, id) = (session.clone(), format!("evt_{}", call % 3));
            async move { world.tell(&id, COMPLETED, &session).await }
        }));
        for answer in answers.await {
            answer.empty(204);
        }
        let came = (id(&order), "pi_1".to_owned(), euros(200_000), "order_cancelled".to_owned());
        assert_eq!(told(world).await, [came]);
        assert_eq!(mails_about(world).await.len(), 2);
        assert!(ledger(server, people).await.is_empty());
    }
}
