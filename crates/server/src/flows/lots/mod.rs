//! Lots (section 2): what there is of one, and what can be done to it as a whole.

mod act;
mod give;
mod news;

use daypack_domain::{
    Instant, Refusal,
    ids::{LotId, SystemId},
    ledger::{Account, AccountCounters, Stamp},
    policy::{Action, may},
    problem::FieldProblem,
};
use daypack_store::{
    After, Conn, Page,
    ledger::load,
    lots::{self, LotRecord},
    orders::{self, OrderRecord},
    organizations::Organization,
    systems,
};

pub use act::{Refunded, adjust, extend, limit, refund, void};
pub(in crate::flows) use give::given;
pub use give::{give, record_of};

use super::{ledger, organizations};
use crate::{context::Context, edge::check_version, error::Failure};

/// A lot that somebody may see, with a due expiry taken as done.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or none that the actor knows of.
pub fn find(conn: &mut Conn, context: &Context, id: LotId) -> Result<LotRecord, Failure> {
    settled(visible(conn, context, id, Action::ReadPacks)?, context.now)
}

/// Lots of an organization, also those that are over, the one that started last first.
///
/// # Errors
/// Those of [`may`].
pub fn page(
    conn: &mut Conn,
    context: &Context,
    organization: &Organization,
    after: Option<After<LotId>>,
    limit: i64,
) -> Result<Page<LotRecord>, Failure> {
    may(&context.actor, Action::ReadPacks, organization.id.into())?;
    let page = lots::page(conn, organization.id, after, limit)?;
    let items: Result<Vec<LotRecord>, Failure> = page
        .items
        .into_iter()
        .map(|record| settled(record, context.now))
        .collect();
    Ok(Page {
        items: items?,
        more: page.more,
    })
}

/// Whether money came for it: for an order that was paid. Gifts, and what starts before its payment, are not.
#[must_use]
pub fn is_paid(record: &LotRecord, order: Option<&OrderRecord>) -> bool {
    record.lot.price.amount_minor > 0 && order.is_some_and(|order| order.order.paid_at.is_some())
}

/// A lot ends by itself, so that it can be settled by itself.
fn settled(mut record: LotRecord, now: Instant) -> Result<LotRecord, Failure> {
    let alone = Account::new(AccountCounters::default(), [record.position.clone()], []).settled(now)?;
    if let Some(position) = alone.lot(record.lot.id) {
        record.position = position.clone();
    }
    Ok(record)
}

fn visible(conn: &mut Conn, context: &Context, id: LotId, action: Action) -> Result<LotRecord, Failure> {
    let record = lots::find(conn, id)?.ok_or(Refusal::NotFound)?;
    may(&context.actor, action, record.lot.organization_id.into())?;
    Ok(record)
}

/// A lot for a write: its organization is locked, it is as the last write left it, and the account that decides is
/// there.
struct Taken {
    organization: Organization,
    record: LotRecord,
    account: Account,
}

impl Taken {
    fn take(
        conn: &mut Conn,
        context: &Context,
        id: LotId,
        action: Action,
        expected_version: Option<i64>,
    ) -> Result<Self, Failure> {
        let seen = visible(conn, context, id, action)?;
        let organization = organizations::lock(conn, seen.lot.organization_id)?;
        let record = lots::find(conn, id)?.ok_or(Refusal::NotFound)?;
        check_version(expected_version, record.version)?;
        let account = load(conn, &organization, &[], &[id])?;
        Ok(Self {
            organization,
            record,
            account,
        })
    }

    /// What is available in it, with due expiries taken as done.
    fn available_minutes(&self, now: Instant) -> Result<i64, Refusal> {
        let settled = self.account.settled(now)?;
        Ok(settled.lot(self.record.lot.id).map_or(0, |lot| lot.available_minutes()))
    }

    /// The order that bought it.
    fn order(&self, conn: &mut Conn) -> Result<Option<OrderRecord>, Failure> {
        match self.record.lot.order_id {
            None => Ok(None),
            Some(id) => Ok(orders::find(conn, id)?),
        }
    }

    /// Saves what the account and the lot came to.
    fn save(mut self, conn: &mut Conn, context: &Context) -> Result<(Organization, LotRecord), Failure> {
        ledger::save(conn, context, self.organization.id, &mut self.account)?;
        let id = self.record.lot.id;
        let position = self.account.lot(id).cloned();
        self.record.position = position.ok_or_else(|| Failure::internal(format!("the lot {id} is not loaded")))?;
        self.record.version += 1;
        if !lots::update(conn, &self.record)? {
            // Nobody changes a lot without the lock of its organization.
            return Err(Failure::internal(format!("the lot {id} was not at its version")));
        }
        Ok((self.organization, self.record))
    }
}

/// A reason without the spaces around it; that it says something is for the rules to check.
fn stamp_because(context: &Context, reason: &str) -> Stamp {
    ledger::stamp(context).because(reason.trim())
}

/// The systems that a lot can be limited to: those of the organization, each once.
fn check_systems(conn: &mut Conn, organization: &Organization, ids: &[SystemId]) -> Result<Vec<SystemId>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let known = systems::of_organization(conn, organization.id)?;
    let mut problems = Vec::new();
    let mut kept: Vec<SystemId> = Vec::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        let pointer = format!("/system_ids/{at}");
        if !known
            .iter()
            .any(|system| system.id == *id && system.archived_at.is_none())
        {
            problems.push(FieldProblem::new(
                pointer,
                "not_found",
                "The organization has no such system.",
            ));
        } else if kept.contains(id) {
            problems.push(FieldProblem::new(pointer, "duplicate", "This system is there already."));
        } else {
            kept.push(*id);
        }
    }
    if problems.is_empty() {
        kept.sort_unstable();
        Ok(kept)
    } else {
        Err(Refusal::Invalid(problems).into())
    }
}
