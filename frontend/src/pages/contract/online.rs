//! Paying online: the way to the payment provider, and what became of it when it leads back.

use std::time::Duration;

use daypack_api_types::order::Order;
use daypack_domain::{ids::OrderId, policy::Action};
use leptos::{prelude::*, task::spawn_local};

use super::{
    orders::{pay_by, payable},
    side::Side,
};
use crate::{
    api::orders,
    components::{Button, Icon, LinkButton, Look, Remote, use_toasts},
    format::{date, minutes, money, word},
    i18n::{t, t_with},
    place,
};

/// How often the order is looked at while the provider has not told us of the payment, and how many times.
const LOOK_EVERY: Duration = Duration::from_secs(2);
const LOOKS: u32 = 60;

/// Leads to the payment provider.
pub fn pay_online(id: OrderId) -> AnyView {
    let (toasts, busy) = (use_toasts(), RwSignal::new(false));
    let pay = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            match orders::checkout(id).await {
                Ok(checkout) => {
                    let _ = window().location().set_href(&checkout.url);
                }
                Err(problem) => {
                    toasts.fail(&problem);
                    busy.try_set(false);
                }
            }
        });
    });
    view! { <Button label=t("order.pay_online") look=Look::Primary busy=busy on_click=pay /> }.into_any()
}

/// What became of a payment, where the provider has just led back from it: the address names the order, `?paid=` after
/// a payment and `?unpaid=` without one. `revision` grows once minutes have come.
pub fn returned(side: Side, revision: RwSignal<u32>) -> AnyView {
    let asked = |name: &str| untrack(move || place::query(name)).filter(|_| !side.staff);
    let (id, paid) = match (asked("paid"), asked("unpaid")) {
        (Some(id), _) => (id, true),
        (None, Some(id)) => (id, false),
        (None, None) => return ().into_any(),
    };
    let id = StoredValue::new(id);
    let order = Remote::load(move || {
        let id = id.get_value();
        async move { orders::order(&id).await }
    });
    if paid {
        wait_for(order, revision);
    }
    // An order that is not theirs, or none at all, is not worth a word.
    let news = move || order.get().map(|order| news(side, &order, paid));
    view! { <div role="status">{news}</div> }.into_any()
}

/// The provider tells us apart from the browser, and perhaps later: looks again until it has.
fn wait_for(order: Remote<Order>, revision: RwSignal<u32>) {
    let looks = StoredValue::new(LOOKS);
    let look = move || {
        if looks.get_value() > 0 {
            looks.update_value(|looks| *looks -= 1);
            order.reload();
        }
    };
    let Ok(timer) = set_interval_with_handle(look, LOOK_EVERY) else {
        return;
    };
    on_cleanup(move || timer.clear());
    Effect::new(move |waited: Option<bool>| {
        let waited = waited.unwrap_or(false);
        match order.get() {
            None => waited,
            Some(order) if payable(&order) => true,
            Some(_) => {
                timer.clear();
                if waited {
                    revision.update(|revision| *revision += 1);
                }
                false
            }
        }
    });
}

/// Whether its minutes came before its payment.
fn on_credit(order: &Order) -> bool {
    order
        .activated_at
        .is_some_and(|activated| order.paid_at.is_none_or(|paid| activated < paid))
}

fn news(side: Side, order: &Order, paid: bool) -> AnyView {
    let values = [
        ("plan", order.plan_name.clone()),
        ("amount", money(order.total)),
        ("time", minutes(order.minutes)),
        (
            "date",
            order
                .payment_due_on
                .map(date)
                .or_else(|| pay_by(order))
                .unwrap_or_default(),
        ),
        ("status", word("order.status.", order.status.as_str())),
    ];
    let say = |key: &str| t_with(key, &values.each_ref().map(|(name, text)| (*name, text.as_str())));
    let until = order
        .lot
        .as_ref()
        .map(|lot| t_with("packs.until", &[("date", &date(lot.expires_on))]));
    let waits = payable(order);
    // Where the minutes are there already, only the payment is news.
    let (waiting, not, done) = match on_credit(order) {
        true => ("paid.waits_due", "paid.not_due", "paid.done_due"),
        false => ("paid.waits", "paid.not", "paid.done"),
    };
    let (icon, title, text) = match (waits, paid) {
        (true, true) => ("timer", t("paid.waits_title"), say(waiting)),
        (true, false) => ("alert", t("paid.not_title"), say(not)),
        (false, _) if order.paid_at.is_some() => ("check", t("paid.done_title"), say(done)),
        (false, _) => ("alert", t("paid.over_title"), say("paid.over")),
    };
    let until = until.filter(|_| order.paid_at.is_some() && !on_credit(order));
    let pay = (waits && !paid && side.may(Action::PlaceOrder)).then(|| pay_online(order.id));
    view! {
        <section class="card soft returned">
            <div class="pad row wrap">
                <Icon name=icon />
                <div class="grow">
                    <h2>{title}</h2>
                    <p class="small-text">{text} " " {until.map(|until| view! { <span class="quiet">"("{until}")"</span> })}</p>
                </div>
                <LinkButton href=format!("/packs/orders/{}", order.id) label=t("paid.order") />
                {pay}
            </div>
        </section>
    }
    .into_any()
}
