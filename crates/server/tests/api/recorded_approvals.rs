//! Approvals that a lead records, and "that was not me".

use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::{Approver, Member, Owner};
use daypack_server::{
    on_both_engines,
    testing::{Place, TestServer},
};
use serde_json::{Value, json};

use crate::approval_links::token;
use crate::mails::{header, readable};
use crate::requests::{Scene, in_scope, of_estimate, path, text};
use crate::verify::is_clean;

fn said(scene: &Scene, place: Place) -> Value {
    json!({ "approver_id": scene.people.at(place).id, "channel": "phone", "note": "Called at nine: go ahead." })
}

async fn record(scene: &Scene, estimate: &Value) -> Value {
    let body = said(scene, Place::Acme(Approver));
    scene
        .lead
        .post(&of_estimate(estimate, "/recorded-approval"), body)
        .await
        .ok()
}

async fn work(scene: &Scene, ticket: &Value, minutes: i64) {
    let body = json!({ "to": "diagnosing" });
    scene.agent.post(&path(ticket, "/transitions"), body).await.ok();
    scene
        .agent
        .post(&path(ticket, "/time-entries"), entry(minutes))
        .await
        .created();
}

fn entry(minutes: i64) -> Value {
    json!({
        "minutes": minutes, "worked_on": "2026-03-04", "activity": "development", "note": "Worked", "billable": true
    })
}

