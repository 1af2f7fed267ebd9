//! Bad input, as a hostile or an unlucky caller sends it: one problem document each, nothing changed, and one line in
//! the log.

use std::{
    io::Write,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use chrono::TimeDelta;
use daypack_server::{
    files::LIMIT_BYTES,
    on_both_engines,
    testing::{Answered, Client, TestServer},
};
use reqwest::Method;
use serde_json::{Value, json};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::requests::{Scene, of_estimate, path, text};

/// What the servers of this program wrote into their log.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct ToLog;

impl Write for ToLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for ToLog {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

/// Listens to the log from now on, as it is in real use: from `info` on.
fn listen() {
    static LISTENING: OnceLock<()> = OnceLock::new();
    LISTENING.get_or_init(|| {
        let lines = tracing_subscriber::fmt::layer().with_writer(|| ToLog).with_ansi(false);
        let _ = tracing_subscriber::registry()
            .with(LevelFilter::INFO)
            .with(lines)
            .try_init();
    });
}

fn lines_about(request_id: &str) -> Vec<String> {
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    let text = String::from_utf8_lossy(&log);
    text.lines()
        .filter(|line| line.contains(request_id))
        .map(str::to_owned)
        .collect()
}

/// Everything that a refusal must leave as it is.
async fn state(server: &TestServer, scene: &Scene) -> Value {
    let mut seen = vec![json!(crate::packs::event_names(server, scene.people.acme).await)];
    for path in [
        "/organizations/acme/balance",
        "/organizations/acme/ledger?limit=100",
        "/tickets?limit=100",
        "/estimates?limit=100",
        "/orders?limit=100",
    ] {
        let mut page = scene.lead.get(path).await.ok();
        page["as_of"] = Value::Null;
        seen.push(page);
    }
    json!(seen)
}

/// The state before, and how a refusal is looked at.
struct Witness<'a> {
    server: &'a TestServer,
    scene: &'a Scene,
    before: Value,
}

impl<'a> Witness<'a> {
    async fn of(server: &'a TestServer, scene: &'a Scene) -> Self {
        listen();
        let before = state(server, scene).await;
        Self { server, scene, before }
    }

    /// One problem document, one line, nothing changed.
    async fn refused(&self, answer: &Answered, status: u16, code: &str) -> Value {
        let problem = answer.problem(status, code);
        let request_id = problem["request_id"].as_str().unwrap();
        let mut lines = lines_about(request_id);
        // The line is written beside the answer.
        for _ in 0..100 {
            if !lines.is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            lines = lines_about(request_id);
        }
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains(&format!("status={status}")), "{}", lines[0]);
        assert!(lines[0].contains(" INFO "), "no fault of ours: {}", lines[0]);
        assert_eq!(
            state(self.server, self.scene).await,
            self.before,
            "{code} changed something"
        );
        problem
    }
}

/// The same client, whose next request can be found in the log: servers of tests give the same ids.
fn marked(client: &Client) -> Client {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    client.header(
        "x-request-id",
        format!("refused-{}.", NEXT.fetch_add(1, Ordering::Relaxed)),
    )
}

/// Sends a file that says to be of this type.
async fn upload(client: &Client, media_type: &str, content: &str) -> Answered {
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\
         Content-Type: {media_type}\r\n\r\n{content}\r\n--b--\r\n"
    );
    let client = marked(client).header("content-type", "multipart/form-data; boundary=b");
    client.send(Method::POST, "/uploads", Some(body)).await
}

