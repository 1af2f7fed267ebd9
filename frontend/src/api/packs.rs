//! Packs: what can be done to them, and what minutes would become of.

use chrono::SecondsFormat;
use daypack_api_types::{
    Items, Page,
    alert::{Alert, Rescue},
    ledger::{Balance, Movement, WhatIf},
    lot::{AdjustLot, ExtendLot, GiveLot, LimitLot, LotDetail, LotRefund, RefundLot, VoidLot},
};
use daypack_domain::{
    Instant,
    ids::{LotId, OrganizationId},
};

use super::{ApiProblem, address};

/// All packs of an organization, newest first.
pub async fn lots(id: OrganizationId, cursor: Option<String>) -> Result<Page<LotDetail>, ApiProblem> {
    super::get(&address(&format!("/organizations/{id}/lots"), &[("cursor", cursor)])).await
}

/// Makes a pack last longer, once.
pub async fn extend(id: LotId, body: &ExtendLot) -> Result<LotDetail, ApiProblem> {
    super::post(&format!("/lots/{id}/extend"), body).await
}

/// Adds minutes to a pack, or takes some.
pub async fn adjust(id: LotId, body: &AdjustLot) -> Result<(), ApiProblem> {
    super::post_only(&format!("/lots/{id}/adjust"), body).await
}

/// Says which systems a pack serves.
pub async fn limit(id: LotId, body: &LimitLot) -> Result<(), ApiProblem> {
    super::post_only(&format!("/lots/{id}/limit"), body).await
}

/// Takes unused minutes out of a pack, to be paid back.
pub async fn refund(id: LotId, body: &RefundLot) -> Result<LotRefund, ApiProblem> {
    super::post(&format!("/lots/{id}/refund"), body).await
}

/// Takes a pack back as a whole.
pub async fn void(id: LotId, body: &VoidLot) -> Result<(), ApiProblem> {
    super::post_only(&format!("/lots/{id}/void"), body).await
}

/// Gives minutes without an order.
pub async fn give(id: OrganizationId, body: &GiveLot) -> Result<LotDetail, ApiProblem> {
    super::post(&format!("/organizations/{id}/lots"), body).await
}

/// What a yes to so many minutes would take and leave.
pub async fn what_if(id: OrganizationId, minutes: i64) -> Result<WhatIf, ApiProblem> {
    super::get(&address(
        &format!("/organizations/{id}/what-if"),
        &[("minutes", Some(minutes.to_string()))],
    ))
    .await
}

/// The minutes of an organization at an instant, that one included.
pub async fn balance_as_of(id: OrganizationId, instant: Instant) -> Result<Balance, ApiProblem> {
    let instant = instant.to_rfc3339_opts(SecondsFormat::Micros, true);
    super::get(&address(
        &format!("/organizations/{id}/balance"),
        &[("as_of", Some(instant))],
    ))
    .await
}

/// What narrows the ledger.
#[derive(Clone, Default, PartialEq)]
pub struct LedgerFilter {
    /// Only movements of this kind.
    pub kind: Option<String>,
    /// Only movements of this pack.
    pub lot_id: Option<String>,
    /// Only movements from this day on.
    pub from: Option<String>,
    /// Only movements until this day.
    pub to: Option<String>,
}

impl LedgerFilter {
    /// The address of what is left, below a path.
    pub fn address(&self, path: &str, cursor: Option<String>) -> String {
        let parameters = [
            ("kind", self.kind.clone()),
            ("lot_id", self.lot_id.clone()),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("cursor", cursor),
        ];
        address(path, &parameters)
    }
}

/// Why there are so many minutes: movements, newest first.
pub async fn ledger(
    id: OrganizationId,
    filter: &LedgerFilter,
    cursor: Option<String>,
) -> Result<Page<Movement>, ApiProblem> {
    super::get(&filter.address(&format!("/organizations/{id}/ledger"), cursor)).await
}

/// What is low or ends soon, the most urgent first.
pub async fn alerts(id: OrganizationId) -> Result<Vec<Alert>, ApiProblem> {
    super::get::<Items<Alert>>(&format!("/organizations/{id}/alerts"))
        .await
        .map(|list| list.items)
}

/// What expires unused at the present pace, and which work would fit in it.
pub async fn rescue(id: OrganizationId) -> Result<Rescue, ApiProblem> {
    super::get(&format!("/organizations/{id}/rescue")).await
}
