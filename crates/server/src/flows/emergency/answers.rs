//! What the owners say about an emergency, and what the lead decides about a dispute (section 6).

use daypack_domain::{Refusal, emergency::EmergencyStatus, event::EventKind, policy::Action};
use daypack_store::{
    Conn,
    emergencies::{self, Emergency},
    estimates,
};

use super::{find, tell};
use crate::{
    context::Context,
    error::Failure,
    flows::{
        tickets::{Case, TicketKey, undeducted},
        work::returning,
    },
};

/// Takes a ticket that is an emergency into hand.
fn take(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    action: Action,
    expected: Option<i64>,
) -> Result<(Case, Emergency), Failure> {
    let case = Case::take(conn, context, key, action, expected)?;
    let emergency = find(conn, case.ticket.id)?.ok_or_else(|| {
        let detail = "No work on this ticket began under the emergency clause.";
        Refusal::conflict("no_emergency", detail)
    })?;
    Ok((case, emergency))
}

/// An owner says that it was right.
///
/// # Errors
/// Those of [`Case::take`]; `no_emergency`; those of [`EmergencyStatus::check_answerable`].
pub fn confirm(conn: &mut Conn, context: &Context, key: &TicketKey, expected: Option<i64>) -> Result<Case, Failure> {
    let (mut case, mut emergency) = take(conn, context, key, Action::AnswerEmergency, expected)?;
    emergency.status.check_answerable()?;
    emergency.status = EmergencyStatus::Confirmed;
    emergency.answered_by = context.actor.user_id();
    emergency.answered_at = Some(context.now);
    emergencies::save(conn, &emergency)?;
    case.tell(context, EventKind::EmergencyConfirmed {});
    case.save(conn, context)
}

/// An owner says that it was none; the lead decides.
///
/// # Errors
/// As [`confirm`]; `invalid` without a reason.
pub fn dispute(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    reason: &str,
) -> Result<Case, Failure> {
    let (mut case, mut emergency) = take(conn, context, key, Action::AnswerEmergency, expected)?;
    emergency.status.check_answerable()?;
    let reason = reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Refusal::field("/reason", "required", "Say why it was no emergency.").into());
    }
    emergency.status = EmergencyStatus::Disputed;
    emergency.answered_by = context.actor.user_id();
    emergency.answered_at = Some(context.now);
    emergency.dispute_reason = Some(reason.clone());
    emergencies::save(conn, &emergency)?;
    case.tell(context, EventKind::EmergencyDisputed { reason });
    tell(conn, context, &emergency)?;
    case.save(conn, context)
}

/// The lead decides about a dispute. What is upheld was not billable: what no yes covers goes back, what was
/// borrowed of it is no longer owed, and what was approved stays.
///
/// # Errors
/// Those of [`Case::take`]; `no_emergency`; those of [`EmergencyStatus::check_disputed`]; `invalid` for a rejection
/// without a reason.
pub fn settle(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    upheld: bool,
    reason: Option<&str>,
) -> Result<Case, Failure> {
    let (mut case, mut emergency) = take(conn, context, key, Action::SettleEmergency, expected)?;
    emergency.status.check_disputed()?;
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if !upheld && reason.is_none() {
        return Err(Refusal::field("/reason", "required", "Say why the work stays billable.").into());
    }
    emergency.status = if upheld {
        EmergencyStatus::Upheld
    } else {
        EmergencyStatus::Rejected
    };
    emergency.settled_by = context.actor.user_id();
    emergency.settled_at = Some(context.now);
    emergency.settlement = reason.map(str::to_owned);
    emergencies::save(conn, &emergency)?;
    let mut returned_minutes = 0;
    if upheld {
        returned_minutes = uphold(conn, context, &mut case)?;
    }
    case.tell(
        context,
        EventKind::EmergencySettled {
            upheld,
            reason: reason.map(str::to_owned),
            returned_minutes,
        },
    );
    case.save(conn, context)
}

/// Gives back what was taken without a yes. Without any approval nothing of the ticket is deducted from now on.
fn uphold(conn: &mut Conn, context: &Context, case: &mut Case) -> Result<i64, Failure> {
    let because = "disputed emergency";
    let approved = estimates::in_force(conn, case.ticket.id)?;
    if !approved.is_empty() {
        return returning::give_back_unapproved(conn, context, case, &approved, because);
    }
    let returned_minutes = returning::give_back(conn, context, case, because)?;
    case.ticket.billable = false;
    case.ticket.not_billable_reason = Some("Disputed as an emergency, and upheld.".to_owned());
    undeducted::settle(conn, context, case)?;
    Ok(returned_minutes)
}
