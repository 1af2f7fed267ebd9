//! What a provider tells us of payments (section 2), each thing once. Money that came for nothing changes no order; it is
//! kept, and those on the staff who confirm payments are told what to do.

use daypack_domain::{Refusal, event::EventKind, ids::OrderId, money::Money};
use daypack_store::{
    Conn,
    orders::{self, OrderRecord},
    organizations::Organization,
    payments::{self, Checkout, PaymentEvent},
};

use super::give_up;
use crate::{
    context::Context,
    error::Failure,
    flows::{
        events,
        orders::{Payment, paid, payment_bounced},
        organizations, staff,
    },
    mail::{
        notice::{Unexpected, unexpected_payment_mail},
        outbox,
    },
    payments::{News, Told},
};

/// What became of something that a provider told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It counts.
    Done(OrderId),
    /// Money came for nothing, and the staff were told. With why, as a code.
    Unexpected(OrderId, &'static str),
    /// It was told before.
    Known,
    /// It is about nothing of ours, or changes nothing.
    Nothing,
}

/// The page that something was told of, with its order, for a write.
struct Page {
    organization: Organization,
    record: OrderRecord,
    checkout: Checkout,
}

/// Money, as the provider tells of it.
struct Arrived<'a> {
    /// The provider's id of the payment.
    payment_id: Option<&'a str>,
    /// The order that the provider names.
    named: Option<OrderId>,
    amount: Option<Money>,
}

/// Does what follows from something that the provider told; links in mails begin with `base_url`. The same event again
/// has no further effect. Money that does not count, because the order is paid, has ended or costs something else, leaves
/// the order as it is: an event of the organization and a mail to the staff say so, once for each payment.
///
/// # Errors
/// The database.
pub fn told(
    conn: &mut Conn,
    context: &Context,
    provider: &str,
    told: &Told,
    base_url: &str,
) -> Result<Effect, Failure> {
    // Others may use the same account of the provider.
    let Some(seen) = checkout_of(conn, provider, &told.news)? else {
        return Ok(Effect::Nothing);
    };
    let organization = organizations::lock(conn, seen.organization_id)?;
    if payments::is_known(conn, provider, &told.event_id)? {
        return Ok(Effect::Known);
    }
    let checkout = payments::checkout(conn, provider, &seen.session_id)?.ok_or(Refusal::NotFound)?;
    let record = orders::find(conn, checkout.order_id)?.ok_or(Refusal::NotFound)?;
    let mut kept = PaymentEvent {
        provider: provider.to_owned(),
        event_id: told.event_id.clone(),
        organization_id: organization.id,
        order_id: checkout.order_id,
        received_at: context.now,
        payment_reference: None,
        refused_because: None,
    };
    let mut page = Page {
        organization,
        record,
        checkout,
    };
    let effect = match &told.news {
        News::Paid {
            payment_id,
            order_id,
            amount,
            ..
        } => {
            let money = Arrived {
                payment_id: payment_id.as_deref(),
                named: *order_id,
                amount: *amount,
            };
            page.take(conn, context, &money, &mut kept, base_url)?
        }
        News::Pending { .. } => page.wait(conn, context)?,
        News::Failed { .. } => {
            page.settle(conn, context)?;
            page.undo(conn, context, "The provider says that the payment did not come.")?
        }
        News::TakenBack { reason, .. } => {
            let reason = format!("The provider says that the payment was taken back: {reason}");
            page.undo(conn, context, &reason)?
        }
        News::Other => Effect::Nothing,
    };
    payments::insert_event(conn, &kept)?;
    Ok(effect)
}

fn checkout_of(conn: &mut Conn, provider: &str, news: &News) -> Result<Option<Checkout>, Failure> {
    Ok(match news {
        News::Paid { session_id, .. } | News::Pending { session_id } | News::Failed { session_id } => {
            payments::checkout(conn, provider, session_id)?
        }
        News::TakenBack { payment_id, .. } => payments::checkout_of_payment(conn, provider, payment_id)?,
        News::Other => None,
    })
}

