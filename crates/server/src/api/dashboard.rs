//! `/dashboard`: the client's first page.

use actix_web::{get, web::Data};
use daypack_api_types::dashboard::Dashboard;
use daypack_domain::ids::OrganizationId;
use garde::Validate;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::{App, Reply},
    edge::{Answer, FromQuery, SignedIn},
    flows::dashboard,
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(show);
}

/// Whose.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DashboardQuery {
    /// Of this organization.
    #[garde(skip)]
    pub organization_id: OrganizationId,
}

/// What waits on the asking person, with what each yes would take; the balance; what is being done; the month in
/// figures; the last weekly statement.
#[utoipa::path(
    tag = "dashboard", operation_id = "show_dashboard", params(DashboardQuery),
    responses((status = 200, body = Dashboard))
)]
#[get("/dashboard")]
pub async fn show(app: Data<App>, caller: SignedIn, query: FromQuery<DashboardQuery>) -> Reply {
    let keys = app.keys.clone();
    app.read(&caller, move |conn, context| {
        let read = dashboard::read(conn, context, query.0.organization_id)?;
        Answer::ok(&views::dashboard::dashboard(conn, context, &keys, read)?)
    })
    .await
}
