//! `/tickets`.

use chrono::TimeDelta;
use daypack_server::{
    on_both_engines,
    testing::{Answered, Client, TestServer},
};
use serde_json::{Value, json};

use crate::requests::{Scene, in_scope, path, text};

fn references(page: &Value) -> Vec<String> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(item, "reference"))
        .collect()
}

on_both_engines! {
    async fn a_request_gets_the_next_reference_and_its_first_clock(server: &TestServer) {
        let scene = Scene::new(server).await;
        let mut body = scene.request("Export to the accounting system fails");
        body["impact"] = json!({ "main_operation_blocked": true, "workaround": "none", "people": 3 });
        let answer = scene.member.post("/tickets", body).await;
        let ticket = answer.created();
        assert_eq!(answer.header("etag"), "\"1\"");
        assert_eq!(ticket["reference"], "ACME-1");
        assert_eq!(ticket["status"], "submitted");
        assert_eq!((&ticket["suggested_severity"], &ticket["severity"]), (&json!("p0"), &Value::Null));
        assert_eq!((&ticket["queue_level"], &ticket["channel"]), (&json!("standard"), &json!("portal")));
        assert_eq!(ticket["reporter"]["name"], "Acme member");
        assert_eq!(ticket["description_html"], "<p>It <em>fails</em> since this morning.</p>\n");
        let next = &ticket["sla"]["next"];
        assert_eq!((&next["clock"], &next["state"]), (&json!("first_response"), &json!("running")));
        assert_eq!((&next["target_minutes"], &next["remaining_minutes"]), (&json!(60), &json!(60)));
        assert_eq!(next["due_at"], "2026-03-04T10:00:00Z");
        assert_eq!(ticket["sla"]["breached"], false);
        assert_eq!(scene.agent.get("/tickets/acme-1").await.ok()["id"], ticket["id"]);

        // Past its target the clock says so, without anything having been written.
        server.wait(TimeDelta::minutes(75));
        let scene = scene.again(server).await;
        let late = scene.ticket(&ticket).await;
        assert_eq!(late["sla"]["next"]["state"], "breached");
        assert_eq!((&late["sla"]["next"]["remaining_minutes"], &late["sla"]["breached"]), (&json!(-15), &json!(true)));
        assert_eq!(scene.foreign.get("/tickets/ACME-1").await.problem(404, "not_found")["code"], "not_found");
    }

    async fn a_suggested_severity_wins_over_the_answers(server: &TestServer) {
        let scene = Scene::new(server).await;
        let mut body = scene.request("A colour is wrong");
        body["impact"] = json!({ "main_operation_blocked": true, "workaround": "none", "people": 3 });
        body["suggested_severity"] = json!("p3");
        assert_eq!(scene.member.post("/tickets", body).await.created()["suggested_severity"], "p3");
    }

    async fn requests_that_are_refused_leave_no_gap(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.viewer.post("/tickets", scene.request("No right")).await.problem(403, "forbidden");
        scene.foreign.post("/tickets", scene.request("Somebody else's")).await.problem(404, "not_found");
        server.anonymous().post("/tickets", scene.request("Nobody")).await.problem(401, "unauthenticated");
        let mut blank = scene.request("   a   ");
        blank["affected"] = json!("  ");
        blank["description"] = json!(" ");
        blank["system_id"] = json!(scene.people.acme);
        let expected = [
            ("/title", "too_short"),
            ("/description", "too_short"),
            ("/affected", "too_short"),
            ("/system_id", "not_found"),
        ];
        scene.member.post("/tickets", blank).await.invalid(&expected);
        let mut with_file = scene.request("A file that is not there");
        with_file["attachment_ids"] = json!([scene.people.acme]);
        scene.member.post("/tickets", with_file).await.invalid(&[("/attachment_ids/0", "not_found")]);
        assert_eq!(scene.opened("The first").await["reference"], "ACME-1");
        assert_eq!(scene.opened("The second").await["reference"], "ACME-2");
        let mut theirs = scene.request("Nord's first");
        theirs["organization_id"] = json!(scene.people.nord);
        assert_eq!(scene.agent.post("/tickets", theirs).await.created()["reference"], "NORD-1");
    }

    async fn a_request_sent_twice_is_one_ticket(server: &TestServer) {
        let scene = Scene::new(server).await;
        let client = scene.member.header("Idempotency-Key", "k-1");
        let first = client.post("/tickets", scene.request("Once")).await;
        let second = client.post("/tickets", scene.request("Once")).await;
        assert_eq!(first.created(), second.created());
        assert_eq!((second.header("idempotency-replayed"), second.header("etag")), ("true", "\"1\""));
        client.post("/tickets", scene.request("Other")).await.problem(422, "idempotency_key_reused");
        assert_eq!(scene.opened("Next").await["reference"], "ACME-2");
    }

    async fn the_place_in_the_queue_is_that_of_the_best_lot_at_creation(server: &TestServer) {
        let scene = Scene::new(server).await;
        let before = scene.opened("Before the packs").await;
        scene.buy("flexi", 5).await;
        let after = scene.opened("After the packs").await;
        assert_eq!(after["queue_level"], "priority");
        assert_eq!(scene.ticket(&before).await["queue_level"], "standard", "frozen");
    }

    async fn lists_are_filtered_sorted_and_paged(server: &TestServer) {
        let scene = Scene::new(server).await;
        for title in ["Export fails", "100% CPU", "Rounding_error", "export is slow"] {
            scene.opened(title).await;
            server.wait(TimeDelta::seconds(1));
        }
        let mut theirs = scene.request("Export of Nord");
        theirs["organization_id"] = json!(scene.people.nord);
        scene.foreign.post("/tickets", theirs).await.created();
        let list = async |query: &str| references(&scene.agent.get(&format!("/tickets{query}")).await.ok());

        assert_eq!(list("").await, ["NORD-1", "ACME-4", "ACME-3", "ACME-2", "ACME-1"]);
        assert_eq!(list("?sort=oldest").await, ["ACME-1", "ACME-2", "ACME-3", "ACME-4", "NORD-1"]);
        let own = format!("?organization_id={}", scene.people.acme);
        assert_eq!(list(&format!("{own}&q=EXPORT")).await, ["ACME-4", "ACME-1"]);
        assert_eq!(list("?q=%25").await, ["ACME-2"]);
        assert_eq!(list("?q=_").await, ["ACME-3"]);
        assert_eq!(list("?q=acme-2").await, ["ACME-2"]);

        server.wait(TimeDelta::seconds(1));
        let urgent = scene.agent.get("/tickets/ACME-3").await.ok();
        scene.agent.post(&path(&urgent, "/triage"), in_scope("p0", "corrective")).await.ok();
        server.wait(TimeDelta::seconds(1));
        let minor = scene.agent.get("/tickets/ACME-4").await.ok();
        scene.agent.post(&path(&minor, "/triage"), in_scope("p3", "evolutionary")).await.ok();
        assert_eq!(list("?severity=p0").await, ["ACME-3"]);
        assert_eq!(list("?kind=evolutionary").await, ["ACME-4"]);
        assert_eq!(list("?status=estimating,backlog").await, ["ACME-4", "ACME-3"]);
        assert_eq!(list("?status=open").await.len(), 5);
        assert_eq!(list("?sort=updated").await[..2], ["ACME-4", "ACME-3"]);
        let by_deadline = list("?sort=deadline").await;
        assert_eq!((by_deadline[0].as_str(), by_deadline[4].as_str()), ("ACME-3", "ACME-4"), "{by_deadline:?}");

        for sort in ["newest", "oldest", "updated", "deadline"] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = scene.agent.get(&format!("/tickets?limit=2&sort={sort}{cursor}")).await.ok();
                seen.extend(references(&page));
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(seen, list(&format!("?sort={sort}")).await, "{sort}");
        }
        scene.agent.get("/tickets?status=lost").await.invalid(&[("/status", "unknown_word")]);
        scene.agent.get("/tickets?sort=random").await.invalid(&[("/sort", "unknown_word")]);

        // Clients see their own, however they ask.
        assert_eq!(references(&scene.foreign.get("/tickets").await.ok()), ["NORD-1"]);
        assert_eq!(references(&scene.foreign.get("/tickets?q=export").await.ok()), ["NORD-1"]);
        assert_eq!(references(&scene.foreign.get("/tickets?q=acme-2").await.ok()), Vec::<String>::new());
        scene.foreign.get(&format!("/tickets{own}")).await.problem(404, "not_found");
    }

    async fn counts_say_whose_turn_it_is(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.opened("New").await;
        scene.offered("Offered", 60).await;
        let mine = scene.triaged("Mine").await;
        let assigned = json!({ "assignee_id": agent_id(&scene) });
        patch(&scene.agent, &path(&mine, ""), assigned).await.ok();
        let counts = scene.approver.get("/tickets/counts").await.ok();
        assert_eq!(counts, json!({ "open": 3, "waiting_on_you": 1, "new": 1 }));
        let counts = scene.agent.get("/tickets/counts").await.ok();
        assert_eq!(counts, json!({ "open": 3, "waiting_on_you": 1, "new": 1 }));
        assert_eq!(scene.foreign.get("/tickets/counts").await.ok()["open"], 0);
        let path = format!("/tickets/counts?organization_id={}", scene.people.acme);
        scene.foreign.get(&path).await.problem(404, "not_found");
    }

    async fn changes_need_the_version_and_the_right(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.opened("Exprot fails").await;
        let at = path(&ticket, "");
        scene.member.patch(&at, json!({ "title": "Export fails" })).await.problem(428, "precondition_required");
        let first = scene.member.header("If-Match", "\"1\"");
        let edited = first.patch(&at, json!({ "title": " Export fails " })).await;
        assert_eq!((edited.ok()["title"].as_str(), edited.header("etag")), (Some("Export fails"), "\"2\""));
        first.patch(&at, json!({ "title": "Too late" })).await.problem(409, "stale_version");

        patch(&scene.member, &at, json!({ "tags": ["export"] })).await.problem(403, "forbidden");
        patch(&scene.member, &at, json!({ "assignee_id": agent_id(&scene) })).await.problem(403, "forbidden");
        patch(&scene.viewer, &at, json!({ "title": "No right" })).await.problem(403, "forbidden");
        patch(&scene.foreign, &at, json!({ "title": "Not theirs" })).await.problem(404, "not_found");
        let body = json!({ "tags": ["Export", "export "], "agreed_on": "2026-04-01" });
        let tagged = patch(&scene.agent, &at, body).await.ok();
        assert_eq!((&tagged["tags"], &tagged["agreed_on"]), (&json!(["export"]), &json!("2026-04-01")));
        let nobody = patch(&scene.agent, &at, json!({ "assignee_id": scene.people.acme })).await;
        nobody.invalid(&[("/assignee_id", "not_found")]);
    }

    async fn the_work_of_others_is_a_leads_to_give(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.opened("Whose?").await;
        let lead_id = scene.lead.get("/me").await.ok()["id"].clone();
        let at = path(&ticket, "");
        let taken = patch(&scene.lead, &at, json!({ "assignee_id": lead_id })).await.ok();
        assert_eq!(taken["assignee"]["name"], "Staff lead");
        let mine = json!({ "assignee_id": agent_id(&scene) });
        patch(&scene.agent, &at, mine.clone()).await.problem(403, "forbidden");
        assert_eq!(patch(&scene.lead, &at, mine).await.ok()["assignee"]["name"], "Staff agent");
    }
}

fn agent_id(scene: &Scene) -> String {
    use daypack_domain::policy::StaffRole;
    use daypack_server::testing::Place;
    scene.people.at(Place::Staff(StaffRole::Agent)).id.to_string()
}

/// Changes what the client sees now; what it does not see, in its first version.
async fn patch(client: &Client, at: &str, body: Value) -> Answered {
    let seen = client.get(at).await;
    let version = if seen.status == 200 {
        seen.header("etag")
    } else {
        "\"1\""
    };
    client.header("If-Match", version).patch(at, body).await
}
