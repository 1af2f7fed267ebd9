//! `/plans`, `/terms`, `/installation`.

use daypack_server::{on_both_engines, testing::TestServer};
use serde_json::json;

on_both_engines! {
    async fn plans_are_public(server: &TestServer) {
        let plans = server.anonymous().get("/plans").await.ok();
        let codes: Vec<_> = plans["items"].as_array().unwrap().iter().map(|plan| plan["code"].clone()).collect();
        assert_eq!(codes, ["starter", "flexi", "pro"]);
        assert_eq!(
            plans["items"][1],
            json!({
                "code": "flexi", "name": "Flexi", "price": { "amount_minor": 40_000, "currency": "EUR" },
                "minimum_packs": 5, "minutes_per_pack": 480, "shown_hours": 40, "validity_months": 6,
                "extension_months": 3, "queue": "priority", "free_minutes": 30,
                "description": "Medium projects and recurring support.", "position": 2, "on_sale": true, "version": 1,
            })
        );
    }

    async fn what_ships_is_told_in_the_language_asked_for(server: &TestServer) {
        for (asked, expected) in [
            ("fr-CA, en;q=0.5", "Projets moyens et support récurrent."),
            ("de, es;q=0.2, en;q=0.1", "Proyectos medianos y soporte recurrente."),
            ("de", "Medium projects and recurring support."),
            ("*", "Medium projects and recurring support."),
            ("\u{fe}", "Medium projects and recurring support."),
        ] {
            let plans = server.anonymous().header("accept-language", asked).get("/plans").await.ok();
            assert_eq!(plans["items"][1]["description"], expected, "{asked}");
        }
    }

    async fn terms_are_public(server: &TestServer) {
        let terms = server.anonymous().get("/terms").await.ok();
        let current = &terms["items"][0];
        assert_eq!((current["version"].clone(), current["current"].clone()), (json!(1), json!(true)));
        assert_eq!(current["hash"].as_str().unwrap().len(), 64);
        assert!(current["published_at"].as_str().unwrap().ends_with('Z'));
    }

    async fn an_installation_offers_no_demo_people_of_its_own(server: &TestServer) {
        let installation = server.anonymous().get("/installation").await.ok();
        assert_eq!(installation, json!({ "name": "Daypack", "locales": ["en", "es", "fr"], "online_payment": false, "demo_people": [] }));
    }
}
