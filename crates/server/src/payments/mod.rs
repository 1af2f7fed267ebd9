//! Payments through a provider: the client is sent to a page of the provider, and the provider tells us, signed, what
//! came of it. What that means for an order is decided in `flows::checkouts`.

pub mod signature;
mod stripe;

use std::{fmt, future::Future, pin::Pin};

use actix_web::http::{StatusCode, header::HeaderMap};
use clap::Args;
use daypack_domain::{Instant, ids::OrderId, money::Money};

pub use stripe::Stripe;

use crate::{error::StartError, outgoing, problem::Problem};

/// How payments are taken online.
#[derive(Clone, Default, Args)]
pub struct PaymentSettings {
    /// Who takes payments online, `DAYPACK_PAYMENT_PROVIDER`: `stripe` [default: nobody; staff confirm payments].
    #[arg(long, env = "DAYPACK_PAYMENT_PROVIDER", value_name = "stripe|off")]
    pub payment_provider: Option<String>,
    /// The provider's secret key, `DAYPACK_STRIPE_SECRET_KEY`.
    #[arg(
        long,
        env = "DAYPACK_STRIPE_SECRET_KEY",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub stripe_secret_key: Option<String>,
    /// The secret that signs the provider's callbacks, `DAYPACK_STRIPE_WEBHOOK_SECRET`.
    #[arg(
        long,
        env = "DAYPACK_STRIPE_WEBHOOK_SECRET",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub stripe_webhook_secret: Option<String>,
    /// Where the provider's API is, `DAYPACK_STRIPE_URL` [default: https://api.stripe.com].
    #[arg(long, env = "DAYPACK_STRIPE_URL", value_name = "URL")]
    pub stripe_url: Option<String>,
}

// Secrets do not belong into a log.
impl fmt::Debug for PaymentSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentSettings")
            .field("payment_provider", &self.payment_provider)
            .field("stripe_url", &self.stripe_url)
            .finish_non_exhaustive()
    }
}

impl PaymentSettings {
    /// The provider that is set; nothing when there is none.
    ///
    /// # Errors
    /// One line that names the variable and says what to do.
    pub fn provider(&self) -> Result<Option<Box<dyn PaymentProvider>>, StartError> {
        match self.payment_provider.as_deref() {
            None | Some("" | "off") => Ok(None),
            Some("stripe") => {
                let secret_key = required(self.stripe_secret_key.as_deref(), "DAYPACK_STRIPE_SECRET_KEY")?;
                let webhook_secret = required(self.stripe_webhook_secret.as_deref(), "DAYPACK_STRIPE_WEBHOOK_SECRET")?;
                let url = self.stripe_url.as_deref().unwrap_or(stripe::URL).trim_end_matches('/');
                if !url.starts_with("https://") && !url.starts_with("http://") {
                    return Err(StartError::new(format!(
                        "DAYPACK_STRIPE_URL is `{url}`: use an address that begins with https://"
                    )));
                }
                let provider = Stripe::new(outgoing::client()?, url, secret_key, webhook_secret);
                Ok(Some(Box::new(provider)))
            }
            Some(other) => Err(StartError::new(format!(
                "DAYPACK_PAYMENT_PROVIDER is `{other}`: use stripe, or off"
            ))),
        }
    }
}

fn required<'a>(value: Option<&'a str>, variable: &str) -> Result<&'a str, StartError> {
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        StartError::new(format!(
            "DAYPACK_PAYMENT_PROVIDER is stripe, and {variable} is not set: set it, or turn the provider off"
        ))
    })
}

/// What is to be paid, and where the client returns to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutRequest {
    /// For which order.
    pub order_id: OrderId,
    /// The same one for the same try: asked again, the provider answers the same.
    pub idempotency_key: String,
    /// What is bought, in words.
    pub description: String,
    /// The price of one pack.
    pub price: Money,
    /// How many packs.
    pub packs: i64,
    /// The language of the page: `en`, `es` or `fr`.
    pub locale: String,
    /// Where the client returns to after the payment.
    pub success_url: String,
    /// Where the client returns to without it.
    pub cancel_url: String,
}

/// A page of the provider on which can be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartedCheckout {
    /// The provider's id of it.
    pub session_id: String,
    /// Where it is.
    pub url: String,
    /// Until when it can be used.
    pub expires_at: Instant,
}

