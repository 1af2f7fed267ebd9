//! Plans: what is for sale (section 2; product.md, "Plans that ship").

mod advice;

pub use advice::{Recommendation, RecommendationReason, covering, recommend};

use crate::money::{Currency, Money};
use crate::problem::{FieldProblem, Refusal};
use crate::ticket::QueueLevel;
use serde::{Deserialize, Serialize};

/// Minutes in a pack, unless the plan says otherwise: one day of eight hours.
pub const MINUTES_PER_PACK: i64 = 480;

/// More packs than any order has, so that amounts stay far from the limits of an integer.
pub const MOST_PACKS: i64 = 10_000;

/// The short name of a plan in addresses and files: lowercase letters, digits and single hyphens inside, at most 40.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlanCode(String);

impl PlanCode {
    /// Parses a code.
    ///
    /// # Errors
    /// `invalid` when it is not of the form.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let parts_fit = text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        if text.len() <= 40 && parts_fit {
            Ok(Self(text.to_owned()))
        } else {
            let detail = "a plan's code has lowercase letters, digits and single hyphens inside, at most 40";
            Err(Refusal::field("/code", "pattern", detail))
        }
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for PlanCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for PlanCode {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }
}

impl TryFrom<String> for PlanCode {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<PlanCode> for String {
    fn from(code: PlanCode) -> Self {
        code.0
    }
}

/// The terms of a plan. An order keeps a copy of all of them: a later edit changes nothing sold (section 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Its short name.
    pub code: PlanCode,
    /// Its name.
    pub name: String,
    /// Who it is for, in a few words.
    pub audience: String,
    /// The price of one pack, in the currency's minor unit.
    pub price_minor: i64,
    /// The currency.
    pub currency: Currency,
    /// The fewest packs in an order.
    pub minimum_packs: i64,
    /// Minutes in one pack.
    pub minutes_per_pack: i64,
    /// Months that the minutes can be used, from activation.
    pub validity_months: u32,
    /// Months that one extension adds; none where the plan has no extension.
    pub extension_months: Option<u32>,
    /// The place in the queue that it gives.
    pub queue: QueueLevel,
    /// Minutes of each ticket that are not billed: for estimating and diagnosis.
    pub free_minutes: i64,
    /// "From so many hours of support": how the plan is shown to those who choose.
    pub shown_hours: i64,
    /// Counts the edits, from 1.
    pub version: i64,
}

/// A plan and a number of packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// How many packs of it.
    pub packs: i64,
    /// What they cost.
    pub price_minor: i64,
    /// The minutes in them.
    pub minutes: i64,
}

impl Plan {
    /// The minutes of so many packs.
    #[must_use]
    pub const fn minutes(&self, packs: i64) -> i64 {
        packs * self.minutes_per_pack
    }

    /// The price of so many packs.
    #[must_use]
    pub const fn total(&self, packs: i64) -> Money {
        Money {
            amount_minor: packs * self.price_minor,
            currency: self.currency,
        }
    }

    /// Checks the terms as an admin entered them.
    ///
    /// # Errors
    /// `invalid`, with every field that cannot be accepted.
    pub fn validate(&self) -> Result<(), Refusal> {
        let mut problems = Vec::new();
        let mut check = |pointer: &str, fits: bool, code: &'static str, detail: &str| {
            if !fits {
                problems.push(FieldProblem::new(pointer, code, detail));
            }
        };
        let name_length = self.name.trim().chars().count();
        check(
            "/name",
            (1..=80).contains(&name_length),
            "length",
            "a name has 1 to 80 characters",
        );
        check(
            "/description",
            self.audience.chars().count() <= 300,
            "length",
            "at most 300 characters",
        );
        check(
            "/price",
            (0..=100_000_000).contains(&self.price_minor),
            "range",
            "a price from 0 to 1,000,000.00",
        );
        check(
            "/minimum_packs",
            (1..=MOST_PACKS).contains(&self.minimum_packs),
            "range",
            "1 to 10,000 packs",
        );
        check(
            "/minutes_per_pack",
            (1..=10_080).contains(&self.minutes_per_pack),
            "range",
            "1 to 10,080 minutes",
        );
        check(
            "/validity_months",
            (1..=120).contains(&self.validity_months),
            "range",
            "1 to 120 months",
        );
        let extension_fits = self.extension_months.is_none_or(|months| (1..=120).contains(&months));
        check("/extension_months", extension_fits, "range", "1 to 120 months, or none");
        check(
            "/free_minutes",
            (0..=10_080).contains(&self.free_minutes),
            "range",
            "0 to 10,080 minutes",
        );
        check(
            "/shown_hours",
            (0..=100_000).contains(&self.shown_hours),
            "range",
            "0 to 100,000 hours",
        );
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Invalid(problems))
        }
    }

    /// The names of the terms in which `other` differs, its version aside.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let fields = [
            ("name", self.name != other.name),
            ("description", self.audience != other.audience),
            (
                "price",
                (self.price_minor, self.currency) != (other.price_minor, other.currency),
            ),
            ("minimum_packs", self.minimum_packs != other.minimum_packs),
            ("minutes_per_pack", self.minutes_per_pack != other.minutes_per_pack),
            ("validity_months", self.validity_months != other.validity_months),
            ("extension_months", self.extension_months != other.extension_months),
            ("queue", self.queue != other.queue),
            ("free_minutes", self.free_minutes != other.free_minutes),
            ("shown_hours", self.shown_hours != other.shown_hours),
        ];
        fields
            .iter()
            .filter(|(_, differs)| *differs)
            .map(|(name, _)| *name)
            .collect()
    }

    /// This plan with as many packs as `minutes` need, and its minimum at least.
    #[must_use]
    pub fn offer(&self, minutes: i64) -> Offer<'_> {
        let per_pack = self.minutes_per_pack.max(1);
        let packs = ((minutes.max(0) + per_pack - 1) / per_pack).max(self.minimum_packs);
        Offer {
            plan: self,
            packs,
            price_minor: packs * self.price_minor,
            minutes: self.minutes(packs),
        }
    }
}

