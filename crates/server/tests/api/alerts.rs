//! `/organizations/{id}/alerts`, `/alert-thresholds`, `/rescue`: told once for each crossing, and what would help.

use daypack_server::{flows::alerts, on_both_engines, testing::TestServer};
use serde_json::{Value, json};

use super::packs::{bought, event_names, run};
use super::requests::{Scene, of_estimate, path, text};
use super::weeks::{agent, go_to, in_work, logged, run_jobs};

const THRESHOLDS: &str = "/organizations/acme/alert-thresholds";
const ALERTS: &str = "/organizations/acme/alerts";
const RESCUE: &str = "/organizations/acme/rescue";

async fn ring_at(scene: &Scene, body: Value) {
    let etag = scene.owner.get(THRESHOLDS).await.header("etag").to_owned();
    scene.owner.header("if-match", &etag).patch(THRESHOLDS, body).await.ok();
}

async fn told(server: &TestServer, scene: &Scene, name: &str) -> usize {
    let names = event_names(server, scene.people.acme).await;
    names.iter().filter(|known| *known == name).count()
}

/// Each alert in short: `lot_used 80`.
async fn listed(scene: &Scene) -> Vec<String> {
    let items = scene.viewer.get(ALERTS).await.ok()["items"].clone();
    let line = |alert: &Value| format!("{} {}", text(alert, "kind"), alert["threshold"]);
    items.as_array().unwrap().iter().map(line).collect()
}

