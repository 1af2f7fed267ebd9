//! `/health/live`, `/health/ready` and `/metrics`.

use std::sync::OnceLock;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data},
};
use daypack_store::settings;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::{
    app::App,
    edge::{caller::arrival, plain},
};

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Seconds, as `http_request_seconds` is counted.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// Registers the three addresses.
pub fn register(config: &mut web::ServiceConfig) {
    config
        .route("/health/live", web::get().to(live))
        .route("/health/ready", web::get().to(ready))
        .route("/metrics", web::get().to(show));
}

/// Begins to count, once for the process.
pub fn begin() {
    METRICS.get_or_init(|| {
        let recorder = PrometheusBuilder::new().set_buckets(BUCKETS).ok()?.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok()?;
        Some(handle)
    });
}

/// The process answers.
async fn live() -> HttpResponse {
    plain(StatusCode::OK, "live")
}

/// The database answers too.
async fn ready(app: Data<App>) -> HttpResponse {
    let asked = app.store.read(|conn| settings::get(conn, "ready")).await;
    match asked {
        Ok(_) => plain(StatusCode::OK, "ready"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            plain(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}

/// For this machine, or with the token of the settings.
async fn show(app: Data<App>, request: HttpRequest) -> HttpResponse {
    let local = arrival(&request)
        .remote_address
        .is_some_and(|address| address.is_loopback());
    let given = request
        .headers()
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer "));
    let by_token = match (&app.config.metrics_token, given) {
        // Compared by their signatures, which takes the same time whatever they are.
        (Some(token), Some(given)) => {
            app.keys.sign("metrics", &[token.as_bytes()]) == app.keys.sign("metrics", &[given.as_bytes()])
        }
        _ => false,
    };
    if !local && !by_token {
        return plain(StatusCode::NOT_FOUND, "There is no such file.");
    }
    match METRICS.get().and_then(Option::as_ref) {
        Some(handle) => {
            handle.run_upkeep();
            HttpResponse::Ok()
                .content_type("text/plain; version=0.0.4; charset=utf-8")
                .body(handle.render())
        }
        None => plain(StatusCode::SERVICE_UNAVAILABLE, "nothing is counted"),
    }
}
