//! Stripe Checkout, and whatever speaks like it: `POST /v1/checkout/sessions`, `/{id}/expire` below it, and signed
//! events.

use actix_web::http::header::HeaderMap;
use chrono::DateTime;
use daypack_domain::{
    Instant,
    money::{Currency, Money},
};
use reqwest::StatusCode;
use serde::Deserialize;

use super::{
    CheckoutRequest, Ended, News, NotBelieved, PaymentProvider, ProviderFailure, Started, StartedCheckout, Told,
    signature,
};

/// Where Stripe is.
pub const URL: &str = "https://api.stripe.com";
/// The version of Stripe's API whose shapes these are.
const API_VERSION: &str = "2024-06-20";
/// The header with the signature of an event.
const SIGNATURE: &str = "stripe-signature";

/// Takes payments by Stripe Checkout.
pub struct Stripe {
    http: reqwest::Client,
    url: String,
    secret_key: String,
    webhook_secret: String,
}

impl Stripe {
    /// An account of Stripe, at `url`.
    #[must_use]
    pub fn new(http: reqwest::Client, url: &str, secret_key: &str, webhook_secret: &str) -> Self {
        Self {
            http,
            url: url.to_owned(),
            secret_key: secret_key.to_owned(),
            webhook_secret: webhook_secret.to_owned(),
        }
    }

    /// A form to an address below `/v1/checkout/sessions`; the status and the body of the answer.
    async fn send(
        &self,
        below: &str,
        idempotency_key: &str,
        form: String,
    ) -> Result<(StatusCode, String), ProviderFailure> {
        let failed = |error: reqwest::Error| ProviderFailure(error.to_string());
        let answer = self
            .http
            .post(format!("{}/v1/checkout/sessions{below}", self.url))
            .bearer_auth(&self.secret_key)
            .header("Idempotency-Key", idempotency_key)
            .header("Stripe-Version", API_VERSION)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .map_err(failed)?;
        Ok((answer.status(), answer.text().await.map_err(failed)?))
    }

    async fn expire_session(&self, session_id: &str) -> Result<(), ProviderFailure> {
        let key = format!("daypack-end-{session_id}");
        let (status, body) = self.send(&format!("/{session_id}/expire"), &key, String::new()).await?;
        match status {
            // 400: it is complete or expired already.
            StatusCode::BAD_REQUEST => Ok(()),
            status if status.is_success() => Ok(()),
            status => Err(refused(status, &body)),
        }
    }

    async fn create_session(&self, request: &CheckoutRequest) -> Result<StartedCheckout, ProviderFailure> {
        let (status, body) = self.send("", &request.idempotency_key, form(request)).await?;
        if !status.is_success() {
            return Err(refused(status, &body));
        }
        let session: Session = serde_json::from_str(&body).map_err(|error| ProviderFailure(error.to_string()))?;
        let url = session
            .url
            .filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        let expires_at = session
            .expires_at
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        match (url, expires_at) {
            (Some(url), Some(expires_at)) => Ok(StartedCheckout {
                session_id: session.id,
                url,
                expires_at,
            }),
            _ => Err(ProviderFailure("a session without an address or an end".to_owned())),
        }
    }
}

fn refused(status: StatusCode, body: &str) -> ProviderFailure {
    let message = serde_json::from_str::<Refused>(body).map_or_else(|_| String::new(), |it| it.error.message);
    ProviderFailure(format!("answered {status}: {message}"))
}

fn form(request: &CheckoutRequest) -> String {
    let order_id = request.order_id.to_string();
    let currency = request.price.currency.as_str().to_lowercase();
    form_urlencoded::Serializer::new(String::new())
        .append_pair("mode", "payment")
        .append_pair("client_reference_id", &order_id)
        .append_pair("metadata[order_id]", &order_id)
        .append_pair("payment_intent_data[metadata][order_id]", &order_id)
        .append_pair("line_items[0][quantity]", &request.packs.to_string())
        .append_pair("line_items[0][price_data][currency]", &currency)
        .append_pair(
            "line_items[0][price_data][unit_amount]",
            &request.price.amount_minor.to_string(),
        )
        .append_pair("line_items[0][price_data][product_data][name]", &request.description)
        .append_pair("locale", &request.locale)
        .append_pair("success_url", &request.success_url)
        .append_pair("cancel_url", &request.cancel_url)
        .finish()
}

/// What is read of a session, in answers and in events.
#[derive(Debug, Deserialize)]
struct Session {
    id: String,
    url: Option<String>,
    expires_at: Option<i64>,
    client_reference_id: Option<String>,
    payment_intent: Option<String>,
    payment_status: Option<String>,
    amount_total: Option<i64>,
    currency: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Refused {
    error: RefusedBecause,
}

#[derive(Debug, Deserialize)]
struct RefusedBecause {
    #[serde(default)]
    message: String,
}

#[derive(Debug, Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: EventData,
}

#[derive(Debug, Deserialize)]
struct EventData {
    object: serde_json::Value,
}

#[derive(Debug, Deserialize)]
struct Dispute {
    payment_intent: Option<String>,
    status: String,
    #[serde(default)]
    reason: String,
}

impl Event {
    fn news(self) -> Result<News, serde_json::Error> {
        let object = self.data.object;
        Ok(match self.kind.as_str() {
            "checkout.session.completed" => completed(serde_json::from_value(object)?),
            "checkout.session.async_payment_succeeded" => paid(serde_json::from_value(object)?),
            "checkout.session.async_payment_failed" => {
                let session: Session = serde_json::from_value(object)?;
                News::Failed { session_id: session.id }
            }
            "charge.dispute.closed" => taken_back(serde_json::from_value(object)?),
            _ => News::Other,
        })
    }
}

/// A session is complete before the money is there where a payment takes days.
fn completed(session: Session) -> News {
    match session.payment_status.as_deref() {
        Some("unpaid") => News::Pending { session_id: session.id },
        _ => paid(session),
    }
}

fn paid(session: Session) -> News {
    if session.payment_status.as_deref() != Some("paid") {
        return News::Other;
    }
    let currency = session.currency.and_then(|code| Currency::parse(&code.to_uppercase()));
    News::Paid {
        session_id: session.id,
        payment_id: session.payment_intent,
        order_id: session.client_reference_id.and_then(|id| id.parse().ok()),
        amount: session
            .amount_total
            .zip(currency)
            .map(|(amount_minor, currency)| Money { amount_minor, currency }),
    }
}

/// Only a lost dispute is final: until then the money may come back.
fn taken_back(dispute: Dispute) -> News {
    match (dispute.payment_intent, dispute.status.as_str()) {
        (Some(payment_id), "lost") => News::TakenBack {
            payment_id,
            reason: dispute.reason,
        },
        _ => News::Other,
    }
}

impl PaymentProvider for Stripe {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn start_checkout<'a>(&'a self, request: &'a CheckoutRequest) -> Started<'a> {
        Box::pin(self.create_session(request))
    }

    fn end_checkout<'a>(&'a self, session_id: &'a str) -> Ended<'a> {
        Box::pin(self.expire_session(session_id))
    }

    fn read_callback(&self, headers: &HeaderMap, body: &[u8], now: Instant) -> Result<Told, NotBelieved> {
        let header = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
        signature::verify(&self.webhook_secret, header.unwrap_or_default(), body, now)?;
        let event: Event = serde_json::from_slice(body).map_err(|_| NotBelieved::Malformed)?;
        let event_id = event.id.clone();
        let news = event.news().map_err(|_| NotBelieved::Malformed)?;
        Ok(Told { event_id, news })
    }
}
