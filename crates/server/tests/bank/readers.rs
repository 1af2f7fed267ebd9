//! What readers check, meanwhile and afterwards.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use daypack_domain::ledger::{Account, MovementKind};
use daypack_server::cli::verify;
use daypack_store::{StoreError, ledger, lots};
use rand::{Rng, rngs::StdRng};
use serde_json::Value;

use super::Day;

fn number(value: &Value, name: &str) -> i64 {
    value[name]
        .as_i64()
        .unwrap_or_else(|| panic!("{name} is missing in {value}"))
}

fn sum(values: &Value, name: &str) -> i64 {
    values.as_array().unwrap().iter().map(|value| number(value, name)).sum()
}

/// A balance that adds up, and owes nobody anything.
fn adds_up(balance: &Value) {
    for lot in balance["lots"].as_array().unwrap() {
        let [available, held, posted] =
            ["available_minutes", "held_minutes", "posted_minutes"].map(|name| number(lot, name));
        assert!(available >= 0 && held >= 0, "overdrawn: {lot}");
        assert_eq!(available + held, posted, "{lot}");
    }
    for name in ["available_minutes", "held_minutes", "posted_minutes"] {
        assert_eq!(number(balance, name), sum(&balance["lots"], name), "{name}: {balance}");
    }
    assert!(balance["debt_minutes"].as_i64().unwrap_or(0) >= 0);
}

/// How a movement changes what is available; `None` where its form does not say it.
fn change(movement: &Value) -> Option<i64> {
    let minutes = number(movement, "minutes");
    Some(match movement["kind"].as_str().unwrap() {
        "grant" | "credit" | "release" | "unrepay" => minutes,
        "hold" | "repay" | "expire" | "debit" | "refund" | "void" => -minutes,
        "consume" | "borrow" | "unborrow" => 0,
        _ => return None,
    })
}

impl Day<'_> {
    /// Reads as long as clients act.
    pub async fn reader(&self, mut chance: StdRng) {
        while self.left.get() > 0 {
            adds_up(&self.scene.viewer.get("/organizations/acme/balance").await.ok());
            let page = self.scene.viewer.get("/organizations/acme/ledger?limit=100").await.ok();
            let newest_first = page["items"].as_array().unwrap();
            for two in newest_first.windows(2) {
                let (later, earlier) = (&two[0], &two[1]);
                assert_eq!(number(later, "sequence"), number(earlier, "sequence") + 1, "a gap");
                let (before, after) = (
                    number(earlier, "available_after_minutes"),
                    number(later, "available_after_minutes"),
                );
                assert!(after >= 0, "overdrawn: {later}");
                if let Some(change) = change(later) {
                    assert_eq!(after - before, change, "the running balance at {later}");
                }
            }
            self.as_it_was(&mut chance, newest_first).await;
            tokio::time::sleep(Duration::from_millis(chance.random_range(1..60))).await;
        }
    }

    /// The balance at an instant that is over is what the ledger says of it, however much happens meanwhile.
    async fn as_it_was(&self, chance: &mut StdRng, newest_first: &[Value]) {
        if newest_first.len() < 2 {
            return;
        }
        let place = chance.random_range(1..newest_first.len());
        let (later, earlier) = (&newest_first[place - 1], &newest_first[place]);
        if later["effective_at"] == earlier["effective_at"] {
            return;
        }
        let at = earlier["effective_at"].as_str().unwrap();
        let then = self
            .scene
            .owner
            .get(&format!("/organizations/acme/balance?as_of={at}"))
            .await
            .ok();
        adds_up(&then);
        let available = number(&then, "available_minutes");
        assert_eq!(available, number(earlier, "available_after_minutes"), "as of {at}");
    }

    /// Nobody acts: every counter is the sum of its movements, and what was acknowledged is there.
    pub async fn reconcile(&self) {
        let organization = self.scene.people.acme;
        let far = self.server.now() + TimeDelta::days(1);
        let store = &self.server.app.store;
        let (movements, positions) = store
            .read_blocking::<_, StoreError>(|conn| {
                let all = ledger::until(conn, organization, far)?;
                let lots = lots::of_organization(conn, organization)?;
                Ok((all, lots.into_iter().map(|lot| lot.position).collect::<Vec<_>>()))
            })
            .unwrap();
        verify::check(store, Some("acme")).unwrap();
        let replayed = Account::replay(positions, &movements).unwrap();

        let sum = |kinds: &[MovementKind]| -> i64 {
            // Debt from a payment that bounced belongs to no ticket.
            let of = movements
                .iter()
                .filter(|movement| movement.ticket_id.is_some() && kinds.contains(&movement.kind));
            of.map(|movement| movement.minutes).sum()
        };
        let billed = sum(&[MovementKind::Consume, MovementKind::Borrow])
            - sum(&[MovementKind::Unconsume, MovementKind::Unborrow]);
        let mut held_by_ticket: BTreeMap<String, i64> = BTreeMap::new();
        for hold in replayed.holds() {
            *held_by_ticket.entry(hold.ticket_id.to_string()).or_default() += hold.held_minutes();
        }
        let (mut used, mut entries) = (0, BTreeMap::new());
        for id in self.books.with(|known| known.opened.clone()) {
            let ticket = self.scene.agent.get(&format!("/tickets/{id}")).await.ok();
            used += number(&ticket, "used_minutes");
            assert_eq!(
                number(&ticket, "held_minutes"),
                held_by_ticket.get(&id).copied().unwrap_or(0),
                "{id}"
            );
            for entry in ticket["time_entries"].as_array().unwrap() {
                entries.insert(
                    entry["id"].as_str().unwrap().to_owned(),
                    !entry["reversed_at"].is_null(),
                );
            }
        }
        assert_eq!(used, billed, "what tickets say they used, and the ledger");
        self.books.with(|known| {
            assert_eq!(entries.len(), known.entries.len(), "time entries");
            for id in &known.entries {
                assert_eq!(entries.get(id), Some(&known.taken_back.contains(id)), "time entry {id}");
            }
            let lots = known.orders.values().filter(|lot| lot.is_some()).count();
            let count = |kind| movements.iter().filter(|movement| movement.kind == kind).count();
            let given = known.done("give");
            assert_eq!(
                count(MovementKind::Grant),
                lots + given + 1,
                "one lot for each payment and gift, and the first one"
            );
            for (act, kind) in [
                ("credit", MovementKind::Credit),
                ("debit", MovementKind::Debit),
                ("refund", MovementKind::Refund),
            ] {
                assert_eq!(count(kind), known.done(act), "{act}");
            }
        });
        self.estimates_stand().await;
    }

    /// Every acknowledged yes is there, and nobody else's.
    async fn estimates_stand(&self) {
        let mut found = std::collections::BTreeSet::new();
        let mut path = "/estimates?status=approved&limit=100".to_owned();
        loop {
            let page = self.scene.owner.get(&path).await.ok();
            for estimate in page["items"].as_array().unwrap() {
                found.insert(estimate["id"].as_str().unwrap().to_owned());
            }
            let Some(cursor) = page["next_cursor"].as_str() else {
                break;
            };
            path = format!("/estimates?status=approved&limit=100&cursor={cursor}");
        }
        self.books.with(|known| assert_eq!(found, known.approved));
    }
}
