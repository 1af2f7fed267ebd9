//! What somebody is about to order: a plan, and how many packs of it. The chooser for everybody and the order form have
//! it in common.

use daypack_api_types::plan::Plan;
use daypack_domain::{
    money::Money,
    plan::{MINUTES_PER_PACK, MOST_PACKS},
};
use leptos::prelude::*;

use crate::{
    components::Button,
    dom,
    format::{minutes, money},
    i18n::{t, t_count, t_with},
};

/// A plan of some that are offered, and a number of packs that it is sold in.
#[derive(Clone, Copy)]
pub struct Choice {
    plans: StoredValue<Vec<Plan>>,
    code: RwSignal<String>,
    packs: RwSignal<i64>,
    /// Fewer packs were asked for than the plan is sold from.
    too_few: RwSignal<bool>,
}

impl Choice {
    /// Begins with a plan, and with its smallest order unless a number is asked for.
    pub fn new(plans: Vec<Plan>, first: &Plan, packs: Option<i64>) -> Self {
        Self {
            plans: StoredValue::new(plans),
            code: RwSignal::new(first.code.clone()),
            packs: RwSignal::new(within(first, packs.unwrap_or(first.minimum_packs))),
            too_few: RwSignal::new(false),
        }
    }

    /// The chosen plan.
    pub fn plan(self) -> Option<Plan> {
        let code = self.code.get();
        self.find(&code)
    }

    /// One of the plans on offer.
    pub fn find(self, code: &str) -> Option<Plan> {
        self.plans
            .with_value(|plans| plans.iter().find(|plan| plan.code == code).cloned())
    }

    /// Something about all plans on offer.
    pub fn with_plans<T>(self, look: impl FnOnce(&[Plan]) -> T) -> T {
        self.plans.with_value(|plans| look(plans))
    }

    /// Whether this is the chosen plan.
    pub fn is(self, code: &str) -> bool {
        self.code.with(|chosen| chosen == code)
    }

    /// How many packs.
    pub fn packs(self) -> i64 {
        self.packs.get()
    }

    /// The fewest packs of the chosen plan.
    pub fn least(self) -> i64 {
        self.plan().map_or(1, |plan| plan.minimum_packs)
    }

    /// What is chosen costs so much.
    pub fn total(self) -> Option<Money> {
        Some(times(self.plan()?.price, self.packs()))
    }

    /// Chooses a plan; the quantity follows.
    pub fn choose(self, plan: &Plan) {
        let before = untrack(move || self.plan());
        let packs = carried(before.as_ref(), plan, self.packs.get_untracked());
        self.take(plan, packs);
    }

    /// Chooses a plan and a quantity.
    pub fn take(self, plan: &Plan, packs: i64) {
        self.code.set(plan.code.clone());
        self.packs.set(within(plan, packs));
        self.too_few.set(false);
    }

    /// Another quantity of the same plan, as near to what is asked for as the plan allows.
    pub fn set_packs(self, packs: i64) {
        if let Some(plan) = untrack(move || self.plan()) {
            self.packs.set(within(&plan, packs));
            self.too_few.set(packs < plan.minimum_packs);
        }
    }
}

/// As many packs as are asked for, within what the plan is sold in.
fn within(plan: &Plan, packs: i64) -> i64 {
    packs.min(MOST_PACKS).max(plan.minimum_packs)
}

/// The quantity after a change of plans: who took no more than one plan asks for takes no more of the other.
fn carried(from: Option<&Plan>, to: &Plan, packs: i64) -> i64 {
    let smallest = from.is_some_and(|from| packs <= from.minimum_packs);
    within(to, if smallest { to.minimum_packs } else { packs })
}

/// Whether the prices of two plans say which one costs less: for the same minutes, in the same currency.
fn comparable(one: &Plan, other: &Plan) -> bool {
    one.minutes_per_pack == other.minutes_per_pack && one.price.currency == other.price.currency
}

/// The plan that so many packs cost least with, if that is not the chosen one.
fn cheaper<'a>(plans: &'a [Plan], chosen: &Plan, packs: i64) -> Option<&'a Plan> {
    plans
        .iter()
        .filter(|plan| comparable(plan, chosen) && plan.minimum_packs <= packs)
        .filter(|plan| plan.price.amount_minor < chosen.price.amount_minor)
        .min_by_key(|plan| plan.price.amount_minor)
}

/// What a pack costs less than with the plan that is sold in the smallest orders.
pub fn saved_per_pack(plans: &[Plan], chosen: &Plan) -> i64 {
    let single = plans
        .iter()
        .filter(|plan| comparable(plan, chosen))
        .min_by_key(|plan| (plan.minimum_packs, plan.price.amount_minor));
    single.map_or(0, |single| single.price.amount_minor - chosen.price.amount_minor)
}

/// So many times an amount.
pub fn times(price: Money, packs: i64) -> Money {
    Money {
        amount_minor: price.amount_minor * packs,
        ..price
    }
}

/// What the price of a plan is for: a pack, and how long one is where it is not a day of eight hours.
pub fn per_pack(plan: &Plan) -> String {
    match plan.minutes_per_pack {
        MINUTES_PER_PACK => t("plans.per_pack"),
        other => t_with("plans.per_pack_of", &[("time", &minutes(other))]),
    }
}

/// The field for the quantity.
pub fn packs_field(choice: Choice) -> AnyView {
    let id = dom::next_id("packs");
    // A number that is being typed may be out of range: it is put right when the field is left.
    let typed = move |event| {
        if let Ok(packs) = event_target_value(&event).parse() {
            choice.set_packs(packs);
        }
        choice.packs.notify();
    };
    view! {
        <div class="field number">
            <label for=id.clone()>{t("plans.packs")}</label>
            <input
                id=id
                type="number"
                inputmode="numeric"
                min=move || choice.least().to_string()
                max=MOST_PACKS.to_string()
                prop:value=move || choice.packs().to_string()
                on:change=typed
            />
        </div>
    }
    .into_any()
}

