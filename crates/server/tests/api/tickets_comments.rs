//! `/tickets/{id}/comments` and `/tickets/{id}/timeline`.

use daypack_domain::{
    policy::{Actor, Person, StaffRole},
    ticket::Status,
    workflow::{Move, Via, decide},
};
use daypack_server::{
    flows::tickets::{
        Case, TicketKey,
        decision::{self, Particulars},
        facts,
    },
    on_both_engines,
    testing::{Place, TestServer},
};
use serde_json::{Value, json};

use crate::{
    packs::run,
    requests::{Scene, path, text},
};

/// Asks the client something, as the agent.
async fn ask(server: &TestServer, scene: &Scene, ticket: &Value) {
    let key: TicketKey = text(ticket, "id").parse().unwrap();
    let user_id = scene.people.at(Place::Staff(StaffRole::Agent)).id;
    run(server, move |conn, context| {
        let actor = Actor::Person(Person {
            user_id,
            staff_role: Some(StaffRole::Agent),
            memberships: Vec::new(),
        });
        let ids = daypack_server::ids::IdSource::seeded(u64::from_be_bytes([7; 8])).at(context.now);
        let context = daypack_server::context::Context {
            actor,
            ..daypack_server::context::Context::system(context.now, ids)
        };
        let action = daypack_domain::policy::Action::MoveTicket;
        let mut case = Case::take(conn, &context, &key, action, None)?;
        let facts = facts::of(conn, &context, &case)?;
        let asked = Move::new(Via::Transition).because(Some("Which browser?".to_owned()));
        let decision = decide(&facts, Status::NeedsInfo, &asked, case.mover(&context)?, context.now)?;
        decision::apply(
            conn,
            &context,
            &mut case,
            &decision,
            &Particulars::because(Some("Which browser?")),
        )?;
        case.save(conn, &context)?;
        Ok(())
    })
    .await;
}

