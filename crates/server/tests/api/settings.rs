//! `/settings/seller`, `/organizations/{id}/settings`.

use crate::packs::{at, event_names, owner};
use crate::requests::{Scene, of_estimate, text};
use daypack_domain::policy::ClientRole::{Owner, Viewer};
use daypack_domain::policy::StaffRole::{Admin, Agent, Lead};
use daypack_server::on_both_engines;
use daypack_server::testing::{Place, TestServer};
use serde_json::json;

const PATH: &str = "/organizations/acme/settings";
const SELLER: &str = "/settings/seller";

on_both_engines! {
    async fn admins_change_what_is_agreed_with_a_client(server: &TestServer) {
        let people = server.people().await;
        let admin = at(server, &people, Place::Staff(Admin)).await;
        let empty = json!({ "name": "", "address": "", "tax_number": "", "email": "" });
        let before = json!({
            "activation_before_payment": false, "increment_minutes": 15, "minimum_minutes": 15, "warranty_days": 30,
            "billing": empty, "version": 1,
        });
        let shown = owner(server, &people).await.get(PATH).await;
        assert_eq!((shown.ok(), shown.header("etag")), (before, "\"1\""));
        let edit = json!({ "activation_before_payment": true, "billing": { "name": " Acme S.L. ", "tax_number": "B1" } });
        admin.patch(PATH, edit.clone()).await.problem(428, "precondition_required");
        admin.header("If-Match", "\"2\"").patch(PATH, edit.clone()).await.problem(409, "stale_version");
        let edited = admin.header("If-Match", "\"1\"").patch(PATH, edit.clone()).await.ok();
        assert_eq!((&edited["activation_before_payment"], &edited["version"]), (&json!(true), &json!(2)));
        assert_eq!(edited["billing"]["name"], "Acme S.L.");
        // Nothing differs: nothing happened.
        assert_eq!(admin.header("If-Match", "\"2\"").patch(PATH, edit).await.ok(), edited);
        admin.header("If-Match", "\"2\"").patch(PATH, json!({ "increment_minutes": 0, "warranty_days": -1 })).await
            .invalid(&[("/increment_minutes", "too_small"), ("/warranty_days", "too_small")]);
        admin.header("If-Match", "\"2\"").patch(PATH, json!({ "billing": { "vat": "x" } })).await
            .invalid(&[("/billing/vat", "unknown_field")]);
        for place in [Place::Acme(Owner), Place::Acme(Viewer), Place::Staff(Lead)] {
            let client = at(server, &people, place).await.header("If-Match", "\"2\"");
            client.patch(PATH, json!({ "warranty_days": 60 })).await.problem(403, "forbidden");
        }
        let foreign = at(server, &people, Place::Nord(Owner)).await;
        foreign.get(PATH).await.problem(404, "not_found");
        foreign.header("If-Match", "\"2\"").patch(PATH, json!({})).await.problem(404, "not_found");
        assert_eq!(event_names(server, people.acme).await, ["organization.changed"]);
    }

    async fn how_time_is_rounded_changes_for_what_is_approved_from_then_on(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 2).await;
        let approved = async |title: &str| {
            let estimate = scene.offered(title, 240).await;
            scene.owner.post(&of_estimate(&estimate, "/approve"), json!({})).await.ok();
            format!("/tickets/{}/time-entries", text(&estimate, "ticket_id"))
        };
        // Half an hour is free.
        let billed = async |entries: &str, minutes: i64| {
            let body = json!({
                "minutes": minutes, "worked_on": "2026-03-04", "activity": "diagnosis", "note": "Worked on it.",
                "billable": true
            });
            scene.agent.post(entries, body).await.created()["billable_minutes"].clone()
        };
        let before = approved("Agreed before").await;
        assert_eq!(billed(&before, 31).await, 15);
        let admin = at(server, &scene.people, Place::Staff(Admin)).await;
        let edit = json!({ "increment_minutes": 6, "minimum_minutes": 12 });
        let edited = admin.header("If-Match", "\"1\"").patch(PATH, edit).await.ok();
        assert_eq!((&edited["increment_minutes"], &edited["minimum_minutes"]), (&json!(6), &json!(12)));
        let after = approved("Agreed after").await;
        assert_eq!(billed(&after, 31).await, 12);
        assert_eq!(billed(&after, 16).await, 6);
        // What was agreed with the first yes stays with its ticket.
        assert_eq!(billed(&before, 15).await, 15);
        assert_eq!(billed(&before, 1).await, 0);
    }

    async fn admins_say_how_the_agency_sells(server: &TestServer) {
        let people = server.people().await;
        let admin = at(server, &people, Place::Staff(Admin)).await;
        assert_eq!(admin.get(SELLER).await.header("etag"), "\"0\"");
        let edit = json!({ "seller": { "name": "Daypack S.L.", "address": "Calle Mayor 1\nMadrid" }, "tax_note": "VAT 0 %" });
        admin.patch(SELLER, edit.clone()).await.problem(428, "precondition_required");
        let edited = admin.header("If-Match", "\"0\"").patch(SELLER, edit.clone()).await.ok();
        assert_eq!((&edited["seller"]["name"], &edited["version"]), (&json!("Daypack S.L."), &json!(1)));
        admin.header("If-Match", "\"0\"").patch(SELLER, edit).await.problem(409, "stale_version");
        let more = admin.header("If-Match", "\"1\"").patch(SELLER, json!({ "payment_instructions": "IBAN ES00" })).await.ok();
        assert_eq!((&more["tax_note"], &more["payment_instructions"]), (&json!("VAT 0 %"), &json!("IBAN ES00")));
        assert_eq!(admin.get(SELLER).await.ok(), more);
        for place in [Place::Acme(Owner), Place::Staff(Lead), Place::Staff(Agent)] {
            let client = at(server, &people, place).await;
            client.get(SELLER).await.problem(403, "forbidden");
            client.header("If-Match", "\"2\"").patch(SELLER, json!({})).await.problem(403, "forbidden");
        }
    }
}
