//! `/orders/{id}/proforma`: as data, as a page, as PDF.

use actix_web::{
    HttpResponse, get,
    http::header,
    web::{self, Data},
};
use daypack_api_types::order::Proforma;
use daypack_domain::ids::OrderId;

use crate::{
    app::{App, Reply},
    documents::{self, Made},
    edge::{Answer, Caller, FromPath, SignedIn},
    error::Failure,
    flows::proformas,
    operations::ServiceConfig,
    problem::Problem,
    views,
};

/// A page with styles of its own and nothing else.
const CSP_DOCUMENT: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(show_proforma)
        .service(show_proforma_page)
        .service(show_proforma_pdf);
}

/// What is to be paid for an order. `Accept` chooses between data, a page and PDF.
#[utoipa::path(
    tag = "orders",
    params(
        ("id" = OrderId, Path, description = "Of the order"),
        ("Accept" = Option<String>, Header, description = "application/json, text/html or application/pdf")
    ),
    responses((status = 200, content(
        (Proforma = "application/json"), (String = "text/html"), (Vec<u8> = "application/pdf")
    )))
)]
#[get("/orders/{id}/proforma")]
pub async fn show_proforma(app: Data<App>, caller: SignedIn, id: FromPath<OrderId>) -> Reply {
    let wanted = caller.header("accept");
    let wanted = wanted.split(',').find_map(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        ["application/json", "text/html", "application/pdf"]
            .into_iter()
            .find(|known| *known == kind)
    });
    let made = make(&app, &caller, id.0).await?;
    match wanted {
        Some("text/html") => page(&made),
        Some("application/pdf") => pdf(made).await,
        _ => Ok(Answer::ok(&made.proforma)?.into_response()),
    }
}

/// The proforma of an order as a page, in the buyer's language.
#[utoipa::path(
    tag = "orders",
    params(("id" = OrderId, Path, description = "Of the order")),
    responses((status = 200, body = String, content_type = "text/html"))
)]
#[get("/orders/{id}/proforma.html")]
pub async fn show_proforma_page(app: Data<App>, caller: SignedIn, id: FromPath<OrderId>) -> Reply {
    page(&make(&app, &caller, id.0).await?)
}

/// The proforma of an order as PDF, in the buyer's language.
#[utoipa::path(
    tag = "orders",
    params(("id" = OrderId, Path, description = "Of the order")),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf"))
)]
#[get("/orders/{id}/proforma.pdf")]
pub async fn show_proforma_pdf(app: Data<App>, caller: SignedIn, id: FromPath<OrderId>) -> Reply {
    pdf(make(&app, &caller, id.0).await?).await
}

async fn make(app: &App, caller: &SignedIn, id: OrderId) -> Result<Made, Problem> {
    app.load(caller, move |conn, context| {
        let parts = proformas::read(conn, context, id)?;
        views::proformas::proforma(conn, &parts)
    })
    .await
}

fn page(made: &Made) -> Reply {
    let html = documents::html(made)?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, CSP_DOCUMENT))
        .body(html))
}

async fn pdf(made: Made) -> Reply {
    let name = format!("inline; filename=\"{}.pdf\"", made.proforma.number);
    let written = web::block(move || documents::pdf(&made)).await;
    let bytes = written.map_err(Failure::internal)??;
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(bytes))
}
