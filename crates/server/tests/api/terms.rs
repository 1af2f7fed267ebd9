//! `/terms`, `/organizations/{id}/terms-acceptances`: published, accepted, asked again.

use crate::packs::{at, event_names, order, owner, placed};
use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::{Approver, Member, Owner, Viewer};
use daypack_domain::policy::StaffRole::{Admin, Agent, Lead};
use daypack_server::on_both_engines;
use daypack_server::testing::{Client, People, Place, TestServer};
use futures_util::future::join_all;
use serde_json::{Value, json};

const PATH: &str = "/organizations/acme/terms-acceptances";

async fn publish(server: &TestServer, people: &People, text: &str, requires: bool) -> Value {
    let body = json!({ "body_markdown": text, "requires_acceptance": requires });
    at(server, people, Place::Staff(Admin))
        .await
        .post("/terms", body)
        .await
        .created()
}

async fn asked(client: &Client) -> Value {
    client.get("/me").await.ok()["memberships"][0]["asked_terms_version"].clone()
}

on_both_engines! {
    async fn a_version_takes_the_place_of_the_one_before_and_both_are_read_for_ever(server: &TestServer) {
        let people = server.people().await;
        let first = server.anonymous().get("/terms/1").await.ok();
        assert_eq!((&first["current"], &first["requires_acceptance"]), (&json!(true), &json!(false)));
        server.wait(TimeDelta::minutes(1));
        let second = publish(server, &people, "# Terms\n\nAll new.\n", true).await;
        assert_eq!((&second["version"], &second["current"], &second["requires_acceptance"]), (&json!(2), &json!(true), &json!(true)));
        assert_eq!(second["published_at"], "2026-03-04T09:01:00Z");
        let listed = server.anonymous().get("/terms").await.ok();
        let versions: Vec<_> = listed["items"].as_array().unwrap().iter().map(|terms| terms["version"].clone()).collect();
        assert_eq!(versions, [2, 1]);
        let read = server.anonymous().get("/terms/1").await.ok();
        assert_eq!((&read["current"], &read["body_markdown"]), (&json!(false), &first["body_markdown"]));
        for nothing in ["/terms/3", "/terms/0", "/terms/x"] {
            server.anonymous().get(nothing).await.problem(404, "not_found");
        }
    }

    async fn what_cannot_be_published_is_refused(server: &TestServer) {
        let people = server.people().await;
        let admin = at(server, &people, Place::Staff(Admin)).await;
        let text = server.anonymous().get("/terms/1").await.ok()["body_markdown"].clone();
        let body = |text: Value| json!({ "body_markdown": text, "requires_acceptance": true });
        admin.post("/terms", body(text)).await.problem(409, "terms_unchanged");
        for empty in ["", "  \n "] {
            admin.post("/terms", body(json!(empty))).await.invalid(&[("/body_markdown", "too_short")]);
        }
        admin.post("/terms", body(json!("x".repeat(200_001)))).await.invalid(&[("/body_markdown", "too_long")]);
        admin.post("/terms", json!({ "body_markdown": "x" })).await.invalid(&[("/requires_acceptance", "required")]);
        for place in [Place::Staff(Lead), Place::Staff(Agent), Place::Acme(Owner)] {
            at(server, &people, place).await.post("/terms", body(json!("x"))).await.problem(403, "forbidden");
        }
        assert_eq!(server.anonymous().get("/terms").await.ok()["items"].as_array().unwrap().len(), 1);
    }

    async fn a_version_that_requires_it_is_asked_until_somebody_accepts(server: &TestServer) {
        let people = server.people().await;
        placed(server, &people, "flexi", 5).await;
        let (client, approver) = (owner(server, &people).await, at(server, &people, Place::Acme(Approver)).await);
        assert_eq!((asked(&client).await, asked(&approver).await), (json!(null), json!(null)));
        server.wait(TimeDelta::minutes(1));
        publish(server, &people, "Version two.", false).await;
        assert_eq!(asked(&client).await, json!(null));
        publish(server, &people, "Version three.", true).await;
        publish(server, &people, "Version four.", false).await;
        // The current one is asked, for the one before it required so; and only those who may accept are asked.
        assert_eq!((asked(&client).await, asked(&approver).await), (json!(4), json!(4)));
        for place in [Place::Acme(Member), Place::Acme(Viewer)] {
            assert_eq!(asked(&at(server, &people, place).await).await, json!(null));
        }
        for (version, place) in [(3, Place::Acme(Owner)), (1, Place::Acme(Owner)), (5, Place::Acme(Approver))] {
            let refused = at(server, &people, place).await.post(PATH, json!({ "version": version })).await;
            refused.invalid(&[("/version", "terms_out_of_date")]);
        }
        for place in [Place::Acme(Member), Place::Acme(Viewer), Place::Staff(Admin)] {
            at(server, &people, place).await.post(PATH, json!({ "version": 4 })).await.problem(403, "forbidden");
        }
        at(server, &people, Place::Nord(Owner)).await.post(PATH, json!({ "version": 4 })).await.problem(404, "not_found");

        let accepted = approver.post(PATH, json!({ "version": 4 })).await.created();
        assert_eq!((&accepted["version"], &accepted["address"]), (&json!(4), &json!("127.0.0.1")));
        assert_eq!((&accepted["accepted_by"]["name"], &accepted["order_id"]), (&json!("Acme approver"), &json!(null)));
        assert_eq!(accepted["hash"], server.anonymous().get("/terms/4").await.ok()["hash"]);
        server.wait(TimeDelta::minutes(1));
        // Once more is no more.
        assert_eq!(approver.post(PATH, json!({ "version": 4 })).await.created(), accepted);
        assert_eq!((asked(&client).await, asked(&approver).await), (json!(null), json!(null)));

        let history = client.get(PATH).await.ok();
        assert_eq!(history["asked_version"], json!(null));
        let items = history["items"].as_array().unwrap();
        assert_eq!((items.len(), &items[0]), (2, &accepted));
        assert_eq!((&items[1]["version"], &items[1]["accepted_by"]["name"]), (&json!(1), &json!("Acme owner")));
        assert!(items[1]["order_id"].is_string());
        at(server, &people, Place::Nord(Owner)).await.get(PATH).await.problem(404, "not_found");
        assert_eq!(event_names(server, people.acme).await, ["order.placed", "terms.accepted"]);
    }

    async fn an_order_accepts_what_is_asked(server: &TestServer) {
        let people = server.people().await;
        server.wait(TimeDelta::minutes(1));
        publish(server, &people, "Version two.", true).await;
        let client = owner(server, &people).await;
        assert_eq!(client.get(PATH).await.ok(), json!({ "asked_version": 2, "items": [] }));
        let outdated = client.post("/orders", order(people.acme, "flexi", 5)).await;
        outdated.invalid(&[("/terms_version", "terms_out_of_date")]);
        let mut body = order(people.acme, "flexi", 5);
        body["terms_version"] = json!(2);
        let placed = client.post("/orders", body).await.created();
        let history = client.get(PATH).await.ok();
        assert_eq!(history["asked_version"], json!(null));
        assert_eq!((&history["items"][0]["order_id"], &history["items"][0]["hash"]), (&placed["id"], &placed["terms_hash"]));
        assert_eq!(asked(&client).await, json!(null));
    }

    async fn accepting_at_once_is_one_acceptance(server: &TestServer) {
        let people = server.people().await;
        server.wait(TimeDelta::minutes(1));
        publish(server, &people, "Version two.", true).await;
        let client = owner(server, &people).await;
        for answer in join_all((0..8).map(|_| client.post(PATH, json!({ "version": 2 })))).await {
            answer.created();
        }
        assert_eq!(client.get(PATH).await.ok()["items"].as_array().unwrap().len(), 1);
        assert_eq!(event_names(server, people.acme).await, ["terms.accepted"]);
    }
}
