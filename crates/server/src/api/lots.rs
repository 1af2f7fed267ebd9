//! `/lots` and `/organizations/{id}/lots`: minutes lot by lot, and what can be done to each as a whole.

use actix_web::{get, post, web::Data};
use daypack_api_types::{
    Page,
    lot::{AdjustLot, ExtendLot, GiveLot, LimitLot, LotDetail, LotRefund, RefundLot, VoidLot},
};
use daypack_domain::{Instant, ids::LotId, policy::Action};

use crate::{
    app::{App, Reply},
    edge::{Body, ExpectedVersion, FromPath, FromQuery, OptionalBody, PageQuery, SignedIn},
    flows::{lots, organizations},
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(list_lots)
        .service(give_lot)
        .service(show_lot)
        .service(extend_lot)
        .service(void_lot)
        .service(refund_lot)
        .service(adjust_lot)
        .service(limit_lot);
}

/// All lots of an organization, also those that are over, the one that started last first.
#[utoipa::path(
    tag = "packs",
    params(("id" = String, Path, description = "The organization's id, or its short name"), PageQuery),
    responses((status = 200, body = Page<LotDetail>))
)]
#[get("/organizations/{id}/lots")]
pub async fn list_lots(app: Data<App>, caller: SignedIn, id: FromPath<String>, query: FromQuery<PageQuery>) -> Reply {
    let request = query.0.page::<(Instant, LotId)>(&app.keys, format!("lots {}", id.0))?;
    app.read(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::ReadPacks)?;
        let rows = lots::page(conn, context, &organization, request.position(), request.limit)?;
        let shown = |rows| views::lot_details::lots(conn, rows);
        request.answer(rows, |row| (row.lot.activated_at, row.lot.id), shown)
    })
    .await
}

/// Gives an organization minutes without an order: goodwill, or what is left of a running contract. Leads.
#[utoipa::path(
    tag = "packs", request_body = GiveLot,
    params(("id" = String, Path, description = "The organization's id, or its short name")),
    responses((status = 201, body = LotDetail))
)]
#[post("/organizations/{id}/lots")]
pub async fn give_lot(app: Data<App>, caller: SignedIn, id: FromPath<String>, body: Body<GiveLot>) -> Reply {
    let base_url = app.config.base_url.clone();
    app.create(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::GrantGoodwill)?;
        lots::give(conn, context, organization.id, &body.0, &base_url)
    })
    .await
}

/// A lot, with what is left in it and what can be done to it.
#[utoipa::path(
    tag = "packs",
    params(("id" = LotId, Path, description = "Of the lot")),
    responses((status = 200, body = LotDetail))
)]
#[get("/lots/{id}")]
pub async fn show_lot(app: Data<App>, caller: SignedIn, id: FromPath<LotId>) -> Reply {
    app.show(&caller, move |conn, context| lots::find(conn, context, id.0))
        .await
}

/// Extends a lot, once, where its plan allows it, before it ends and while something is left in it. Owners, who need not
/// say why, and admins, who have to.
#[utoipa::path(
    tag = "packs", request_body = ExtendLot,
    params(("id" = LotId, Path, description = "Of the lot"), ExpectedVersion),
    responses((status = 200, body = LotDetail))
)]
#[post("/lots/{id}/extend")]
pub async fn extend_lot(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<LotId>,
    version: ExpectedVersion,
    body: OptionalBody<ExtendLot>,
) -> Reply {
    let base_url = app.config.base_url.clone();
    app.change(&caller, move |conn, context| {
        lots::extend(conn, context, id.0, &body.0, version.0, &base_url)
    })
    .await
}

/// Takes a lot back of which nothing is used or held. Leads.
#[utoipa::path(
    tag = "packs", request_body = VoidLot,
    params(("id" = LotId, Path, description = "Of the lot"), ExpectedVersion),
    responses((status = 200, body = LotDetail))
)]
#[post("/lots/{id}/void")]
pub async fn void_lot(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<LotId>,
    version: ExpectedVersion,
    body: Body<VoidLot>,
) -> Reply {
    let base_url = app.config.base_url.clone();
    app.change(&caller, move |conn, context| {
        lots::void(conn, context, id.0, &body.0, version.0, &base_url)
    })
    .await
}

/// Takes unused minutes out of a lot and says what is to be paid back for them: the price paid, rounded down, never
/// more than was paid in all. Admins.
#[utoipa::path(
    tag = "packs", request_body = RefundLot,
    params(("id" = LotId, Path, description = "Of the lot"), ExpectedVersion),
    responses((status = 200, body = LotRefund))
)]
#[post("/lots/{id}/refund")]
pub async fn refund_lot(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<LotId>,
    version: ExpectedVersion,
    body: Body<RefundLot>,
) -> Reply {
    let base_url = app.config.base_url.clone();
    app.change(&caller, move |conn, context| {
        lots::refund(conn, context, id.0, &body.0, version.0, &base_url)
    })
    .await
}

/// Adds minutes to a lot, or takes some of what is available away. Leads.
#[utoipa::path(
    tag = "packs", request_body = AdjustLot,
    params(("id" = LotId, Path, description = "Of the lot"), ExpectedVersion),
    responses((status = 200, body = LotDetail))
)]
#[post("/lots/{id}/adjust")]
pub async fn adjust_lot(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<LotId>,
    version: ExpectedVersion,
    body: Body<AdjustLot>,
) -> Reply {
    let base_url = app.config.base_url.clone();
    app.change(&caller, move |conn, context| {
        lots::adjust(conn, context, id.0, &body.0, version.0, &base_url)
    })
    .await
}

/// Says which systems a lot serves from now on; none means all. What is held in it stays held. Leads.
#[utoipa::path(
    tag = "packs", request_body = LimitLot,
    params(("id" = LotId, Path, description = "Of the lot"), ExpectedVersion),
    responses((status = 200, body = LotDetail))
)]
#[post("/lots/{id}/limit")]
pub async fn limit_lot(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<LotId>,
    version: ExpectedVersion,
    body: Body<LimitLot>,
) -> Reply {
    let base_url = app.config.base_url.clone();
    app.change(&caller, move |conn, context| {
        lots::limit(conn, context, id.0, &body.0, version.0, &base_url)
    })
    .await
}
