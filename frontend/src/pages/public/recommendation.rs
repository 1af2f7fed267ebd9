//! Which plan fits. The advice itself is a rule of the domain; here it meets the catalogue as the API shows it.

use daypack_api_types::plan::Plan;
use daypack_domain::plan::{Plan as Terms, PlanCode, RecommendationReason, recommend as by_rule};

/// What suits somebody, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// The plan's code.
    pub code: String,
    /// How many packs of it.
    pub packs: i64,
    /// For how many whole months they last.
    pub lasts_months: Option<i64>,
    /// Why this plan.
    pub reason: RecommendationReason,
}

/// What suits somebody who expects so many hours of work each month.
pub fn recommend(plans: &[Plan], hours_a_month: i64) -> Option<Advice> {
    let terms: Vec<Terms> = plans.iter().filter_map(terms).collect();
    by_rule(&terms, hours_a_month).map(|advice| Advice {
        code: advice.offer.plan.code.to_string(),
        packs: advice.offer.packs,
        lasts_months: advice.lasts_months,
        reason: advice.reason,
    })
}

fn terms(plan: &Plan) -> Option<Terms> {
    Some(Terms {
        code: PlanCode::parse(&plan.code).ok()?,
        name: plan.name.clone(),
        audience: String::new(),
        price_minor: plan.price.amount_minor,
        currency: plan.price.currency,
        minimum_packs: plan.minimum_packs,
        minutes_per_pack: plan.minutes_per_pack,
        validity_months: u32::try_from(plan.validity_months).ok()?,
        extension_months: plan.extension_months.and_then(|months| u32::try_from(months).ok()),
        queue: plan.queue,
        free_minutes: plan.free_minutes,
        shown_hours: plan.shown_hours,
        version: 1,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use daypack_domain::{
        money::{Currency, Money},
        ticket::QueueLevel,
    };

    use super::{Advice, Plan, recommend};

    /// A plan of packs of eight hours, its price in euros.
    pub fn plan(code: &str, price: i64, minimum_packs: i64, validity_months: i64) -> Plan {
        Plan {
            code: code.to_owned(),
            name: code.to_owned(),
            price: Money {
                amount_minor: price * 100,
                currency: Currency::EUR,
            },
            minimum_packs,
            minutes_per_pack: 480,
            shown_hours: 1,
            validity_months,
            extension_months: None,
            queue: QueueLevel::Standard,
            free_minutes: 0,
            description: String::new(),
            position: 1,
            on_sale: true,
            version: 1,
        }
    }

    /// The plans that ship.
    pub fn catalogue() -> Vec<Plan> {
        vec![
            plan("starter", 500, 1, 3),
            plan("flexi", 400, 5, 6),
            plan("pro", 300, 15, 12),
        ]
    }

    #[test]
    fn advice_is_an_order_that_its_plan_allows() {
        let plans = catalogue();
        for hours in 1..=200 {
            let Advice { code, packs, .. } = recommend(&plans, hours).unwrap();
            let plan = plans.iter().find(|plan| plan.code == code).unwrap();
            assert!(packs >= plan.minimum_packs, "{hours} hours: {packs} packs of {code}");
        }
        assert_eq!(recommend(&plans, 1).unwrap().code, "starter");
        assert_eq!(recommend(&plans, 40).unwrap().code, "pro");
        assert_eq!(recommend(&[], 5), None);
    }
}
