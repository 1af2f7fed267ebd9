//! Time worked: rounded for the ticket as a whole, consumed from its holds, and taken back (section 3).

use chrono::NaiveDate;
use daypack_domain::{
    Refusal,
    event::EventKind,
    ids::{LotId, TimeEntryId},
    ledger::{Account, Movement, MovementKind, Reversal, Work},
    policy::{Action, may},
    work::Activity,
    zone::Zone,
};
use daypack_store::{
    Conn, ledger,
    time_entries::{self, TimeEntry},
};

use crate::{
    context::Context,
    error::Failure,
    flows::{
        self,
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
/// approved and given back, as far as it is available.
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
    };
    if input.billable {
        let counted: Vec<&TimeEntry> = others.iter().filter(|other| counts(other)).collect();
        let worked = counted.iter().map(|other| other.actual_minutes).sum::<i64>() + input.minutes;
        let billed = counted.iter().map(|other| other.billable_minutes).sum();
        let rounding = facts::rounding(conn, &case.organization, &case.work, context.now)?;
        entry.billable_minutes = rounding.entry_minutes(worked, billed, case.work.approved_minutes);
    }
    time_entries::insert(conn, &entry)?;
    let mut account = case.account(conn)?;
    consume(context, &case, &mut account, entry.id, entry.billable_minutes)?;
    case.save_account(conn, context, &mut account)?;
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
    if input.billable && !case.ticket.billable {
        let why = case
            .ticket
            .not_billable_reason
            .as_deref()
            .unwrap_or("as decided at triage");
        let detail = format!("The work on this ticket is not deducted: {why}");
        return Err(Refusal::field("/billable", "not_billable", detail));
    }
    Ok(())
}

/// It was billed by the clock of the ticket, and still is.
fn counts(entry: &TimeEntry) -> bool {
    entry.billable && entry.reversed_at.is_none()
}

/// Consumes minutes from the ticket's holds, after holding again what of the approval was given back.
fn consume(
    context: &Context,
    case: &Case,
    account: &mut Account,
    entry_id: TimeEntryId,
    minutes: i64,
) -> Result<(), Failure> {
    if minutes == 0 {
        return Ok(());
    }
    let held = account.held_for(case.ticket.id);
    let approved_and_free = (case.work.approved_minutes - case.work.used_minutes - held).max(0);
    let missing = (minutes - held).min(approved_and_free);
    if missing > 0 {
        let again = stamp(context).because("late entry");
        account.hold_up_to(&again, context.id(), case.ticket.id, case.ticket.system_id, missing)?;
    }
    let work = Work {
        ticket_id: case.ticket.id,
        entry_id,
        minutes,
        borrow_up_to_minutes: 0,
    };
    account.consume(&stamp(context), &work)?;
    Ok(())
}

/// Takes an entry back. Its minutes return to the hold while the ticket is open, else to the lot they came from; what
/// the ticket's other entries bill is rounded anew without it.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Forbidden`] for the time of others below lead; `already_reversed`; `invalid`.
pub fn reverse(
    conn: &mut Conn,
    context: &Context,
    id: TimeEntryId,
    reason: &str,
) -> Result<(Case, TimeEntry), Failure> {
    let seen = time_entries::find(conn, id)?.ok_or(Refusal::NotFound)?;
    may(&context.actor, Action::LogTime, seen.organization_id.into())?;
    let mut case = Case::take(conn, context, &seen.ticket_id.into(), Action::LogTime, None)?;
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
    entry.reversed_at = Some(context.now);
    entry.reason = Some(reason.to_owned());
    let reversed = entry.clone();
    time_entries::update(conn, &reversed)?;
    case.work.actual_minutes -= reversed.actual_minutes;
    let changes = rounded_anew(conn, context, &case, &entries, &reversed)?;
    let told = EventKind::TimeReversed {
        time_entry_id: id,
        billable_minutes: changes
            .iter()
            .map(|change| change.before_minutes - change.billable_minutes)
            .sum(),
        reason: reason.to_owned(),
    };
    case.tell(context, told);
    apply_changes(conn, context, &mut case, &changes, reason)?;
    Ok((case.save(conn, context)?, reversed))
}

/// One entry whose billed minutes change.
struct Change {
    entry: TimeEntry,
    /// What it bills from now on.
    billable_minutes: i64,
    /// What it billed until now.
    before_minutes: i64,
}

/// What every entry bills once `reversed` does not count any more; only those that change.
fn rounded_anew(
    conn: &mut Conn,
    context: &Context,
    case: &Case,
    entries: &[TimeEntry],
    reversed: &TimeEntry,
) -> Result<Vec<Change>, Failure> {
    let mut changes = Vec::new();
    let given_back = |entry: &TimeEntry| Change {
        entry: entry.clone(),
        billable_minutes: 0,
        before_minutes: entry.billable_minutes,
    };
    if reversed.billable_minutes > 0 {
        changes.push(given_back(reversed));
    }
    if !reversed.billable {
        return Ok(changes);
    }
    let rounding = facts::rounding(conn, &case.organization, &case.work, context.now)?;
    let rest: Vec<&TimeEntry> = entries.iter().filter(|entry| counts(entry)).collect();
    let worked: Vec<i64> = rest.iter().map(|entry| entry.actual_minutes).collect();
    let billed = rounding.entries_minutes(&worked, case.work.approved_minutes);
    for (entry, billable_minutes) in rest.into_iter().zip(billed) {
        if billable_minutes != entry.billable_minutes {
            changes.push(Change {
                billable_minutes,
                ..given_back(entry)
            });
        }
    }
    Ok(changes)
}

/// Gives minutes back before it takes any, so that what is taken finds them in the hold.
fn apply_changes(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    changes: &[Change],
    reason: &str,
) -> Result<(), Failure> {
    if changes.is_empty() {
        return Ok(());
    }
    let ids: Vec<TimeEntryId> = changes.iter().map(|change| change.entry.id).collect();
    let movements = ledger::of_entries(conn, &ids)?;
    let lots: Vec<LotId> = movements.iter().filter_map(|movement| movement.lot_id).collect();
    let borrowed = movements.iter().any(|movement| movement.kind == MovementKind::Borrow);
    let repayments = if borrowed {
        ledger::repayments(conn, case.organization.id)?
    } else {
        Vec::new()
    };
    let mut account = ledger::load(conn, &case.organization, &[case.ticket.id], &lots)?;
    let because = stamp(context).because(reason);
    for change in changes {
        let minutes = change.before_minutes - change.billable_minutes;
        if minutes > 0 {
            let own: Vec<Movement> = movements
                .iter()
                .filter(|movement| movement.entry_id == Some(change.entry.id))
                .cloned()
                .collect();
            let reversal = Reversal {
                ticket_id: case.ticket.id,
                ticket_open: case.ticket.status.is_open(),
                minutes,
                movements: &own,
                repayments: &repayments,
            };
            account.reverse(&because, &reversal)?;
            case.work.used_minutes -= minutes;
        }
    }
    for change in changes {
        let minutes = change.billable_minutes - change.before_minutes;
        if minutes > 0 {
            consume(context, case, &mut account, change.entry.id, minutes)?;
            case.work.used_minutes += minutes;
        }
        // A reversed entry keeps the figure that it billed, for the record; the ledger has what came back.
        if change.entry.reversed_at.is_none() {
            let entry = TimeEntry {
                billable_minutes: change.billable_minutes,
                ..change.entry.clone()
            };
            time_entries::update(conn, &entry)?;
        }
        case.work.billed_minutes += minutes;
    }
    flows::ledger::save(conn, context, case.organization.id, &mut account)?;
    Ok(())
}
