//! `/orders`: packs that clients buy.

use actix_web::{get, post, web::Data};
use daypack_api_types::{
    Page,
    order::{BounceOrder, CancelOrder, ConfirmPayment, Order, PlaceOrder},
};
use daypack_domain::{Instant, ids::OrderId, order::OrderStatus};

use crate::{
    app::{App, Reply},
    edge::{Body, ByStatus, ExpectedVersion, FromPath, FromQuery, OptionalBody, SignedIn},
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
    app.create(&caller, move |conn, context| orders::place(conn, context, &body.0))
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
    app.show(&caller, move |conn, context| orders::find(conn, context, id.0))
        .await
}

/// Confirms the payment of an order, which starts its minutes. The same reference again has the same effect as once.
#[utoipa::path(
    tag = "orders", request_body = ConfirmPayment,
    params(("id" = OrderId, Path, description = "Of the order"), ExpectedVersion),
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
    app.change(&caller, move |conn, context| {
        orders::confirm_payment(conn, context, id.0, &body.0, version.0)
    })
    .await
}

/// Cancels an order that nobody paid. Whoever placed it, owners, leads.
#[utoipa::path(
    tag = "orders", request_body = CancelOrder,
    params(("id" = OrderId, Path, description = "Of the order"), ExpectedVersion),
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
    app.change(&caller, move |conn, context| {
        orders::cancel(conn, context, id.0, &body.0, version.0)
    })
    .await
}

/// Starts the minutes of an order before its payment, where the organization's settings allow it. Leads.
#[utoipa::path(
    tag = "orders",
    params(("id" = OrderId, Path, description = "Of the order"), ExpectedVersion),
    responses((status = 200, body = Order))
)]
#[post("/orders/{id}/activate")]
pub async fn activate_order(
    app: Data<App>,
    caller: SignedIn,
    id: FromPath<OrderId>,
    version: ExpectedVersion,
) -> Reply {
    app.change(&caller, move |conn, context| {
        orders::activate(conn, context, id.0, version.0)
    })
    .await
}

/// Records that the payment of an order bounced, or never came after an activation on credit: what is available is
/// voided, what was used is owed. Leads.
#[utoipa::path(
    tag = "orders", request_body = BounceOrder,
    params(("id" = OrderId, Path, description = "Of the order"), ExpectedVersion),
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
    app.change(&caller, move |conn, context| {
        orders::bounce(conn, context, id.0, &body.0, version.0)
    })
    .await
}
