//! `/dashboard`: what waits on the asking person, and the month in figures.

use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::{Approver, Member, Owner, Viewer};
use daypack_domain::policy::StaffRole::Lead;
use daypack_server::{
    on_both_engines,
    testing::{People, Place, TestServer},
};
use serde_json::{Value, json};

use super::packs::{at, bought};
use super::weeks::{agent, go_to, in_work, logged, offered, resolved, run_jobs, triaged};

async fn dashboard(server: &TestServer, people: &People, place: Place) -> Value {
    at(server, people, place)
        .await
        .get(&format!("/dashboard?organization_id={}", people.acme))
        .await
        .ok()
}

fn kinds(dashboard: &Value) -> Vec<String> {
    let waiting = dashboard["waiting"].as_array().unwrap();
    waiting
        .iter()
        .map(|item| item["kind"].as_str().unwrap().to_owned())
        .collect()
}

on_both_engines! {
    async fn what_waits_depends_on_role_and_limits(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "flexi", 5).await;
        let small = triaged(server, &people, "Second language", "p2", "evolutionary").await;
        let estimate = offered(server, &people, &small, 240).await;
        server.wait(TimeDelta::minutes(1));
        let large = triaged(server, &people, "New shop", "p1", "evolutionary").await;
        offered(server, &people, &large, 3000).await;
        server.wait(TimeDelta::minutes(1));
        let asked = triaged(server, &people, "Strange figures", "p2", "corrective").await;
        let body = json!({ "to": "needs_info", "reason": "Which report?" });
        agent(server, &people).await.post(&format!("/tickets/{}/transitions", asked.id), body).await.ok();
        server.wait(TimeDelta::minutes(1));
        let done = in_work(server, &people, "Export by region", 60).await;
        resolved(server, &people, &done, "Done.").await;
        let tried = in_work(server, &people, "Import", 60).await;
        let path = format!("/tickets/{}/transitions", tried.id);
        agent(server, &people).await.post(&path, json!({ "to": "awaiting_validation" })).await.ok();

        let owner = dashboard(server, &people, Place::Acme(Owner)).await;
        assert_eq!(kinds(&owner), ["estimate", "estimate", "question", "validation", "confirmation"]);
        // The most severe first, with what a yes would take.
        let (first, second) = (&owner["waiting"][0], &owner["waiting"][1]);
        assert_eq!(first["ticket"]["reference"], large.reference);
        assert_eq!(first["preview"]["shortfall_minutes"], 3000 - (2400 - 60));
        assert_eq!(first["preview"]["preview_token"], Value::Null);
        assert_eq!(second["estimate"]["id"], estimate["id"]);
        assert_eq!(second["preview"]["available_after_minutes"], 2400 - 60 - 240);
        assert_eq!(second["preview"]["may_approve"], true);
        assert_eq!(owner["waiting"][2]["question"], "Which report?");

        // The token of the page is good for the yes.
        let body = json!({ "preview_token": second["preview"]["preview_token"] });
        let approver = dashboard(server, &people, Place::Acme(Approver)).await;
        assert_eq!(kinds(&approver), ["estimate", "question", "validation", "confirmation"]);
        let path = format!("/estimates/{}/approve", estimate["id"].as_str().unwrap());
        at(server, &people, Place::Acme(Approver)).await.post(&path, body).await.ok();

        let member = dashboard(server, &people, Place::Acme(Member)).await;
        assert_eq!(kinds(&member), ["question", "validation", "confirmation"]);
        for place in [Place::Acme(Viewer), Place::Staff(Lead)] {
            assert_eq!(kinds(&dashboard(server, &people, place).await), [] as [String; 0]);
        }
        let after = dashboard(server, &people, Place::Acme(Owner)).await;
        assert_eq!(kinds(&after), ["estimate", "question", "validation", "confirmation"]);
        assert_eq!(after["balance"]["held_minutes"], 240 + 60);
        assert_eq!(after["active_count"], 4);
        assert_eq!(after["active_tickets"].as_array().unwrap().len(), 4);
    }

    async fn a_proposed_window_waits_on_approvers(server: &TestServer) {
        let people = server.people().await;
        let ticket = in_work(server, &people, "Export by region", 300).await;
        let (from, until) = (server.now() + TimeDelta::days(1), server.now() + TimeDelta::days(1) + TimeDelta::hours(1));
        let body = json!({ "starts_at": from, "ends_at": until, "note": "The shop stays open." });
        agent(server, &people).await.post(&format!("/tickets/{}/windows", ticket.id), body).await.created();
        for (place, expected) in [(Approver, 1), (Owner, 1), (Member, 0)] {
            let windows = kinds(&dashboard(server, &people, Place::Acme(place)).await);
            assert_eq!(windows.iter().filter(|kind| *kind == "window").count(), expected, "{place}");
        }
    }

    async fn figures_are_those_of_the_month_there(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "flexi", 5).await;
        let first = in_work(server, &people, "Export by region", 60).await;
        logged(server, &people, &first, 60, "2026-03-04").await;
        resolved(server, &people, &first, "Done.").await;
        triaged(server, &people, "The shop is down", "p0", "corrective").await;
        let figures = |dashboard: &Value| dashboard["figures"].clone();
        let march = dashboard(server, &people, Place::Acme(Viewer)).await;
        assert_eq!(
            figures(&march),
            json!({
                "open_p0": 1, "resolved_this_month": 1, "mean_p1_resolution_minutes": null, "improvements_this_month": 1,
            })
        );
        assert_eq!(march["last_statement"], Value::Null);
        assert_eq!(march["organization"]["slug"], "acme");

        // April begins in Madrid while it is still March in UTC.
        go_to(server, "2026-03-31T21:59:59Z");
        assert_eq!(figures(&dashboard(server, &people, Place::Acme(Viewer)).await)["resolved_this_month"], 1);
        go_to(server, "2026-03-31T22:00:00Z");
        let urgent = triaged(server, &people, "Orders are stuck", "p1", "evolutionary").await;
        let estimate = offered(server, &people, &urgent, 60).await;
        let path = format!("/estimates/{}/approve", estimate["id"].as_str().unwrap());
        at(server, &people, Place::Acme(Owner)).await.post(&path, json!({})).await.ok();
        let path = format!("/tickets/{}/transitions", urgent.id);
        agent(server, &people).await.post(&path, json!({ "to": "fixing" })).await.ok();
        server.wait(TimeDelta::minutes(90));
        resolved(server, &people, &urgent, "Done.").await;
        run_jobs(server).await;
        let april = dashboard(server, &people, Place::Acme(Viewer)).await;
        assert_eq!(
            figures(&april),
            json!({
                "open_p0": 1, "resolved_this_month": 1, "mean_p1_resolution_minutes": 90, "improvements_this_month": 1,
            })
        );
        assert_eq!(april["last_statement"]["from"], "2026-03-23");
    }

    async fn it_is_there_for_everybody_who_knows_the_organization(server: &TestServer) {
        let people = server.people().await;
        let path = format!("/dashboard?organization_id={}", people.acme);
        at(server, &people, Place::Nord(Owner)).await.get(&path).await.problem(404, "not_found");
        server.anonymous().get(&path).await.problem(401, "unauthenticated");
        let empty = dashboard(server, &people, Place::Acme(Owner)).await;
        assert_eq!(empty["waiting"], json!([]));
        assert_eq!(empty["balance"]["available_minutes"], 0);
    }
}
