//! What there is, now and at any past instant (section 3, `balance(as_of)`).

use super::account::Account;
use super::movement::{Movement, MovementKind};
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
    /// Its last day of use.
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

/// Movements of one kind in one lot, added up: all that a balance needs of a long ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MovementSum {
    /// The lot; none for borrowing and its reversal.
    pub lot_id: Option<LotId>,
    /// What they do.
    pub kind: MovementKind,
    /// Whether they name a hold.
    pub names_hold: bool,
    /// Their minutes.
    pub minutes: i64,
}

impl From<&Movement> for MovementSum {
    fn from(movement: &Movement) -> Self {
        Self {
            lot_id: movement.lot_id,
            kind: movement.kind,
            names_hold: movement.hold_id.is_some(),
            minutes: movement.minutes,
        }
    }
}

impl MovementSum {
    /// What these movements do to `posted` of their lot.
    #[must_use]
    pub const fn posted_minutes(&self) -> i64 {
        self.kind.posted_sign() * self.minutes
    }

    /// What these movements do to `held` of their lot.
    #[must_use]
    pub const fn held_minutes(&self) -> i64 {
        self.kind.held_sign(self.names_hold) * self.minutes
    }
}

/// What the organization had at an instant, from its movements: those effective up to and including `as_of`, with
/// lots that had ended by then taken as expired. `lots` are all lots that the movements name, with the end that they had
/// then and the status of today.
#[must_use]
pub fn balance_as_of<'a>(
    movements: impl IntoIterator<Item = &'a Movement>,
    lots: &[LotPosition],
    as_of: Instant,
) -> Balance {
    let counted = movements.into_iter().filter(|movement| movement.effective_at <= as_of);
    balance_of_sums(counted.map(MovementSum::from), lots, as_of)
}

/// As [`balance_as_of`], from sums of exactly the movements effective up to and including `as_of`.
#[must_use]
pub fn balance_of_sums(
    movements: impl IntoIterator<Item = MovementSum>,
    lots: &[LotPosition],
    as_of: Instant,
) -> Balance {
    let mut debt = 0;
    let mut sums: BTreeMap<LotId, (i64, i64)> = BTreeMap::new();
    for sum in movements {
        debt += sum.kind.debt_sign() * sum.minutes;
        if let Some(lot_id) = sum.lot_id {
            let (posted, held) = sums.entry(lot_id).or_default();
            *posted += sum.posted_minutes();
            *held += sum.held_minutes();
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
