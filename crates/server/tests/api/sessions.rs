//! `/sessions`: signing in and out, refresh tokens, lockout.

use std::{sync::mpsc::Receiver, time::Duration};

use chrono::TimeDelta;
use daypack_domain::policy::{ClientRole, StaffRole};
use daypack_server::{
    auth::{attempts, refresh, token},
    flows::{passwords, sessions},
    on_both_engines,
    testing::{Answered, Client, PASSWORD, Place, Someone, TestServer},
};
use daypack_store::{
    tokens::Purpose,
    users::{self, User},
};
use reqwest::Method;
use serde_json::json;

use crate::packs::run;

/// The value of the refresh cookie that an answer sets.
fn cookie(answer: &Answered) -> String {
    let header = answer.header("set-cookie");
    header
        .split(';')
        .next()
        .unwrap()
        .trim_start_matches("daypack_refresh=")
        .to_owned()
}

/// The page of this server, which sends this cookie.
fn page(server: &TestServer, cookie: &str) -> Client {
    let client = server
        .anonymous()
        .header("origin", format!("http://{}", server.address));
    client.header("cookie", format!("daypack_refresh={cookie}"))
}

async fn refreshed(server: &TestServer, cookie: &str) -> Answered {
    page(server, cookie).send(Method::POST, "/sessions/refresh", None).await
}

/// How long a transaction is held open so that another one would pass it, if it could.
const LONG: Duration = Duration::from_millis(300);

/// Waits for another transaction without keeping it from running.
async fn has_begun(begins: Receiver<()>) {
    let waited = tokio::task::spawn_blocking(move || begins.recv_timeout(Duration::from_secs(10)));
    waited.await.unwrap().expect("the other transaction begins");
}

/// The person as a sign-in reads them, before it looks at the password.
async fn known(server: &TestServer, person: &Someone) -> User {
    let email = person.email.clone();
    run(server, move |conn, _| Ok(users::find_by_email(conn, &email)?.unwrap())).await
}

async fn signed_in(server: &TestServer) -> Answered {
    let people = server.people().await;
    server
        .sign_in(&people.at(Place::Acme(ClientRole::Owner)).email, PASSWORD)
        .await
}

