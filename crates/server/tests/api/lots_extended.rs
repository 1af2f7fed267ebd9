//! `/lots/{id}/extend`: why a lot is extended. Owners need not say so, the staff do.

use daypack_domain::event::EventKind;
use daypack_domain::policy::StaffRole::Admin;
use daypack_server::on_both_engines;
use daypack_server::testing::{People, Place, TestServer};
use serde_json::{Value, json};

use crate::packs::{at, bought, owner, run};
use crate::witness::{Witness, marked};

fn path(order: &Value) -> String {
    format!("/lots/{}/extend", order["lot"]["id"].as_str().unwrap())
}

/// The reasons of the extensions that were told.
async fn reasons(server: &TestServer, people: &People) -> Vec<Option<String>> {
    let organization = people.acme;
    run(server, move |conn, _| {
        let events = daypack_store::events::after(conn, organization, 0, 1000)?.into_iter();
        let told = events.filter_map(|event| match event.kind {
            EventKind::LotExtended { reason, .. } => Some(reason),
            _ => None,
        });
        Ok(told.collect())
    })
    .await
}

on_both_engines! {
    async fn the_staff_say_why_they_extend_a_lot(server: &TestServer) {
        let people = server.people().await;
        let order = bought(server, &people, "flexi", 5).await;
        let admin = at(server, &people, Place::Staff(Admin)).await;
        for body in [json!({}), json!({ "reason": null }), json!({ "reason": "" }), json!({ "reason": " \n" })] {
            let witness = Witness::of(server).await;
            let answer = marked(&admin).post(&path(&order), body).await;
            answer.invalid(&[("/reason", "too_short")]);
            witness.refused(&answer, 422, "invalid").await;
        }
        let witness = Witness::of(server).await;
        let silent = admin.send(reqwest::Method::POST, &path(&order), None).await;
        silent.invalid(&[("/reason", "too_short")]);
        let long = json!({ "reason": "x".repeat(2_001) });
        admin.post(&path(&order), long).await.invalid(&[("/reason", "too_long")]);
        witness.nothing_changed("a refused extension").await;
        assert_eq!(reasons(server, &people).await, []);

        let because = json!({ "reason": " The audit was put off. " });
        let lot = admin.post(&path(&order), because).await.ok();
        assert_eq!(lot["extension_reason"], "The audit was put off.");
        assert_eq!((&lot["expires_on"], &lot["reason"]), (&json!("2026-12-04"), &json!(null)));
        assert_eq!(reasons(server, &people).await, [Some("The audit was put off.".to_owned())]);
        // The owner reads it: by mail and with the lot.
        let mails = server.mails(1).await;
        assert!(mails.iter().any(|mail| mail.contains("Reason: The audit was put off.")), "{mails:?}");
        let shown = owner(server, &people).await.get("/organizations/acme/lots").await.ok();
        assert_eq!(shown["items"][0]["extension_reason"], "The audit was put off.");
    }

    async fn owners_may_say_why_or_not(server: &TestServer) {
        let people = server.people().await;
        let (quiet, told) = (bought(server, &people, "flexi", 5).await, bought(server, &people, "flexi", 5).await);
        let client = owner(server, &people).await;
        assert_eq!(client.post(&path(&quiet), json!({ "reason": "  " })).await.ok()["extension_reason"], json!(null));
        let because = json!({ "reason": "We move in autumn." });
        assert_eq!(client.post(&path(&told), because).await.ok()["extension_reason"], "We move in autumn.");
        assert_eq!(reasons(server, &people).await, [None, Some("We move in autumn.".to_owned())]);
    }
}
