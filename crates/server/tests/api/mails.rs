//! Mail: written with what it tells, handed over once, in the reader's language.

use chrono::TimeDelta;
use daypack_domain::policy::ClientRole::{Approver, Owner};
use daypack_server::{
    on_both_engines,
    testing::{People, Place, TestServer},
};
use daypack_store::mails;
use serde_json::json;

use super::packs::run;
use super::weeks::{go_to, in_work, logged, offered, resolved, run_jobs, triaged};

/// A mail as people read it: quoted-printable undone.
pub fn readable(mail: &str) -> String {
    let mail = mail.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(mail.len());
    let mut rest = mail.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'=' && after.len() >= 2)
            .then(|| {
                std::str::from_utf8(&after[..2])
                    .ok()
                    .and_then(|code| u8::from_str_radix(code, 16).ok())
            })
            .flatten();
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub fn header<'a>(mail: &'a str, name: &str) -> &'a str {
    let prefix = format!("{name}: ");
    mail.lines()
        .find_map(|line| line.strip_prefix(prefix.as_str()))
        .unwrap_or_default()
        .trim()
}

async fn week_with_work(server: &TestServer, people: &People) -> String {
    let ticket = in_work(server, people, "Export <b>by</b> region & country", 300).await;
    logged(server, people, &ticket, 150, "2026-03-04").await;
    // All that Markdown can become has to be taken by the layout of the mail.
    let what = "The export can be filtered by **region** & `x < y`:\nin the list\n\n- [x] by country\n- by <i>city</i>\n\n\
        | a | b |\n|---|---|\n| 1 | 2 |\n\n<https://example.com/?a=1&b=2>";
    resolved(server, people, &ticket, what).await;
    let other = triaged(server, people, "Second language", "p2", "evolutionary").await;
    offered(server, people, &other, 240).await;
    ticket.reference
}

on_both_engines! {
    async fn owners_and_approvers_get_the_weekly_summary(server: &TestServer) {
        let people = server.people().await;
        let reference = week_with_work(server, &people).await;
        let owner = people.at(Place::Acme(Owner));
        let client = server.signed_in(owner).await;
        let me = client.get("/me").await;
        client.header("If-Match", me.header("etag")).patch("/me", json!({ "locale": "es" })).await.ok();
        go_to(server, "2026-03-09T07:00:00Z");
        run_jobs(server).await;
        let mut mails: Vec<String> = server.mails(4).await.iter().map(|mail| readable(mail)).collect();
        mails.retain(|mail| header(mail, "Subject").contains("2 March 2026") || mail.contains("2 de marzo"));
        let acme: Vec<&String> = mails.iter().filter(|mail| header(mail, "To").contains("acme.example")).collect();
        assert_eq!(acme.len(), 2, "owner and approver");
        assert_eq!(mails.len(), 4, "and those of Nord");
        let english = acme.iter().find(|mail| header(mail, "To").contains("approver@")).unwrap();
        assert_eq!(header(english, "Subject"), "Acme: the week of 2 March 2026 to 8 March 2026");
        for told in [
            "At the beginning: 0 min",
            "Bought: 40 h",
            "Used: −2 h",
            "At the end: 38 h",
            &format!("- {reference} Export <b>by</b> region & country: 2 h (delivered)"),
            "The export can be filtered by **region** & `x < y`:",
            "Waiting for your approval",
            "Second language, until 18 March 2026: 4 h",
            &format!("Open the summary: http://{}/statements/", server.address),
            "multipart/alternative",
            "Export &lt;b&gt;by&lt;&#x2f;b&gt; region &amp; country",
        ] {
            assert!(english.contains(told), "`{told}` is missing in:\n{english}");
        }
        let html = english.split_once("<!doctype html>").map_or("", |(_, html)| html);
        assert!(html.contains("prefers-color-scheme: dark") && html.contains("color-scheme"), "{html}");
        for shown in ["<strong>region</strong> &amp; <code>x &lt; y</code>", "by country", "&lt;i&gt;city", "<td>1</td>"] {
            assert!(html.contains(shown), "`{shown}` is missing in:\n{html}");
        }
        assert!(!html.contains("fonts.googleapis") && !html.contains("<script"), "{html}");
        let spanish = acme.iter().find(|mail| header(mail, "To").contains("owner@")).unwrap();
        assert!(spanish.contains("Al principio: 0 min") && spanish.contains("(entregado)"), "{spanish}");
    }

    async fn a_mail_is_handed_over_once_and_its_bodies_are_forgotten(server: &TestServer) {
        let people = server.people().await;
        let email = people.at(Place::Acme(Approver)).email.clone();
        server.anonymous().post("/password-resets", json!({ "email": email })).await.empty(202);
        let waiting = run(server, |conn, _| Ok(mails::of_organization(conn, None)?)).await;
        assert!(waiting.is_empty(), "a job looks who has the address");
        run_jobs(server).await;
        server.wait(TimeDelta::minutes(1));
        run_jobs(server).await;
        let handed_over = server.mails(1).await;
        assert_eq!(handed_over.len(), 1);
        let kept = run(server, |conn, _| Ok(mails::of_organization(conn, None)?)).await;
        assert_eq!(kept.len(), 1);
        let mail = &kept[0];
        assert_eq!((mail.status.as_str(), mail.body_text.as_str(), mail.body_html.as_str()), ("sent", "", ""));
        assert_eq!(header(&handed_over[0], "Message-ID"), format!("<{}@127.0.0.1>", mail.id.0));
        assert!(readable(&handed_over[0]).contains("Hello Acme approver"));
    }

    async fn a_mail_that_is_handed_over_twice_is_the_same_mail(server: &TestServer) {
        let mail = run(server, |conn, context| {
            let mail = daypack_server::mail::Mail {
                to_name: "Ana, \"Annie\" Gómez".to_owned(),
                to_address: "ana@example.com".to_owned(),
                subject: "Über alles".to_owned(),
                text: "text".to_owned(),
                html: "<p>html</p>".to_owned(),
            };
            let id = daypack_server::mail::outbox::post(conn, context, None, &mail)?;
            Ok(mails::find(conn, id)?.unwrap())
        })
        .await;
        server.app.mailer.deliver(&mail).unwrap();
        server.app.mailer.deliver(&mail).unwrap();
        run_jobs(server).await;
        assert_eq!(server.mails(1).await.len(), 1);
    }
}
