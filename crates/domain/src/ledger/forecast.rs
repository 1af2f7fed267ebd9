//! What would be left, when it runs out, and what will expire unused (section 3).

use super::account::Account;
use super::approve::Preview;
use super::position::LotPosition;
use crate::ids::{LotId, SystemId};
use crate::lot::LotStatus;
use crate::problem::Refusal;
use crate::time::Instant;
use chrono::{NaiveDate, TimeDelta};

/// The pace is what was used in this many days, which are 8 weeks.
pub const PACE_DAYS: i64 = 56;

const PACE_SECONDS: i128 = PACE_DAYS as i128 * 86_400;

/// Minutes of a lot that nobody will have used when it ends, if the pace stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnusedLot {
    /// The lot.
    pub lot_id: LotId,
    /// Its last day of use.
    pub expires_on: NaiveDate,
    /// Minutes that will expire.
    pub minutes: i64,
}

/// What will become of the available minutes at the pace of the last 8 weeks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// Minutes used in the last 8 weeks, the pace.
    pub used_in_pace_minutes: i64,
    /// When nothing is available any more, by use or by expiry; none without any pace, or with nothing available.
    pub empty_at: Option<Instant>,
    /// Whole days from now to then; 0 when nothing is available now, none without any pace.
    pub days_until_empty: Option<i64>,
    /// What will expire unused, soonest first.
    pub unused: Vec<UnusedLot>,
}

/// What a yes to some minutes would leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// The lots it would take.
    pub preview: Preview,
    /// The forecast afterwards; as it is now when minutes are missing.
    pub forecast: Forecast,
}

impl Account {
    /// What will become of what is available at `now`, if as many minutes go on being used as in the last
    /// [`PACE_DAYS`]. Lots are used in their order.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn forecast(&self, now: Instant, used_in_pace_minutes: i64) -> Result<Forecast, Refusal> {
        let settled = self.settled(now)?;
        Ok(run_down(now, used_in_pace_minutes.max(0), &settled.usable_parts(&[])))
    }

    /// What holding `minutes` would leave. Nothing is reserved.
    ///
    /// # Errors
    /// Only when what was loaded does not add up.
    pub fn what_if(
        &self,
        now: Instant,
        minutes: i64,
        system_id: Option<SystemId>,
        used_in_pace_minutes: i64,
    ) -> Result<WhatIf, Refusal> {
        let settled = self.settled(now)?;
        let preview = settled.preview(now, minutes, system_id)?;
        let taken: Vec<_> = preview
            .allocations
            .iter()
            .map(|part| (part.lot_id, part.minutes))
            .collect();
        let forecast = run_down(now, used_in_pace_minutes.max(0), &settled.usable_parts(&taken));
        Ok(WhatIf { preview, forecast })
    }

    /// Active lots in order of use, with what is available less what is taken.
    fn usable_parts(&self, taken: &[(LotId, i64)]) -> Vec<(&LotPosition, i64)> {
        let mut lots: Vec<_> = self
            .lots
            .values()
            .filter(|lot| lot.status == LotStatus::Active)
            .collect();
        lots.sort_by_key(|lot| lot.order_of_use());
        let gone = |id: LotId| {
            taken
                .iter()
                .filter(|(lot, _)| *lot == id)
                .map(|(_, minutes)| minutes)
                .sum::<i64>()
        };
        lots.into_iter()
            .map(|lot| (lot, lot.available_minutes() - gone(lot.lot_id)))
            .collect()
    }
}

/// Uses lots up one after another at a constant pace, in whole seconds and minutes.
fn run_down(now: Instant, pace: i64, lots: &[(&LotPosition, i64)]) -> Forecast {
    let mut at = now;
    let mut unused = Vec::new();
    for (lot, available) in lots.iter().filter(|(_, available)| *available > 0) {
        let (minutes_wanted, rate) = (i128::from(*available), i128::from(pace));
        let seconds_left = i128::from((lot.ends_at - at).num_seconds().max(0));
        let usable = minutes_wanted.min(seconds_left * rate / PACE_SECONDS);
        if usable < minutes_wanted {
            let minutes = i64::try_from(minutes_wanted - usable).unwrap_or(i64::MAX);
            unused.push(UnusedLot {
                lot_id: lot.lot_id,
                expires_on: lot.expires_on,
                minutes,
            });
            at = at.max(lot.ends_at);
        } else {
            // `usable` reached what is wanted, so the pace is not 0 and the seconds fit before the lot's end.
            let seconds = (minutes_wanted * PACE_SECONDS + rate - 1) / rate.max(1);
            at += TimeDelta::seconds(i64::try_from(seconds.min(seconds_left)).unwrap_or(0));
        }
    }
    let empty_at = (pace > 0 && at > now).then_some(at);
    Forecast {
        used_in_pace_minutes: pace,
        empty_at,
        days_until_empty: (pace > 0).then(|| (at - now).num_days()),
        unused,
    }
}
