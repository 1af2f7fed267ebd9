//! Movements: the lines of the ledger. Nothing is rewritten; a correction is another movement (section 3).

use crate::ids::{HoldId, LotId, TicketId, TimeEntryId, UserId};
use crate::time::Instant;
use crate::words::words;

words! {
    /// What a movement does to the counters of its lot, its hold and the organization's debt (section 3).
    MovementKind {
        /// The minutes of a lot, at its activation.
        Grant = "grant",
        /// An adjustment in the client's favour.
        Credit = "credit",
        /// Minutes reserved by an approval.
        Hold = "hold",
        /// Reserved minutes given back.
        Release = "release",
        /// Held minutes used by work.
        Consume = "consume",
        /// Used minutes given back: to the hold when it names one, else to the lot.
        Unconsume = "unconsume",
        /// An adjustment to the client's debit.
        Debit = "debit",
        /// Minutes that were available when their lot ended.
        Expire = "expire",
        /// Unused minutes paid back in money.
        Refund = "refund",
        /// Minutes taken back because the sale did not stand.
        Void = "void",
        /// Work done on credit: it has no lot and becomes debt.
        Borrow = "borrow",
        /// Work done on credit that was corrected.
        Unborrow = "unborrow",
        /// Minutes of a lot that went into the debt.
        Repay = "repay",
        /// A repayment undone because the work it paid was corrected.
        Unrepay = "unrepay",
    }
}

impl MovementKind {
    /// What one minute of this kind does to `posted` of its lot: 1, 0 or -1.
    #[must_use]
    pub const fn posted_sign(self) -> i64 {
        match self {
            Self::Grant | Self::Credit | Self::Unconsume | Self::Unrepay => 1,
            Self::Debit | Self::Consume | Self::Repay | Self::Expire | Self::Refund | Self::Void => -1,
            Self::Hold | Self::Release | Self::Borrow | Self::Unborrow => 0,
        }
    }

    /// What one minute of this kind does to `held` of its hold and lot: 1, 0 or -1. `to_hold` says whether the
    /// movement names a hold, which only matters for [`MovementKind::Unconsume`].
    #[must_use]
    pub const fn held_sign(self, to_hold: bool) -> i64 {
        match self {
            Self::Hold => 1,
            Self::Unconsume if to_hold => 1,
            Self::Consume | Self::Release => -1,
            _ => 0,
        }
    }

    /// What one minute of this kind does to the debt of the organization: 1, 0 or -1.
    #[must_use]
    pub const fn debt_sign(self) -> i64 {
        match self {
            Self::Borrow | Self::Unrepay => 1,
            Self::Unborrow | Self::Repay => -1,
            _ => 0,
        }
    }

    /// What one minute of this kind adds to the minutes used from its lot (by work, or by debt for earlier work).
    #[must_use]
    pub const fn used_sign(self) -> i64 {
        match self {
            Self::Consume | Self::Repay => 1,
            Self::Unconsume | Self::Unrepay => -1,
            _ => 0,
        }
    }

    /// The kind whose movements this one undoes.
    #[must_use]
    pub const fn undoes(self) -> Option<Self> {
        match self {
            Self::Unconsume => Some(Self::Consume),
            Self::Unborrow => Some(Self::Borrow),
            Self::Unrepay => Some(Self::Repay),
            _ => None,
        }
    }

    /// Whether movements of this kind name a lot: all but borrowing and its reversal.
    #[must_use]
    pub const fn has_lot(self) -> bool {
        !matches!(self, Self::Borrow | Self::Unborrow)
    }

    /// Whether movements of this kind always name a hold.
    #[must_use]
    pub const fn needs_hold(self) -> bool {
        matches!(self, Self::Hold | Self::Release | Self::Consume)
    }
}

/// One line of an organization's ledger (section 3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Place in the organization's ledger, from 1, without gaps. Order by it equals order by `effective_at`.
    pub sequence: i64,
    /// What it does.
    pub kind: MovementKind,
    /// Always more than 0.
    pub minutes: i64,
    /// The lot it moves; none for `borrow` and `unborrow`.
    pub lot_id: Option<LotId>,
    /// The hold it moves: always for `hold`, `release` and `consume`, and for `unconsume` back to the hold.
    pub hold_id: Option<HoldId>,
    /// The ticket of the hold or of the work.
    pub ticket_id: Option<TicketId>,
    /// The time entry whose minutes these are.
    pub entry_id: Option<TimeEntryId>,
    /// The sequence of the movement that this one undoes, wholly or in part.
    pub reverses: Option<i64>,
    /// When it counts.
    pub effective_at: Instant,
    /// When it was written, which for an expiry can be later.
    pub recorded_at: Instant,
    /// Who did it; none when it follows from the calendar alone.
    pub actor_id: Option<UserId>,
    /// Why, in words, where somebody had to say.
    pub reason: Option<String>,
    /// What the organization had available right after it, over all lots.
    pub available_after_minutes: i64,
}

impl Movement {
    /// Whether it moves the debt of the organization as a whole, and not that of a time entry or of a ticket's fixed
    /// size: what lots repaid, what payments that bounced left, and what was undone of both.
    #[must_use]
    pub const fn is_common_debt(&self) -> bool {
        self.kind.debt_sign() != 0 && self.entry_id.is_none() && self.ticket_id.is_none()
    }
}

/// When, by whom and why something is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The instant of doing it.
    pub now: Instant,
    /// Who does it; none for what follows from the calendar alone.
    pub actor_id: Option<UserId>,
    /// Why, in words.
    pub reason: Option<String>,
}

impl Stamp {
    /// Done by a person.
    #[must_use]
    pub fn by(actor_id: UserId, now: Instant) -> Self {
        Self {
            now,
            actor_id: Some(actor_id),
            reason: None,
        }
    }

    /// Done by nobody: it follows from the calendar.
    #[must_use]
    pub fn system(now: Instant) -> Self {
        Self {
            now,
            actor_id: None,
            reason: None,
        }
    }

    /// The same, with a reason.
    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> Self {
        Self {
            reason: Some(reason.into()),
            ..self
        }
    }
}