/// What is worth knowing about a quantity: that the plan is not sold in fewer packs, and that so many cost less with
/// another plan.
pub fn remarks(choice: Choice) -> AnyView {
    (move || {
        let plan = choice.plan()?;
        let packs = choice.packs();
        let pack_count = |count| t_count("plans.pack_count", count, &[]);
        let least = choice.too_few.get().then(|| {
            let values = [("plan", plan.name.clone()), ("packs", pack_count(plan.minimum_packs))];
            t_with(
                "plans.least",
                &values.each_ref().map(|(name, text)| (*name, text.as_str())),
            )
        });
        let other = choice.with_plans(|plans| cheaper(plans, &plan, packs).cloned());
        let hint = other.map(|other| {
            let less = times(plan.price, packs).amount_minor - times(other.price, packs).amount_minor;
            let less = Money {
                amount_minor: less,
                ..plan.price
            };
            let values = [
                ("packs", pack_count(packs)),
                ("plan", other.name.clone()),
                ("amount", money(less)),
            ];
            let text = t_with(
                "plans.cheaper",
                &values.each_ref().map(|(name, text)| (*name, text.as_str())),
            );
            let label = t_with("plans.choose_other", &[("plan", &other.name)]);
            let press = Callback::new(move |()| {
                dom::keep_focus();
                choice.take(&other, packs);
            });
            view! {
                <div class="remark"><p>{text}</p><Button label=label small=true on_click=press /></div>
            }
            .into_any()
        });
        Some(view! { {least.map(|least| view! { <p class="remark">{least}</p> })} {hint} })
    })
    .into_any()
}

#[cfg(test)]
mod tests {
    use daypack_domain::{
        money::{Currency, Money},
        plan::MOST_PACKS,
    };
    use leptos::prelude::Owner;

    use super::{
        super::recommendation::tests::{catalogue, plan},
        Choice, Plan, carried, cheaper, saved_per_pack, within,
    };

    fn hours() -> Plan {
        Plan {
            minutes_per_pack: 60,
            ..plan("hours", 70, 1, 3)
        }
    }

    fn overseas() -> Plan {
        let price = Money {
            amount_minor: 100,
            currency: Currency::parse("USD").unwrap(),
        };
        Plan {
            price,
            ..plan("overseas", 1, 1, 3)
        }
    }

    #[test]
    fn every_plan_can_be_chosen_whatever_else_is_sold() {
        let owner = Owner::new();
        owner.set();
        let plans = [catalogue(), vec![hours(), overseas(), plan("premium", 900, 1, 3)]].concat();
        let choice = Choice::new(plans.clone(), &plans[1], None);
        assert_eq!((choice.is("flexi"), choice.packs()), (true, 5));
        for plan in &plans {
            choice.choose(plan);
            assert_eq!(
                (choice.plan(), choice.packs()),
                (Some(plan.clone()), plan.minimum_packs)
            );
            choice.set_packs(40);
            assert_eq!((choice.plan(), choice.packs()), (Some(plan.clone()), 40));
            choice.set_packs(0);
            assert_eq!(
                (choice.plan(), choice.packs()),
                (Some(plan.clone()), plan.minimum_packs)
            );
        }
        choice.take(&plans[2], 3);
        assert_eq!((choice.is("pro"), choice.packs()), (true, 15));
    }

    #[test]
    fn a_quantity_stays_within_what_the_plan_is_sold_in() {
        for (least, asked, packs) in [
            (1, 0, 1),
            (1, 7, 7),
            (5, 3, 5),
            (2_000, 1, 2_000),
            (MOST_PACKS, 1, MOST_PACKS),
            (1, i64::MAX, MOST_PACKS),
            (1, i64::MIN, 1),
        ] {
            assert_eq!(within(&plan("any", 1, least, 1), asked), packs);
        }
    }

    #[test]
    fn who_wants_more_than_the_smallest_order_keeps_the_quantity() {
        let [starter, flexi, pro] = catalogue().try_into().unwrap();
        for (from, to, packs, then) in [
            (&starter, &flexi, 1, 5),
            (&flexi, &starter, 5, 1),
            (&flexi, &starter, 8, 8),
            (&flexi, &pro, 8, 15),
            (&pro, &flexi, 20, 20),
        ] {
            assert_eq!(carried(Some(from), to, packs), then);
        }
        assert_eq!(carried(None, &flexi, 1), 5);
    }

    #[test]
    fn only_plans_of_the_same_minutes_and_currency_are_compared() {
        let plans = [catalogue(), vec![hours(), overseas()]].concat();
        let found = |code: &str, packs| {
            let chosen = plans.iter().find(|plan| plan.code == code).unwrap();
            cheaper(&plans, chosen, packs).map(|plan| plan.code.as_str())
        };
        let table = [
            ("starter", 4, None),
            ("starter", 5, Some("flexi")),
            ("starter", 15, Some("pro")),
            ("flexi", 14, None),
            ("flexi", 15, Some("pro")),
            ("pro", 40, None),
            ("hours", 40, None),
            ("overseas", 40, None),
        ];
        for (code, packs, other) in table {
            assert_eq!(found(code, packs), other, "{packs} packs of {code}");
        }
        let saved = |at: usize| saved_per_pack(&plans, &plans[at]);
        assert_eq!([0, 1, 2, 3, 4].map(saved), [0, 10_000, 20_000, 0, 0]);
    }
}
