//! Balance and ledger.

use std::collections::HashMap;

use daypack_api_types::{estimate::CoveringOrder, ledger as api};
use daypack_domain::{
    ids::TicketId,
    ledger::{Forecast, Movement},
    ticket::{Prefix, Reference},
};
use daypack_store::{Conn, figures, organizations::Organization};

use super::{LotNames, orders::plan_code, people::People};
use crate::{
    error::Failure,
    flows::{balance::Standing, what_if::WhatIf},
};

const WEEKS_OF_PACE: i64 = daypack_domain::ledger::PACE_DAYS / 7;

/// The minutes at one instant.
#[must_use]
pub fn balance(standing: &Standing) -> api::Balance {
    let today = standing.zone.date_at(standing.as_of);
    let lots = standing
        .balance
        .lots
        .iter()
        .zip(&standing.lots)
        .map(|(figures, record)| {
            let lot = &record.lot;
            let plan_code = plan_code(record);
            api::LotBalance {
                id: lot.id,
                plan_name: standing
                    .names
                    .plan_of(lot.id)
                    .map_or_else(|| plan_code.clone(), |plan| plan.name.clone()),
                plan_code,
                activated_at: lot.activated_at,
                expires_on: figures.expires_on,
                days_left: (figures.expires_on - today).num_days(),
                granted_minutes: lot.minutes,
                available_minutes: figures.available_minutes,
                held_minutes: figures.held_minutes,
                posted_minutes: figures.posted_minutes,
            }
        });
    let balance = &standing.balance;
    api::Balance {
        as_of: standing.as_of,
        available_minutes: balance.available_minutes,
        held_minutes: balance.held_minutes,
        posted_minutes: balance.posted_minutes,
        granted_minutes: standing.lots.iter().map(|record| record.lot.minutes).sum(),
        used_minutes: standing.used_minutes,
        debt_minutes: standing.had_debt.then_some(balance.debt_minutes),
        lots: lots.collect(),
        forecast: forecast(standing),
    }
}

fn forecast(standing: &Standing) -> api::Forecast {
    let Forecast {
        used_in_pace_minutes,
        empty_at,
        unused,
        ..
    } = &standing.forecast;
    // Lots are used in this order: when the last one is not used up, nothing runs out, it expires.
    let last = standing.balance.lots.iter().rfind(|lot| lot.available_minutes > 0);
    let runs_out = last.is_some_and(|last| unused.iter().all(|lot| lot.lot_id != last.lot_id));
    let history = standing
        .history
        .iter()
        .map(|&(on, posted_minutes)| api::HistoryPoint { on, posted_minutes });
    api::Forecast {
        weekly_minutes: used_in_pace_minutes / WEEKS_OF_PACE,
        runs_out_on: empty_at.filter(|_| runs_out).map(|at| standing.zone.date_at(at)),
        expiring_unused_minutes: unused.iter().map(|lot| lot.minutes).sum(),
        expiring_unused_on: unused.first().map(|lot| lot.expires_on),
        history: history.collect(),
    }
}

/// What a yes to some minutes would take and leave.
///
/// # Errors
/// The database.
pub fn what_if(conn: &mut Conn, organization: &Organization, found: &WhatIf) -> Result<api::WhatIf, Failure> {
    let names = LotNames::load(conn, organization.id)?;
    let parts = found.preview.allocations.iter().zip(&found.available_before);
    let allocations = parts.filter_map(|(part, before)| {
        let mut shown = names.allocation(part.lot_id, part.minutes)?;
        shown.available_before_minutes = Some(*before);
        Some(shown)
    });
    let covering = found.covering.clone();
    Ok(api::WhatIf {
        minutes: found.preview.minutes,
        allocations: allocations.collect(),
        available_before_minutes: found.available_before_minutes,
        available_after_minutes: found.preview.available_after_minutes,
        shortfall_minutes: found.preview.shortfall_minutes,
        covering_order: covering.map(|(plan_code, packs)| CoveringOrder { plan_code, packs }),
        forecast: forecast(&found.after),
    })
}

/// Movements, with the references of their tickets and who made them.
///
/// # Errors
/// The database.
pub fn movements(
    conn: &mut Conn,
    organization: &Organization,
    rows: Vec<Movement>,
) -> Result<Vec<api::Movement>, Failure> {
    let people = People::load(conn, rows.iter().filter_map(|row| row.actor_id))?;
    let mut tickets: Vec<TicketId> = rows.iter().filter_map(|row| row.ticket_id).collect();
    tickets.sort_unstable();
    tickets.dedup();
    let found = if tickets.is_empty() {
        Vec::new()
    } else {
        figures::ticket_numbers(conn, &tickets)?
    };
    let numbers: HashMap<TicketId, i64> = found.into_iter().collect();
    let prefix = Prefix::parse(&organization.prefix);
    let reference = |id: TicketId| {
        let number = *numbers.get(&id)?;
        Some(
            Reference {
                prefix: prefix.clone()?,
                number,
            }
            .to_string(),
        )
    };
    let views = rows.into_iter().map(|row| {
        Ok(api::Movement {
            sequence: row.sequence,
            kind: row.kind,
            minutes: row.minutes,
            lot_id: row.lot_id,
            ticket_id: row.ticket_id,
            ticket_reference: row.ticket_id.and_then(reference),
            effective_at: row.effective_at,
            actor: row.actor_id.map(|id| people.get(id)).transpose()?,
            reason: row.reason.unwrap_or_default(),
            available_after_minutes: row.available_after_minutes,
        })
    });
    views.collect()
}
