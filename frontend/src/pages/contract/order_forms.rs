//! What can be done to an order: confirming its payment, starting it before that, taking it back, cancelling it.

use daypack_api_types::order::{BounceOrder, CancelOrder, ConfirmPayment, Order};
use daypack_domain::{order::OrderStatus, policy::Action};
use leptos::prelude::*;

use crate::{
    api::orders,
    components::{Form, Look, TextArea, TextField, sending},
    format::{minutes, money},
    i18n::{t, t_with},
    pages::desk::parts::{filled, submit, text_signal},
    zone,
};

/// Something that is done to an order.
#[derive(Clone, Copy, PartialEq)]
pub enum Act {
    /// The money came.
    Confirm,
    /// The minutes start before the money comes.
    Activate,
    /// Nobody will pay it.
    Cancel,
    /// The money went back.
    Bounce,
}

impl Act {
    /// All of them, the likeliest first.
    pub const ALL: [Self; 4] = [Self::Confirm, Self::Activate, Self::Cancel, Self::Bounce];

    /// What it is called, as a verb.
    pub fn title(self) -> String {
        t(match self {
            Self::Confirm => "payment.confirm",
            Self::Activate => "order.activate",
            Self::Cancel => "order.cancel",
            Self::Bounce => "order.bounce",
        })
    }

    /// Who may.
    pub const fn right(self) -> Action {
        match self {
            Self::Confirm | Self::Bounce => Action::ConfirmPayment,
            Self::Activate => Action::ActivateUnpaid,
            Self::Cancel => Action::CancelOrder,
        }
    }

    /// Whether this order allows it, as far as the page can tell.
    pub fn possible(self, order: &Order) -> bool {
        let unpaid = order.paid_at.is_none() && order.bounced_at.is_none();
        let open = order.status == OrderStatus::Placed;
        match self {
            Self::Confirm => unpaid && (open || order.status == OrderStatus::Activated),
            Self::Activate => open && unpaid,
            Self::Cancel => open && unpaid,
            Self::Bounce => {
                order.bounced_at.is_none() && matches!(order.status, OrderStatus::Paid | OrderStatus::Activated)
            }
        }
    }
}

/// The form of an act; `done` hears the sentence to say.
pub fn form(act: Act, order: Order, done: Callback<String>) -> AnyView {
    match act {
        Act::Confirm => confirm(order, done),
        Act::Activate => activate(order, done),
        Act::Cancel => cancel(order, done),
        Act::Bounce => bounce(order, done),
    }
}

fn sentence(order: &Order) -> String {
    t_with(
        "payment.sentence",
        &[
            ("client", &order.organization_name),
            ("plan", &order.plan_name),
            ("amount", &money(order.total)),
            ("time", &minutes(order.minutes)),
        ],
    )
}

fn confirm(order: Order, done: Callback<String>) -> AnyView {
    let id = order.id;
    let (reference, paid_on) = (text_signal(""), text_signal(""));
    let send = sending(move || async move {
        let body = ConfirmPayment {
            payment_reference: reference.get_untracked().trim().to_owned(),
            paid_on: filled(paid_on).and_then(|day| zone::parse(&day)).map(|day| day.date()),
        };
        orders::confirm_payment(id, &body).await?;
        done.run(t("payment.confirmed"));
        Ok(())
    });
    view! {
        <p>{sentence(&order)}</p>
        <Form send=send>
            <TextField
                label=t("payment.reference")
                name="payment_reference"
                value=reference
                hint=t("payment.reference_hint")
                required=true
            />
            <TextField label=t("payment.paid_on") name="paid_on" value=paid_on kind="date" />
            {submit(t("payment.confirm"), Look::Primary)}
        </Form>
    }
    .into_any()
}

fn activate(order: Order, done: Callback<String>) -> AnyView {
    let id = order.id;
    let send = sending(move || async move {
        orders::activate(id).await?;
        done.run(t("order.activated_now"));
        Ok(())
    });
    view! {
        <p>{sentence(&order)}</p>
        <p class="quiet small-text">{t("order.activate_text")}</p>
        <Form send=send>{submit(t("order.activate"), Look::Primary)}</Form>
    }
    .into_any()
}

fn cancel(order: Order, done: Callback<String>) -> AnyView {
    let id = order.id;
    let reason = text_signal("");
    let send = sending(move || async move {
        orders::cancel(id, &CancelOrder { reason: filled(reason) }).await?;
        done.run(t("order.cancelled_now"));
        Ok(())
    });
    view! {
        <p>{sentence(&order)}</p>
        <Form send=send>
            <TextArea label=t("reason.label") name="reason" value=reason rows=2 />
            {submit(t("order.cancel"), Look::Danger)}
        </Form>
    }
    .into_any()
}

fn bounce(order: Order, done: Callback<String>) -> AnyView {
    let id = order.id;
    let reason = text_signal("");
    let send = sending(move || async move {
        let body = BounceOrder {
            reason: reason.get_untracked().trim().to_owned(),
        };
        orders::bounce(id, &body).await?;
        done.run(t("order.bounced_now"));
        Ok(())
    });
    view! {
        <p>{sentence(&order)}</p>
        <p class="quiet small-text">{t("order.bounce_text")}</p>
        <Form send=send>
            <TextArea label=t("reason.label") name="reason" value=reason hint=t("lot.reason_hint") rows=2 required=true />
            {submit(t("order.bounce"), Look::Danger)}
        </Form>
    }
    .into_any()
}
