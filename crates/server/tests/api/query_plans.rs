//! How the engines go about what lists and pages ask: by an index, whatever else there is, and in its order.

use std::collections::BTreeSet;

use daypack_server::{
    on_both_engines,
    testing::{Client, Listening, TestServer},
};
use serde_json::{Value, json};

use crate::requests::{Scene, of_estimate, path, text};

/// Tables that grow with use.
const LARGE: &[&str] = &[
    "attachments",
    "comments",
    "estimates",
    "events",
    "hold_parts",
    "holds",
    "idempotency_keys",
    "lots",
    "memberships",
    "movements",
    "orders",
    "sessions",
    "statements",
    "ticket_closures",
    "ticket_work",
    "tickets",
    "time_entries",
    "users",
    "windows",
];

/// Collects what is wrong with the plans of requests.
struct Plans<'a> {
    server: &'a TestServer,
    listening: Listening,
    known: BTreeSet<String>,
    wrong: Vec<String>,
}

impl<'a> Plans<'a> {
    fn new(server: &'a TestServer) -> Self {
        Self {
            server,
            listening: server.listen(),
            known: BTreeSet::new(),
            wrong: Vec::new(),
        }
    }

    async fn get(&mut self, client: &Client, at: &str) {
        let _ = self.listening.take();
        client.get(at).await.ok();
        self.look(at);
    }

    async fn post(&mut self, client: &Client, at: &str, body: Value) {
        let _ = self.listening.take();
        let answer = client.post(at, body).await;
        assert!(answer.status.is_success(), "{at}: {}", answer.text);
        self.look(at);
    }

    fn look(&mut self, at: &str) {
        for statement in self.listening.take() {
            let text = statement.split(" -- binds").next().unwrap().to_owned();
            if !self.known.insert(text.clone()) {
                continue;
            }
            // Only a page has an order that an index must give: what belongs to one thing is sorted in a moment.
            let is_page = text.contains(" LIMIT ");
            for line in self.server.plan(&text) {
                if reads_all(&line) || (is_page && sorts(&line)) {
                    self.wrong.push(format!("{at}\n  {}\n  {text}", line.trim()));
                }
            }
        }
    }

    fn check(self) {
        assert!(self.known.len() > 20, "{}", self.known.len());
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n\n"));
    }
}

/// A large table from its first row to its last: `SCAN tickets` without an index, `Seq Scan on tickets`.
fn reads_all(line: &str) -> bool {
    let line = line.trim().trim_start_matches("->").trim();
    let table = line
        .strip_prefix("SCAN ")
        .filter(|rest| !rest.contains(" USING "))
        .or_else(|| line.strip_prefix("Seq Scan on "));
    table.is_some_and(|rest| LARGE.contains(&rest.split(' ').next().unwrap_or_default()))
}

/// Rows that are put in order after they were found.
fn sorts(line: &str) -> bool {
    let line = line.trim().trim_start_matches("->").trim();
    line.starts_with("USE TEMP B-TREE FOR") || line.starts_with("Sort") || line.starts_with("Incremental Sort")
}

on_both_engines! {
    async fn lists_and_pages_follow_indexes(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 4).await;
        let mut last = json!(null);
        for number in 0..12 {
            let estimate = scene.offered(&format!("Request {number}"), 30).await;
            if number % 2 == 0 {
                scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
            }
            last = json!({ "id": estimate["ticket_id"] });
            let comment = json!({ "body": "Seen.", "visibility": "public" });
            scene.agent.post(&path(&last, "/comments"), comment).await.created();
        }
        let mut plans = Plans::new(server);
        let (agent, viewer) = (&scene.agent, &scene.viewer);
        for client in [agent, viewer] {
            for query in [
                "", "?sort=oldest", "?sort=updated", "?sort=deadline", "?status=awaiting_approval", "?severity=p2",
                "?kind=corrective", "?q=request", "?q=ACME-3",
            ] {
                plans.get(client, &format!("/tickets{query}")).await;
                let joint = if query.is_empty() { '?' } else { '&' };
                let page = client.get(&format!("/tickets{query}{joint}limit=1")).await.ok();
                if let Some(cursor) = page["next_cursor"].as_str() {
                    plans.get(client, &format!("/tickets{query}{joint}limit=1&cursor={cursor}")).await;
                }
            }
            for rest in ["", "/timeline?limit=2", "/comments", "/sla"] {
                plans.get(client, &path(&last, rest)).await;
            }
            for at in [
                "/tickets/counts", "/estimates", "/estimates?status=offered", "/orders", "/orders?status=placed",
                "/organizations/acme/balance", "/organizations/acme/balance?as_of=2026-03-03T00:00:00Z",
                "/organizations/acme/ledger", "/organizations/acme/ledger?kind=hold",
            ] {
                plans.get(client, at).await;
            }
        }
        plans.get(viewer, &format!("/statements?organization_id={}", scene.people.acme)).await;
        let page = viewer.get("/organizations/acme/ledger?limit=2").await.ok();
        plans.get(viewer, &format!("/organizations/acme/ledger?limit=2&cursor={}", text(&page, "next_cursor"))).await;
        plans.get(agent, &format!("/tickets?assignee_id={}", scene.people.acme)).await;
        plans.get(agent, "/board").await;
        plans.get(&scene.owner, &format!("/dashboard?organization_id={}", scene.people.acme)).await;
        plans.check();
    }

    async fn what_a_yes_and_its_work_ask_follows_indexes(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 4).await;
        for number in 0..12 {
            let estimate = scene.offered(&format!("Request {number}"), 30).await;
            scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        }
        let mut plans = Plans::new(server);
        let estimate = scene.offered("The next one", 60).await;
        plans.get(&scene.owner, &of_estimate(&estimate, "/preview")).await;
        plans.post(&scene.owner, &of_estimate(&estimate, "/approve"), json!({})).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        let entry = json!({
            "minutes": 50, "worked_on": "2026-03-04", "activity": "development", "note": "Looked.", "billable": true
        });
        plans.post(&scene.agent, &path(&ticket, "/time-entries"), entry).await;
        plans.post(&scene.agent, &path(&ticket, "/transitions"), json!({ "to": "diagnosing" })).await;
        let done = json!({
            "what_was_done": "A new column.", "why_it_happened": "A typo.", "how_to_prevent": "A test.",
            "cause_category": "code"
        });
        plans.post(&scene.agent, &path(&ticket, "/resolve"), done).await;
        plans.check();
    }
}
