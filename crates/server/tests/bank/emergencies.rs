//! Work that began before a yes, and what the owners and the lead say about it.

use rand::{Rng, rngs::StdRng};
use serde_json::json;

use super::Day;
use crate::acts::latest;

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
                // What is still owed, a yes covers: to a total that came after the dispute, for one.
                let owed = ticket["emergency"]["borrowed_minutes"].as_i64();
                assert!(
                    owed.is_some() && owed <= ticket["approved_minutes"].as_i64(),
                    "{ticket}"
                );
            }
        }
        Some(())
    }
}
