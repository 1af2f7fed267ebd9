//! The bank: many clients on few lots, every movement that the API offers, and readers who check the books meanwhile.
//! Nothing is sold twice, nothing is lost, nobody waits in vain, on both engines.
//!
//! `cargo xtask soak` runs the same at length: `DAYPACK_SOAK_OPERATIONS` says how many operations.
#![allow(clippy::unwrap_used, reason = "a test that unwraps in vain fails, as it should")]

mod acts;
mod books;
mod emergencies;
mod lots;
mod readers;
#[path = "../api/requests/mod.rs"]
#[allow(
    dead_code,
    reason = "the people of these tests are needed here, not all that they do there"
)]
mod requests;
mod yes;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use daypack_domain::ledger::MovementKind;
use daypack_domain::policy::StaffRole;
use daypack_server::{
    jobs, on_both_engines,
    testing::{Client, Place, TestServer},
};
use daypack_store::{StoreError, ledger};
use futures_util::future::join_all;
use rand::{SeedableRng, rngs::StdRng};
use serde_json::json;

use books::Books;
use requests::{Scene, text};

/// Clients that ask at once.
const CLIENTS: usize = 64;
/// Readers that check what they see meanwhile.
const READERS: usize = 3;
/// Operations of the short form, and from when on a run is long. Each asks the server for something, mostly once.
const SHORT: usize = 800;
const LONG: usize = 20_000;
/// What a short run makes mostly, and at times not: few of its acts change a lot by hand, and an emergency only borrows
/// when nothing is left. A long one makes every movement.
const BY_CHANCE: [MovementKind; 7] = [
    MovementKind::Debit,
    MovementKind::Refund,
    MovementKind::Void,
    MovementKind::Borrow,
    MovementKind::Unborrow,
    MovementKind::Repay,
    MovementKind::Unrepay,
];
/// With so many operations more, packs are bought less often, and in a long run less than work would take: clients meet
/// on few lots, and what is left is fought for.
const MORE: usize = 10_000;
const SCARCE: usize = 4;
/// How often days pass between operations, and how many: the packs that were bought first, for three months, end before
/// the last of them.
const ROUNDS: usize = 8;
const DAYS: i64 = 14;

on_both_engines! {
    async fn nothing_is_sold_twice_and_nothing_is_lost(server: &TestServer) {
        let operations = std::env::var("DAYPACK_SOAK_OPERATIONS").map_or(SHORT, |text| text.parse().unwrap());
        let seldom = if operations < LONG { 1 } else { (operations / MORE).max(SCARCE) };
        let books = Books::default();
        let mut scene = Scene::new(server).await;
        scene.buy("starter", 2).await;
        agree(server, &scene, &books).await;
        for round in 0..ROUNDS {
            let left = Cell::new(operations / ROUNDS);
            let admin = server.signed_in(scene.people.at(Place::Staff(StaffRole::Admin))).await;
            let day = Day { server, scene: &scene, admin, books: &books, left: &left, seldom };
            day.look_again().await;
            let chance = |number: usize| StdRng::seed_from_u64((round * 1_000 + number) as u64);
            let clients = join_all((0..CLIENTS).map(|number| day.client(chance(number))));
            let readers = join_all((0..READERS).map(|number| day.reader(chance(CLIENTS + number))));
            tokio::join!(clients, readers, day.jobs());
            day.reconcile().await;
            books.tell(round + 1, ROUNDS, (round + 1) * (operations / ROUNDS));
            day.leave_unused().await;
            server.wait(TimeDelta::days(DAYS));
            // What expired meanwhile is noticed by whoever comes first; tokens have expired too.
            scene = scene.again(server).await;
        }
        let short = operations < LONG;
        books.every_act_succeeded(short);
        let made = kinds(server, &scene).await;
        let mut expected = MovementKind::ALL.iter().filter(|kind| !(short && BY_CHANCE.contains(kind)));
        assert!(expected.all(|kind| made.contains(kind)), "not every movement was made: {made:?}");
    }
}

/// The kinds of movements that there are.
async fn kinds(server: &TestServer, scene: &Scene) -> BTreeSet<MovementKind> {
    let organization = scene.people.acme;
    let all = server
        .app
        .store
        .read::<_, StoreError, _>(move |conn| ledger::all(conn, organization))
        .await
        .unwrap();
    all.iter().map(|movement| movement.kind).collect()
}

/// Lets the client pay afterwards, and emergencies be worked on with borrowed minutes; and tells of the system that some
/// of the work is for.
async fn agree(server: &TestServer, scene: &Scene, books: &Books) {
    let path = "/organizations/acme/emergency-clause";
    let admin = server.signed_in(scene.people.at(Place::Staff(StaffRole::Admin))).await;
    let seen = admin.get(path).await;
    let clause = json!({ "enabled": true, "debt_limit_minutes": 600 });
    admin
        .header("if-match", seen.header("etag"))
        .patch(path, clause)
        .await
        .ok();
    let path = "/organizations/acme/settings";
    let seen = admin.get(path).await;
    let changed = json!({ "activation_before_payment": true });
    admin
        .header("if-match", seen.header("etag"))
        .patch(path, changed)
        .await
        .ok();
    let shop = json!({ "name": "Shop" });
    let shop = admin.post("/organizations/acme/systems", shop).await.created();
    books.with(|known| known.system = text(&shop, "id"));
}

/// What happens between two jumps of the clock.
struct Day<'a> {
    server: &'a TestServer,
    scene: &'a Scene,
    admin: Client,
    books: &'a Books,
    /// Operations that nobody has begun.
    left: &'a Cell<usize>,
    /// One of so many orders is placed, beside what chance says.
    seldom: usize,
}

impl Day<'_> {
    /// One client: one operation after the other, whatever comes of it.
    async fn client(&self, mut chance: StdRng) {
        while let Some(left) = self.left.get().checked_sub(1) {
            self.left.set(left);
            // So that instants differ, and access tokens last for the day.
            self.server.wait(TimeDelta::milliseconds(3));
            if self.act(&mut chance).await.is_none() {
                // Nothing was asked, nothing was waited for: it is for somebody to take again.
                self.left.set(left + 1);
            }
        }
    }

    /// What Daypack does by itself, as long as clients act.
    async fn jobs(&self) {
        while self.left.get() > 0 {
            let (app, now) = (self.server.app.clone(), self.server.now());
            let done = tokio::task::spawn_blocking(move || jobs::run_due(&app, now)).await;
            let report = done.expect("jobs do not panic").expect("the database answers");
            if report.failed > 0 {
                let jobs = self.server.app.store.read::<_, StoreError, _>(daypack_store::jobs::all);
                let jobs = jobs.await.unwrap().into_iter();
                let failed: Vec<_> = jobs.filter(|job| job.last_error.is_some()).collect();
                panic!("jobs failed: {failed:#?}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Days have passed: deliveries that nobody objected to are closed, offers that nobody answered have lapsed.
    async fn look_again(&self) {
        let known = self.books.with(|known| known.tickets.clone());
        for id in known {
            let ticket = self.scene.agent.get(&format!("/tickets/{id}")).await.ok();
            self.books.with(|known| match ticket["status"].as_str() {
                Some("closed" | "declined") => known.forget(&id),
                Some("resolved") => {}
                _ => known.resolved.retain(|resolved| *resolved != id),
            });
        }
    }
}
