//! Texts that lines, mails and documents cannot hold: refused where they come in, harmless where they were kept before.

use daypack_domain::policy::ClientRole::{Approver, Owner};
use daypack_domain::policy::StaffRole::Admin;
use daypack_server::{
    on_both_engines,
    testing::{Place, TestServer},
};
use daypack_store::{estimates, organizations, users};
use serde_json::{Value, json};

use crate::mails::{header, readable};
use crate::packs::{at, placed, run};
use crate::requests::{Scene, of_estimate, path, text};
use crate::weeks::{go_to, in_work, logged, resolved, run_jobs};
use crate::witness::{Witness, marked};

const BROKEN: &str = "Export\nby region";

/// Everything that is one line, as it is sent: by whom, where, with what, and which fields are none.
fn lines(organization: &Value) -> Vec<(&'static str, String, Value, Vec<&'static str>)> {
    let price = json!({ "amount_minor": 35_000, "currency": "EUR" });
    let organization_body = json!({
        "name": BROKEN, "prefix": "GLX", "time_zone": "America/Bogota", "locale": "es", "currency": "USD"
    });
    let system = json!({
        "name": BROKEN, "components": ["shop", BROKEN], "environments": [{ "name": BROKEN, "window_required": false }]
    });
    let plan = json!({
        "code": "team", "name": BROKEN, "price": price, "minimum_packs": 8, "validity_months": 9, "queue": "priority",
        "shown_hours": 64
    });
    let standing = json!({
        "name": BROKEN, "kinds": [], "severities": [], "minutes_per_ticket": 60, "minutes_per_month": 60
    });
    let ticket = json!({
        "organization_id": organization, "title": BROKEN, "description": "Many\nlines\tof it", "affected": BROKEN
    });
    let party = json!({
        "name": BROKEN, "address": "Calle Mayor 1\nMadrid", "tax_number": BROKEN, "email": "a@b\n.example"
    });
    let post = |who, at: &str, body, fields| (who, format!("POST {at}"), body, fields);
    let patch = |who, at: &str, body, fields| (who, format!("PATCH {at}"), body, fields);
    vec![
        patch("admin", "/me", json!({ "name": BROKEN }), vec!["/name"]),
        post(
            "owner",
            "/organizations/acme/members",
            json!({ "email": "eva@acme.example", "name": BROKEN, "role": "viewer" }),
            vec!["/name"],
        ),
        post(
            "admin",
            "/users",
            json!({ "email": "eva@agency.example", "name": BROKEN, "staff_role": "agent" }),
            vec!["/name"],
        ),
        post("admin", "/organizations", organization_body, vec!["/name"]),
        patch("admin", "/organizations/acme", json!({ "name": BROKEN }), vec!["/name"]),
        post(
            "admin",
            "/organizations/acme/systems",
            system,
            vec!["/name", "/components/1", "/environments/0/name"],
        ),
        post("admin", "/plans", plan, vec!["/name"]),
        patch("admin", "/plans/flexi", json!({ "name": BROKEN }), vec!["/name"]),
        post(
            "owner",
            "/organizations/acme/standing-approvals",
            standing,
            vec!["/name"],
        ),
        post("member", "/tickets", ticket, vec!["/title", "/affected"]),
        patch(
            "admin",
            "/settings/seller",
            json!({ "seller": party }),
            vec!["/seller/name", "/seller/tax_number", "/seller/email"],
        ),
    ]
}

