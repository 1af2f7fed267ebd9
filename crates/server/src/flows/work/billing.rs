//! What a ticket's work takes: from its holds, in an emergency also on credit; and what corrections give back
//! (sections 3 and 6).

use daypack_domain::{
    Instant, Refusal,
    emergency::agreed_minutes,
    ids::{LotId, TimeEntryId},
    ledger::{Account, Movement, MovementKind, Reversal, Work},
    lot::LotStatus,
};
use daypack_store::{
    Conn, ledger, organizations,
    time_entries::{self, TimeEntry},
};

use crate::{
    context::Context,
    error::Failure,
    flows::{
        self, emergency,
        ledger::stamp,
        tickets::{Case, facts},
    },
};

/// What is agreed for a ticket: what the client said yes to, and what the emergency clause allows while it lasts.
#[derive(Debug, Clone, Copy)]
pub struct Agreed {
    minutes: i64,
    emergency: bool,
}

impl Agreed {
    /// What is agreed for the ticket in hand.
    ///
    /// # Errors
    /// The database.
    pub fn of(conn: &mut Conn, case: &Case) -> Result<Self, Failure> {
        let clause = emergency::active_minutes(conn, &case.ticket)?;
        Ok(Self {
            minutes: agreed_minutes(case.work.approved_minutes, clause),
            emergency: clause.is_some(),
        })
    }

    /// Up to how many billed minutes work is never refused for rounding. An emergency promises only what the packs and
    /// the limit of debt have for it.
    ///
    /// # Errors
    /// Only when the ledger does not add up.
    pub fn fitting_minutes(self, context: &Context, case: &Case, account: &Account) -> Result<i64, Refusal> {
        if !self.emergency {
            return Ok(self.minutes);
        }
        let account = account.settled(context.now)?;
        let counters = account.counters();
        let room = (counters.debt_limit_minutes - counters.debt_minutes).max(0);
        let taken = case.work.used_minutes + account.held_for(case.ticket.id);
        let beyond = (self.minutes - taken).min(account.available_for(case.ticket.system_id) + room);
        Ok(taken + beyond.max(0))
    }

    /// Consumes minutes from the ticket's holds, after holding what of the agreed minutes is not held and available;
    /// what an emergency still lacks is borrowed.
    ///
    /// # Errors
    /// `approved_minutes_exhausted` with the shortfall.
    pub fn consume(
        self,
        context: &Context,
        case: &Case,
        account: &mut Account,
        entry_id: TimeEntryId,
        minutes: i64,
    ) -> Result<(), Failure> {
        if minutes == 0 {
            return Ok(());
        }
        account.settle(context.now)?;
        let held = account.held_for(case.ticket.id);
        let agreed_and_free = (self.minutes - case.work.used_minutes - held).max(0);
        let missing = (minutes - held).min(agreed_and_free);
        if missing > 0 {
            let because = if self.emergency {
                "emergency clause"
            } else {
                "late entry"
            };
            let again = stamp(context).because(because);
            account.hold_up_to(&again, context.id(), case.ticket.id, case.ticket.system_id, missing)?;
        }
        let beyond = self.minutes - case.work.used_minutes - account.held_for(case.ticket.id);
        let work = Work {
            ticket_id: case.ticket.id,
            entry_id,
            minutes,
            borrow_up_to_minutes: if self.emergency { beyond.max(0) } else { 0 },
        };
        account.consume(&stamp(context), &work)?;
        Ok(())
    }
}

/// It was billed by the clock of the ticket, and still is.
#[must_use]
pub fn counts(entry: &TimeEntry) -> bool {
    entry.billable && entry.reversed_at.is_none()
}

/// One entry whose billed minutes change.
#[derive(Debug, Clone)]
pub struct Change {
    /// The entry, with everything else as it is from now on.
    pub entry: TimeEntry,
    /// What it bills from now on.
    pub billable_minutes: i64,
    /// What it billed until now.
    pub before_minutes: i64,
}

