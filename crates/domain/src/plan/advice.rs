//! Which plan, and how much of it: for missing minutes, and for whoever chooses.

use super::{Offer, Plan};
use crate::money::Currency;
use crate::words::words;

/// A recommendation covers this many months, or the plan's validity if that is shorter.
const RECOMMENDED_MONTHS: i64 = 3;

/// The plan and quantity that would cover missing minutes at the lowest price, among those that are sold in the
/// client's currency; of equals the better queue. What is bought repays debt first, and has to cover it as well.
#[must_use]
pub fn covering(plans: &[Plan], currency: Currency, shortfall_minutes: i64, debt_minutes: i64) -> Option<Offer<'_>> {
    let sold = plans.iter().filter(|plan| plan.currency == currency);
    let offers = sold.map(|plan| plan.offer(shortfall_minutes + debt_minutes));
    offers.min_by_key(|offer| {
        (
            offer.price_minor,
            std::cmp::Reverse(offer.plan.queue),
            offer.plan.code.clone(),
        )
    })
}

words! {
    /// Why a plan is recommended.
    RecommendationReason {
        /// The lowest price for a minute among the plans whose smallest order would be used up in time.
        LowestPrice = "lowest_price",
        /// At this pace something would expire under every plan: the one with the smallest order.
        SmallestOrder = "smallest_order",
    }
}

/// An offer that suits somebody, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation<'a> {
    /// The plan and the quantity.
    pub offer: Offer<'a>,
    /// For how many whole months it lasts at this pace, at most the validity; none without any use.
    pub lasts_months: Option<i64>,
    /// Why this plan.
    pub reason: RecommendationReason,
}

/// What suits somebody who expects to need so many hours a month: the plan with the lowest price per minute of
/// which even the smallest order would be used up before it expires, else the one with the smallest order. The
/// quantity covers three months, or the validity if that is shorter. Plans in several currencies are not compared:
/// those in the currency of the first one count.
#[must_use]
pub fn recommend(plans: &[Plan], hours_a_month: i64) -> Option<Recommendation<'_>> {
    let minutes_a_month = hours_a_month.clamp(0, 100_000) * 60;
    let currency = plans.first()?.currency;
    let comparable = || plans.iter().filter(|plan| plan.currency == currency);
    let used_up = |plan: &&Plan| plan.minutes(plan.minimum_packs) <= minutes_a_month * i64::from(plan.validity_months);
    // Compared crosswise: a / b < c / d exactly when a * d < c * b.
    let dearness = |a: &&Plan, b: &&Plan| {
        let left = i128::from(a.price_minor) * i128::from(b.minutes_per_pack);
        let right = i128::from(b.price_minor) * i128::from(a.minutes_per_pack);
        left.cmp(&right).then_with(|| a.code.cmp(&b.code))
    };
    let smallest = || comparable().min_by_key(|plan| (plan.minutes(plan.minimum_packs), plan.code.clone()));
    let cheapest = comparable().filter(used_up).min_by(dearness);
    let (plan, reason) = match cheapest {
        Some(plan) => (plan, RecommendationReason::LowestPrice),
        None => (smallest()?, RecommendationReason::SmallestOrder),
    };
    let validity = i64::from(plan.validity_months);
    let offer = plan.offer(minutes_a_month * RECOMMENDED_MONTHS.min(validity));
    let lasts_months = offer
        .minutes
        .checked_div(minutes_a_month)
        .map(|months| months.min(validity));
    Some(Recommendation {
        offer,
        lasts_months,
        reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{PlanCode, shipped};

    fn chosen(offer: Option<Offer<'_>>) -> (String, i64, i64) {
        let offer = offer.unwrap();
        (offer.plan.code.to_string(), offer.packs, offer.price_minor)
    }

    #[test]
    fn a_recommendation_never_outlives_its_use() {
        let plans = shipped(Currency::EUR);
        let table = [
            (0, "starter", 1),
            (2, "starter", 1),
            (6, "starter", 3),
            (7, "flexi", 5),
            (10, "pro", 15),
            (60, "pro", 23),
        ];
        for (hours, code, packs) in table {
            let (found, quantity, _) = chosen(recommend(&plans, hours).map(|advice| advice.offer));
            assert_eq!((found.as_str(), quantity), (code, packs), "{hours} hours a month");
        }
        assert_eq!(recommend(&[], 10), None);
    }

    #[test]
    fn a_recommendation_says_why_and_for_how_long() {
        let plans = shipped(Currency::EUR);
        let why = |hours| {
            let advice = recommend(&plans, hours).unwrap();
            (advice.reason, advice.lasts_months)
        };
        assert_eq!(why(0), (RecommendationReason::SmallestOrder, None));
        assert_eq!(why(2), (RecommendationReason::SmallestOrder, Some(3)));
        assert_eq!(why(6), (RecommendationReason::LowestPrice, Some(3)));
        assert_eq!(why(7), (RecommendationReason::LowestPrice, Some(5)));
        assert_eq!(why(10), (RecommendationReason::LowestPrice, Some(12)));
        assert_eq!(why(60), (RecommendationReason::LowestPrice, Some(3)));
    }

    #[test]
    fn plans_in_another_currency_are_not_compared() {
        let mut plans = shipped(Currency::EUR);
        let cheap = Plan {
            price_minor: 1,
            currency: Currency::parse("USD").unwrap(),
            code: PlanCode::parse("cheap").unwrap(),
            ..plans[0].clone()
        };
        let dollars = cheap.currency;
        plans.push(cheap);
        assert_eq!(recommend(&plans, 60).unwrap().offer.plan.code.as_str(), "pro");
        let code = |currency| covering(&plans, currency, 60, 0).map(|offer| offer.plan.code.as_str());
        assert_eq!(code(Currency::EUR), Some("starter"));
        assert_eq!(code(dollars), Some("cheap"));
        assert_eq!(code(Currency::parse("GBP").unwrap()), None);
    }

    #[test]
    fn a_shortfall_is_covered_at_the_lowest_price() {
        let plans = shipped(Currency::EUR);
        let covered = |shortfall, debt| covering(&plans, Currency::EUR, shortfall, debt);
        assert_eq!(chosen(covered(60, 0)), ("starter".to_owned(), 1, 50_000));
        assert_eq!(chosen(covered(481, 0)), ("starter".to_owned(), 2, 100_000));
        assert_eq!(chosen(covered(4 * 480, 0)), ("flexi".to_owned(), 5, 200_000));
        assert_eq!(chosen(covered(60, 421)), ("starter".to_owned(), 2, 100_000));
        assert_eq!(chosen(covered(12 * 480, 0)), ("pro".to_owned(), 15, 450_000));
    }
}
