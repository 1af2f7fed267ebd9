//! What a flow can fail with, and what stops the start.

use daypack_domain::Refusal;
use daypack_store::StoreError;

/// Why a flow did not do its work. Nothing has changed when one is returned.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule says no: the caller hears which one.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// The session has ended, or its person may no longer sign in.
    #[error("the session has ended")]
    Unauthenticated,
    /// The idempotency key belongs to another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The database: the caller hears nothing of the cause, the log has it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A fault of ours: the caller hears nothing of the cause, the log has it.
    #[error("{0}")]
    Internal(String),
}

impl Failure {
    /// A fault of ours, with what the log should say.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}

/// Why the server does not start: one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

impl StartError {
    /// One line for the person who starts the server.
    pub fn new(line: impl Into<String>) -> Self {
        Self(line.into())
    }
}
