//! Work that began before a yes, and what the owners and the lead say about it.

use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};

use super::Day;
use crate::acts::latest;

/// Nothing is left of it that no yes covers. Nothing at all is owed, but where a total was approved beside it: that is
/// for all of the ticket, also for what was borrowed.
fn is_settled(ticket: &Value) {
    let minutes = |name: &str| ticket[name].as_i64().unwrap();
    assert!(minutes("used_minutes") <= minutes("approved_minutes"), "{ticket}");
    let is_total = |one: &Value| one["status"] == "approved" && one["basis"] == "total" && one["dispute"].is_null();
    if !ticket["estimates"].as_array().unwrap().iter().any(is_total) {
        assert_eq!(ticket["emergency"]["borrowed_minutes"], 0, "{ticket}");
    }
}

impl Day<'_> {
    /// An owner confirms or disputes; the lead settles, by both answers at once: one counts. Sometimes its severity
    /// changes.
    pub async fn answer_emergency(&self, chance: &mut StdRng) -> Option<()> {
        let ticket = self.books.with(|known| latest(chance, &known.emergencies, 6))?;
        let path = |word: &str| format!("/tickets/{ticket}/emergency/{word}");
        let because = || json!({ "reason": "The shop was up." });
        if chance.random_bool(0.15) {
            // It was not that bad, or is as bad again.
            let severity = if chance.random_bool(0.5) { "p2" } else { "p0" };
            let triage = json!({ "severity": severity, "kind": "evolutionary", "scope": "in" });
            let answer = self
                .scene
                .agent
                .post(&format!("/tickets/{ticket}/triage"), triage)
                .await;
            self.books.heard("triage again", &answer);
        } else if chance.random_bool(0.25) {
            let answer = self.scene.owner.post(&path("confirm"), json!({})).await;
            self.books.heard("confirm emergency", &answer);
        } else if chance.random_bool(0.5) {
            let answer = self.scene.owner.post(&path("dispute"), because()).await;
            self.books.heard("dispute", &answer);
        } else {
            let lead = &self.scene.lead;
            let (uphold, reject) = (path("uphold"), path("reject"));
            let (upheld, rejected) = tokio::join!(lead.post(&uphold, because()), lead.post(&reject, because()));
            let upheld = self.books.heard("uphold", &upheld);
            let rejected = self.books.heard("reject dispute", &rejected);
            assert!(upheld.is_none() || rejected.is_none(), "{ticket} was settled twice");
            if let Some(ticket) = upheld {
                is_settled(&ticket);
            }
        }
        Some(())
    }
}