on_both_engines! {
    async fn minutes_that_nobody_has_or_approved(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let large = scene.offered("Too large", 1_020).await;
        let small = scene.offered("Small", 60).await;
        let work = path(&json!({ "id": small["ticket_id"] }), "/time-entries");
        let witness = Witness::of(server, &scene).await;
        let more_than_left = marked(&scene.owner).post(&of_estimate(&large, "/approve"), json!({})).await;
        let problem = witness.refused(&more_than_left, 409, "insufficient_minutes").await;
        assert_eq!(problem["shortfall_minutes"], 540);
        let beyond = json!({ "minutes": 75, "worked_on": server.now().date_naive(), "activity": "development",
            "note": "Worked on it.", "billable": true });
        let unapproved = marked(&scene.agent).post(&work, beyond.clone()).await;
        let problem = witness.refused(&unapproved, 409, "approved_minutes_exhausted").await;
        assert_eq!(problem["shortfall_minutes"], 45, "30 of 75 are free");

        scene.owner.post(&of_estimate(&small, "/approve"), json!({})).await.ok();
        let mut beyond = beyond;
        beyond["minutes"] = json!(105);
        let witness = Witness::of(server, &scene).await;
        let beyond = marked(&scene.agent).post(&work, beyond).await;
        let problem = witness.refused(&beyond, 409, "approved_minutes_exhausted").await;
        assert_eq!(problem["shortfall_minutes"], 15);
    }

    async fn approving_twice_at_once_from_two_browsers(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let at = of_estimate(&scene.offered("Export fails", 240).await, "/approve");
        let (first, second) = (marked(&scene.owner), marked(&scene.owner));
        let (one, other) = tokio::join!(first.post(&at, json!({})), second.post(&at, json!({})));
        let refused = if one.status.as_u16() == 200 { &other } else { &one };
        let witness = Witness::of(server, &scene).await;
        witness.refused(refused, 409, "estimate_approved").await;
        assert_eq!(scene.minutes().await, (240, 240), "held once");
    }

    async fn moves_fields_and_cursors_that_do_not_exist(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.triaged("Export fails").await;
        let witness = Witness::of(server, &scene).await;
        let moves = path(&ticket, "/transitions");
        let no_row = marked(&scene.agent).post(&moves, json!({ "to": "fixing", "diagnosis": "x", "reproduction": "x" })).await;
        witness.refused(&no_row, 409, "invalid_transition").await;
        let no_status = marked(&scene.agent).post(&moves, json!({ "to": "done" })).await;
        witness.refused(&no_status, 422, "invalid").await;
        let mut body = scene.request("One field more");
        body["priority"] = json!("high");
        let unknown = marked(&scene.member).post("/tickets", body).await;
        unknown.invalid(&[("/priority", "unknown_field")]);
        witness.refused(&unknown, 422, "invalid").await;
        let unknown = marked(&scene.member).get("/tickets?colour=red").await;
        witness.refused(&unknown, 422, "invalid").await;
        for list in ["/tickets", "/orders", "/estimates", "/organizations", "/organizations/acme/ledger"] {
            let made_up = marked(&scene.lead).get(&format!("{list}?cursor=bm90LWEtY3Vyc29yLW9mLW91cnM")).await;
            made_up.invalid(&[("/cursor", "invalid_cursor")]);
            witness.refused(&made_up, 422, "invalid").await;
        }
    }

    async fn ids_of_others(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 60).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        let witness = Witness::of(server, &scene).await;
        let stranger = &scene.foreign;
        for path in [
            path(&ticket, ""), path(&ticket, "/timeline"), path(&ticket, "/sla"), of_estimate(&estimate, "/preview"),
            "/tickets/ACME-1".to_owned(), "/organizations/acme/balance".to_owned(),
            format!("/organizations/{}/ledger", scene.people.acme), format!("/tickets/{}", uuid::Uuid::nil()),
            // In the query.
            format!("/tickets?organization_id={}", scene.people.acme),
            format!("/orders?organization_id={}", scene.people.acme),
            format!("/statements?organization_id={}", scene.people.acme),
            format!("/dashboard?organization_id={}", scene.people.acme),
        ] {
            witness.refused(&marked(stranger).get(&path).await, 404, "not_found").await;
        }
        // In the path of an act, and in the body.
        let yes = marked(stranger).post(&of_estimate(&estimate, "/approve"), json!({})).await;
        witness.refused(&yes, 404, "not_found").await;
        let order = json!({ "organization_id": scene.people.acme, "plan_code": "starter", "packs": 1, "terms_version": 1 });
        witness.refused(&marked(stranger).post("/orders", order).await, 404, "not_found").await;
        let request = marked(stranger).post("/tickets", scene.request("Mine, in the name of others")).await;
        witness.refused(&request, 404, "not_found").await;
        let mut with_system = scene.request("Whose system?");
        with_system["system_id"] = json!(uuid::Uuid::nil());
        let foreign_system = marked(&scene.member).post("/tickets", with_system).await;
        foreign_system.invalid(&[("/system_id", "not_found")]);
        witness.refused(&foreign_system, 422, "invalid").await;
        let mut with_file = scene.request("Whose file?");
        with_file["attachment_ids"] = json!([uuid::Uuid::nil()]);
        let foreign_file = marked(&scene.member).post("/tickets", with_file).await;
        witness.refused(&foreign_file, 422, "invalid").await;
    }

    async fn days_that_no_calendar_has(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 60).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        let order = scene.lead.get("/orders?limit=1").await.ok()["items"][0].clone();
        let witness = Witness::of(server, &scene).await;
        for day in ["+10000-01-01", "-262143-01-01", "1999-12-31"] {
            let (instant, in_address) = (format!("{day}T00:00:00Z"), day.replace('+', "%2B"));
            let entry = json!({ "minutes": 15, "worked_on": day, "activity": "development", "note": "Worked.", "billable": true });
            let offer = json!({ "minutes": 60, "includes": "The export.", "valid_until": instant });
            let gift = json!({ "kind": "goodwill", "minutes": 60, "expires_on": day, "reason": "Sorry." });
            for (path, body, pointer) in [
                (path(&ticket, "/windows"), json!({ "starts_at": instant, "ends_at": "2026-12-01T00:00:00Z" }), "/starts_at"),
                (path(&ticket, "/windows"), json!({ "starts_at": "2026-12-01T00:00:00Z", "ends_at": instant }), "/ends_at"),
                (path(&ticket, "/time-entries"), entry, "/worked_on"),
                (path(&ticket, "/estimates"), offer, "/valid_until"),
                (format!("/orders/{}/confirm-payment", text(&order, "id")), json!({ "payment_reference": "R-1", "paid_on": day }), "/paid_on"),
                ("/organizations/acme/lots".to_owned(), gift, "/expires_on"),
            ] {
                let answer = marked(&scene.lead).post(&path, body).await;
                answer.invalid(&[(pointer, "out_of_range")]);
                witness.refused(&answer, 422, "invalid").await;
            }
            for (path, pointer) in [
                (format!("/organizations/acme/balance?as_of={in_address}T00:00:00Z"), "/as_of"),
                (format!("/organizations/acme/ledger?from={in_address}"), "/from"),
                (format!("/organizations/acme/ledger?to={in_address}"), "/to"),
            ] {
                let answer = marked(&scene.lead).get(&path).await;
                answer.invalid(&[(pointer, "out_of_range")]);
                witness.refused(&answer, 422, "invalid").await;
            }
        }
    }

    async fn files_that_are_too_large_or_lie(server: &TestServer) {
        let scene = Scene::new(server).await;
        let witness = Witness::of(server, &scene).await;
        let large = upload(&scene.member, "text/plain", &"x".repeat(LIMIT_BYTES + 1)).await;
        witness.refused(&large, 413, "too_large").await;
        let lying = upload(&scene.member, "image/png", "no picture").await;
        witness.refused(&lying, 415, "unsupported_media_type").await;
        let body = " ".repeat(50_000_000);
        let huge = marked(&scene.member).send(Method::POST, "/tickets", Some(body)).await;
        witness.refused(&huge, 413, "too_large").await;
    }

    async fn a_token_that_has_expired(server: &TestServer) {
        let scene = Scene::new(server).await;
        let old = scene.member.clone();
        server.wait(TimeDelta::minutes(16));
        let scene = scene.again(server).await;
        let witness = Witness::of(server, &scene).await;
        let late = marked(&old).post("/tickets", scene.request("Too late")).await;
        witness.refused(&late, 401, "unauthenticated").await;
        assert_eq!(text(&late.json(401), "detail"), text(&old.get("/me").await.json(401), "detail"));
    }
}
