//! `/organizations/{id}/balance`, `/ledger` and `/what-if`: how many minutes there are, why, and what would be left.

use actix_web::{HttpResponse, get, http::header, web::Data};
use chrono::{DateTime, NaiveDate, Utc};
use daypack_api_types::{
    Page,
    dates::{known_day, known_instant},
    ledger::{Balance, Movement, WhatIf},
};
use daypack_domain::{
    ids::{LotId, SystemId, TicketId},
    ledger::MovementKind,
    policy::Action,
};
use garde::Validate;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    app::{App, Reply},
    edge::{Answer, Caller, FromPath, FromQuery, PageRequest, SignedIn},
    flows::{
        balance,
        ledger::{self, Asked},
        organizations, what_if,
    },
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(show_balance)
        .service(list_movements)
        .service(export_ledger)
        .service(show_what_if);
}

/// When.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BalanceQuery {
    /// At this instant, that one included; now when left out.
    #[garde(inner(custom(known_instant)))]
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
    /// In this lot alone.
    #[garde(skip)]
    pub lot_id: Option<LotId>,
    /// For this ticket alone.
    #[garde(skip)]
    pub ticket_id: Option<TicketId>,
    /// From this day on, in the organization's zone.
    #[garde(inner(custom(known_day)))]
    pub from: Option<NaiveDate>,
    /// Through this day, in the organization's zone.
    #[garde(inner(custom(known_day)))]
    pub to: Option<NaiveDate>,
    /// How many items, 1 to 100; a table has them all.
    #[garde(skip)]
    pub limit: Option<i64>,
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    pub cursor: Option<String>,
}

impl LedgerQuery {
    fn asked(&self) -> Asked {
        Asked {
            kind: self.kind,
            lot_id: self.lot_id,
            ticket_id: self.ticket_id,
            from: self.from,
            to: self.to,
        }
    }
}

/// The movements of an organization's ledger, newest first; with `Accept: text/csv` all of them, oldest first, as a
/// table.
#[utoipa::path(
    tag = "packs",
    params(("id" = String, Path, description = "The organization's id, or its short name"), LedgerQuery),
    responses((status = 200, content((Page<Movement> = "application/json"), (String = "text/csv"))))
)]
#[get("/organizations/{id}/ledger")]
pub async fn list_movements(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    query: FromQuery<LedgerQuery>,
) -> Reply {
    let asked = query.0.asked();
    if prefers_csv(&caller.header("accept")) {
        return table(&app, &caller, id.0, asked).await;
    }
    let list = format!("ledger {} {asked:?}", id.0);
    let request = PageRequest::<i64>::parse(&app.keys, list, query.0.limit, query.0.cursor.as_deref())?;
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadPacks)?;
        let rows = ledger::page(conn, context, &organization, asked, request.after, request.limit)?;
        let shown = |rows| views::ledger::movements(conn, &organization, rows);
        request.answer(rows, |row| row.sequence, shown)
    })
    .await
}

/// The movements of an organization's ledger as a table for spreadsheets (CSV, UTF-8), oldest first: all that the
/// filters let through.
#[utoipa::path(
    tag = "packs",
    params(("id" = String, Path, description = "The organization's id, or its short name"), LedgerQuery),
    responses((status = 200, body = String, content_type = "text/csv"))
)]
#[get("/organizations/{id}/ledger.csv")]
pub async fn export_ledger(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    query: FromQuery<LedgerQuery>,
) -> Reply {
    table(&app, &caller, id.0, query.0.asked()).await
}

async fn table(app: &App, caller: &SignedIn, id: String, asked: Asked) -> Reply {
    let (slug, bytes) = app
        .load(caller, move |conn, context| {
            let organization = organizations::find(conn, context, &id, Action::ReadPacks)?;
            let bytes = ledger::table(conn, context, &organization, asked)?;
            Ok((organization.slug, bytes))
        })
        .await?;
    let name = format!("attachment; filename=\"{slug}-ledger.csv\"");
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .content_type("text/csv; charset=utf-8")
        .body(bytes))
}

/// Whether a table is asked for before JSON.
fn prefers_csv(accept: &str) -> bool {
    let kinds = accept
        .split(',')
        .map(|kind| kind.split(';').next().unwrap_or_default().trim());
    kinds
        .into_iter()
        .find(|kind| {
            ["text/csv", "application/json", "*/*"]
                .iter()
                .any(|known| kind.eq_ignore_ascii_case(known))
        })
        .is_some_and(|kind| kind.eq_ignore_ascii_case("text/csv"))
}

/// How many minutes.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhatIfQuery {
    /// So many, 1 to 10,000,000.
    #[garde(range(min = 1, max = 10_000_000))]
    pub minutes: i64,
    /// For work on this system: lots limited to others are passed over. Without one: lots without limits only.
    #[garde(skip)]
    pub system_id: Option<SystemId>,
}

/// What a yes to so many minutes would take and leave. Nothing is reserved by asking.
#[utoipa::path(
    tag = "packs",
    params(("id" = String, Path, description = "The organization's id, or its short name"), WhatIfQuery),
    responses((status = 200, body = WhatIf))
)]
#[get("/organizations/{id}/what-if")]
pub async fn show_what_if(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<String>,
    query: FromQuery<WhatIfQuery>,
) -> Reply {
    let WhatIfQuery { minutes, system_id } = query.0;
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadPacks)?;
        let found = what_if::read(conn, context, &organization, minutes, system_id)?;
        Answer::ok(&views::ledger::what_if(conn, &organization, &found)?)
    })
    .await
}
