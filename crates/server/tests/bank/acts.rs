//! What clients do.

use chrono::TimeDelta;
use daypack_server::testing::Answered;
use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};

use super::{DAYS, Day};
use crate::requests::text;

/// Tickets that are worked on at once: few, so that clients meet.
const TICKETS: usize = 12;

/// One of these, if there are any.
fn pick(chance: &mut StdRng, all: &[String]) -> Option<String> {
    latest(chance, all, all.len())
}

/// One of the latest of these, if there are any.
pub fn latest(chance: &mut StdRng, all: &[String], most: usize) -> Option<String> {
    let from = all.len().saturating_sub(most);
    (!all.is_empty()).then(|| all[chance.random_range(from..all.len())].clone())
}

impl Day<'_> {
    /// One operation; `None` when there was nothing to ask for.
    pub async fn act(&self, chance: &mut StdRng) -> Option<()> {
        let few = self.books.with(|known| known.tickets.len() < TICKETS);
        let ticket = self.books.with(|known| pick(chance, &known.tickets));
        let Some(ticket) = ticket.filter(|_| !(few && chance.random_bool(0.3))) else {
            return self.open(chance).await;
        };
        match chance.random_range(0..100) {
            0..4 => self.order(chance).await,
            4..7 => self.pay(chance).await,
            7..9 => self.unpaid(chance).await,
            9..15 => self.change_lot(chance).await,
            15..18 => self.answer_emergency(chance).await,
            18..28 => self.offer(chance, &ticket).await,
            28..45 => self.answer(chance).await,
            45..47 => self.not_me(chance).await,
            47..52 => self.begin(&ticket).await,
            52..75 => self.log(chance, &ticket).await,
            75..88 => self.take_back(chance).await,
            88..93 => self.resolve(&ticket).await,
            93..97 => self.judge(chance).await,
            97..98 => self.move_away(chance).await,
            _ => self.withdraw(&ticket).await,
        }
    }

    /// Some are emergencies: work on them begins before a yes.
    async fn open(&self, chance: &mut StdRng) -> Option<()> {
        let mut request = self.scene.request("The export fails");
        if chance.random_bool(0.3) {
            request["system_id"] = self.books.with(|known| known.system.clone()).into();
        }
        let answer = self.scene.member.post("/tickets", request).await;
        let Some(ticket) = self.books.heard("open", &answer) else {
            return Some(());
        };
        let id = text(&ticket, "id");
        let severity = if chance.random_bool(0.4) { "p0" } else { "p2" };
        let triage = json!({ "severity": severity, "kind": "evolutionary", "scope": "in" });
        let answer = self.scene.agent.post(&format!("/tickets/{id}/triage"), triage).await;
        let triaged = self.books.heard("triage", &answer);
        self.books.with(|known| {
            if triaged.is_some_and(|ticket| !ticket["emergency"].is_null()) {
                known.emergencies.push(id.clone());
            }
            known.tickets.push(id.clone());
            known.opened.push(id);
        });
        Some(())
    }

    async fn order(&self, chance: &mut StdRng) -> Option<()> {
        if chance.random_range(0..self.seldom) > 0 {
            return None;
        }
        // Mostly small ones, so that minutes are scarce; the others can be extended.
        let (plan, packs) = if chance.random_bool(0.85) {
            ("starter", chance.random_range(1..3))
        } else {
            ("flexi", 5)
        };
        let body = json!({
            "organization_id": self.scene.people.acme, "plan_code": plan, "packs": packs, "terms_version": 1
        });
        let answer = self.scene.owner.post("/orders", body).await;
        if let Some(order) = self.books.heard("order", &answer) {
            self.books.with(|known| known.orders.insert(text(&order, "id"), None));
        }
        Some(())
    }

    /// By two leads at once, as if both had read the bank's statement: one effect.
    async fn pay(&self, chance: &mut StdRng) -> Option<()> {
        let order = self.an_order(chance)?;
        let path = format!("/orders/{order}/confirm-payment");
        let body = json!({ "payment_reference": format!("bank {order}") });
        let lead = &self.scene.lead;
        let (one, other) = tokio::join!(lead.post(&path, body.clone()), lead.post(&path, body));
        self.brought("pay", &order, &one);
        self.brought("pay", &order, &other);
        Some(())
    }

    /// On credit before it is paid, or bounced after.
    async fn unpaid(&self, chance: &mut StdRng) -> Option<()> {
        let order = self.an_order(chance)?;
        let lead = &self.scene.lead;
        if chance.random_bool(0.6) {
            let answer = lead.post(&format!("/orders/{order}/activate"), json!({})).await;
            self.brought("activate", &order, &answer);
        } else {
            let body = json!({ "reason": "The bank took it back." });
            let answer = lead.post(&format!("/orders/{order}/bounce"), body).await;
            self.books.heard("bounce", &answer);
        }
        Some(())
    }

    /// One of the latest orders.
    fn an_order(&self, chance: &mut StdRng) -> Option<String> {
        self.books.with(|known| {
            let orders: Vec<String> = known.orders.keys().cloned().collect();
            latest(chance, &orders, 6)
        })
    }

    /// An order was activated, now or before: it is the same lot each time.
    fn brought(&self, act: &'static str, order: &str, answer: &Answered) {
        let Some(order_now) = self.books.heard(act, answer) else {
            return;
        };
        let lot = text(&order_now["lot"], "id");
        self.books.with(
            |known| match known.orders.insert(order.to_owned(), Some(lot.clone())).flatten() {
                Some(before) => assert_eq!(before, lot, "an order was activated twice"),
                None => known.lots.push(lot),
            },
        );
    }

    async fn offer(&self, chance: &mut StdRng, ticket: &str) -> Option<()> {
        let basis = if chance.random_bool(0.6) { "further" } else { "total" };
        let body = json!({
            "minutes": 15 * chance.random_range(1..20), "includes": "All of it.", "basis": basis,
            // Longer than days pass between rounds.
            "valid_until": self.server.now() + TimeDelta::days(2 * DAYS),
            "kind": if chance.random_bool(0.8) { "up_to" } else { "fixed" }
        });
        let answer = self
            .scene
            .agent
            .post(&format!("/tickets/{ticket}/estimates"), body)
            .await;
        if let Some(estimate) = self.books.heard("offer", &answer) {
            self.books.with(|known| known.estimates.push(text(&estimate, "id")));
        }
        Some(())
    }

    async fn begin(&self, ticket: &str) -> Option<()> {
        let path = format!("/tickets/{ticket}/transitions");
        let answer = self.scene.agent.post(&path, json!({ "to": "diagnosing" })).await;
        self.books.heard("begin", &answer);
        Some(())
    }

    /// Sometimes the answer gets lost and the request is sent once more, with its key: one entry.
    async fn log(&self, chance: &mut StdRng, ticket: &str) -> Option<()> {
        let path = format!("/tickets/{ticket}/time-entries");
        let body = json!({
            "minutes": chance.random_range(1..90), "worked_on": self.server.now().date_naive(),
            "activity": "development", "note": "Worked on it.", "billable": true
        });
        let agent = &self.scene.agent;
        let mut answers = Vec::new();
        if chance.random_bool(0.2) {
            let keyed = agent.header("idempotency-key", format!("{:032x}", chance.random::<u128>()));
            let (one, other) = tokio::join!(keyed.post(&path, body.clone()), keyed.post(&path, body));
            answers.extend([one, other]);
        } else {
            answers.push(agent.post(&path, body).await);
        }
        let logged: Vec<Value> = answers
            .iter()
            .filter_map(|answer| self.books.heard("log", answer))
            .collect();
        assert!(
            logged.windows(2).all(|two| two[0]["id"] == two[1]["id"]),
            "one key, two entries"
        );
        if let Some(entry) = logged.first() {
            self.books.with(|known| known.entries.push(text(entry, "id")));
        }
        Some(())
    }

    async fn take_back(&self, chance: &mut StdRng) -> Option<()> {
        let entry = self.books.with(|known| latest(chance, &known.entries, 60))?;
        let path = format!("/time-entries/{entry}/reverse");
        let answer = self
            .scene
            .lead
            .post(&path, json!({ "reason": "Another ticket's." }))
            .await;
        if self.books.heard("take back", &answer).is_some() {
            let first = self.books.with(|known| known.taken_back.insert(entry.clone()));
            assert!(first, "{entry} was taken back twice");
        }
        Some(())
    }

    async fn resolve(&self, ticket: &str) -> Option<()> {
        let path = format!("/tickets/{ticket}/resolve");
        let answer = self
            .scene
            .agent
            .post(&path, json!({ "what_was_done": "A new column." }))
            .await;
        if self.books.heard("resolve", &answer).is_some() {
            self.books.with(|known| known.resolved.push(ticket.to_owned()));
        }
        Some(())
    }

    /// It holds, or it does not.
    async fn judge(&self, chance: &mut StdRng) -> Option<()> {
        let resolved = self.books.with(|known| known.resolved.clone());
        let ticket = pick(chance, &resolved)?;
        if chance.random_bool(0.5) {
            let path = format!("/tickets/{ticket}/confirm");
            let answer = self.scene.member.post(&path, json!({})).await;
            self.done_with("confirm", &ticket, &answer);
        } else {
            let path = format!("/tickets/{ticket}/reopen");
            let body = json!({ "reason": "It is empty." });
            let answer = self.scene.member.post(&path, body).await;
            if self.books.heard("reopen", &answer).is_some() {
                self.books.with(|known| known.resolved.retain(|known| *known != ticket));
            }
        }
        Some(())
    }

    async fn withdraw(&self, ticket: &str) -> Option<()> {
        let body = json!({ "to": "declined", "reason": "No longer needed." });
        let answer = self
            .scene
            .member
            .post(&format!("/tickets/{ticket}/transitions"), body)
            .await;
        self.done_with("withdraw", ticket, &answer);
        Some(())
    }

    fn done_with(&self, act: &'static str, ticket: &str, answer: &Answered) {
        if self.books.heard(act, answer).is_some() {
            self.books.with(|known| known.forget(ticket));
        }
    }
}
