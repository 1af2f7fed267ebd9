//! Organizations, their people and systems, their orders, their minutes.

use daypack_api_types::{
    Items, Page,
    ledger::Balance,
    order::{ConfirmPayment, Order, PlaceOrder},
    organization::{
        AddMember, AddStaff, AddSystem, ChangeMember, CreateOrganization, Member, Organization, StaffMember, System,
    },
    plan::Terms,
    sla::SlaTargets,
};
use daypack_domain::ids::{OrderId, OrganizationId, UserId};

use super::{ApiProblem, address};

/// The organizations that this person may see.
pub async fn organizations(cursor: Option<String>) -> Result<Page<Organization>, ApiProblem> {
    super::get(&address(
        "/organizations",
        &[("limit", Some("100".to_owned())), ("cursor", cursor)],
    ))
    .await
}

/// One of them, by id or short name.
pub async fn organization(id: &str) -> Result<Organization, ApiProblem> {
    super::get(&["/organizations/", id].concat()).await
}

/// A new client.
pub async fn create_organization(body: &CreateOrganization) -> Result<Organization, ApiProblem> {
    super::post("/organizations", body).await
}

/// The people of an organization.
pub async fn members(id: OrganizationId) -> Result<Vec<Member>, ApiProblem> {
    super::get::<Items<Member>>(&format!("/organizations/{id}/members"))
        .await
        .map(|list| list.items)
}

/// One more of them; a link to set the password goes out by mail.
pub async fn add_member(id: OrganizationId, body: &AddMember) -> Result<Member, ApiProblem> {
    super::post(&format!("/organizations/{id}/members"), body).await
}

/// Changes what one of them may do.
pub async fn change_member(
    id: OrganizationId,
    user: UserId,
    version: i64,
    body: &ChangeMember,
) -> Result<Member, ApiProblem> {
    super::patch(&format!("/organizations/{id}/members/{user}"), version, body).await
}

/// How soon requests of an organization that are opened now are answered and solved.
pub async fn sla_targets(id: OrganizationId) -> Result<SlaTargets, ApiProblem> {
    super::get(&format!("/organizations/{id}/sla-targets")).await
}

/// The software of an organization.
pub async fn systems(id: OrganizationId) -> Result<Vec<System>, ApiProblem> {
    super::get::<Items<System>>(&format!("/organizations/{id}/systems"))
        .await
        .map(|list| list.items)
}

/// One more of them.
pub async fn add_system(id: OrganizationId, body: &AddSystem) -> Result<System, ApiProblem> {
    super::post(&format!("/organizations/{id}/systems"), body).await
}

/// The agency's own people.
pub async fn staff() -> Result<Vec<StaffMember>, ApiProblem> {
    super::get::<Items<StaffMember>>("/users?staff=true")
        .await
        .map(|list| list.items)
}

/// One more of them; a link to set the password goes out by mail.
pub async fn add_staff(body: &AddStaff) -> Result<StaffMember, ApiProblem> {
    super::post("/users", body).await
}

/// Every version of the terms and conditions.
pub async fn terms() -> Result<Vec<Terms>, ApiProblem> {
    super::get::<Items<Terms>>("/terms").await.map(|list| list.items)
}

/// Orders, newest first; all organizations' for staff.
pub async fn orders(
    organization_id: Option<OrganizationId>,
    cursor: Option<String>,
) -> Result<Page<Order>, ApiProblem> {
    let organization_id = organization_id.map(|id| id.to_string());
    super::get(&address(
        "/orders",
        &[("organization_id", organization_id), ("cursor", cursor)],
    ))
    .await
}

/// Orders packs.
pub async fn place_order(body: &PlaceOrder) -> Result<Order, ApiProblem> {
    super::post("/orders", body).await
}

/// Confirms that the money came; the minutes start.
pub async fn confirm_payment(id: OrderId, body: &ConfirmPayment) -> Result<Order, ApiProblem> {
    super::post(&format!("/orders/{id}/confirm-payment"), body).await
}

/// The minutes of an organization now.
pub async fn balance(id: OrganizationId) -> Result<Balance, ApiProblem> {
    super::get(&format!("/organizations/{id}/balance")).await
}
