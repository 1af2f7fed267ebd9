//! Work outside the usual yes: emergencies, and recurrences under warranty.

use daypack_api_types::{
    emergency::{DecideWarranty, LinkTicket},
    estimate::{OptionalReason, Reason},
    ticket::Ticket,
};

use super::ApiProblem;

/// An owner confirms that work had to start at once.
pub async fn confirm_emergency(ticket: &str) -> Result<Ticket, ApiProblem> {
    super::post(&["/tickets/", ticket, "/emergency/confirm"].concat(), &Nothing {}).await
}

/// An owner says that it was no emergency.
pub async fn dispute_emergency(ticket: &str, reason: String) -> Result<Ticket, ApiProblem> {
    super::post(
        &["/tickets/", ticket, "/emergency/dispute"].concat(),
        &Reason { reason },
    )
    .await
}

/// A lead agrees with the client: the work is not deducted.
pub async fn uphold_dispute(ticket: &str, reason: Option<String>) -> Result<Ticket, ApiProblem> {
    super::post(
        &["/tickets/", ticket, "/emergency/uphold"].concat(),
        &OptionalReason { reason },
    )
    .await
}

/// A lead does not agree: the work stays deducted.
pub async fn reject_dispute(ticket: &str, reason: String) -> Result<Ticket, ApiProblem> {
    super::post(&["/tickets/", ticket, "/emergency/reject"].concat(), &Reason { reason }).await
}

/// Work on it begins at once, under the emergency clause.
pub async fn start_emergency(ticket: &str) -> Result<Ticket, ApiProblem> {
    super::post(&["/tickets/", ticket, "/emergency/start"].concat(), &Nothing {}).await
}

/// Says how a request belongs to another one.
pub async fn link(ticket: &str, body: &LinkTicket) -> Result<(), ApiProblem> {
    super::post_only(&["/tickets/", ticket, "/links"].concat(), body).await
}

/// A lead decides whether the same fault is back within the warranty.
pub async fn warranty(ticket: &str, body: &DecideWarranty) -> Result<Ticket, ApiProblem> {
    super::post(&["/tickets/", ticket, "/warranty"].concat(), body).await
}

/// The body of an action that needs nothing said.
#[derive(serde::Serialize)]
struct Nothing {}
