//! Paying orders through a provider: `/orders/{id}/checkout`, and what the provider calls back.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    post,
    web::{Data, Payload},
};
use daypack_api_types::order;
use daypack_domain::{Refusal, ids::OrderId};
use daypack_store::payments::Checkout;

use crate::{
    app::{App, Reply},
    edge::{Answer, FromPath, SignedIn, body::read_bounded},
    error::Failure,
    flows::checkouts::{self, Effect, Prepared},
    operations::ServiceConfig,
    payments::PaymentProvider,
    problem::Problem,
};

/// The largest callback.
const CALLBACK_BYTES: usize = 256 * 1024;

/// Registers the operations of this resource.
pub fn register(config: &mut ServiceConfig) {
    config.service(start_checkout).service(take_payment_callback);
}

/// Gives the address of a page of the payment provider on which an order can be paid; the same one as long as it can
/// be used. While a payment that takes days is under way there is none (`payment_pending`). Approvers and owners.
#[utoipa::path(
    tag = "orders",
    params(("id" = OrderId, Path, description = "Of the order")),
    responses((status = 200, body = order::Checkout))
)]
#[post("/orders/{id}/checkout")]
pub async fn start_checkout(app: Data<App>, caller: SignedIn, id: FromPath<OrderId>) -> Reply {
    let name = app.payments.as_deref().map_or("", PaymentProvider::name);
    let base_url = app.config.base_url.clone();
    let prepared = app
        .load(&caller, move |conn, context| {
            checkouts::prepare(conn, context, name, &base_url, id.0)
        })
        .await?;
    let provider = app.payments.as_deref().ok_or_else(no_provider)?;
    let request = match prepared {
        Prepared::Open(open) => return app.write(&caller, move |_, _| answer(&open)).await,
        Prepared::Ask(request) => request,
    };
    let page = provider.start_checkout(&request).await.map_err(|failure| {
        tracing::error!(provider = name, order_id = %id.0, %failure, "the payment provider made no page to pay on");
        unreachable()
    })?;
    app.write(&caller, move |conn, context| {
        answer(&checkouts::started(conn, context, name, id.0, &page)?)
    })
    .await
}

fn answer(checkout: &Checkout) -> Result<Answer, Failure> {
    Answer::ok(&order::Checkout {
        url: checkout.url.clone(),
        expires_at: checkout.expires_at,
    })
}

fn no_provider() -> Problem {
    let detail = "orders cannot be paid online here: pay by transfer, naming the number of the proforma";
    Refusal::conflict("payment_provider_missing", detail).into()
}

fn unreachable() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "payment_provider_unavailable",
        "The payment provider does not answer as it should. Try again in a little while, or pay by transfer.",
    )
}

/// What the payment provider tells: its own body, signed by its own scheme. The same event again has no effect. Money that
/// does not count, because the order is paid, has ended or costs something else, changes no order: it is kept, and the
/// staff are told.
#[utoipa::path(
    tag = "orders", security(()), request_body(content = String, content_type = "application/json"),
    params(
        ("provider" = String, Path, description = "The provider's word: stripe"),
        ("Stripe-Signature" = Option<String>, Header, description = "As Stripe signs: t=…,v1=…")
    ),
    responses((status = 204, description = "It is taken note of"))
)]
#[post("/payment-callbacks/{provider}")]
pub async fn take_payment_callback(
    app: Data<App>,
    request: HttpRequest,
    provider: FromPath<String>,
    payload: Payload,
) -> Reply {
    let known = app.payments.as_deref().filter(|known| known.name() == provider.0);
    let known = known.ok_or_else(Problem::not_found)?;
    let body = read_bounded(&request, payload.into_inner(), CALLBACK_BYTES).await?;
    let name = known.name();
    let told = known
        .read_callback(request.headers(), &body, app.clock.now())
        .map_err(|why| {
            tracing::warn!(provider = name, %why, "a payment callback was not believed");
            Problem::from(why)
        })?;
    let (event_id, base_url) = (told.event_id.clone(), app.config.base_url.clone());
    let done = app
        .transact_as_system(move |conn, context| checkouts::told(conn, context, name, &told, &base_url))
        .await;
    match &done {
        Ok(Effect::Done(order_id)) => tracing::info!(provider = name, event_id, %order_id, "a payment event counted"),
        Ok(Effect::Unexpected(order_id, code)) => {
            tracing::warn!(provider = name, event_id, %order_id, code, "money came for nothing: the staff are told");
        }
        Ok(Effect::Known | Effect::Nothing) => {
            tracing::info!(provider = name, event_id, "a payment event changed nothing")
        }
        Err(problem) => tracing::error!(
            provider = name,
            event_id,
            code = problem.code(),
            "a payment event could not be taken note of"
        ),
    }
    done.map(|_| HttpResponse::NoContent().finish())
}
