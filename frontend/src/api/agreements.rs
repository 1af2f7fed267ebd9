//! What was agreed once for all: standing approvals, what may happen in an emergency, who may say yes to how much.

use daypack_api_types::{
    Items,
    alert::{AlertThresholds, ChangeAlertThresholds},
    approval::{GiveStandingApproval, StandingApproval},
    emergency::{ChangeEmergencyClause, EmergencyClause},
};
use daypack_domain::ids::{OrganizationId, StandingApprovalId};

use super::ApiProblem;

/// Standing approvals, also those that have ended.
pub async fn standing_approvals(id: OrganizationId) -> Result<Vec<StandingApproval>, ApiProblem> {
    super::get::<Items<StandingApproval>>(&format!("/organizations/{id}/standing-approvals"))
        .await
        .map(|list| list.items)
}

/// One more of them.
pub async fn give_standing_approval(id: OrganizationId, body: &GiveStandingApproval) -> Result<(), ApiProblem> {
    super::post_only(&format!("/organizations/{id}/standing-approvals"), body).await
}

/// From now on it covers nothing.
pub async fn end_standing_approval(id: StandingApprovalId) -> Result<(), ApiProblem> {
    super::post_only(&format!("/standing-approvals/{id}/end"), &Nothing {}).await
}

/// When work may start before a yes.
pub async fn clause(id: OrganizationId) -> Result<EmergencyClause, ApiProblem> {
    super::get(&format!("/organizations/{id}/emergency-clause")).await
}

/// Changes that.
pub async fn change_clause(
    id: OrganizationId,
    version: i64,
    body: &ChangeEmergencyClause,
) -> Result<EmergencyClause, ApiProblem> {
    super::patch(&format!("/organizations/{id}/emergency-clause"), version, body).await
}

/// When alerts about minutes ring.
pub async fn thresholds(id: OrganizationId) -> Result<AlertThresholds, ApiProblem> {
    super::get(&format!("/organizations/{id}/alert-thresholds")).await
}

/// Changes that.
pub async fn change_thresholds(
    id: OrganizationId,
    version: i64,
    body: &ChangeAlertThresholds,
) -> Result<AlertThresholds, ApiProblem> {
    super::patch(&format!("/organizations/{id}/alert-thresholds"), version, body).await
}

/// The body of an action that needs nothing said.
#[derive(serde::Serialize)]
struct Nothing {}