on_both_engines! {
    async fn what_is_one_line_has_no_breaks_and_nothing_of_a_refusal_is_kept(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.triaged("Export fails").await;
        let order = placed(server, &scene.people, "starter", 1).await;
        let admin = at(server, &scene.people, Place::Staff(Admin)).await;
        let witness = Witness::of(server).await;
        for (who, operation, body, fields) in lines(&json!(scene.people.acme)) {
            let client = match who {
                "admin" => &admin,
                "owner" => &scene.owner,
                _ => &scene.member,
            };
            let (method, place) = operation.split_once(' ').unwrap();
            let client = marked(client).header("If-Match", "\"1\"");
            let refused = client.send(method.parse().unwrap(), place, Some(body.to_string())).await;
            let expected: Vec<_> = fields.into_iter().map(|field| (field, "control_character")).collect();
            refused.invalid(&expected);
            witness.refused(&refused, 422, "invalid").await;
        }
        let agent = marked(&scene.agent);
        let line = json!({
            "minutes": 30, "includes": "Many\nlines.", "lines": [{ "text": BROKEN, "minutes": 30 }]
        });
        let refused = agent.post(&path(&ticket, "/estimates"), line).await;
        refused.invalid(&[("/lines/0/text", "control_character")]);
        let edit = json!({ "title": BROKEN, "tags": ["shop", "a\tb"] });
        let refused = agent.header("If-Match", "\"2\"").patch(&path(&ticket, ""), edit).await;
        refused.invalid(&[("/tags/1", "control_character"), ("/title", "control_character")]);
        let paid = format!("/orders/{}/confirm-payment", text(&order, "id"));
        let refused = scene.lead.post(&paid, json!({ "payment_reference": BROKEN })).await;
        refused.invalid(&[("/payment_reference", "control_character")]);
        for odd in ["Ana\r\nBcc: eva@example.com", "Ana\tGómez", "\u{7f}Ana", "Ana\u{85}", "Ana\u{2028}Gómez"] {
            let refused = scene.member.header("If-Match", "\"1\"").patch("/me", json!({ "name": odd })).await;
            refused.invalid(&[("/name", "control_character")]);
        }
        witness.nothing_changed("a text of more than one line").await;
    }

    async fn no_control_silences_the_mail_that_tells_of_a_recorded_approval(server: &TestServer) {
        let scene = Scene::new(server).await;
        scene.buy("starter", 1).await;
        let estimate = scene.offered("Export fails", 240).await;
        let at = of_estimate(&estimate, "/recorded-approval");
        let said = |note: &str| {
            json!({ "approver_id": scene.people.at(Place::Acme(Approver)).id, "channel": "phone", "note": note })
        };
        let witness = Witness::of(server).await;
        for odd in ["phoned\u{1}", "phoned\u{b}", "phoned\u{ffff}"] {
            let refused = marked(&scene.lead).post(&at, said(odd)).await;
            refused.invalid(&[("", "invalid_value")]);
            witness.refused(&refused, 422, "invalid").await;
        }
        scene.lead.post(&at, said("Called at nine:\n\tgo ahead.")).await.ok();
        // As rows from before hold it.
        let id = text(&estimate, "id").parse().unwrap();
        run(server, move |conn, _| {
            let mut kept = estimates::find(conn, id)?.unwrap();
            kept.channel_note = Some("Called\u{1} at nine\u{b}go\u{fffe} <b>ahead</b>.".to_owned());
            kept.version += 1;
            assert!(estimates::update(conn, &kept)?);
            Ok(())
        })
        .await;
        let mails: Vec<String> = server.mails(1).await.iter().map(|mail| readable(mail)).collect();
        assert!(header(&mails[0], "To").contains("approver@"), "{mails:#?}");
        for told in ["Called  at nine go  <b>ahead</b>.", "Called  at nine go  &lt;b&gt;ahead", "/dispute/"] {
            assert!(mails[0].contains(told), "`{told}` is missing in {}", mails[0]);
        }
    }

    async fn names_that_were_kept_with_breaks_hold_no_summary_back(server: &TestServer) {
        let people = server.people().await;
        let ticket = in_work(server, &people, "Export by region", 300).await;
        logged(server, &people, &ticket, 60, "2026-03-04").await;
        // Markdown makes any character of its number.
        let what = "By &#1;region&#11; &#xFFFE; and\n\n---\n\n1. *country*\n\n| a |\n|:-:|";
        resolved(server, &people, &ticket, what).await;
        let (acme, owner) = (people.acme, people.at(Place::Acme(Owner)).id);
        run(server, move |conn, _| {
            let mut user = users::find(conn, owner)?.unwrap();
            user.name = "Ana\r\nBcc: eva@example.com\u{1}".to_owned();
            user.version += 1;
            assert!(users::update(conn, &user)?);
            let mut organization = organizations::find(conn, acme)?.unwrap();
            organization.name = "Acme\r\nX-Odd: yes\u{b}".to_owned();
            organization.version += 1;
            assert!(organizations::update(conn, &organization)?);
            Ok(())
        })
        .await;
        go_to(server, "2026-03-09T07:00:00Z");
        assert_eq!(run_jobs(server).await.failed, 0);
        let mails = server.mails(4).await;
        let mine = mails.iter().find(|mail| header(mail, "To").contains("owner@acme.example"));
        let mine = mine.unwrap_or_else(|| panic!("the owner of Acme gets none: {mails:#?}"));
        let (head, _) = mine.split_once("\r\n\r\n").unwrap();
        for injected in ["Bcc:", "X-Odd:"] {
            assert!(!head.lines().any(|line| line.starts_with(injected)), "{head}");
        }
        assert!(readable(mine).contains("<em>country</em>"), "{mine}");
    }
}
