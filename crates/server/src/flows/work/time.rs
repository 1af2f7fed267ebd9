//! Time worked: rounded for the ticket as a whole, consumed from its holds, and taken back (section 3).

use chrono::NaiveDate;
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::TimeEntryId,
    policy::{Action, may},
    work::{Activity, check_billable},
    zone::Zone,
};
use daypack_store::{
    Conn,
    time_entries::{self, TimeEntry},
};

use super::{
    billing::{self, Way},
    returning,
};
use crate::{
    context::Context,
    error::Failure,
    flows::{
        estimates::standing,
        ledger::stamp,
        tickets::{Case, TicketKey, facts},
    },
};

/// Time to log.
#[derive(Debug, Clone)]
pub struct LogTime {
    /// Minutes really worked.
    pub minutes: i64,
    /// On which day, in the organization's zone.
    pub worked_on: NaiveDate,
    /// What kind of work.
    pub activity: Activity,
    /// What was done; the client reads it.
    pub note: String,
    /// It takes minutes from the pack.
    pub billable: bool,
}

/// Logs time. Billable time consumes what is held for the ticket, in order of use; a late entry holds again what was
/// approved and given back, as far as it is available; in an emergency what no pack has is borrowed, as far as that is
/// agreed. Before anything was estimated, a standing approval for small works may approve it.
///
/// # Errors
/// Those of [`Case::take`]; `invalid`; `approved_minutes_exhausted` with the shortfall.
pub fn log(
    conn: &mut Conn,
    context: &Context,
    key: &TicketKey,
    expected: Option<i64>,
    input: &LogTime,
) -> Result<(Case, TimeEntry), Failure> {
    let mut case = Case::take(conn, context, key, Action::LogTime, expected)?;
    let user_id = context
        .actor
        .user_id()
        .ok_or_else(|| Refusal::forbidden("time is logged by people"))?;
    check(context, &case, input)?;
    let others = time_entries::of_ticket(conn, case.ticket.id)?;
    let mut entry = TimeEntry {
        id: context.id(),
        organization_id: case.organization.id,
        ticket_id: case.ticket.id,
        user_id,
        actual_minutes: input.minutes,
        billable_minutes: 0,
        billable: input.billable,
        worked_on: input.worked_on,
        activity: input.activity,
        note: input.note.trim().to_owned(),
        cycle: case.ticket.cycle,
        reversed_at: None,
        reason: None,
        created_at: context.now,
        waived_minutes: 0,
    };
    if input.billable {
        bill(conn, context, &mut case, &mut entry, &others)?;
    } else {
        time_entries::insert(conn, &entry)?;
    }
    case.work.used_minutes += entry.billable_minutes;
    case.work.actual_minutes += entry.actual_minutes;
    case.work.billed_minutes += entry.billable_minutes;
    let told = EventKind::TimeLogged {
        time_entry_id: entry.id,
        minutes: entry.actual_minutes,
        billable_minutes: entry.billable_minutes,
        worked_on: entry.worked_on,
    };
    case.tell(context, told);
    Ok((case.save(conn, context)?, entry))
}

/// Takes the minutes of a billable entry, and inserts it: its movements name it.
fn bill(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    entry: &mut TimeEntry,
    others: &[TimeEntry],
) -> Result<(), Failure> {
    let counted = others.iter().filter(|other| billing::counts(other));
    let worked = counted.map(TimeEntry::counted_minutes).sum::<i64>() + entry.actual_minutes;
    let mut agreement = billing::agreement(conn, context, case)?;
    let billable = case.account(conn)?.billable_minutes(context.now, &agreement, worked)?;
    if billable > 0 && case.work.increment_minutes.is_none() {
        // Whatever lot a standing approval takes it from: it is billed as it was counted.
        facts::fix_rounding(&mut case.work, agreement.rounding);
    }
    standing::cover_small_work(conn, context, case, billable)?;
    agreement.approved_minutes = case.work.approved_minutes;
    entry.billable_minutes = billable;
    time_entries::insert(conn, entry)?;
    let mut account = case.account(conn)?;
    account.work(&stamp(context), &agreement, context.id(), entry.id, billable)?;
    case.save_account(conn, context, &mut account)?;
    Ok(())
}

fn check(context: &Context, case: &Case, input: &LogTime) -> Result<(), Refusal> {
    let zone = Zone::parse(&case.organization.time_zone).unwrap_or(Zone::UTC);
    if input.worked_on > zone.date_at(context.now) {
        let detail = "Time is logged after the work, in the organization's days.";
        return Err(Refusal::field("/worked_on", "in_the_future", detail));
    }
    if input.note.trim().is_empty() {
        return Err(Refusal::field(
            "/note",
            "too_short",
            "Say what was done; the client reads it.",
        ));
    }
    if input.billable {
        let ticket = &case.ticket;
        check_billable(ticket.billable, ticket.not_billable_reason.as_deref(), ticket.scope)?;
    }
    Ok(())
}

/// Takes an entry back. Its minutes return to the hold while the ticket is open, else to the lot they came from; what
/// the ticket's other entries bill is rounded anew without it. What a fixed price consumed stays consumed. `expected`
/// is the version of the ticket that the caller has seen.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Forbidden`] for the time of others below lead; `already_reversed`; `invalid`.
pub fn reverse(
    conn: &mut Conn,
    context: &Context,
    id: TimeEntryId,
    expected: Option<i64>,
    reason: &str,
) -> Result<(Case, TimeEntry), Failure> {
    let seen = time_entries::find(conn, id)?.ok_or(Refusal::NotFound)?;
    may(&context.actor, Action::LogTime, seen.organization_id.into())?;
    let mut case = Case::take(conn, context, &seen.ticket_id.into(), Action::LogTime, expected)?;
    if context.actor.user_id() != Some(seen.user_id) {
        case.allow(context, Action::ReassignWork)?;
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::field("/reason", "too_short", "Say why; the client reads it.").into());
    }
    let mut entries = time_entries::of_ticket(conn, case.ticket.id)?;
    let Some(entry) = entries.iter_mut().find(|entry| entry.id == id) else {
        return Err(Refusal::NotFound.into());
    };
    if entry.reversed_at.is_some() {
        return Err(Refusal::conflict("already_reversed", "This entry was taken back before.").into());
    }
    let before = entry.clone();
    entry.reversed_at = Some(context.now);
    entry.reason = Some(reason.to_owned());
    let reversed = entry.clone();
    time_entries::update(conn, &reversed)?;
    case.work.actual_minutes -= reversed.actual_minutes;
    let mut billable_minutes = 0;
    if billing::counts(&before) {
        let way = Way {
            keep_held: case.ticket.status.is_open(),
            keep_fixed: true,
            reason,
        };
        let dropped = std::slice::from_ref(&reversed);
        billable_minutes = billing::correct(conn, context, &mut case, &entries, dropped, way)?;
        returning::release_unagreed(conn, context, &mut case, reason)?;
    }
    let told = EventKind::TimeReversed {
        time_entry_id: id,
        billable_minutes,
        reason: reason.to_owned(),
    };
    case.tell(context, told);
    Ok((case.save(conn, context)?, reversed))
}
