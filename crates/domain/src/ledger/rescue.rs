//! The rescue of minutes that would expire unused (section 3): which waiting work would fit in them.

use super::forecast::UnusedLot;
use super::position::LotPosition;
use crate::ids::{EstimateId, LotId, SystemId, TicketId};
use crate::words::words;
use std::collections::BTreeMap;

words! {
    /// Where work that could be done waits.
    CandidateKind {
        /// An estimate waits for the client's yes.
        Waiting = "waiting",
        /// It is in the backlog, with an estimate.
        Backlog = "backlog",
    }
}

/// Work that could use minutes before they expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Where it waits.
    pub kind: CandidateKind,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The ticket's system, which decides the lots that serve.
    pub system_id: Option<SystemId>,
    /// The estimate.
    pub estimate_id: EstimateId,
    /// Its minutes.
    pub minutes: i64,
}

/// A lot with minutes that will expire unused, and what would use them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescued {
    /// The lot and what will expire of it.
    pub unused: UnusedLot,
    /// What fits, in the order of the candidates.
    pub fits: Vec<Candidate>,
    /// What would still expire.
    pub left_minutes: i64,
}

/// Which of the candidates fit whole into minutes that will expire unused. Lots come soonest first, and take each
/// candidate, in the order given, that they serve and that fits in what is left of them; none is taken twice.
#[must_use]
pub fn rescue<'a>(
    unused: &[UnusedLot],
    lots: impl IntoIterator<Item = &'a LotPosition>,
    candidates: &[Candidate],
) -> Vec<Rescued> {
    let lots: BTreeMap<LotId, &LotPosition> = lots.into_iter().map(|lot| (lot.lot_id, lot)).collect();
    let mut waiting: Vec<Candidate> = candidates
        .iter()
        .copied()
        .filter(|candidate| candidate.minutes > 0)
        .collect();
    let mut soonest: Vec<UnusedLot> = unused.to_vec();
    soonest.sort_by_key(|lot| (lot.expires_on, lot.lot_id));
    let mut rescued = Vec::with_capacity(soonest.len());
    for unused in soonest {
        let serves = |candidate: &Candidate| {
            lots.get(&unused.lot_id)
                .is_some_and(|lot| lot.serves(candidate.system_id))
        };
        let mut left_minutes = unused.minutes;
        let mut fits = Vec::new();
        waiting.retain(|candidate| {
            let taken = candidate.minutes <= left_minutes && serves(candidate);
            if taken {
                left_minutes -= candidate.minutes;
                fits.push(*candidate);
            }
            !taken
        });
        rescued.push(Rescued {
            unused,
            fits,
            left_minutes,
        });
    }
    rescued
}
