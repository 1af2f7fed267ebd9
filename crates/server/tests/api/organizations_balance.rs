//! `/organizations/{id}/balance` and `/organizations/{id}/ledger`.

use crate::packs::tickets::{Deed, act, ticket};
use crate::packs::{at, balance, bought, event_names, ledger, owner, paid, placed, run};
use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use daypack_domain::policy::ClientRole::{Owner, Viewer};
use daypack_domain::policy::StaffRole::Agent;
use daypack_server::flows;
use daypack_server::on_both_engines;
use daypack_server::testing::{Engine, Place, TestServer};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

fn figures(balance: &Value) -> [i64; 5] {
    [
        "available_minutes",
        "held_minutes",
        "posted_minutes",
        "granted_minutes",
        "used_minutes",
    ]
    .map(|name| balance[name].as_i64().unwrap())
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

on_both_engines! {
    async fn lots_are_listed_in_order_of_use(server: &TestServer) {
        let people = server.people().await;
        let empty = balance(server, &people).await;
        assert_eq!(figures(&empty), [0; 5]);
        assert_eq!((&empty["as_of"], &empty["lots"]), (&json!("2026-03-04T09:00:00Z"), &json!([])));
        assert_eq!(empty.get("debt_minutes"), None);
        assert_eq!(empty["forecast"]["runs_out_on"], json!(null));

        let flexi = bought(server, &people, "flexi", 5).await;
        server.wait(TimeDelta::days(1));
        let starter = bought(server, &people, "starter", 2).await;
        let ticket = ticket(server, &people).await;
        assert!(act(server, people.acme, ticket, Deed::Hold(1_000)).await);
        assert!(act(server, people.acme, ticket, Deed::Use(970)).await);
        let now = balance(server, &people).await;
        assert_eq!(figures(&now), [2_360, 30, 2_390, 2_400, 10]);
        let all = json!([{
            "id": flexi["lot"]["id"], "plan_code": "flexi", "plan_name": "Flexi",
            "activated_at": "2026-03-04T09:00:00Z", "expires_on": "2026-09-04", "days_left": 183,
            "granted_minutes": 2_400, "available_minutes": 2_360, "held_minutes": 30, "posted_minutes": 2_390
        }]);
        assert_eq!(now["lots"], all, "the exhausted lot is left out");
        assert!(act(server, people.acme, ticket, Deed::GiveBack(20, false)).await);
        let now = balance(server, &people).await;
        let ids: Vec<_> = now["lots"].as_array().unwrap().iter().map(|lot| lot["id"].clone()).collect();
        // The reversal undoes the last allocation first: 10 of Flexi, then 10 of Starter.
        assert_eq!(ids, [starter["lot"]["id"].clone(), flexi["lot"]["id"].clone()]);
        assert_eq!(figures(&now), [2_380, 30, 2_410, 3_360, 950]);
    }

    async fn a_due_expiry_counts_before_it_is_recorded(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "starter", 1).await;
        let ticket = ticket(server, &people).await;
        assert!(act(server, people.acme, ticket, Deed::Hold(100)).await);
        assert_eq!(order["lot"]["expires_on"], "2026-06-04");

        // Midnight after 4 June in Madrid is 22:00 in UTC.
        server.clock.set("2026-06-04T21:59:59.999999Z".parse().unwrap());
        assert_eq!(figures(&balance(server, &people).await), [380, 100, 480, 480, 0]);
        assert_eq!(run(server, flows::ledger::organizations_due).await, []);
        server.wait(TimeDelta::microseconds(1));
        let seen = balance(server, &people).await;
        assert_eq!(figures(&seen), [0, 100, 100, 480, 0]);
        let listed = ledger(server, &people).await;
        assert_eq!(listed.len(), 3);
        let expected = json!({
            "sequence": 3, "kind": "expire", "minutes": 380, "lot_id": order["lot"]["id"], "ticket_id": null,
            "ticket_reference": null, "effective_at": "2026-06-04T21:59:59.999999Z", "reason": "", "actor": null,
            "available_after_minutes": 0
        });
        assert_eq!(listed[0], expected);
        let path = format!("/orders/{}", order["id"].as_str().unwrap());
        assert_eq!(owner(server, &people).await.get(&path).await.ok()["lot"]["status"], "expired");
        assert!(!event_names(server, people.acme).await.contains(&"lot.expired".to_owned()));

        // Recording it changes nothing that was seen, and twice is once.
        assert_eq!(run(server, flows::ledger::organizations_due).await, [people.acme]);
        let acme = people.acme;
        for recorded in [1, 0] {
            let moved = run(server, move |conn, context| flows::ledger::expire_due(conn, context, acme)).await;
            assert_eq!(moved.len(), recorded);
        }
        assert_eq!(run(server, flows::ledger::organizations_due).await, []);
        assert_eq!(balance(server, &people).await, seen);
        assert_eq!(ledger(server, &people).await, listed);
        let expired = event_names(server, people.acme).await.into_iter().filter(|name| name == "lot.expired").count();
        assert_eq!(expired, 1);

        // What is released from a lot that has ended expires at once.
        assert!(act(server, people.acme, ticket, Deed::Release).await);
        assert_eq!(figures(&balance(server, &people).await), [0; 5]);
    }

    async fn the_next_write_records_what_was_due(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "starter", 1).await;
        let order = placed(server, &people, "starter", 3).await;
        let order_id: daypack_domain::ids::OrderId = order["id"].as_str().unwrap().parse().unwrap();
        server.wait(TimeDelta::days(20));
        paid(server, &people, &order).await;
        server.clock.set("2026-06-10T09:00:00Z".parse().unwrap());
        let seen = ledger(server, &people).await;
        assert_eq!(seen.iter().map(|one| one["kind"].clone()).collect::<Vec<_>>(), ["expire", "grant", "grant"]);
        bought(server, &people, "starter", 2).await;
        let after = ledger(server, &people).await;
        assert_eq!(after[1..], seen);
        assert_eq!(figures(&balance(server, &people).await), [2_400, 0, 2_400, 2_400, 0]);
        let lot = run(server, move |conn, _| Ok(daypack_store::lots::of_order(conn, order_id)?)).await;
        assert_eq!(lot.map(|record| record.position.posted_minutes), Some(1_440));
    }

    async fn the_ledger_is_paged_and_filtered(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "starter", 1).await;
        let ticket = ticket(server, &people).await;
        for minutes in [15, 30, 45] {
            assert!(act(server, people.acme, ticket, Deed::Hold(minutes)).await);
            assert!(act(server, people.acme, ticket, Deed::Use(minutes)).await);
        }
        let viewer = at(server, &people, Place::Acme(Viewer)).await;
        let mut path = "/organizations/acme/ledger?limit=3".to_owned();
        let mut sequences = Vec::new();
        loop {
            let page = viewer.get(&path).await.ok();
            sequences.extend(page["items"].as_array().unwrap().iter().map(|one| one["sequence"].as_i64().unwrap()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/organizations/acme/ledger?limit=3&cursor={cursor}");
        }
        assert_eq!(sequences, [7, 6, 5, 4, 3, 2, 1]);
        let used = viewer.get("/organizations/acme/ledger?kind=consume&limit=2").await.ok();
        let minutes = |page: &Value| -> Vec<i64> {
            page["items"].as_array().unwrap().iter().map(|one| one["minutes"].as_i64().unwrap()).collect()
        };
        assert_eq!(minutes(&used), [45, 30]);
        assert_eq!(used["items"][0]["ticket_reference"], "ACME-1");
        let cursor = used["next_cursor"].as_str().unwrap();
        let rest = viewer.get(&format!("/organizations/acme/ledger?kind=consume&limit=2&cursor={cursor}")).await.ok();
        assert_eq!((minutes(&rest), &rest["next_cursor"]), (vec![15], &json!(null)));
        let other = viewer.get(&format!("/organizations/acme/ledger?kind=hold&cursor={cursor}")).await;
        other.invalid(&[("/cursor", "invalid_cursor")]);
        viewer.get("/organizations/acme/ledger?kind=gift").await.problem(422, "invalid");

        // An expiry that nobody has recorded is paged like the rest.
        server.clock.set("2026-07-01T00:00:00Z".parse().unwrap());
        let viewer = at(server, &people, Place::Acme(Viewer)).await;
        let first = viewer.get("/organizations/acme/ledger?limit=1").await.ok();
        assert_eq!((&first["items"][0]["kind"], &first["items"][0]["sequence"]), (&json!("expire"), &json!(8)));
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = viewer.get(&format!("/organizations/acme/ledger?limit=1&cursor={cursor}")).await.ok();
        assert_eq!(second["items"][0]["sequence"], 7);
        let expired = viewer.get("/organizations/acme/ledger?kind=expire").await.ok();
        assert_eq!(minutes(&expired), [390]);
        assert_eq!(minutes(&viewer.get("/organizations/acme/ledger?kind=grant").await.ok()), [480]);
    }

    async fn the_forecast_follows_the_pace_of_eight_weeks(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "flexi", 5).await;
        let ticket = ticket(server, &people).await;
        let idle = balance(server, &people).await["forecast"].clone();
        assert_eq!((&idle["weekly_minutes"], &idle["runs_out_on"]), (&json!(0), &json!(null)));
        assert_eq!((&idle["expiring_unused_minutes"], &idle["expiring_unused_on"]), (&json!(2_400), &json!("2026-09-04")));
        for _ in 0..8 {
            server.wait(TimeDelta::days(7));
            assert!(act(server, people.acme, ticket, Deed::Hold(120)).await);
            assert!(act(server, people.acme, ticket, Deed::Use(120)).await);
        }
        // Wednesday, 29 April: 1,440 are left, 120 go each week, so that they last 12 weeks.
        let forecast = balance(server, &people).await["forecast"].clone();
        assert_eq!((&forecast["weekly_minutes"], &forecast["runs_out_on"]), (&json!(120), &json!("2026-07-22")));
        assert_eq!((&forecast["expiring_unused_minutes"], &forecast["expiring_unused_on"]), (&json!(0), &json!(null)));
        let expected: Vec<Value> = (0..8)
            .map(|week| {
                let on = date("2026-03-08") + TimeDelta::days(7 * week);
                json!({ "on": on, "posted_minutes": 2_400 - 120 * week })
            })
            .collect();
        assert_eq!(forecast["history"], json!(expected));
    }

    async fn another_instant_has_to_be_one(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "starter", 1).await;
        let viewer = at(server, &people, Place::Acme(Viewer)).await;
        let at_instant = |as_of: &str| format!("/organizations/acme/balance?as_of={as_of}");
        viewer.get(&at_instant("yesterday")).await.problem(422, "invalid");
        viewer.get(&at_instant("1999-12-31T23:59:59Z")).await.invalid(&[("/as_of", "out_of_range")]);
        viewer.get(&at_instant("2201-01-01T00:00:00Z")).await.invalid(&[("/as_of", "out_of_range")]);
        viewer.get("/organizations/acme/balance?asof=2026-03-04").await.invalid(&[("/asof", "unknown_field")]);
        assert_eq!(figures(&viewer.get(&at_instant("2026-03-04T08:59:59Z")).await.ok()), [0; 5]);
        assert_eq!(figures(&viewer.get(&at_instant("2026-03-04T09:00:00Z")).await.ok()), [480, 0, 480, 480, 0]);
        // What will be left by then if nothing else happens.
        assert_eq!(figures(&viewer.get(&at_instant("2026-06-04T21:59:59Z")).await.ok()), [480, 0, 480, 480, 0]);
        assert_eq!(figures(&viewer.get(&at_instant("2026-06-04T22:00:00Z")).await.ok()), [0; 5]);
        let agent = at(server, &people, Place::Staff(Agent)).await;
        let by_id = format!("/organizations/{}/balance", people.acme);
        assert_eq!(agent.get(&by_id).await.ok(), viewer.get("/organizations/acme/balance").await.ok());
        at(server, &people, Place::Nord(Owner)).await.get(&by_id).await.problem(404, "not_found");
        server.anonymous().get(&by_id).await.problem(401, "unauthenticated");
    }
}

