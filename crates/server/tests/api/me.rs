//! `/me`: the person who asks, and what they change of themselves.

use daypack_domain::policy::{ClientRole, StaffRole};
use daypack_server::{
    on_both_engines,
    testing::{PASSWORD, Place, TestServer},
};
use serde_json::json;

on_both_engines! {
    async fn clients_see_their_places_and_staff_their_role(server: &TestServer) {
        let people = server.people().await;
        let approver = server.signed_in(people.at(Place::Acme(ClientRole::Approver))).await.get("/me").await.ok();
        assert_eq!(approver["staff_role"], json!(null));
        let place = &approver["memberships"][0];
        assert_eq!(place["organization_id"], json!(people.acme));
        assert_eq!(
            (&place["role"], &place["approval_limit_minutes"], &place["time_zone"]),
            (&json!("approver"), &json!(600), &json!("Europe/Madrid"))
        );
        let may = place["permissions"].as_array().unwrap();
        assert!(may.contains(&json!("approve_estimate")) && !may.contains(&json!("manage_members")));

        let answer = server.signed_in(people.at(Place::Staff(StaffRole::Lead))).await.get("/me").await;
        let lead = answer.ok();
        assert_eq!((&lead["staff_role"], &lead["memberships"]), (&json!("lead"), &json!([])));
        assert_eq!(answer.header("etag"), "\"1\"");
    }

    async fn a_change_names_the_version_it_is_based_on(server: &TestServer) {
        let people = server.people().await;
        let client = server.signed_in(people.at(Place::Acme(ClientRole::Member))).await;
        client.patch("/me", json!({ "name": "Ana" })).await.problem(428, "precondition_required");
        client.header("if-match", "*").patch("/me", json!({ "name": "Ana" })).await
            .problem(428, "precondition_required");
        let answer = client.header("if-match", "\"1\"").patch("/me", json!({ "name": " Ana ", "locale": "es" })).await;
        let me = answer.ok();
        assert_eq!((&me["name"], &me["locale"], &me["version"]), (&json!("Ana"), &json!("es"), &json!(2)));
        assert_eq!(answer.header("etag"), "\"2\"");
        for old in ["\"1\"", "\"3\"", "1", "W/\"2\""] {
            client.header("if-match", old).patch("/me", json!({ "name": "Eva" })).await.problem(409, "stale_version");
        }
        assert_eq!(client.get("/me").await.ok()["name"], "Ana");
    }

    async fn values_are_checked(server: &TestServer) {
        let people = server.people().await;
        let client = server.signed_in(people.at(Place::Acme(ClientRole::Member))).await.header("if-match", "\"1\"");
        client.patch("/me", json!({ "locale": "de" })).await.invalid(&[("/locale", "unknown_word")]);
        client.patch("/me", json!({ "name": "  " })).await.invalid(&[("/name", "too_short")]);
        client.patch("/me", json!({ "name": "", "password": "short" })).await
            .invalid(&[("/name", "too_short"), ("/password", "too_short")]);
        client.patch("/me", json!({ "password": "a long new password" })).await
            .invalid(&[("/current_password", "required")]);
        client.patch("/me", json!({ "password": "a long new password", "current_password": "wrong" })).await
            .invalid(&[("/current_password", "wrong_password")]);
        client.patch("/me", json!({ "staff_role": "admin" })).await.invalid(&[("/staff_role", "unknown_field")]);
    }

    async fn a_new_password_ends_every_other_session(server: &TestServer) {
        let people = server.people().await;
        let person = people.at(Place::Acme(ClientRole::Member));
        let (here, elsewhere) = (server.signed_in(person).await, server.signed_in(person).await);
        let change = json!({ "password": "a long new password", "current_password": PASSWORD });
        here.header("if-match", "\"1\"").patch("/me", change).await.ok();
        here.get("/me").await.ok();
        elsewhere.get("/me").await.problem(401, "unauthenticated");
        server.sign_in(&person.email, PASSWORD).await.problem(401, "unauthenticated");
        server.sign_in(&person.email, "a long new password").await.created();
    }
}
