//! What can happen: names, payloads and who can read them. The kinds stand by meaning in the files beside this one,
//! each a macro that adds its own to those before and hands them on, until `events` declares them all.

use super::{
    agreement::agreement_events, catalogue::catalogue_events, contract::contract_events, declare::events,
    organization::organization_events, ticket::ticket_events,
};
use crate::Instant;
use crate::closure::ClosureRecord;
use crate::estimate::{ApprovalChannel, Basis, EstimateKind};
use crate::ids::{
    AttachmentId, CommentId, EstimateId, LotId, OrderId, StandingApprovalId, StatementId, SystemId, TicketId,
    TimeEntryId, UserId, WindowId,
};
use crate::lot::LotOrigin;
use crate::money::Money;
use crate::policy::{ClientRole, StaffRole};
use crate::ticket::{Channel, EvidenceKind, Kind, LinkKind, Scope, Severity, Status, Visibility};
use crate::workflow::DeclineReason;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

impl EventKind {
    /// Who can read it. Notes, and what hangs on them, are as visible as they were written.
    #[must_use]
    pub const fn visibility(&self) -> Visibility {
        match self {
            Self::TicketCommented { visibility, .. } | Self::AttachmentAdded { visibility, .. } => *visibility,
            _ => self.usual_visibility(),
        }
    }
}

organization_events! { {} contract_events, ticket_events, agreement_events, catalogue_events, events }
