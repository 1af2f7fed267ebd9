//! Giving back what a ticket's work took, when it turns out that it is not deducted (section 6).

use daypack_domain::{
    emergency::{EmergencyStatus, Taken, Yes, unapproved_minutes},
    ledger::{Approved, Movement, Reversal, TicketUse},
};
use daypack_store::{
    Conn, emergencies,
    estimates::{self, Estimate},
    ledger,
    time_entries::{self, TimeEntry},
};

use super::billing::{Way, account_of, agreement, correct, counts};
use crate::{
    context::Context,
    error::Failure,
    flows::{ledger::stamp, tickets::Case},
};

/// Gives back all that the ticket's work took, to the lots that it came from, and all that is held for it. Its entries
/// stay, as not billable. Gives the minutes that came back.
///
/// # Errors
/// The database.
pub fn give_back(conn: &mut Conn, context: &Context, case: &mut Case, reason: &str) -> Result<i64, Failure> {
    let used_before = case.work.used_minutes;
    let mut entries = time_entries::of_ticket(conn, case.ticket.id)?;
    let mut dropped = Vec::new();
    for entry in entries.iter_mut().filter(|entry| counts(entry)) {
        entry.billable = false;
        dropped.push(entry.clone());
    }
    let way = Way {
        keep_held: false,
        keep_fixed: false,
        reason,
    };
    correct(conn, context, case, &entries, &dropped, way)?;
    give_back_fixed(conn, context, case, reason)?;
    release_beyond(conn, context, case, 0, reason)?;
    Ok(used_before - case.work.used_minutes)
}

/// Gives back what no yes covers, because it was no emergency: of each entry what was worked beyond the approvals before
/// it (see [`unapproved_minutes`]), and what is held beyond them. Gives the minutes that came back.
///
/// # Errors
/// The database.
pub fn give_back_unapproved(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    approved: &[Estimate],
    reason: &str,
) -> Result<i64, Failure> {
    let used_before = case.work.used_minutes;
    let mut entries = time_entries::of_ticket(conn, case.ticket.id)?;
    let mut dropped = Vec::new();
    let movements = ledger::of_ticket(conn, case.ticket.id)?;
    for (entry, minutes) in waived(&mut entries, approved, &movements) {
        if minutes == entry.billable_minutes {
            entry.billable = false;
            dropped.push(entry.clone());
        } else {
            entry.waived_minutes = (entry.waived_minutes + minutes).min(entry.actual_minutes);
            time_entries::update(conn, entry)?;
        }
    }
    let way = Way {
        keep_held: false,
        keep_fixed: true,
        reason,
    };
    correct(conn, context, case, &entries, &dropped, way)?;
    case.work.approved_minutes = estimates::minutes_in_force(approved);
    let kept = case.work.approved_minutes - case.work.used_minutes;
    release_beyond(conn, context, case, kept, reason)?;
    Ok(used_before - case.work.used_minutes)
}

/// What counts as approved for the ticket in hand by those approvals that nobody took back.
///
/// # Errors
/// The database.
pub fn approved_minutes(conn: &mut Conn, case: &Case) -> Result<i64, Failure> {
    let id = case.ticket.id;
    let upheld = emergencies::find(conn, id)?.is_some_and(|emergency| emergency.status == EmergencyStatus::Upheld);
    if upheld {
        return Ok(estimates::minutes_in_force(&estimates::in_force(conn, id)?));
    }
    let said: Vec<Approved> = estimates::in_force(conn, id)?
        .iter()
        .filter_map(Estimate::approved)
        .collect();
    Ok(TicketUse::of(&ledger::of_ticket(conn, id)?).approved_minutes(&said))
}

/// The entries that bill something which no yes covers, and how much.
fn waived<'a>(
    entries: &'a mut [TimeEntry],
    approved: &[Estimate],
    movements: &[Movement],
) -> Vec<(&'a mut TimeEntry, i64)> {
    let first = |is_of: &dyn Fn(&&Movement) -> bool| movements.iter().find(is_of).map_or(0, |first| first.sequence);
    let billed: Vec<&mut TimeEntry> = entries.iter_mut().filter(|entry| counts(entry)).collect();
    let taken = billed.iter().map(|entry| Taken {
        sequence: first(&|one| one.entry_id == Some(entry.id)),
        minutes: entry.billable_minutes,
    });
    // A total that holds nothing more has no place in the ledger, and needs none.
    let said = approved.iter().map(|estimate| Yes {
        sequence: first(&|one| one.hold_id.is_some() && one.hold_id == estimate.hold_id),
        basis: estimate.basis,
        minutes: estimate.approved_minutes.unwrap_or(0),
    });
    let beyond = unapproved_minutes(&taken.collect::<Vec<Taken>>(), &said.collect::<Vec<Yes>>());
    let parts = billed.into_iter().zip(beyond);
    parts.filter(|(_, minutes)| *minutes > 0).collect()
}

/// Releases what is held for the ticket in hand beyond so many minutes. Gives how many.
///
/// # Errors
/// The database.
pub fn release_beyond(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    kept: i64,
    reason: &str,
) -> Result<i64, Failure> {
    let mut account = case.account(conn)?;
    let beyond = account.held_for(case.ticket.id) - kept.max(0);
    let released = account.release_part(&stamp(context).because(reason), case.ticket.id, beyond)?;
    case.save_account(conn, context, &mut account)?;
    Ok(released)
}

/// Releases what is held for the ticket in hand and nobody agrees to any more: a yes was none, or an emergency is over.
/// Gives how many minutes.
///
/// # Errors
/// The database.
pub fn release_unagreed(conn: &mut Conn, context: &Context, case: &mut Case, reason: &str) -> Result<i64, Failure> {
    let kept = agreement(conn, context, case)?.agreed_minutes() - case.work.used_minutes;
    release_beyond(conn, context, case, kept, reason)
}

/// What fixed estimates consumed, or keep of what entries had borrowed, has no time entry.
fn give_back_fixed(conn: &mut Conn, context: &Context, case: &mut Case, reason: &str) -> Result<(), Failure> {
    let taken = |movement: &Movement| (movement.kind.used_sign() + movement.kind.debt_sign()) * movement.minutes;
    let fixed: Vec<Movement> = ledger::of_ticket(conn, case.ticket.id)?
        .into_iter()
        .filter(|movement| movement.entry_id.is_none() && taken(movement) != 0)
        .collect();
    let minutes: i64 = fixed.iter().map(taken).sum();
    if minutes <= 0 {
        return Ok(());
    }
    let (mut account, debts) = account_of(conn, case, &fixed)?;
    let reversal = Reversal {
        ticket_id: case.ticket.id,
        ticket_open: false,
        minutes,
        movements: &fixed,
        debts: &debts,
    };
    account.reverse(&stamp(context).because(reason), &reversal)?;
    case.save_account(conn, context, &mut account)?;
    case.work.used_minutes -= minutes;
    Ok(())
}
