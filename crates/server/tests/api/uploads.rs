//! `/uploads` and `/attachments/{id}`.

use chrono::TimeDelta;
use daypack_server::{
    files::LIMIT_BYTES,
    flows::attachments,
    on_both_engines,
    testing::{Answered, Client, TestServer},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    packs::run,
    requests::{Scene, path, text},
};

const PNG: &str = "\u{0089}PNG\r\n\u{1a}\n";

/// One white point, all of it ASCII.
const GIF: &str = "GIF89a\u{1}\0\u{1}\0\0\0\0,\0\0\0\0\u{1}\0\u{1}\0\0\u{2}\u{2}D\u{1}\0;";

/// Sends text as a file.
async fn upload(client: &Client, name: &str, media_type: &str, content: &str) -> Answered {
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: {media_type}\r\n\r\n{content}\r\n--b--\r\n"
    );
    let client = client.header("content-type", "multipart/form-data; boundary=b");
    client.send(Method::POST, "/uploads", Some(body)).await
}

async fn text_file(client: &Client, name: &str) -> Value {
    upload(client, name, "text/plain", "2026-03-04 ERROR timeout")
        .await
        .created()
}

fn at(file: &Value) -> String {
    format!("/attachments/{}", text(file, "id"))
}

on_both_engines! {
    async fn a_file_is_its_uploaders_until_it_is_attached(server: &TestServer) {
        let scene = Scene::new(server).await;
        let file = text_file(&scene.member, "../errors.log").await;
        assert_eq!((&file["file_name"], &file["media_type"]), (&json!("errors.log"), &json!("text/plain")));
        assert_eq!(file["size_bytes"], 24);
        let own = scene.member.get(&at(&file)).await;
        assert_eq!((own.status.as_u16(), own.text.as_str()), (200, "2026-03-04 ERROR timeout"));
        for other in [&scene.owner, &scene.agent, &scene.foreign] {
            other.get(&at(&file)).await.problem(404, "not_found");
        }
        let mut body = scene.request("With a file");
        body["attachment_ids"] = json!([file["id"]]);
        scene.owner.post("/tickets", body.clone()).await.invalid(&[("/attachment_ids/0", "not_found")]);
        let ticket = scene.member.post("/tickets", body.clone()).await.created();
        assert_eq!(ticket["attachments"][0]["id"], file["id"]);
        for reader in [&scene.viewer, &scene.agent] {
            assert_eq!(reader.get(&at(&file)).await.status.as_u16(), 200);
        }
        scene.foreign.get(&at(&file)).await.problem(404, "not_found");
        server.anonymous().get(&at(&file)).await.problem(401, "unauthenticated");
        scene.member.post("/tickets", body).await.invalid(&[("/attachment_ids/0", "not_found")]);
    }

    async fn files_of_internal_notes_never_reach_the_client(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.opened("Export fails").await;
        let (secret, open) = (text_file(&scene.agent, "secret.log").await, text_file(&scene.agent, "open.log").await);
        for (file, visibility) in [(&secret, "internal"), (&open, "public")] {
            let body = json!({ "body": "See the file", "visibility": visibility, "attachment_ids": [file["id"]] });
            let comment = scene.agent.post(&path(&ticket, "/comments"), body).await.created();
            assert_eq!(comment["attachments"][0]["id"], file["id"]);
        }
        scene.owner.get(&at(&secret)).await.problem(404, "not_found");
        assert_eq!(scene.lead.get(&at(&secret)).await.status.as_u16(), 200);
        assert_eq!(scene.owner.get(&at(&open)).await.status.as_u16(), 200);
        let seen = scene.owner.get(&path(&ticket, "/timeline?limit=100")).await;
        assert!(seen.text.contains("open.log") && !seen.text.contains("secret.log"), "{}", seen.text);
        assert_eq!(scene.owner.get(&path(&ticket, "")).await.ok()["attachments"], json!([]), "of the comments");
    }

    async fn what_could_run_is_a_download(server: &TestServer) {
        let scene = Scene::new(server).await;
        let page = upload(&scene.member, "x.svg", "image/svg+xml", "<svg onload='alert(1)'/>").await.created();
        assert_eq!(page["media_type"], "text/plain");
        let got = scene.member.get(&at(&page)).await;
        assert_eq!(got.header("content-type"), "text/plain; charset=utf-8");
        assert!(got.header("content-disposition").starts_with("attachment;"), "{:?}", got.headers);
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert!(got.header("content-security-policy").contains("sandbox"));
        assert_eq!(got.header("cache-control"), "private, no-store");
        let odd = upload(&scene.member, "na\u{ef}ve.txt", "text/html", "hello").await.created();
        let got = scene.member.get(&at(&odd)).await;
        assert_eq!(
            got.header("content-disposition"),
            "attachment; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"
        );
    }

    async fn a_picture_is_shown_and_nothing_in_it_runs(server: &TestServer) {
        let scene = Scene::new(server).await;
        let odd = upload(&scene.member, "a.gif", "application/octet-stream", "GIF89a<script>alert(1)</script>").await;
        let odd = odd.created();
        assert_eq!(odd["media_type"], "text/plain");
        assert!(scene.member.get(&at(&odd)).await.header("content-disposition").starts_with("attachment;"));
        for said in ["image/gif", "image/gif; charset=binary", "application/octet-stream"] {
            let picture = upload(&scene.member, "a.gif", said, GIF).await.created();
            let got = scene.member.get(&at(&picture)).await;
            assert_eq!((got.header("content-type"), got.text.as_str()), ("image/gif", GIF));
            assert!(got.header("content-disposition").starts_with("inline;"), "{:?}", got.headers);
            assert_eq!(got.header("x-content-type-options"), "nosniff");
            let policy = got.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
        }
    }

    async fn uploads_that_lie_or_are_too_large_are_refused(server: &TestServer) {
        let scene = Scene::new(server).await;
        upload(&scene.viewer, "a.txt", "text/plain", "x").await.problem(403, "forbidden");
        upload(&server.anonymous(), "a.txt", "text/plain", "x").await.problem(401, "unauthenticated");
        upload(&scene.member, "a.png", "image/png", "no picture").await.problem(415, "unsupported_media_type");
        upload(&scene.member, "a.pdf", "application/pdf", PNG).await.problem(415, "unsupported_media_type");
        for said in ["text/html", "text/html; charset=utf-8", "text/plain", "application/x-sh"] {
            for content in [GIF, "%PDF-1.7"] {
                upload(&scene.member, "a.html", said, content).await.problem(415, "unsupported_media_type");
            }
        }
        upload(&scene.member, "a.gif", "image/gif", "GIF89a<script>alert(1)</script>").await
            .problem(415, "unsupported_media_type");
        upload(&scene.member, "a.txt", "text/plain", "").await.invalid(&[("/file", "too_short")]);
        scene.member.post("/uploads", json!({})).await.problem(415, "unsupported_media_type");
        let large = "x".repeat(LIMIT_BYTES + 1);
        upload(&scene.member, "a.txt", "text/plain", &large).await.problem(413, "too_large");
        let fits = upload(&scene.member, "a.txt", "text/plain", &large[1..]).await.created();
        assert_eq!(fits["size_bytes"], json!(LIMIT_BYTES));
    }

    async fn files_that_nobody_attached_go_after_a_day(server: &TestServer) {
        let scene = Scene::new(server).await;
        let (kept, lost) = (text_file(&scene.member, "kept.log").await, text_file(&scene.member, "lost.log").await);
        let mut body = scene.request("With a file");
        body["attachment_ids"] = json!([kept["id"]]);
        scene.member.post("/tickets", body).await.created();
        assert_eq!(run(server, attachments::remove_unbound).await, Vec::<String>::new());
        server.wait(TimeDelta::hours(25));
        let unused = run(server, attachments::remove_unbound).await;
        assert_eq!(unused, Vec::<String>::new(), "the other file has the same bytes");
        let scene = scene.again(server).await;
        scene.member.get(&at(&lost)).await.problem(404, "not_found");
        assert_eq!(scene.member.get(&at(&kept)).await.status.as_u16(), 200);
    }

    async fn a_ticket_has_at_most_twenty_files(server: &TestServer) {
        let scene = Scene::new(server).await;
        let ticket = scene.opened("Many files").await;
        let mut ids = Vec::new();
        for number in 0..21 {
            ids.push(text_file(&scene.member, &format!("{number}.log")).await["id"].clone());
        }
        let comments = path(&ticket, "/comments");
        let body = |ids: &[Value]| json!({ "body": "Files", "visibility": "public", "attachment_ids": ids });
        scene.member.post(&comments, body(&ids[..20])).await.created();
        scene.member.post(&comments, body(&ids[20..])).await.invalid(&[("/attachment_ids", "too_many")]);
    }
}
