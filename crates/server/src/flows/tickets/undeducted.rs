//! What follows when the work on a ticket is not deducted any more (section 6): nothing is left to approve, and nothing is
//! held for it.

use daypack_domain::{
    estimate::EstimateStatus,
    event::EventKind,
    workflow::{self, Move, Via},
};
use daypack_store::{Conn, estimates};

use super::{
    Case,
    decision::{self, Particulars},
    facts,
};
use crate::{context::Context, error::Failure, flows::ledger::stamp};

/// Withdraws what is offered for a ticket in hand that is not deducted, which returns it to where the work goes on, and
/// gives back what is held for it. Minutes that were used before stay used.
///
/// # Errors
/// The database.
pub fn settle(conn: &mut Conn, context: &Context, case: &mut Case) -> Result<(), Failure> {
    let reason = case.ticket.not_billable_reason.clone();
    if let Some(estimate) = estimates::open_of_ticket(conn, case.ticket.id)? {
        let estimate_id = estimate.id;
        decision::close_estimate(conn, context, estimate, EstimateStatus::Withdrawn, reason.clone())?;
        let reason = reason.clone();
        case.tell(context, EventKind::EstimateWithdrawn { estimate_id, reason });
        let facts = facts::of(conn, context, case)?;
        let asked = Move::new(Via::WithdrawEstimate);
        if let Some(decision) = workflow::follow(&facts, &asked, case.mover(context)?, context.now)? {
            decision::apply(conn, context, case, &decision, &Particulars::default())?;
        }
    }
    let mut account = case.account(conn)?;
    let minutes = account.release(&stamp(context).because("not deducted"), case.ticket.id)?;
    case.save_account(conn, context, &mut account)?;
    if minutes > 0 {
        case.tell(context, EventKind::MinutesReleased { minutes, reason });
    }
    Ok(())
}
