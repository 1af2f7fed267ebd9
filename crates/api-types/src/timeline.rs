//! What happened, in order.

use crate::Person;
use crate::ticket::Comment;
use chrono::{DateTime, Utc};
use daypack_domain::event::EventKind;
use daypack_domain::ids::EventId;
use daypack_domain::ticket::Visibility;
use serde::{Deserialize, Serialize};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Identifier.
    pub id: EventId,
    /// Counts up by one in each organization.
    pub sequence: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; nothing when the calendar did it.
    pub actor: Option<Person>,
    /// Who can read it.
    pub visibility: Visibility,
    /// What, such as `ticket.triaged`.
    pub name: String,
    /// Its particulars; their shape depends on `name`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub data: EventKind,
    /// The comment, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Comment>,
}
