//! What there is, now and at any past instant (section 3, `balance(as_of)`).

use super::account::Account;
use super::movement::Movement;
use super::position::LotPosition;
use crate::ids::LotId;
use crate::lot::LotStatus;
use crate::problem::Refusal;
use crate::time::Instant;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What an organization has, with `available = posted - held`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Balance {
    /// Minutes that can be approved.
    pub available_minutes: i64,
    /// Minutes reserved for approved work.
    pub held_minutes: i64,
    /// Minutes in the lots.
    pub posted_minutes: i64,
    /// Minutes worked on credit.
    pub debt_minutes: i64,
    /// Lot by lot, in order of use; those with nothing in them are left out.
    pub lots: Vec<LotBalance>,
}

/// What is in one lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotBalance {
    /// The lot.
    pub lot_id: LotId,
    /// Its last day of use, as it is today.
    pub expires_on: NaiveDate,
    /// Minutes that can be approved.
    pub available_minutes: i64,
    /// Minutes reserved for approved work.
    pub held_minutes: i64,
    /// Minutes in the lot.
    pub posted_minutes: i64,
}

impl Balance {
    /// Adds the lots up, in order of use.
    fn of<'a>(debt_minutes: i64, lots: impl IntoIterator<Item = (&'a LotPosition, i64, i64)>) -> Self {
        let mut lots: Vec<_> = lots.into_iter().filter(|(_, posted, _)| *posted > 0).collect();
        lots.sort_by_key(|(lot, ..)| lot.order_of_use());
        let mut balance = Self {
            debt_minutes,
            ..Self::default()
        };
        for (lot, posted_minutes, held_minutes) in lots {
            let available_minutes = posted_minutes - held_minutes;
            balance.available_minutes += available_minutes;
            balance.held_minutes += held_minutes;
            balance.posted_minutes += posted_minutes;
            balance.lots.push(LotBalance {
                lot_id: lot.lot_id,
                expires_on: lot.expires_on,
                available_minutes,
                held_minutes,
                posted_minutes,
            });
        }
        balance
    }
}

impl Account {
    /// What the organization has at `now`, with due expiries taken as done.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn balance(&self, now: Instant) -> Result<Balance, Refusal> {
        let settled = self.settled(now)?;
        let lots = settled
            .lots
            .values()
            .map(|lot| (lot, lot.posted_minutes, lot.held_minutes));
        Ok(Balance::of(settled.counters.debt_minutes, lots))
    }
}

/// What the organization had at an instant, from its movements: those effective up to and including `as_of`, with
/// lots that had ended by then taken as expired. `lots` are all lots that the movements name, as they stand today.
#[must_use]
pub fn balance_as_of<'a>(
    movements: impl IntoIterator<Item = &'a Movement>,
    lots: &[LotPosition],
    as_of: Instant,
) -> Balance {
    let mut debt = 0;
    let mut sums: BTreeMap<LotId, (i64, i64)> = BTreeMap::new();
    for movement in movements.into_iter().filter(|movement| movement.effective_at <= as_of) {
        debt += movement.kind.debt_sign() * movement.minutes;
        if let Some(lot_id) = movement.lot_id {
            let (posted, held) = sums.entry(lot_id).or_default();
            *posted += movement.kind.posted_sign() * movement.minutes;
            *held += movement.kind.held_sign(movement.hold_id.is_some()) * movement.minutes;
        }
    }
    let lots = lots.iter().map(|lot| {
        let (posted, held) = sums.get(&lot.lot_id).copied().unwrap_or_default();
        // Of a lot that is settled the movements tell all, also when it ended earlier than its date says today.
        let due = lot.status == LotStatus::Active && lot.ends_at <= as_of;
        (lot, if due { held } else { posted }, held)
    });
    Balance::of(debt, lots)
}