on_both_engines! {
    async fn internal_notes_never_reach_the_client(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.opened("Export fails").await;
        let at = path(&ticket, "/comments");
        let said = scene.agent.post(&at, json!({ "body": "We look **now**.", "visibility": "public" })).await.created();
        assert_eq!(said["body_html"], "<p>We look <strong>now</strong>.</p>\n");
        assert_eq!(said["author"]["name"], "Staff agent");
        scene.agent.post(&at, json!({ "body": "Difficult client", "visibility": "internal" })).await.created();
        scene.member.post(&at, json!({ "body": "x", "visibility": "internal" })).await.problem(403, "forbidden");
        scene.viewer.post(&at, json!({ "body": "x", "visibility": "public" })).await.problem(403, "forbidden");
        scene.foreign.post(&at, json!({ "body": "x", "visibility": "public" })).await.problem(404, "not_found");
        scene.member.post(&at, json!({ "body": " \n", "visibility": "public" })).await.invalid(&[("/body", "too_short")]);
        scene.member.post(&at, json!({ "body": "Thank you", "visibility": "public" })).await.created();

        let bodies = |page: &Value| -> Vec<String> {
            page["items"].as_array().unwrap().iter().map(|item| text(item, "body")).collect()
        };
        let staff = scene.lead.get(&at).await.ok();
        assert_eq!(bodies(&staff), ["We look **now**.", "Difficult client", "Thank you"]);
        assert_eq!(bodies(&scene.viewer.get(&at).await.ok()), ["We look **now**.", "Thank you"]);
        scene.foreign.get(&at).await.problem(404, "not_found");
        for place in ["/timeline?limit=100", "", "/comments"] {
            let seen = scene.owner.get(&path(&ticket, place)).await;
            assert!(!seen.text.contains("Difficult") && !seen.text.contains("\"internal\""), "{}", seen.text);
        }
        let timeline = scene.agent.get(&path(&ticket, "/timeline")).await.ok();
        let newest = &timeline["items"][0];
        assert_eq!((&newest["name"], &newest["comment"]["body"]), (&json!("ticket.commented"), &json!("Thank you")));
        assert_eq!(newest["actor"]["name"], "Acme member");
        assert_eq!(timeline["items"].as_array().unwrap().len(), 4);
    }

    async fn an_internal_note_does_not_show_in_what_the_client_reads(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.opened("Export fails").await;
        let form = scene.agent.header("content-type", "multipart/form-data; boundary=b");
        let file = form.send(
            reqwest::Method::POST,
            "/uploads",
            Some("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.log\"\r\n\r\nx\r\n--b--\r\n".to_owned()),
        );
        let file = file.await.created();
        let (whole, listed) = (scene.owner.get(&path(&ticket, "")).await, scene.owner.get("/tickets").await);
        server.wait(chrono::TimeDelta::minutes(1));
        let note = json!({ "body": "Difficult client", "visibility": "internal", "attachment_ids": [file["id"]] });
        scene.agent.post(&path(&ticket, "/comments"), note).await.created();
        let seen = scene.owner.get(&path(&ticket, "")).await;
        assert_eq!(seen.header("etag"), whole.header("etag"));
        for field in ["version", "updated_at", "attachments"] {
            assert_eq!(seen.ok()[field], whole.ok()[field], "{field}");
        }
        let (before, after) = (listed.ok(), scene.owner.get("/tickets").await.ok());
        assert_eq!(before["items"][0]["updated_at"], after["items"][0]["updated_at"]);
        // What the client prepared before the note still holds.
        let change = scene.owner.header("If-Match", whole.header("etag"));
        change.patch(&path(&ticket, ""), json!({ "title": "Export fails at night" })).await.ok();
        assert_eq!(scene.lead.get(&path(&ticket, "/comments")).await.ok()["items"][0]["body"], "Difficult client");
    }

    async fn comments_and_timelines_come_in_pages(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.opened("A long story").await;
        let bodies: Vec<String> = (0..5).map(|number| format!("Message {number}")).collect();
        for body in &bodies {
            let comment = json!({ "body": body, "visibility": "public" });
            scene.member.post(&path(&ticket, "/comments"), comment).await.created();
        }
        for (list, newest_first) in [("/comments", false), ("/timeline", true)] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = scene.viewer.get(&path(&ticket, &format!("{list}?limit=2{cursor}"))).await.ok();
                for item in page["items"].as_array().unwrap() {
                    let body = item["body"].as_str().or(item["comment"]["body"].as_str());
                    seen.extend(body.map(str::to_owned));
                }
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            if newest_first {
                seen.reverse();
            }
            assert_eq!(seen, bodies, "{list}");
        }
    }

    async fn a_reply_of_the_client_answers_the_question(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.triaged("Export fails").await;
        ask(server, &scene, &ticket).await;
        let asked = scene.ticket(&ticket).await;
        assert_eq!((&asked["status"], &asked["sla"]["next"]["state"]), (&json!("needs_info"), &json!("paused")));
        assert_eq!(asked["sla"]["next"]["paused_by"], "client");
        let at = path(&ticket, "/comments");
        scene.agent.post(&at, json!({ "body": "No hurry.", "visibility": "public" })).await.created();
        assert_eq!(scene.ticket(&ticket).await["status"], "needs_info", "the staff does not answer itself");
        scene.member.post(&at, json!({ "body": "Firefox", "visibility": "public" })).await.created();
        let answered = scene.ticket(&ticket).await;
        assert_eq!((&answered["status"], &answered["sla"]["next"]["state"]), (&json!("estimating"), &json!("running")));
    }

    async fn a_question_without_an_answer_ends_the_request(server: &TestServer) {
        use daypack_server::flows::tickets::time;
        let scene = Scene::new(server).await;
        let ticket = scene.triaged("Export fails").await;
        ask(server, &scene, &ticket).await;
        let id = text(&ticket, "id").parse().unwrap();
        server.wait(chrono::TimeDelta::days(14));
        assert!(!run(server, move |conn, context| time::pass(conn, context, id)).await, "there is still time");
        server.wait(chrono::TimeDelta::days(2));
        assert!(run(server, move |conn, context| time::pass(conn, context, id)).await);
        assert!(!run(server, move |conn, context| time::pass(conn, context, id)).await, "once");
        let scene = scene.again(server).await;
        assert_eq!(scene.ticket(&ticket).await["status"], "declined");
    }
}
