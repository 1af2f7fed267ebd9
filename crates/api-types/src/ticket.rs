//! Tickets: requests for work, with everything that belongs to them.

use crate::Person;
use crate::attachment::Attachment;
use crate::dates::known_day;
use crate::emergency::{Emergency, TicketLink, Warranty};
use crate::estimate::Estimate;
use crate::sla::SlaSummary;
use crate::texts::one_line;
use crate::work::{ClosureRecord, Evidence, Mitigation, TimeEntry, Window};
use chrono::{DateTime, NaiveDate, Utc};
use daypack_domain::ids::{AttachmentId, CommentId, OrganizationId, SystemId, TicketId, UserId};
use daypack_domain::ticket::{Channel, Kind, QueueLevel, Scope, Severity, Status, Visibility, Workaround};
use garde::Validate;
use serde::{Deserialize, Serialize};

/// `POST /tickets`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OpenTicket {
    /// For whom.
    #[garde(skip)]
    pub organization_id: OrganizationId,
    /// What is happening, in one line.
    #[garde(length(chars, min = 3, max = 200), custom(one_line))]
    pub title: String,
    /// What is happening, in Markdown.
    #[garde(length(chars, min = 1, max = 50_000))]
    pub description: String,
    /// Who is affected.
    #[garde(length(chars, min = 1, max = 500), custom(one_line))]
    pub affected: String,
    /// The system it is about.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_id: Option<SystemId>,
    /// Answers that suggest a severity.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact: Option<Impact>,
    /// A severity that wins over the suggestion from `impact`; triage decides.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested_severity: Option<Severity>,
    /// Files uploaded before.
    #[garde(length(max = 20))]
    #[serde(default)]
    pub attachment_ids: Vec<AttachmentId>,
}

/// How much it hurts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// Is the main operation blocked?
    #[garde(skip)]
    pub main_operation_blocked: bool,
    /// Is there a way around it?
    #[garde(skip)]
    pub workaround: Workaround,
    /// How many people?
    #[garde(range(min = 0, max = 10_000_000))]
    pub people: i64,
}

/// `PATCH /tickets/{id}`: what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditTicket {
    /// A better title.
    #[garde(inner(length(chars, min = 3, max = 200), custom(one_line)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A better description.
    #[garde(inner(length(chars, min = 1, max = 50_000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Words to find it by; staff only.
    #[garde(inner(length(max = 20), inner(length(chars, min = 1, max = 40), custom(one_line))))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Who works on it; staff only.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee_id: Option<UserId>,
    /// The date agreed for work without a resolution clock; staff only.
    #[garde(inner(custom(known_day)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed_on: Option<NaiveDate>,
}

/// `POST /tickets/{id}/triage`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Triage {
    /// By real impact.
    #[garde(skip)]
    pub severity: Severity,
    /// The kind of work.
    #[garde(skip)]
    pub kind: Kind,
    /// In the agreement, or out of it.
    #[garde(skip)]
    pub scope: Scope,
    /// What is done at once.
    #[garde(inner(length(chars, max = 5000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mitigation_plan: Option<String>,
    /// What solves it for good.
    #[garde(inner(length(chars, max = 5000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solution_plan: Option<String>,
    /// Who works on it.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee_id: Option<UserId>,
    /// The work takes minutes from the pack; `true` when left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billable: Option<bool>,
    /// Why not, when it does not.
    #[garde(inner(length(chars, min = 1, max = 500)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_billable_reason: Option<String>,
    /// The clause that a request out of scope falls under, or why the severity differs from the suggestion.
    #[garde(inner(length(chars, min = 1, max = 2000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether work starts at once under the emergency clause. Left out: it does where the clause covers the severity
    /// and there are minutes for it. `true` where it does not cover it is refused; `false` waits for an approval.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<bool>,
    /// The severity decided before was a mistake: what was missed under it does not stay. Leads and admins.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub misclassified: Option<bool>,
}

/// `POST /tickets/{id}/comments`
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AddComment {
    /// Markdown.
    #[garde(length(chars, min = 1, max = 50_000))]
    pub body: String,
    /// `internal` never reaches the client.
    #[garde(skip)]
    pub visibility: Visibility,
    /// Files uploaded before.
    #[garde(length(max = 20))]
    #[serde(default)]
    pub attachment_ids: Vec<AttachmentId>,
}

