//! Orders of packs (section 2): placed by the client, paid, and turned into minutes.

mod ending;
mod payment;
mod reminding;

use chrono::TimeDelta;
use daypack_api_types::order::PlaceOrder;
use daypack_domain::{
    Instant, Refusal,
    estimate::within_money,
    event::EventKind,
    ids::{OrderId, OrganizationId},
    order::{CurrentTerms, DAYS_TO_PAY, Order, OrderStatus, Placement},
    policy::{Action, may},
    problem::FieldProblem,
    terms::check_current,
};
use daypack_store::{
    After, Conn, Page, catalogue,
    orders::{self, OrderRecord},
    organizations::Organization,
};

pub use ending::{bounce, cancel, due_to_lapse, lapse};
pub use payment::{activate, confirm_payment};
pub use reminding::{remind, to_remind};
pub(super) use {
    ending::{lot_voided, payment_bounced},
    payment::{Payment, paid},
};

use super::{organizations, terms};
use crate::{context::Context, error::Failure};

/// Places an order, which keeps every term of the plan and the acceptance of the terms and conditions.
///
/// # Errors
/// `invalid` with every field that cannot be accepted: no such plan, one in another currency, too few packs, terms that
/// are not current; [`Refusal::Forbidden`] with a lower role, [`Refusal::OverLimit`] above the limit in money.
pub fn place(conn: &mut Conn, context: &Context, input: &PlaceOrder) -> Result<OrderRecord, Failure> {
    may(&context.actor, Action::PlaceOrder, input.organization_id.into())?;
    let placed_by = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("a person accepts the terms and conditions"))?;
    let organization = organizations::lock(conn, input.organization_id)?;
    let current = catalogue::current_terms(conn)?.ok_or_else(|| Failure::internal("no terms are published"))?;
    let current = CurrentTerms {
        version: current.version,
        hash: current.hash,
    };
    let plan = catalogue::current_plan(conn, &input.plan_code)?.ok_or_else(|| unknown_plan(input, &current))?;
    let placement = Placement {
        order_id: context.id(),
        organization_id: input.organization_id,
        placed_by,
        currency: organization.currency,
        plan: &plan,
        packs: input.packs,
        terms_version: input.terms_version,
    };
    let order = Order::place(&placement, &current, context.now)?;
    if let Some(membership) = context.actor.membership(input.organization_id) {
        within_money(membership, order.total)?;
    }
    let record = OrderRecord {
        order,
        accepted_address: terms::address(context),
        paid_on: None,
        confirmed_by: None,
        version: 1,
        proforma_number: orders::next_proforma_number(conn)?,
        payment_reminders: 0,
    };
    orders::insert(conn, &record)?;
    let accepted = &record.order.terms;
    terms::keep(conn, context, input.organization_id, accepted, Some(record.order.id))?;
    let kind = EventKind::OrderPlaced {
        order_id: record.order.id,
        plan_code: record.order.plan.code.to_string(),
        packs: record.order.packs,
        terms_version: record.order.terms.version.to_string(),
    };
    super::events::record(conn, context, Some(input.organization_id), [kind])?;
    Ok(record)
}

fn unknown_plan(input: &PlaceOrder, current: &CurrentTerms) -> Refusal {
    let mut problems = vec![FieldProblem::new(
        "/plan_code",
        "unknown_plan",
        "No plan on sale has this code.",
    )];
    if let Err(Refusal::Invalid(outdated)) = check_current("/terms_version", input.terms_version, current.version) {
        problems.extend(outdated);
    }
    Refusal::Invalid(problems)
}

/// An order that somebody may see, with a due lapse taken as done.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or none that the actor knows of.
pub fn find(conn: &mut Conn, context: &Context, id: OrderId) -> Result<OrderRecord, Failure> {
    let mut record = visible(conn, context, id, Action::ReadPacks)?;
    record.order.settle(context.now);
    Ok(record)
}

/// An order, for somebody who may do `action` to it.
pub(super) fn visible(conn: &mut Conn, context: &Context, id: OrderId, action: Action) -> Result<OrderRecord, Failure> {
    let record = orders::find(conn, id)?.ok_or(Refusal::NotFound)?;
    may(&context.actor, action, record.order.organization_id.into())?;
    Ok(record)
}

/// An order for a write: its organization is locked, and it is as the last write left it.
pub(super) fn take(
    conn: &mut Conn,
    context: &Context,
    id: OrderId,
    action: Action,
) -> Result<(Organization, OrderRecord), Failure> {
    let seen = visible(conn, context, id, action)?;
    let organization = organizations::lock(conn, seen.order.organization_id)?;
    let record = orders::find(conn, id)?.ok_or(Refusal::NotFound)?;
    Ok((organization, record))
}

/// Saves a changed order, which is locked by its organization.
fn save(conn: &mut Conn, record: &mut OrderRecord) -> Result<(), Failure> {
    let before = record.version;
    record.version += 1;
    if !orders::update(conn, record)? {
        // Nobody changes an order without the lock of its organization.
        return Err(Failure::internal(format!(
            "the order {} was not at version {before}",
            record.order.id
        )));
    }
    Ok(())
}

/// Orders, newest first, with due lapses taken as done; of one organization, or of all that the actor knows of.
///
/// # Errors
/// [`Refusal::NotFound`] for an organization that the actor does not know of.
pub fn page(
    conn: &mut Conn,
    context: &Context,
    organization_id: Option<OrganizationId>,
    status: Option<OrderStatus>,
    after: Option<After<OrderId>>,
    limit: i64,
) -> Result<Page<OrderRecord>, Failure> {
    let only = match organization_id {
        None => organizations::visible_to(&context.actor),
        Some(id) => {
            may(&context.actor, Action::ReadPacks, id.into())?;
            daypack_store::organizations::find(conn, id)?.ok_or(Refusal::NotFound)?;
            Some(vec![id])
        }
    };
    let page = match status {
        None => orders::page(conn, only.as_deref(), after, limit)?,
        Some(status) => {
            let stand = (status, lapsed_before(context.now));
            orders::page_of_status(conn, only.as_deref(), stand, after, limit)?
        }
    };
    Ok(page.map(|mut record| {
        record.order.settle(context.now);
        record
    }))
}

/// Orders placed until then that are not paid have lapsed.
fn lapsed_before(now: Instant) -> Instant {
    now - TimeDelta::days(DAYS_TO_PAY)
}
