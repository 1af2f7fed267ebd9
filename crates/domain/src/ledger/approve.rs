//! Previewing and approving minutes, and holding them (section 3, "Preview and approve").

use super::account::{Account, Line};
use super::movement::{MovementKind, Stamp};
use crate::estimate::{Basis, HoldChange, hold_change};
use crate::ids::{HoldId, LotId, SystemId, TicketId};
use crate::problem::Refusal;
use crate::time::Instant;
use chrono::NaiveDate;
use std::fmt::Write;

/// Minutes taken from one lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocation {
    /// The lot.
    pub lot_id: LotId,
    /// Its last day of use.
    pub expires_on: NaiveDate,
    /// How many minutes of it.
    pub minutes: i64,
}

/// What a yes would do. Nothing is reserved by looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The minutes asked for.
    pub minutes: i64,
    /// What would be held, per lot in order of use. Empty when minutes are missing.
    pub allocations: Vec<Allocation>,
    /// What would be given back because the new total is below what is held.
    pub released_minutes: i64,
    /// What the organization would have available afterwards, over all lots. When minutes are missing: what it has.
    pub available_after_minutes: i64,
    /// How many minutes are missing; 0 when it can be approved.
    pub shortfall_minutes: i64,
}

impl Preview {
    /// The canonical text of what was shown. Two previews have the same text if and only if they show the same;
    /// the server signs it into the preview's token.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut text = format!(
            "minutes={};released={};after={};short={}",
            self.minutes, self.released_minutes, self.available_after_minutes, self.shortfall_minutes
        );
        for part in &self.allocations {
            // Writing to a string cannot fail.
            let _ = write!(text, ";{}@{}={}", part.lot_id, part.expires_on, part.minutes);
        }
        text
    }
}

/// Minutes that somebody with the right says yes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// The id of the hold that it makes.
    pub hold_id: HoldId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The ticket's system, which decides the lots that serve.
    pub system_id: Option<SystemId>,
    /// The minutes of the estimate.
    pub minutes: i64,
    /// Whether they are for the whole ticket or on top.
    pub basis: Basis,
    /// The ticket's billed minutes so far, borrowed ones included.
    pub used_minutes: i64,
}

impl Account {
    /// What holding `minutes` now would take, and from which lots (section 3).
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn preview(&self, now: Instant, minutes: i64, system_id: Option<SystemId>) -> Result<Preview, Refusal> {
        Ok(self.settled(now)?.preview_hold(minutes, minutes, system_id))
    }

    /// What approving an estimate now would do (section 3, "Estimate").
    ///
    /// # Errors
    /// `invalid` for minutes that are not more than 0.
    pub fn preview_approval(&self, now: Instant, approval: &Approval) -> Result<Preview, Refusal> {
        self.clone().approve_now(&Stamp::system(now), approval)
    }

    /// Holds the minutes of an estimate: all or nothing. With the fingerprint of a preview it does exactly what was
    /// shown; without, what is right now.
    ///
    /// # Errors
    /// `balance_changed` when it would not be what was shown; `insufficient_minutes` with the shortfall; `invalid`
    /// for minutes that are not more than 0.
    pub fn approve(&mut self, stamp: &Stamp, approval: &Approval, shown: Option<&str>) -> Result<Preview, Refusal> {
        self.attempt(stamp, |draft| {
            let preview = draft.approve_now(stamp, approval)?;
            if shown.is_some_and(|shown| shown != preview.fingerprint()) {
                let detail = "the balance has changed since the preview; look again before approving";
                return Err(Refusal::conflict("balance_changed", detail));
            }
            if preview.shortfall_minutes > 0 {
                return Err(insufficient(preview.shortfall_minutes));
            }
            Ok(preview)
        })
    }

