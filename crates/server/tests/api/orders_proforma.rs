//! `/orders/{id}/proforma`: as data, as a page, as PDF.

use crate::packs::{at, lead, owner, paid, placed, run};
use daypack_domain::policy::ClientRole::{Owner, Viewer};
use daypack_domain::policy::StaffRole::{Admin, Agent};
use daypack_server::on_both_engines;
use daypack_server::testing::{Place, TestServer};
use futures_util::future::join_all;
use serde_json::{Value, json};

fn path(order: &Value, suffix: &str) -> String {
    format!("/orders/{}/proforma{suffix}", order["id"].as_str().unwrap())
}

on_both_engines! {
    async fn it_says_what_is_to_be_paid_by_whom_to_whom(server: &TestServer) {
        let people = server.people().await;
        let order = placed(server, &people, "flexi", 5).await;
        let admin = at(server, &people, Place::Staff(Admin)).await;
        let seller = json!({
            "seller": { "name": "Agencia <Norte> S.L.", "address": "Calle Mayor 1\nMadrid", "tax_number": "B123", "email": "" },
            "tax_note": "VAT is not included.", "payment_instructions": "IBAN ES00 0000",
        });
        admin.header("If-Match", "\"0\"").patch("/settings/seller", seller).await.ok();
        let billing = json!({ "billing": { "name": "Acme Retail S.A.", "address": "Gran Vía 2" } });
        admin.header("If-Match", "\"1\"").patch("/organizations/acme/settings", billing).await.ok();
        let client = owner(server, &people).await;
        let read = client.get(&path(&order, "")).await.ok();
        assert_eq!(
            read,
            json!({
                "number": "PF-000001", "issued_on": "2026-03-04", "pay_until": "2026-04-02", "status": "placed",
                "seller": { "name": "Agencia <Norte> S.L.", "address": "Calle Mayor 1\nMadrid", "tax_number": "B123", "email": "" },
                "buyer": { "name": "Acme Retail S.A.", "address": "Gran Vía 2", "tax_number": "", "email": "" },
                "lines": [{
                    "description": "Flexi: packs of 8 h, usable for 6 months from activation", "packs": 5,
                    "price": { "amount_minor": 40_000, "currency": "EUR" }, "total": { "amount_minor": 200_000, "currency": "EUR" },
                }],
                "total": { "amount_minor": 200_000, "currency": "EUR" }, "tax_note": "VAT is not included.",
                "payment_instructions": "IBAN ES00 0000", "payment_reference": "PF-000001", "terms_version": 1,
            })
        );

        let page = client.get(&path(&order, ".html")).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
        assert_eq!(page.header("content-security-policy"), "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
        for text in ["Proforma invoice", "PF-000001", "Agencia &lt;Norte&gt; S.L.", "2,000.00", "4 March 2026", "To be paid", "Acme Retail S.A."] {
            assert!(page.text.contains(text), "{text}: {}", page.text);
        }
        assert!(!page.text.contains("proforma."), "{}", page.text);
        let chosen = client.header("Accept", "text/html;q=0.9, */*").get(&path(&order, "")).await;
        assert_eq!(chosen.text, page.text);

        for answer in [
            client.get(&path(&order, ".pdf")).await,
            client.header("Accept", "application/pdf").get(&path(&order, "")).await,
        ] {
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/pdf"));
            assert_eq!(answer.header("content-disposition"), "inline; filename=\"PF-000001.pdf\"");
            assert!(answer.text.starts_with("%PDF-"));
        }
    }

    async fn it_is_in_the_buyers_language_and_says_where_the_order_stands(server: &TestServer) {
        let people = server.people().await;
        let (first, second) = (placed(server, &people, "starter", 1).await, placed(server, &people, "starter", 1).await);
        let acme = people.acme;
        run(server, move |conn, _| {
            let mut row = daypack_store::organizations::find(conn, acme)?.expect("it is there");
            row.locale = "es".to_owned();
            row.version += 1;
            Ok(daypack_store::organizations::update(conn, &row)?)
        })
        .await;
        let client = at(server, &people, Place::Acme(Viewer)).await;
        let page = client.get(&path(&first, ".html")).await.text;
        assert!(page.contains("Factura proforma") && page.contains("Por pagar") && page.contains("500,00"), "{page}");
        paid(server, &people, &first).await;
        let page = client.get(&path(&first, ".html")).await.text;
        assert!(page.contains("Pagada") && !page.contains("Pagar hasta"), "{page}");
        lead(server, &people).await.post(&format!("/orders/{}/cancel", second["id"].as_str().unwrap()), json!({})).await.ok();
        assert!(client.get(&path(&second, ".html")).await.text.contains("Cancelada"));
    }

    async fn numbers_have_no_gaps(server: &TestServer) {
        let people = server.people().await;
        let (acme, nord) = (owner(server, &people).await, at(server, &people, Place::Nord(Owner)).await);
        let body = |organization, packs: i64| crate::packs::order(organization, "starter", packs);
        // Refused ones take no number.
        let calls = (0..12).map(|call| {
            let (client, organization) = if call % 2 == 0 { (&acme, people.acme) } else { (&nord, people.nord) };
            client.post("/orders", body(organization, call % 3))
        });
        let mut numbers: Vec<String> = join_all(calls)
            .await
            .into_iter()
            .filter(|answer| answer.status.is_success())
            .map(|answer| answer.created()["proforma_number"].as_str().unwrap().to_owned())
            .collect();
        numbers.sort();
        let expected: Vec<String> = (1..=8).map(|number| format!("PF-{number:06}")).collect();
        assert_eq!(numbers, expected);
    }

    async fn whoever_reads_the_order_reads_it(server: &TestServer) {
        let people = server.people().await;
        let order = placed(server, &people, "starter", 1).await;
        for suffix in ["", ".html", ".pdf"] {
            let path = path(&order, suffix);
            for place in [Place::Acme(Viewer), Place::Staff(Agent)] {
                assert_eq!(at(server, &people, place).await.get(&path).await.status.as_u16(), 200);
            }
            at(server, &people, Place::Nord(Owner)).await.get(&path).await.problem(404, "not_found");
            server.anonymous().get(&path).await.problem(401, "unauthenticated");
        }
        lead(server, &people).await.get("/orders/0198a000-0000-7000-8000-000000000000/proforma.pdf").await.problem(404, "not_found");
    }
}
