//! Ordering packs: plan, quantity, total, terms, and what happens next.

use daypack_api_types::{
    order::{Order, PlaceOrder},
    plan::{Plan, Terms},
};
use daypack_domain::{ids::OrganizationId, money::Money};
use leptos::prelude::*;

use crate::{
    api::{ApiProblem, catalogue, contract},
    components::{Button, Card, EmptyState, Form, Icon, LinkButton, Look, Remote, sending, use_form},
    dom, format,
    format::{minutes, money},
    i18n::{t, t_count, t_with},
    pages::terms_text::terms_text,
    place,
    session::use_session,
};

const MOST_PACKS: i64 = 1000;

/// The order form, and after it what happens next.
pub fn order() -> AnyView {
    dom::name_screen(&t("packs.order"));
    match untrack(move || use_session().membership()) {
        Some(membership) => screen(membership.organization_id),
        None => place::elsewhere("/clients"),
    }
}

fn screen(organization: OrganizationId) -> AnyView {
    let offer = Remote::load(|| async {
        let terms = contract::terms().await?;
        let terms = terms.into_iter().find(|terms| terms.current);
        Ok((catalogue::plans().await?, terms))
    });
    let placed = RwSignal::new(None::<Order>);
    let form = move |(plans, terms): (Vec<Plan>, Option<Terms>)| match terms {
        Some(terms) if !plans.is_empty() && use_session().may("place_order") => {
            order_form(organization, plans, terms, placed)
        }
        _ => view! { <EmptyState title=t("order.cannot_title") text=t("order.cannot_text") icon="pack" /> }.into_any(),
    };
    view! {
        <div class="top">
            <div class="grow"><h1>{t("packs.order")}</h1><p class="quiet small-text">{t("plans.text")}</p></div>
            {move || placed.with(Option::is_none).then(|| view! { <LinkButton href="/plans" label=t("order.compare") /> })}
        </div>
        <div class="column">
            {move || match placed.get() {
                Some(order) => what_next(&order),
                None => offer.view(8, form),
            }}
        </div>
    }
    .into_any()
}

/// What has been chosen.
#[derive(Clone, Copy)]
struct Choice {
    plans: StoredValue<Vec<Plan>>,
    code: RwSignal<String>,
    packs: RwSignal<i64>,
}

impl Choice {
    fn plan(self) -> Option<Plan> {
        let code = self.code.get();
        self.plans
            .with_value(|plans| plans.iter().find(|plan| plan.code == code).or(plans.first()).cloned())
    }

    fn choose(self, plan: &Plan) {
        self.code.set(plan.code.clone());
        let least = plan.minimum_packs;
        self.packs.update(|packs| *packs = (*packs).max(least));
    }

    fn set_packs(self, packs: i64) {
        let least = untrack(|| self.plan()).map_or(1, |plan| plan.minimum_packs);
        self.packs.set(packs.clamp(least, MOST_PACKS));
    }
}

fn order_form(
    organization: OrganizationId,
    plans: Vec<Plan>,
    terms: Terms,
    placed: RwSignal<Option<Order>>,
) -> AnyView {
    let asked = |name: &str| untrack(move || place::query(name));
    let wanted = asked("plan").and_then(|code| plans.iter().find(|plan| plan.code == code).cloned());
    let first = wanted.or_else(|| plans.first().cloned());
    let least = first.as_ref().map_or(1, |plan| plan.minimum_packs);
    let packs = asked("packs").and_then(|packs| packs.parse().ok()).unwrap_or(least);
    let choice = Choice {
        plans: StoredValue::new(plans.clone()),
        code: RwSignal::new(first.map(|plan| plan.code).unwrap_or_default()),
        packs: RwSignal::new(packs.clamp(least, MOST_PACKS)),
    };
    let accepted = RwSignal::new(String::new());
    let version = terms.version;
    let send = sending(move || async move {
        if accepted.get_untracked().is_empty() {
            return Err(ApiProblem::fields(&[("terms_version", "terms_not_accepted")]));
        }
        let body = PlaceOrder {
            organization_id: organization,
            plan_code: choice.code.get_untracked(),
            packs: choice.packs.get_untracked(),
            terms_version: version,
        };
        let order = contract::place_order(&body).await?;
        dom::keep_focus();
        placed.set(Some(order));
        Ok(())
    });
    let group = dom::next_id("plan");
    let options: Vec<_> = plans
        .iter()
        .map(|plan| plan_option(plan, choice, group.clone()))
        .collect();
    view! {
        <Form send=send>
            <fieldset class="plan-options"><legend>{t("plans.choose")}</legend>{options}</fieldset>
            {quantity(choice)}
            {terms_field(&terms, accepted)}
            <Place choice=choice />
        </Form>
    }
    .into_any()
}

