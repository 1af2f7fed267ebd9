//! Two servers on one PostgreSQL database: whatever reaches both at once has one effect.

use daypack_domain::policy::ClientRole::Viewer;
use daypack_server::{
    auth::attempts,
    testing::{Answered, Client, Engine, PASSWORD, Place, TestServer},
};
use serde_json::{Value, json};

use crate::{
    requests::{Scene, of_estimate},
    weeks::{go_to, left_over, run_jobs},
};

const ROUNDS: usize = 8;

/// Sends the same to both at once.
async fn to_both(one: &Client, other: &Client, at: &str, body: &Value) -> [Answered; 2] {
    let (first, second) = tokio::join!(one.post(at, body.clone()), other.post(at, body.clone()));
    [first, second]
}

fn heard(answers: &[Answered; 2]) -> [u16; 2] {
    let mut heard = answers.each_ref().map(|answer| answer.status.as_u16());
    heard.sort_unstable();
    heard
}

#[actix_web::test]
async fn a_key_sent_to_both_has_one_effect() {
    let one = TestServer::start(Engine::Postgres);
    let other = one.beside();
    let scene = Scene::new(&one).await;
    for round in 0..ROUNDS {
        let here = scene.member.header("Idempotency-Key", format!("round {round}"));
        let there = here.at(other.address);
        let request = scene.request(&format!("Export fails, {round}"));
        let answers = to_both(&here, &there, "/tickets", &request).await;
        assert!([[201, 201], [201, 409]].contains(&heard(&answers)), "{answers:?}");
        // Whoever was told to wait gets the answer of the first one.
        let first = here.post("/tickets", request.clone()).await.created();
        let second = there.post("/tickets", request).await.created();
        assert_eq!(
            (&first["id"], &first["reference"]),
            (&second["id"], &json!(format!("ACME-{}", round + 1)))
        );
    }
    let listed = scene.member.at(other.address).get("/tickets?limit=100").await.ok();
    assert_eq!(listed["items"].as_array().unwrap().len(), ROUNDS);
}

#[actix_web::test]
async fn a_yes_sent_to_both_with_one_key_is_answered_alike() {
    let one = TestServer::start(Engine::Postgres);
    let other = one.beside();
    let scene = Scene::new(&one).await;
    scene.buy("starter", 1).await;
    for round in 1..=ROUNDS {
        let estimate = scene.offered("Export fails", 30).await;
        let here = scene.owner.header("Idempotency-Key", format!("yes {round}"));
        let there = here.at(other.address);
        let answers = to_both(&here, &there, &of_estimate(&estimate, "/approve"), &json!({})).await;
        assert_eq!(heard(&answers), [200, 200], "{answers:?}");
        assert_eq!(answers[0].text, answers[1].text);
        let replayed = answers
            .iter()
            .filter(|answer| !answer.header("idempotency-replayed").is_empty());
        assert_eq!(replayed.count(), 1);
        let held = 30 * i64::try_from(round).unwrap();
        assert_eq!(scene.minutes().await, (480 - held, held));
    }
}

#[actix_web::test]
async fn what_was_tried_at_one_counts_at_the_other_whether_or_not_somebody_is_there() {
    let one = TestServer::start(Engine::Postgres);
    let other = one.beside();
    let people = one.people().await;
    for email in [people.at(Place::Acme(Viewer)).email.as_str(), "nobody@acme.example"] {
        for _ in 0..attempts::FREE_FOR_ACCOUNT {
            one.sign_in(email, "not the password")
                .await
                .problem(401, "unauthenticated");
        }
        let refused = other.sign_in(email, PASSWORD).await;
        refused.problem(429, "rate_limited");
        assert_eq!(refused.header("retry-after"), "16", "{email}");
    }
}

#[actix_web::test]
async fn an_estimate_approved_at_both_is_approved_once() {
    let one = TestServer::start(Engine::Postgres);
    let other = one.beside();
    let scene = Scene::new(&one).await;
    scene.buy("starter", 1).await;
    let (owner, approver) = (&scene.owner, scene.approver.at(other.address));
    for round in 1..=ROUNDS {
        let estimate = scene.offered("Export fails", 30).await;
        let answers = to_both(owner, &approver, &of_estimate(&estimate, "/approve"), &json!({})).await;
        assert_eq!(heard(&answers), [200, 409], "{answers:?}");
        let held = 30 * i64::try_from(round).unwrap();
        assert_eq!(scene.minutes().await, (480 - held, held));
    }
    // Of the last minutes only one of two estimates can have its own.
    let (first, second) = (scene.offered("One", 150).await, scene.offered("Other", 150).await);
    let (first, second) = (of_estimate(&first, "/approve"), of_estimate(&second, "/approve"));
    let (first, second) = tokio::join!(owner.post(&first, json!({})), approver.post(&second, json!({})));
    assert_eq!(heard(&[first, second]), [200, 409]);
    assert_eq!(scene.minutes().await, (90, 390));
}

#[actix_web::test]
async fn jobs_of_both_make_each_statement_once() {
    let one = TestServer::start(Engine::Postgres);
    let other = one.beside();
    let scene = Scene::new(&one).await;
    scene.buy("starter", 1).await;
    go_to(&one, "2026-03-16T08:00:00Z");
    for _ in 0..3 {
        let _ = tokio::join!(run_jobs(&one), run_jobs(&other));
    }
    assert_eq!(left_over(&one).await, Vec::<String>::new());
    let viewer = one.signed_in(scene.people.at(Place::Acme(Viewer))).await;
    let listed = viewer
        .get(&format!("/statements?organization_id={}", scene.people.acme))
        .await
        .ok();
    let mut weeks: Vec<&str> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|statement| statement["from"].as_str().unwrap())
        .collect();
    let made = weeks.len();
    weeks.dedup();
    assert_eq!((made, weeks.len()), (2, 2), "{listed}");
}
