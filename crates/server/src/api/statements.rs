//! `/statements`: weekly summaries.

use actix_web::{get, post, web::Data};
use chrono::NaiveDate;
use daypack_api_types::{
    Page,
    statement::{PreviewStatement, Statement, StatementSummary},
};
use daypack_domain::ids::{OrganizationId, StatementId};
use garde::Validate;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::{App, Reply},
    edge::{Answer, Body, FromPath, FromQuery, PageRequest, SignedIn},
    flows::statements,
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(list).service(preview).service(show);
}

/// Which statements.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatementsQuery {
    /// Whose.
    #[garde(skip)]
    pub organization_id: OrganizationId,
    /// How many items, 1 to 100.
    #[garde(skip)]
    pub limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    pub cursor: Option<String>,
}

/// The weekly statements of an organization, the latest week first. Each is made on Monday at 08:00 there and never changes.
#[utoipa::path(
    tag = "statements", operation_id = "list_statements", params(StatementsQuery),
    responses((status = 200, body = Page<StatementSummary>))
)]
#[get("/statements")]
pub async fn list(app: Data<App>, caller: SignedIn, query: FromQuery<StatementsQuery>) -> Reply {
    let StatementsQuery {
        organization_id,
        limit,
        cursor,
    } = query.0;
    let list = format!("statements {organization_id}");
    let request = PageRequest::<NaiveDate>::parse(&app.keys, list, limit, cursor.as_deref())?;
    app.read(&caller, move |conn, context| {
        let rows = statements::page(conn, context, organization_id, request.after, request.limit)?;
        let shown = |rows: Vec<_>| rows.iter().map(views::statements::summary).collect();
        request.answer(rows, |row| row.from_on, shown)
    })
    .await
}

/// A statement of any days up to a quarter, as they stand now. It is marked as a preview, not kept and not sent.
#[utoipa::path(
    tag = "statements", operation_id = "preview_statement", request_body = PreviewStatement,
    responses((status = 200, body = Statement))
)]
#[post("/statements")]
pub async fn preview(app: Data<App>, caller: SignedIn, body: Body<PreviewStatement>) -> Reply {
    let PreviewStatement {
        organization_id,
        from,
        to,
    } = body.0;
    app.read(&caller, move |conn, context| {
        let statement = statements::preview(conn, context, organization_id, from, to)?;
        Answer::ok(&views::statements::preview(statement))
    })
    .await
}

/// A statement whole, as it was frozen, with the SHA-256 of its frozen text.
#[utoipa::path(
    tag = "statements", operation_id = "show_statement",
    params(("id" = StatementId, Path, description = "The statement")),
    responses((status = 200, body = Statement))
)]
#[get("/statements/{id}")]
pub async fn show(app: Data<App>, caller: SignedIn, id: FromPath<StatementId>) -> Reply {
    app.read(&caller, move |conn, context| {
        let row = statements::find(conn, context, id.0)?;
        Answer::ok(&views::statements::statement(&row)?)
    })
    .await
}
