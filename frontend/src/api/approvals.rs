//! Offers of minutes, and the yes to them.

use daypack_api_types::estimate::{Approve, Estimate, OfferEstimate, OptionalReason, Preview, Reason};
use daypack_domain::ids::EstimateId;

use super::ApiProblem;

/// One offer.
pub async fn estimate(id: &str) -> Result<Estimate, ApiProblem> {
    super::get(&["/estimates/", id].concat()).await
}

/// What a yes would take now.
pub async fn preview(id: EstimateId) -> Result<Preview, ApiProblem> {
    super::get(&format!("/estimates/{id}/preview")).await
}

/// Offers minutes for a ticket.
pub async fn offer(ticket: &str, body: &OfferEstimate) -> Result<Estimate, ApiProblem> {
    super::post(&["/tickets/", ticket, "/estimates"].concat(), body).await
}

/// Says yes to exactly what was shown.
pub async fn approve(id: EstimateId, preview_token: Option<String>) -> Result<Estimate, ApiProblem> {
    let body = Approve {
        preview_token,
        left_out: Vec::new(),
    };
    super::post(&format!("/estimates/{id}/approve"), &body).await
}

/// Says no.
pub async fn reject(id: EstimateId, reason: String) -> Result<Estimate, ApiProblem> {
    super::post(&format!("/estimates/{id}/reject"), &Reason { reason }).await
}

/// Takes an offer back.
pub async fn withdraw(id: EstimateId, reason: Option<String>) -> Result<Estimate, ApiProblem> {
    super::post(&format!("/estimates/{id}/withdraw"), &OptionalReason { reason }).await
}
