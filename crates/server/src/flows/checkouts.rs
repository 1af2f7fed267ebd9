//! Paying an order through a provider (section 2): a page to pay on, and what the provider tells us afterwards. Told
//! twice is once.

use chrono::TimeDelta;
use daypack_domain::{Refusal, ids::OrderId, order::Order, policy::Action};
use daypack_store::{
    Conn,
    orders::{self, OrderRecord},
    organizations::Organization,
    payments::{self, Checkout, PaymentEvent},
};

use super::{
    orders::{Payment, paid, payment_bounced, take, visible},
    organizations,
};
use crate::{
    context::Context,
    error::Failure,
    jobs::{Task, enqueue},
    payments::{CheckoutRequest, News, StartedCheckout, Told},
};

/// A page is only given again as long as somebody can still pay on it in peace.
const TIME_TO_PAY: TimeDelta = TimeDelta::minutes(10);

/// What paying an order needs.
#[derive(Debug, Clone)]
pub enum Prepared {
    /// There is a page already.
    Open(Checkout),
    /// The provider is to be asked for one.
    Ask(CheckoutRequest),
}

/// What to ask the provider for; the page that is there already, if there is one. The client returns to an address that
/// begins with `base_url`.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; `already_paid`, `order_cancelled`, `order_lapsed`,
/// `payment_bounced`.
pub fn prepare(
    conn: &mut Conn,
    context: &Context,
    provider: &str,
    base_url: &str,
    id: OrderId,
) -> Result<Prepared, Failure> {
    let mut record = visible(conn, context, id, Action::PlaceOrder)?;
    record.order.check_payable(context.now)?;
    let known = payments::checkouts_of(conn, id)?;
    let open = known
        .iter()
        .find(|known| known.provider == provider && known.expires_at > context.now + TIME_TO_PAY);
    if let Some(open) = open {
        return Ok(Prepared::Open(open.clone()));
    }
    let organization = daypack_store::organizations::find(conn, record.order.organization_id)?;
    let organization = organization.ok_or(Refusal::NotFound)?;
    Ok(Prepared::Ask(request(
        &record.order,
        &organization,
        base_url,
        known.len(),
    )))
}

/// It depends on nothing but the order and how many pages there were, so that two who ask at once get the same page.
fn request(order: &Order, organization: &Organization, base_url: &str, tries: usize) -> CheckoutRequest {
    CheckoutRequest {
        order_id: order.id,
        idempotency_key: format!("daypack-{}-{tries}", order.id),
        description: format!("{} ({})", order.plan.name, organization.name),
        price: order.plan.total(1),
        packs: order.packs,
        locale: organization.locale.clone(),
        success_url: format!("{base_url}/packs?paid={}", order.id),
        cancel_url: format!("{base_url}/packs?unpaid={}", order.id),
    }
}

/// Keeps the page that the provider made.
///
/// # Errors
/// As [`prepare`]: the order may have changed meanwhile.
pub fn started(
    conn: &mut Conn,
    context: &Context,
    provider: &str,
    id: OrderId,
    page: &StartedCheckout,
) -> Result<Checkout, Failure> {
    let (organization, mut record) = take(conn, context, id, Action::PlaceOrder)?;
    record.order.check_payable(context.now)?;
    let started_by = context.actor.user_id();
    let checkout = Checkout {
        provider: provider.to_owned(),
        session_id: page.session_id.clone(),
        organization_id: organization.id,
        order_id: id,
        url: page.url.clone(),
        payment_id: None,
        started_by: started_by.ok_or_else(|| Refusal::forbidden("a person goes to pay"))?,
        created_at: context.now,
        expires_at: page.expires_at,
    };
    payments::insert_checkout(conn, &checkout)?;
    Ok(checkout)
}

/// Asks for the pages of an order to be ended: it is not to be paid on them any more.
///
/// # Errors
/// The database.
pub(super) fn give_up(conn: &mut Conn, context: &Context, order_id: OrderId) -> Result<(), Failure> {
    if payments::has_open_checkout(conn, order_id, context.now)? {
        enqueue(conn, context, &Task::EndCheckouts { order_id }, context.now)?;
    }
    Ok(())
}

