//! `/users`: the agency's own people.

use crate::packs::at;
use daypack_domain::policy::ClientRole::Owner;
use daypack_domain::policy::StaffRole::{Admin, Agent, Lead};
use daypack_server::on_both_engines;
use daypack_server::testing::{Place, TestServer};
use serde_json::json;

on_both_engines! {
    async fn an_admin_adds_staff(server: &TestServer) {
        let people = server.people().await;
        let mia = json!({ "email": "mia@agency.example", "name": "Mia", "staff_role": "lead", "locale": "fr" });
        server.anonymous().post("/users", mia.clone()).await.problem(401, "unauthenticated");
        for place in [Place::Acme(Owner), Place::Staff(Agent), Place::Staff(Lead)] {
            at(server, &people, place).await.post("/users", mia.clone()).await.problem(403, "forbidden");
        }
        let admin = at(server, &people, Place::Staff(Admin)).await;
        let added = admin.post("/users", mia.clone()).await.created();
        let expected = json!({
            "id": added["id"], "name": "Mia", "email": "mia@agency.example", "staff_role": "lead", "in_work": 0
        });
        assert_eq!(added, expected);
        admin.post("/users", mia).await.problem(409, "email_taken");
        assert!(server.mails(1).await[0].contains("mia@agency.example"));
        let wrong = json!({ "email": "mia", "name": "Mia", "staff_role": "lead" });
        admin.post("/users", wrong).await.invalid(&[("/email", "invalid_format")]);
        let wrong = json!({ "email": "leo@agency.example", "name": "Leo", "staff_role": "owner" });
        admin.post("/users", wrong).await.invalid(&[("/staff_role", "unknown_word")]);
        let wrong = json!({ "email": "leo@agency.example", "name": "Leo", "staff_role": "agent", "locale": "de" });
        admin.post("/users", wrong).await.invalid(&[("/locale", "unknown_word")]);
    }

    async fn the_staff_is_listed_for_the_staff(server: &TestServer) {
        let people = server.people().await;
        let listed = at(server, &people, Place::Staff(Agent)).await.get("/users?staff=true").await.ok();
        let names: Vec<_> = listed["items"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
        assert_eq!(names, ["Staff admin", "Staff agent", "Staff lead"]);
        assert_eq!(listed["items"][1]["staff_role"], "agent");
        let agent = at(server, &people, Place::Staff(Agent)).await;
        agent.get("/users").await.invalid(&[("/staff", "required")]);
        agent.get("/users?staff=false").await.invalid(&[("/staff", "invalid_value")]);
        at(server, &people, Place::Acme(Owner)).await.get("/users?staff=true").await.problem(403, "forbidden");
        server.anonymous().get("/users?staff=true").await.problem(401, "unauthenticated");
    }
}
