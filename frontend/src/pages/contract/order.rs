//! Ordering packs: plan, quantity, total, terms, and what happens next.

use daypack_api_types::{
    order::{Order, PlaceOrder},
    plan::{Plan, Terms},
};
use daypack_domain::ids::OrganizationId;
use leptos::prelude::*;

use crate::{
    api::{ApiProblem, catalogue, contract},
    components::{Button, Card, EmptyState, Form, Icon, LinkButton, Look, Remote, sending, use_form},
    dom, format,
    format::{minutes, money},
    i18n::{t, t_count, t_with},
    pages::{
        public::choice::{Choice, packs_field, per_pack, remarks},
        terms_text::terms_text,
    },
    place,
    session::use_session,
};

/// The order form, and after it what happens next.
pub fn order() -> AnyView {
    dom::name_screen(&t("packs.order"));
    match untrack(move || use_session().membership()) {
        Some(membership) => screen(membership.organization_id),
        None => place::elsewhere("/clients"),
    }
}

/// What an organization may be sold.
#[derive(Clone)]
struct Offer {
    /// The plans on sale, in any currency.
    plans: Vec<Plan>,
    /// What the organization pays in.
    currency: String,
    /// The terms in force.
    terms: Option<Terms>,
}

fn screen(organization: OrganizationId) -> AnyView {
    let offer = Remote::load(move || async move {
        let terms = contract::terms().await?;
        Ok(Offer {
            plans: catalogue::plans().await?,
            currency: contract::organization(&organization.to_string()).await?.currency,
            terms: terms.into_iter().find(|terms| terms.current),
        })
    });
    let placed = RwSignal::new(None::<Order>);
    let form = move |offer: Offer| {
        let (plans, others) = sold_in(offer.plans, &offer.currency);
        let Some(terms) = offer.terms.filter(|_| use_session().may("place_order")) else {
            return view! { <EmptyState title=t("order.cannot_title") text=t("order.cannot_text") icon="pack" /> }
                .into_any();
        };
        let asked = untrack(move || place::query("plan"));
        let find = |plans: &[Plan]| plans.iter().find(|plan| Some(&plan.code) == asked.as_ref()).cloned();
        let Some(first) = find(&plans).or_else(|| plans.first().cloned()) else {
            let values = [("currency", offer.currency.as_str())];
            let (title, text) = (
                t_with("order.none_sold_title", &values),
                t_with("order.none_sold_text", &values),
            );
            return view! { <EmptyState title=title text=text icon="pack" /> }.into_any();
        };
        let elsewhere = find(&others).map(|plan| {
            let values = [("plan", plan.name.as_str()), ("currency", offer.currency.as_str())];
            view! { <p class="notice">{t_with("order.other_currency", &values)}</p> }
        });
        let packs = untrack(move || place::query("packs")).and_then(|packs| packs.parse().ok());
        let choice = Choice::new(plans, &first, packs.filter(|_| elsewhere.is_none()));
        view! { <div class="stack">{elsewhere} {order_form(organization, choice, terms, placed)}</div> }.into_any()
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

/// The plans in this currency, and the others.
fn sold_in(plans: Vec<Plan>, currency: &str) -> (Vec<Plan>, Vec<Plan>) {
    plans
        .into_iter()
        .partition(|plan| plan.price.currency.as_str() == currency)
}

fn order_form(organization: OrganizationId, choice: Choice, terms: Terms, placed: RwSignal<Option<Order>>) -> AnyView {
    let accepted = RwSignal::new(String::new());
    let version = terms.version;
    let send = sending(move || async move {
        if accepted.get_untracked().is_empty() {
            return Err(ApiProblem::fields(&[("terms_version", "terms_not_accepted")]));
        }
        let (plan, packs) = untrack(move || (choice.plan(), choice.packs()));
        let body = PlaceOrder {
            organization_id: organization,
            plan_code: plan.map(|plan| plan.code).unwrap_or_default(),
            packs,
            terms_version: version,
        };
        let order = contract::place_order(&body).await?;
        dom::keep_focus();
        placed.set(Some(order));
        Ok(())
    });
    let group = dom::next_id("plan");
    let option = |plan: &Plan| plan_option(plan, choice, group.clone());
    let options: Vec<_> = choice.with_plans(|plans| plans.iter().map(option).collect());
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
    let checked = move || choice.is(&code);
    let facts = [
        t_count("plans.from_packs", plan.minimum_packs, &[]),
        t_with(
            "plans.valid",
            &[("months", &t_count("plans.months", plan.validity_months, &[]))],
        ),
        format::word("queue.", plan.queue.as_str()),
    ];
    let (name, price, for_what) = (plan.name.clone(), money(plan.price), per_pack(plan));
    let plan = plan.clone();
    view! {
        <label class="plan-option">
            <input type="radio" name=group prop:checked=checked on:change=move |_| choice.choose(&plan) />
            <span class="grow"><b>{name}</b><span class="facts">{facts.join(" · ")}</span></span>
            <span><b>{price}</b>" "<span class="quiet small-text">{for_what}</span></span>
        </label>
    }
    .into_any()
}

fn quantity(choice: Choice) -> AnyView {
    let total = move || {
        let minutes = minutes(choice.packs() * choice.plan()?.minutes_per_pack);
        let hours = t_with("order.hours", &[("hours", &minutes)]);
        let sum = view! { <span class="figure">{money(choice.total()?)}</span> }.into_any();
        Some(view! { {sum} " " <span class="quiet">{t("plans.total")} " · " {hours}</span> })
    };
    view! {
        <div>
            <div class="quantity">{packs_field(choice)} <p class="total grow" aria-live="polite">{total}</p></div>
            <div aria-live="polite">{remarks(choice)}</div>
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
    (move || {
        let label = t_with(
            "order.place",
            &[("amount", &choice.total().map(money).unwrap_or_default())],
        );
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