/// The pages of a provider on which an order could still be paid, though it is not to be paid any more.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such order.
pub fn to_end(conn: &mut Conn, context: &Context, provider: &str, id: OrderId) -> Result<Vec<String>, Failure> {
    let mut record = orders::find(conn, id)?.ok_or(Refusal::NotFound)?;
    if record.order.check_payable(context.now).is_ok() {
        return Ok(Vec::new());
    }
    let known = payments::checkouts_of(conn, id)?.into_iter();
    let open = known.filter(|known| known.provider == provider && known.expires_at > context.now);
    Ok(open.map(|known| known.session_id).collect())
}

/// What became of something that a provider told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It counts.
    Done(OrderId),
    /// It was told before.
    Known,
    /// It is about nothing of ours, or changes nothing.
    Nothing,
}

/// Does what follows from something that the provider told. The same event again has no further effect.
///
/// # Errors
/// `payment_mismatch` when the provider took something else than what the order costs; `already_paid`,
/// `order_cancelled`, `order_lapsed`, `payment_bounced` when the money came for nothing. Nothing has changed then, and
/// somebody has to look.
pub fn told(conn: &mut Conn, context: &Context, provider: &str, told: &Told) -> Result<Effect, Failure> {
    let checkout = match &told.news {
        News::Paid { session_id, .. } | News::Failed { session_id } => payments::checkout(conn, provider, session_id)?,
        News::TakenBack { payment_id, .. } => payments::checkout_of_payment(conn, provider, payment_id)?,
        News::Other => None,
    };
    // Others may use the same account of the provider.
    let Some(checkout) = checkout else {
        return Ok(Effect::Nothing);
    };
    let organization = organizations::lock(conn, checkout.organization_id)?;
    if payments::is_known(conn, provider, &told.event_id)? {
        return Ok(Effect::Known);
    }
    let mut record = orders::find(conn, checkout.order_id)?.ok_or(Refusal::NotFound)?;
    let changed = match &told.news {
        News::Paid { payment_id, .. } => {
            check_match(&told.news, &record.order)?;
            pay(
                conn,
                context,
                &organization,
                &mut record,
                &checkout,
                payment_id.as_deref(),
            )?;
            true
        }
        News::Failed { .. } => {
            let reason = "The provider says that the payment did not come.";
            undo(conn, context, &organization, &mut record, &checkout, reason)?
        }
        News::TakenBack { reason, .. } => {
            let reason = format!("The provider says that the payment was taken back: {reason}");
            undo(conn, context, &organization, &mut record, &checkout, &reason)?
        }
        News::Other => false,
    };
    let event = PaymentEvent {
        provider: provider.to_owned(),
        event_id: told.event_id.clone(),
        organization_id: organization.id,
        order_id: checkout.order_id,
        received_at: context.now,
    };
    payments::insert_event(conn, &event)?;
    Ok(if changed {
        Effect::Done(checkout.order_id)
    } else {
        Effect::Nothing
    })
}

fn check_match(news: &News, order: &Order) -> Result<(), Refusal> {
    let News::Paid { order_id, amount, .. } = news else {
        return Ok(());
    };
    if *order_id == Some(order.id) && *amount == Some(order.total) {
        return Ok(());
    }
    let detail = "what was paid is not what this order costs, or it names another order";
    Err(Refusal::conflict("payment_mismatch", detail))
}

fn pay(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    record: &mut OrderRecord,
    checkout: &Checkout,
    payment_id: Option<&str>,
) -> Result<(), Failure> {
    if let Some(payment_id) = payment_id {
        payments::note_payment(conn, &checkout.provider, &checkout.session_id, payment_id)?;
    }
    let payment = Payment {
        reference: payment_id.unwrap_or(&checkout.session_id),
        paid_on: None,
        expected_version: None,
    };
    paid(conn, context, organization, record, payment)?;
    Ok(())
}

/// Takes a payment back if it is the one that the order was paid with; gives whether it was.
fn undo(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    record: &mut OrderRecord,
    checkout: &Checkout,
    reason: &str,
) -> Result<bool, Failure> {
    let order = &record.order;
    let reference = checkout.payment_id.as_deref().unwrap_or(&checkout.session_id);
    let counts = order.payment_reference.as_deref() == Some(reference) && order.bounced_at.is_none();
    if counts {
        payment_bounced(conn, context, organization, record, reason)?;
    }
    Ok(counts)
}
