//! Using what is held, and giving back what is not used (section 3, "Work").

use super::account::{Account, Line};
use super::movement::{MovementKind, Stamp};
use crate::ids::{HoldId, LotId, TicketId, TimeEntryId};
use crate::problem::Refusal;

/// Billable minutes of one time entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// The ticket whose holds are used.
    pub ticket_id: TicketId,
    /// The time entry.
    pub entry_id: TimeEntryId,
    /// Billable minutes, after rounding; 0 writes nothing.
    pub minutes: i64,
    /// What may be borrowed beyond the holds: the emergency clause's N less what was used, or 0 (section 6). The
    /// debt limit of the organization holds as well.
    pub borrow_up_to_minutes: i64,
}

/// Minutes used from one hold in one lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldAllocation {
    /// The hold.
    pub hold_id: HoldId,
    /// The lot.
    pub lot_id: LotId,
    /// How many minutes.
    pub minutes: i64,
}

/// Where the minutes of a piece of work came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Consumed {
    /// In order of use.
    pub allocations: Vec<HoldAllocation>,
    /// Minutes that became debt.
    pub borrowed_minutes: i64,
}

impl Account {
    /// Uses minutes of the ticket's holds in order of use, and borrows beyond them where that is allowed. What is used
    /// of a lot whose payment bounced becomes debt.
    ///
    /// # Errors
    /// `approved_minutes_exhausted` with the shortfall, and nothing is written.
    pub fn consume(&mut self, stamp: &Stamp, work: &Work) -> Result<Consumed, Refusal> {
        self.attempt(stamp, |draft| {
            let beyond = (work.minutes - draft.held_for(work.ticket_id)).max(0);
            let may_borrow = work
                .borrow_up_to_minutes
                .min(draft.room_to_borrow(work.ticket_id))
                .max(0);
            if beyond > may_borrow {
                let shortfall_minutes = beyond - may_borrow;
                return Err(Refusal::Shortfall {
                    code: "approved_minutes_exhausted",
                    detail: format!("the approved minutes are used up: {shortfall_minutes} more need a yes"),
                    shortfall_minutes,
                    covering: None,
                });
            }
            let allocations = draft.consume_held(stamp, work.ticket_id, Some(work.entry_id), work.minutes - beyond)?;
            if beyond > 0 {
                let line = Line::without_lot(MovementKind::Borrow, beyond);
                draft.record(stamp, line.of_ticket(work.ticket_id).of_entry(Some(work.entry_id)))?;
            }
            Ok(Consumed {
                allocations,
                borrowed_minutes: beyond,
            })
        })
    }

