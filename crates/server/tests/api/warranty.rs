//! `/tickets/{id}/links` and `/tickets/{id}/warranty`: a fault that comes back.

use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::Owner;
use daypack_server::{
    on_both_engines,
    testing::{Place, TestServer},
};
use serde_json::{Value, json};

use super::requests::{Scene, of_estimate, path, text};

/// A corrective ticket that was delivered.
async fn delivered(scene: &Scene) -> Value {
    let ticket = scene.opened("The export fails").await;
    let body = json!({
        "severity": "p2", "kind": "corrective", "scope": "in", "billable": false, "not_billable_reason": "Courtesy."
    });
    scene.agent.post(&path(&ticket, "/triage"), body).await.ok();
    let record = json!({
        "what_was_done": "Fixed.", "why_it_happened": "A typo.", "how_to_prevent": "A test.",
        "cause_category": "third_party"
    });
    scene.agent.post(&path(&ticket, "/resolve"), record).await.ok()
}

async fn closed(scene: &Scene) -> Value {
    let ticket = delivered(scene).await;
    scene.member.post(&path(&ticket, "/confirm"), json!({})).await.ok()
}

fn recurrence_of(other: &Value) -> Value {
    json!({ "other_id": text(other, "reference"), "kind": "recurrence_of" })
}

