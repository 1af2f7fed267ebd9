//! `/approval-links`: the yes from a mail, and the mails that ask for it.

use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::{self, Approver};
use daypack_server::{
    on_both_engines,
    testing::{Engine, Place, TestServer},
};
use daypack_store::{memberships, users};
use serde_json::{Value, json};

use crate::mails::{header, readable};
use crate::packs::run;
use crate::requests::{Scene, of_estimate};

/// The token of the last mail to this address with a link that begins so.
pub async fn token(server: &TestServer, mails: usize, to: &str, link: &str) -> String {
    let all: Vec<String> = server.mails(mails).await.iter().map(|mail| readable(mail)).collect();
    let mut mine = all
        .iter()
        .rev()
        .filter(|mail| header(mail, "To").contains(to) && mail.contains(link));
    let mail = mine
        .next()
        .unwrap_or_else(|| panic!("no mail to {to} with {link} in {all:#?}"));
    let (_, rest) = mail.split_once(link).unwrap();
    rest.split(|letter: char| letter.is_whitespace() || "\"<".contains(letter))
        .next()
        .unwrap()
        .to_owned()
}

async fn asked(server: &TestServer, to: &str) -> String {
    format!("/approval-links/{}", token(server, 2, to, "/approve/").await)
}

async fn set_role(server: &TestServer, scene: &Scene, role: ClientRole, limit: Option<i64>) {
    let (acme, user) = (scene.people.acme, scene.people.at(Place::Acme(Approver)).id);
    run(server, move |conn, _| {
        let mut place = memberships::find(conn, acme, user)?.unwrap();
        place.role = role;
        place.approval_limit_minutes = limit;
        place.version += 1;
        memberships::update(conn, &place)?;
        Ok(())
    })
    .await;
}

