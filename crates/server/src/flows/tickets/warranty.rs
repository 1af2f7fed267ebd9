//! Warranty (section 6): a fault that came back within the warranty days is not deducted, if the lead says so.

use daypack_domain::{
    Refusal,
    event::EventKind,
    policy::Action,
    ticket::Status,
    warranty::Recurrence,
    workflow::{self, Move, Via},
};
use daypack_store::{
    Conn, links,
    tickets::{self, Ticket},
    warranties::{self, Warranty},
};

use super::{
    Case, TicketKey,
    decision::{self, Particulars},
    facts, undeducted,
};
use crate::{
    context::Context,
    error::Failure,
    flows::{organizations, work::returning},
};

/// The lead's decision about a recurrence. A yes takes the work out of the bill, gives back what was billed and held,
/// and lets the work start where it waited for an approval.
///
/// # Errors
/// Those of [`Case::take`]; `no_recurrence` without a link; `already_accepted`; those of [`Recurrence::check`];
/// `invalid` for a no without a reason.
pub fn decide(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    accepted: bool,
    reason: Option<&str>,
) -> Result<Case, Failure> {
    let mut case = Case::take(conn, context, key, Action::DecideWarranty, expected)?;
    let decided_by = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("this needs a lead"))?;
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if !accepted && reason.is_none() {
        return Err(Refusal::field("/reason", "required", "Say why it is not under warranty.").into());
    }
    if warranties::find(conn, case.ticket.id)?.is_some_and(|before| before.accepted) {
        return Err(Refusal::conflict("already_accepted", "This ticket is under warranty already.").into());
    }
    let original = original(conn, &case, accepted)?;
    let reference = format!("{}-{}", case.organization.prefix, original.number);
    let warranty = Warranty {
        ticket_id: case.ticket.id,
        organization_id: case.organization.id,
        original_id: original.id,
        accepted,
        reason: reason.map(str::to_owned),
        decided_by,
        decided_at: context.now,
    };
    warranties::save(conn, &warranty)?;
    let returned_minutes = if accepted {
        take_out_of_the_bill(conn, context, &mut case, &reference)?
    } else {
        0
    };
    case.tell(
        context,
        EventKind::WarrantyDecided {
            accepted,
            reason: warranty.reason,
            original_reference: reference,
            returned_minutes,
        },
    );
    if accepted {
        start(conn, context, &mut case)?;
    }
    case.save(conn, context)
}

/// The ticket whose fault came back: of several the one that was closed last. A yes needs one within the days.
fn original(conn: &mut Conn, case: &Case, accepted: bool) -> Result<Ticket, Failure> {
    let originals = links::originals(conn, case.ticket.id)?;
    let Some((id, closed_at)) = originals.first().copied() else {
        let detail = "Link the ticket first to the one that it is a recurrence of.";
        return Err(Refusal::conflict("no_recurrence", detail).into());
    };
    if accepted {
        let zone = organizations::zone_of(&case.organization)?;
        let recurrence = Recurrence {
            kind: case.ticket.kind,
            opened_on: zone.date_at(case.ticket.created_at),
            original_closed_on: closed_at.map(|at| zone.date_at(at)),
            warranty_days: case.organization.settings.warranty_days,
        };
        recurrence.check()?;
    }
    Ok(tickets::find(conn, id)?.ok_or(Refusal::NotFound)?)
}

fn take_out_of_the_bill(conn: &mut Conn, context: &Context, case: &mut Case, reference: &str) -> Result<i64, Failure> {
    let reason = format!("Under warranty: the fault of {reference} came back.");
    let returned = returning::give_back(conn, context, case, &reason)?;
    case.ticket.billable = false;
    case.ticket.not_billable_reason = Some(reason);
    Ok(returned)
}

/// There is nothing left to approve: an open estimate is withdrawn, and the work may start.
fn start(conn: &mut Conn, context: &Context, case: &mut Case) -> Result<(), Failure> {
    undeducted::settle(conn, context, case)?;
    if !facts::before_approval(case.ticket.status) || case.ticket.severity.is_none() {
        return Ok(());
    }
    let facts = facts::of(conn, context, case)?;
    let mover = case.mover(context)?;
    let asked = Move::new(Via::Transition);
    let decision = workflow::decide(&facts, Status::Diagnosing, &asked, mover, context.now)?;
    decision::apply(conn, context, case, &decision, &Particulars::default())
}
