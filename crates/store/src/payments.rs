//! Payments through a provider: where clients were sent to pay, and what the provider said about it.

use crate::row::row;
use crate::schema::{checkouts, payment_events};
use crate::types::Col;
use crate::{Conn, Result};
use daypack_domain::Instant;
use daypack_domain::ids::{OrderId, OrganizationId, UserId};
use diesel::prelude::*;

row! {
    /// A page of the provider on which an order can be paid.
    Checkout in checkouts {
        /// The provider's word.
        provider: String,
        /// The provider's id of it.
        session_id: String,
        /// Who pays.
        organization_id: OrganizationId,
        /// For what.
        order_id: OrderId,
        /// Where.
        url: String,
        /// The provider's id of the payment, once it is known: disputes name only that.
        payment_id: Option<String>,
        /// Who went there.
        started_by: UserId,
        /// When.
        created_at: Instant,
        /// Until when it can be used.
        expires_at: Instant,
        /// Since when a payment that takes days is under way, if one was begun.
        pending_since: Option<Instant>,
        /// When the provider said how the payment ended, whether the money came or not.
        settled_at: Option<Instant>,
    }
}

impl Checkout {
    /// Whether somebody can still begin to pay on it at `now`.
    #[must_use]
    pub fn is_open(&self, now: Instant) -> bool {
        self.pending_since.is_none() && self.settled_at.is_none() && self.expires_at > now
    }

    /// Whether a payment is under way of which the provider has not said how it ended.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.pending_since.is_some() && self.settled_at.is_none()
    }
}

row! {
    /// Something that a provider said about a payment of ours.
    PaymentEvent in payment_events {
        /// The provider's word.
        provider: String,
        /// The provider's id of it.
        event_id: String,
        /// Whose order.
        organization_id: OrganizationId,
        /// Which order.
        order_id: OrderId,
        /// When it came.
        received_at: Instant,
        /// The payment, where its money came for nothing.
        payment_reference: Option<String>,
        /// Why it came for nothing, as a code.
        refused_because: Option<String>,
    }
}

/// Adds a checkout. One that is there stays as it is: a provider gives the same one again for the same request. Under
/// [`crate::organizations::lock`].
///
/// # Errors
/// The database fails.
pub fn insert_checkout(conn: &mut Conn, new: &Checkout) -> Result<()> {
    match checkout(conn, &new.provider, &new.session_id)? {
        Some(_) => Ok(()),
        None => new.insert_row(conn),
    }
}

/// The checkouts of an order, newest first.
///
/// # Errors
/// The database fails.
pub fn checkouts_of(conn: &mut Conn, order: OrderId) -> Result<Vec<Checkout>> {
    let query = checkouts::table
        .filter(checkouts::order_id.eq(Col(order)))
        .order((checkouts::created_at.desc(), checkouts::session_id.desc()));
    Ok(query.select(Checkout::as_select()).load(conn)?)
}

/// Whether there is a page on which somebody can still begin to pay an order at `now`.
///
/// # Errors
/// The database fails.
pub fn has_open_checkout(conn: &mut Conn, order: OrderId, now: Instant) -> Result<bool> {
    let open = checkouts::table
        .filter(checkouts::order_id.eq(Col(order)))
        .filter(checkouts::expires_at.gt(Col(now)))
        .filter(checkouts::pending_since.is_null())
        .filter(checkouts::settled_at.is_null());
    Ok(open
        .select(checkouts::session_id)
        .first::<String>(conn)
        .optional()?
        .is_some())
}

/// A checkout of a provider.
///
/// # Errors
/// The database fails.
pub fn checkout(conn: &mut Conn, provider: &str, session_id: &str) -> Result<Option<Checkout>> {
    let query = checkouts::table.find((provider, session_id));
    Ok(query.select(Checkout::as_select()).first(conn).optional()?)
}

/// The checkout that led to a payment.
///
/// # Errors
/// The database fails.
pub fn checkout_of_payment(conn: &mut Conn, provider: &str, payment_id: &str) -> Result<Option<Checkout>> {
    let query = checkouts::table
        .filter(checkouts::provider.eq(provider))
        .filter(checkouts::payment_id.eq(payment_id));
    Ok(query.select(Checkout::as_select()).first(conn).optional()?)
}

/// Notes the provider's id of the payment that a checkout led to.
///
/// # Errors
/// The database fails.
pub fn note_payment(conn: &mut Conn, provider: &str, session_id: &str, payment_id: &str) -> Result<()> {
    diesel::update(checkouts::table.find((provider, session_id)))
        .set(checkouts::payment_id.eq(payment_id))
        .execute(conn)?;
    Ok(())
}

/// Notes since when a payment is under way.
///
/// # Errors
/// The database fails.
pub fn note_pending(conn: &mut Conn, provider: &str, session_id: &str, since: Instant) -> Result<()> {
    diesel::update(checkouts::table.find((provider, session_id)))
        .set(checkouts::pending_since.eq(Col(Some(since))))
        .execute(conn)?;
    Ok(())
}

/// Notes when the provider said how the payment on a page ended.
///
/// # Errors
/// The database fails.
pub fn note_settled(conn: &mut Conn, provider: &str, session_id: &str, at: Instant) -> Result<()> {
    diesel::update(checkouts::table.find((provider, session_id)))
        .set(checkouts::settled_at.eq(Col(Some(at))))
        .execute(conn)?;
    Ok(())
}

/// Whether it was noted before that the money of this payment came for nothing.
///
/// # Errors
/// The database fails.
pub fn was_refused(conn: &mut Conn, order: OrderId, provider: &str, payment_reference: &str) -> Result<bool> {
    let query = payment_events::table
        .filter(payment_events::order_id.eq(Col(order)))
        .filter(payment_events::provider.eq(provider))
        .filter(payment_events::payment_reference.eq(payment_reference))
        .filter(payment_events::refused_because.is_not_null());
    Ok(query
        .select(payment_events::event_id)
        .first::<String>(conn)
        .optional()?
        .is_some())
}

/// Whether this was said before.
///
/// # Errors
/// The database fails.
pub fn is_known(conn: &mut Conn, provider: &str, event_id: &str) -> Result<bool> {
    let query = payment_events::table.find((provider, event_id));
    Ok(query
        .select(payment_events::event_id)
        .first::<String>(conn)
        .optional()?
        .is_some())
}

/// Notes what was said.
///
/// # Errors
/// The database fails, also when it was said before.
pub fn insert_event(conn: &mut Conn, event: &PaymentEvent) -> Result<()> {
    event.insert_row(conn)
}
