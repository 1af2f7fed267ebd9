//! The plan chooser: what each plan is for, what a quantity costs, and which plan fits the work to be expected.

use daypack_api_types::plan::Plan;
use daypack_domain::{money::Money, plan::MOST_PACKS, ticket::QueueLevel};
use leptos::prelude::*;

use super::{
    PublicFrame,
    choice::{Choice, packs_field, per_pack, remarks, saved_per_pack},
    recommendation::recommend,
};
use crate::{
    api::catalogue,
    components::{Button, Icon, LinkButton, Look, Remote, Tag, Tone},
    dom,
    format::{minutes, money, word},
    i18n::{t, t_count, t_with},
    session::{Standing, use_session},
};

/// The slider's end, where the plan is sold in no more than half of that; the number field takes more.
const SLIDER_END: i64 = 40;

/// Plans, quantity, total.
pub fn plans() -> AnyView {
    dom::name_screen(&t("plans.title"));
    let plans = Remote::load(catalogue::plans);
    view! {
        <PublicFrame>
            <div class="intro"><h1>{t("plans.heading")}</h1><p>{t("plans.text")}</p></div>
            {plans.view(8, chooser)}
        </PublicFrame>
    }
    .into_any()
}

fn chooser(plans: Vec<Plan>) -> AnyView {
    let Some(first) = plans.get(plans.len() / 2) else {
        return view! { <p class="quiet">{t("plans.none")}</p> }.into_any();
    };
    let choice = Choice::new(plans.clone(), first, None);
    let group = dom::next_id("plan");
    let cards: Vec<_> = plans
        .into_iter()
        .map(|plan| plan_card(plan, choice, group.clone()))
        .collect();
    view! {
        <fieldset class="plans"><legend class="for-reader">{t("plans.choose")}</legend>{cards}</fieldset>
        <div class="cols even">
            <section class="card"><header><h2>{t("plans.how_many")}</h2></header>{quantity(choice)}</section>
            <section class="card soft"><header><h2>{t("plans.advice_title")}</h2></header>{advice(choice)}</section>
        </div>
    }
    .into_any()
}

fn plan_card(plan: Plan, choice: Choice, group: String) -> AnyView {
    let kept = StoredValue::new(plan.clone());
    let is_chosen = move || kept.with_value(|plan| choice.is(&plan.code));
    let choose = move |_| kept.with_value(|plan| choice.choose(plan));
    let least = plan.minimum_packs;
    let (price, for_what) = (money(plan.price), per_pack(&plan));
    let months = |count| t_count("plans.months", count, &[]);
    let extension = match plan.extension_months {
        Some(count) => t_with("plans.extension", &[("months", &months(count))]),
        None => t("plans.no_extension"),
    };
    let description = plan.description;
    let tone = match plan.queue {
        QueueLevel::Standard => Tone::Plain,
        _ => Tone::Good,
    };
    let fact = |icon: &'static str, text: String| view! { <li><Icon name=icon />{text}</li> }.into_any();
    view! {
        <label class="card plan" class:chosen=is_chosen>
            <span class="row">
                <input type="radio" name=group prop:checked=is_chosen on:change=choose />
                <span class="plan-name">{plan.name}</span>
                <span class="grow"></span>
                <Tag text=word("queue.", plan.queue.as_str()) tone=tone />
            </span>
            <span class="price"><span class="amount">{price}</span>" "<span class="quiet">{for_what}</span></span>
            <span class="quiet">{description}</span>
            <ul class="facts">
                {fact("timer", t_count("plans.shown_hours", plan.shown_hours, &[]))}
                {fact("pack", t_count("plans.from_packs", least, &[]))}
                {fact("calendar", t_with("plans.valid", &[("months", &months(plan.validity_months))]))}
                {fact("refresh", extension)}
            </ul>
        </label>
    }
    .into_any()
}

fn quantity(choice: Choice) -> AnyView {
    let slider = dom::next_id("packs");
    let moved = move |event| {
        if let Ok(packs) = event_target_value(&event).parse() {
            choice.set_packs(packs);
        }
    };
    let end = move || choice.least().saturating_mul(2).clamp(SLIDER_END, MOST_PACKS);
    view! {
        <div class="pad under-heading stack">
            <div class="quantity">
                <label class="for-reader" for=slider.clone()>{t("plans.packs")}</label>
                <input
                    id=slider
                    type="range"
                    min=move || choice.least().to_string()
                    max=move || end().to_string()
                    prop:value=move || choice.packs().min(end()).to_string()
                    aria-valuetext=move || t_count("plans.pack_count", choice.packs(), &[])
                    on:input=moved
                />
                {packs_field(choice)}
            </div>
            <div aria-live="polite">{move || total(choice)} {remarks(choice)}</div>
            {way_on(choice)}
        </div>
    }
    .into_any()
}

