//! Reminders of payments, where the minutes of an order started before its payment (section 2): when it is due, and once
//! more a week later.

use chrono::TimeDelta;
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::OrderId,
    order::{DAYS_TO_PAY, DAYS_TO_REMINDERS},
    policy::ClientRole,
};
use daypack_store::{Conn, events, orders};

use super::save;
use crate::{
    context::Context,
    error::Failure,
    flows::{events::fell_due, members, organizations},
    mail::{notice, outbox},
};

/// How many orders one visit of the job takes up.
const AT_ONCE: i64 = 100;

/// Orders whose payment is due and that have had fewer reminders than there are, for the job that visits each.
///
/// # Errors
/// The database.
pub fn to_remind(conn: &mut Conn, context: &Context) -> Result<Vec<OrderId>, Failure> {
    let before = context.now - TimeDelta::days(DAYS_TO_PAY);
    let all = i64::try_from(DAYS_TO_REMINDERS.len()).unwrap_or(i64::MAX);
    let owed = orders::owed_since(conn, before, all, AT_ONCE)?.into_iter();
    let due = owed.filter(|record| {
        let due = record.order.payment_reminders(context.now);
        due.is_some_and(|(number, _)| number > record.payment_reminders)
    });
    Ok(due.map(|record| record.order.id).collect())
}

/// Reminds the owners of a payment that is due, with links that begin with `base_url`. Gives whether it did: twice has
/// the effect of once, and of reminders that were missed only the last one goes out.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such order.
pub fn remind(conn: &mut Conn, context: &Context, id: OrderId, base_url: &str) -> Result<bool, Failure> {
    let organization_id = orders::find(conn, id)?.ok_or(Refusal::NotFound)?.order.organization_id;
    let organization = organizations::lock(conn, organization_id)?;
    let mut record = orders::find(conn, id)?.ok_or(Refusal::NotFound)?;
    let due = record.order.payment_reminders(context.now);
    let due = due.filter(|(number, _)| *number > record.payment_reminders);
    let (Some((reminder, at)), Some(due_at)) = (due, record.order.payment_due_at()) else {
        return Ok(false);
    };
    record.payment_reminders = reminder;
    save(conn, &mut record)?;
    let told = EventKind::PaymentReminded {
        order_id: id,
        reminder,
        due_at,
    };
    events::append(conn, Some(organization_id), vec![fell_due(context, None, at, told)])?;
    let due_on = organizations::zone_of(&organization)?.date_at(due_at);
    for owner in members::readers(conn, context, organization_id, ClientRole::Owner)? {
        let mail = notice::payment_mail(&owner, &organization, &record, due_on, base_url)?;
        outbox::post(conn, context, Some(organization_id), &mail)?;
    }
    Ok(true)
}