impl Page {
    /// Money came: it counts, or `kept` says why it does not.
    fn take(
        &mut self,
        conn: &mut Conn,
        context: &Context,
        money: &Arrived<'_>,
        kept: &mut PaymentEvent,
        base_url: &str,
    ) -> Result<Effect, Failure> {
        let reference = money.payment_id.unwrap_or(&self.checkout.session_id).to_owned();
        self.settle(conn, context)?;
        let order = &self.record.order;
        match order.check_money(&reference, money.named, money.amount, context.now) {
            Ok(()) => self.pay(conn, context, &reference, money.payment_id),
            Err(Refusal::Conflict { code, .. }) => {
                let came = Unexpected {
                    provider: &kept.provider,
                    reference: &reference,
                    amount: money.amount,
                    code,
                };
                let effect = self.came_for_nothing(conn, context, &came, base_url)?;
                kept.payment_reference = Some(reference);
                kept.refused_because = Some(code.to_owned());
                Ok(effect)
            }
            Err(other) => Err(other.into()),
        }
    }

    /// The money counts: the order is paid with it, unless it was before.
    fn pay(
        &mut self,
        conn: &mut Conn,
        context: &Context,
        reference: &str,
        payment_id: Option<&str>,
    ) -> Result<Effect, Failure> {
        let payment = Payment {
            reference,
            paid_on: None,
            expected_version: None,
        };
        paid(conn, context, &self.organization, &mut self.record, payment)?;
        if let Some(payment_id) = payment_id {
            payments::note_payment(conn, &self.checkout.provider, &self.checkout.session_id, payment_id)?;
        }
        give_up(conn, context, self.record.order.id)?;
        Ok(Effect::Done(self.record.order.id))
    }

    /// A payment is under way: until it is known how it ended, nobody is to begin another one. The provider may tell of
    /// the end first.
    fn wait(&self, conn: &mut Conn, context: &Context) -> Result<Effect, Failure> {
        let page = &self.checkout;
        if page.pending_since.is_some() || page.settled_at.is_some() {
            return Ok(Effect::Nothing);
        }
        payments::note_pending(conn, &page.provider, &page.session_id, context.now)?;
        give_up(conn, context, page.order_id)?;
        Ok(Effect::Done(page.order_id))
    }

    /// The provider said how a payment ended.
    fn settle(&self, conn: &mut Conn, context: &Context) -> Result<(), Failure> {
        let page = &self.checkout;
        Ok(payments::note_settled(
            conn,
            &page.provider,
            &page.session_id,
            context.now,
        )?)
    }

    /// Tells of money that does not count, once for each payment.
    fn came_for_nothing(
        &self,
        conn: &mut Conn,
        context: &Context,
        came: &Unexpected<'_>,
        base_url: &str,
    ) -> Result<Effect, Failure> {
        let order_id = self.record.order.id;
        if payments::was_refused(conn, order_id, came.provider, came.reference)? {
            return Ok(Effect::Nothing);
        }
        let kind = EventKind::PaymentUnexpected {
            order_id,
            provider: came.provider.to_owned(),
            payment_reference: came.reference.to_owned(),
            amount: came.amount,
            code: came.code.to_owned(),
        };
        events::record(conn, context, Some(self.organization.id), [kind])?;
        for user in staff::confirming_payments(conn)? {
            let mail = unexpected_payment_mail(&user, &self.organization, &self.record, came, base_url)?;
            outbox::post(conn, context, Some(self.organization.id), &mail)?;
        }
        Ok(Effect::Unexpected(order_id, came.code))
    }

    /// Takes a payment back if it is the one that the order was paid with.
    fn undo(&mut self, conn: &mut Conn, context: &Context, reason: &str) -> Result<Effect, Failure> {
        let (order, page) = (&self.record.order, &self.checkout);
        let reference = page.payment_id.as_deref().unwrap_or(&page.session_id);
        if order.payment_reference.as_deref() != Some(reference) || order.bounced_at.is_some() {
            return Ok(Effect::Nothing);
        }
        payment_bounced(conn, context, &self.organization, &mut self.record, reason)?;
        Ok(Effect::Done(self.record.order.id))
    }
}
