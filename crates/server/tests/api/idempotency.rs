//! `Idempotency-Key`, for any operation.

use std::sync::mpsc;

use actix_web::{HttpRequest, http::StatusCode, test::TestRequest};
use daypack_domain::{
    Refusal,
    policy::{ClientRole, StaffRole},
};
use daypack_server::{
    auth::{refresh::RefreshToken, token::Claims},
    edge::{Answer, Caller, idempotency::KEPT},
    error::Failure,
    on_both_engines,
    problem::Problem,
    testing::{Place, Someone, TestServer},
};
use daypack_store::{Conn, sessions, settings};
use serde_json::json;

use crate::requests::Scene;

/// A signed-in caller, as the edge would make one.
struct Somebody {
    request: HttpRequest,
    claims: Claims,
}

impl Caller for Somebody {
    fn request(&self) -> &HttpRequest {
        &self.request
    }

    fn claims(&self) -> Option<&Claims> {
        Some(&self.claims)
    }
}

async fn session(server: &TestServer, person: &Someone) -> Claims {
    let (now, user_id) = (server.now(), person.id);
    let token = RefreshToken::first(uuid::Uuid::from_u128(user_id.0.as_u128() + 1).into());
    let session_id = token.session_id;
    let session = sessions::Session {
        id: session_id,
        user_id,
        refresh_hash: token.hash(),
        previous_hash: None,
        rotated_at: None,
        created_at: now,
        expires_at: now + chrono::TimeDelta::days(1),
        ended_at: None,
        user_agent: String::new(),
        remote_address: String::new(),
    };
    let made: Result<(), daypack_store::StoreError> = server
        .app
        .store
        .write(move |conn| sessions::insert(conn, &session))
        .await;
    made.unwrap();
    Claims { user_id, session_id }
}

fn call(claims: Claims, uri: &str, key: &str) -> Somebody {
    let request = TestRequest::post()
        .uri(uri)
        .insert_header(("Idempotency-Key", key))
        .to_http_request();
    Somebody { request, claims }
}

/// Counts in the database how often it has run.
fn count(conn: &mut Conn, now: daypack_domain::Instant) -> Result<i64, Failure> {
    let count = settings::get(conn, "count")?.map_or(0, |text| text.parse::<i64>().unwrap()) + 1;
    settings::set(conn, "count", &count.to_string(), now)?;
    Ok(count)
}

async fn work(server: &TestServer, caller: &Somebody) -> Result<(StatusCode, bool, String), Problem> {
    let answer = server.app.write(caller, |conn, context| {
        let count = count(conn, context.now)?;
        Ok(Answer::created(&json!({ "count": count }))?.version(count))
    });
    let response = answer.await?;
    assert_eq!(response.headers().get("etag").unwrap(), "\"1\"");
    let replayed = response.headers().contains_key("idempotency-replayed");
    let status = response.status();
    let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
    Ok((status, replayed, String::from_utf8(body.to_vec()).unwrap()))
}

