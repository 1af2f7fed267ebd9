//! Files.

use daypack_domain::ids::AttachmentId;
use serde::{Deserialize, Serialize};

/// An uploaded file. Only the uploader sees it until it is bound to a ticket or comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// Identifier.
    pub id: AttachmentId,
    /// Its name, without a path.
    pub file_name: String,
    /// What its bytes are, not what the uploader said.
    pub media_type: String,
    /// Its size.
    pub size_bytes: i64,
}
