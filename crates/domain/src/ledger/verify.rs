//! Whether what is stored beside a ledger is what its movements come to (section 3, "counters kept on lots equal the
//! sums").

use super::account::{Account, AccountCounters};
use super::movement::{Movement, MovementKind};
use super::position::{HoldPosition, LotPosition};
use super::verify_tickets::{self, BilledEntry, TicketFigures};
use crate::ids::{HoldId, LotId, TimeEntryId};
use crate::lot::LotStatus;
use std::collections::BTreeMap;

/// A ledger with everything that is stored beside it: all of an organization's, whatever the present needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Books {
    /// What the organization keeps.
    pub counters: AccountCounters,
    /// All lots.
    pub lots: Vec<LotPosition>,
    /// All holds.
    pub holds: Vec<HoldPosition>,
    /// All movements, in their order.
    pub movements: Vec<Movement>,
    /// All time entries.
    pub entries: Vec<BilledEntry>,
    /// All tickets.
    pub tickets: Vec<TicketFigures>,
}

impl Books {
    /// Recomputes everything from the movements alone.
    ///
    /// # Errors
    /// The first difference, as one line that names where it is and both figures.
    pub fn check(&self) -> Result<(), String> {
        let account = self.replay()?;
        self.check_end(&account)?;
        self.check_lots(&account)?;
        self.check_holds(&account)?;
        self.check_work(&account)?;
        self.check_entries()?;
        verify_tickets::check(&self.tickets, &self.movements, &self.entries, &self.holds)
    }

    /// From nothing, one movement after the other. How far borrowing was allowed is not known afterwards.
    fn replay(&self) -> Result<Account, String> {
        let mut account = Account::before_all(self.lots.iter().cloned());
        for (expected, movement) in (1..).zip(&self.movements) {
            let sequence = movement.sequence;
            if sequence != expected {
                return Err(format!("movement {expected} is missing: {sequence} is in its place"));
            }
            account
                .apply(movement)
                .map_err(|refusal| format!("movement {sequence}: {refusal}"))?;
            let what = format!("movement {sequence}: available_after_minutes");
            same(&what, movement.available_after_minutes, account.available_minutes())?;
        }
        Ok(account)
    }

    fn check_end(&self, account: &Account) -> Result<(), String> {
        let (stored, found) = (self.counters, account.counters());
        same(
            "the last sequence of the ledger",
            stored.last_sequence,
            found.last_sequence,
        )?;
        same("debt_minutes", stored.debt_minutes, found.debt_minutes)?;
        if stored.last_effective_at < found.last_effective_at {
            return Err("the last effective instant is earlier than that of the last movement".to_owned());
        }
        Ok(())
    }

    fn check_lots(&self, account: &Account) -> Result<(), String> {
        let mut granted: BTreeMap<LotId, i64> = BTreeMap::new();
        for movement in &self.movements {
            if let (MovementKind::Grant, Some(lot_id)) = (movement.kind, movement.lot_id) {
                *granted.entry(lot_id).or_default() += movement.minutes;
            }
        }
        for stored in &self.lots {
            let lot_id = stored.lot_id;
            let Some(found) = account.lot(lot_id) else {
                return Err(format!("lot {lot_id}: it is not in the ledger"));
            };
            let figures = [
                (
                    "granted_minutes",
                    stored.granted_minutes,
                    granted.get(&lot_id).copied().unwrap_or(0),
                ),
                ("posted_minutes", stored.posted_minutes, found.posted_minutes),
                ("held_minutes", stored.held_minutes, found.held_minutes),
                ("used_minutes", stored.used_minutes, found.used_minutes),
            ];
            for (what, stored, found) in figures {
                same(&format!("lot {lot_id}: {what}"), stored, found)?;
            }
            if stored.status != LotStatus::Active && found.available_minutes() != 0 {
                let left = found.available_minutes();
                return Err(format!(
                    "lot {lot_id}: it is {}, but {left} minutes are available in it",
                    stored.status
                ));
            }
        }
        Ok(())
    }

    /// A part that is empty may be stored or not.
    fn check_holds(&self, account: &Account) -> Result<(), String> {
        let parts = |holds: &mut dyn Iterator<Item = &HoldPosition>| {
            let mut parts: BTreeMap<(HoldId, LotId), i64> = BTreeMap::new();
            for hold in holds {
                for part in hold.parts.iter().filter(|part| part.minutes != 0) {
                    *parts.entry((hold.hold_id, part.lot_id)).or_default() += part.minutes;
                }
            }
            parts
        };
        let stored = parts(&mut self.holds.iter());
        let found = parts(&mut account.holds());
        for key in stored.keys().chain(found.keys()) {
            let figure = |parts: &BTreeMap<(HoldId, LotId), i64>| parts.get(key).copied().unwrap_or(0);
            let what = format!("hold {} in lot {}: held_minutes", key.0, key.1);
            same(&what, figure(&stored), figure(&found))?;
        }
        for hold in &self.holds {
            let moved = account.holds().find(|found| found.hold_id == hold.hold_id);
            if moved.is_some_and(|found| found.ticket_id != hold.ticket_id) {
                return Err(format!(
                    "hold {}: its movements are those of another ticket",
                    hold.hold_id
                ));
            }
        }
        Ok(())
    }

    /// Work is paid from lots or owed, and nothing else is: what was used of a lot whose payment bounced is owed.
    fn check_work(&self, account: &Account) -> Result<(), String> {
        let of_ticket = self.movements.iter().filter(|movement| movement.ticket_id.is_some());
        let worked: i64 = of_ticket
            .map(|movement| match movement.kind {
                MovementKind::Consume | MovementKind::Borrow => movement.minutes,
                MovementKind::Unconsume | MovementKind::Unborrow => -movement.minutes,
                _ => 0,
            })
            .sum();
        let paid = self.lots.iter().filter(|lot| lot.status != LotStatus::Voided);
        let used: i64 = paid.map(|lot| lot.used_minutes).sum();
        let what = "work, by what was used of lots and is owed";
        same(what, used + account.counters().debt_minutes, worked)
    }

    /// Allocations of a time entry are its billable minutes, borrowed ones included.
    fn check_entries(&self) -> Result<(), String> {
        let mut allocated: BTreeMap<TimeEntryId, i64> = BTreeMap::new();
        for movement in &self.movements {
            let sign = match movement.kind {
                MovementKind::Consume | MovementKind::Borrow => 1,
                MovementKind::Unconsume | MovementKind::Unborrow => -1,
                _ => 0,
            };
            if let Some(entry_id) = movement.entry_id {
                *allocated.entry(entry_id).or_default() += sign * movement.minutes;
            }
        }
        for entry in &self.entries {
            let what = format!("time entry {}: billable_minutes", entry.entry_id);
            let found = allocated.get(&entry.entry_id).copied().unwrap_or(0);
            // What was taken back keeps the figure that it billed, for the record.
            let billed = if entry.taken_back { 0 } else { entry.billable_minutes };
            same(&what, billed, found)?;
        }
        Ok(())
    }
}

/// Both figures are the same.
pub(super) fn same(what: &str, stored: i64, found: i64) -> Result<(), String> {
    if stored == found {
        Ok(())
    } else {
        Err(format!("{what}: {stored} is stored, the movements come to {found}"))
    }
}
