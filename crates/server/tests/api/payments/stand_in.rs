//! A stand-in for Stripe: the documented HTTP of Checkout Sessions, and events signed as documented.

use std::{
    collections::BTreeMap,
    net::TcpListener,
    sync::{Arc, Mutex},
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    web::{self, Data},
};
use daypack_server::{
    payments::{PaymentSettings, signature},
    testing::{Answered, Engine, People, TestServer},
};
use reqwest::Method;
use serde_json::{Value, json};

/// The secret key of the account.
pub const SECRET_KEY: &str = "sk_test_stand_in";
/// The secret that signs its events.
pub const WEBHOOK_SECRET: &str = "whsec_stand_in";
/// Where events go.
pub const CALLBACK: &str = "/payment-callbacks/stripe";

/// What was asked for, and what was answered.
#[derive(Default)]
pub struct State {
    /// By idempotency key: the form and the session that was made for it.
    pub sessions: BTreeMap<String, (String, Value)>,
    /// How many requests came.
    pub requests: usize,
    /// Whether everything is answered with an error.
    pub broken: bool,
    /// How many requests asked to end a session.
    pub ends: usize,
    /// The time there, in seconds since 1970.
    pub now: i64,
}

/// A server that takes payments through the stand-in.
pub struct World {
    pub server: TestServer,
    pub people: People,
    pub state: Arc<Mutex<State>>,
    handle: ServerHandle,
}

/// Runs each test on both engines, with a provider.
macro_rules! with_a_provider {
    ($(async fn $name:ident($world:ident: &World) $body:block)+) => {$(
        async fn $name($world: &World) $body

        mod $name {
            use super::World;
            use daypack_server::testing::Engine;

            #[actix_web::test]
            async fn sqlite() {
                super::$name(&World::start(Engine::Sqlite).await).await;
            }

            #[actix_web::test]
            async fn postgres() {
                super::$name(&World::start(Engine::Postgres).await).await;
            }
        }
    )+};
}

pub(crate) use with_a_provider;

impl World {
    pub async fn start(engine: Engine) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Data::from(Arc::clone(&state));
        let stand_in = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .route("/v1/checkout/sessions", web::post().to(create_session))
                .route("/v1/checkout/sessions/{id}/expire", web::post().to(expire_session))
        });
        let stand_in = stand_in.workers(1).listen(listener).unwrap().run();
        let handle = stand_in.handle();
        actix_web::rt::spawn(stand_in);
        let server = TestServer::start_with(engine, |config| {
            config.payments = PaymentSettings {
                payment_provider: Some("stripe".to_owned()),
                stripe_secret_key: Some(SECRET_KEY.to_owned()),
                stripe_webhook_secret: Some(WEBHOOK_SECRET.to_owned()),
                stripe_url: Some(format!("http://{address}/")),
            };
        });
        let people = server.people().await;
        let world = Self {
            server,
            people,
            state,
            handle,
        };
        world.tick();
        world
    }

    /// Sets the stand-in's clock by the server's.
    pub fn tick(&self) {
        self.state.lock().unwrap().now = self.server.now().timestamp();
    }

    /// The session that was made last.
    pub fn last_session(&self) -> Value {
        let state = self.state.lock().unwrap();
        let newest = state
            .sessions
            .values()
            .max_by_key(|(_, session)| session["created"].as_i64());
        newest.map(|(_, session)| session.clone()).unwrap()
    }

    /// The session as it is in an event, once it was paid as `payment_intent`.
    pub fn paid_session(&self, payment_intent: &str) -> Value {
        let mut session = self.last_session();
        session["payment_intent"] = json!(payment_intent);
        session["payment_status"] = json!("paid");
        session["status"] = json!("complete");
        session
    }

    /// Sends an event, signed as it should be.
    pub async fn tell(&self, id: &str, kind: &str, object: &Value) -> Answered {
        let body = event(id, kind, object);
        let header = self.signed(WEBHOOK_SECRET, &body);
        self.send(&header, body).await
    }

    /// The header of a body that is sent now.
    pub fn signed(&self, secret: &str, body: &str) -> String {
        let time = self.server.now().timestamp();
        format!("t={time},v1={}", signature::sign(secret, time, body.as_bytes()))
    }

    /// Sends a body with a header, as they are.
    pub async fn send(&self, header: &str, body: String) -> Answered {
        let client = self.server.anonymous().header("Stripe-Signature", header);
        client.send(Method::POST, CALLBACK, Some(body)).await
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // Nobody waits for it.
        drop(self.handle.stop(false));
    }
}

