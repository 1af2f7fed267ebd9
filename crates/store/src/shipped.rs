//! What an empty catalogue begins with: the plans and the SLA policy that ship, and terms to replace by one's own.

use crate::calendars::{SlaPolicyVersion, find_current_policy, insert_policy};
use crate::catalogue::{PlanRecord, Terms, all_terms, current_plans, publish_plan, publish_terms};
use crate::{Conn, Json, Result};
use daypack_domain::Instant;
use daypack_domain::ids::SlaPolicyId;
use daypack_domain::money::Currency;
use daypack_domain::sla::SlaPolicy;
use sha2::{Digest, Sha256};

const TERMS: &str = include_str!("shipped_terms.md");

/// The name of the policy that new organizations get.
pub const STANDARD_POLICY: &str = "standard";

/// The id of that policy's first version: the same in every installation.
const STANDARD_POLICY_ID: SlaPolicyId = SlaPolicyId(uuid::Uuid::from_u128(0x019b_7600_0000_7000_8000_0000_0000_0001));

/// Fills what is empty; what is there stays. Runs under the lock of the migrations.
pub(crate) fn seed(conn: &mut Conn, now: Instant) -> Result<()> {
    if current_plans(conn)?.is_empty() {
        for (position, plan) in (1..).zip(daypack_domain::plan::shipped(Currency::EUR)) {
            let record = PlanRecord {
                plan,
                position,
                on_sale: true,
                published_at: now,
                published_by: None,
            };
            publish_plan(conn, &record)?;
        }
    }
    if all_terms(conn)?.is_empty() {
        let terms = Terms {
            version: 1,
            current: true,
            body_markdown: TERMS.to_owned(),
            hash: hash(TERMS),
            published_at: now,
            requires_acceptance: false,
            published_by: None,
        };
        publish_terms(conn, &terms)?;
    }
    if find_current_policy(conn, STANDARD_POLICY)?.is_none() {
        let policy = SlaPolicyVersion {
            id: STANDARD_POLICY_ID,
            name: STANDARD_POLICY.to_owned(),
            version: 1,
            current: true,
            definition: Json(SlaPolicy::default().into()),
            created_at: now,
        };
        insert_policy(conn, &policy)?;
    }
    Ok(())
}

fn hash(text: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::new(), |mut hex, byte| {
            // Writing to a string does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
