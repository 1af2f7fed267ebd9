//! Requests for work: asking, talking, deciding, working, closing.

use daypack_api_types::{
    Page, Person,
    board::Board,
    estimate::OptionalReason,
    sla::Sla,
    ticket::{AddComment, Comment, EditTicket, OpenTicket, Ticket, TicketSummary, Triage},
    work::{Evidence, LogTime, ProposeWindow, RecordMitigation, Resolve, TimeEntry, Transition, Window},
};
use daypack_domain::{
    Instant,
    ids::{EventId, OrganizationId, TimeEntryId, WindowId},
    ticket::Visibility,
};
use serde::Deserialize;

use super::{ApiProblem, address};

/// What a list of tickets is narrowed to; the names are those of the operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whose.
    pub organization_id: Option<OrganizationId>,
    /// Words of a status, `open`, or nothing for all.
    pub status: Option<String>,
    /// The word of a severity.
    pub severity: Option<String>,
    /// The word of a kind.
    pub kind: Option<String>,
    /// Somebody's id.
    pub assignee_id: Option<String>,
    /// Part of the title or the reference.
    pub q: Option<String>,
    /// The word of an order.
    pub sort: Option<String>,
}

/// One page of tickets.
pub async fn tickets(filter: Filter, cursor: Option<String>) -> Result<Page<TicketSummary>, ApiProblem> {
    let organization_id = filter.organization_id.map(|id| id.to_string());
    let parameters = [
        ("organization_id", organization_id),
        ("status", filter.status),
        ("severity", filter.severity),
        ("kind", filter.kind),
        ("assignee_id", filter.assignee_id),
        ("q", filter.q),
        ("sort", filter.sort),
        ("cursor", cursor),
    ];
    super::get(&address("/tickets", &parameters)).await
}

/// A ticket whole, by id or reference.
pub async fn ticket(id: &str) -> Result<Ticket, ApiProblem> {
    super::get(&["/tickets/", id].concat()).await
}

/// Asks for work.
pub async fn open_ticket(body: &OpenTicket) -> Result<Ticket, ApiProblem> {
    super::post("/tickets", body).await
}

/// Changes fields of a ticket that still has this version.
pub async fn edit_ticket(id: &str, version: i64, body: &EditTicket) -> Result<Ticket, ApiProblem> {
    super::patch(&["/tickets/", id].concat(), version, body).await
}

/// Writes to the other side, or a note for the staff.
pub async fn comment(id: &str, body: &AddComment) -> Result<Comment, ApiProblem> {
    super::post(&["/tickets/", id, "/comments"].concat(), body).await
}

/// One thing that happened. Its particulars stay JSON: a name that this page does not know does no harm, and the page
/// need not carry the shape of every event there is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Happening {
    /// Identifier.
    pub id: EventId,
    /// Counts up by one in each organization.
    sequence: i64,
    /// When.
    pub at: Instant,
    /// Who; nothing when the calendar did it.
    pub actor: Option<Person>,
    /// Who can read it.
    pub visibility: Visibility,
    /// What, such as `ticket.triaged`.
    pub name: String,
    /// Its particulars.
    data: serde_json::Value,
    /// The comment, when it is about one.
    #[serde(default)]
    pub comment: Option<Comment>,
}

impl Happening {
    /// One of its particulars.
    pub fn particular(&self, name: &str) -> &serde_json::Value {
        &self.data["data"][name]
    }
}

/// What happened, oldest first.
pub async fn timeline(id: &str) -> Result<Vec<Happening>, ApiProblem> {
    let path = ["/tickets/", id, "/timeline"].concat();
    let mut all: Vec<Happening> = Vec::new();
    let mut cursor = None;
    loop {
        let parameters = [("limit", Some("100".to_owned())), ("cursor", cursor)];
        let page: Page<Happening> = super::get(&address(&path, &parameters)).await?;
        all.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            all.sort_by_key(|happening| happening.sequence);
            return Ok(all);
        }
    }
}

/// Every clock, explained.
pub async fn sla(id: &str) -> Result<Sla, ApiProblem> {
    super::get(&["/tickets/", id, "/sla"].concat()).await
}

/// Decides severity, kind and scope.
pub async fn triage(id: &str, body: &Triage) -> Result<Ticket, ApiProblem> {
    super::post(&["/tickets/", id, "/triage"].concat(), body).await
}

/// Moves it along the workflow.
pub async fn transition(id: &str, body: &Transition) -> Result<Ticket, ApiProblem> {
    super::post(&["/tickets/", id, "/transitions"].concat(), body).await
}

/// Records what was found and proven.
pub async fn record_evidence(id: &str, version: i64, body: &Evidence) -> Result<Ticket, ApiProblem> {
    super::patch(&["/tickets/", id, "/evidence"].concat(), version, body).await
}

/// Proposes a time for a deployment.
pub async fn propose_window(id: &str, body: &ProposeWindow) -> Result<Window, ApiProblem> {
    super::post(&["/tickets/", id, "/windows"].concat(), body).await
}

/// What lists show of a request.
pub async fn summary(id: &str) -> Result<TicketSummary, ApiProblem> {
    super::get(&["/tickets/", id].concat()).await
}

/// Agrees to it.
pub async fn accept_window(id: WindowId) -> Result<(), ApiProblem> {
    super::post_only(&format!("/windows/{id}/accept"), &OptionalReason::default()).await
}

/// Does not agree to it.
pub async fn decline_window(id: WindowId, body: &OptionalReason) -> Result<(), ApiProblem> {
    super::post_only(&format!("/windows/{id}/decline"), body).await
}

/// Logs time.
pub async fn log_time(id: &str, body: &LogTime) -> Result<TimeEntry, ApiProblem> {
    super::post(&["/tickets/", id, "/time-entries"].concat(), body).await
}

/// Takes it back.
pub async fn reverse_time(id: TimeEntryId, reason: String) -> Result<TimeEntry, ApiProblem> {
    let body = daypack_api_types::estimate::Reason { reason };
    super::post(&format!("/time-entries/{id}/reverse"), &body).await
}

/// Says what was done at once.
pub async fn mitigate(id: &str, what_was_done: String) -> Result<Ticket, ApiProblem> {
    super::post(
        &["/tickets/", id, "/mitigation"].concat(),
        &RecordMitigation { what_was_done },
    )
    .await
}

/// Delivers it, with its record.
pub async fn resolve(id: &str, body: &Resolve) -> Result<Ticket, ApiProblem> {
    super::post(&["/tickets/", id, "/resolve"].concat(), body).await
}

/// As [`confirm`], for a screen that does not show the ticket: reading it would bring much of the program along.
pub async fn confirm_only(id: &str) -> Result<(), ApiProblem> {
    super::post_only(&["/tickets/", id, "/confirm"].concat(), &OptionalReason::default()).await
}

/// The client says that it is good.
pub async fn confirm(id: &str) -> Result<Ticket, ApiProblem> {
    super::post(&["/tickets/", id, "/confirm"].concat(), &OptionalReason::default()).await
}

/// The client says that it is not.
pub async fn reopen(id: &str, reason: Option<String>) -> Result<Ticket, ApiProblem> {
    super::post(&["/tickets/", id, "/reopen"].concat(), &OptionalReason { reason }).await
}

/// The staff's board.
pub async fn board() -> Result<Board, ApiProblem> {
    super::get("/board").await
}
