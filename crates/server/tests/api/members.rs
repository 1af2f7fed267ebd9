//! `/organizations/{id}/members/{user_id}`: roles and limits that change.

use crate::packs::{at, event_names, owner};
use daypack_domain::policy::ClientRole::{Approver, Member, Owner, Viewer};
use daypack_domain::policy::StaffRole::{Admin, Agent, Lead};
use daypack_server::on_both_engines;
use daypack_server::testing::{People, Place, TestServer};
use serde_json::json;

fn path(people: &People, place: Place) -> String {
    format!("/organizations/acme/members/{}", people.at(place).id)
}

on_both_engines! {
    async fn an_owner_changes_role_and_limits(server: &TestServer) {
        let people = server.people().await;
        let owner = owner(server, &people).await;
        let member = path(&people, Place::Acme(Member));
        owner.patch(&member, json!({ "role": "approver" })).await.problem(428, "precondition_required");
        let first = owner.header("If-Match", "\"1\"");
        let change = json!({
            "role": "approver", "approval_limit_minutes": 240,
            "order_limit": { "amount_minor": 50_000, "currency": "EUR" }
        });
        let answer = first.patch(&member, change).await;
        assert_eq!(answer.header("etag"), "\"2\"");
        let changed = answer.ok();
        assert_eq!(changed["role"], "approver");
        assert_eq!(changed["approval_limit_minutes"], 240);
        assert_eq!(changed["order_limit"], json!({ "amount_minor": 50_000, "currency": "EUR" }));
        first.patch(&member, json!({ "role": "owner" })).await.problem(409, "stale_version");

        // It holds from the next request on, for a session that was open before too.
        let session = at(server, &people, Place::Acme(Member)).await;
        assert_eq!(session.get("/me").await.ok()["memberships"][0]["approval_limit_minutes"], 240);
        // What is left out stays, and `null` takes away.
        let second = owner.header("If-Match", "\"2\"");
        let freed = second.patch(&member, json!({ "approval_limit_minutes": null })).await.ok();
        assert_eq!((&freed["approval_limit_minutes"], &freed["role"]), (&json!(null), &json!("approver")));
        assert_eq!(freed["order_limit"]["amount_minor"], 50_000);
        assert_eq!(session.get("/me").await.ok()["memberships"][0]["approval_limit_minutes"], json!(null));
        assert_eq!(event_names(server, people.acme).await, ["member.changed", "member.changed"]);
    }

    async fn changes_are_refused_by_name(server: &TestServer) {
        let people = server.people().await;
        let viewer = path(&people, Place::Acme(Viewer));
        let change = json!({ "role": "owner" });
        for place in [Place::Acme(Viewer), Place::Acme(Member), Place::Acme(Approver), Place::Staff(Agent), Place::Staff(Lead)] {
            let somebody = at(server, &people, place).await.header("If-Match", "\"1\"");
            somebody.patch(&viewer, change.clone()).await.problem(403, "forbidden");
            somebody.delete(&viewer).await.problem(403, "forbidden");
        }
        let foreigner = at(server, &people, Place::Nord(Owner)).await.header("If-Match", "\"1\"");
        foreigner.patch(&viewer, change.clone()).await.problem(404, "not_found");
        foreigner.delete(&viewer).await.problem(404, "not_found");
        let owner = owner(server, &people).await.header("If-Match", "\"1\"");
        // Nord's people are not Acme's, and nobody is nobody.
        for stranger in [path(&people, Place::Nord(Member)), "/organizations/acme/members/none".to_owned()] {
            owner.patch(&stranger, change.clone()).await.problem(404, "not_found");
            owner.delete(&stranger).await.problem(404, "not_found");
        }
        owner.patch(&viewer, json!({ "role": "lead" })).await.invalid(&[("/role", "unknown_word")]);
        owner.patch(&viewer, json!({ "name": "X" })).await.problem(422, "invalid");
        owner.patch(&viewer, json!({ "approval_limit_minutes": -1 })).await.invalid(&[("/approval_limit_minutes", "too_small")]);
        let dollars = json!({ "order_limit": { "amount_minor": -5, "currency": "USD" } });
        owner.patch(&viewer, dollars).await.invalid(&[
            ("/order_limit/amount_minor", "too_small"), ("/order_limit/currency", "mismatch"),
        ]);
        let both = json!({
            "approval_limit_minutes": 10_000_001, "order_limit": { "amount_minor": -5, "currency": "EUR" }
        });
        owner.patch(&viewer, both).await.invalid(&[
            ("/approval_limit_minutes", "too_large"), ("/order_limit/amount_minor", "too_small"),
        ]);
        assert!(event_names(server, people.acme).await.is_empty());
    }

    async fn the_last_owner_stays(server: &TestServer) {
        let people = server.people().await;
        let admin = at(server, &people, Place::Staff(Admin)).await.header("If-Match", "\"1\"");
        let owner_path = path(&people, Place::Acme(Owner));
        admin.patch(&owner_path, json!({ "role": "viewer" })).await.problem(409, "last_owner");
        admin.delete(&owner_path).await.problem(409, "last_owner");
        admin.patch(&path(&people, Place::Acme(Approver)), json!({ "role": "owner" })).await.ok();
        admin.delete(&owner_path).await.empty(204);
        admin.delete(&owner_path).await.problem(404, "not_found");
        let gone = at(server, &people, Place::Acme(Owner)).await;
        gone.get("/organizations/acme").await.problem(404, "not_found");
        assert_eq!(event_names(server, people.acme).await, ["member.changed", "member.removed"]);
    }
}
