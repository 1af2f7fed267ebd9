//! What a yes to some minutes would take and leave, before anybody asks for it (section 3, `what_if`).

use daypack_domain::{
    Refusal,
    ids::SystemId,
    ledger::{Allocation, LotPosition, Preview},
    plan,
};
use daypack_store::{Conn, catalogue, ledger, organizations::Organization, systems};

use super::balance::{self, Standing};
use crate::{context::Context, error::Failure};

/// What would be taken and left.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// The lots it would take.
    pub preview: Preview,
    /// What each of those lots has before, in the same order.
    pub available_before: Vec<i64>,
    /// What the organization has before, over all lots.
    pub available_before_minutes: i64,
    /// An order that would cover what is missing: plan and packs.
    pub covering: Option<(String, i64)>,
    /// What would be there afterwards, with its forecast; as it is now when minutes are missing.
    pub after: Standing,
}

/// What holding `minutes` would leave. Nothing is reserved. With a system: from the lots that serve it.
///
/// # Errors
/// Those of [`may`](daypack_domain::policy::may); `invalid` for a system of another organization.
pub fn read(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    minutes: i64,
    system_id: Option<SystemId>,
) -> Result<WhatIf, Failure> {
    let mut after = balance::read(conn, context, organization, None)?;
    if let Some(id) = system_id {
        let known = systems::find(conn, id)?.is_some_and(|system| system.organization_id == organization.id);
        if !known {
            return Err(Refusal::field("/system_id", "not_found", "The organization has no such system.").into());
        }
    }
    let account = ledger::load(conn, organization, &[], &[])?.settled(context.now)?;
    let pace = after.forecast.used_in_pace_minutes;
    let found = account.what_if(context.now, minutes, system_id, pace)?;
    let preview = found.preview;
    let offer = if preview.shortfall_minutes > 0 {
        let plans = catalogue::current_plans(conn)?;
        let debt_minutes = account.counters().debt_minutes;
        plan::covering(&plans, organization.currency, preview.shortfall_minutes, debt_minutes)
            .map(|offer| (offer.plan.code.to_string(), offer.packs))
    } else {
        None
    };
    let before = |part: &Allocation| account.lot(part.lot_id).map_or(0, LotPosition::available_minutes);
    after.forecast = found.forecast;
    for lot in &mut after.balance.lots {
        let taken = preview.allocations.iter().filter(|part| part.lot_id == lot.lot_id);
        let taken: i64 = taken.map(|part| part.minutes).sum();
        lot.available_minutes -= taken;
        lot.held_minutes += taken;
        after.balance.available_minutes -= taken;
        after.balance.held_minutes += taken;
    }
    Ok(WhatIf {
        available_before: preview.allocations.iter().map(before).collect(),
        available_before_minutes: account.available_minutes(),
        covering: offer,
        preview,
        after,
    })
}
