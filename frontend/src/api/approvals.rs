//! Offers of minutes, and the yes to them.

use daypack_api_types::{
    approval::{ApprovalLink, ApproveByLink, DisputeApproval, DisputeLink, RecordApproval},
    estimate::{Approve, Estimate, OfferEstimate, OptionalReason, Preview, Reason},
};
use daypack_domain::ids::EstimateId;

use super::{ApiProblem, address};

/// One offer.
pub async fn estimate(id: &str) -> Result<Estimate, ApiProblem> {
    super::get(&["/estimates/", id].concat()).await
}

/// What a yes without the optional lines at these positions would take now.
pub async fn preview(id: EstimateId, left_out: &[usize]) -> Result<Preview, ApiProblem> {
    super::get(&without(&format!("/estimates/{id}/preview"), left_out)).await
}

/// Positions as a parameter: `left_out=0,2`.
fn without(path: &str, left_out: &[usize]) -> String {
    let positions: Vec<String> = left_out.iter().map(usize::to_string).collect();
    address(path, &[("left_out", Some(positions.join(",")))])
}

/// Offers minutes for a ticket.
pub async fn offer(ticket: &str, body: &OfferEstimate) -> Result<Estimate, ApiProblem> {
    super::post(&["/tickets/", ticket, "/estimates"].concat(), body).await
}

/// Puts another offer in the place of an open one.
pub async fn revise(id: EstimateId, body: &OfferEstimate) -> Result<Estimate, ApiProblem> {
    super::post(&format!("/estimates/{id}/revise"), body).await
}

/// Says yes to exactly what was shown.
pub async fn approve(id: EstimateId, preview_token: Option<String>, left_out: Vec<usize>) -> Result<(), ApiProblem> {
    let body = Approve {
        preview_token,
        left_out,
    };
    super::post_only(&format!("/estimates/{id}/approve"), &body).await
}

/// Says no.
pub async fn reject(id: EstimateId, reason: String) -> Result<Estimate, ApiProblem> {
    super::post(&format!("/estimates/{id}/reject"), &Reason { reason }).await
}

/// Takes an offer back.
pub async fn withdraw(id: EstimateId, reason: Option<String>) -> Result<Estimate, ApiProblem> {
    super::post(&format!("/estimates/{id}/withdraw"), &OptionalReason { reason }).await
}

/// Records a yes that was given by phone or mail.
pub async fn record(id: EstimateId, body: &RecordApproval) -> Result<Estimate, ApiProblem> {
    super::post(&format!("/estimates/{id}/recorded-approval"), body).await
}

/// Says that a recorded approval was not one's own.
pub async fn dispute(id: EstimateId, body: &DisputeApproval) -> Result<Estimate, ApiProblem> {
    super::post(&format!("/estimates/{id}/dispute"), body).await
}

/// What the link in a mail asks.
pub async fn link(token: &str, left_out: &[usize]) -> Result<ApprovalLink, ApiProblem> {
    super::get(&without(&["/approval-links/", &encoded(token)].concat(), left_out)).await
}

/// Says yes by the link in a mail.
pub async fn approve_by_link(token: &str, body: &ApproveByLink) -> Result<Estimate, ApiProblem> {
    super::post(&["/approval-links/", &encoded(token), "/approve"].concat(), body).await
}

/// Says no by the link in a mail.
pub async fn reject_by_link(token: &str, reason: String) -> Result<Estimate, ApiProblem> {
    super::post(
        &["/approval-links/", &encoded(token), "/reject"].concat(),
        &Reason { reason },
    )
    .await
}

/// The recorded approval that the link in a mail is about.
pub async fn dispute_link(token: &str) -> Result<DisputeLink, ApiProblem> {
    super::get(&["/approval-disputes/", &encoded(token)].concat()).await
}

/// Says by the link in a mail that it was not one's own.
pub async fn dispute_by_link(token: &str, body: &DisputeApproval) -> Result<(), ApiProblem> {
    super::post_only(&["/approval-disputes/", &encoded(token)].concat(), body).await
}

fn encoded(segment: &str) -> String {
    js_sys::encode_uri_component(segment).into()
}