on_both_engines! {
    async fn a_lead_records_and_the_approver_hears_of_it_at_once(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 240).await;
        let recorded = record(&scene, &estimate).await;
        assert_eq!((&recorded["status"], &recorded["channel"]), (&json!("approved"), &json!("recorded_phone")));
        assert_eq!(recorded["decided_by"]["name"], "Acme approver");
        assert_eq!(recorded["recorded_by"]["name"], "Staff lead");
        assert_eq!((&recorded["channel_note"], &recorded["dispute"]), (&json!("Called at nine: go ahead."), &Value::Null));
        assert_eq!(scene.minutes().await, (240, 240));
        let mails: Vec<String> = server.mails(1).await.iter().map(|mail| readable(mail)).collect();
        assert_eq!(mails.len(), 1, "nobody is asked for what is answered: {mails:#?}");
        assert!(header(&mails[0], "To").contains("approver@"));
        for told in ["Staff lead recorded that you approved 4 h", "on the phone", "Called at nine: go ahead.", "/dispute/"] {
            assert!(mails[0].contains(told), "`{told}` is missing in {}", mails[0]);
        }
        let days = json!({ "organization_id": scene.people.acme, "from": "2026-03-02", "to": "2026-03-04" });
        let statement = scene.owner.post("/statements", days).await;
        assert!(statement.text.contains("\"recorded_approval\":true"), "{}", statement.text);
        assert!(!statement.text.contains("disputed_approval"), "{}", statement.text);
    }

    async fn only_what_the_approver_could_have_said_is_recorded(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 2).await;
        let estimate = scene.offered("Export fails", 615).await;
        let at = of_estimate(&estimate, "/recorded-approval");
        let by_approver = said(&scene, Place::Acme(Approver));
        for client in [&scene.agent, &scene.owner, &scene.approver, &scene.member] {
            client.post(&at, by_approver.clone()).await.problem(403, "forbidden");
        }
        scene.foreign.post(&at, by_approver.clone()).await.problem(404, "not_found");
        scene.lead.post(&at, by_approver).await.problem(403, "limit_exceeded");
        for place in [Place::Acme(Member), Place::Nord(Owner)] {
            scene.lead.post(&at, said(&scene, place)).await.invalid(&[("/approver_id", "not_an_approver")]);
        }
        let mut blank = said(&scene, Place::Acme(Owner));
        blank["note"] = json!(" ");
        scene.lead.post(&at, blank).await.invalid(&[("/note", "required")]);
        let mut word = said(&scene, Place::Acme(Owner));
        word["channel"] = json!("pigeon");
        scene.lead.post(&at, word).await.problem(422, "invalid");
        assert_eq!(scene.minutes().await, (960, 0));
        scene.lead.post(&at, said(&scene, Place::Acme(Owner))).await.ok();
        scene.lead.post(&at, said(&scene, Place::Acme(Owner))).await.problem(409, "estimate_approved");
    }

    async fn not_me_gives_back_what_is_still_held_and_tells_the_leads(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 240).await;
        record(&scene, &estimate).await;
        let ticket = json!({ "id": estimate["ticket_id"] });
        work(&scene, &ticket, 90).await;
        assert_eq!(scene.minutes().await, (240, 180));
        let link = format!("/approval-disputes/{}", token(server, 1, "approver@", "/dispute/").await);
        let anybody = server.anonymous();
        let shown = anybody.get(&link).await.ok();
        assert_eq!((&shown["person"]["name"], &shown["estimate"]["channel"]), (&json!("Acme approver"), &json!("recorded_phone")));
        // A link of one purpose is none of the other.
        let other = link.replace("disputes", "links");
        anybody.get(&other).await.problem(404, "not_found");
        assert_eq!(scene.minutes().await, (240, 180), "looking changes nothing");
        let disputed = anybody.post(&link, json!({ "note": "I was on holiday." })).await.ok();
        assert_eq!(disputed["dispute"]["by"]["name"], "Acme approver");
        assert_eq!((&disputed["status"], &disputed["dispute"]["note"]), (&json!("approved"), &json!("I was on holiday.")));
        assert_eq!(scene.minutes().await, (420, 0));
        let seen = scene.ticket(&ticket).await;
        assert_eq!((&seen["approved_minutes"], &seen["used_minutes"]), (&json!(0), &json!(60)));
        anybody.post(&link, json!({})).await.problem(409, "link_used");
        scene.owner.post(&of_estimate(&estimate, "/dispute"), json!({})).await.problem(409, "already_disputed");
        let entries = path(&ticket, "/time-entries");
        scene.agent.post(&entries, entry(30)).await.problem(409, "approved_minutes_exhausted");
        assert_eq!(Scene::story(&scene.viewer, &ticket).await.last().unwrap(), "estimate.disputed");
        let mails: Vec<String> = server.mails(2).await.iter().map(|mail| readable(mail)).collect();
        let told = mails.iter().find(|mail| header(mail, "To").contains("lead@")).expect("the lead is told");
        for what in ["Acme approver of Acme says", "Given back to the packs: 3 h", "I was on holiday.", "/tickets/ACME-1"] {
            assert!(told.contains(what), "`{what}` is missing in {told}");
        }
        let days = json!({ "organization_id": scene.people.acme, "from": "2026-03-02", "to": "2026-03-04" });
        let statement = scene.owner.post("/statements", days).await;
        assert!(statement.text.contains("\"disputed_approval\":true"), "{}", statement.text);
        // Time that is taken back is not held for work that nobody approved.
        let reverse = format!("/time-entries/{}/reverse", text(&seen["time_entries"][0], "id"));
        scene.lead.post(&reverse, json!({ "reason": "Nobody had approved it." })).await.created();
        assert_eq!(scene.minutes().await, (480, 0));
        scene.agent.post(&entries, entry(90)).await.problem(409, "approved_minutes_exhausted");
        is_clean(server).await;
    }

    async fn what_others_approved_stays_when_one_approval_was_none(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 240).await;
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        let ticket = json!({ "id": estimate["ticket_id"] });
        let smaller = json!({ "minutes": 60, "includes": "Less.", "basis": "total" });
        let recorded = record(&scene, &scene.offer(&ticket, smaller).await).await;
        assert_eq!(scene.ticket(&ticket).await["approved_minutes"], 60);
        scene.approver.post(&of_estimate(&recorded, "/dispute"), json!({})).await.ok();
        assert_eq!(scene.ticket(&ticket).await["approved_minutes"], 240);
        is_clean(server).await;
    }

    async fn what_was_held_anew_for_it_goes_back_too(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let ticket = scene.opened("Export fails").await;
        scene.agent.post(&path(&ticket, "/triage"), in_scope("p2", "evolutionary")).await.ok();
        let estimate = scene.offer(&ticket, json!({ "minutes": 120, "includes": "All." })).await;
        record(&scene, &estimate).await;
        work(&scene, &ticket, 60).await;
        scene.agent.post(&path(&ticket, "/resolve"), json!({ "what_was_done": "A filter." })).await.ok();
        scene.member.post(&path(&ticket, "/reopen"), json!({ "reason": "It is empty." })).await.ok();
        assert_eq!(scene.minutes().await, (360, 90), "held for it again, by another hold");
        scene.approver.post(&of_estimate(&estimate, "/dispute"), json!({})).await.ok();
        assert_eq!(scene.minutes().await, (450, 0));
        let entries = path(&ticket, "/time-entries");
        scene.agent.post(&entries, entry(60)).await.problem(409, "approved_minutes_exhausted");
        is_clean(server).await;
    }

    async fn what_it_used_is_not_taken_again_from_what_others_approved(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("pro", 15).await;
        let estimate = scene.offered("Export fails", 60).await;
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        let ticket = json!({ "id": estimate["ticket_id"] });
        // It ends sooner: work takes it first.
        scene.buy("starter", 1).await;
        let further = json!({ "minutes": 60, "includes": "More.", "basis": "further" });
        let recorded = record(&scene, &scene.offer(&ticket, further).await).await;
        work(&scene, &ticket, 90).await;
        assert_eq!(scene.minutes().await, (7_560, 60));
        let disputed = scene.approver.post(&of_estimate(&recorded, "/dispute"), json!({})).await.ok();
        assert_eq!(disputed["status"], "approved");
        let seen = scene.ticket(&ticket).await;
        assert_eq!((&seen["approved_minutes"], &seen["used_minutes"]), (&json!(60), &json!(60)));
        assert_eq!(scene.minutes().await, (7_620, 0), "60 were agreed, and 60 are used");
        let entries = path(&ticket, "/time-entries");
        scene.agent.post(&entries, entry(60)).await.problem(409, "approved_minutes_exhausted");
        is_clean(server).await;
    }

    async fn not_me_gives_back_its_own_minutes_and_leaves_what_others_approved(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 240).await;
        scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
        let ticket = json!({ "id": estimate["ticket_id"] });
        let more = json!({ "minutes": 60, "includes": "More.", "basis": "further" });
        let recorded = record(&scene, &scene.offer(&ticket, more).await).await;
        assert_eq!(scene.minutes().await, (180, 300));
        // Half an hour is free; the older yes is used first.
        work(&scene, &ticket, 90).await;
        assert_eq!(scene.minutes().await, (180, 240));
        scene.approver.post(&of_estimate(&recorded, "/dispute"), json!({})).await.ok();
        let mails: Vec<String> = server.mails(2).await.iter().map(|mail| readable(mail)).collect();
        assert!(mails.iter().any(|mail| mail.contains("Given back to the packs: 1 h")), "{mails:#?}");
        assert_eq!(scene.minutes().await, (240, 180));
        let seen = scene.ticket(&ticket).await;
        assert_eq!((&seen["approved_minutes"], &seen["used_minutes"]), (&json!(240), &json!(60)));
        assert_eq!(seen["held_minutes"], 180);
        let entries = path(&ticket, "/time-entries");
        scene.agent.post(&entries, entry(180)).await.created();
        scene.agent.post(&entries, entry(15)).await.problem(409, "approved_minutes_exhausted");
        assert_eq!(scene.minutes().await, (240, 0));
        is_clean(server).await;
    }

    async fn a_fixed_price_that_is_disputed_is_not_charged(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let ticket = scene.triaged("Export fails").await;
        let estimate = scene.offer(&ticket, json!({ "minutes": 240, "includes": "All.", "kind": "fixed" })).await;
        record(&scene, &estimate).await;
        work(&scene, &ticket, 60).await;
        scene.owner.post(&of_estimate(&estimate, "/dispute"), json!({})).await.ok();
        let closed = json!({
            "what_was_done": "Fixed.", "why_it_happened": "A format.", "how_to_prevent": "A test.",
            "cause_category": "code"
        });
        scene.agent.post(&path(&ticket, "/resolve"), closed).await.ok();
        assert_eq!(scene.minutes().await, (450, 0));
        scene.member.post(&path(&ticket, "/reopen"), json!({ "reason": "Again" })).await.ok();
        assert_eq!(scene.minutes().await, (450, 0), "nothing is held again without a yes");
    }

    async fn who_may_dispute_what(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 2).await;
        let own = scene.offered("By themselves", 60).await;
        scene.approver.post(&of_estimate(&own, "/approve"), json!({})).await.ok();
        scene.approver.post(&of_estimate(&own, "/dispute"), json!({})).await.problem(409, "not_recorded");
        let estimate = scene.offered("Recorded", 60).await;
        let at = of_estimate(&estimate, "/dispute");
        scene.owner.post(&at, json!({})).await.problem(409, "not_recorded");
        let body = said(&scene, Place::Acme(Owner));
        scene.lead.post(&of_estimate(&estimate, "/recorded-approval"), body).await.ok();
        for client in [&scene.approver, &scene.member, &scene.viewer, &scene.lead] {
            client.post(&at, json!({})).await.problem(403, "forbidden");
        }
        scene.foreign.post(&at, json!({})).await.problem(404, "not_found");
        let link = format!("/approval-disputes/{}", token(server, 1, "owner@", "/dispute/").await);
        scene.owner.post(&at, json!({ "note": "No." })).await.ok();
        server.anonymous().post(&link, json!({})).await.problem(409, "already_disputed");
        server.wait(TimeDelta::days(30));
        server.anonymous().get(&link).await.problem(409, "link_expired");
        assert_eq!(scene.again(server).await.minutes().await, (900, 60));
    }
}
