//! Ending pages of the payment provider, once the order that could be paid on them is not to be paid any more, or
//! not while a payment is under way.

use daypack_domain::{Instant, ids::OrderId};

use super::{Fault, read};
use crate::{app::App, error::Failure, flows::checkouts};

/// Asks the provider to end each page that is still open. Twice has the effect of once.
pub(super) fn end(app: &App, order_id: OrderId, now: Instant) -> Result<(), Fault> {
    let Some(provider) = app.payments.as_deref() else {
        return Ok(());
    };
    let open = read(app, now, |conn, context| {
        checkouts::to_end(conn, context, provider.name(), order_id)
    })?;
    if open.is_empty() {
        return Ok(());
    }
    // Jobs run on a thread of their own, where nothing else waits for answers from the network.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::internal(format!("nothing can be asked of others: {error}")))?;
    for session_id in open {
        let ended = runtime.block_on(provider.end_checkout(&session_id));
        ended.map_err(|failure| Fault::Retry(format!("the page {session_id} was not ended: {failure}")))?;
    }
    Ok(())
}
