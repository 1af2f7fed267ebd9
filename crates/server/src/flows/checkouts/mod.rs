//! Paying an order through a provider (section 2): a page to pay on, and what the provider tells us afterwards. Told
//! twice is once.

mod told;

use chrono::TimeDelta;
use daypack_domain::{Instant, Refusal, ids::OrderId, order::Order, policy::Action};
use daypack_store::{
    Conn, orders,
    organizations::Organization,
    payments::{self, Checkout},
};

pub use told::{Effect, told};

use super::orders::{take, visible};
use crate::{
    context::Context,
    error::Failure,
    jobs::{Task, enqueue},
    payments::{CheckoutRequest, StartedCheckout},
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
/// `payment_bounced`; `payment_pending` while a payment that takes days is under way.
pub fn prepare(
    conn: &mut Conn,
    context: &Context,
    provider: &str,
    base_url: &str,
    id: OrderId,
) -> Result<Prepared, Failure> {
    let mut record = visible(conn, context, id, Action::PlaceOrder)?;
    let known = payments::checkouts_of(conn, id)?;
    record
        .order
        .check_payable_online(context.now, known.iter().any(Checkout::is_pending))?;
    if let Some(open) = usable(&known, provider, context.now) {
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

/// The page on which somebody can pay in peace. Those that were there while a payment was under way are of no more use:
/// they were ended, lest the order be paid twice.
fn usable<'a>(known: &'a [Checkout], provider: &str, now: Instant) -> Option<&'a Checkout> {
    let last_settled = known.iter().filter_map(|page| page.settled_at).max();
    known.iter().find(|page| {
        page.provider == provider
            && page.is_open(now + TIME_TO_PAY)
            && last_settled.is_none_or(|settled| page.created_at >= settled)
    })
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
    let under_way = payments::checkouts_of(conn, id)?.iter().any(Checkout::is_pending);
    record.order.check_payable_online(context.now, under_way)?;
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
        pending_since: None,
        settled_at: None,
    };
    payments::insert_checkout(conn, &checkout)?;
    Ok(checkout)
}

/// Asks for the pages of an order to be ended: it is not to be paid on them any more, or not while a payment is under
/// way.
///
/// # Errors
/// The database.
pub(super) fn give_up(conn: &mut Conn, context: &Context, order_id: OrderId) -> Result<(), Failure> {
    if payments::has_open_checkout(conn, order_id, context.now)? {
        enqueue(conn, context, &Task::EndCheckouts { order_id }, context.now)?;
    }
    Ok(())
}

/// The pages of a provider on which an order could still be paid, though it is not to be paid any more, or not while a
/// payment is under way.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such order.
pub fn to_end(conn: &mut Conn, context: &Context, provider: &str, id: OrderId) -> Result<Vec<String>, Failure> {
    let mut record = orders::find(conn, id)?.ok_or(Refusal::NotFound)?;
    let known = payments::checkouts_of(conn, id)?;
    let under_way = known.iter().any(Checkout::is_pending);
    if record.order.check_payable_online(context.now, under_way).is_ok() {
        return Ok(Vec::new());
    }
    let open = known
        .into_iter()
        .filter(|page| page.provider == provider && page.is_open(context.now));
    Ok(open.map(|page| page.session_id).collect())
}