on_both_engines! {
    async fn opening_shows_and_only_the_answer_approves_as_that_person(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 240).await;
        let link = asked(server, "approver@acme.example").await;
        let owners = asked(server, "owner@acme.example").await;
        assert!(link.len() > 16 + 40, "256 bits: {link}");
        let anybody = server.anonymous();
        for _ in 0..3 {
            let shown = anybody.get(&link).await.ok();
            assert_eq!((&shown["person"]["name"], &shown["organization_name"]), (&json!("Acme approver"), &json!("Acme")));
            assert_eq!(shown["preview"]["available_after_minutes"], 240);
            assert_eq!((&shown["preview"]["may_approve"], &shown["estimate"]["status"]), (&json!(true), &json!("offered")));
        }
        let head = anybody.send(reqwest::Method::HEAD, &link, None).await;
        assert!(!head.status.is_server_error());
        assert_eq!(scene.minutes().await, (480, 0));

        let shown = anybody.get(&link).await.ok();
        let yes = json!({ "preview_token": shown["preview"]["preview_token"] });
        let none = anybody.post(&format!("{link}/approve"), json!({})).await;
        none.invalid(&[("/preview_token", "required")]);
        let approved = anybody.post(&format!("{link}/approve"), yes.clone()).await.ok();
        assert_eq!((&approved["status"], &approved["channel"]), (&json!("approved"), &json!("email")));
        assert_eq!(approved["decided_by"]["name"], "Acme approver");
        assert_eq!(scene.minutes().await, (240, 240));

        anybody.get(&link).await.problem(409, "link_used");
        anybody.post(&format!("{link}/approve"), yes.clone()).await.problem(409, "link_used");
        anybody.post(&format!("{link}/reject"), json!({ "reason": "No" })).await.problem(409, "link_used");
        anybody.get(&owners).await.problem(409, "estimate_approved");
        anybody.post(&format!("{owners}/approve"), yes).await.problem(409, "estimate_approved");
        anybody.get("/approval-links/made-up").await.problem(404, "not_found");
        assert_eq!(scene.minutes().await, (240, 240));
        assert_eq!(scene.viewer.get(&of_estimate(&estimate, "")).await.ok()["version"], 2);
    }

    async fn the_mail_says_what_is_asked_and_holds_the_only_copy_of_the_token(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.triaged("Export <b>fails</b>").await;
        let body = json!({
            "minutes": 90, "includes": "Fix & test",
            "lines": [{ "text": "Fix", "minutes": 60 }, { "text": "Manual", "minutes": 30, "optional": true }]
        });
        scene.offer(&ticket, body).await;
        let mails: Vec<String> = server.mails(2).await.iter().map(|mail| readable(mail)).collect();
        assert_eq!(mails.len(), 2, "owner and approver; {mails:#?}");
        for mail in &mails {
            assert_eq!(header(mail, "Subject"), "Your approval is needed: ACME-1 Export <b>fails</b>");
            for told in ["Time: 1 h 30 min", "Of it optional: 30 min", "18 March 2026, 10:00", "Fix & test", "approves nothing"] {
                assert!(mail.contains(told), "`{told}` is missing in {mail}");
            }
            assert!(mail.contains("Export &lt;b&gt;fails&lt;&#x2f;b&gt;"), "{mail}");
        }
        let link = asked(server, "owner@").await;
        let shown = server.anonymous().get(&format!("{link}?left_out=1")).await.ok();
        assert_eq!(shown["preview"]["minutes"], 60);
        server.anonymous().get(&format!("{link}?left_out=0")).await.invalid(&[("/left_out", "not_optional")]);
    }

    async fn links_end_with_their_estimate_and_their_time(server: &TestServer) {
        let scene = Scene::new(server).await;
        let estimate = scene.offered("Export fails", 240).await;
        let link = asked(server, "owner@").await;
        scene.agent.post(&of_estimate(&estimate, "/revise"), json!({ "minutes": 120, "includes": "Less." })).await.created();
        let anybody = server.anonymous();
        anybody.get(&link).await.problem(409, "estimate_revised");
        let no = json!({ "reason": "No" });
        anybody.post(&format!("{link}/reject"), no.clone()).await.problem(409, "estimate_revised");

        let second = format!("/approval-links/{}", token(server, 4, "owner@", "/approve/").await);
        let open = scene.viewer.get("/estimates?status=offered").await.ok()["items"][0].clone();
        scene.agent.post(&of_estimate(&open, "/withdraw"), json!({})).await.ok();
        anybody.get(&second).await.problem(409, "estimate_withdrawn");

        let ticket = json!({ "id": estimate["ticket_id"] });
        scene.offer(&ticket, json!({ "minutes": 60, "includes": "Least." })).await;
        let third = format!("/approval-links/{}", token(server, 6, "owner@", "/approve/").await);
        anybody.get(&third).await.ok();
        server.wait(TimeDelta::days(14));
        anybody.get(&third).await.problem(409, "link_expired");
        anybody.post(&format!("{third}/reject"), no).await.problem(409, "link_expired");
        anybody.get(&link).await.problem(409, "link_expired");
    }

    async fn the_rights_of_this_moment_count(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        scene.offered("Export fails", 240).await;
        let link = asked(server, "approver@").await;
        let anybody = server.anonymous();
        let shown = anybody.get(&link).await.ok();
        let yes = json!({ "preview_token": shown["preview"]["preview_token"] });
        let approve = format!("{link}/approve");
        set_role(server, &scene, Approver, Some(60)).await;
        anybody.post(&approve, yes.clone()).await.problem(403, "limit_exceeded");
        set_role(server, &scene, ClientRole::Viewer, None).await;
        anybody.post(&approve, yes.clone()).await.problem(403, "forbidden");
        anybody.post(&format!("{link}/reject"), json!({ "reason": "No" })).await.problem(403, "forbidden");
        set_role(server, &scene, Approver, Some(600)).await;
        let user_id = scene.people.at(Place::Acme(Approver)).id;
        let disable = async |on: bool| {
            run(server, move |conn, context| {
                let mut user = users::find(conn, user_id)?.unwrap();
                user.disabled_at = on.then_some(context.now);
                user.version += 1;
                users::update(conn, &user)?;
                Ok(())
            })
            .await;
        };
        disable(true).await;
        anybody.get(&link).await.problem(403, "forbidden");
        anybody.post(&approve, yes.clone()).await.problem(403, "forbidden");
        assert_eq!(scene.minutes().await, (480, 0));
        disable(false).await;
        anybody.post(&approve, yes).await.ok();
    }

    async fn of_two_answers_at_once_one_counts_and_a_refused_one_uses_nothing_up(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.offered("Export fails", 240).await;
        let link = asked(server, "owner@").await;
        let anybody = server.anonymous();
        let shown = anybody.get(&link).await.ok();
        assert_eq!((&shown["preview"]["shortfall_minutes"], &shown["preview"]["preview_token"]), (&json!(240), &Value::Null));
        let made_up = json!({ "preview_token": "AAAAAAAAAAAAAAAAAAAAAA" });
        anybody.post(&format!("{link}/approve"), made_up).await.problem(409, "balance_changed");
        scene.buy("starter", 1).await;
        let shown = anybody.get(&link).await.ok();
        let yes = json!({ "preview_token": shown["preview"]["preview_token"] });
        let at = format!("{link}/approve");
        let (first, second) = tokio::join!(anybody.post(&at, yes.clone()), anybody.post(&at, yes.clone()));
        let (won, lost) = if first.status == 200 { (first, second) } else { (second, first) };
        won.ok();
        lost.problem(409, "link_used");
        assert_eq!(scene.minutes().await, (240, 240));
    }

    async fn a_no_needs_a_reason_and_ends_the_offer(server: &TestServer) {
        let scene = Scene::new(server).await;
        let estimate = scene.offered("Export fails", 240).await;
        let link = asked(server, "approver@").await;
        let anybody = server.anonymous();
        let at = format!("{link}/reject");
        anybody.post(&at, json!({ "reason": " " })).await.invalid(&[("/reason", "required")]);
        let rejected = anybody.post(&at, json!({ "reason": "Too much" })).await.ok();
        assert_eq!((&rejected["status"], &rejected["decided_by"]["name"]), (&json!("rejected"), &json!("Acme approver")));
        anybody.post(&at, json!({ "reason": "Too much" })).await.problem(409, "link_used");
        let ticket = json!({ "id": estimate["ticket_id"] });
        assert_eq!(scene.ticket(&ticket).await["status"], "estimating");
    }

    async fn only_those_are_asked_whose_limit_is_wide_enough(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.offered("Large", 615).await;
        let mails: Vec<String> = server.mails(1).await.iter().map(|mail| readable(mail)).collect();
        assert_eq!(mails.len(), 1);
        assert!(header(&mails[0], "To").contains("owner@"));
    }
}

#[actix_web::test]
async fn guesses_are_limited_like_every_request_of_an_address() {
    let server = TestServer::start_with(Engine::Sqlite, |config| config.rate_limit = Some(5));
    let anybody = server.anonymous();
    for _ in 0..5 {
        anybody.get("/approval-links/guess").await.problem(404, "not_found");
    }
    let limited = anybody.get("/approval-links/guess").await;
    limited.problem(429, "rate_limited");
    assert!(!limited.header("retry-after").is_empty());
}