/// Why the provider did not do what it was asked for; for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ProviderFailure(pub String);

/// What a provider told us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The same one when it is told again.
    pub event_id: String,
    /// What happened.
    pub news: News,
}

/// What happened at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The money came.
    Paid {
        /// Through which checkout.
        session_id: String,
        /// The provider's id of the payment.
        payment_id: Option<String>,
        /// The order that the provider names.
        order_id: Option<OrderId>,
        /// How much.
        amount: Option<Money>,
    },
    /// A payment that takes days is under way.
    Pending {
        /// Through which checkout.
        session_id: String,
    },
    /// A payment that takes days did not come.
    Failed {
        /// Through which checkout.
        session_id: String,
    },
    /// The money was taken back.
    TakenBack {
        /// The provider's id of the payment.
        payment_id: String,
        /// Why, as far as the provider says.
        reason: String,
    },
    /// Nothing that concerns an order.
    Other,
}

/// Why a callback is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotBelieved {
    /// It was not signed with our secret, or changed on the way.
    #[error("The signature does not fit the body.")]
    Signature,
    /// It was signed too long ago, or in the future.
    #[error("The signature is too old: it counts for five minutes.")]
    Expired,
    /// It is signed and cannot be understood.
    #[error("The body is no event of this provider.")]
    Malformed,
}

impl From<NotBelieved> for Problem {
    fn from(why: NotBelieved) -> Self {
        let code = match why {
            NotBelieved::Signature => "signature_invalid",
            NotBelieved::Expired => "signature_expired",
            NotBelieved::Malformed => "malformed_event",
        };
        Self::new(StatusCode::BAD_REQUEST, code, why.to_string())
    }
}

/// What a call to a provider comes to, later.
pub type Started<'a> = Pin<Box<dyn Future<Output = Result<StartedCheckout, ProviderFailure>> + Send + 'a>>;

/// What ending a page comes to, later.
pub type Ended<'a> = Pin<Box<dyn Future<Output = Result<(), ProviderFailure>> + Send + 'a>>;

/// Takes payments online.
pub trait PaymentProvider: Send + Sync {
    /// Its word: in addresses, and with what is kept.
    fn name(&self) -> &'static str;

    /// Prepares a page on which a client can pay.
    fn start_checkout<'a>(&'a self, request: &'a CheckoutRequest) -> Started<'a>;

    /// Ends a page, so that nobody can pay on it any more. One that has ended by itself stays so.
    fn end_checkout<'a>(&'a self, session_id: &'a str) -> Ended<'a>;

    /// Reads what the provider tells us, once it is proven that the provider does.
    ///
    /// # Errors
    /// Why it is not believed.
    fn read_callback(&self, headers: &HeaderMap, body: &[u8], now: Instant) -> Result<Told, NotBelieved>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(provider: &str) -> PaymentSettings {
        PaymentSettings {
            payment_provider: Some(provider.to_owned()),
            ..PaymentSettings::default()
        }
    }

    #[test]
    fn nobody_takes_payments_unless_it_is_set() {
        for settings in [PaymentSettings::default(), settings("off"), settings("")] {
            assert!(settings.provider().unwrap().is_none());
        }
    }

    #[test]
    fn contradictions_name_the_variable_and_no_secret() {
        let line = |settings: &PaymentSettings| settings.provider().err().unwrap().to_string();
        assert!(line(&settings("paypal")).contains("DAYPACK_PAYMENT_PROVIDER"));
        assert!(line(&settings("stripe")).contains("DAYPACK_STRIPE_SECRET_KEY"));
        let half = PaymentSettings {
            stripe_secret_key: Some("sk_secret".to_owned()),
            ..settings("stripe")
        };
        assert!(line(&half).contains("DAYPACK_STRIPE_WEBHOOK_SECRET"));
        let elsewhere = PaymentSettings {
            stripe_webhook_secret: Some("whsec_secret".to_owned()),
            stripe_url: Some("ftp://example.com".to_owned()),
            ..half
        };
        assert!(line(&elsewhere).contains("DAYPACK_STRIPE_URL"));
        assert!(!format!("{elsewhere:?}").contains("secret\""));
    }
}
