//! What work on a ticket may take, from where, and what a correction gives back (sections 3 and 6). Logging time,
//! correcting it and telling beforehand all decide here.

use super::account::{Account, Line};
use super::movement::{Movement, MovementKind, Stamp};
use super::rounding::Rounding;
use super::work::{Consumed, Work};
use crate::emergency::agreed_minutes;
use crate::ids::{HoldId, LotId, SystemId, TicketId, TimeEntryId};
use crate::problem::Refusal;
use crate::time::Instant;

/// What is agreed for the work on a ticket, and what of it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its system, which decides the lots that serve.
    pub system_id: Option<SystemId>,
    /// What the client approved in all.
    pub approved_minutes: i64,
    /// N of the emergency clause, while it lets work go on, and what was approved on top of it.
    pub clause: Option<Clause>,
    /// The ticket's billed minutes so far: of its time entries, and what fixed sizes consumed beside them.
    pub used_minutes: i64,
    /// The fixed size that was consumed when the ticket was resolved last: no correction gives any of it back.
    pub fixed_minutes: i64,
    /// How its time is billed.
    pub rounding: Rounding,
}

/// The emergency clause as far as it concerns one ticket (section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// N: what work may take before a yes.
    pub minutes: i64,
    /// What was approved on top, by estimates alone (see [`crate::estimate::offered_in_all`]).
    pub further_minutes: i64,
}

/// A time entry that bills by the clock of its ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryFigures {
    /// The entry.
    pub entry_id: TimeEntryId,
    /// What was worked.
    pub worked_minutes: i64,
    /// What it bills, or billed until now.
    pub billed_minutes: i64,
}

/// Time entries of a ticket that count no more, and those that are rounded anew without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Correction<'a> {
    /// Those that count no more.
    pub dropped: &'a [EntryFigures],
    /// The others, oldest first.
    pub entries: &'a [EntryFigures],
    /// The movements of the ticket, by sequence.
    pub movements: &'a [Movement],
    /// As in [`super::Reversal::debts`].
    pub debts: &'a [Movement],
    /// What comes back stays held for the ticket, because it is open; else it returns to its lots.
    pub keep_held: bool,
}

/// What a correction came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// What each of [`Correction::entries`] bills from now on, in their order.
    pub billed_minutes: Vec<i64>,
    /// What the ticket uses from now on, with what fixed sizes consumed.
    pub used_minutes: i64,
}

impl Agreement {
    /// The minutes agreed for the ticket in all.
    #[must_use]
    pub fn agreed_minutes(&self) -> i64 {
        let clause = self.clause.map(|clause| (clause.minutes, clause.further_minutes));
        agreed_minutes(self.approved_minutes, clause)
    }

    /// What of the ticket's use is of no entry: what fixed sizes consumed.
    fn rest_minutes(&self, correction: &Correction<'_>) -> i64 {
        let all = correction.dropped.iter().chain(correction.entries);
        self.used_minutes - all.map(|entry| entry.billed_minutes).sum::<i64>()
    }
}

