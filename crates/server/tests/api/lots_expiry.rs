//! Expiries: exact to the instant, whether the job has run or not, once or twice, in one server or two.

use crate::packs::tickets::{Deed, act, ticket};
use crate::packs::{at, bought, event_names, ledger, owner, run};
use crate::requests::{Scene, of_estimate, path};
use crate::weeks::{go_to, run_jobs};

use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::Owner;
use daypack_domain::policy::StaffRole::{Admin, Lead};
use daypack_server::app::App;
use daypack_server::cli::verify;
use daypack_server::ids::IdSource;
use daypack_server::jobs::{self, Report, Sweep};
use daypack_server::on_both_engines;
use daypack_server::testing::{People, Place, TestServer};
use daypack_store::{Store, StoreOptions};
use serde_json::{Value, json};
use std::sync::Arc;

/// Another server on the same database, with the same clock.
fn another(server: &TestServer) -> Arc<App> {
    let config = server.app.config.clone();
    let store = Store::open(StoreOptions::new(&config.database_url)).unwrap();
    let app = daypack_server::server::app(config, store, server.clock.clone(), IdSource::seeded(99));
    Arc::new(app.unwrap())
}

/// What the other server does by itself at this time.
async fn jobs_of(app: &Arc<App>, server: &TestServer) -> Report {
    let (app, now) = (Arc::clone(app), server.now());
    let done = tokio::task::spawn_blocking(move || jobs::run_due(&app, now)).await;
    done.unwrap().unwrap()
}

async fn verified(server: &TestServer) {
    let store = server.app.store.clone();
    let looked = tokio::task::spawn_blocking(move || verify::check(&store, None)).await;
    assert_eq!(looked.unwrap().unwrap().organizations, 2);
}

/// Everything that is told of Acme's minutes.
async fn told(server: &TestServer, people: &People, orders: &[Value]) -> Vec<Value> {
    let client = owner(server, people).await;
    let mut all = vec![
        client.get("/organizations/acme/balance").await.ok(),
        json!(ledger(server, people).await),
        json!(client.get("/organizations/acme/ledger.csv").await.text),
        client.get("/organizations/acme/what-if?minutes=60").await.ok(),
        client
            .get(&format!("/dashboard?organization_id={}", people.acme))
            .await
            .ok()["balance"]
            .clone(),
        client.get("/organizations/acme/sla-targets").await.ok(),
    ];
    for order in orders {
        let id = order["id"].as_str().unwrap();
        all.push(client.get(&format!("/orders/{id}")).await.ok());
        let id = order["lot"]["id"].as_str().unwrap();
        all.push(client.get(&format!("/lots/{id}")).await.ok());
    }
    all.push(client.get("/organizations/acme/lots").await.ok());
    for as_of in [
        "2026-06-04T21:59:59.999998Z",
        "2026-06-04T21:59:59.999999Z",
        "2026-06-04T22:00:00Z",
        "2026-06-15T21:59:59.999998Z",
        "2026-06-15T21:59:59.999999Z",
        "2027-01-01T00:00:00Z",
    ] {
        all.push(
            client
                .get(&format!("/organizations/acme/balance?as_of={as_of}"))
                .await
                .ok(),
        );
    }
    all
}