/// A long history by chance: what was seen at each instant is what is told of it later.
async fn what_was_seen_is_what_is_told(engine: Engine, seed: u64) {
    let server = &TestServer::start(engine);
    let people = server.people().await;
    let mut chance = StdRng::seed_from_u64(seed);
    let mut tickets = Vec::new();
    for _ in 0..3 {
        tickets.push(ticket(server, &people).await);
    }
    let mut seen: Vec<Value> = vec![balance(server, &people).await];
    let mut done = 0;
    for step in 0..60 {
        server.wait(TimeDelta::microseconds(chance.random_range(1..2_000_000_000_000)));
        // Before anything is written, so that expiries that are due and not recorded are among what is seen.
        seen.push(balance(server, &people).await);
        server.wait(TimeDelta::microseconds(1));
        let ticket = tickets[chance.random_range(0..tickets.len())];
        let minutes = chance.random_range(1..600);
        let deed = match chance.random_range(0..18) {
            0..3 => None,
            3..7 => Some(Deed::Hold(minutes)),
            7..10 => Some(Deed::Use(minutes / 2)),
            10 => Some(Deed::GiveBack(minutes.min(30), chance.random())),
            11 => Some(Deed::Release),
            12 => Some(Deed::Credit(minutes)),
            13 => Some(Deed::Debit(minutes)),
            14 if step % 2 == 0 => Some(Deed::Refund(minutes)),
            14 => Some(Deed::Bounce),
            15..17 => Some(Deed::Extend),
            _ => Some(Deed::Gift(
                minutes,
                server.now().date_naive() + TimeDelta::days(chance.random_range(1..60)),
            )),
        };
        let (plan, packs) = [("starter", 2), ("flexi", 5), ("starter", 1)][step % 3];
        match deed {
            None => drop(bought(server, &people, plan, packs).await),
            Some(deed) => done += i32::from(act(server, people.acme, ticket, deed).await),
        }
        seen.push(balance(server, &people).await);
        if step % 10 == 9 {
            let acme = people.acme;
            run(server, move |conn, context| {
                flows::ledger::expire_due(conn, context, acme)
            })
            .await;
        }
    }
    assert!(done > 15, "only {done} deeds were allowed");
    let kinds: BTreeSet<String> = ledger(server, &people)
        .await
        .iter()
        .map(|one| one["kind"].as_str().unwrap().to_owned())
        .collect();
    for kind in ["grant", "hold", "consume", "expire"] {
        assert!(kinds.contains(kind), "seed {seed}: no {kind} among the last movements");
    }
    server.wait(TimeDelta::days(400));
    let owner = owner(server, &people).await;
    for then in seen {
        let path = format!("/organizations/acme/balance?as_of={}", then["as_of"].as_str().unwrap());
        assert_eq!(owner.get(&path).await.ok(), then, "seed {seed}");
    }
}

#[actix_web::test]
async fn what_was_seen_is_what_is_told_on_sqlite() {
    for seed in 1..=4 {
        what_was_seen_is_what_is_told(Engine::Sqlite, seed).await;
    }
}

#[actix_web::test]
async fn what_was_seen_is_what_is_told_on_postgres() {
    what_was_seen_is_what_is_told(Engine::Postgres, 5).await;
}