impl Account {
    /// Up to how many billed minutes work on the ticket is never refused for rounding: what it used and holds, and of
    /// the agreed rest what the packs have for it, in an emergency also what may be borrowed.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn fitting_minutes(&self, now: Instant, agreement: &Agreement) -> Result<i64, Refusal> {
        let settled = self.settled(now)?;
        let taken = agreement.used_minutes + settled.held_for(agreement.ticket_id);
        let room = match agreement.clause {
            Some(_) => settled.room_to_borrow(agreement.ticket_id),
            None => 0,
        };
        let there = settled.available_for(agreement.system_id) + room;
        let more = (agreement.agreed_minutes() - taken).min(there);
        Ok(taken + more.max(0))
    }

    /// What the next entry bills when `worked_minutes` are all that was worked on the ticket, with the entry's: what
    /// is not used already, by other entries or by a fixed size.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn billable_minutes(&self, now: Instant, agreement: &Agreement, worked_minutes: i64) -> Result<i64, Refusal> {
        let fitting = self.fitting_minutes(now, agreement)?;
        let billed = agreement.rounding.billed_minutes(worked_minutes, fitting);
        Ok((billed - agreement.used_minutes).max(0))
    }

    /// Takes the billed minutes of a new entry: from what the ticket holds, after holding again what of the agreed
    /// minutes it lacks and the packs have; in an emergency the rest is borrowed, as far as that is agreed.
    ///
    /// # Errors
    /// `approved_minutes_exhausted` with the shortfall, and nothing is written.
    pub fn work(
        &mut self,
        stamp: &Stamp,
        agreement: &Agreement,
        hold_id: HoldId,
        entry_id: TimeEntryId,
        minutes: i64,
    ) -> Result<Consumed, Refusal> {
        if minutes == 0 {
            return Ok(Consumed::default());
        }
        let ticket_id = agreement.ticket_id;
        self.attempt(stamp, |draft| {
            let held = draft.held_for(ticket_id);
            let unused = agreement.agreed_minutes() - agreement.used_minutes;
            let lacking = (minutes - held).min(unused - held);
            if lacking > 0 {
                let because = agreement.clause.map_or("late entry", |_| "emergency clause");
                let again = stamp.clone().because(because);
                draft.hold_up_to(&again, hold_id, ticket_id, agreement.system_id, lacking)?;
            }
            let beyond = unused - draft.held_for(ticket_id);
            let work = Work {
                ticket_id,
                entry_id,
                minutes,
                borrow_up_to_minutes: agreement.clause.map_or(0, |_| beyond.max(0)),
            };
            draft.consume(stamp, &work)
        })
    }

    /// Takes entries back, and rounds the others anew without them. It never takes more than was used before, so that
    /// it is never refused for minutes: what comes back is held until the other entries have taken what they bill, and
    /// what was borrowed is borrowed again for them. The rest is released, unless it is to stay held.
    ///
    /// The account needs the lots of all these movements, and the holds of the ticket.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn correct(
        &mut self,
        stamp: &Stamp,
        agreement: &Agreement,
        correction: &Correction<'_>,
    ) -> Result<Corrected, Refusal> {
        let fitting = self.fitting_minutes(stamp.now, agreement)?;
        let billed_minutes = billed_anew(agreement, correction, fitting);
        let rest = rest_anew(agreement, correction, fitting, billed_minutes.iter().sum());
        self.attempt(stamp, |draft| {
            let held_before = draft.held_for(agreement.ticket_id);
            let changes = changes(correction, &billed_minutes);
            let (gives, takes): (Vec<Change>, Vec<Change>) = changes.into_iter().partition(|(_, more)| *more < 0);
            let rest_more = rest - agreement.rest_minutes(correction);
            let to_hold = correction.keep_held || !takes.is_empty() || rest_more > 0;
            draft.may_undo(correction.movements, correction.debts);
            let mut returned: Vec<LotId> = Vec::new();
            let mut unborrowed = 0;
            for (entry_id, more) in gives {
                let of_entry = correction.movements.iter().filter(|one| one.entry_id == Some(entry_id));
                let own: Vec<Movement> = of_entry.cloned().collect();
                unborrowed += draft.give_back(stamp, agreement.ticket_id, to_hold, -more, &own, &mut returned)?;
            }
            draft.borrow_again_to = draft.counters.debt_minutes + unborrowed;
            for (entry_id, more) in takes {
                draft.take_again(stamp, agreement.ticket_id, Some(entry_id), more)?;
            }
            let fixed = stamp.clone().because("fixed estimate");
            draft.take_again(&fixed, agreement.ticket_id, None, rest_more)?;
            let beyond = draft.held_for(agreement.ticket_id) - held_before;
            if to_hold && !correction.keep_held && beyond > 0 {
                draft.release_last(stamp, agreement.ticket_id, beyond)?;
            }
            draft.all_became_available(stamp, &returned)?;
            Ok(Corrected {
                used_minutes: billed_minutes.iter().sum::<i64>() + rest,
                billed_minutes,
            })
        })
    }

    /// Takes what another entry of the ticket has just given back, for an entry, or for a fixed size. What was borrowed
    /// is borrowed again: of no entry where a fixed size takes it.
    fn take_again(
        &mut self,
        stamp: &Stamp,
        ticket_id: TicketId,
        entry_id: Option<TimeEntryId>,
        minutes: i64,
    ) -> Result<(), Refusal> {
        let held = self.consume_held(stamp, ticket_id, entry_id, minutes)?;
        let lent = minutes - held.iter().map(|part| part.minutes).sum::<i64>();
        if lent > 0 {
            let line = Line::without_lot(MovementKind::Borrow, lent);
            self.record(stamp, line.of_ticket(ticket_id).of_entry(entry_id))?;
        }
        Ok(())
    }
}

/// An entry, and how much more it bills from now on.
type Change = (TimeEntryId, i64);

/// Those that change, what comes back first.
fn changes(correction: &Correction<'_>, billed_minutes: &[i64]) -> Vec<Change> {
    let dropped = correction
        .dropped
        .iter()
        .map(|entry| (entry.entry_id, -entry.billed_minutes));
    let others = correction.entries.iter().zip(billed_minutes);
    let changed = others.map(|(entry, billed)| (entry.entry_id, billed - entry.billed_minutes));
    dropped.chain(changed).filter(|(_, more)| *more != 0).collect()
}

/// What the entries bill, oldest first: rounded for the ticket as a whole, and together never more than was used.
/// Where a fixed size was consumed none of them bills more than before, for it is there to take the difference.
fn billed_anew(agreement: &Agreement, correction: &Correction<'_>, fitting: i64) -> Vec<i64> {
    let rest = agreement.rest_minutes(correction);
    let is_fixed = rest > 0 || agreement.fixed_minutes > 0;
    let (mut worked, mut billed) = (0, 0);
    let mut anew = Vec::with_capacity(correction.entries.len());
    for entry in correction.entries {
        worked += entry.worked_minutes;
        let whole = agreement.rounding.billed_minutes(worked, fitting);
        let most = if is_fixed {
            entry.billed_minutes
        } else {
            agreement.used_minutes - billed
        };
        let minutes = (whole - billed).min(most).max(0);
        billed += minutes;
        anew.push(minutes);
    }
    anew
}

/// What is consumed of no entry: at least what was, and what the fixed size, or the work as a whole, has beyond the
/// entries.
fn rest_anew(agreement: &Agreement, correction: &Correction<'_>, fitting: i64, billed: i64) -> i64 {
    let rest = agreement.rest_minutes(correction);
    if rest <= 0 && agreement.fixed_minutes <= 0 {
        return rest;
    }
    let worked = correction.entries.iter().map(|entry| entry.worked_minutes).sum();
    let whole = agreement.rounding.billed_minutes(worked, fitting);
    let total = whole.max(agreement.fixed_minutes).min(agreement.used_minutes);
    rest.max(total - billed)
}
