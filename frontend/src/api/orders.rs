//! Orders: what becomes of them, their payment, and the terms that come with them.

use daypack_api_types::{
    order::{BounceOrder, CancelOrder, Checkout, ConfirmPayment, Order, Proforma},
    terms::AcceptTerms,
};
use daypack_domain::ids::{OrderId, OrganizationId};

use super::ApiProblem;

/// One order.
pub async fn order(id: &str) -> Result<Order, ApiProblem> {
    super::get(&["/orders/", id].concat()).await
}

/// What is to be paid, by whom, to whom.
pub async fn proforma(id: &str) -> Result<Proforma, ApiProblem> {
    super::get(&["/orders/", id, "/proforma"].concat()).await
}

/// Confirms that the money came; the minutes start.
pub async fn confirm_payment(id: OrderId, body: &ConfirmPayment) -> Result<(), ApiProblem> {
    super::post_only(&format!("/orders/{id}/confirm-payment"), body).await
}

/// Starts the minutes before the money comes.
pub async fn activate(id: OrderId) -> Result<(), ApiProblem> {
    super::post_only(&format!("/orders/{id}/activate"), &Nothing {}).await
}

/// Nobody will pay it.
pub async fn cancel(id: OrderId, body: &CancelOrder) -> Result<(), ApiProblem> {
    super::post_only(&format!("/orders/{id}/cancel"), body).await
}

/// The money went back: unused minutes are taken back, used ones become debt.
pub async fn bounce(id: OrderId, body: &BounceOrder) -> Result<(), ApiProblem> {
    super::post_only(&format!("/orders/{id}/bounce"), body).await
}

/// Where to pay it online.
pub async fn checkout(id: OrderId) -> Result<Checkout, ApiProblem> {
    super::post(&format!("/orders/{id}/checkout"), &Nothing {}).await
}

/// Accepts a version of the terms.
pub async fn accept_terms(id: OrganizationId, version: i64) -> Result<(), ApiProblem> {
    super::post_only(
        &format!("/organizations/{id}/terms-acceptances"),
        &AcceptTerms { version },
    )
    .await
}

/// The body of an action that needs nothing said.
#[derive(serde::Serialize)]
struct Nothing {}
