//! `/orders/{id}/activate`, `/orders/{id}/bounce`: minutes before the payment, and payments that do not stand.

use crate::packs::tickets::{Deed, act, ticket};
use crate::packs::{at, balance, bought, event_names, lead, ledger, owner, placed};
use crate::weeks::run_jobs;
use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::{Approver, Owner};
use daypack_domain::policy::StaffRole::{Admin, Agent};
use daypack_server::on_both_engines;
use daypack_server::testing::{People, Place, TestServer};
use futures_util::future::join_all;
use serde_json::{Value, json};

fn path(order: &Value, action: &str) -> String {
    format!("/orders/{}/{action}", order["id"].as_str().unwrap())
}

fn because() -> Value {
    json!({ "reason": "The bank took it back." })
}

/// The admin allows Acme to pay afterwards.
async fn allow(server: &TestServer, people: &People) {
    let admin = at(server, people, Place::Staff(Admin))
        .await
        .header("If-Match", "\"1\"");
    let setting = json!({ "activation_before_payment": true });
    admin.patch("/organizations/acme/settings", setting).await.ok();
}

on_both_engines! {
    async fn owners_are_reminded_of_a_payment_when_it_is_due_and_once_more(server: &TestServer) {
        let people = server.people().await;
        allow(server, &people).await;
        let leads = lead(server, &people).await;
        let [owed, paid, bounced] = [(); 3].map(|()| placed(server, &people, "flexi", 5));
        let (owed, paid, bounced) = (owed.await, paid.await, bounced.await);
        for order in [&owed, &paid, &bounced] {
            leads.post(&path(order, "activate"), json!({})).await.ok();
        }
        leads.post(&path(&paid, "confirm-payment"), json!({ "payment_reference": "in time" })).await.ok();
        leads.post(&path(&bounced, "bounce"), because()).await.ok();
        let reminded = async || {
            run_jobs(server).await;
            run_jobs(server).await;
            let names = event_names(server, people.acme).await;
            names.iter().filter(|name| *name == "order.payment_reminded").count()
        };
        let mails = async || {
            let all = server.mails(0).await;
            all.into_iter().filter(|mail| mail.contains("PF-000001")).collect::<Vec<_>>()
        };
        server.wait(TimeDelta::days(30) - TimeDelta::seconds(1));
        assert_eq!((reminded().await, mails().await.len()), (0, 0));
        server.wait(TimeDelta::hours(1));
        assert_eq!((reminded().await, mails().await.len()), (1, 1));
        let first = &mails().await[0];
        assert!(first.contains("is due") && first.contains("2000.00 EUR"), "{first}");
        server.wait(TimeDelta::days(6));
        assert_eq!((reminded().await, mails().await.len()), (1, 1));
        server.wait(TimeDelta::days(1));
        assert_eq!((reminded().await, mails().await.len()), (2, 2));
        assert!(mails().await.iter().any(|mail| mail.contains("has not come")));
        server.wait(TimeDelta::days(40));
        assert_eq!((reminded().await, mails().await.len()), (2, 2));
        let shown = lead(server, &people).await.get(&format!("/orders/{}", owed["id"].as_str().unwrap())).await.ok();
        assert_eq!((&shown["status"], &shown["payment_due_on"]), (&json!("activated"), &json!("2026-04-03")));
    }

    async fn of_reminders_that_were_missed_the_last_goes_out(server: &TestServer) {
        let people = server.people().await;
        allow(server, &people).await;
        let order = placed(server, &people, "flexi", 5).await;
        lead(server, &people).await.post(&path(&order, "activate"), json!({})).await.ok();
        server.wait(TimeDelta::days(60));
        run_jobs(server).await;
        run_jobs(server).await;
        let names = event_names(server, people.acme).await;
        assert_eq!(names.iter().filter(|name| *name == "order.payment_reminded").count(), 1);
        let mails = server.mails(1).await;
        let mails: Vec<_> = mails.iter().filter(|mail| mail.contains("PF-000001")).collect();
        assert!(mails.len() == 1 && mails[0].contains("has not come"), "{mails:?}");
    }

    async fn minutes_start_before_the_payment_only_where_that_is_agreed(server: &TestServer) {
        let people = server.people().await;
        let order = placed(server, &people, "flexi", 5).await;
        let activate = path(&order, "activate");
        let leads = lead(server, &people).await;
        leads.post(&activate, json!({})).await.problem(409, "payment_required");
        assert_eq!(event_names(server, people.acme).await, ["order.placed"]);
        allow(server, &people).await;
        for place in [Place::Acme(Owner), Place::Staff(Agent)] {
            at(server, &people, place).await.post(&activate, json!({})).await.problem(403, "forbidden");
        }
        at(server, &people, Place::Nord(Owner)).await.post(&activate, json!({})).await.problem(404, "not_found");
        leads.header("If-Match", "\"2\"").post(&activate, json!({})).await.problem(409, "stale_version");
        let started = leads.header("If-Match", "\"1\"").post(&activate, json!({})).await.ok();
        assert_eq!((&started["status"], &started["paid_at"]), (&json!("activated"), &json!(null)));
        assert_eq!((&started["payment_due_on"], &started["lapses_at"]), (&json!("2026-04-03"), &json!(null)));
        assert_eq!(started["activated_at"], "2026-03-04T09:00:00Z");
        assert_eq!((&started["lot"]["minutes"], &started["lot"]["expires_on"]), (&json!(2_400), &json!("2026-09-04")));
        leads.post(&activate, json!({})).await.problem(409, "already_activated");
        leads.post(&path(&order, "cancel"), json!({})).await.problem(409, "invalid_transition");

        // It does not lapse, and the payment that comes starts nothing more.
        server.wait(TimeDelta::days(40));
        let leads = lead(server, &people).await;
        let paid = leads.post(&path(&order, "confirm-payment"), json!({ "payment_reference": "late" })).await.ok();
        assert_eq!((&paid["status"], &paid["payment_due_on"]), (&json!("activated"), &json!(null)));
        assert_eq!(paid["lot"], started["lot"]);
        assert_eq!(ledger(server, &people).await.len(), 1);
        let expected = ["order.placed", "organization.changed", "order.activated", "lot.granted", "order.paid"];
        assert_eq!(event_names(server, people.acme).await, expected);
    }

    async fn what_nobody_has_paid_yet_is_not_paid_back(server: &TestServer) {
        let people = server.people().await;
        allow(server, &people).await;
        let order = placed(server, &people, "flexi", 5).await;
        let leads = lead(server, &people).await;
        let started = leads.post(&path(&order, "activate"), json!({})).await.ok();
        let lot = format!("/lots/{}", started["lot"]["id"].as_str().unwrap());
        let admin = at(server, &people, Place::Staff(Admin)).await;
        assert_eq!(admin.get(&lot).await.ok()["refundable"]["amount_minor"], 0);
        let before = (ledger(server, &people).await, event_names(server, people.acme).await);
        let refund = format!("{lot}/refund");
        let body = || json!({ "minutes": 60, "reason": "No longer needed." });
        admin.post(&refund, body()).await.problem(409, "lot_not_paid");
        assert_eq!((ledger(server, &people).await, event_names(server, people.acme).await), before);
        leads.post(&path(&order, "confirm-payment"), json!({ "payment_reference": "late" })).await.ok();
        assert_eq!(admin.post(&refund, body()).await.ok()["minutes"], 60);
    }

    async fn what_has_ended_is_not_activated(server: &TestServer) {
        let people = server.people().await;
        allow(server, &people).await;
        let (first, second) = (placed(server, &people, "starter", 1).await, placed(server, &people, "starter", 1).await);
        owner(server, &people).await.post(&path(&first, "cancel"), json!({})).await.ok();
        server.wait(TimeDelta::days(30));
        let leads = lead(server, &people).await;
        leads.post(&path(&first, "activate"), json!({})).await.problem(409, "order_cancelled");
        leads.post(&path(&second, "activate"), json!({})).await.problem(409, "order_lapsed");
        leads.post(&path(&first, "bounce"), because()).await.problem(409, "invalid_transition");
        leads.post(&path(&second, "bounce"), because()).await.problem(409, "invalid_transition");
        assert_eq!(ledger(server, &people).await, Vec::<Value>::new());
    }

    async fn an_order_on_credit_ends_with_its_lot(server: &TestServer) {
        let people = server.people().await;
        allow(server, &people).await;
        let order = placed(server, &people, "starter", 1).await;
        let leads = lead(server, &people).await;
        let started = leads.post(&path(&order, "activate"), json!({})).await.ok();
        let void = format!("/lots/{}/void", started["lot"]["id"].as_str().unwrap());
        leads.post(&void, because()).await.ok();
        let names = event_names(server, people.acme).await;
        assert_eq!(names[names.len() - 2..], ["lot.voided", "order.cancelled"]);
        let shown = leads.get(&format!("/orders/{}", order["id"].as_str().unwrap())).await.ok();
        assert_eq!((&shown["status"], &shown["payment_due_on"]), (&json!("cancelled"), &json!(null)));
        let payment = json!({ "payment_reference": "late" });
        leads.post(&path(&order, "confirm-payment"), payment).await.problem(409, "order_cancelled");
        leads.post(&path(&order, "bounce"), because()).await.problem(409, "invalid_transition");
        leads.post(&path(&order, "cancel"), json!({})).await.problem(409, "order_cancelled");
        assert_eq!(event_names(server, people.acme).await, names);

        // What was paid stays paid; what is done about the money is said elsewhere.
        let paid = bought(server, &people, "starter", 1).await;
        leads.post(&format!("/lots/{}/void", paid["lot"]["id"].as_str().unwrap()), because()).await.ok();
        let shown = leads.get(&format!("/orders/{}", paid["id"].as_str().unwrap())).await.ok();
        assert_eq!(shown["status"], "activated");
    }

    async fn whoever_placed_an_order_takes_it_back(server: &TestServer) {
        let people = server.people().await;
        let approver = at(server, &people, Place::Acme(Approver)).await;
        let body = || crate::packs::order(people.acme, "starter", 1);
        let (own, other) = (approver.post("/orders", body()).await.created(), placed(server, &people, "starter", 1).await);
        approver.post(&path(&other, "cancel"), json!({})).await.problem(403, "forbidden");
        let cancelled = approver.post(&path(&own, "cancel"), json!({ "reason": "Wrong plan" })).await.ok();
        assert_eq!(cancelled["status"], "cancelled");
        // Owners take back what others placed.
        let again = approver.post("/orders", body()).await.created();
        owner(server, &people).await.post(&path(&again, "cancel"), json!({})).await.ok();
    }

    async fn a_bounced_payment_takes_what_is_there_and_leaves_a_debt(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "flexi", 5).await;
        let work = ticket(server, &people).await;
        assert!(act(server, people.acme, work, Deed::Hold(600)).await);
        assert!(act(server, people.acme, work, Deed::Use(400)).await);
        let bounce = path(&order, "bounce");
        for place in [Place::Acme(Owner), Place::Staff(Agent)] {
            at(server, &people, place).await.post(&bounce, because()).await.problem(403, "forbidden");
        }
        at(server, &people, Place::Nord(Owner)).await.post(&bounce, because()).await.problem(404, "not_found");
        let leads = lead(server, &people).await;
        leads.post(&bounce, json!({})).await.invalid(&[("/reason", "required")]);
        leads.post(&bounce, json!({ "reason": "  " })).await.invalid(&[("/reason", "required")]);
        leads.header("If-Match", "\"1\"").post(&bounce, because()).await.problem(409, "stale_version");
        let before = ledger(server, &people).await.len();
        let bounced = leads.header("If-Match", "\"2\"").post(&bounce, because()).await.ok();
        assert_eq!((&bounced["status"], &bounced["bounced_at"]), (&json!("activated"), &json!("2026-03-04T09:00:00Z")));
        assert_eq!(bounced["lot"]["status"], "voided");
        let standing = balance(server, &people).await;
        // 1,800 were there and are gone; 400 were used and are owed; 200 are held for work that was agreed.
        assert_eq!((&standing["available_minutes"], &standing["debt_minutes"]), (&json!(0), &json!(400)));
        assert_eq!(standing["held_minutes"], 200);
        let movements = ledger(server, &people).await;
        assert_eq!(movements.len(), before + 2);
        assert_eq!((&movements[1]["kind"], &movements[1]["minutes"]), (&json!("void"), &json!(1_800)));
        assert_eq!(movements[1]["reason"], "The bank took it back.");

        leads.post(&bounce, because()).await.problem(409, "already_bounced");
        let payment = json!({ "payment_reference": "again" });
        leads.post(&path(&order, "confirm-payment"), payment).await.problem(409, "payment_bounced");
        leads.post(&path(&order, "activate"), json!({})).await.problem(409, "already_activated");
        assert_eq!(ledger(server, &people).await.len(), before + 2);
        let names = event_names(server, people.acme).await;
        assert_eq!(names.iter().filter(|name| *name == "order.bounced").count(), 1);

        // The next order repays it first.
        bought(server, &people, "flexi", 5).await;
        assert_eq!(balance(server, &people).await["available_minutes"], 2_000);
        // What is used of the rest is owed then; what is released is gone, and costs nothing that was paid.
        assert!(act(server, people.acme, work, Deed::Use(50)).await);
        assert_eq!(balance(server, &people).await["debt_minutes"], 50);
        assert!(act(server, people.acme, work, Deed::Release).await);
        let standing = balance(server, &people).await;
        assert_eq!((&standing["available_minutes"], &standing["held_minutes"]), (&json!(2_000), &json!(0)));
        assert_eq!(standing["debt_minutes"], 50);
    }

    async fn what_was_never_paid_is_given_up_in_the_same_way(server: &TestServer) {
        let people = server.people().await;
        allow(server, &people).await;
        let order = placed(server, &people, "starter", 1).await;
        let leads = lead(server, &people).await;
        leads.post(&path(&order, "activate"), json!({})).await.ok();
        let bounce = path(&order, "bounce");
        let answers = join_all((0..6).map(|_| leads.post(&bounce, because()))).await;
        let done = answers.iter().filter(|answer| answer.status.is_success()).count();
        for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
            answer.problem(409, "already_bounced");
        }
        assert_eq!(done, 1);
        let shown = owner(server, &people).await.get(&format!("/orders/{}", order["id"].as_str().unwrap())).await.ok();
        assert_eq!((&shown["payment_due_on"], &shown["lot"]["status"]), (&json!(null), &json!("voided")));
        assert_eq!(balance(server, &people).await["available_minutes"], 0);
    }
}
