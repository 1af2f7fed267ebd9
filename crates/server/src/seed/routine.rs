//! What Daypack does by itself while the demo data passes: the flows of its jobs, at the instants at which they run.

use daypack_domain::Instant;
use daypack_store::Conn;

use super::{
    people::Client,
    world::{World, system_context},
};
use crate::{
    error::Failure,
    flows::{ledger, orders, statements, tickets::time},
};

/// Tickets close, estimates and orders lapse, lots expire.
pub(super) fn night(conn: &mut Conn, world: &World, step: usize, now: Instant, client: Client) -> Result<(), Failure> {
    let context = system_context(step, now);
    for ticket_id in time::due(conn, &context)? {
        time::pass(conn, &context, ticket_id)?;
    }
    for order_id in orders::due_to_lapse(conn, &context)? {
        orders::lapse(conn, &context, order_id)?;
    }
    ledger::expire_due(conn, &context, world.organization_id(client)?)?;
    Ok(())
}

/// The summary of the week that has ended.
pub(super) fn monday(
    conn: &mut Conn,
    world: &World,
    step: usize,
    now: Instant,
    client: Client,
    base_url: &str,
) -> Result<(), Failure> {
    let context = system_context(step, now);
    let organization_id = world.organization_id(client)?;
    for (week, _) in statements::missing(conn, &context, organization_id)? {
        statements::freeze(conn, &context, organization_id, week.first_day, base_url)?;
    }
    Ok(())
}
