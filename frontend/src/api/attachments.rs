//! Reading files of requests.

use daypack_domain::ids::AttachmentId;

use super::{ApiProblem, download};

pub use super::download::release;

/// An address of a file's bytes within this browser. Whoever asked gives it back with [`release`].
pub async fn address(id: AttachmentId) -> Result<String, ApiProblem> {
    download::address(&format!("/attachments/{id}")).await
}
