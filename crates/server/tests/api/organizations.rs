//! `/organizations` with their members and systems.

use crate::packs::{at, event_names, owner, run};
use daypack_domain::policy::ClientRole::{Approver, Member, Owner, Viewer};
use daypack_domain::policy::StaffRole::{Admin, Agent, Lead};
use daypack_server::on_both_engines;
use daypack_server::testing::{PASSWORD, Place, TestServer};
use serde_json::{Value, json};

fn globex() -> Value {
    json!({
        "name": " Globex ", "prefix": "GLX", "time_zone": "America/Bogota", "locale": "es", "currency": "USD"
    })
}

fn link_in(mail: &str) -> String {
    // Lines of mails are wrapped with `=` at their ends.
    let text = mail.replace("=\r\n", "").replace("=\n", "");
    let (_, rest) = text.split_once("/invite/").expect("a link");
    rest.chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter))
        .collect()
}

on_both_engines! {
    async fn an_admin_sets_up_a_client(server: &TestServer) {
        let people = server.people().await;
        server.anonymous().post("/organizations", globex()).await.problem(401, "unauthenticated");
        for place in [Place::Acme(Owner), Place::Staff(Agent), Place::Staff(Lead)] {
            at(server, &people, place).await.post("/organizations", globex()).await.problem(403, "forbidden");
        }
        let admin = at(server, &people, Place::Staff(Admin)).await;
        let answer = admin.post("/organizations", globex()).await;
        assert_eq!(answer.header("etag"), "\"1\"");
        let made = answer.created();
        let expected = json!({
            "id": made["id"], "slug": "glx", "name": "Globex", "prefix": "GLX", "time_zone": "America/Bogota",
            "locale": "es", "currency": "USD", "created_at": "2026-03-04T09:00:00Z", "version": 1
        });
        assert_eq!(made, expected);
        for key in [made["id"].as_str().unwrap(), "glx"] {
            assert_eq!(admin.get(&format!("/organizations/{key}")).await.ok(), made);
        }
        admin.post("/organizations", globex()).await.problem(409, "prefix_taken");

        // It works by office hours in its own zone.
        let slug = made["slug"].as_str().unwrap().to_owned();
        let hours = run(server, move |conn, _| {
            let organization = daypack_store::organizations::find_by_slug(conn, &slug)?.expect("it is there");
            Ok(daypack_store::calendars::find_calendar(conn, organization.calendar_id)?.expect("it is there"))
        })
        .await;
        let definition = serde_json::to_value(&hours.definition.0).unwrap();
        assert_eq!(definition["zone"], "America/Bogota");
        assert_eq!(definition["week"]["friday"], json!([{ "from": "09:00", "to": "18:00" }]));
        assert_eq!(definition["week"]["saturday"], json!([]));
        let id = made["id"].as_str().unwrap().parse().unwrap();
        assert_eq!(event_names(server, id).await, ["organization.created"]);
        let empty = admin.get("/organizations/glx/balance").await.ok();
        assert_eq!((&empty["available_minutes"], &empty["lots"]), (&json!(0), &json!([])));
    }

    async fn every_field_that_cannot_be_accepted_is_named(server: &TestServer) {
        let people = server.people().await;
        let admin = at(server, &people, Place::Staff(Admin)).await;
        let wrong = json!({
            "name": " ", "prefix": "glx", "time_zone": "Europe/Atlantis", "locale": "de", "currency": "eur"
        });
        admin.post("/organizations", wrong).await.invalid(&[
            ("/name", "too_short"),
            ("/prefix", "pattern"),
            ("/time_zone", "unknown_zone"),
            ("/locale", "unknown_word"),
            ("/currency", "pattern"),
        ]);
        admin.post("/organizations", json!({ "name": "X" })).await.problem(422, "invalid");
    }

    async fn each_sees_their_own(server: &TestServer) {
        let people = server.people().await;
        let names = |page: Value| -> Vec<String> {
            page["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
        };
        let agent = at(server, &people, Place::Staff(Agent)).await;
        assert_eq!(names(agent.get("/organizations").await.ok()), ["Acme", "Nord"]);
        let first = agent.get("/organizations?limit=1").await.ok();
        let cursor = first["next_cursor"].as_str().unwrap();
        assert_eq!(names(agent.get(&format!("/organizations?limit=1&cursor={cursor}")).await.ok()), ["Nord"]);
        let viewer = at(server, &people, Place::Acme(Viewer)).await;
        assert_eq!(names(viewer.get("/organizations").await.ok()), ["Acme"]);
        assert_eq!(viewer.get("/organizations/acme").await.ok()["name"], "Acme");
        for part in ["", "/members", "/systems", "/balance", "/ledger"] {
            viewer.get(&format!("/organizations/acme{part}")).await.ok();
            for foreign in ["nord", &people.nord.to_string(), "0198a000-0000-7000-8000-000000000000", "none"] {
                viewer.get(&format!("/organizations/{foreign}{part}")).await.problem(404, "not_found");
            }
            server.anonymous().get(&format!("/organizations/acme{part}")).await.problem(401, "unauthenticated");
        }
        server.anonymous().get("/organizations").await.problem(401, "unauthenticated");
    }

    async fn a_new_member_sets_a_password_by_the_link(server: &TestServer) {
        let people = server.people().await;
        let path = "/organizations/acme/members";
        let ana = json!({
            "email": " Ana@Shop.example ", "name": "Ana", "role": "approver", "approval_limit_minutes": 480,
            "order_limit": { "amount_minor": 100_000, "currency": "EUR" }
        });
        server.anonymous().post(path, ana.clone()).await.problem(401, "unauthenticated");
        for place in [Place::Acme(Viewer), Place::Acme(Member), Place::Acme(Approver), Place::Staff(Agent), Place::Staff(Lead)] {
            at(server, &people, place).await.post(path, ana.clone()).await.problem(403, "forbidden");
        }
        at(server, &people, Place::Nord(Owner)).await.post(path, ana.clone()).await.problem(404, "not_found");

        let owner = owner(server, &people).await;
        let keyed = owner.header("Idempotency-Key", "ana");
        let added = keyed.post(path, ana.clone()).await.created();
        assert_eq!(keyed.post(path, ana.clone()).await.created(), added);
        let expected = json!({
            "user_id": added["user_id"], "email": "ana@shop.example", "name": "Ana", "role": "approver",
            "approval_limit_minutes": 480, "order_limit": { "amount_minor": 100_000, "currency": "EUR" },
            "invited": true, "version": 1
        });
        assert_eq!(added, expected);
        owner.post(path, ana).await.problem(409, "already_member");

        let mails = server.mails(1).await;
        assert_eq!(mails.len(), 1, "a retry sends nothing");
        let token = link_in(&mails[0]);
        let password = json!({ "password": "ana has a long password" });
        server.anonymous().post(&format!("/password-resets/{token}"), password.clone()).await.empty(204);
        server.anonymous().post(&format!("/password-resets/{token}"), password).await.problem(404, "not_found");
        let session = server.sign_in("ana@shop.example", "ana has a long password").await.created();
        assert_eq!(session["user"]["memberships"][0]["slug"], "acme");
        let listed = owner.get(path).await.ok();
        let ana = listed["items"].as_array().unwrap().iter().find(|one| one["name"] == "Ana").unwrap().clone();
        assert_eq!(ana["invited"], false);
        assert_eq!(event_names(server, people.acme).await, ["member.added"]);
    }

    async fn members_are_checked_before_they_are_added(server: &TestServer) {
        let people = server.people().await;
        let admin = at(server, &people, Place::Staff(Admin)).await;
        let path = "/organizations/acme/members";
        let wrong = json!({
            "email": "ana at shop", "name": " ", "role": "approver",
            "order_limit": { "amount_minor": -1, "currency": "USD" }
        });
        admin.post(path, wrong).await.invalid(&[
            ("/email", "invalid_format"),
            ("/name", "too_short"),
            ("/order_limit/amount_minor", "too_small"),
            ("/order_limit/currency", "mismatch"),
        ]);
        let limits = json!({
            "email": "ana@shop.example", "name": "Ana", "role": "approver", "approval_limit_minutes": -1,
            "order_limit": { "amount_minor": -5, "currency": "EUR" }
        });
        admin.post(path, limits).await.invalid(&[
            ("/approval_limit_minutes", "too_small"),
            ("/order_limit/amount_minor", "too_small"),
        ]);
        let role = json!({ "email": "ana@shop.example", "name": "Ana", "role": "agent" });
        admin.post(path, role).await.invalid(&[("/role", "unknown_word")]);
        let staff = json!({ "email": people.at(Place::Staff(Agent)).email, "name": "X", "role": "viewer" });
        let refused = admin.post(path, staff).await.problem(409, "cannot_be_invited");
        assert!(!refused["detail"].as_str().unwrap().contains("staff"), "{refused}");
        let own = json!({ "email": people.at(Place::Acme(Viewer)).email, "name": "X", "role": "owner" });
        admin.post(path, own).await.problem(409, "already_member");
    }

    async fn an_invitation_tells_nothing_of_who_has_an_account(server: &TestServer) {
        let people = server.people().await;
        let owner = owner(server, &people).await;
        let path = "/organizations/acme/members";
        let known = people.at(Place::Nord(Member));
        let mut seen = Vec::new();
        for email in [known.email.as_str(), "nobody@shop.example"] {
            let body = json!({ "email": email, "name": "Whatever", "role": "approver", "approval_limit_minutes": 60 });
            let added = owner.post(path, body.clone()).await;
            assert_eq!(added.header("etag"), "\"1\"");
            let added = added.created();
            assert_ne!(added["user_id"], json!(known.id));
            owner.post(path, body).await.problem(409, "already_member");
            let listed = owner.get(path).await.ok();
            let items = listed["items"].as_array().unwrap();
            assert!(items.contains(&added), "{listed}");
            assert!(items.iter().all(|item| item["user_id"] != json!(known.id)));
            let mut shape = added.clone();
            shape["user_id"] = json!(null);
            shape["email"] = json!(null);
            seen.push(shape);
        }
        assert_eq!(seen[0], seen[1]);
        let expected = json!({
            "user_id": null, "email": null, "name": "Whatever", "role": "approver", "approval_limit_minutes": 60,
            "order_limit": null, "invited": true, "version": 1
        });
        assert_eq!(seen[0], expected);

        // Nobody belongs anywhere because somebody typed their address.
        let session = server.signed_in(known).await;
        assert_eq!(session.get("/me").await.ok()["memberships"].as_array().unwrap().len(), 1);
        session.get("/organizations/acme").await.problem(404, "not_found");
    }

    async fn somebody_with_an_account_joins_by_its_password(server: &TestServer) {
        let people = server.people().await;
        let owner = owner(server, &people).await;
        let path = "/organizations/acme/members";
        let known = people.at(Place::Nord(Member));
        let session = server.signed_in(known).await;
        let body = json!({ "email": known.email, "name": "Whatever", "role": "viewer" });
        let added = owner.post(path, body).await.created();
        let mails = server.mails(1).await;
        let link = format!("/password-resets/{}", link_in(&mails[0]));
        assert!(mails[0].contains("Acme"), "{}", mails[0]);

        // The link alone is worth nothing for an account that has a password.
        let give = |password: &str| json!({ "password": password });
        let anonymous = server.anonymous();
        anonymous.post(&link, give("not the password")).await.invalid(&[("/password", "wrong_password")]);
        server.sign_in(&known.email, "not the password").await.problem(401, "unauthenticated");
        session.get("/organizations/acme").await.problem(404, "not_found");
        // Another password of theirs, set meanwhile, leaves the invitation as it is.
        let change = json!({ "password": "a long new password", "current_password": PASSWORD });
        session.header("If-Match", "\"1\"").patch("/me", change).await.ok();
        anonymous.post(&link, give("a long new password")).await.empty(204);
        anonymous.post(&link, give("a long new password")).await.problem(404, "not_found");
        assert_eq!(session.get("/organizations").await.ok()["items"].as_array().unwrap().len(), 2);
        let listed = owner.get(path).await.ok();
        let joined = listed["items"].as_array().unwrap().iter().find(|one| one["email"] == json!(known.email)).unwrap();
        let expected = json!({
            "user_id": known.id, "email": known.email, "name": "Nord member", "role": "viewer",
            "approval_limit_minutes": null, "order_limit": null, "invited": false, "version": 2
        });
        assert_eq!(*joined, expected);
        // The id of the invitation names nobody any more.
        owner.delete(&format!("{path}/{}", added["user_id"].as_str().unwrap())).await.problem(404, "not_found");
    }

    async fn an_invitation_is_changed_and_taken_back(server: &TestServer) {
        let people = server.people().await;
        let admin = at(server, &people, Place::Staff(Admin)).await;
        let path = "/organizations/acme/members";
        let known = people.at(Place::Nord(Member));
        let body = json!({ "email": known.email, "name": "Whatever", "role": "viewer" });
        let added = admin.post(path, body.clone()).await.created();
        let invited = format!("{path}/{}", added["user_id"].as_str().unwrap());
        let versioned = admin.header("If-Match", "\"1\"");
        versioned.patch(&format!("{path}/{}", known.id), json!({ "role": "owner" })).await.problem(404, "not_found");
        let changed = versioned.patch(&invited, json!({ "role": "owner" })).await.ok();
        assert_eq!((&changed["role"], &changed["name"], &changed["invited"]), (&json!("owner"), &json!("Whatever"), &json!(true)));
        // Who has not accepted is nobody's owner yet.
        let only = format!("{path}/{}", people.at(Place::Acme(Owner)).id);
        versioned.delete(&only).await.problem(409, "last_owner");
        let link = format!("/password-resets/{}", link_in(&server.mails(1).await[0]));
        admin.delete(&invited).await.empty(204);
        server.anonymous().post(&link, json!({ "password": PASSWORD })).await.empty(204);
        let session = server.signed_in(known).await;
        session.get("/organizations/acme").await.problem(404, "not_found");
        admin.post(path, body).await.created();
        server.wait(chrono::TimeDelta::days(7));
        let late = format!("/password-resets/{}", link_in(&server.mails(2).await[1]));
        server.anonymous().post(&late, json!({ "password": PASSWORD })).await.problem(404, "not_found");
    }

    async fn systems_are_added_by_admins(server: &TestServer) {
        let people = server.people().await;
        let path = "/organizations/acme/systems";
        let shop = json!({ "name": "Shop", "components": ["Checkout", "Search"] });
        for place in [Place::Acme(Owner), Place::Staff(Lead)] {
            at(server, &people, place).await.post(path, shop.clone()).await.problem(403, "forbidden");
        }
        at(server, &people, Place::Nord(Owner)).await.post(path, shop.clone()).await.problem(404, "not_found");
        let admin = at(server, &people, Place::Staff(Admin)).await;
        let added = admin.post(path, shop.clone()).await.created();
        let expected = json!({
            "id": added["id"], "name": "Shop", "description": "", "components": ["Checkout", "Search"],
            "environments": [
                { "name": "production", "window_required": false }, { "name": "staging", "window_required": false }
            ]
        });
        assert_eq!(added, expected);
        admin.post(path, shop).await.problem(409, "system_name_taken");
        let erp = json!({
            "name": "ERP", "description": "Accounting", "environments": [{ "name": "live", "window_required": true }]
        });
        let erp = admin.post(path, erp).await.created();
        let listed = at(server, &people, Place::Acme(Viewer)).await.get(path).await.ok();
        assert_eq!(listed["items"], json!([erp, added]));
        let twice = json!({
            "name": "CRM", "components": ["A", " "],
            "environments": [
                { "name": "live", "window_required": true }, { "name": "live ", "window_required": false }
            ]
        });
        admin.post(path, twice).await.invalid(&[("/components/1", "too_short"), ("/environments/1/name", "duplicate")]);
        assert_eq!(event_names(server, people.acme).await, ["system.created", "system.created"]);
    }
}
