//! A stand-in for the payment provider: Stripe's documented HTTP, and a page with a way to pay and a way back.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::ServerHandle,
    web::{self, Data},
};
use daypack_server::{
    payments::{PaymentSettings, signature},
    testing::Client,
};
use serde_json::{Value, json};

use crate::{Failure, Result, Server};

const SECRET_KEY: &str = "sk_test_stand_in";
const WEBHOOK_SECRET: &str = "whsec_stand_in";
/// In the year 2100: a page to pay on does not end while a test turns its clock.
const EXPIRES_AT: i64 = 4_102_444_800;

type Form = BTreeMap<String, String>;

/// What was asked for, each with the session that was made for it.
type Sessions = Mutex<Vec<(Form, Value)>>;

/// The stand-in. It stops when this value goes.
pub struct Provider {
    address: SocketAddr,
    sessions: Arc<Sessions>,
    handle: ServerHandle,
}

impl Provider {
    /// Starts it on a free port.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let sessions: Arc<Sessions> = Arc::default();
        let shared = Data::from(Arc::clone(&sessions));
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let app = move || {
                App::new()
                    .app_data(shared.clone())
                    .app_data(Data::new(address))
                    .route("/v1/checkout/sessions", web::post().to(create_session))
                    .route("/pay/{number}", web::get().to(pay))
                    .route("/favicon.ico", web::get().to(HttpResponse::NoContent))
            };
            actix_web::rt::System::new().block_on(async move {
                let Ok(server) = HttpServer::new(app).workers(1).listen(listener) else {
                    return;
                };
                let server = server.disable_signals().run();
                // Whoever started it waits for this.
                let _ = tell.send(server.handle());
                let _ = server.await;
            });
        });
        let handle = told
            .recv()
            .map_err(|_| Failure::new("the stand-in for the payment provider does not start"))?;
        Ok(Self {
            address,
            sessions,
            handle,
        })
    }

    /// What a server needs to take payments through it.
    pub fn settings(&self) -> PaymentSettings {
        PaymentSettings {
            payment_provider: Some("stripe".to_owned()),
            stripe_secret_key: Some(SECRET_KEY.to_owned()),
            stripe_webhook_secret: Some(WEBHOOK_SECRET.to_owned()),
            stripe_url: Some(format!("http://{}", self.address)),
        }
    }

    /// Tells the server, signed, that the session which was made last is paid.
    pub async fn tell_paid(&self, server: &Server) -> Result {
        let newest = {
            let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            sessions.last().map(|(_, session)| session.clone())
        };
        let mut session = newest.ok_or_else(|| Failure::new("nobody asked for a page to pay on"))?;
        session["payment_intent"] = json!(format!("pi_{}", session["id"].as_str().unwrap_or_default()));
        session["payment_status"] = json!("paid");
        let event = json!({
            "id": format!("evt_{}", session["id"].as_str().unwrap_or_default()),
            "object": "event", "type": "checkout.session.completed", "data": { "object": session },
        });
        let time = server.app().clock.now().timestamp();
        let signed = signature::sign(WEBHOOK_SECRET, time, event.to_string().as_bytes());
        Client::new(server.address())
            .header("Stripe-Signature", format!("t={time},v1={signed}"))
            .post("/payment-callbacks/stripe", event)
            .await
            .empty(204);
        Ok(())
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // Nobody waits for it.
        drop(self.handle.stop(false));
    }
}

async fn create_session(sessions: Data<Sessions>, address: Data<SocketAddr>, form: web::Form<Form>) -> HttpResponse {
    let mut sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
    let form = form.into_inner();
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let number = |name: &str| field(name).parse::<i64>().unwrap_or(0);
    let session = json!({
        "id": format!("cs_test_{}", sessions.len()), "object": "checkout.session",
        "url": format!("http://{}/pay/{}", **address, sessions.len()),
        "client_reference_id": field("client_reference_id"),
        "amount_total": number("line_items[0][quantity]") * number("line_items[0][price_data][unit_amount]"),
        "currency": field("line_items[0][price_data][currency]"),
        "payment_intent": null, "payment_status": "unpaid", "expires_at": EXPIRES_AT,
    });
    sessions.push((form, session.clone()));
    HttpResponse::Ok().json(session)
}

/// Where a real provider would ask for a card.
async fn pay(sessions: Data<Sessions>, number: web::Path<usize>) -> HttpResponse {
    let sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((form, _)) = sessions.get(*number) else {
        return HttpResponse::NotFound().finish();
    };
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let page = format!(
        "<!doctype html><html lang=en><title>Checkout</title><main><h1>Checkout</h1><p>{}</p>\
         <p><a href=\"{}\">Pay by card</a> <a href=\"{}\">Back without paying</a></p></main></html>",
        field("line_items[0][price_data][product_data][name]"),
        field("success_url"),
        field("cancel_url"),
    );
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page)
}