fn plan_option(plan: &Plan, choice: Choice, group: String) -> AnyView {
    let code = plan.code.clone();
    let checked = move || choice.code.with(|chosen| *chosen == code);
    let facts = [
        t_count("plans.from_packs", plan.minimum_packs, &[]),
        t_with(
            "plans.valid",
            &[("months", &t_count("plans.months", plan.validity_months, &[]))],
        ),
        format::word("queue.", plan.queue.as_str()),
    ];
    let (name, price) = (plan.name.clone(), money(plan.price));
    let plan = plan.clone();
    view! {
        <label class="plan-option">
            <input type="radio" name=group prop:checked=checked on:change=move |_| choice.choose(&plan) />
            <span class="grow"><b>{name}</b><span class="facts">{facts.join(" · ")}</span></span>
            <span><b>{price}</b>" "<span class="quiet small-text">{t("plans.per_pack")}</span></span>
        </label>
    }
    .into_any()
}

fn quantity(choice: Choice) -> AnyView {
    let id = dom::next_id("packs");
    let typed = move |event| {
        if let Ok(packs) = event_target_value(&event).parse() {
            choice.set_packs(packs);
        }
        choice.packs.notify();
    };
    let total = move || {
        let plan = choice.plan()?;
        let packs = choice.packs.get();
        let sum = Money {
            amount_minor: plan.price.amount_minor * packs,
            ..plan.price
        };
        let hours = t_with("order.hours", &[("hours", &minutes(packs * plan.minutes_per_pack))]);
        let sum = view! { <span class="figure">{money(sum)}</span> }.into_any();
        Some(view! { {sum} " " <span class="quiet">{t("plans.total")} " · " {hours}</span> })
    };
    view! {
        <div class="quantity">
            <div class="field number">
                <label for=id.clone()>{t("plans.packs")}</label>
                <input
                    id=id
                    type="number"
                    inputmode="numeric"
                    min="1"
                    max=MOST_PACKS.to_string()
                    prop:value=move || choice.packs.get().to_string()
                    on:change=typed
                />
            </div>
            <p class="total grow" aria-live="polite">{total}</p>
        </div>
    }
    .into_any()
}

/// The text of the terms, and the box that accepts it.
fn terms_field(terms: &Terms, accepted: RwSignal<String>) -> AnyView {
    let form = use_form();
    form.register("terms_version", accepted, false, true);
    let id = dom::next_id("terms");
    let (error, label_for) = (format!("{id}-error"), id.clone());
    let accept = move |event| {
        form.mend("terms_version");
        accepted.set(if event_target_checked(&event) {
            "yes".to_owned()
        } else {
            String::new()
        })
    };
    view! {
        <div class="field">
            <h2 class="for-reader">{t("terms.title")}</h2>
            {terms_text(terms)}
            <label class="accept" for=label_for>
                <input
                    id=id
                    type="checkbox"
                    aria-describedby=error.clone()
                    aria-invalid=move || form.error("terms_version").is_some().to_string()
                    prop:checked=move || accepted.with(|accepted| !accepted.is_empty())
                    on:change=accept
                />
                <span>{t("order.terms_accept")}</span>
            </label>
            <p class="field-error" id=error>{move || form.error("terms_version")}</p>
        </div>
    }
    .into_any()
}

#[component]
fn Place(choice: Choice) -> AnyView {
    let busy = use_form().busy();
    let sum = move || {
        let plan = choice.plan()?;
        let amount_minor = plan.price.amount_minor * choice.packs.get();
        Some(money(Money {
            amount_minor,
            ..plan.price
        }))
    };
    (move || {
        let label = t_with("order.place", &[("amount", &sum().unwrap_or_default())]);
        view! { <div class="wide"><Button label=label look=Look::Primary submit=true busy=busy /></div> }
    })
    .into_any()
}

/// The order is placed: what was ordered, and the steps until the minutes are there.
fn what_next(order: &Order) -> AnyView {
    let line = t_with(
        "plans.total_line",
        &[
            ("packs", &t_count("plans.pack_count", order.packs, &[])),
            ("plan", &order.plan_name),
            ("price", &money(order.price)),
            ("hours", &minutes(order.minutes)),
        ],
    );
    let months = t_count("plans.months", order.validity_months, &[]);
    let steps = [
        t_with(
            "order.next_pay",
            &[("amount", &money(order.total)), ("number", &order.proforma_number)],
        ),
        t_with("order.next_start", &[("months", &months)]),
    ];
    let step = |text: String| view! { <li>{text}</li> }.into_any();
    let address = format!("/packs/orders/{}", order.id);
    view! {
        <Card>
            <div class="stack">
                <p class="row"><Icon name="check" /><b>{t("order.placed")}</b></p>
                <p>{line}</p>
                <h2>{t("order.next")}</h2>
                <ol class="steps">{steps.map(step).into_iter().collect_view()}</ol>
                <div class="row wrap">
                    <LinkButton
                        href=address
                        label=t("order.to_proforma")
                        look=Look::Primary
                    />
                    <LinkButton href="/packs" label=t("order.to_packs") />
                </div>
            </div>
        </Card>
    }
    .into_any()
}
