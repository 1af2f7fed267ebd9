//! What happened, in short: the dashboard and the weekly summaries.

use daypack_api_types::{
    Page,
    dashboard::Dashboard,
    statement::{PreviewStatement, Statement, StatementSummary},
};
use daypack_domain::ids::OrganizationId;

use super::{ApiProblem, address};

/// The client's first page.
pub async fn dashboard(organization_id: OrganizationId) -> Result<Dashboard, ApiProblem> {
    super::get(&format!("/dashboard?organization_id={organization_id}")).await
}

/// Weekly summaries, newest first.
pub async fn statements(
    organization_id: OrganizationId,
    cursor: Option<String>,
) -> Result<Page<StatementSummary>, ApiProblem> {
    let organization_id = Some(organization_id.to_string());
    super::get(&address(
        "/statements",
        &[("organization_id", organization_id), ("cursor", cursor)],
    ))
    .await
}

/// One of them whole.
pub async fn statement(id: &str) -> Result<Statement, ApiProblem> {
    super::get(&["/statements/", id].concat()).await
}

/// What the summary of these days would say now.
pub async fn preview_statement(body: &PreviewStatement) -> Result<Statement, ApiProblem> {
    super::post("/statements", body).await
}
