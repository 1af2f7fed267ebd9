//! Estimates answered: by those who may, at once, and by the lead in somebody's name.

use daypack_domain::policy::ClientRole;
use daypack_server::testing::{Answered, Place};
use rand::{Rng, rngs::StdRng};
use serde_json::json;

use super::Day;
use crate::acts::latest;

impl Day<'_> {
    /// Yes, with what was shown or without, by one of the two who may; sometimes no.
    pub async fn answer(&self, chance: &mut StdRng) -> Option<()> {
        // Most of the others are answered.
        let estimate = self.books.with(|known| latest(chance, &known.estimates, 8))?;
        let who = if chance.random_bool(0.7) {
            &self.scene.owner
        } else {
            &self.scene.approver
        };
        if chance.random_bool(0.05) {
            let body = json!({ "reason": "Too much." });
            let answer = who.post(&format!("/estimates/{estimate}/reject"), body).await;
            self.books.heard("reject", &answer);
            return Some(());
        }
        let mut yes = json!({});
        if chance.random_bool(0.5) {
            let shown = who.get(&format!("/estimates/{estimate}/preview")).await;
            let shown = self.books.heard("preview", &shown).unwrap_or_default();
            if shown["preview_token"].is_null() {
                return Some(());
            }
            yes = json!({ "preview_token": shown["preview_token"] });
        }
        let path = format!("/estimates/{estimate}/approve");
        if chance.random_bool(0.9) {
            let answer = who.post(&path, yes).await;
            self.approved("approve", &estimate, &answer);
            return Some(());
        }
        // The lead has the approver on the phone, who says yes in the portal meanwhile.
        let recorded = format!("/estimates/{estimate}/recorded-approval");
        let said = json!({ "approver_id": self.approver(), "channel": "phone", "note": "Called at nine." });
        let (yes, record) = tokio::join!(who.post(&path, yes), self.scene.lead.post(&recorded, said));
        self.approved("approve", &estimate, &yes);
        if self.approved("record", &estimate, &record) {
            self.books.with(|known| known.recorded.push(estimate));
        }
        Some(())
    }

    /// One yes is all: whoever said or recorded it.
    fn approved(&self, act: &'static str, estimate: &str, answer: &Answered) -> bool {
        let Some(approved) = self.books.heard(act, answer) else {
            return false;
        };
        assert_eq!(approved["status"], "approved");
        let first = self.books.with(|known| known.approved.insert(estimate.to_owned()));
        assert!(first, "{estimate} was approved twice");
        true
    }

    /// An approval that was recorded was none: said by the approver and an owner at once, it counts once.
    pub async fn not_me(&self, chance: &mut StdRng) -> Option<()> {
        let estimate = self.books.with(|known| latest(chance, &known.recorded, 8))?;
        let path = format!("/estimates/{estimate}/dispute");
        let (approver, owner) = (&self.scene.approver, &self.scene.owner);
        let (one, other) = tokio::join!(approver.post(&path, json!({})), owner.post(&path, json!({})));
        let one = self.books.heard("not me", &one);
        let other = self.books.heard("not me", &other);
        assert!(one.is_none() || other.is_none(), "{estimate} was disputed twice");
        self.books
            .with(|known| known.recorded.retain(|known| *known != estimate));
        Some(())
    }

    fn approver(&self) -> String {
        self.scene.people.at(Place::Acme(ClientRole::Approver)).id.to_string()
    }
}