on_both_engines! {
    async fn the_first_answer_is_given_again(server: &TestServer) {
        let people = server.people().await;
        let claims = session(server, people.at(Place::Acme(ClientRole::Owner))).await;
        let other = session(server, people.at(Place::Nord(ClientRole::Owner))).await;
        let first = work(server, &call(claims, "/api/v1/things", "one")).await.unwrap();
        assert_eq!(first, (StatusCode::CREATED, false, r#"{"count":1}"#.to_owned()));
        for _ in 0..3 {
            let again = work(server, &call(claims, "/api/v1/things", "one")).await.unwrap();
            assert_eq!(again, (StatusCode::CREATED, true, r#"{"count":1}"#.to_owned()));
        }
        let reused = work(server, &call(claims, "/api/v1/others", "one")).await.unwrap_err();
        assert_eq!((reused.status().as_u16(), reused.code()), (422, "idempotency_key_reused"));
        // The key of another person is another key.
        let caller = call(other, "/api/v1/things", "one");
        let theirs = server.app.write(&caller, |conn, context| {
            Answer::created(&count(conn, context.now)?)
        });
        assert!(!theirs.await.unwrap().headers().contains_key("idempotency-replayed"));
        for odd in ["", &"x".repeat(256)] {
            let refused = work(server, &call(claims, "/api/v1/things", odd)).await.unwrap_err();
            assert_eq!(refused.code(), "invalid_idempotency_key");
        }
    }

    async fn refusals_are_not_kept(server: &TestServer) {
        let people = server.people().await;
        let claims = session(server, people.at(Place::Acme(ClientRole::Owner))).await;
        let caller = call(claims, "/api/v1/things", "one");
        let refused = server.app.write(&caller, |conn, context| {
            count(conn, context.now)?;
            Err(Refusal::conflict("insufficient_minutes", "Buy some.").into())
        });
        assert_eq!(refused.await.unwrap_err().code(), "insufficient_minutes");
        // Nothing of it is left, and the key is free.
        assert_eq!(work(server, &caller).await.unwrap(), (StatusCode::CREATED, false, r#"{"count":1}"#.to_owned()));
    }

    async fn a_key_is_free_again_after_a_day(server: &TestServer) {
        let people = server.people().await;
        let about = json!({ "name": "Shop" });
        let first = server.signed_in(people.at(Place::Staff(StaffRole::Admin))).await.header("Idempotency-Key", "one");
        first.post("/organizations/acme/systems", about.clone()).await.created();
        server.wait(KEPT);
        let later = server.signed_in(people.at(Place::Staff(StaffRole::Admin))).await.header("Idempotency-Key", "one");
        later.post("/organizations/acme/systems", about).await.problem(409, "system_name_taken");
        later.post("/organizations/acme/systems", json!({ "name": "Other" })).await.created();
        let again = later.post("/organizations/acme/systems", json!({ "name": "Other" })).await;
        again.created();
        assert_eq!(again.header("idempotency-replayed"), "true");
    }

    async fn an_answer_is_given_again_only_to_somebody_who_still_may(server: &TestServer) {
        let scene = Scene::new(server).await;
        let (member, approver) = (scene.member.header("Idempotency-Key", "one"), scene.approver.header("Idempotency-Key", "one"));
        let request = scene.request("Export fails");
        let ticket = member.post("/tickets", request.clone()).await.created();
        let theirs = approver.post("/tickets", request.clone()).await.created();
        let at = |role| format!("/organizations/acme/members/{}", scene.people.at(Place::Acme(role)).id);
        let owner = scene.owner.header("If-Match", "\"1\"");

        // A higher role takes nothing away.
        owner.patch(&at(ClientRole::Approver), json!({ "role": "owner" })).await.ok();
        assert_eq!(approver.post("/tickets", request.clone()).await.created(), theirs);
        owner.patch(&at(ClientRole::Member), json!({ "role": "viewer" })).await.ok();
        member.post("/tickets", request.clone()).await.problem(409, "idempotency_key_outdated");
        scene.owner.delete(&at(ClientRole::Member)).await.empty(204);
        let refused = member.post("/tickets", request.clone()).await;
        refused.problem(409, "idempotency_key_outdated");
        assert!(!refused.text.contains("Export") && !refused.text.contains(ticket["id"].as_str().unwrap()));
        // With another key the act itself says no.
        scene.member.post("/tickets", request).await.problem(404, "not_found");
    }

    async fn a_second_request_while_the_first_runs_is_refused(server: &TestServer) {
        let people = server.people().await;
        let claims = session(server, people.at(Place::Acme(ClientRole::Owner))).await;
        let (began, has_begun) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel::<()>();
        let held = std::sync::Mutex::new(may_go_on);
        let app = server.app.clone();
        let first = actix_web::rt::spawn(async move {
            let caller = call(claims, "/api/v1/things", "one");
            let answer = app.write(&caller, move |conn, context| {
                began.send(()).expect("the test waits");
                held.lock().expect("nobody panicked").recv().expect("the test lets it go on");
                Answer::created(&count(conn, context.now)?)
            });
            answer.await.map(|response| response.status())
        });
        while has_begun.try_recv().is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let second = work(server, &call(claims, "/api/v1/things", "one")).await.unwrap_err();
        assert_eq!((second.status().as_u16(), second.code()), (409, "request_in_flight"));
        go_on.send(()).unwrap();
        assert_eq!(first.await.unwrap().unwrap(), StatusCode::CREATED);
        let again = server.app.write(&call(claims, "/api/v1/things", "one"), |_, _| Ok(Answer::no_content())).await;
        assert!(again.unwrap().headers().contains_key("idempotency-replayed"));
    }
}
