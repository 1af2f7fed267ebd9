//! One order: what it is, what to do about it now, and how it went.

use daypack_api_types::order::{Order, Proforma};
use daypack_domain::policy::Action;
use leptos::prelude::*;

use super::{
    online::pay_online,
    order_forms::{self, Act},
    orders::{payable, possible_acts, standing, tone},
    proforma::proforma,
};
use crate::{
    api::{account, contract, orders},
    components::{Button, Card, Dialog, Look, Remote, Tag, use_toasts},
    dom,
    format::{self, date, minutes, money, word},
    i18n::{t, t_count, t_with},
    pages::{desk::parts::fact, terms_text::terms_text},
    routes::parameter,
    session::use_session,
};

/// The order of the address.
pub fn placed() -> AnyView {
    dom::name_screen(&t("order.one"));
    let id = StoredValue::new(parameter("id"));
    let order = Remote::load(move || {
        let id = id.get_value();
        async move { orders::order(&id).await }
    });
    let proforma = Remote::load(move || {
        let id = id.get_value();
        async move { orders::proforma(&id).await }
    });
    let online = Remote::load(|| async { account::installation().await.map(|about| about.online_payment) });
    order.view(8, move |shown| {
        untrack(move || {
            page(
                Page {
                    order,
                    proforma,
                    online,
                },
                &shown,
            )
        })
    })
}

/// What the screen is made from.
#[derive(Clone, Copy)]
struct Page {
    order: Remote<Order>,
    proforma: Remote<Proforma>,
    online: Remote<bool>,
}

fn page(page: Page, order: &Order) -> AnyView {
    let session = use_session();
    let back = if session.is_staff() {
        view! { <a class="link" href=format!("/clients/{}/packs", order.organization_id)>{order.organization_name.clone()}</a> }
    } else {
        view! { <a class="link" href="/packs".to_owned()>{t("nav.packs")}</a> }
    };
    let title = format!(
        "{} · {}",
        order.plan_name,
        t_count("plans.pack_count", order.packs, &[])
    );
    view! {
        <div class="top">
            <div class="grow">
                <p class="quiet small-text path">{back}</p>
                <h1>{title}</h1>
                <p class="row small wrap">
                    <Tag text=word("order.status.", order.status.as_str()) tone=tone(order.status) />
                    <span class="quiet small-text">{standing(order)}</span>
                </p>
            </div>
        </div>
        <div class="cols">
            <div class="stack wide-gap">{next(page, order)} {page.proforma.view(6, proforma)}</div>
            <aside class="stack wide-gap">{course(order)} {accepted(order)}</aside>
        </div>
    }
    .into_any()
}

/// What happens now, and what can be done about it.
fn next(page: Page, order: &Order) -> AnyView {
    let acts = acts(page, order);
    if !payable(order) {
        return acts;
    }
    let (id, steps) = (order.id, how_to_pay(order));
    let may_pay = untrack(move || use_session().may(Action::PlaceOrder.as_str()));
    let online = move || {
        (may_pay && page.online.get() == Some(true)).then(|| view! { <div class="wide">{pay_online(id)}</div> })
    };
    view! {
        <Card title=t("order.next")>
            <div class="stack">
                {steps}
                {online}
                {acts}
            </div>
        </Card>
    }
    .into_any()
}

/// What to pay until when, and what happens then; or has happened, where the minutes came before the payment.
fn how_to_pay(order: &Order) -> AnyView {
    let (amount, number) = (money(order.total), &order.proforma_number);
    if let Some(due) = order.payment_due_on {
        let values = [("amount", amount.as_str()), ("number", number), ("date", &date(due))];
        return view! { <p>{t_with("order.next_due", &values)}</p> }.into_any();
    }
    let months = t_count("plans.months", order.validity_months, &[]);
    let steps = [
        t_with("order.next_pay", &[("amount", &amount), ("number", number)]),
        t_with("order.next_start", &[("months", &months)]),
    ];
    let step = |text: String| view! { <li>{text}</li> }.into_any();
    view! { <ol class="steps">{steps.map(step).into_iter().collect_view()}</ol> }.into_any()
}

fn acts(page: Page, order: &Order) -> AnyView {
    let toasts = use_toasts();
    let (doing, open) = (RwSignal::new(None::<(Act, Order)>), RwSignal::new(false));
    let done = Callback::new(move |sentence: String| {
        open.set(false);
        toasts.say(sentence);
        page.order.reload();
        page.proforma.reload();
    });
    let possible = possible_acts(order);
    if possible.is_empty() {
        return ().into_any();
    }
    let buttons: Vec<_> = possible
        .into_iter()
        .map(|act| {
            let order = order.clone();
            let press = Callback::new(move |()| {
                doing.set(Some((act, order.clone())));
                open.set(true);
            });
            let look = if act == Act::Confirm {
                Look::Primary
            } else {
                Look::Plain
            };
            view! { <Button label=act.title() look=look on_click=press /> }.into_any()
        })
        .collect();
    let dialog = move || {
        let (act, order) = doing.get()?;
        let title = act.title();
        let content = move || order_forms::form(act, order.clone(), done);
        Some(view! { <Dialog title=title open=open>{content()}</Dialog> })
    };
    view! { <div class="row wrap">{buttons}</div> {dialog} }.into_any()
}

/// How it went.
fn course(order: &Order) -> AnyView {
    let at = |key: &str, instant: Option<chrono::DateTime<chrono::Utc>>| {
        instant.map(|instant| fact(t(key), format::instant_in_full(instant)))
    };
    let facts = [
        Some(fact(t("order.who"), order.placed_by.name.clone())),
        at("order.placed_at", Some(order.placed_at)),
        at("order.paid_at", order.paid_at),
        order.paid_on.map(|on| fact(t("payment.paid_on"), date(on))),
        order
            .payment_reference
            .clone()
            .map(|reference| fact(t("payment.reference"), reference)),
        at("order.activated_at", order.activated_at),
        order.payment_due_on.map(|on| fact(t("order.due_on"), date(on))),
        at("order.bounced_at", order.bounced_at),
        at("order.lapses_at", order.lapses_at),
        Some(fact(t("order.minutes"), minutes(order.minutes))),
        order
            .lot
            .as_ref()
            .map(|lot| fact(t("lot.last_day"), date(lot.expires_on))),
    ];
    view! {
        <Card title=t("order.course")><dl class="facts">{facts.into_iter().flatten().collect_view()}</dl></Card>
    }
    .into_any()
}

/// The terms that were accepted, word for word, and the proof of it.
fn accepted(order: &Order) -> AnyView {
    let version = order.terms_version;
    let terms = Remote::load(move || async move {
        let all = contract::terms().await?;
        Ok(all.into_iter().find(|terms| terms.version == version))
    });
    let (by, hash) = (order.placed_by.name.clone(), order.terms_hash.clone());
    let who = t_with(
        "terms.accepted_by",
        &[("name", &by), ("time", &format::instant_in_full(order.placed_at))],
    );
    view! {
        <Card title=t("terms.title")>
            <div class="stack">
                <p class="small-text">{who}</p>
                {terms.view(1, |terms| terms.map_or_else(|| ().into_any(), |terms| terms_text(&terms)))}
                <p class="quiet small-text hash">{t_with("terms.hash", &[("hash", &hash)])}</p>
            </div>
        </Card>
    }
    .into_any()
}
