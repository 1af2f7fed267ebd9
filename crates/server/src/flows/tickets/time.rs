//! What happens to tickets by itself (section 4): questions and estimates that nobody answered, closing. Each flow may
//! run twice, or late: the second time nothing is due any more.

use daypack_domain::{
    estimate::{EstimateStatus, has_lapsed},
    event::EventKind,
    ids::TicketId,
    policy::Action,
    ticket::Status,
    workflow::{self, Mover},
};
use daypack_store::{Conn, estimates, tickets};

use super::{
    Case,
    decision::{self, Particulars},
    facts,
};
use crate::{context::Context, error::Failure};

/// How many of each kind one round of the job takes up.
const ROUND: i64 = 200;

/// Tickets to which something is due at `now`; those that wait for an answer are all looked at, for their limit comes
/// from the calendar.
///
/// # Errors
/// The database.
pub fn due(conn: &mut Conn, context: &Context) -> Result<Vec<TicketId>, Failure> {
    let lapsed = estimates::lapsed_by(conn, context.now, ROUND)?;
    let mut due: Vec<TicketId> = lapsed.into_iter().map(|estimate| estimate.ticket_id).collect();
    due.extend(
        tickets::closing_by(conn, context.now, ROUND)?
            .into_iter()
            .map(|(_, ticket_id)| ticket_id),
    );
    let asked = tickets::in_statuses(conn, None, &[Status::NeedsInfo])?;
    due.extend(asked.into_iter().map(|ticket| ticket.id));
    due.sort_unstable();
    due.dedup();
    Ok(due)
}

/// Lets happen to a ticket what is due: lapses its estimate, declines it as unanswered, closes it. Whether anything
/// was. The context's actor is the system.
///
/// # Errors
/// Those of [`Case::take`].
pub fn pass(conn: &mut Conn, context: &Context, ticket_id: TicketId) -> Result<bool, Failure> {
    let mut case = Case::take(conn, context, &ticket_id.into(), Action::MoveTicket, None)?;
    let facts = facts::of(conn, context, &case)?;
    let mut happened = false;
    if let Some(asked) = workflow::due(&facts, context.now)
        && let Some(decision) = workflow::follow(&facts, &asked, Mover::System, context.now)?
    {
        decision::apply(conn, context, &mut case, &decision, &Particulars::default())?;
        happened = true;
    }
    // A further estimate that stops nothing lapses without moving the ticket.
    if let Some(estimate) = estimates::open_of_ticket(conn, case.ticket.id)?
        && has_lapsed(estimate.valid_until, context.now)
    {
        let estimate_id = estimate.id;
        decision::close_estimate(conn, context, estimate, EstimateStatus::Lapsed, None)?;
        case.tell(context, EventKind::EstimateLapsed { estimate_id });
        happened = true;
    }
    if happened {
        case.save(conn, context)?;
    }
    Ok(happened)
}
