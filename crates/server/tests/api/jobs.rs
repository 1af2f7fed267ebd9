//! Jobs: each once, whatever crashes or runs twice; what is due falls due.

use chrono::TimeDelta;
use daypack_server::{
    cli::verify,
    jobs::{self, LEASE, Sweep, Task},
    on_both_engines,
    testing::{Engine, TestServer},
};
use daypack_store::{RowId, jobs as store, testing::change};
use uuid::Uuid;

use super::packs::{bought, event_names, lead, owner, placed, run};
use super::weeks::{agent, go_to, in_work, left_over, logged, offered, resolved, run_jobs, text, triaged};

async fn keys(server: &TestServer) -> Vec<String> {
    run(server, |conn, _| {
        Ok(store::all(conn)?.into_iter().map(|job| job.unique_key).collect())
    })
    .await
}

async fn ask(server: &TestServer, task: Task) {
    run(server, move |conn, context| {
        jobs::enqueue(conn, context, &task, context.now)
    })
    .await;
}

on_both_engines! {
    async fn a_job_is_asked_for_once_and_leased_to_one(server: &TestServer) {
        let task = Task::DeliverMail { mail_id: Uuid::from_u128(7) };
        ask(server, task.clone()).await;
        ask(server, task.clone()).await;
        assert_eq!(keys(server).await.len(), 1);
        let lease = || run(server, |conn, context| Ok(store::lease(conn, context.now, LEASE, None)?));
        let (first, second) = tokio::join!(lease(), lease());
        assert_eq!(usize::from(first.is_some()) + usize::from(second.is_some()), 1);
        let first = first.or(second).unwrap();
        assert_eq!(first.attempts, 1);
        // Its process died: somebody else takes it after the lease, and the first one can no longer end it.
        server.wait(LEASE - TimeDelta::microseconds(1));
        assert!(lease().await.is_none());
        server.wait(TimeDelta::microseconds(1));
        let again = lease().await.unwrap();
        assert_eq!((again.id, again.attempts), (first.id, 2));
        assert!(!run(server, move |conn, _| Ok(store::done(conn, &first)?)).await);
        assert!(run(server, move |conn, _| Ok(store::done(conn, &again)?)).await);
        assert!(keys(server).await.is_empty());
    }

    async fn many_at_once_share_the_jobs(server: &TestServer) {
        for number in 1..=20 {
            ask(server, Task::DeliverMail { mail_id: Uuid::from_u128(number) }).await;
        }
        let take = || async {
            let mut taken: Vec<RowId> = Vec::new();
            while let Some(job) = run(server, |conn, context| Ok(store::lease(conn, context.now, LEASE, None)?)).await {
                taken.push(job.id);
            }
            taken
        };
        let (a, b, c) = tokio::join!(take(), take(), take());
        let mut all: Vec<RowId> = a.into_iter().chain(b).chain(c).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        // Whoever finds all candidates taken by others stops early; nothing is taken twice.
        assert_eq!((all.len(), count), (20, 20));
    }

    async fn a_failure_is_tried_again_later_or_given_up(server: &TestServer) {
        let mail = run(server, |conn, context| {
            let mail = daypack_store::mails::Mail {
                id: context.id(),
                organization_id: None,
                recipient: "nobody at all".to_owned(),
                subject: "x".to_owned(),
                body_text: "x".to_owned(),
                body_html: "x".to_owned(),
                status: "queued".to_owned(),
                attempts: 0,
                last_error: None,
                created_at: context.now,
                sent_at: None,
            };
            daypack_store::mails::insert(conn, &mail)?;
            jobs::enqueue(conn, context, &Task::DeliverMail { mail_id: mail.id.0 }, context.now)?;
            Ok(mail.id)
        })
        .await;
        let report = run_jobs(server).await;
        assert_eq!(report.failed, 1);
        let (mail, job) = run(server, move |conn, _| {
            let key = format!("deliver_mail:{}", mail.0);
            let job = store::all(conn)?.into_iter().find(|job| job.unique_key == key);
            Ok((daypack_store::mails::find(conn, mail)?, job))
        })
        .await;
        let (mail, job) = (mail.unwrap(), job.unwrap());
        assert_eq!((mail.status.as_str(), mail.body_text.as_str()), ("failed", ""));
        assert!(job.failed_at.is_some() && job.last_error.is_some());
        server.wait(TimeDelta::days(30));
        assert_eq!(run_jobs(server).await.failed, 0);
    }

    async fn sweeps_come_again_after_their_interval(server: &TestServer) {
        assert_eq!(run_jobs(server).await.done, Sweep::ALL.len());
        assert_eq!(run_jobs(server).await.done, 0);
        server.wait(TimeDelta::minutes(1));
        assert_eq!(run_jobs(server).await.done, 2);
        server.wait(TimeDelta::hours(1));
        assert_eq!(run_jobs(server).await.done, Sweep::ALL.len());
        assert_eq!(keys(server).await.len(), Sweep::ALL.len());
    }

    async fn a_sweep_that_fails_comes_again_however_often_it_fails(server: &TestServer) {
        let kind = Sweep::ALL[0].as_str();
        run(server, move |conn, context| {
            let broken = daypack_store::jobs::NewJob {
                id: context.id(),
                kind: kind.to_owned(),
                unique_key: kind.to_owned(),
                organization_id: None,
                payload: "broken".to_owned(),
                run_at: context.now,
            };
            Ok(store::enqueue(conn, &broken, context.now)?)
        })
        .await;
        for _ in 0..15 {
            assert_eq!(run_jobs(server).await.failed, 1);
            server.wait(Sweep::ALL[0].interval());
        }
        let failed = run(server, |conn, _| Ok(store::all(conn)?.iter().any(|job| job.failed_at.is_some()))).await;
        assert!(!failed);
    }

    async fn what_was_given_up_is_tried_anew_when_it_is_asked_for_later(server: &TestServer) {
        let asked = || run(server, |conn, context| {
            let new = daypack_store::jobs::NewJob {
                id: context.id(),
                kind: "make_statement".to_owned(),
                unique_key: "make_statement:one".to_owned(),
                organization_id: None,
                payload: "broken".to_owned(),
                run_at: context.now,
            };
            Ok(store::enqueue(conn, &new, context.now)?)
        });
        assert!(asked().await);
        assert_eq!(run_jobs(server).await.failed, 1);
        assert!(!asked().await);
        server.wait(TimeDelta::hours(1));
        assert!(asked().await);
        assert_eq!(run_jobs(server).await.failed, 1);
    }

    async fn lots_expire_and_orders_lapse(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "starter", 1).await;
        placed(server, &people, "starter", 2).await;
        go_to(server, "2026-04-04T09:00:00Z");
        run_jobs(server).await;
        let names = event_names(server, people.acme).await;
        assert_eq!(names.iter().filter(|name| *name == "order.lapsed").count(), 1);
        assert!(!names.contains(&"lot.expired".to_owned()));
        // Usable through 4 June; in Madrid that day ends at 22:00 UTC.
        go_to(server, "2026-06-04T22:00:00Z");
        run_jobs(server).await;
        run_jobs(server).await;
        let names = event_names(server, people.acme).await;
        assert_eq!(names.iter().filter(|name| *name == "lot.expired").count(), 1);
    }

    async fn lots_of_one_client_expire_whatever_is_wrong_with_another(server: &TestServer) {
        let people = server.people().await;
        for day in ["2026-06-03", "2026-06-10"] {
            let client = lead(server, &people).await;
            for slug in ["acme", "nord"] {
                let gift = serde_json::json!({
                    "kind": "goodwill", "minutes": 60, "expires_on": day, "reason": "For the outage"
                });
                client.post(&format!("/organizations/{slug}/lots"), gift).await.created();
            }
        }
        let expired = async |organization| {
            let names = event_names(server, organization).await;
            names.iter().filter(|name| *name == "lot.expired").count()
        };
        let both = async || (expired(people.acme).await, expired(people.nord).await);
        // Whoever of them comes first: each is the one whose movements cannot be written once.
        for (number, slug, day) in [(0, "acme", "2026-06-03"), (1, "nord", "2026-06-10")] {
            go_to(server, &format!("{day}T21:59:00Z"));
            assert_eq!(run_jobs(server).await.failed, 0);
            assert_eq!(both().await, (number, number));
            run(server, move |conn, _| {
                let sql = format!("UPDATE organizations SET movement_sequence = 0 WHERE slug = '{slug}'");
                assert_eq!(change(conn, &sql)?, 1);
                Ok(())
            })
            .await;
            go_to(server, &format!("{day}T22:00:00Z"));
            assert_eq!(run_jobs(server).await.failed, 1);
            let is_broken = |other: &str| usize::from(slug == other);
            assert_eq!(both().await, (number + 1 - is_broken("acme"), number + 1 - is_broken("nord")), "{slug}");
            run(server, move |conn, _| {
                let last = "SELECT max(sequence) FROM movements WHERE organization_id = organizations.id";
                change(conn, &format!("UPDATE organizations SET movement_sequence = ({last}) WHERE slug = '{slug}'"))?;
                Ok(())
            })
            .await;
            server.wait(TimeDelta::hours(1));
            assert_eq!(run_jobs(server).await.failed, 0);
            assert_eq!(both().await, (number + 1, number + 1));
        }
        let store = server.app.store.clone();
        let looked = tokio::task::spawn_blocking(move || verify::check(&store, None)).await.unwrap();
        assert_eq!(looked.unwrap().organizations, 2);
    }

    async fn tickets_close_estimates_lapse_and_questions_end(server: &TestServer) {
        let people = server.people().await;
        let delivered = in_work(server, &people, "Export by region", 300).await;
        logged(server, &people, &delivered, 60, "2026-03-04").await;
        resolved(server, &people, &delivered, "Done.").await;
        let offer = triaged(server, &people, "Second language", "p2", "evolutionary").await;
        offered(server, &people, &offer, 240).await;
        let asked = triaged(server, &people, "Strange figures", "p2", "corrective").await;
        let staff = agent(server, &people).await;
        let path = format!("/tickets/{}/transitions", asked.id);
        staff.post(&path, serde_json::json!({ "to": "needs_info", "reason": "Which report?" })).await.ok();
        let status = async |id: &str| {
            let staff = agent(server, &people).await;
            text(&staff.get(&format!("/tickets/{id}")).await.ok()["status"])
        };
        server.wait(TimeDelta::days(4));
        run_jobs(server).await;
        assert_eq!(status(&delivered.id).await, "resolved");
        server.wait(TimeDelta::days(2));
        run_jobs(server).await;
        assert_eq!(status(&delivered.id).await, "closed");
        assert_eq!(status(&offer.id).await, "awaiting_approval");
        server.wait(TimeDelta::days(9));
        run_jobs(server).await;
        assert_eq!(status(&offer.id).await, "declined");
        server.wait(TimeDelta::days(2));
        run_jobs(server).await;
        assert_eq!(status(&asked.id).await, "declined");
        assert_eq!(left_over(server).await, [] as [String; 0]);
    }

    async fn held_minutes_of_an_ended_lot_wait_sixty_days_for_the_client(server: &TestServer) {
        let people = server.people().await;
        bought(server, &people, "starter", 1).await;
        let ticket = in_work(server, &people, "Export by region", 300).await;
        let staff = agent(server, &people).await;
        let path = format!("/tickets/{}/transitions", ticket.id);
        staff.post(&path, serde_json::json!({ "to": "awaiting_validation" })).await.ok();
        let held = async || {
            let client = owner(server, &people).await;
            client.get("/organizations/acme/balance").await.ok()["held_minutes"].as_i64().unwrap()
        };
        // Long waited for, but the lot has not ended.
        go_to(server, "2026-06-03T09:00:00Z");
        run_jobs(server).await;
        assert_eq!(held().await, 300);
        go_to(server, "2026-06-05T09:00:00Z");
        run_jobs(server).await;
        assert_eq!(held().await, 0);
        let client = owner(server, &people).await;
        assert_eq!(client.get("/organizations/acme/balance").await.ok()["posted_minutes"], 0);
    }
}

#[actix_web::test]
async fn the_runner_does_what_is_due_and_ends_with_the_server() {
    let server = TestServer::start_with(Engine::Sqlite, |config| {
        config.jobs_interval = Some(std::time::Duration::from_millis(20));
    });
    for _ in 0..500 {
        if keys(&server).await.len() == Sweep::ALL.len() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the runner did not look: {:?}", keys(&server).await);
}
