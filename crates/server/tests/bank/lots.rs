//! What happens to lots as a whole, by whoever may.

use chrono::Days;
use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};

use super::Day;
use crate::{acts::latest, requests::text};

/// Where the organization lives, by turns: what has not ended ends by the clocks there.
const ZONES: [&str; 4] = ["Europe/Madrid", "Asia/Kolkata", "America/Bogota", "Pacific/Auckland"];

impl Day<'_> {
    /// One change of one of the latest lots, or a new one.
    pub async fn change_lot(&self, chance: &mut StdRng) -> Option<()> {
        let lot = self.books.with(|known| latest(chance, &known.lots, 10));
        let Some(lot) = lot.filter(|_| chance.random_bool(0.85)) else {
            return self.give(chance).await;
        };
        let minutes = chance.random_range(1..120);
        let because = |minutes: i64| json!({ "minutes": minutes, "reason": "Agreed by phone." });
        let systems = match chance.random_range(0..3) {
            0 => vec![self.books.with(|known| known.system.clone())],
            _ => Vec::new(),
        };
        let limited = json!({ "system_ids": systems, "reason": "Agreed by phone." });
        let (act, client, path, body): (_, _, _, Value) = match chance.random_range(0..12) {
            0..2 => ("extend", &self.scene.owner, "extend", json!({})),
            2..4 => ("credit", &self.scene.lead, "adjust", because(minutes)),
            4..6 => ("debit", &self.scene.lead, "adjust", because(-minutes)),
            6..8 => ("refund", &self.admin, "refund", because(minutes)),
            8..10 => ("limit", &self.scene.lead, "limit", limited),
            _ => ("void", &self.scene.lead, "void", json!({ "reason": "A mistake." })),
        };
        let answer = client.post(&format!("/lots/{lot}/{path}"), body).await;
        self.books.heard(act, &answer);
        Some(())
    }

    async fn give(&self, chance: &mut StdRng) -> Option<()> {
        if chance.random_range(0..self.seldom) > 0 {
            return None;
        }
        let until = self.server.now().date_naive() + Days::new(chance.random_range(1..40));
        let body = json!({
            "kind": "goodwill", "minutes": chance.random_range(30..240), "expires_on": until, "reason": "A courtesy."
        });
        let answer = self.scene.lead.post("/organizations/acme/lots", body).await;
        if let Some(lot) = self.books.heard("give", &answer) {
            self.books.with(|known| known.lots.push(text(&lot, "id")));
        }
        Some(())
    }

    /// Minutes that end before anybody acts again: more than may be owed, for they repay that first.
    pub async fn leave_unused(&self) {
        let until = self.server.now().date_naive() + Days::new(2);
        let body = json!({
            "kind": "goodwill", "minutes": 1_200, "expires_on": until, "reason": "For the weekend."
        });
        let answer = self.scene.lead.post("/organizations/acme/lots", body).await;
        if let Some(lot) = self.books.heard("give", &answer) {
            self.books.with(|known| known.lots.push(text(&lot, "id")));
        }
    }

    /// The organization moves to another zone.
    pub async fn move_away(&self, chance: &mut StdRng) -> Option<()> {
        let path = "/organizations/acme";
        let seen = self.admin.get(path).await;
        let body = json!({ "time_zone": ZONES[chance.random_range(0..ZONES.len())] });
        let admin = self.admin.header("if-match", seen.header("etag"));
        let answer = admin.patch(path, body).await;
        self.books.heard("move away", &answer);
        Some(())
    }
}
