//! Time taken back when its pack has ended, its payment has bounced, or its price is fixed: never refused, and never
//! at the cost of minutes that were paid.

use daypack_domain::policy::StaffRole::{Admin, Lead};
use daypack_server::cli::verify;
use daypack_server::on_both_engines;
use daypack_server::testing::{People, Place, TestServer};
use serde_json::{Value, json};

use crate::packs::{at, balance, bought};
use crate::weeks::{Working, agent, approver, logged, resolved, text, triaged};

const DAY: &str = "2026-03-04";

/// A ticket on which work goes on, with these minutes approved.
async fn in_work(server: &TestServer, people: &People, minutes: i64, kind: &str) -> Working {
    let ticket = triaged(server, people, "Export by region", "p2", "evolutionary").await;
    let agent = agent(server, people).await;
    let body = json!({ "minutes": minutes, "includes": "Everything.", "kind": kind });
    let estimate = agent
        .post(&format!("/tickets/{}/estimates", ticket.id), body)
        .await
        .created();
    let approve = format!("/estimates/{}/approve", text(&estimate["id"]));
    approver(server, people).await.post(&approve, json!({})).await.ok();
    agent
        .post(
            &format!("/tickets/{}/transitions", ticket.id),
            json!({ "to": "fixing" }),
        )
        .await
        .ok();
    ticket
}

async fn take_back(server: &TestServer, people: &People, entry: &Value) -> Value {
    let path = format!("/time-entries/{}/reverse", text(&entry["id"]));
    let body = json!({ "reason": "Another ticket's." });
    agent(server, people).await.post(&path, body).await.created()
}

async fn bounce(server: &TestServer, people: &People, order: &Value) {
    let path = format!("/orders/{}/bounce", text(&order["id"]));
    let lead = at(server, people, Place::Staff(Lead)).await;
    lead.post(&path, json!({ "reason": "The bank took it back." }))
        .await
        .ok();
}

async fn seen(server: &TestServer, people: &People, ticket: &Working) -> Value {
    agent(server, people)
        .await
        .get(&format!("/tickets/{}", ticket.id))
        .await
        .ok()
}

fn billed(ticket: &Value) -> Vec<i64> {
    let entries = ticket["time_entries"].as_array().unwrap().iter();
    let counting = entries.filter(|entry| entry["reversed_at"].is_null());
    let mut billed: Vec<i64> = counting
        .map(|entry| entry["billable_minutes"].as_i64().unwrap())
        .collect();
    billed.sort_unstable();
    billed
}

/// What is available, held and owed; and the books are right.
async fn standing(server: &TestServer, people: &People) -> (i64, i64, i64) {
    verify::check(&server.app.store, Some("acme")).unwrap();
    let balance = balance(server, people).await;
    let figure = |name: &str| balance[name].as_i64().unwrap_or(0);
    (
        figure("available_minutes"),
        figure("held_minutes"),
        figure("debt_minutes"),
    )
}

on_both_engines! {
    async fn a_plan_whose_payment_bounced_gives_no_free_minutes(server: &TestServer) {
        let people = server.people().await;
        let admin = at(server, &people, Place::Staff(Admin)).await.header("If-Match", "\"1\"");
        admin.patch("/plans/flexi", json!({ "free_minutes": 60 })).await.ok();
        let order = bought(server, &people, "flexi", 5).await;
        // What is agreed stays held, so that something of the lot stays posted.
        in_work(server, &people, 60, "up_to").await;
        let hour = json!({
            "minutes": 60, "worked_on": DAY, "activity": "diagnosis", "note": "Looked.", "billable": true
        });
        let worked = async || {
            let ticket = triaged(server, &people, "Import by region", "p2", "evolutionary").await;
            let path = format!("/tickets/{}/time-entries", ticket.id);
            agent(server, &people).await.post(&path, hour.clone()).await
        };
        assert_eq!(worked().await.created()["billable_minutes"], 0);
        bounce(server, &people, &order).await;
        assert_eq!(balance(server, &people).await["held_minutes"], 60);
        let refused = worked().await.problem(409, "approved_minutes_exhausted");
        assert_eq!(refused["shortfall_minutes"], 30, "half an hour is free without a plan");
    }

    async fn paid_minutes_are_whole_after_a_payment_that_bounced(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "starter", 1).await;
        let ticket = in_work(server, &people, 120, "up_to").await;
        let entry = logged(server, &people, &ticket, 90, DAY).await;
        bounce(server, &people, &order).await;
        assert_eq!(standing(server, &people).await, (0, 60, 60));
        bought(server, &people, "starter", 1).await;
        assert_eq!(standing(server, &people).await, (420, 60, 0), "what was worked is repaid, and no more");
        take_back(server, &people, &entry).await;
        assert_eq!(standing(server, &people).await, (480, 120, 0), "and comes back with the work");
        logged(server, &people, &ticket, 120, DAY).await;
        assert_eq!(standing(server, &people).await, (480, 30, 90), "what was agreed goes on, and is owed");
        resolved(server, &people, &ticket, "A column").await;
        assert_eq!(standing(server, &people).await, (480, 0, 90), "what is released was never paid");
    }

    async fn a_correction_succeeds_whatever_became_of_the_pack(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "starter", 1).await;
        let ticket = in_work(server, &people, 15, "up_to").await;
        let first = logged(server, &people, &ticket, 1, DAY).await;
        let second = logged(server, &people, &ticket, 30, DAY).await;
        logged(server, &people, &ticket, 5, DAY).await;
        assert_eq!((&first["billable_minutes"], &second["billable_minutes"]), (&json!(0), &json!(15)));
        resolved(server, &people, &ticket, "A column").await;
        bounce(server, &people, &order).await;
        assert_eq!(standing(server, &people).await, (0, 0, 15));
        // Without it the second entry fits the free half hour, and the third does not.
        take_back(server, &people, &first).await;
        assert_eq!(standing(server, &people).await, (0, 0, 15));
        let ticket = seen(server, &people, &ticket).await;
        assert_eq!((billed(&ticket), &ticket["used_minutes"]), (vec![0, 15], &json!(15)));
    }

    async fn a_fixed_price_covers_late_time_and_stays_when_time_is_taken_back(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "starter", 1).await;
        let ticket = in_work(server, &people, 120, "fixed").await;
        let entry = logged(server, &people, &ticket, 60, DAY).await;
        assert_eq!(entry["billable_minutes"], 30);
        resolved(server, &people, &ticket, "A column").await;
        assert_eq!(standing(server, &people).await, (360, 0, 0));
        let late = logged(server, &people, &ticket, 30, DAY).await;
        assert_eq!(late["billable_minutes"], 0, "the fixed price was consumed");
        let body = json!({
            "minutes": 91, "worked_on": DAY, "activity": "development", "note": "More", "billable": true,
        });
        let path = format!("/tickets/{}/time-entries", ticket.id);
        let refused = agent(server, &people).await.post(&path, body).await.problem(409, "approved_minutes_exhausted");
        assert_eq!(refused["shortfall_minutes"], 45, "181 less the free 30 is beyond what was approved");
        let taken = take_back(server, &people, &entry).await;
        assert!(!taken["reversed_at"].is_null());
        assert_eq!(standing(server, &people).await, (360, 0, 0), "nothing comes back");
        let shown = seen(server, &people, &ticket).await;
        assert_eq!((billed(&shown), &shown["used_minutes"]), (vec![0], &json!(120)));
        take_back(server, &people, &late).await;
        assert_eq!(standing(server, &people).await, (360, 0, 0));
    }
}
