//! Minutes that are held longer than their lot lasts: of work that does not wait on the client the leads hear, once for
//! each hold, and the minutes stay.

use chrono::TimeDelta;
use daypack_domain::{ids::TicketId, policy::StaffRole::Lead};
use daypack_server::{
    cli::verify,
    flows::stale_holds,
    on_both_engines,
    testing::{People, Place, TestServer},
};
use serde_json::{Value, json};

use super::mails::{header, readable};
use super::packs::{balance, bought, ledger, owner, run};
use super::requests::Scene;
use super::weeks::{Working, agent, approver, go_to, in_work, member, run_jobs};

const TOLD: &str = "ticket.held_long";

/// Five hours of a pack whose last day is 4 June 2026, held for work that goes on. In Madrid that day ends at 22:00 UTC.
async fn held(server: &TestServer, people: &People) -> Working {
    bought(server, people, "starter", 1).await;
    in_work(server, people, "Export by region", 300).await
}

/// What is due, done by two servers at once.
async fn both(server: &TestServer, other: &TestServer) {
    let (here, there) = tokio::join!(run_jobs(server), run_jobs(other));
    assert_eq!(here.failed + there.failed, 0);
}

/// What the ticket's timeline says of it to the staff, oldest first.
async fn told(server: &TestServer, people: &People, ticket: &Working) -> Vec<Value> {
    let path = format!("/tickets/{}/timeline?limit=100", ticket.id);
    let page = agent(server, people).await.get(&path).await.ok();
    let all = page["items"].as_array().unwrap().iter().rev();
    all.filter(|event| event["name"] == TOLD).cloned().collect()
}

/// The mails about it that these servers handed over.
async fn mails(servers: &[&TestServer]) -> Vec<String> {
    let mut found = Vec::new();
    for server in servers {
        let all = server.mails(0).await;
        let all = all.iter().map(|mail| readable(mail));
        found.extend(all.filter(|mail| header(mail, "Subject").contains("still holds")));
    }
    found
}

async fn moved(server: &TestServer, people: &People, ticket: &Working, to: &str) {
    let path = format!("/tickets/{}/transitions", ticket.id);
    agent(server, people).await.post(&path, json!({ "to": to })).await.ok();
}

async fn verified(server: &TestServer) {
    let store = server.app.store.clone();
    let looked = tokio::task::spawn_blocking(move || verify::check(&store, None)).await;
    assert_eq!(looked.unwrap().unwrap().organizations, 2);
}

on_both_engines! {
    async fn leads_hear_once_of_a_hold_that_outlasts_its_lot_by_sixty_days(server: &TestServer) {
        let people = server.people().await;
        let ticket = held(server, &people).await;
        let other = server.beside();
        go_to(server, "2026-08-03T21:59:59.999999Z");
        both(server, &other).await;
        assert_eq!((told(server, &people, &ticket).await.len(), mails(&[server, &other]).await.len()), (0, 0));
        for _ in 0..3 {
            server.wait(TimeDelta::hours(1));
            both(server, &other).await;
        }
        let id: TicketId = ticket.id.parse().unwrap();
        for _ in 0..2 {
            let again = run(server, move |conn, context| stale_holds::tell(conn, context, id, "https://daypack.example"));
            assert_eq!(again.await, 0);
        }
        let seen = told(server, &people, &ticket).await;
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!((&seen[0]["visibility"], &seen[0]["actor"]), (&json!("internal"), &json!(null)));
        assert_eq!(seen[0]["data"]["data"], json!({ "minutes": 300, "expires_on": "2026-06-04" }));
        let written = mails(&[server, &other]).await;
        assert_eq!(written.len(), 1, "{written:?}");
        assert!(header(&written[0], "To").contains(&people.at(Place::Staff(Lead)).email), "{}", written[0]);
        for said in [ticket.reference.as_str(), "Export by region", "5 h", "4 June 2026", "does not wait on the client"] {
            assert!(written[0].contains(said), "`{said}` is missing in {}", written[0]);
        }
        // It is between the staff; the minutes are as they were.
        for client in [owner(server, &people).await, member(server, &people).await] {
            let story = Scene::story(&client, &json!({ "id": ticket.id })).await;
            assert!(story.len() > 3 && !story.contains(&TOLD.to_owned()), "{story:?}");
        }
        assert_eq!(balance(server, &people).await["held_minutes"], 300);

        // A hold that comes later is told of by itself, when its own lot has ended for so long.
        bought(server, &people, "flexi", 5).await;
        let body = json!({ "minutes": 60, "includes": "One more column.", "basis": "further" });
        let offer = agent(server, &people).await.post(&format!("/tickets/{}/estimates", ticket.id), body).await.created();
        let path = format!("/estimates/{}/approve", offer["id"].as_str().unwrap());
        approver(server, &people).await.post(&path, json!({})).await.ok();
        for (day, times) in [("2026-10-20T09:00:00Z", 1), ("2027-04-20T09:00:00Z", 2), ("2027-06-20T09:00:00Z", 2)] {
            go_to(server, day);
            both(server, &other).await;
            let written = mails(&[server, &other]).await;
            assert_eq!((told(server, &people, &ticket).await.len(), written.len()), (times, times), "{day}");
        }
        assert_eq!(told(server, &people, &ticket).await[1]["data"]["data"]["minutes"], 60);
        assert_eq!(balance(server, &people).await["held_minutes"], 360);
        verified(server).await;
    }

    async fn what_waits_on_the_client_is_released_and_nobody_is_told(server: &TestServer) {
        let people = server.people().await;
        let ticket = held(server, &people).await;
        go_to(server, "2026-07-20T09:00:00Z");
        moved(server, &people, &ticket, "awaiting_validation").await;
        // The lot ended 60 days ago and longer, but the client has had less.
        for (day, minutes) in [("2026-08-10T09:00:00Z", 300), ("2026-09-18T08:59:59Z", 300), ("2026-09-18T10:00:00Z", 0)] {
            go_to(server, day);
            run_jobs(server).await;
            assert_eq!(balance(server, &people).await["held_minutes"], minutes, "{day}");
            assert_eq!((told(server, &people, &ticket).await.len(), mails(&[server]).await.len()), (0, 0), "{day}");
        }
        let kinds: Vec<_> = ledger(server, &people).await[..2].iter().map(|one| one["kind"].clone()).collect();
        assert_eq!(kinds, ["expire", "release"]);
        verified(server).await;
    }

    async fn a_window_waits_on_the_client_until_it_is_accepted(server: &TestServer) {
        let people = server.people().await;
        let ticket = held(server, &people).await;
        go_to(server, "2026-08-10T09:00:00Z");
        let from = server.now() + TimeDelta::days(1);
        let body = json!({ "starts_at": from, "ends_at": from + TimeDelta::hours(1) });
        let path = format!("/tickets/{}/windows", ticket.id);
        let window = agent(server, &people).await.post(&path, body).await.created();
        run_jobs(server).await;
        assert_eq!((told(server, &people, &ticket).await.len(), mails(&[server]).await.len()), (0, 0));
        let path = format!("/windows/{}/accept", window["id"].as_str().unwrap());
        approver(server, &people).await.post(&path, json!({})).await.ok();
        server.wait(TimeDelta::hours(1));
        run_jobs(server).await;
        assert_eq!((told(server, &people, &ticket).await.len(), mails(&[server]).await.len()), (1, 1));
        assert_eq!(balance(server, &people).await["held_minutes"], 300);
        verified(server).await;
    }
}
