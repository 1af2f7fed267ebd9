//! Today is the client's: what is given, taken over or worked late in the evening is of the day that it is there.

use crate::imports::{HEADING, codes, send};
use crate::packs::{at, lead};
use crate::requests::{Scene, path};
use crate::weeks::go_to;

use daypack_domain::policy::StaffRole::Admin;
use daypack_server::on_both_engines;
use daypack_server::testing::{Place, TestServer};
use serde_json::{Value, json};

const LOTS: &str = "/organizations/acme/lots";

fn gift(expires_on: &str) -> Value {
    json!({ "kind": "goodwill", "minutes": 60, "expires_on": expires_on, "reason": "Sorry for the outage" })
}

fn row(client: &str, expires_on: &str) -> String {
    format!("{client},starter,60,{expires_on},,\n")
}

on_both_engines! {
    async fn a_gift_is_usable_through_a_day_that_is_not_over_for_the_client(server: &TestServer) {
        // Half past midnight on the 5th in Madrid.
        go_to(server, "2026-03-04T23:30:00Z");
        let people = server.people().await;
        let client = lead(server, &people).await;
        client.post(LOTS, gift("2026-03-04")).await.invalid(&[("/expires_on", "too_early")]);
        let given = client.post(LOTS, gift("2026-03-05")).await.created();
        assert_eq!(given["ends_at"], "2026-03-05T23:00:00Z");

        let admin = at(server, &people, Place::Staff(Admin)).await.header("If-Match", "\"1\"");
        admin.patch("/organizations/acme", json!({ "time_zone": "America/Mexico_City" })).await.ok();
        // Eight in the evening of the 4th in Mexico.
        go_to(server, "2026-03-05T02:00:00Z");
        let client = lead(server, &people).await;
        client.post(LOTS, gift("2026-03-03")).await.invalid(&[("/expires_on", "too_early")]);
        let given = client.post(LOTS, gift("2026-03-04")).await.created();
        assert_eq!((&given["status"], &given["ends_at"]), (&json!("active"), &json!("2026-03-05T06:00:00Z")));
    }

    async fn a_row_of_a_file_is_read_by_the_day_of_its_own_client(server: &TestServer) {
        go_to(server, "2026-03-04T23:30:00Z");
        let people = server.people().await;
        let client = at(server, &people, Place::Staff(Admin)).await;
        let file = format!("{HEADING}{}{}", row("acme", "2026-03-04"), row("acme", "2026-03-05"));
        assert_eq!(codes(&send(&client, "", file.clone()).await.ok()), ["too_early", "ok"]);
        let refused = send(&client, "?dry_run=false", file).await.problem(422, "import_invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/rows/1/expires_on");

        let seen = client.header("If-Match", "\"1\"");
        seen.patch("/organizations/acme", json!({ "time_zone": "America/Mexico_City" })).await.ok();
        go_to(server, "2026-03-05T02:00:00Z");
        let client = at(server, &people, Place::Staff(Admin)).await;
        // In Copenhagen, where Nord is, it is the 5th.
        let file = format!("{HEADING}{}{}", row("acme", "2026-03-04"), row("nord", "2026-03-04"));
        assert_eq!(codes(&send(&client, "", file).await.ok()), ["ok", "too_early"]);
        let file = format!("{HEADING}{}", row("acme", "2026-03-04"));
        assert_eq!(send(&client, "?dry_run=false", file).await.created()["accepted"], 1);
    }

    async fn work_is_logged_through_the_day_that_it_is_for_the_client(server: &TestServer) {
        go_to(server, "2026-03-04T23:30:00Z");
        let scene = Scene::new(server).await;
        let ticket = scene.opened("Export fails").await;
        let worked = |day: &str| {
            json!({ "minutes": 15, "worked_on": day, "activity": "diagnosis", "note": "Looked.", "billable": false })
        };
        let entries = path(&ticket, "/time-entries");
        scene.agent.post(&entries, worked("2026-03-06")).await.invalid(&[("/worked_on", "in_the_future")]);
        scene.agent.post(&entries, worked("2026-03-05")).await.created();

        let admin = at(server, &scene.people, Place::Staff(Admin)).await.header("If-Match", "\"1\"");
        admin.patch("/organizations/acme", json!({ "time_zone": "America/Mexico_City" })).await.ok();
        go_to(server, "2026-03-05T02:00:00Z");
        let scene = scene.again(server).await;
        scene.agent.post(&entries, worked("2026-03-05")).await.invalid(&[("/worked_on", "in_the_future")]);
        scene.agent.post(&entries, worked("2026-03-04")).await.created();
    }
}