/// The three plans of a new installation, in its currency.
#[must_use]
pub fn shipped(currency: Currency) -> Vec<Plan> {
    let starter = Plan {
        code: PlanCode("starter".to_owned()),
        name: "Starter".to_owned(),
        audience: "Small needs, one-off requests".to_owned(),
        price_minor: 50_000,
        currency,
        minimum_packs: 1,
        minutes_per_pack: MINUTES_PER_PACK,
        validity_months: 3,
        extension_months: None,
        queue: QueueLevel::Standard,
        free_minutes: 30,
        shown_hours: 1,
        version: 1,
    };
    let flexi = Plan {
        code: PlanCode("flexi".to_owned()),
        name: "Flexi".to_owned(),
        audience: "Medium projects, recurring support".to_owned(),
        price_minor: 40_000,
        minimum_packs: 5,
        validity_months: 6,
        extension_months: Some(3),
        queue: QueueLevel::Priority,
        shown_hours: 40,
        ..starter.clone()
    };
    let pro = Plan {
        code: PlanCode("pro".to_owned()),
        name: "Pro".to_owned(),
        audience: "Ongoing support, large projects".to_owned(),
        price_minor: 30_000,
        minimum_packs: 15,
        validity_months: 12,
        extension_months: Some(6),
        queue: QueueLevel::FastTrack,
        shown_hours: 120,
        ..starter.clone()
    };
    vec![starter, flexi, pro]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_plans_are_valid_and_cost_what_the_table_says() {
        let plans = shipped(Currency::EUR);
        assert!(plans.iter().all(|plan| plan.validate().is_ok()));
        let smallest: Vec<_> = plans
            .iter()
            .map(|plan| plan.total(plan.minimum_packs).amount_minor)
            .collect();
        assert_eq!(smallest, [50_000, 200_000, 450_000]);
        assert_eq!(plans[1].minutes(5), 2_400);
    }

    #[test]
    fn codes_are_slugs() {
        assert!(
            ["pro", "pro-2026", "a"]
                .iter()
                .all(|code| PlanCode::parse(code).is_ok())
        );
        assert!(
            ["", "Pro", "-pro", "pro-", "a--b", "p ro", "é"]
                .iter()
                .all(|code| PlanCode::parse(code).is_err())
        );
        assert!(PlanCode::parse(&"a".repeat(41)).is_err());
    }

    #[test]
    fn an_edit_is_told_by_the_fields_that_differ() {
        let plans = shipped(Currency::EUR);
        assert_eq!(plans[0].differences(&plans[0]), Vec::<&str>::new());
        let edited = Plan {
            currency: Currency::parse("USD").unwrap(),
            extension_months: Some(1),
            version: 2,
            ..plans[0].clone()
        };
        assert_eq!(plans[0].differences(&edited), ["price", "extension_months"]);
    }

    #[test]
    fn every_field_that_cannot_be_accepted_is_named() {
        let mut plan = shipped(Currency::EUR).remove(0);
        plan.price_minor = -1;
        plan.minimum_packs = 0;
        plan.extension_months = Some(0);
        let Err(Refusal::Invalid(problems)) = plan.validate() else {
            panic!("accepted")
        };
        let pointers: Vec<_> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
        assert_eq!(pointers, ["/price", "/minimum_packs", "/extension_months"]);
    }
}
