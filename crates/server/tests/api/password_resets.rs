//! `/password-resets`: the link by mail, which works once.

use chrono::TimeDelta;
use daypack_domain::policy::ClientRole;
use daypack_server::{
    flows::passwords,
    on_both_engines,
    testing::{PASSWORD, Place, TestServer},
};
use serde_json::json;

/// The token in the newest of `count` mails. Mail breaks long lines with `=`.
async fn token(server: &TestServer, count: usize) -> String {
    let mails = server.mails(count).await;
    let text = mails.last().unwrap().replace("=\r\n", "").replace("=3D", "=");
    let (_, rest) = text
        .split_once(&format!("http://{}/reset/", server.address))
        .expect("the mail has a link");
    rest.chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter))
        .collect()
}

async fn ask(server: &TestServer, email: &str) {
    server
        .anonymous()
        .post("/password-resets", json!({ "email": email }))
        .await
        .empty(202);
}

on_both_engines! {
    async fn a_link_sets_the_password_once_and_ends_every_session(server: &TestServer) {
        let people = server.people().await;
        let person = people.at(Place::Acme(ClientRole::Member));
        let client = server.signed_in(person).await;
        ask(server, &person.email.to_uppercase()).await;
        let path = format!("/password-resets/{}", token(server, 1).await);
        let set = |password: &'static str| {
            let (anonymous, path) = (server.anonymous(), path.clone());
            async move { anonymous.post(&path, json!({ "password": password })).await }
        };
        set("short").await.invalid(&[("/password", "too_short")]);
        set("a long new password").await.empty(204);
        set("another new password").await.problem(404, "not_found");
        client.get("/me").await.problem(401, "unauthenticated");
        server.sign_in(&person.email, PASSWORD).await.problem(401, "unauthenticated");
        server.sign_in(&person.email, "a long new password").await.created();
    }

    async fn a_link_ends_after_an_hour_and_with_its_sibling(server: &TestServer) {
        let people = server.people().await;
        let person = people.at(Place::Acme(ClientRole::Member));
        ask(server, &person.email).await;
        let first = token(server, 1).await;
        server.wait(passwords::RESET_LIFETIME);
        let body = json!({ "password": "a long new password" });
        server.anonymous().post(&format!("/password-resets/{first}"), body.clone()).await.problem(404, "not_found");
        ask(server, &person.email).await;
        let second = token(server, 2).await;
        server.wait(TimeDelta::minutes(1));
        server.anonymous().post(&format!("/password-resets/{second}"), body).await.empty(204);
    }

    async fn nobody_learns_who_has_an_account(server: &TestServer) {
        let people = server.people().await;
        ask(server, "nobody@acme.example").await;
        ask(server, &people.at(Place::Acme(ClientRole::Member)).email).await;
        let mails = server.mails(1).await;
        assert_eq!(mails.len(), 1, "only the person who exists gets one");
    }
}