/// The sum, and what it saves against the plan for single packs.
fn total(choice: Choice) -> AnyView {
    let Some(plan) = choice.plan() else {
        return ().into_any();
    };
    let packs = choice.packs();
    let sum = choice.total().map(money);
    let saved = Money {
        amount_minor: choice.with_plans(|plans| saved_per_pack(plans, &plan)) * packs,
        ..plan.price
    };
    let line = t_with(
        "plans.total_line",
        &[
            ("packs", &t_count("plans.pack_count", packs, &[])),
            ("plan", &plan.name),
            ("price", &money(plan.price)),
            ("hours", &minutes(packs * plan.minutes_per_pack)),
        ],
    );
    view! {
        <p class="total"><span class="figure">{sum}</span> " " <span class="quiet">{t("plans.total")}</span></p>
        <p class="quiet">{line}</p>
        {(saved.amount_minor > 0).then(|| {
            view! { <p><Tag text=t_with("plans.saved", &[("amount", &money(saved))]) tone=Tone::Good /></p> }
        })}
    }
    .into_any()
}

/// The order of what was chosen: at once for people who may, after signing in for the others.
fn way_on(choice: Choice) -> AnyView {
    let session = use_session();
    let signed_in = Memo::new(move |_| matches!(session.standing(), Standing::SignedIn(_)));
    let order = move || {
        let code = choice.plan().map(|plan| plan.code).unwrap_or_default();
        format!("/packs/order?plan={code}&packs={}", choice.packs())
    };
    (move || {
        if !signed_in.get() {
            let next = String::from(js_sys::encode_uri_component(&order()));
            return view! {
                <div class="wide">
                    <LinkButton href=format!("/login?next={next}") label=t("plans.sign_in") look=Look::Primary />
                </div>
                <p class="quiet small-text">{t("plans.terms_note")}</p>
            }
            .into_any();
        }
        let may = !session.is_staff() && session.may("place_order");
        may.then(|| {
            view! {
                <div class="wide"><LinkButton href=order() label=t("plans.order_these") look=Look::Primary /></div>
            }
        })
        .into_any()
    })
    .into_any()
}

/// Asks for the hours to be expected and says what fits.
fn advice(choice: Choice) -> AnyView {
    let hours = RwSignal::new(8_i64);
    let id = dom::next_id("hours");
    let typed = move |event| {
        if let Ok(typed) = event_target_value(&event).parse::<i64>() {
            hours.set(typed.clamp(1, 2000));
        }
    };
    let found = Memo::new(move |_| choice.with_plans(|plans| recommend(plans, hours.get())));
    let sentence = move || {
        let advice = found.get()?;
        let packs = advice.packs;
        let plan = choice.find(&advice.code)?;
        let values = [
            ("packs", t_count("plans.pack_count", packs, &[])),
            ("hours", minutes(packs * plan.minutes_per_pack)),
            ("plan", plan.name),
            ("months", t_count("plans.months", plan.validity_months, &[])),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let why = word("plans.why.", advice.reason.as_str());
        let lasts = advice
            .lasts_months
            .map(|months| t_with("plans.lasts", &[("months", &t_count("plans.months", months, &[]))]));
        let said = [Some(t_with("plans.advice", &values)), Some(why), lasts];
        Some(said.into_iter().flatten().collect::<Vec<_>>().join(" "))
    };
    let take = Callback::new(move |()| {
        let advice = found.get_untracked();
        if let Some((plan, packs)) = advice.and_then(|advice| Some((choice.find(&advice.code)?, advice.packs))) {
            choice.take(&plan, packs);
        }
    });
    view! {
        <div class="pad under-heading stack">
            <div class="field number">
                <label for=id.clone()>{t("plans.hours_label")}</label>
                <input
                    id=id
                    type="number"
                    inputmode="numeric"
                    min="1"
                    max="2000"
                    prop:value=move || hours.get().to_string()
                    on:input=typed
                />
            </div>
            <p aria-live="polite">{sentence}</p>
            <div><Button label=t("plans.take_advice") on_click=take /></div>
        </div>
    }
    .into_any()
}
