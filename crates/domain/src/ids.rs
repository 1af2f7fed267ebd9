//! Identifiers: UUIDv7 made by the server's context, one type for each kind of thing.

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident,)+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
            #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
            #[serde(transparent)]
            pub struct $name(pub uuid::Uuid);

            impl From<uuid::Uuid> for $name {
                fn from(value: uuid::Uuid) -> Self {
                    Self(value)
                }
            }

            impl From<$name> for uuid::Uuid {
                fn from(value: $name) -> Self {
                    value.0
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl std::str::FromStr for $name {
                type Err = uuid::Error;

                fn from_str(text: &str) -> Result<Self, Self::Err> {
                    text.parse().map(Self)
                }
            }
        )+
    };
}

ids! {
    /// A client company.
    OrganizationId,
    /// A person: of a client, or of the staff.
    UserId,
    /// Software under maintenance.
    SystemId,
    /// A purchase of packs.
    OrderId,
    /// The minutes that an order bought.
    LotId,
    /// Minutes reserved by one approval.
    HoldId,
    /// One request for work.
    TicketId,
    /// A message or note on a ticket.
    CommentId,
    /// An uploaded file.
    AttachmentId,
    /// An offer of minutes.
    EstimateId,
    /// An approval given once for all offers within its limits.
    StandingApprovalId,
    /// Minutes worked by a person on a date.
    TimeEntryId,
    /// A period agreed for a deployment.
    WindowId,
    /// One thing that happened.
    EventId,
    /// A weekly statement.
    StatementId,
    /// A signed-in browser, or another client with a refresh token.
    SessionId,
    /// A version of a calendar.
    CalendarId,
    /// A version of an SLA policy.
    SlaPolicyId,
}