/// A message or note on a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comment {
    /// Identifier.
    pub id: CommentId,
    /// Who wrote it.
    pub author: Person,
    /// As it was written, in Markdown.
    pub body: String,
    /// Cleaned HTML made from it.
    pub body_html: String,
    /// Who can read it.
    pub visibility: Visibility,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// An organization, as a ticket names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationName {
    /// Identifier.
    pub id: OrganizationId,
    /// Short name in addresses.
    pub slug: String,
    /// Name.
    pub name: String,
}

/// A ticket in lists and on the board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketSummary {
    /// Identifier.
    pub id: TicketId,
    /// Such as `ACME-42`.
    pub reference: String,
    /// For whom.
    pub organization: OrganizationName,
    /// What is happening, in one line.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// Decided at triage.
    pub severity: Option<Severity>,
    /// Suggested at intake.
    pub suggested_severity: Option<Severity>,
    /// Decided at triage.
    pub kind: Option<Kind>,
    /// The client's place in the queue when it came in.
    pub queue_level: QueueLevel,
    /// How it came in.
    pub channel: Channel,
    /// The system it is about.
    pub system_name: Option<String>,
    /// Who is affected.
    pub affected: String,
    /// Who works on it.
    pub assignee: Option<Person>,
    /// Who asked.
    pub reporter: Person,
    /// When.
    pub created_at: DateTime<Utc>,
    /// The last change.
    pub updated_at: DateTime<Utc>,
    /// The date agreed for work without a resolution clock.
    pub agreed_on: Option<NaiveDate>,
    /// Minutes that the client said yes to.
    pub approved_minutes: i64,
    /// Minutes that were deducted.
    pub used_minutes: i64,
    /// Minutes reserved.
    pub held_minutes: i64,
    /// Minutes offered and not yet answered.
    pub offered_minutes: Option<i64>,
    /// The clock that matters now.
    pub sla: SlaSummary,
    /// For `If-Match`.
    pub version: i64,
}

/// The orders in which tickets are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TicketSort {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// The one that changed last first.
    Updated,
    /// The nearest deadline first; those without one last.
    Deadline,
}

/// `GET /tickets/counts`: figures for menus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketCounts {
    /// Neither delivered nor refused.
    pub open: i64,
    /// Where it is the asking person's turn. For clients: questions, offers, validations, proposed windows and
    /// deliveries to confirm. For staff: what they are assigned and is not the client's turn.
    pub waiting_on_you: i64,
    /// Not triaged yet.
    pub new: i64,
}

/// A ticket whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// What lists show, too.
    #[serde(flatten)]
    pub summary: TicketSummary,
    /// As it was written, in Markdown.
    pub description: String,
    /// Cleaned HTML made from it.
    pub description_html: String,
    /// The system it is about.
    pub system_id: Option<SystemId>,
    /// Answers given at intake.
    pub impact: Option<Impact>,
    /// In the agreement, or out of it.
    pub scope: Option<Scope>,
    /// The work takes minutes from the pack.
    pub billable: bool,
    /// Why not, when it does not.
    pub not_billable_reason: Option<String>,
    /// What is done at once.
    pub mitigation_plan: Option<String>,
    /// What solves it for good.
    pub solution_plan: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Files of the first message.
    pub attachments: Vec<Attachment>,
    /// Offers of minutes, newest first.
    pub estimates: Vec<Estimate>,
    /// Work, newest first.
    pub time_entries: Vec<TimeEntry>,
    /// Windows for deployment, newest first.
    pub windows: Vec<Window>,
    /// How it belongs to others, oldest link first.
    pub links: Vec<TicketLink>,
    /// The work that began under the emergency clause, if it did.
    pub emergency: Option<Emergency>,
    /// What the lead decided about a recurrence.
    pub warranty: Option<Warranty>,
    /// What was found and proven.
    pub evidence: Evidence,
    /// What was done at once.
    pub mitigation: Option<Mitigation>,
    /// How it was closed, last cycle first; empty while it is open for the first time.
    pub closures: Vec<ClosureRecord>,
    /// Statuses that the asking person may move it to now, by the transition operation.
    pub transitions: Vec<Status>,
    /// What the asking person may do with it now: words of the policy's actions.
    pub actions: Vec<String>,
}