/// What every entry bills once `dropped` do not count any more, which is how they are among `entries` already; only
/// those that change.
///
/// # Errors
/// The database.
pub fn rounded_anew(
    conn: &mut Conn,
    context: &Context,
    case: &Case,
    entries: &[TimeEntry],
    dropped: &[TimeEntry],
) -> Result<Vec<Change>, Failure> {
    let given_back = |entry: &TimeEntry| Change {
        entry: entry.clone(),
        billable_minutes: 0,
        before_minutes: entry.billable_minutes,
    };
    let changed = dropped
        .iter()
        .filter(|entry| entry.billable_minutes > 0 || entry.reversed_at.is_none());
    let mut changes: Vec<Change> = changed.map(given_back).collect();
    let rounding = facts::rounding(conn, &case.organization, &case.work, context.now)?;
    let rest: Vec<&TimeEntry> = entries.iter().filter(|entry| counts(entry)).collect();
    if rest.is_empty() {
        return Ok(changes);
    }
    let fitting = Agreed::of(conn, case)?.fitting_minutes(context, case, &case.account(conn)?)?;
    let worked: Vec<i64> = rest.iter().map(|entry| entry.actual_minutes).collect();
    let billed = rounding.entries_minutes(&worked, fitting);
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

/// Gives minutes back before it takes any, so that what is taken finds them in the hold. `to_hold`: they go back to
/// the ticket's hold, else to the lot that they came from.
///
/// # Errors
/// The database.
pub fn apply(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    changes: &[Change],
    to_hold: bool,
    reason: &str,
) -> Result<(), Failure> {
    if changes.is_empty() {
        return Ok(());
    }
    let ids: Vec<TimeEntryId> = changes.iter().map(|change| change.entry.id).collect();
    let movements = ledger::of_entries(conn, &ids)?;
    let agreed = Agreed::of(conn, case)?;
    let (mut account, debts) = account_of(conn, case, &movements)?;
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
                ticket_open: to_hold,
                minutes,
                movements: &own,
                debts: &debts,
            };
            account.reverse(&because, &reversal)?;
            case.work.used_minutes -= minutes;
        }
    }
    for change in changes {
        let minutes = change.billable_minutes - change.before_minutes;
        if minutes > 0 {
            agreed.consume(context, case, &mut account, change.entry.id, minutes)?;
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

/// Gives back what the ticket's work took, to the lots that it came from: all of it, or what was logged before an
/// instant from which on it was approved; and releases what is held beyond the approval. Its entries stay, as not
/// billable. Gives the minutes that came back.
///
/// # Errors
/// The database.
pub fn give_back(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    before: Option<Instant>,
    reason: &str,
) -> Result<i64, Failure> {
    let used_before = case.work.used_minutes;
    let mut entries = time_entries::of_ticket(conn, case.ticket.id)?;
    let mut dropped = Vec::new();
    let taken = |entry: &&mut TimeEntry| counts(entry) && before.is_none_or(|before| entry.created_at < before);
    for entry in entries.iter_mut().filter(taken) {
        entry.billable = false;
        dropped.push(entry.clone());
    }
    let changes = rounded_anew(conn, context, case, &entries, &dropped)?;
    apply(conn, context, case, &changes, false, reason)?;
    if before.is_none() {
        give_back_fixed(conn, context, case, reason)?;
    }
    let mut account = case.account(conn)?;
    let kept = match before {
        Some(_) => (case.work.approved_minutes - case.work.used_minutes).max(0),
        None => 0,
    };
    let beyond = account.held_for(case.ticket.id) - kept;
    account.release_part(&stamp(context).because(reason), case.ticket.id, beyond)?;
    case.save_account(conn, context, &mut account)?;
    Ok(used_before - case.work.used_minutes)
}

/// What fixed estimates consumed has no time entry.
fn give_back_fixed(conn: &mut Conn, context: &Context, case: &mut Case, reason: &str) -> Result<(), Failure> {
    let fixed: Vec<Movement> = ledger::of_ticket(conn, case.ticket.id)?
        .into_iter()
        .filter(|movement| movement.entry_id.is_none() && movement.kind.used_sign() != 0)
        .collect();
    let minutes: i64 = fixed
        .iter()
        .map(|movement| movement.kind.used_sign() * movement.minutes)
        .sum();
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

/// The account as it is now, with the lots of the movements that are to be undone; and the debt that may have to be
/// undone with them, where something was borrowed or its payment has bounced since.
fn account_of(conn: &mut Conn, case: &Case, movements: &[Movement]) -> Result<(Account, Vec<Movement>), Failure> {
    let organization = organizations::find(conn, case.organization.id)?.ok_or(Refusal::NotFound)?;
    let lots_of = |movements: &[Movement]| -> Vec<LotId> { movements.iter().filter_map(|one| one.lot_id).collect() };
    let mut lots = lots_of(movements);
    let account = ledger::load(conn, &organization, &[case.ticket.id], &lots)?;
    let borrowed = movements.iter().any(|movement| movement.kind == MovementKind::Borrow);
    let voided = |id: &LotId| account.lot(*id).is_some_and(|lot| lot.status == LotStatus::Voided);
    if !borrowed && !lots.iter().any(voided) {
        return Ok((account, Vec::new()));
    }
    let debts = ledger::common_debts(conn, organization.id)?;
    lots.extend(lots_of(&debts));
    Ok((ledger::load(conn, &organization, &[case.ticket.id], &lots)?, debts))
}
