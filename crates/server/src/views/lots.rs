//! What people call the lots that minutes come from.

use daypack_api_types::estimate::Allocation;
use daypack_domain::{
    ids::{LotId, OrganizationId},
    ledger::{self, AccountCounters, HoldPosition},
    plan::Plan,
};
use daypack_store::{
    Conn,
    estimates::HeldPart,
    lots::{self, LotRecord},
};

use crate::error::Failure;

/// The lots of an organization in order of use, with the plans that they were sold under.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LotNames(Vec<(LotRecord, Option<Plan>)>);

impl LotNames {
    /// Loads all lots of an organization.
    ///
    /// # Errors
    /// The database.
    pub fn load(conn: &mut Conn, organization: OrganizationId) -> Result<Self, Failure> {
        Ok(Self(lots::with_plans(conn, organization)?))
    }

    /// All of them, in order of use.
    pub fn all(&self) -> impl Iterator<Item = &LotRecord> {
        self.0.iter().map(|(record, _)| record)
    }

    fn get(&self, id: LotId) -> Option<&(LotRecord, Option<Plan>)> {
        self.0.iter().find(|(record, _)| record.lot.id == id)
    }

    /// The lots that a decision of the ledger needs, as [`lots::live`] gives them.
    pub fn live(&self) -> impl Iterator<Item = &LotRecord> {
        self.all().filter(|record| record.is_live())
    }

    /// The ledger of the organization about these holds.
    #[must_use]
    pub fn account(&self, counters: AccountCounters, holds: Vec<HoldPosition>) -> ledger::Account {
        ledger::Account::new(counters, self.live().map(|record| record.position.clone()), holds)
    }

    /// The plan that a lot was sold under, as it was then.
    #[must_use]
    pub fn plan_of(&self, id: LotId) -> Option<&Plan> {
        self.get(id)?.1.as_ref()
    }

    /// A lot, as it is kept.
    #[must_use]
    pub fn record(&self, id: LotId) -> Option<&LotRecord> {
        self.get(id).map(|(record, _)| record)
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
        let (record, _) = self.get(lot_id)?;
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

    /// Code and name of the plan; goodwill and opening lots have no order: their origin is what they are called by.
    #[must_use]
    pub fn plan(&self, id: LotId) -> (String, String) {
        let Some((record, plan)) = self.get(id) else {
            return Default::default();
        };
        let origin = || record.lot.origin.to_string();
        let code = record.lot.plan_code.as_ref().map_or_else(origin, ToString::to_string);
        (code, plan.as_ref().map_or_else(origin, |plan| plan.name.clone()))
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
