//! What a ticket's work takes: from its holds, in an emergency also on credit; and what corrections give back
//! (sections 3 and 6).

use daypack_domain::{
    Refusal,
    ids::LotId,
    ledger::{Account, Agreement, Clause, Correction, EntryFigures, Movement, MovementKind},
    lot::LotStatus,
};
use daypack_store::{
    Conn, closures, estimates, ledger, organizations,
    tickets::Work,
    time_entries::{self, TimeEntry},
};

use crate::{
    context::Context,
    error::Failure,
    flows::{
        self, emergency,
        ledger::stamp,
        tickets::{Case, decision::fixed_minutes, facts},
    },
};

/// What is agreed for the ticket in hand: what the client said yes to, and what the emergency clause allows while it
/// lasts.
///
/// # Errors
/// The database.
pub fn agreement(conn: &mut Conn, context: &Context, case: &Case) -> Result<Agreement, Failure> {
    let clause = match emergency::active_minutes(conn, &case.ticket)? {
        Some(minutes) => Some(clause(conn, &case.work, minutes)?),
        None => None,
    };
    Ok(Agreement {
        ticket_id: case.ticket.id,
        system_id: case.ticket.system_id,
        approved_minutes: case.work.approved_minutes,
        clause,
        used_minutes: case.work.used_minutes,
        fixed_minutes: 0,
        rounding: facts::rounding(conn, case.seen(), context.now)?,
    })
}

/// N of the clause with what estimates added to it.
///
/// # Errors
/// The database.
pub fn clause(conn: &mut Conn, work: &Work, minutes: i64) -> Result<Clause, Failure> {
    let mut further_minutes = 0;
    if work.approved_minutes > 0 {
        further_minutes = estimates::minutes_in_force(&estimates::in_force(conn, work.ticket_id)?);
    }
    Ok(Clause {
        minutes,
        further_minutes,
    })
}

/// The fixed size that was consumed when the ticket was resolved last: of the estimates that were approved by then.
fn consumed_fixed_minutes(conn: &mut Conn, case: &Case) -> Result<i64, Failure> {
    let mut offered = estimates::of_ticket(conn, case.ticket.id)?;
    if fixed_minutes(&offered) == 0 {
        return Ok(0);
    }
    let records = closures::of_ticket(conn, case.ticket.id)?;
    let Some(resolved_at) = records.iter().map(|record| record.resolved_at).max() else {
        return Ok(0);
    };
    offered.retain(|estimate| estimate.decided_at.is_some_and(|at| at <= resolved_at));
    Ok(fixed_minutes(&offered))
}

/// It was billed by the clock of the ticket, and still is.
#[must_use]
pub fn counts(entry: &TimeEntry) -> bool {
    entry.billable && entry.reversed_at.is_none()
}

/// How a correction goes about it.
#[derive(Debug, Clone, Copy)]
pub struct Way<'a> {
    /// What comes back stays held for the ticket, else it returns to the lots that it came from.
    pub keep_held: bool,
    /// What a fixed price consumed stays consumed.
    pub keep_fixed: bool,
    /// Why, for the ledger.
    pub reason: &'a str,
}

/// Takes entries back that [`counts`] no longer, which is how they are among `entries` already, with what they billed
/// until now; and rounds the others anew, by what of them is still to be billed. Gives the minutes that came back.
///
/// # Errors
/// The database.
pub fn correct(
    conn: &mut Conn,
    context: &Context,
    case: &mut Case,
    entries: &[TimeEntry],
    dropped: &[TimeEntry],
    way: Way<'_>,
) -> Result<i64, Failure> {
    let others: Vec<&TimeEntry> = entries.iter().filter(|entry| counts(entry)).collect();
    let dropped_figures: Vec<EntryFigures> = dropped.iter().map(figures).collect();
    let other_figures: Vec<EntryFigures> = others.iter().map(|entry| figures(entry)).collect();
    let mut agreement = agreement(conn, context, case)?;
    if way.keep_fixed {
        agreement.fixed_minutes = consumed_fixed_minutes(conn, case)?;
    }
    let movements = ledger::of_ticket(conn, case.ticket.id)?;
    let (mut account, debts) = account_of(conn, case, &movements)?;
    let correction = Correction {
        dropped: &dropped_figures,
        entries: &other_figures,
        movements: &movements,
        debts: &debts,
        keep_held: way.keep_held,
    };
    let because = stamp(context).because(way.reason);
    let corrected = account.correct(&because, &agreement, &correction)?;
    for (entry, billable_minutes) in others.into_iter().zip(corrected.billed_minutes) {
        case.work.billed_minutes += billable_minutes - entry.billable_minutes;
        save_billed(conn, entry, billable_minutes)?;
    }
    for entry in dropped {
        case.work.billed_minutes -= entry.billable_minutes;
        // A reversed entry keeps the figure that it billed, for the record; the ledger has what came back.
        if entry.reversed_at.is_none() {
            time_entries::update(
                conn,
                &TimeEntry {
                    billable_minutes: 0,
                    ..entry.clone()
                },
            )?;
        }
    }
    flows::ledger::save(conn, context, case.organization.id, &mut account)?;
    let came_back = case.work.used_minutes - corrected.used_minutes;
    case.work.used_minutes = corrected.used_minutes;
    Ok(came_back)
}

fn figures(entry: &TimeEntry) -> EntryFigures {
    EntryFigures {
        entry_id: entry.id,
        worked_minutes: entry.counted_minutes(),
        billed_minutes: entry.billable_minutes,
    }
}

fn save_billed(conn: &mut Conn, entry: &TimeEntry, billable_minutes: i64) -> Result<(), Failure> {
    if billable_minutes != entry.billable_minutes {
        let entry = TimeEntry {
            billable_minutes,
            ..entry.clone()
        };
        time_entries::update(conn, &entry)?;
    }
    Ok(())
}

/// The account as it is now, with the lots of the movements that are to be undone; and the debt that may have to be
/// undone with them, where something was borrowed or its payment has bounced since.
pub(super) fn account_of(
    conn: &mut Conn,
    case: &Case,
    movements: &[Movement],
) -> Result<(Account, Vec<Movement>), Failure> {
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
