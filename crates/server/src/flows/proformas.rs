//! Proformas (section 2): what is to be paid for an order, by whom, to whom.

use daypack_domain::{Refusal, ids::OrderId, policy::Action};
use daypack_store::{
    Conn,
    orders::OrderRecord,
    organizations::{self, Organization},
};

use super::{
    orders,
    settings::{self, Seller},
};
use crate::{context::Context, error::Failure};

/// What a proforma is made of. Seller and buyer are as they are today, so that an address can still be put right; what
/// was sold is as it was sold.
#[derive(Debug, Clone)]
pub struct Parts {
    /// What was sold.
    pub record: OrderRecord,
    /// Who buys.
    pub buyer: Organization,
    /// Who sells.
    pub seller: Seller,
}

/// Everything that an order's proforma says.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such order, or none that the actor knows of.
pub fn read(conn: &mut Conn, context: &Context, id: OrderId) -> Result<Parts, Failure> {
    let mut record = orders::visible(conn, context, id, Action::ReadPacks)?;
    record.order.settle(context.now);
    let buyer = organizations::find(conn, record.order.organization_id)?.ok_or(Refusal::NotFound)?;
    Ok(Parts {
        record,
        buyer,
        seller: settings::seller(conn)?,
    })
}
