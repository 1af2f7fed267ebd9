//! What is set up once: what proformas say, and what is agreed with one organization.

use daypack_api_types::{
    organization::{ChangeOrganization, Organization},
    settings::{EditOrganizationSettings, EditSellerSettings, OrganizationSettings, SellerSettings},
};
use daypack_domain::ids::OrganizationId;

use super::ApiProblem;

/// What proformas say about the agency.
pub async fn seller() -> Result<SellerSettings, ApiProblem> {
    super::get("/settings/seller").await
}

/// Changes that.
pub async fn edit_seller(version: i64, body: &EditSellerSettings) -> Result<SellerSettings, ApiProblem> {
    super::patch("/settings/seller", version, body).await
}

/// Changes name, language and time zone of a client; packs end from then on where the zone says.
pub async fn change_client(
    id: OrganizationId,
    version: i64,
    body: &ChangeOrganization,
) -> Result<Organization, ApiProblem> {
    super::patch(&format!("/organizations/{id}"), version, body).await
}

/// What is agreed with a client beyond plans and policies.
pub async fn organization(id: OrganizationId) -> Result<OrganizationSettings, ApiProblem> {
    super::get(&format!("/organizations/{id}/settings")).await
}

/// Changes some of it.
pub async fn edit_organization(
    id: OrganizationId,
    version: i64,
    body: &EditOrganizationSettings,
) -> Result<OrganizationSettings, ApiProblem> {
    super::patch(&format!("/organizations/{id}/settings"), version, body).await
}