on_both_engines! {
    async fn a_recurrence_within_the_days_is_not_deducted(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let original = closed(&scene).await;
        server.wait(TimeDelta::days(30));
        let scene = scene.again(server).await;
        let estimate = scene.offered("It fails again", 120).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        let day = server.now().date_naive();
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        let entry = json!({
            "minutes": 90, "worked_on": day, "activity": "development", "note": "Looked.", "billable": true
        });
        scene.agent.post(&path(&ticket, "/time-entries"), entry.clone()).await.created();
        assert_eq!(scene.minutes().await, (360, 60));

        let warranty = path(&ticket, "/warranty");
        scene.lead.post(&warranty, json!({ "accepted": true })).await.problem(409, "no_recurrence");
        let linked = scene.agent.post(&path(&ticket, "/links"), recurrence_of(&original)).await.ok();
        assert_eq!(linked["links"][0]["reference"], original["reference"]);
        assert_eq!(scene.ticket(&original).await["links"][0]["incoming"], true);
        scene.agent.post(&path(&ticket, "/links"), recurrence_of(&original)).await.problem(409, "already_linked");
        scene.agent.post(&warranty, json!({ "accepted": true })).await.problem(403, "forbidden");
        scene.owner.post(&warranty, json!({ "accepted": true })).await.problem(403, "forbidden");
        scene.lead.post(&warranty, json!({ "accepted": false })).await.invalid(&[("/reason", "required")]);
        let refused = json!({ "accepted": false, "reason": "Another export." });
        let refused = scene.lead.post(&warranty, refused).await.ok();
        assert_eq!((&refused["warranty"]["accepted"], &refused["billable"]), (&json!(false), &json!(true)));
        let accepted = scene.lead.post(&warranty, json!({ "accepted": true, "reason": "The same line." })).await.ok();
        assert_eq!(accepted["warranty"]["original_reference"], original["reference"]);
        assert_eq!((&accepted["billable"], &accepted["used_minutes"]), (&json!(false), &json!(0)));
        assert_eq!(scene.minutes().await, (480, 0), "everything came back");
        scene.lead.post(&warranty, json!({ "accepted": true })).await.problem(409, "already_accepted");
        scene.agent.post(&path(&ticket, "/time-entries"), entry).await.invalid(&[("/billable", "not_billable")]);
        let told = Scene::story(&scene.viewer, &ticket).await;
        assert_eq!(told[told.len() - 3..], ["ticket.linked", "ticket.warranty_decided", "ticket.warranty_decided"]);
        let body = json!({ "organization_id": scene.people.acme, "from": "2026-03-20", "to": "2026-04-10" });
        let statement = scene.owner.post("/statements", body).await.ok();
        assert_eq!(statement["content"]["tickets"][0]["warranty"], true, "{statement:#}");
    }

    async fn a_yes_starts_the_work_that_waited_for_an_approval(server: &TestServer) {
        let scene = Scene::new(server).await;
        let original = closed(&scene).await;
        let estimate = scene.offered("It fails again", 120).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        scene.agent.post(&path(&ticket, "/links"), recurrence_of(&original)).await.ok();
        let accepted = scene.lead.post(&path(&ticket, "/warranty"), json!({ "accepted": true })).await.ok();
        assert_eq!(accepted["status"], "diagnosing");
        assert_eq!(accepted["estimates"][0]["status"], "withdrawn");
    }

    async fn what_is_too_late_or_not_over_is_refused(server: &TestServer) {
        let scene = Scene::new(server).await;
        let open = delivered(&scene).await;
        let ticket = scene.opened("It fails again").await;
        let (links, warranty) = (path(&ticket, "/links"), path(&ticket, "/warranty"));
        scene.agent.post(&links, recurrence_of(&open)).await.ok();
        scene.lead.post(&warranty, json!({ "accepted": true })).await.problem(409, "triage_required");
        let triage = json!({ "severity": "p2", "kind": "evolutionary", "scope": "in" });
        scene.agent.post(&path(&ticket, "/triage"), triage).await.ok();
        scene.lead.post(&warranty, json!({ "accepted": true })).await.problem(409, "not_corrective");
        let triage = json!({ "severity": "p2", "kind": "corrective", "scope": "in" });
        scene.agent.post(&path(&ticket, "/triage"), triage).await.ok();
        scene.lead.post(&warranty, json!({ "accepted": true })).await.problem(409, "original_not_closed");
        scene.member.post(&path(&open, "/confirm"), json!({})).await.ok();
        server.wait(TimeDelta::days(31));
        let scene = scene.again(server).await;
        let late = scene.triaged("And again").await;
        scene.agent.post(&path(&late, "/links"), recurrence_of(&open)).await.ok();
        scene.lead.post(&path(&late, "/warranty"), json!({ "accepted": true })).await.problem(409, "warranty_over");
        assert_eq!(scene.ticket(&late).await["warranty"], Value::Null, "nothing was written");
    }

    async fn a_link_is_taken_back_from_either_end_unless_a_decision_rests_on_it(server: &TestServer) {
        let scene = Scene::new(server).await;
        let original = closed(&scene).await;
        let ticket = scene.triaged("It fails again").await;
        scene.agent.post(&path(&ticket, "/links"), recurrence_of(&original)).await.ok();
        let (here, there) = (text(&ticket, "reference"), text(&original, "reference"));
        let link = |kind: &str| path(&ticket, &format!("/links/{kind}/{there}"));
        for (client, status, code) in [
            (&scene.member, 403, "forbidden"),
            (&scene.owner, 403, "forbidden"),
            (&scene.foreign, 404, "not_found"),
        ] {
            client.delete(&link("recurrence_of")).await.problem(status, code);
        }
        for wrong in [link("relates_to"), link("made_up"), path(&ticket, &format!("/links/recurrence_of/{here}"))] {
            scene.agent.delete(&wrong).await.problem(404, "not_found");
        }
        scene.agent.header("If-Match", "\"1\"").delete(&link("recurrence_of")).await.problem(409, "stale_version");
        assert_eq!(scene.ticket(&ticket).await["links"][0]["reference"], original["reference"]);

        let without = scene.agent.delete(&link("recurrence_of")).await.ok();
        assert_eq!(without["links"], json!([]));
        assert_eq!(Scene::story(&scene.member, &ticket).await.last().unwrap(), "ticket.unlinked");
        scene.agent.delete(&link("recurrence_of")).await.problem(404, "not_found");
        scene.lead.post(&path(&ticket, "/warranty"), json!({ "accepted": true })).await.problem(409, "no_recurrence");

        // Its other end names it too.
        scene.agent.post(&path(&ticket, "/links"), recurrence_of(&original)).await.ok();
        scene.agent.delete(&path(&original, &format!("/links/recurrence_of/{here}"))).await.ok();
        assert_eq!(scene.ticket(&ticket).await["links"], json!([]));

        scene.agent.post(&path(&ticket, "/links"), recurrence_of(&original)).await.ok();
        let no = json!({ "accepted": false, "reason": "Another cause." });
        let decided = scene.lead.post(&path(&ticket, "/warranty"), no).await.ok();
        scene.agent.delete(&link("recurrence_of")).await.problem(409, "warranty_decided");
        let now = scene.ticket(&ticket).await;
        assert_eq!((&now["links"], &now["version"]), (&decided["links"], &decided["version"]));
    }

    async fn tickets_are_linked_within_their_organization(server: &TestServer) {
        let scene = Scene::new(server).await;
        let nord = server.signed_in(scene.people.at(Place::Nord(Owner))).await;
        let body = json!({
            "organization_id": scene.people.nord, "title": "Elsewhere", "description": "x", "affected": "All"
        });
        let foreign = nord.post("/tickets", body).await.created();
        let ticket = scene.opened("Here").await;
        let links = path(&ticket, "/links");
        scene.agent.post(&links, recurrence_of(&foreign)).await.problem(404, "not_found");
        let itself = json!({ "other_id": text(&ticket, "id"), "kind": "recurrence_of" });
        scene.agent.post(&links, itself).await.invalid(&[("/other_id", "same_ticket")]);
        let nothing = json!({ "other_id": "ACME-999", "kind": "relates_to" });
        scene.agent.post(&links, nothing).await.problem(404, "not_found");
        scene.foreign.post(&links, recurrence_of(&ticket)).await.problem(404, "not_found");
        scene.member.post(&links, recurrence_of(&ticket)).await.problem(403, "forbidden");
        assert_eq!(scene.ticket(&ticket).await["links"], json!([]));
    }
}
