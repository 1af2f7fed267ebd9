//! `/lots` and `/organizations/{id}/lots`: minutes lot by lot, and what can be done to each as a whole.

use actix_web::{get, post, web::Data};
use daypack_api_types::{
    Page,
    lot::{AdjustLot, ExtendLot, GiveLot, LimitLot, LotDetail, LotRefund, RefundLot, VoidLot},
};
use daypack_domain::{Instant, ids::LotId, policy::Action};
use daypack_store::{Conn, lots::LotRecord};

use super::organizations::PageQuery;
use crate::{
    app::{App, Reply},
    edge::{Answer, Body, ExpectedVersion, FromPath, FromQuery, OptionalBody, PageRequest, SignedIn},
    error::Failure,
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
    let PageQuery { limit, cursor } = query.0;
    let list = format!("lots {}", id.0);
    let request = PageRequest::<(Instant, LotId)>::parse(&app.keys, list, limit, cursor.as_deref())?;
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
    app.write(&caller, move |conn, context| {
        let organization = organizations::find(conn, context, &id.0, Action::GrantGoodwill)?;
        let record = lots::give(conn, context, organization.id, &body.0, &base_url)?;
        let version = record.version;
        Ok(Answer::created(&views::lot_details::lot(conn, record)?)?.version(version))
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
    app.read(&caller, move |conn, context| {
        let record = lots::find(conn, context, id.0)?;
        answer(conn, record)
    })
    .await
}

/// Extends a lot, once, where its plan allows it, before it ends and while something is left in it. Owners and admins.
#[utoipa::path(
    tag = "packs", request_body = ExtendLot,
    params(
        ("id" = LotId, Path, description = "Of the lot"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
    responses((status = 200, body = LotDetail))
)]
#[post("/lots/{id}/extend")]
pub async fn extend_lot(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<LotId>,
    version: ExpectedVersion,
    _body: OptionalBody<ExtendLot>,
) -> Reply {
    let base_url = app.config.base_url.clone();
    app.write(&caller, move |conn, context| {
        let record = lots::extend(conn, context, id.0, version.0, &base_url)?;
        answer(conn, record)
    })
    .await
}

/// Takes a lot back of which nothing is used or held. Leads.
#[utoipa::path(
    tag = "packs", request_body = VoidLot,
    params(
        ("id" = LotId, Path, description = "Of the lot"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
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
    app.write(&caller, move |conn, context| {
        let record = lots::void(conn, context, id.0, &body.0, version.0, &base_url)?;
        answer(conn, record)
    })
    .await
}

/// Takes unused minutes out of a lot and says what is to be paid back for them: the price paid, rounded down, never
/// more than was paid in all. Admins.
#[utoipa::path(
    tag = "packs", request_body = RefundLot,
    params(
        ("id" = LotId, Path, description = "Of the lot"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
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
    app.write(&caller, move |conn, context| {
        let refunded = lots::refund(conn, context, id.0, &body.0, version.0, &base_url)?;
        let version = refunded.record.version;
        let view = LotRefund {
            minutes: refunded.minutes,
            amount: refunded.amount,
            lot: views::lot_details::lot(conn, refunded.record)?,
        };
        Ok(Answer::ok(&view)?.version(version))
    })
    .await
}

/// Adds minutes to a lot, or takes some of what is available away. Leads.
#[utoipa::path(
    tag = "packs", request_body = AdjustLot,
    params(
        ("id" = LotId, Path, description = "Of the lot"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
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
    app.write(&caller, move |conn, context| {
        let record = lots::adjust(conn, context, id.0, &body.0, version.0, &base_url)?;
        answer(conn, record)
    })
    .await
}

/// Says which systems a lot serves from now on; none means all. What is held in it stays held. Leads.
#[utoipa::path(
    tag = "packs", request_body = LimitLot,
    params(
        ("id" = LotId, Path, description = "Of the lot"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
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
    app.write(&caller, move |conn, context| {
        let record = lots::limit(conn, context, id.0, &body.0, version.0, &base_url)?;
        answer(conn, record)
    })
    .await
}

fn answer(conn: &mut Conn, record: LotRecord) -> Result<Answer, Failure> {
    let version = record.version;
    Ok(Answer::ok(&views::lot_details::lot(conn, record)?)?.version(version))
}