    /// Holds as much of `minutes` as is available: for late entries and reopened tickets (up to what was approved
    /// less what was used) and for the emergency clause. Returns how many minutes it holds, perhaps 0.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn hold_up_to(
        &mut self,
        stamp: &Stamp,
        hold_id: HoldId,
        ticket_id: TicketId,
        system_id: Option<SystemId>,
        minutes: i64,
    ) -> Result<i64, Refusal> {
        self.attempt(stamp, |draft| {
            let minutes = minutes.min(draft.available_for(system_id)).max(0);
            let (allocations, _) = draft.allocate(minutes, system_id);
            draft.hold(stamp, hold_id, ticket_id, &allocations)?;
            Ok(minutes)
        })
    }

    /// Settles and approves on this very account, or says what is missing and leaves it.
    fn approve_now(&mut self, stamp: &Stamp, approval: &Approval) -> Result<Preview, Refusal> {
        if approval.minutes <= 0 {
            return Err(Refusal::field(
                "/minutes",
                "too_small",
                "an approval is for at least one minute",
            ));
        }
        self.settle_due(stamp.now)?;
        let held = self.held_for(approval.ticket_id);
        let wanted = match hold_change(approval.basis, approval.minutes, approval.used_minutes, held) {
            HoldChange::Hold { minutes } => minutes,
            HoldChange::Keep => 0,
            HoldChange::Release { minutes } => return self.approve_less(stamp, approval, minutes),
        };
        let preview = self.preview_hold(approval.minutes, wanted, approval.system_id);
        self.hold(stamp, approval.hold_id, approval.ticket_id, &preview.allocations)?;
        Ok(preview)
    }

    /// The new total is below what is used and held: what is held beyond it is released.
    fn approve_less(&mut self, stamp: &Stamp, approval: &Approval, released: i64) -> Result<Preview, Refusal> {
        self.release_last(stamp, approval.ticket_id, released)?;
        Ok(Preview {
            minutes: approval.minutes,
            allocations: Vec::new(),
            released_minutes: released,
            available_after_minutes: self.available_minutes(),
            shortfall_minutes: 0,
        })
    }

    fn preview_hold(&self, minutes: i64, wanted: i64, system_id: Option<SystemId>) -> Preview {
        let (allocations, shortfall_minutes) = self.allocate(wanted, system_id);
        let taken: i64 = allocations.iter().map(|part| part.minutes).sum();
        Preview {
            minutes,
            allocations,
            released_minutes: 0,
            available_after_minutes: self.available_minutes() - taken,
            shortfall_minutes,
        }
    }

    /// Chooses lots in order of use. Never partial: with a shortfall there are no allocations.
    fn allocate(&self, minutes: i64, system_id: Option<SystemId>) -> (Vec<Allocation>, i64) {
        let mut missing = minutes;
        let mut allocations = Vec::new();
        for lot in self.usable(system_id) {
            let minutes = missing.min(lot.available_minutes());
            if minutes > 0 {
                allocations.push(Allocation {
                    lot_id: lot.lot_id,
                    expires_on: lot.expires_on,
                    minutes,
                });
                missing -= minutes;
            }
        }
        if missing > 0 {
            (Vec::new(), missing)
        } else {
            (allocations, 0)
        }
    }

    fn hold(
        &mut self,
        stamp: &Stamp,
        hold_id: HoldId,
        ticket_id: TicketId,
        allocations: &[Allocation],
    ) -> Result<(), Refusal> {
        for part in allocations {
            let line = Line::in_lot(MovementKind::Hold, part.lot_id, part.minutes);
            self.record(stamp, line.of_hold(Some(hold_id)).of_ticket(ticket_id))?;
        }
        Ok(())
    }
}

/// Minutes are missing in the lots.
pub(super) fn insufficient(shortfall_minutes: i64) -> Refusal {
    Refusal::Shortfall {
        code: "insufficient_minutes",
        detail: format!("{shortfall_minutes} minutes are missing in the packs"),
        shortfall_minutes,
        covering: None,
    }
}
