//! `/organizations/{id}/balance` and `/organizations/{id}/ledger`: how many minutes there are, and why.

use actix_web::{get, web::Data};
use chrono::{DateTime, Utc};
use daypack_api_types::{
    Page,
    ledger::{Balance, Movement},
};
use daypack_domain::{ledger::MovementKind, policy::Action};
use garde::Validate;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    app::{App, Reply},
    edge::{Answer, FromPath, FromQuery, PageRequest, SignedIn},
    flows::{balance, ledger, organizations},
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(show_balance).service(list_movements);
}

/// When.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BalanceQuery {
    /// At this instant, that one included; now when left out.
    #[garde(skip)]
    pub as_of: Option<DateTime<Utc>>,
}

/// The minutes of an organization, now or at any other instant, lot by lot in order of use, and what will become of
/// them.
#[utoipa::path(
    tag = "packs",
    params(("id" = String, Path, description = "The organization's id, or its short name"), BalanceQuery),
    responses((status = 200, body = Balance))
)]
#[get("/organizations/{id}/balance")]
pub async fn show_balance(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    query: FromQuery<BalanceQuery>,
) -> Reply {
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadPacks)?;
        let standing = balance::read(conn, context, &organization, query.0.as_of)?;
        Answer::ok(&views::ledger::balance(&standing))
    })
    .await
}

/// Which movements.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LedgerQuery {
    /// Of this kind alone.
    #[garde(skip)]
    pub kind: Option<MovementKind>,
    /// How many items, 1 to 100.
    #[garde(skip)]
    pub limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    pub cursor: Option<String>,
}

/// The movements of an organization's ledger, newest first.
#[utoipa::path(
    tag = "packs",
    params(("id" = String, Path, description = "The organization's id, or its short name"), LedgerQuery),
    responses((status = 200, body = Page<Movement>))
)]
#[get("/organizations/{id}/ledger")]
pub async fn list_movements(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    query: FromQuery<LedgerQuery>,
) -> Reply {
    let LedgerQuery { kind, limit, cursor } = query.0;
    let list = format!("ledger {} {kind:?}", id.0);
    let request = PageRequest::<i64>::parse(&app.keys, list, limit, cursor.as_deref())?;
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadPacks)?;
        let rows = ledger::page(conn, context, &organization, kind, request.after, request.limit)?;
        let shown = |rows| views::ledger::movements(conn, &organization, rows);
        request.answer(rows, |row| row.sequence, shown)
    })
    .await
}