on_both_engines! {
    async fn a_year_without_the_job_reads_like_a_year_with_it(server: &TestServer) {
        let people = server.people().await;
        let mut orders = vec![bought(server, &people, "starter", 1).await];
        server.wait(TimeDelta::days(10));
        orders.push(bought(server, &people, "flexi", 5).await);
        server.wait(TimeDelta::days(1));
        orders.push(bought(server, &people, "starter", 2).await);
        let ticket = ticket(server, &people).await;
        assert!(act(server, people.acme, ticket, Deed::Hold(600)).await);
        assert!(act(server, people.acme, ticket, Deed::Use(500)).await);
        // Everything ended months ago, in another order than it was bought; no job ever ran.
        go_to(server, "2027-03-01T10:00:00Z");
        let seen = told(server, &people, &orders).await;
        assert_eq!(seen[0]["available_minutes"], 0);
        let kinds: Vec<_> = seen[1].as_array().unwrap()[..3].iter().map(|one| (one["kind"].clone(), one["effective_at"].clone())).collect();
        assert_eq!(kinds, [
            (json!("expire"), json!("2026-09-14T21:59:59.999999Z")),
            (json!("expire"), json!("2026-06-15T21:59:59.999999Z")),
            (json!("consume"), json!("2026-03-15T09:00:00Z")),
        ]);
        // The other server comes by first, then this one, then both: once.
        let second = another(server);
        jobs_of(&second, server).await;
        assert_eq!(told(server, &people, &orders).await, seen);
        run_jobs(server).await;
        server.wait(TimeDelta::minutes(2));
        let (_, _) = tokio::join!(jobs_of(&second, server), run_jobs(server));
        go_to(server, "2027-03-01T10:00:00Z");
        assert_eq!(told(server, &people, &orders).await, seen);
        let names = event_names(server, people.acme).await;
        assert_eq!(names.iter().filter(|name| *name == "lot.expired").count(), 2);
        verified(server).await;
    }

    async fn a_plan_whose_lot_has_ended_gives_neither_its_place_nor_its_free_minutes(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "flexi", 5).await;
        go_to(server, "2026-09-01T09:00:00Z");
        let admin = at(server, &people, Place::Staff(Admin)).await.header("If-Match", "\"1\"");
        admin.patch("/plans/starter", json!({ "free_minutes": 10 })).await.ok();
        bought(server, &people, "starter", 1).await;
        let level = async |scene: &Scene| scene.opened("Export fails").await["queue_level"].clone();
        let mut scene = Scene::of(server, people).await;
        let early = scene.triaged("Import fails").await;
        // Held minutes survive the end of Flexi, and so does what is posted of it.
        let estimate = scene.offered("Copy fails", 60).await;
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        let work = json!({
            "minutes": 30, "worked_on": "2026-09-01", "activity": "diagnosis", "note": "Looked.", "billable": true
        });
        let entries = |ticket: &Value| path(ticket, "/time-entries");
        // In Madrid the last day of Flexi ends at 22:00 UTC.
        let instants = [
            ("2026-09-04T21:59:59Z", "priority", false),
            ("2026-09-04T22:00:00Z", "standard", false),
            ("2026-09-04T22:00:01Z", "standard", true),
        ];
        for (instant, expected, with_jobs) in instants {
            go_to(server, instant);
            if with_jobs {
                run_jobs(server).await;
            }
            scene = scene.again(server).await;
            assert_eq!(level(&scene).await, expected, "{instant}");
            let ticket = scene.triaged("Report fails").await;
            let logged = scene.agent.post(&entries(&ticket), work.clone()).await;
            if expected == "priority" {
                assert_eq!(logged.created()["billable_minutes"], 0, "half an hour is free");
            } else {
                // With ten minutes that are free, 20 are billed in steps of a quarter of an hour.
                assert_eq!(logged.problem(409, "approved_minutes_exhausted")["shortfall_minutes"], 30);
            }
        }
        // Opened in time, and agreed to when only Starter is left.
        assert_eq!(scene.ticket(&early).await["queue_level"], "priority");
        let estimate = scene.offer(&early, json!({ "minutes": 60, "includes": "All." })).await;
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        let entry = scene.agent.post(&entries(&early), work).await.created();
        assert_eq!((&entry["billable_minutes"], &entry["allocations"][0]["plan_code"]), (&json!(30), &json!("starter")));
        verified(server).await;
    }

    async fn two_servers_at_once_record_an_expiry_once(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "starter", 1).await;
        let second = another(server);
        for day in ["2026-06-04T21:59:59.999999Z", "2026-06-04T22:00:00Z"] {
            go_to(server, day);
            let due = day.ends_with("22:00:00Z");
            let acme = people.acme;
            let other = Arc::clone(&second);
            let now = server.now();
            let elsewhere = tokio::task::spawn_blocking(move || {
                other.store.write_blocking(move |conn| {
                    let context = daypack_server::context::Context::system(now, IdSource::seeded(7).at(now));
                    daypack_server::flows::ledger::expire_due(conn, &context, acme)
                })
            });
            let here = run(server, move |conn, context| daypack_server::flows::ledger::expire_due(conn, context, acme));
            let (elsewhere, here) = tokio::join!(elsewhere, here);
            let recorded = elsewhere.unwrap().unwrap().len() + here.len();
            assert_eq!(recorded, usize::from(due));
        }
        verified(server).await;
    }

    async fn a_server_that_dies_with_the_job_leaves_it_to_the_next_one(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "starter", 1).await;
        run_jobs(server).await;
        go_to(server, "2026-06-04T22:00:00Z");
        // All that is due is taken, and then the server is gone.
        let taken = run(server, |conn, context| {
            let mut kinds = Vec::new();
            while let Some(job) = daypack_store::jobs::lease(conn, context.now, jobs::LEASE, None)? {
                kinds.push(job.kind);
            }
            Ok(kinds)
        })
        .await;
        assert!(taken.contains(&Sweep::ExpireLots.as_str().to_owned()), "{taken:?}");
        let seen = told(server, &people, std::slice::from_ref(&order)).await;
        assert_eq!(seen[0]["available_minutes"], 0);
        let count = async || {
            let names = event_names(server, people.acme).await;
            names.iter().filter(|name| *name == "lot.expired").count()
        };
        let next = another(server);
        jobs_of(&next, server).await;
        assert_eq!(count().await, 0, "somebody may still be at it");
        // Days are missed, and one more server comes and goes.
        go_to(server, "2026-06-09T08:00:00Z");
        jobs_of(&next, server).await;
        drop(next);
        jobs_of(&another(server), server).await;
        assert_eq!(count().await, 1);
        let listed = ledger(server, &people).await;
        assert_eq!((&listed[0]["kind"], &listed[0]["effective_at"]), (&json!("expire"), &json!("2026-06-04T21:59:59.999999Z")));
        go_to(server, "2026-06-04T22:00:00Z");
        assert_eq!(told(server, &people, &[order]).await, seen, "whoever asked before was told the same");
        verified(server).await;
    }

    async fn an_expiry_on_a_sunday_belongs_to_the_week_that_ends(server: &TestServer) {
        let people = server.people().await;
        let staff = at(server, &people, Place::Staff(Lead)).await;
        // Sunday, 29 March 2026, a day of 23 hours in Madrid.
        let gift = json!({ "kind": "goodwill", "minutes": 60, "expires_on": "2026-03-29", "reason": "For the outage" });
        let lot = staff.post("/organizations/acme/lots", gift).await.created();
        assert_eq!(lot["ends_at"], "2026-03-29T22:00:00Z");
        go_to(server, "2026-04-06T12:00:00Z");
        run_jobs(server).await;
        let client = owner(server, &people).await;
        let statements = client.get(&format!("/statements?organization_id={}", people.acme)).await.ok();
        let of_week = |first: &str| {
            let items = statements["items"].as_array().unwrap().iter();
            items.clone().find(|item| item["from"] == first).map(|item| item["id"].as_str().unwrap().to_owned())
        };
        let read = async |first: &str| {
            let id = of_week(first).unwrap_or_else(|| panic!("no statement of {first}: {statements}"));
            client.get(&format!("/statements/{id}")).await.ok()["content"]["account"].clone()
        };
        assert_eq!(read("2026-03-23").await["expired_minutes"], 60);
        assert_eq!(read("2026-03-30").await["expired_minutes"], 0);
        verified(server).await;
    }

    async fn another_zone_moves_every_end_and_never_the_past(server: &TestServer) {
        let people = server.people().await;
        let first = bought(server, &people, "starter", 1).await;
        server.wait(TimeDelta::days(1));
        let second = bought(server, &people, "flexi", 5).await;
        let admin = at(server, &people, Place::Staff(Admin)).await;
        let path = "/organizations/acme";
        let zone = |zone: &str| json!({ "time_zone": zone });
        admin.patch(path, zone("Asia/Tokyo")).await.problem(428, "precondition_required");
        let seen = admin.header("If-Match", "\"1\"");
        seen.patch(path, zone("Mars/Olympus")).await.invalid(&[("/time_zone", "unknown_zone")]);
        let wrong = json!({ "locale": "de", "name": " ", "currency": "USD" });
        seen.patch(path, wrong).await.invalid(&[("/currency", "unknown_field")]);
        seen.patch(path, json!({ "locale": "de", "name": " " })).await.invalid(&[("/locale", "unknown_word"), ("/name", "too_short")]);
        for place in [Place::Acme(Owner), Place::Staff(Lead)] {
            let client = at(server, &people, place).await.header("If-Match", "\"1\"");
            client.patch(path, zone("Asia/Tokyo")).await.problem(403, "forbidden");
        }
        let foreign = at(server, &people, Place::Nord(Owner)).await.header("If-Match", "\"1\"");
        foreign.patch(path, zone("Asia/Tokyo")).await.problem(404, "not_found");
        assert_eq!(seen.patch(path, json!({})).await.ok()["version"], 1);

        // 4 June, 17:00 in Madrid is midnight in Tokyo: the first lot is over at once, the other one's date stays.
        go_to(server, "2026-06-04T14:59:59Z");
        let before = owner(server, &people).await.get("/organizations/acme/balance").await.ok();
        assert_eq!(before["available_minutes"], 2_880);
        go_to(server, "2026-06-04T16:00:00Z");
        let admin = at(server, &people, Place::Staff(Admin)).await;
        let changed = admin.header("If-Match", "\"1\"").patch(path, zone("Asia/Tokyo")).await;
        assert_eq!(changed.header("etag"), "\"2\"");
        assert_eq!((&changed.ok()["time_zone"], event_names(server, people.acme).await.last().unwrap().as_str()), (&json!("Asia/Tokyo"), "organization.changed"));
        admin.header("If-Match", "\"1\"").patch(path, zone("Europe/Paris")).await.problem(409, "stale_version");
        let client = owner(server, &people).await;
        let lot = async |order: &Value| client.get(&format!("/lots/{}", order["lot"]["id"].as_str().unwrap())).await.ok();
        let (over, moved) = (lot(&first).await, lot(&second).await);
        assert_eq!((&over["status"], &over["expires_on"]), (&json!("expired"), &json!("2026-06-04")));
        assert_eq!((&moved["ends_at"], &moved["expires_on"]), (&json!("2026-09-05T15:00:00Z"), &json!("2026-09-05")));
        // It expired when the zone changed, not in the past that was seen.
        let listed = ledger(server, &people).await;
        assert_eq!((&listed[0]["kind"], &listed[0]["effective_at"]), (&json!("expire"), &json!("2026-06-04T16:00:00Z")));
        let then = client.get("/organizations/acme/balance?as_of=2026-06-04T14:59:59Z").await.ok();
        assert_eq!(then["available_minutes"], 2_880);
        // Back again: what has expired stays expired.
        admin.header("If-Match", "\"2\"").patch(path, zone("America/Los_Angeles")).await.ok();
        let client = owner(server, &people).await;
        assert_eq!(client.get("/organizations/acme/balance").await.ok()["available_minutes"], 2_400);
        let calendar = run(server, move |conn, _| {
            let acme = daypack_store::organizations::find_by_slug(conn, "acme")?.expect("it is there");
            Ok(daypack_store::calendars::find_calendar(conn, acme.calendar_id)?.expect("it is there"))
        })
        .await;
        assert_eq!((calendar.definition.zone.as_str(), calendar.version, calendar.current), ("America/Los_Angeles", 3, true));
        verified(server).await;
    }

    async fn a_week_in_two_zones_tells_every_movement_once(server: &TestServer) {
        let people = server.people().await;
        let given = json!({ "kind": "goodwill", "minutes": 60, "expires_on": "2026-12-31", "reason": "For the outage" });
        go_to(server, "2026-03-09T12:00:00Z");
        run_jobs(server).await;
        // Monday the 16th, 00:30 in Madrid: the week from the 9th ended there half an hour ago.
        go_to(server, "2026-03-15T23:30:00Z");
        let staff = at(server, &people, Place::Staff(Lead)).await;
        staff.post("/organizations/acme/lots", given.clone()).await.created();
        go_to(server, "2026-03-16T08:00:00Z");
        run_jobs(server).await;
        // Sunday evening goes on in Mexico: the next week would begin at 06:00 UTC there.
        let admin = at(server, &people, Place::Staff(Admin)).await;
        admin.header("If-Match", "\"1\"").patch("/organizations/acme", json!({ "time_zone": "America/Mexico_City" })).await.ok();
        go_to(server, "2026-03-24T12:00:00Z");
        run_jobs(server).await;
        let client = owner(server, &people).await;
        let statements = client.get(&format!("/statements?organization_id={}", people.acme)).await.ok();
        let mut accounts = Vec::new();
        for item in statements["items"].as_array().unwrap() {
            let path = format!("/statements/{}", item["id"].as_str().unwrap());
            accounts.push(client.get(&path).await.ok()["content"]["account"].clone());
        }
        assert_eq!(accounts.len(), 3);
        let granted: i64 = accounts.iter().map(|account| account["granted_minutes"].as_i64().unwrap()).sum();
        assert_eq!(granted, 60, "neither lost nor twice");
        for pair in accounts.windows(2) {
            assert_eq!(pair[0]["opening_minutes"], pair[1]["closing_minutes"]);
        }
        verified(server).await;
    }
}
