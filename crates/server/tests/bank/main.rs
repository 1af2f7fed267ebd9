//! The bank: many clients on few lots, every movement that the API offers, and readers who check the books meanwhile.
//! Nothing is sold twice, nothing is lost, nobody waits in vain, on both engines.
//!
//! `cargo xtask soak` runs the same at length: `DAYPACK_SOAK_OPERATIONS` says how many operations.
#![allow(clippy::unwrap_used, reason = "a test that unwraps in vain fails, as it should")]

mod acts;
mod books;
mod readers;
#[path = "../api/requests/mod.rs"]
mod requests;

use std::cell::Cell;

use chrono::TimeDelta;
use daypack_domain::policy::StaffRole;
use daypack_server::{
    on_both_engines,
    testing::{Place, TestServer},
};
use futures_util::future::join_all;
use rand::{SeedableRng, rngs::StdRng};
use serde_json::json;

use books::Books;
use requests::Scene;

/// Clients that ask at once.
const CLIENTS: u64 = 64;
/// Readers that check what they see meanwhile.
const READERS: u64 = 3;
/// Operations of the short form, and from when on a run is long.
const SHORT: usize = 1_000;
const LONG: usize = 20_000;
/// How often days pass between operations, and how many: enough for the shortest packs to expire on the way.
const ROUNDS: u64 = 10;
const DAYS: i64 = 12;

on_both_engines! {
    async fn nothing_is_sold_twice_and_nothing_is_lost(server: &TestServer) {
        let operations = std::env::var("DAYPACK_SOAK_OPERATIONS").map_or(SHORT, |text| text.parse().unwrap());
        let books = Books::default();
        let mut scene = Scene::new(server).await;
        scene.buy("starter", 2).await;
        on_credit(server, &scene).await;
        for round in 0..ROUNDS {
            let left = Cell::new(operations / usize::try_from(ROUNDS).unwrap());
            let day = Day { server, scene: &scene, books: &books, left: &left };
            let chance = |number: u64| StdRng::seed_from_u64(round * 1_000 + number);
            let clients = join_all((0..CLIENTS).map(|number| day.client(chance(number))));
            let readers = join_all((0..READERS).map(|number| day.reader(chance(CLIENTS + number))));
            tokio::join!(clients, readers);
            day.reconcile().await;
            server.wait(TimeDelta::days(DAYS));
            // What expired meanwhile is noticed by whoever comes first; tokens have expired too.
            scene = scene.again(server).await;
        }
        books.every_act_succeeded(operations < LONG);
    }
}

/// Lets the client pay afterwards.
async fn on_credit(server: &TestServer, scene: &Scene) {
    let admin = server.signed_in(scene.people.at(Place::Staff(StaffRole::Admin))).await;
    let path = "/organizations/acme/settings";
    let seen = admin.get(path).await;
    let changed = json!({ "activation_before_payment": true });
    admin
        .header("if-match", seen.header("etag"))
        .patch(path, changed)
        .await
        .ok();
}

/// What happens between two jumps of the clock.
struct Day<'a> {
    server: &'a TestServer,
    scene: &'a Scene,
    books: &'a Books,
    /// Operations that nobody has begun.
    left: &'a Cell<usize>,
}

impl Day<'_> {
    /// One client: one operation after the other, whatever comes of it.
    async fn client(&self, mut chance: StdRng) {
        while let Some(left) = self.left.get().checked_sub(1) {
            self.left.set(left);
            // So that instants differ, and access tokens last for the day.
            self.server.wait(TimeDelta::milliseconds(3));
            self.act(&mut chance).await;
        }
    }
}
