//! What an empty catalogue begins with: the plans that ship, and terms to replace by one's own.

use crate::catalogue::{Plan, Terms, all_terms, current_plans, publish_plan, publish_terms};
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::money::Currency;
use daypack_domain::ticket::QueueLevel;
use sha2::{Digest, Sha256};

const TERMS: &str = include_str!("shipped_terms.md");

/// One pack is one day.
const MINUTES_PER_PACK: i64 = 480;
/// A ticket, for estimating and diagnosis (section 3, "Rounding").
const FREE_MINUTES: i64 = 30;

/// Fills what is empty; what is there stays. Runs under the lock of the migrations.
pub(crate) fn seed(conn: &mut Conn, now: Instant) -> Result<()> {
    if current_plans(conn)?.is_empty() {
        for plan in plans(now) {
            publish_plan(conn, &plan)?;
        }
    }
    if all_terms(conn)?.is_empty() {
        let terms = Terms {
            version: 1,
            current: true,
            body_markdown: TERMS.to_owned(),
            hash: hash(TERMS),
            published_at: now,
        };
        publish_terms(conn, &terms)?;
    }
    Ok(())
}

fn hash(text: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn plans(now: Instant) -> [Plan; 3] {
    let plan = |position, code: &str, name: &str, price_minor, minimum_packs, months: [i64; 2], queue_level| Plan {
        code: code.to_owned(),
        version: 1,
        current: true,
        position,
        name: name.to_owned(),
        price_minor,
        currency: Currency::EUR,
        minimum_packs,
        minutes_per_pack: MINUTES_PER_PACK,
        validity_months: months[0],
        extension_months: months[1],
        queue_level,
        free_minutes: FREE_MINUTES,
        created_at: now,
    };
    [
        plan(1, "starter", "Starter", 50_000, 1, [3, 0], QueueLevel::Standard),
        plan(2, "flexi", "Flexi", 40_000, 5, [6, 3], QueueLevel::Priority),
        plan(3, "pro", "Pro", 30_000, 15, [12, 6], QueueLevel::FastTrack),
    ]
}
