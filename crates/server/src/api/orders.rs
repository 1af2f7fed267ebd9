//! `/orders`: packs that clients buy.

use actix_web::{get, post, web::Data};
use daypack_api_types::{
    Page,
    order::{BounceOrder, CancelOrder, ConfirmPayment, Order, PlaceOrder},
};
use daypack_domain::{Instant, ids::OrderId, order::OrderStatus};
use daypack_store::{Conn, orders::OrderRecord};

use crate::{
    app::{App, Reply},
    context::Context,
    edge::{Answer, Body, ByStatus, ExpectedVersion, FromPath, FromQuery, OptionalBody, SignedIn},
    error::Failure,
    flows::orders,
    operations::ServiceConfig,
    views,
};

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config
        .service(list_orders)
        .service(place_order)
        .service(show_order)
        .service(confirm_payment)
        .service(cancel_order)
        .service(activate_order)
        .service(bounce_order);
}

/// Orders, newest first: those of one's own organizations, for the staff all.
#[utoipa::path(tag = "orders", params(ByStatus<OrderStatus>), responses((status = 200, body = Page<Order>)))]
#[get("/orders")]
pub async fn list_orders(app: Data<App>, caller: SignedIn, query: FromQuery<ByStatus<OrderStatus>>) -> Reply {
    let query = query.0;
    let request = query.page::<(Instant, OrderId)>(&app.keys, "orders")?;
    app.read(&caller, move |conn, context| {
        let (position, limit) = (request.position(), request.limit);
        let rows = orders::page(conn, context, query.organization_id, query.status, position, limit)?;
        request.answer(
            rows,
            |row| (row.order.placed_at, row.order.id),
            |rows| views::orders::orders(conn, context.now, rows),
        )
    })
    .await
}

/// Orders packs, and by that accepts the current terms and conditions. Approvers within their limit, owners.
#[utoipa::path(tag = "orders", request_body = PlaceOrder, responses((status = 201, body = Order)))]
#[post("/orders")]
pub async fn place_order(app: Data<App>, caller: SignedIn, body: Body<PlaceOrder>) -> Reply {
    app.write(&caller, move |conn, context| {
        let record = orders::place(conn, context, &body.0)?;
        let version = record.version;
        Ok(Answer::created(&views::orders::order(conn, context.now, record)?)?.version(version))
    })
    .await
}

/// An order.
#[utoipa::path(
    tag = "orders",
    params(("id" = OrderId, Path, description = "Of the order")),
    responses((status = 200, body = Order))
)]
#[get("/orders/{id}")]
pub async fn show_order(app: Data<App>, caller: SignedIn, id: FromPath<OrderId>) -> Reply {
    app.read(&caller, move |conn, context| {
        let record = orders::find(conn, context, id.0)?;
        answer(conn, context, record)
    })
    .await
}

/// Confirms the payment of an order, which starts its minutes. The same reference again has the same effect as once.
#[utoipa::path(
    tag = "orders", request_body = ConfirmPayment,
    params(
        ("id" = OrderId, Path, description = "Of the order"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
    responses((status = 200, body = Order))
)]
#[post("/orders/{id}/confirm-payment")]
pub async fn confirm_payment(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<OrderId>,
    version: ExpectedVersion,
    body: Body<ConfirmPayment>,
) -> Reply {
    app.write(&caller, move |conn, context| {
        let record = orders::confirm_payment(conn, context, id.0, &body.0, version.0)?;
        answer(conn, context, record)
    })
    .await
}

/// Cancels an order that nobody paid. Whoever placed it, owners, leads.
#[utoipa::path(
    tag = "orders", request_body = CancelOrder,
    params(
        ("id" = OrderId, Path, description = "Of the order"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
    responses((status = 200, body = Order))
)]
#[post("/orders/{id}/cancel")]
pub async fn cancel_order(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<OrderId>,
    version: ExpectedVersion,
    body: OptionalBody<CancelOrder>,
) -> Reply {
    app.write(&caller, move |conn, context| {
        let record = orders::cancel(conn, context, id.0, &body.0, version.0)?;
        answer(conn, context, record)
    })
    .await
}

/// Starts the minutes of an order before its payment, where the organization's settings allow it. Leads.
#[utoipa::path(
    tag = "orders",
    params(
        ("id" = OrderId, Path, description = "Of the order"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
    responses((status = 200, body = Order))
)]
#[post("/orders/{id}/activate")]
pub async fn activate_order(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<OrderId>,
    version: ExpectedVersion,
) -> Reply {
    app.write(&caller, move |conn, context| {
        let record = orders::activate(conn, context, id.0, version.0)?;
        answer(conn, context, record)
    })
    .await
}

/// Records that the payment of an order bounced, or never came after an activation on credit: what is available is
/// voided, what was used is owed. Leads.
#[utoipa::path(
    tag = "orders", request_body = BounceOrder,
    params(
        ("id" = OrderId, Path, description = "Of the order"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the decision is based on")
    ),
    responses((status = 200, body = Order))
)]
#[post("/orders/{id}/bounce")]
pub async fn bounce_order(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<OrderId>,
    version: ExpectedVersion,
    body: Body<BounceOrder>,
) -> Reply {
    app.write(&caller, move |conn, context| {
        let record = orders::bounce(conn, context, id.0, &body.0, version.0)?;
        answer(conn, context, record)
    })
    .await
}

fn answer(conn: &mut Conn, context: &Context, record: OrderRecord) -> Result<Answer, Failure> {
    let version = record.version;
    Ok(Answer::ok(&views::orders::order(conn, context.now, record)?)?.version(version))
}