/// An event as it is sent.
pub fn event(id: &str, kind: &str, object: &Value) -> String {
    json!({
        "id": id, "object": "event", "api_version": "2024-06-20", "created": 1_772_614_800, "livemode": false,
        "pending_webhooks": 1, "request": { "id": null, "idempotency_key": null },
        "type": kind, "data": { "object": object },
    })
    .to_string()
}

fn refused(status: u16, kind: &str, message: &str) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap();
    HttpResponse::build(status).json(json!({ "error": { "type": kind, "message": message } }))
}

async fn create_session(state: Data<Mutex<State>>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let mut state = state.lock().unwrap();
    state.requests += 1;
    let header = |name: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    if state.broken {
        return refused(500, "api_error", "Something is wrong on our end.");
    }
    if header("authorization") != format!("Bearer {SECRET_KEY}") {
        return refused(401, "invalid_request_error", "Invalid API Key provided.");
    }
    if header("content-type") != "application/x-www-form-urlencoded" {
        return refused(400, "invalid_request_error", "Send a form.");
    }
    let key = header("idempotency-key");
    let form = String::from_utf8(body.to_vec()).unwrap();
    if let Some((first, session)) = state.sessions.get(&key) {
        return if *first == form {
            HttpResponse::Ok()
                .insert_header(("Idempotent-Replayed", "true"))
                .json(session)
        } else {
            refused(
                400,
                "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters.",
            )
        };
    }
    let fields: BTreeMap<String, String> = serde_urlencoded::from_str(&form).unwrap();
    let number = |name: &str| fields[name].parse::<i64>().unwrap();
    let id = format!("cs_test_{}", state.sessions.len() + 1);
    let quantity = number("line_items[0][quantity]");
    let session = json!({
        "id": id, "object": "checkout.session", "mode": fields["mode"], "status": "open",
        "url": format!("https://checkout.stripe.test/c/pay/{id}"),
        "client_reference_id": fields["client_reference_id"],
        "metadata": { "order_id": fields["metadata[order_id]"] },
        "amount_total": quantity * number("line_items[0][price_data][unit_amount]"),
        "currency": fields["line_items[0][price_data][currency]"],
        "payment_intent": null, "payment_status": "unpaid",
        "created": state.now, "expires_at": state.now + 86_400, "livemode": false,
    });
    state.sessions.insert(key, (form, session.clone()));
    HttpResponse::Ok().json(session)
}

async fn expire_session(state: Data<Mutex<State>>, request: HttpRequest, id: web::Path<String>) -> HttpResponse {
    let mut state = state.lock().unwrap();
    state.ends += 1;
    if state.broken {
        return refused(500, "api_error", "Something is wrong on our end.");
    }
    let authorization = request
        .headers()
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    if authorization != Some(&format!("Bearer {SECRET_KEY}")) {
        return refused(401, "invalid_request_error", "Invalid API Key provided.");
    }
    let mut sessions = state.sessions.values_mut();
    let Some((_, session)) = sessions.find(|(_, session)| session["id"] == *id.as_str()) else {
        return refused(404, "invalid_request_error", "No such checkout session.");
    };
    if session["status"] != "open" {
        let message = "Only Checkout Sessions with a status in [\"open\"] can be expired.";
        return refused(400, "invalid_request_error", message);
    }
    session["status"] = json!("expired");
    session["url"] = Value::Null;
    HttpResponse::Ok().json(&*session)
}