on_both_engines! {
    async fn a_person_signs_in_and_out(server: &TestServer) {
        let answer = signed_in(server).await;
        let session = answer.created();
        assert_eq!((&session["token_type"], &session["expires_in"]), (&json!("Bearer"), &json!(900)));
        assert_eq!(session["user"]["email"], "owner@acme.example");
        assert_eq!(session["user"]["memberships"][0]["slug"], "acme");
        let header = answer.header("set-cookie");
        for part in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/api/v1/sessions"] {
            assert!(header.contains(part), "{header}");
        }
        let client = server.anonymous().with_token(session["access_token"].as_str().unwrap());
        assert_eq!(client.get("/me").await.ok(), session["user"]);

        let out = page(server, &cookie(&answer)).delete("/sessions/current").await;
        out.empty(204);
        assert!(out.header("set-cookie").contains("Max-Age=0"));
        client.get("/me").await.problem(401, "unauthenticated");
        refreshed(server, &cookie(&answer)).await.problem(401, "unauthenticated");
    }

    async fn an_access_token_signs_out_too(server: &TestServer) {
        let people = server.people().await;
        let client = server.signed_in(people.at(Place::Staff(StaffRole::Agent))).await;
        client.delete("/sessions/current").await.empty(204);
        client.get("/me").await.problem(401, "unauthenticated");
        server.anonymous().delete("/sessions/current").await.problem(401, "unauthenticated");
    }

    async fn a_wrong_password_and_an_unknown_person_hear_the_same(server: &TestServer) {
        let people = server.people().await;
        let email = &people.at(Place::Acme(ClientRole::Owner)).email;
        let wrong = server.sign_in(email, "not the password").await.problem(401, "unauthenticated");
        let unknown = server.sign_in("nobody@acme.example", PASSWORD).await.problem(401, "unauthenticated");
        assert_eq!(wrong["detail"], unknown["detail"]);
    }

    async fn access_tokens_end_after_fifteen_minutes(server: &TestServer) {
        let people = server.people().await;
        let client = server.signed_in(people.at(Place::Acme(ClientRole::Viewer))).await;
        server.wait(token::LIFETIME - TimeDelta::seconds(1));
        client.get("/me").await.ok();
        server.wait(TimeDelta::seconds(1));
        client.get("/me").await.problem(401, "unauthenticated");
        server.anonymous().with_token("made.up.token").get("/me").await.problem(401, "unauthenticated");
        server.anonymous().header("authorization", "Basic YTpi").get("/me").await.problem(401, "unauthenticated");
        server.anonymous().get("/me").await.problem(401, "unauthenticated");
    }

    async fn a_disabled_person_is_out_at_once(server: &TestServer) {
        let people = server.people().await;
        let person = people.at(Place::Acme(ClientRole::Member)).clone();
        let client = server.signed_in(&person).await;
        client.get("/me").await.ok();
        let now = server.now();
        let disabled: Result<bool, daypack_store::StoreError> = server.app.store.write(move |conn| {
            let mut user = daypack_store::users::find(conn, person.id)?.expect("the person is there");
            user.disabled_at = Some(now);
            user.version += 1;
            daypack_store::users::update(conn, &user)
        }).await;
        assert!(disabled.unwrap());
        client.get("/me").await.problem(401, "unauthenticated");
        server.sign_in(&person.email, PASSWORD).await.problem(401, "unauthenticated");
    }

    async fn a_password_that_was_right_opens_nothing_once_there_is_another(server: &TestServer) {
        let people = server.people().await;
        let person = people.at(Place::Acme(ClientRole::Member)).clone();
        // Over HTTP nobody can say when, between the look at the password and the session, another one is set.
        let verified = known(server, &person).await;
        run(server, move |conn, _| Ok(users::set_password(conn, person.id, "another hash")?)).await;
        let late = verified.clone();
        let opened = run(server, move |conn, context| sessions::open(conn, context, &late, "test")).await;
        assert!(opened.is_none(), "the old password was right a moment ago");
        let user_id = verified.id;
        let present = run(server, move |conn, _| Ok(users::find(conn, user_id)?.unwrap())).await;
        assert!(run(server, move |conn, context| sessions::open(conn, context, &present, "test")).await.is_some());
    }

    async fn a_sign_in_waits_for_the_password_that_is_being_set(server: &TestServer) {
        let people = server.people().await;
        let person = people.at(Place::Acme(ClientRole::Member)).clone();
        let verified = known(server, &person).await;
        let token = "a token".to_owned();
        let issued = token.clone();
        run(server, move |conn, context| {
            passwords::issue(conn, context, person.id, Purpose::PasswordReset, &issued)
        }).await;
        let (begun, begins) = std::sync::mpsc::channel();
        let keys = server.app.keys.clone();
        let reset = run(server, move |conn, context| {
            passwords::set_by_link(conn, context, &keys, &token, "another hash")?;
            let _ = begun.send(());
            std::thread::sleep(LONG);
            Ok(())
        });
        let open = async {
            has_begun(begins).await;
            run(server, move |conn, context| sessions::open(conn, context, &verified, "test")).await
        };
        let ((), opened) = tokio::join!(reset, open);
        assert!(opened.is_none(), "the password was another one by then");
    }

    async fn a_password_that_is_being_set_waits_for_a_sign_in_and_ends_it(server: &TestServer) {
        let people = server.people().await;
        let person = people.at(Place::Acme(ClientRole::Member)).clone();
        let verified = known(server, &person).await;
        let here = server.signed_in(&person).await;
        let (begun, begins) = std::sync::mpsc::channel();
        let open = run(server, move |conn, context| {
            let opened = sessions::open(conn, context, &verified, "test")?;
            let _ = begun.send(());
            std::thread::sleep(LONG);
            Ok(opened.expect("nothing has changed").refresh.session_id)
        });
        let change = async {
            has_begun(begins).await;
            let change = json!({ "password": "a long new password", "current_password": PASSWORD });
            here.header("if-match", "\"1\"").patch("/me", change).await.ok();
        };
        let (session_id, ()) = tokio::join!(open, change);
        let session = run(server, move |conn, _| Ok(daypack_store::sessions::find(conn, session_id)?.unwrap())).await;
        assert!(session.ended_at.is_some(), "a new password ends every other session");
    }

    async fn each_use_replaces_the_refresh_token(server: &TestServer) {
        let first = cookie(&signed_in(server).await);
        let answer = refreshed(server, &first).await;
        answer.ok();
        let second = cookie(&answer);
        assert_ne!(first, second);
        // Another tab, or a lost answer: the same successor, within the grace.
        server.wait(refresh::GRACE - TimeDelta::seconds(1));
        let again = refreshed(server, &first).await;
        again.ok();
        assert_eq!(cookie(&again), second);
        // And the new one works.
        let third = refreshed(server, &second).await;
        third.ok();
        assert_ne!(cookie(&third), second);
    }

    async fn two_tabs_that_ask_at_once_get_the_same_successor(server: &TestServer) {
        let mut token = cookie(&signed_in(server).await);
        for _ in 0..5 {
            let (one, other) = tokio::join!(refreshed(server, &token), refreshed(server, &token));
            one.ok();
            other.ok();
            assert_eq!(cookie(&one), cookie(&other));
            token = cookie(&one);
        }
    }

    async fn a_refresh_token_used_again_later_ends_the_session(server: &TestServer) {
        let first = cookie(&signed_in(server).await);
        let answer = refreshed(server, &first).await;
        let client = server.anonymous().with_token(answer.ok()["access_token"].as_str().unwrap());
        let second = cookie(&answer);
        server.wait(refresh::GRACE);
        client.get("/me").await.ok();
        refreshed(server, &first).await.problem(401, "unauthenticated");
        refreshed(server, &second).await.problem(401, "unauthenticated");
        client.get("/me").await.problem(401, "unauthenticated");
    }

    async fn a_token_from_before_the_previous_one_ends_the_session(server: &TestServer) {
        let first = cookie(&signed_in(server).await);
        let second = cookie(&refreshed(server, &first).await);
        let third = cookie(&refreshed(server, &second).await);
        refreshed(server, &first).await.problem(401, "unauthenticated");
        refreshed(server, &third).await.problem(401, "unauthenticated");
    }

    async fn sessions_end_when_nobody_uses_them(server: &TestServer) {
        let first = cookie(&signed_in(server).await);
        server.wait(refresh::LIFETIME - TimeDelta::seconds(1));
        let second = refreshed(server, &first).await;
        second.ok();
        server.wait(refresh::LIFETIME);
        refreshed(server, &cookie(&second)).await.problem(401, "unauthenticated");
    }

    async fn the_cookie_is_for_the_page_alone(server: &TestServer) {
        let token = cookie(&signed_in(server).await);
        let elsewhere = server.anonymous().header("cookie", format!("daypack_refresh={token}"));
        for origin in [None, Some("https://elsewhere.example"), Some("null")] {
            let client = origin.map_or_else(|| elsewhere.clone(), |origin| elsewhere.header("origin", origin));
            client.send(Method::POST, "/sessions/refresh", None).await.problem(403, "forbidden");
            client.delete("/sessions/current").await.problem(403, "forbidden");
        }
        refreshed(server, &token).await.ok();
        refreshed(server, "made-up").await.problem(401, "unauthenticated");
        server.anonymous().send(Method::POST, "/sessions/refresh", None).await.problem(401, "unauthenticated");
    }

    async fn wrong_passwords_at_once_pass_no_more_than_one_after_the_other(server: &TestServer) {
        let people = server.people().await;
        for email in [people.at(Place::Acme(ClientRole::Owner)).email.as_str(), "nobody@acme.example"] {
            let tried = (0..12).map(|_| server.sign_in(email, "not the password"));
            let heard: Vec<u16> =
                futures_util::future::join_all(tried).await.iter().map(|answer| answer.status.as_u16()).collect();
            let checked = heard.iter().filter(|status| **status == 401).count();
            assert_eq!(checked, usize::try_from(attempts::FREE_FOR_ACCOUNT).unwrap(), "{heard:?}");
            assert!(heard.iter().all(|status| [401, 429].contains(status)), "{heard:?}");
        }
    }

    async fn a_right_password_forgets_the_wrong_ones(server: &TestServer) {
        let people = server.people().await;
        let email = &people.at(Place::Acme(ClientRole::Owner)).email;
        for _ in 0..3 {
            for _ in 1..attempts::FREE_FOR_ACCOUNT {
                server.sign_in(email, "not the password").await.problem(401, "unauthenticated");
            }
            server.sign_in(email, PASSWORD).await.created();
        }
    }

    async fn wrong_passwords_make_the_next_wait_and_not_for_long(server: &TestServer) {
        let people = server.people().await;
        for email in [people.at(Place::Acme(ClientRole::Owner)).email.as_str(), "nobody@acme.example"] {
            for _ in 0..attempts::FREE_FOR_ACCOUNT {
                server.sign_in(email, "not the password").await.problem(401, "unauthenticated");
            }
            // Even the right one, and the same for somebody who does not exist.
            let refused = server.sign_in(email, PASSWORD).await;
            refused.problem(429, "rate_limited");
            assert_eq!(refused.header("retry-after"), "16", "{email}");
        }
        let other = &people.at(Place::Acme(ClientRole::Approver)).email;
        server.sign_in(other, PASSWORD).await.created();
        server.wait(attempts::LONGEST_WAIT);
        server.sign_in(&people.at(Place::Acme(ClientRole::Owner)).email, PASSWORD).await.created();
    }
}