    /// Uses up to `minutes` of what the ticket holds, without a time entry: what a ticket with estimates of both kinds
    /// does at `resolved` for the fixed ones (section 3, "Estimate"). Returns where from.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn consume_part(&mut self, stamp: &Stamp, ticket_id: TicketId, minutes: i64) -> Result<Consumed, Refusal> {
        self.attempt(stamp, |draft| {
            let minutes = minutes.min(draft.held_for(ticket_id));
            let allocations = draft.consume_held(stamp, ticket_id, None, minutes)?;
            Ok(Consumed {
                allocations,
                borrowed_minutes: 0,
            })
        })
    }

    /// Gives back everything the ticket holds: resolved, declined, withdrawn, or 60 days without the client's
    /// answer on an ended lot. It repays debt first, and from an ended lot it expires at once; from one whose payment
    /// bounced it is void. Returns how many minutes were released.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn release(&mut self, stamp: &Stamp, ticket_id: TicketId) -> Result<i64, Refusal> {
        self.attempt(stamp, |draft| {
            let held = draft.held_for(ticket_id);
            draft.release_last(stamp, ticket_id, held)?;
            Ok(held)
        })
    }

    /// Gives back up to `minutes` of what the ticket holds, those that would be used last first: what an emergency
    /// that was none held beyond what was approved. Returns how many minutes were released.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn release_part(&mut self, stamp: &Stamp, ticket_id: TicketId, minutes: i64) -> Result<i64, Refusal> {
        self.attempt(stamp, |draft| {
            let minutes = minutes.min(draft.held_for(ticket_id)).max(0);
            draft.release_last(stamp, ticket_id, minutes)?;
            Ok(minutes)
        })
    }

    /// Gives back what one hold of the ticket still has: its approval was disputed. Returns how many minutes were
    /// released.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn release_hold(&mut self, stamp: &Stamp, ticket_id: TicketId, hold_id: HoldId) -> Result<i64, Refusal> {
        self.attempt(stamp, |draft| {
            let mut parts = draft.parts_in_order(ticket_id);
            parts.retain(|part| part.hold_id == hold_id);
            draft.release_parts(stamp, ticket_id, &parts)?;
            Ok(parts.iter().map(|part| part.minutes).sum())
        })
    }

    /// Gives back the ticket's minutes held in lots that have ended, and leaves the rest: what 60 days of waiting
    /// on the client do (section 3, "Expiry"). Returns how many minutes were released.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn release_ended(&mut self, stamp: &Stamp, ticket_id: TicketId) -> Result<i64, Refusal> {
        self.attempt(stamp, |draft| {
            let mut parts = draft.parts_in_order(ticket_id);
            parts.retain(|part| draft.lot(part.lot_id).is_some_and(|lot| lot.ends_at <= stamp.now));
            draft.release_parts(stamp, ticket_id, &parts)?;
            Ok(parts.iter().map(|part| part.minutes).sum())
        })
    }

    /// How much work on the ticket may borrow by the limit of debt, once it has used what it holds: what is held in a lot
    /// whose payment bounced is owed then.
    pub(super) fn room_to_borrow(&self, ticket_id: TicketId) -> i64 {
        let held = self.parts_in_order(ticket_id);
        let bounced = held.iter().filter(|part| self.is_voided(part.lot_id));
        let owed = self.counters.debt_minutes + bounced.map(|part| part.minutes).sum::<i64>();
        (self.counters.debt_limit_minutes - owed).max(0)
    }

    /// Gives back minutes of the ticket's holds, those that would be used last first.
    pub(super) fn release_last(&mut self, stamp: &Stamp, ticket_id: TicketId, minutes: i64) -> Result<(), Refusal> {
        let mut parts = self.parts_in_order(ticket_id);
        parts.reverse();
        self.release_parts(stamp, ticket_id, &take(&parts, minutes))
    }

    fn release_parts(&mut self, stamp: &Stamp, ticket_id: TicketId, parts: &[HoldAllocation]) -> Result<(), Refusal> {
        for part in parts {
            let line = Line::in_lot(MovementKind::Release, part.lot_id, part.minutes);
            self.record(stamp, line.of_hold(Some(part.hold_id)).of_ticket(ticket_id))?;
            self.became_available(stamp, part.lot_id)?;
        }
        Ok(())
    }

    /// Uses so many minutes of what the ticket holds, in order of use, or all of it.
    pub(super) fn consume_held(
        &mut self,
        stamp: &Stamp,
        ticket_id: TicketId,
        entry_id: Option<TimeEntryId>,
        minutes: i64,
    ) -> Result<Vec<HoldAllocation>, Refusal> {
        let allocations = take(&self.parts_in_order(ticket_id), minutes);
        for part in &allocations {
            let line = Line::in_lot(MovementKind::Consume, part.lot_id, part.minutes);
            self.record(
                stamp,
                line.of_hold(Some(part.hold_id)).of_ticket(ticket_id).of_entry(entry_id),
            )?;
            if self.is_voided(part.lot_id) {
                // Of no entry, as the rest of what the bounced payment left: the entry has these minutes already.
                let because = stamp.clone().because("payment bounced");
                self.record(&because, Line::without_lot(MovementKind::Borrow, part.minutes))?;
            }
        }
        Ok(allocations)
    }

    /// What the ticket holds, in order of use: by lot, then the older hold.
    fn parts_in_order(&self, ticket_id: TicketId) -> Vec<HoldAllocation> {
        let mut parts = Vec::new();
        for hold in self.holds.values().filter(|hold| hold.ticket_id == ticket_id) {
            for part in hold.parts.iter().filter(|part| part.minutes > 0) {
                let order = self.lots.get(&part.lot_id).map(super::LotPosition::order_of_use);
                let taken = HoldAllocation {
                    hold_id: hold.hold_id,
                    lot_id: part.lot_id,
                    minutes: part.minutes,
                };
                parts.push((order, hold.created_at, taken));
            }
        }
        parts.sort_by_key(|(order, created_at, part)| (*order, *created_at, part.hold_id));
        parts.into_iter().map(|(_, _, part)| part).collect()
    }
}

/// The first `minutes` of the parts.
fn take(parts: &[HoldAllocation], minutes: i64) -> Vec<HoldAllocation> {
    let mut missing = minutes;
    let mut taken = Vec::new();
    for part in parts {
        let minutes = part.minutes.min(missing);
        if minutes > 0 {
            taken.push(HoldAllocation { minutes, ..*part });
            missing -= minutes;
        }
    }
    taken
}
