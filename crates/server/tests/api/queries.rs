//! How many statements each main operation asks of the database, without those that begin and end its transaction.
//! Pinned, for they are round trips to a PostgreSQL server; they do not depend on how much there is.

use daypack_server::{
    on_both_engines,
    testing::{Client, Listening, TestServer},
};
use serde_json::{Value, json};

use crate::requests::{Scene, of_estimate, path, text};

/// Counts the statements of one request after the other.
struct Counter {
    listening: Listening,
    counts: Vec<(&'static str, usize)>,
}

impl Counter {
    fn new(server: &TestServer) -> Self {
        Self {
            listening: server.listen(),
            counts: Vec::new(),
        }
    }

    /// Forgets what was asked until now.
    fn begin(&self) {
        let _ = self.listening.take();
    }

    fn end(&mut self, what: &'static str) -> usize {
        let asked = self.listening.take();
        if std::env::var_os("DAYPACK_SHOW_STATEMENTS").is_some() {
            for statement in &asked {
                eprintln!("{what}: {statement}");
            }
        }
        self.counts.push((what, asked.len()));
        asked.len()
    }

    async fn get(&mut self, what: &'static str, client: &Client, at: &str) -> Value {
        self.begin();
        let answer = client.get(at).await;
        self.end(what);
        answer.ok()
    }

    async fn post(&mut self, what: &'static str, client: &Client, at: &str, body: Value) -> Value {
        self.begin();
        let answer = client.post(at, body).await;
        self.end(what);
        answer.json(if answer.status.as_u16() == 201 { 201 } else { 200 })
    }

    /// Compares with the table in the test; what differs is shown as the table that would be right.
    fn check(self, expected: &[(&str, usize)]) {
        let shown = |rows: &[(&str, usize)]| -> String {
            rows.iter()
                .map(|(what, count)| format!("{what:24}{count:4}\n"))
                .collect()
        };
        let (found, expected) = (shown(&self.counts), shown(expected));
        assert!(found == expected, "found:\n{found}\nexpected:\n{expected}");
    }
}

on_both_engines! {
    async fn of_each_main_operation(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 2).await;
        for title in ["First", "Second", "Third"] {
            scene.offered(title, 60).await;
        }
        let mut counter = Counter::new(server);
        let request = scene.request("Export fails");
        let ticket = counter.post("open a ticket", &scene.member, "/tickets", request).await;
        let verdict = crate::requests::in_scope("p1", "corrective");
        counter.post("triage", &scene.agent, &path(&ticket, "/triage"), verdict).await;
        let offer = json!({ "minutes": 240, "includes": "All of it." });
        let estimate = counter.post("offer", &scene.agent, &path(&ticket, "/estimates"), offer).await;
        counter.get("dashboard", &scene.owner, &format!("/dashboard?organization_id={}", scene.people.acme)).await;
        let shown = counter.get("preview", &scene.owner, &of_estimate(&estimate, "/preview")).await;
        let yes = json!({ "preview_token": shown["preview_token"] });
        counter.post("approve", &scene.owner, &of_estimate(&estimate, "/approve"), yes).await;
        let to = json!({ "to": "diagnosing" });
        counter.post("transition", &scene.agent, &path(&ticket, "/transitions"), to).await;
        let entry = json!({
            "minutes": 50, "worked_on": "2026-03-04", "activity": "development", "note": "Looked.", "billable": true
        });
        counter.post("log time", &scene.agent, &path(&ticket, "/time-entries"), entry).await;
        let comment = json!({ "body": "Found it.", "visibility": "public" });
        counter.post("comment", &scene.agent, &path(&ticket, "/comments"), comment).await;
        counter.get("list", &scene.agent, "/tickets").await;
        counter.get("list of a client", &scene.viewer, "/tickets").await;
        counter.get("show", &scene.viewer, &path(&ticket, "")).await;
        counter.get("show by reference", &scene.agent, "/tickets/ACME-4").await;
        counter.get("timeline", &scene.viewer, &path(&ticket, "/timeline")).await;
        counter.get("clocks", &scene.agent, &path(&ticket, "/sla")).await;
        counter.get("board", &scene.agent, "/board").await;
        counter.get("counts", &scene.viewer, "/tickets/counts").await;
        counter.get("estimates", &scene.viewer, "/estimates").await;
        counter.get("balance", &scene.viewer, "/organizations/acme/balance").await;
        counter.get("balance of the past", &scene.viewer, "/organizations/acme/balance?as_of=2026-03-01T00:00:00Z").await;
        counter.get("ledger", &scene.viewer, "/organizations/acme/ledger").await;
        counter.get("orders", &scene.viewer, "/orders").await;
        counter.check(&[
            ("open a ticket", 16),
            ("triage", 25),
            ("offer", 19),
            ("dashboard", 21),
            ("preview", 4),
            ("approve", 21),
            ("transition", 19),
            ("log time", 24),
            ("comment", 10),
            ("list", 3),
            ("list of a client", 3),
            ("show", 12),
            ("show by reference", 12),
            ("timeline", 6),
            ("clocks", 3),
            ("board", 3),
            ("counts", 3),
            ("estimates", 4),
            ("balance", 5),
            ("balance of the past", 6),
            ("ledger", 6),
            ("orders", 5),
        ]);
    }

    async fn of_a_yes_with_a_short_and_a_long_ledger(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 20).await;
        let large = scene.offered("Large", 4800).await;
        scene.owner.post(&of_estimate(&large, "/approve"), json!({})).await.ok();
        let entries = format!("/tickets/{}/time-entries", text(&large, "ticket_id"));
        let entry = json!({
            "minutes": 15, "worked_on": "2026-03-04", "activity": "development", "note": "Worked.", "billable": true
        });
        let mut seen = Vec::new();
        for movements in [10, 300] {
            while last_movement(&scene).await < movements {
                scene.agent.post(&entries, entry.clone()).await.created();
            }
            let estimate = scene.offered("Export fails", 60).await;
            let mut counter = Counter::new(server);
            let shown = counter.get("preview", &scene.owner, &of_estimate(&estimate, "/preview")).await;
            let yes = json!({ "preview_token": shown["preview_token"] });
            counter.post("approve", &scene.owner, &of_estimate(&estimate, "/approve"), yes).await;
            counter.get("balance", &scene.owner, "/organizations/acme/balance").await;
            seen.push(counter.counts);
        }
        assert_eq!(seen[0], seen[1]);
    }
}

/// How many movements Acme's ledger has.
async fn last_movement(scene: &Scene) -> i64 {
    let page = scene.viewer.get("/organizations/acme/ledger?limit=1").await.ok();
    page["items"][0]["sequence"].as_i64().unwrap()
}
