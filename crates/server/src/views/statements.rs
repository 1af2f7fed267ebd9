//! Statements: in lists, and whole.

use daypack_api_types::statement::{Statement, StatementSummary};
use daypack_domain::statement::{Statement as Content, TicketLine};
use daypack_store::statements::StatementRow;

use super::markdown;
use crate::error::Failure;

/// A frozen statement in lists.
///
/// # Errors
/// A frozen text that cannot be read: a fault of ours.
pub fn summary(row: &StatementRow) -> Result<StatementSummary, Failure> {
    Ok(summarized(Some(row), &read(row)?))
}

/// A frozen statement whole.
///
/// # Errors
/// As [`summary`].
pub fn statement(row: &StatementRow) -> Result<Statement, Failure> {
    let content = read(row)?;
    Ok(Statement {
        summary: summarized(Some(row), &content),
        organization_name: content.organization_name.clone(),
        hash: Some(row.hash.clone()),
        done_html: done_html(&content),
        content,
    })
}

/// A statement that is not kept.
#[must_use]
pub fn preview(content: Content) -> Statement {
    Statement {
        summary: summarized(None, &content),
        organization_name: content.organization_name.clone(),
        hash: None,
        done_html: done_html(&content),
        content,
    }
}

/// Statements keep the Markdown that was written.
fn done_html(content: &Content) -> Vec<Option<String>> {
    let html = |ticket: &TicketLine| ticket.what_was_done.as_deref().map(markdown::html);
    content.tickets.iter().map(html).collect()
}

fn read(row: &StatementRow) -> Result<Content, Failure> {
    serde_json::from_str(&row.content)
        .map_err(|error| Failure::internal(format!("the statement {} cannot be read: {error}", row.id)))
}

fn summarized(row: Option<&StatementRow>, content: &Content) -> StatementSummary {
    StatementSummary {
        id: row.map(|row| row.id),
        organization_id: content.organization_id,
        from: content.period.first_day,
        to: content.period.last_day,
        made_at: content.made_at,
        preview: content.preview,
        opening_minutes: content.account.opening_minutes,
        used_minutes: content.account.used_minutes,
        closing_minutes: content.account.closing_minutes,
        ticket_count: i64::try_from(content.tickets.len()).unwrap_or(i64::MAX),
    }
}