on_both_engines! {
    async fn a_crossing_is_told_once_and_again_after_a_recovery(server: &TestServer) {
        let scene = Scene::new(server).await;
        ring_at(&scene, json!({ "used_percent": [50, 10], "days_until_empty": [] })).await;
        bought(server, &scene.people, "flexi", 5).await;
        let ticket = in_work(server, &scene.people, "Export by region", 600).await;
        run_jobs(server).await;
        assert_eq!(told(server, &scene, "lot.low").await, 0);
        let entry = logged(server, &scene.people, &ticket, 300, "2026-03-04").await;
        assert_eq!(listed(&scene).await, ["lot_used 10"], "also before the job has run");
        server.wait(chrono::TimeDelta::minutes(5));
        run_jobs(server).await;
        server.wait(chrono::TimeDelta::minutes(5));
        run_jobs(server).await;
        assert_eq!(told(server, &scene, "lot.low").await, 1);
        let mails = server.mails(2).await;
        assert_eq!(mails.len(), 2, "owner and approver");
        assert!(mails.iter().all(|mail| mail.contains("your minutes need attention")));
        let scene = scene.again(server).await;
        let shown = scene.viewer.get(ALERTS).await.ok()["items"][0].clone();
        assert_eq!((&shown["value"], &shown["plan_code"]), (&json!(11), &json!("flexi")));
        assert_eq!(shown["since"], "2026-03-04T09:05:00Z");
        // A milder threshold tells nothing new, and neither do two servers at once.
        ring_at(&scene, json!({ "used_percent": [5, 10, 50] })).await;
        let raise = || {
            let id = scene.people.acme;
            run(server, move |conn, context| alerts::raise(conn, context, id, "http://localhost"))
        };
        let (one, two) = tokio::join!(raise(), raise());
        assert_eq!((one.len() + two.len(), told(server, &scene, "lot.low").await), (0, 1));
        // Taken back: it recovers, and rings again.
        let reverse = format!("/time-entries/{}/reverse", text(&entry, "id"));
        agent(server, &scene.people).await.post(&reverse, json!({ "reason": "Another ticket." })).await.created();
        assert_eq!(listed(&scene).await, [] as [String; 0]);
        raise().await;
        logged(server, &scene.people, &ticket, 300, "2026-03-04").await;
        let (one, two) = tokio::join!(raise(), raise());
        assert_eq!((one.len() + two.len(), told(server, &scene, "lot.low").await), (1, 2));
    }

    async fn lots_that_end_soon_ring_at_each_threshold(server: &TestServer) {
        let mut scene = Scene::new(server).await;
        // Usable through 4 June.
        bought(server, &scene.people, "starter", 1).await;
        for (day, count, last) in [
            ("2026-05-04", 0, None),
            ("2026-05-05", 1, Some("lot_expiring 30")),
            ("2026-05-20", 1, Some("lot_expiring 30")),
            ("2026-05-21", 2, Some("lot_expiring 14")),
            ("2026-06-03", 3, Some("lot_expiring 3")),
            ("2026-06-05", 3, None),
        ] {
            go_to(server, &format!("{day}T09:00:00Z"));
            run_jobs(server).await;
            scene = scene.again(server).await;
            assert_eq!(told(server, &scene, "lot.low").await, count, "{day}");
            assert_eq!(listed(&scene).await, last.into_iter().map(str::to_owned).collect::<Vec<_>>(), "{day}");
        }
    }

    async fn the_pace_says_when_nothing_is_left(server: &TestServer) {
        let scene = Scene::new(server).await;
        bought(server, &scene.people, "starter", 1).await;
        let ticket = in_work(server, &scene.people, "Export by region", 450).await;
        logged(server, &scene.people, &ticket, 450, "2026-03-04").await;
        run_jobs(server).await;
        assert_eq!(told(server, &scene, "minutes.running_out").await, 1);
        assert_eq!(listed(&scene).await[0], "running_out 14");
        let dashboard = format!("/dashboard?organization_id={}", scene.people.acme);
        assert_eq!(scene.owner.get(&dashboard).await.ok()["alerts"][0]["kind"], "running_out");
        scene.foreign.get(ALERTS).await.problem(404, "not_found");
    }

    async fn nothing_left_is_told_once_also_where_one_yes_took_it_all(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let ticket = in_work(server, &scene.people, "Export by region", 60).await;
        logged(server, &scene.people, &ticket, 90, "2026-03-04").await;
        run_jobs(server).await;
        assert_eq!(listed(&scene).await, [] as [String; 0], "420 last for months at 60 in eight weeks");
        let all = scene.offered("A new shop", 420).await;
        scene.owner.post(&of_estimate(&all, "/approve"), json!({})).await.ok();
        assert_eq!(listed(&scene).await, ["running_out 14"]);
        for _ in 0..3 {
            server.wait(chrono::TimeDelta::minutes(5));
            run_jobs(server).await;
        }
        assert_eq!(told(server, &scene, "minutes.running_out").await, 1);
        let scene = scene.again(server).await;
        assert_eq!(scene.viewer.get(ALERTS).await.ok()["items"][0]["value"], 0);
        let mails = server.mails(2).await;
        assert!(mails.iter().any(|mail| mail.contains("Nothing is left to approve")), "{mails:#?}");
        // It recovers, and is taken again.
        scene.buy("starter", 1).await;
        server.wait(chrono::TimeDelta::minutes(5));
        run_jobs(server).await;
        assert_eq!(listed(&scene).await, [] as [String; 0]);
        let all = scene.offered("Another shop", 480).await;
        scene.owner.post(&of_estimate(&all, "/approve"), json!({})).await.ok();
        server.wait(chrono::TimeDelta::minutes(5));
        run_jobs(server).await;
        assert_eq!(told(server, &scene, "minutes.running_out").await, 2);
    }

    async fn thresholds_are_the_owner_s_to_set(server: &TestServer) {
        let scene = Scene::new(server).await;
        let seen = scene.viewer.get(THRESHOLDS).await.ok();
        let expected = json!({
            "used_percent": [80, 95], "days_to_expiry": [30, 14, 3], "days_until_empty": [14], "version": 1
        });
        assert_eq!(seen, expected);
        let owner = scene.owner.header("if-match", "\"1\"");
        owner.patch(THRESHOLDS, json!({ "used_percent": [101] })).await.invalid(&[("/used_percent/0", "too_large")]);
        let many = json!({ "days_to_expiry": [1, 2, 3, 4, 5, 6] });
        owner.patch(THRESHOLDS, many).await.invalid(&[("/days_to_expiry", "too_long")]);
        scene.approver.header("if-match", "\"1\"").patch(THRESHOLDS, json!({})).await.problem(403, "forbidden");
        let kept = owner.patch(THRESHOLDS, json!({ "days_to_expiry": [7, 30, 7] })).await.ok();
        assert_eq!((&kept["days_to_expiry"], &kept["version"]), (&json!([30, 7]), &json!(2)));
        owner.patch(THRESHOLDS, json!({ "used_percent": [] })).await.problem(409, "stale_version");
    }

    async fn what_would_expire_is_offered_to_waiting_work(server: &TestServer) {
        let scene = Scene::new(server).await;
        let nothing = scene.viewer.get(RESCUE).await.ok();
        assert_eq!((&nothing["unused_minutes"], &nothing["lots"]), (&json!(0), &json!([])));
        scene.buy("starter", 1).await;
        let waiting = scene.offered("Filter by region", 240).await;
        // Estimated once, and put back into the backlog.
        let shelved = scene.offered("Second language", 120).await;
        scene.agent.post(&of_estimate(&shelved, "/withdraw"), json!({})).await.ok();
        let ticket = json!({ "id": shelved["ticket_id"] });
        scene.agent.post(&path(&ticket, "/transitions"), json!({ "to": "backlog" })).await.ok();
        scene.offered("Too large", 480).await;
        // Put there at triage, as most of what can wait.
        let idea = scene.opened("A darker logo").await;
        let later = json!({ "severity": "p3", "kind": "evolutionary", "scope": "in" });
        let idea = scene.agent.post(&path(&idea, "/triage"), later).await.ok();
        assert_eq!(idea["status"], "backlog");
        scene.opened("Nobody has looked at it").await;
        let rejected = scene.offered("Not at that price", 300).await;
        scene.owner.post(&of_estimate(&rejected, "/reject"), json!({ "reason": "Too much." })).await.ok();
        let rescue = scene.viewer.get(RESCUE).await.ok();
        assert_eq!(rescue["unestimated"], json!([
            { "ticket_id": idea["id"], "reference": idea["reference"], "title": "A darker logo" }
        ]));
        assert_eq!((&rescue["unused_minutes"], &rescue["fitting_minutes"]), (&json!(480), &json!(360)));
        let fits = rescue["lots"][0]["fits"].as_array().unwrap().clone();
        let line = |fit: &Value| format!("{} {}", text(fit, "kind"), text(fit, "title"));
        let short: Vec<String> = fits.iter().map(line).collect();
        assert_eq!(short, ["waiting Filter by region", "backlog Second language"]);
        assert_eq!(rescue["lots"][0]["left_minutes"], 120);
        scene.owner.post(&of_estimate(&waiting, "/approve"), json!({})).await.ok();
        let rescue = scene.viewer.get(RESCUE).await.ok();
        assert_eq!((&rescue["unused_minutes"], &rescue["fitting_minutes"]), (&json!(240), &json!(120)));
        let dashboard = format!("/dashboard?organization_id={}", scene.people.acme);
        assert_eq!(scene.owner.get(&dashboard).await.ok()["rescue"]["unused_minutes"], 240);
        scene.foreign.get(RESCUE).await.problem(404, "not_found");
    }
}
