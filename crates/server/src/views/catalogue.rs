//! Plans and terms, as everybody reads them.

use daypack_api_types::{
    plan as api,
    terms::{TermsAcceptance, TermsAcceptances},
};
use daypack_domain::{
    money::Money,
    plan::{self, Recommendation},
};
use daypack_store::{
    Conn,
    catalogue::{PlanRecord, Terms},
    terms_acceptances::Acceptance,
};

use super::people::People;
use crate::{error::Failure, mail::texts::Texts};

/// A plan, in a language as far as it is ours to translate.
#[must_use]
pub fn plan(record: PlanRecord, language: &str) -> api::Plan {
    let plan = record.plan;
    // What ships is there in every language; what the agency wrote itself is the text.
    let ships = plan::shipped(plan.currency)
        .iter()
        .any(|it| it.code == plan.code && it.audience == plan.audience);
    let description = if ships {
        Texts::of(language).get(&format!("plan.{}.description", plan.code), &[])
    } else {
        plan.audience
    };
    api::Plan {
        code: plan.code.to_string(),
        name: plan.name,
        price: Money {
            amount_minor: plan.price_minor,
            currency: plan.currency,
        },
        minimum_packs: plan.minimum_packs,
        minutes_per_pack: plan.minutes_per_pack,
        shown_hours: plan.shown_hours,
        validity_months: i64::from(plan.validity_months),
        extension_months: plan.extension_months.map(i64::from),
        queue: plan.queue,
        free_minutes: plan.free_minutes,
        description,
        position: record.position,
        on_sale: record.on_sale,
        version: plan.version,
    }
}

/// The versions of a plan.
///
/// # Errors
/// The database.
pub fn plan_versions(
    conn: &mut Conn,
    records: Vec<PlanRecord>,
    language: &str,
) -> Result<Vec<api::PlanVersion>, Failure> {
    let people = People::load(conn, records.iter().filter_map(|record| record.published_by))?;
    let version = |record: PlanRecord| api::PlanVersion {
        published_at: record.published_at,
        published_by: people.optional(record.published_by),
        plan: plan(record, language),
    };
    Ok(records.into_iter().map(version).collect())
}

/// What suits somebody.
#[must_use]
pub fn recommendation(advice: &Recommendation<'_>) -> api::Recommendation {
    let offer = &advice.offer;
    api::Recommendation {
        plan_code: offer.plan.code.to_string(),
        packs: offer.packs,
        minutes: offer.minutes,
        total: offer.plan.total(offer.packs),
        lasts_months: advice.lasts_months,
        reason: advice.reason,
    }
}

/// A version of the terms.
#[must_use]
pub fn terms(terms: Terms) -> api::Terms {
    api::Terms {
        version: terms.version,
        current: terms.current,
        body_markdown: terms.body_markdown,
        hash: terms.hash,
        published_at: terms.published_at,
        requires_acceptance: terms.requires_acceptance,
    }
}

/// What was accepted for an organization, and what is asked.
///
/// # Errors
/// The database.
pub fn acceptances(
    conn: &mut Conn,
    rows: &[Acceptance],
    asked_version: Option<i64>,
) -> Result<TermsAcceptances, Failure> {
    let people = People::load(conn, rows.iter().map(|row| row.accepted_by))?;
    let items = rows.iter().map(|row| {
        Ok(TermsAcceptance {
            version: row.terms_version,
            hash: row.terms_hash.clone(),
            accepted_by: people.get(row.accepted_by)?,
            accepted_at: row.accepted_at,
            address: row.accepted_address.clone(),
            order_id: row.order_id,
        })
    });
    let items = items.collect::<Result<_, Failure>>()?;
    Ok(TermsAcceptances { asked_version, items })
}
