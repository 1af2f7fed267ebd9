//! What people call the lots that minutes come from.

use std::collections::BTreeMap;

use daypack_api_types::estimate::Allocation;
use daypack_domain::{
    ids::{LotId, OrganizationId},
    ledger,
};
use daypack_store::{
    Conn,
    estimates::HeldPart,
    lots::{self, LotRecord},
    orders,
};

use crate::error::Failure;

/// The lots of an organization with their plans' names.
#[derive(Debug, Default)]
pub struct LotNames(BTreeMap<LotId, (LotRecord, String)>);

impl LotNames {
    /// Loads all lots of an organization.
    ///
    /// # Errors
    /// The database.
    pub fn load(conn: &mut Conn, organization: OrganizationId) -> Result<Self, Failure> {
        let records = lots::of_organization(conn, organization)?;
        let ids: Vec<_> = records.iter().filter_map(|record| record.lot.order_id).collect();
        let names: BTreeMap<_, _> = orders::find_many(conn, &ids)?
            .into_iter()
            .map(|record| (record.order.id, record.order.plan.name))
            .collect();
        let named = |record: LotRecord| {
            let name = record.lot.order_id.and_then(|id| names.get(&id).cloned());
            // Goodwill and opening lots have no order: their origin is what they are called by.
            let name = name.unwrap_or_else(|| record.lot.origin.to_string());
            (record.lot.id, (record, name))
        };
        Ok(Self(records.into_iter().map(named).collect()))
    }

    /// A lot, as it is kept.
    #[must_use]
    pub fn record(&self, id: LotId) -> Option<&LotRecord> {
        self.0.get(&id).map(|(record, _)| record)
    }

    /// The parts of a yes with what each lot has before it, in order of use.
    #[must_use]
    pub fn held_parts(&self, account: &ledger::Account, allocations: &[ledger::Allocation]) -> Vec<HeldPart> {
        let part = |part: &ledger::Allocation| {
            let (plan_code, plan_name) = self.plan(part.lot_id);
            HeldPart {
                lot_id: part.lot_id,
                plan_code,
                plan_name,
                expires_on: part.expires_on,
                minutes: part.minutes,
                available_before_minutes: account
                    .lot(part.lot_id)
                    .map_or(0, ledger::LotPosition::available_minutes),
            }
        };
        allocations.iter().map(part).collect()
    }

    /// Minutes of one lot, without what it had before.
    #[must_use]
    pub fn allocation(&self, lot_id: LotId, minutes: i64) -> Option<Allocation> {
        let (record, _) = self.0.get(&lot_id)?;
        let (plan_code, plan_name) = self.plan(lot_id);
        let expires_on = record.position.expires_on;
        Some(Allocation {
            lot_id,
            plan_code,
            plan_name,
            expires_on,
            minutes,
            available_before_minutes: None,
        })
    }

    fn plan(&self, id: LotId) -> (String, String) {
        let Some((record, name)) = self.0.get(&id) else {
            return Default::default();
        };
        let code = record
            .lot
            .plan_code
            .as_ref()
            .map_or_else(|| record.lot.origin.to_string(), ToString::to_string);
        (code, name.clone())
    }
}

/// As the API shows it.
#[must_use]
pub fn allocation(part: &HeldPart) -> Allocation {
    Allocation {
        lot_id: part.lot_id,
        plan_code: part.plan_code.clone(),
        plan_name: part.plan_name.clone(),
        expires_on: part.expires_on,
        minutes: part.minutes,
        available_before_minutes: Some(part.available_before_minutes),
    }
}
